"""A gateway's account at a running intake: readings of devices that it may and may not relay."""

import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode
from typer.testing import CliRunner

from cargotwin.cli import application
from tests.integration.gateway_process import eventually
from tests.integration.intake_process import IntakeProcess, running_intake

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
DEADLINE_S = 15.0
TOPIC = "up/senml"
SENML = "urn:dev:mac:0024befffe804ff1"


def pack(device: str) -> str:
    record = {"bn": f"{device}:", "n": "inside", "u": "Cel", "v": 4.25, "t": 1_780_000_000}
    return json.dumps([record])


def access(accounts: Path, *words: str) -> str:
    done = CliRunner().invoke(application, ["access", *words, "--accounts", str(accounts)])
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@contextmanager
def intake(accounts: Path) -> Iterator[IntakeProcess]:
    with running_intake(
        listener={"accounts_file": str(accounts)}, source=[{"filter": "up/#", "codec": "senml"}]
    ) as one:
        yield one


class Sender:
    """An MQTT 5 client that tells the reason code of each PUBACK."""

    def __init__(self, port: int, name: str, password: str) -> None:
        self._codes: queue.Queue[int] = queue.Queue()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, "probe", protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.username_pw_set(name, password)
        self._client.on_publish = self._note
        self._client.connect(HOST, port)
        self._client.loop_start()

    def sent(self, topic: str, payload: str) -> int:
        self._client.publish(topic, payload, qos=1)
        return self._codes.get(timeout=DEADLINE_S)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _note(self, _client: object, _data: object, _id: int, code: ReasonCode, _: object) -> None:
        self._codes.put(code.value)


def test_a_gateway_relays_what_it_was_granted_and_from_the_moment_on_that_it_was(
    tmp_path: Path,
) -> None:
    accounts = tmp_path / "accounts.json"
    password = access(accounts, "add", "gw1", "--publish", "up/#")
    with intake(accounts) as one:
        sender = Sender(one.port, "gw1", password)
        # 0x87 is "Not authorized", 0x10 "No matching subscribers" (MQTT 5 §3.4.2.1).
        assert sender.sent(TOPIC, pack(SENML)) == 0x87
        assert one.readings() == []
        assert one.counters()["quarantined_not_authorized"] == 1
        assert "cargotwin access change gw1 --devices" in one.log
        access(accounts, "change", "gw1", "--devices", "urn:dev:mac:0024be*")
        eventually("the change", lambda: sender.sent(TOPIC, pack(SENML)) == 0x10, DEADLINE_S)
        assert sender.sent(TOPIC, pack("urn:dev:mac:ffffbefffe804ff1")) == 0x87
        sender.close()
        assert {reading.device for reading in one.readings()} == {SENML}
