"""From the wire to the journal: what is taken, known again, answered, and kept."""
