"""Devices that nobody configured: found, asked about, brought in; and what is guaranteed."""
