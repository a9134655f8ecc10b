"""Cargotwin: from a sensor reading to a token that proves it."""

__version__ = "0.1.0"
