"""Whether sensors can be believed, each by itself and beside the others."""
