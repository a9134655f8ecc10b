"""The servers as the tests use them: loopback only, all files in one folder, no telemetry."""

from pathlib import Path

from .finding import find
from .process import LOOPBACK, Server

MOSQUITTO_CONFIGURATION = """\
listener {port} {host}
allow_anonymous true
user root
persistence true
persistence_location {folder}/
autosave_interval 1
max_queued_messages 0
log_dest stdout
"""

NATS_CONFIGURATION = """\
server_name: gateway-test
listen: {host}:{client_port}
jetstream {{ store_dir: "{folder}/jetstream" }}
mqtt {{ listen: "{host}:{port}" }}
"""

INFLUXD_CONFIGURATION = """\
reporting-disabled = true
bind-address = "{host}:{backup_port}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
[http]
bind-address = "{host}:{port}"
log-enabled = false
[monitor]
store-enabled = false
"""


def mosquitto(folder: Path, port: int) -> Server:
    """Return an MQTT broker that keeps persistent sessions over a restart."""
    configuration = folder / "mosquitto.conf"
    text = MOSQUITTO_CONFIGURATION.format(port=port, host=LOOPBACK, folder=folder)
    configuration.write_text(text, encoding="utf-8")
    return Server("mosquitto", [str(find("mosquitto")), "-c", str(configuration)], port, folder)


def nats_server(folder: Path, port: int, client_port: int) -> Server:
    """Return NATS as an MQTT 3.1.1 broker on `port`; its own clients connect on `client_port`."""
    configuration = folder / "nats.conf"
    text = NATS_CONFIGURATION.format(
        port=port, client_port=client_port, host=LOOPBACK, folder=folder
    )
    configuration.write_text(text, encoding="utf-8")
    return Server("nats-server", [str(find("nats-server")), "-c", str(configuration)], port, folder)


def influxd(folder: Path, port: int, backup_port: int) -> Server:
    """Return InfluxDB 1.x; its backup service needs a port of its own, or it takes 8088."""
    configuration = folder / "influxdb.conf"
    text = INFLUXD_CONFIGURATION.format(
        port=port, backup_port=backup_port, host=LOOPBACK, folder=folder
    )
    configuration.write_text(text, encoding="utf-8")
    return Server("influxd", [str(find("influxd")), "-config", str(configuration)], port, folder)


def victoria_metrics(folder: Path, port: int) -> Server:
    """Return VictoriaMetrics, which takes the line protocol at the paths of InfluxDB."""
    command = [
        str(find("victoria-metrics")),
        f"-storageDataPath={folder / 'storage'}",
        f"-httpListenAddr={LOOPBACK}:{port}",
        "-retentionPeriod=12",
    ]
    return Server("victoria-metrics", command, port, folder)


def anvil(folder: Path, port: int) -> Server:
    """Return an EVM node with a block per transaction and chain id 31337."""
    command = [str(find("anvil")), "--host", LOOPBACK, "--port", str(port), "--silent"]
    return Server("anvil", command, port, folder)
