"""What a twin says at a moment, why, and what would change it."""
