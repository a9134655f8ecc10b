"""Takes from the draft process what it has no need of, with what the operating system offers."""
