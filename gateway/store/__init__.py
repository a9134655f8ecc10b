"""Durable state: the journal, what is derived from it, what was published, and the mirrors."""
