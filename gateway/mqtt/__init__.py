"""MQTT 3.1.1 and 5: one sans-I/O codec under two shells, the listener and the subscriber."""
