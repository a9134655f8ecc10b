"""Where the unpacked servers lie. All of it is ignored by git and may be deleted at any time."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SERVERS = REPOSITORY / ".servers"
PROGRAMS = SERVERS / "bin"
"""One file per program: a link to it, or a script that sets its library path and becomes it."""
UNPACKED = SERVERS / "root"
ARCHIVES = SERVERS / "debs"
MISSING = SERVERS / "missing.json"
SOLIDITY = REPOSITORY / "contracts" / "solidity"
NODE_LOCK = REPOSITORY / "locks" / "node.txt"
MQTT_JS_LOCK = Path(__file__).resolve().parent / "mqttjs"
"""The package file of MQTT.js and its lock."""
MQTT_JS = SERVERS / "mqttjs"
