"""What a temperature does to goods over time."""
