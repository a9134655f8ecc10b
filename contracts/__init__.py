"""Token metadata, evidence and the chain: what is anchored, and how anybody checks it."""
