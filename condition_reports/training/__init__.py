"""Training of the tiny model: its corpus, its vocabulary, the training itself, its release gate."""
