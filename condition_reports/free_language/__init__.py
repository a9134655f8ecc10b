"""Free language: what a large model may say in words of its own, and how that is read back."""
