"""Who holds the asset, how it came there, and what fell to whom."""
