"""The service: MQTT in, a durable journal, twins, a mirror, a chain and a status page out."""

__version__ = "0.1.0"
