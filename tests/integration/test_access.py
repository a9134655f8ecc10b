"""Real clients at a listener that knows them by their accounts."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.access.accounts import Account, changed_accounts
from gateway.access.gatekeepers import AccountGatekeeper, AccountsFile
from gateway.access.passwords import stored_password
from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.settings import ListenerSettings
from tests.fakes.sessions import MemorySessions
from tests.integration.certificates import Authority, Certified
from tests.servers import find
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S, MemorySink, until

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
PASSWORD = "open sesame"  # noqa: S105 - of this test alone
STORED = stored_password(PASSWORD.encode(), bytes(range(16)))
SETTINGS = ListenerSettings(port=0, close_timeout_s=1.0)
VERSIONS = ["mqttv311", "mqttv5"]
OWN, OTHERS = "cargotwin/v1/truck-7/readings", "cargotwin/v1/truck-8/readings"


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    file = tmp_path / "accounts.json"
    with changed_accounts(file) as changed:
        changed["truck-7"] = Account(name="truck-7", password=STORED)
        changed["truck-8"] = Account(name="truck-8", certificate="device.truck-8")
        changed["truck-9"] = Account(name="truck-9", password=STORED, certificate="device.truck-9")
    return file


@asynccontextmanager
async def serving(
    accounts: Path, sink: MemorySink, settings: ListenerSettings = SETTINGS
) -> AsyncIterator[Listener]:
    keeper = AccountGatekeeper(AccountsFile(accounts), monotonic_s=time.monotonic)
    numbers = itertools.count(1)
    listener = Listener(
        settings,
        sink,
        sessions=MemorySessions(),
        gatekeeper=keeper,
        clock_us=lambda: time.time_ns() // 1000,
        new_client_id=lambda: f"assigned-{next(numbers)}",
    )
    await listener.start()
    try:
        yield listener
    finally:
        await listener.close()
        keeper.close()


async def publish(listener: Listener, topic: str, *options: str) -> tuple[int, str]:
    """Publish by mosquitto_pub with QoS 1; return its exit code and what it says."""
    process = await asyncio.create_subprocess_exec(
        find("mosquitto_pub"),
        *("-h", HOST, "-p", str(listener.port), "-q", "1", "-t", topic, "-m", "x", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(DEADLINE_S):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_device_is_heard_by_its_password_and_not_by_another(
    accounts: Path, version: str
) -> None:
    sink = MemorySink()
    async with serving(accounts, sink) as listener:
        user = ("-V", version, "-u", "truck-7", "-P")
        assert await publish(listener, OWN, *user, PASSWORD) == (0, "")
        code, said = await publish(listener, OWN, *user, "open sesam")
        assert code != 0
        assert "user name or password" in said.lower().replace("username", "user name")
        code, _ = await publish(listener, OWN, "-V", version)
        assert code != 0
    assert [(one.topic, one.is_permitted) for one in sink.publishes] == [(OWN, True)]


async def test_a_topic_of_another_device_is_not_permitted(accounts: Path) -> None:
    sink = MemorySink()
    async with serving(accounts, sink) as listener:
        await publish(listener, OTHERS, "-u", "truck-7", "-P", PASSWORD)
        await until(lambda: sink.publishes)
    assert [(one.topic, one.is_permitted) for one in sink.publishes] == [(OTHERS, False)]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_device_is_heard_by_its_certificate_where_its_account_names_it(
    accounts: Path, tmp_path: Path, version: str
) -> None:
    authority, sink = Authority(tmp_path), MemorySink()
    server = authority.server(HOST)

    def by(certified: Certified, *more: str) -> tuple[str, ...]:
        own = ("--cert", certified.certificate, "--key", certified.key)
        return ("-V", version, "--cafile", authority.file, *own, *more)

    password = ("-u", "truck-9", "-P", PASSWORD)
    stranger, eighth, ninth = (
        authority.client(name) for name in ("device.x", "device.truck-8", "device.truck-9")
    )
    settings = msgspec.structs.replace(
        SETTINGS,
        certificate_file=server.certificate,
        key_file=server.key,
        client_ca_file=authority.file,
    )
    async with serving(accounts, sink, settings) as listener:
        assert await publish(listener, OTHERS, *by(eighth)) == (0, "")
        assert (await publish(listener, OTHERS, *by(stranger)))[0] != 0
        topic = OWN.replace("7", "9")
        assert (await publish(listener, topic, *by(ninth)))[0] != 0
        assert (await publish(listener, topic, *by(eighth, *password)))[0] != 0
        assert await publish(listener, topic, *by(ninth, *password)) == (0, "")
        assert (await publish(listener, topic, "--cafile", authority.file, *password))[0] != 0
    heard = [(one.topic, one.is_permitted) for one in sink.publishes]
    assert heard == [(OTHERS, True), (topic, True)]


async def test_a_fleet_that_comes_back_at_once_is_admitted_without_scrypt(accounts: Path) -> None:
    """200 connections by a remembered password; one check of scrypt takes about 0.1 s."""
    clients = 200
    async with serving(accounts, MemorySink()) as listener:
        await publish(listener, OWN, "-u", "truck-7", "-P", PASSWORD)
        begun = time.monotonic()
        answers = await asyncio.gather(
            *(connack(listener.port, f"client-{number}") for number in range(clients))
        )
        took_s = time.monotonic() - begun
    assert set(answers) == {0}
    assert took_s < clients * 0.05


async def connack(port: int, client: str) -> int:
    """Connect and return the reason code of the CONNACK (MQTT 5 §3.2.2.2)."""
    reader, writer = await asyncio.open_connection(HOST, port)
    connect = Connect(
        version=ProtocolVersion.V5,
        client_id=client,
        user_name="truck-7",
        password=PASSWORD.encode(),
    )
    writer.write(encode_connect(connect))
    async with asyncio.timeout(DEADLINE_S):
        head = await reader.readexactly(4)
    writer.close()
    return head[3]
