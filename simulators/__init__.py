"""Simulated devices that speak real MQTT, with the truth about their faults written beside them."""
