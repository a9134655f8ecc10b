"""Cargotwin: from a sensor reading to a token that proves it."""
