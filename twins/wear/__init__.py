"""Shocks, cycles and what they use up."""
