"""Real MQTT clients, each told the same way what to send to whom.

`python -m tests.integration.clients NAME CALL TOPIC PAYLOAD` publishes once with one of them and
then waits to be killed, as a device whose battery dies.
"""

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import aiomqtt
import gmqtt
import paho.mqtt.client as paho
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.servers import find
from tests.servers.places import PROGRAMS

HOST = "127.0.0.1"
DEADLINE_S = 20
V3_1_1, V5 = 4, 5


@dataclass(frozen=True, kw_only=True)
class Call:
    """Whom a client speaks to, how, and as whom.

    Attributes:
        version: Protocol level: 4 is MQTT 3.1.1, 5 is MQTT 5.
        will: Topic and payload of its will, sent with the same QoS.
        ca: PEM file to trust; with it the client speaks TLS.
        certificate: PEM file of its own certificate.
    """

    port: int
    client_id: str
    qos: int = 1
    version: int = V5
    user_name: str | None = None
    password: str | None = None
    will: tuple[str, str] | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None

    def tls(self) -> ssl.SSLContext | None:
        """Return what the clients in Python encrypt with."""
        if self.ca is None:
            return None
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context


Publisher = Callable[[Call, str, Sequence[str]], None]


def by_mosquitto_pub(call: Call, topic: str, payloads: Sequence[str]) -> None:
    """Publish with mosquitto_pub, a line of its input for each message."""
    _run([*_mosquitto_pub(call, topic), *_FROM_INPUT["mosquitto_pub"]], payloads)


def is_refused(call: Call, topic: str, payload: str) -> bool:
    """Tell whether mosquitto_pub ends with a fault, as it does when it is not let in."""
    done = subprocess.run(
        [*_mosquitto_pub(call, topic), "-m", payload],
        capture_output=True,
        check=False,
        timeout=DEADLINE_S,
    )
    return done.returncode != 0


def _mosquitto_pub(call: Call, topic: str) -> list[str]:
    version = "mqttv5" if call.version == V5 else "mqttv311"
    command = [str(find("mosquitto_pub")), "-h", HOST, "-p", str(call.port), "-t", topic]
    command += ["-i", call.client_id, "-q", str(call.qos), "-V", version]
    optional = {
        "-u": call.user_name,
        "-P": call.password,
        "--cafile": call.ca,
        "--cert": call.certificate,
        "--key": call.key,
    }
    if call.will is not None:
        optional |= {"--will-topic": call.will[0], "--will-payload": call.will[1]}
        optional |= {"--will-qos": str(call.qos)}
    return [*command, *_given(optional)]


def by_mqtt_js(call: Call, topic: str, payloads: Sequence[str]) -> None:
    """Publish with the command of MQTT.js, a line of its input for each message."""
    _run([*_mqtt_js(call, topic), *_FROM_INPUT["mqtt_js"]], payloads)


def _mqtt_js(call: Call, topic: str) -> list[str]:
    command = [str(find("mqtt")), "pub", "-h", HOST, "-p", str(call.port), "-t", topic]
    command += ["-i", call.client_id, "-q", str(call.qos)]
    command += ["--protocolVersion", str(call.version), "--reconnectPeriod", "0"]
    optional = {
        "-u": call.user_name,
        "-P": call.password,
        "--ca": call.ca,
        "--cert": call.certificate,
        "--key": call.key,
        "-C": "mqtts" if call.ca else None,
    }
    if call.will is not None:
        optional |= {"--will-topic": call.will[0], "--will-message": call.will[1]}
        optional |= {"--will-qos": str(call.qos)}
    return [*command, *_given(optional)]


def by_paho(call: Call, topic: str, payloads: Sequence[str]) -> None:
    """Publish with paho-mqtt, and wait until each message is answered."""
    client = _paho(call)
    client.loop_start()
    try:
        sent = [client.publish(topic, payload, qos=call.qos) for payload in payloads]
        for one in sent:
            one.wait_for_publish(DEADLINE_S)
        assert all(one.is_published() for one in sent)
        client.disconnect()
    finally:
        client.loop_stop()


def _paho(call: Call) -> paho.Client:
    version = MQTTProtocolVersion.MQTTv5 if call.version == V5 else MQTTProtocolVersion.MQTTv311
    client = paho.Client(CallbackAPIVersion.VERSION2, call.client_id, protocol=version)
    client.username_pw_set(call.user_name, call.password)
    if call.will is not None:
        client.will_set(*call.will, qos=call.qos)
    tls = call.tls()
    if tls is not None:
        client.tls_set_context(tls)
    client.connect(HOST, call.port)
    return client


