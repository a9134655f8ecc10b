"""Device formats: bytes on a topic in, values out; one pure module per format."""
