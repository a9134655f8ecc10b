"""Where the listener meets intake: connections that come and go while nothing can be journalled."""

import asyncio
import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.intake.sessions import JournalSessions
from gateway.mqtt.events import Published, Released
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Attempt, Grant
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.settings import ListenerSettings
from gateway.store.journal import JournalWriter
from tests.unit.gateway.intake.running_intake import NOW, TIMED, TOPIC, Running, publish
from tests.unit.gateway.intake.test_intake_edges import Stumbling, counting
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.gateway.mqtt.test_session import connected

V3 = ProtocolVersion.V3_1_1
CONNACK = b"\x20\x02\0\0"


class Everybody:
    def admit(self, attempt: Attempt, decided: Callable[[Grant | ReasonCode], None]) -> None:
        del attempt
        decided(Grant("", None, ("#",)))


@asynccontextmanager
async def listening(one: Running) -> AsyncIterator[int]:
    listener = Listener(
        ListenerSettings(host="127.0.0.1", port=0, close_timeout_s=0.2),
        one.intake,
        sessions=JournalSessions(one.journal, one.batches, one.repetitions, one.intake),
        gatekeeper=Everybody(),
        clock_us=lambda: NOW,
        new_client_id=lambda: "made-up",
    )
    await listener.start()
    try:
        yield listener.port
    finally:
        await asyncio.gather(listener.close(), return_exceptions=True)
        one.journal.close()


def connect(*, is_clean: bool = True) -> bytes:
    return b"\x10\x0f\0\4MQTT\4" + bytes([2 * is_clean]) + b"\0\x3c\0\x03c-1"


def sent(packet_id: int) -> bytes:
    return encode_publish(TOPIC, TIMED, version=V3, qos=1, packet_id=packet_id)


@pytest.mark.parametrize("name", [b"webhook", b"webhook:a", b"import", b"import x", b"door"])
async def test_client_that_names_itself_like_the_door_is_refused(
    tmp_path: Path, name: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    variable = b"\0\4MQTT\5\2\0\x3c\0" + len(name).to_bytes(2, "big") + name
    async with listening(Running(tmp_path)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x10" + bytes([len(variable)]) + variable)
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
    # CONNACK, no session present, 0x85 (MQTT 5 section 3.2.2.2).
    assert (answer[0], answer[2:4]) == (0x20, b"\0\x85")
    assert f"{name.decode()!r}" in caplog.text


async def test_message_that_came_with_connect_does_not_end_the_process(tmp_path: Path) -> None:
    one = Running(tmp_path)
    one.table._known[TOPIC] = Stumbling()
    commits = asyncio.create_task(one.intake.commit_forever())
    async with listening(one) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect(is_clean=False) + sent(1))
        await asyncio.sleep(0.1)
        is_ended = commits.done()
        writer.transport.abort()
        commits.cancel()
        await asyncio.gather(commits, return_exceptions=True)
    assert not is_ended


async def test_clients_that_come_again_do_not_fill_memory_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        message = "database or disk is full"
        raise sqlite3.OperationalError(message)

    monkeypatch.setattr(JournalWriter, "append", full)
    one = Running(tmp_path, pending_maximum_bytes=65_536)
    commits = asyncio.create_task(one.intake.commit_forever())
    async with listening(one) as port:
        for _ in range(8):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(connect() + b"".join(map(sent, range(1, 500))))
            await asyncio.sleep(0.05)
            writer.transport.abort()
        waiting = one.batches.size
        commits.cancel()
        await asyncio.gather(commits, return_exceptions=True)
    assert waiting < 3 * 65_536


async def test_messages_that_add_no_entry_count_as_waiting_too(tmp_path: Path) -> None:
    one = Running(tmp_path, pending_maximum_bytes=65_536)
    message = msgspec.structs.replace(publish(counting(1) + b" " * 60_000), qos=2)
    for _ in range(100):  # as one client may, before it is answered
        again = msgspec.structs.replace(
            message, dup=True, payload=bytes(bytearray(message.payload))
        )
        one.intake.submit([again], one.answered)
    one.journal.close()
    assert one.intake.is_full


async def test_client_whose_connection_was_reset_while_nothing_was_read_may_come_again(
    tmp_path: Path,
) -> None:
    one = Running(tmp_path, pending_maximum_bytes=1)
    async with listening(one) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect())
        await reader.readexactly(len(CONNACK))
        writer.write(sent(1))
        await until(lambda: one.intake.is_full)
        wire = writer.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect())
        async with asyncio.timeout(1):
            answer = await reader.read(len(CONNACK))
        writer.transport.abort()
    assert answer == CONNACK


def test_packet_id_of_qos_2_reused_before_pubcomp_is_answered_by_pubrec() -> None:
    session = connected(V3)
    message = encode_publish(TOPIC, b"x", version=V3, qos=2, packet_id=5)
    first, released, second = session.receive_data(message + b"\x62\x02\x00\x05" + message, 0)
    assert isinstance(first, Published)
    assert isinstance(released, Released)
    assert isinstance(second, Published)
    session.answer(first.publishes, [0])
    session.answer_releases(released.packet_ids, [0])
    session.answer(second.publishes, [0])
    answers = (b"\x50\x02\x00\x05", b"\x70\x02\x00\x05", b"\x50\x02\x00\x05")
    assert session.data_to_send() == b"".join(answers)
