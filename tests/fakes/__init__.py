"""Real, typed stand-ins for the gateway's ports."""