def by_aiomqtt(call: Call, topic: str, payloads: Sequence[str]) -> None:
    """Publish with aiomqtt, and wait until each message is answered."""

    async def publish() -> None:
        async with _aiomqtt(call) as client:
            for payload in payloads:
                await client.publish(topic, payload, qos=call.qos)

    asyncio.run(publish())


def _aiomqtt(call: Call) -> aiomqtt.Client:
    version = aiomqtt.ProtocolVersion.V5 if call.version == V5 else aiomqtt.ProtocolVersion.V311
    return aiomqtt.Client(
        HOST,
        call.port,
        identifier=call.client_id,
        protocol=version,
        username=call.user_name,
        password=call.password,
        will=aiomqtt.Will(*call.will, qos=call.qos) if call.will else None,
        tls_context=call.tls(),
    )


def by_gmqtt(call: Call, topic: str, payloads: Sequence[str]) -> None:
    """Publish with gmqtt, which keeps what is unanswered until it is answered."""

    async def publish() -> None:
        client = await _gmqtt(call)
        for payload in payloads:
            client.publish(topic, payload, qos=call.qos)
        async with asyncio.timeout(DEADLINE_S):
            # It has no other way to say that all is answered.
            while not client._persistent_storage.is_empty:  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.01)
        await client.disconnect()

    asyncio.run(publish())


async def _gmqtt(call: Call) -> gmqtt.Client:
    will = gmqtt.Message(*call.will, qos=call.qos) if call.will else None
    client = gmqtt.Client(call.client_id, will_message=will)
    if call.user_name is not None:
        client.set_auth_credentials(call.user_name, call.password)
    version = MQTTv50 if call.version == V5 else MQTTv311
    await client.connect(HOST, call.port, ssl=call.tls() or False, version=version)
    return client


PUBLISHERS: dict[str, Publisher] = {
    "mosquitto_pub": by_mosquitto_pub,
    "paho": by_paho,
    "aiomqtt": by_aiomqtt,
    "gmqtt": by_gmqtt,
    "mqtt_js": by_mqtt_js,
}


def mortal(name: str, call: Call, topic: str, payload: str) -> subprocess.Popen[str]:
    """Start a client as a process that publishes once, and then waits to be killed."""
    if name in _COMMANDS:
        command = [*_COMMANDS[name](call, topic), *_FROM_INPUT[name]]
        client = subprocess.Popen(command, stdin=subprocess.PIPE, env=_environment(), text=True)
        assert client.stdin is not None
        client.stdin.write(f"{payload}\n")
        client.stdin.flush()
        return client
    told = (name, json.dumps(asdict(call)), topic, payload)
    return subprocess.Popen([sys.executable, "-m", "tests.integration.clients", *told], text=True)


_COMMANDS = {"mosquitto_pub": _mosquitto_pub, "mqtt_js": _mqtt_js}
_FROM_INPUT = {"mosquitto_pub": ["-l"], "mqtt_js": ["-s", "-M"]}


def _publish_and_wait(name: str, call: Call, topic: str, payload: str) -> None:
    if name == "paho":
        client = _paho(call)
        client.publish(topic, payload, qos=call.qos)
        client.loop_forever()
    elif name == "aiomqtt":
        asyncio.run(_publish_and_wait_as_aiomqtt(call, topic, payload))
    else:
        asyncio.run(_publish_and_wait_as_gmqtt(call, topic, payload))


async def _publish_and_wait_as_aiomqtt(call: Call, topic: str, payload: str) -> None:
    async with _aiomqtt(call) as client:
        await client.publish(topic, payload, qos=call.qos)
        await asyncio.Event().wait()


async def _publish_and_wait_as_gmqtt(call: Call, topic: str, payload: str) -> None:
    client = await _gmqtt(call)
    client.publish(topic, payload, qos=call.qos)
    await asyncio.Event().wait()


def _given(options: dict[str, str | None]) -> list[str]:
    given = ((name, value) for name, value in options.items() if value is not None)
    return [part for pair in given for part in pair]


def _run(command: Sequence[str], lines: Sequence[str]) -> None:
    done = subprocess.run(
        command,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr


def _environment() -> dict[str, str]:
    # MQTT.js is a script of Node, which may have been brought for the tests alone.
    return {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}


if __name__ == "__main__":
    chosen, told, on, message = sys.argv[1:]
    fields = json.loads(told)
    fields["will"] = fields["will"] and tuple(fields["will"])
    _publish_and_wait(chosen, Call(**fields), on, message)
