"""Who may connect and publish, and whose key signed."""
