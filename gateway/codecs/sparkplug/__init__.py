"""What the Sparkplug B codec is made of: wire, values, table of metrics, births and nodes."""
