import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.door import Door, DoorClient, LineTooLong, socket_of
from gateway.errors import CommandRefused, IntakeAway, WrongSetting
from tests.unit.gateway.mqtt.memory_sink import until
from twins.errors import InvalidIdentifier


async def echo(document: dict[str, object]) -> dict[str, object]:
    if document.get("command") == "bad":
        raise CommandRefused("some_rule", "because")
    if document.get("command") == "worse":
        raise InvalidIdentifier("party", "a b", "letters and digits")
    if document.get("command") == "never":
        await asyncio.Event().wait()
    return {"said": document}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Door]:
    door = Door()
    await door.open(socket_of(folder), echo)
    try:
        yield door
    finally:
        async with asyncio.timeout(2):
            await door.close()


async def said(folder: Path, *lines: bytes) -> list[dict[str, object]]:
    reader, writer = await asyncio.open_unix_connection(socket_of(folder), limit=1 << 22)
    writer.write(b"".join(lines))
    answers = [msgspec.json.decode(await reader.readline()) for _ in lines]
    writer.close()
    return answers


async def test_command_is_answered_or_refused_by_its_rule(tmp_path: Path) -> None:
    async with opened(tmp_path):
        client = DoorClient(tmp_path)
        assert await client.submit({"command": "x"}) == {"said": {"command": "x"}}
        with pytest.raises(CommandRefused, match="some_rule: because"):
            await client.submit({"command": "bad"})


async def test_fault_of_whatever_family_is_answered_and_the_next_line_too(tmp_path: Path) -> None:
    async with opened(tmp_path):
        bad, good = await said(tmp_path, b'{"command":"worse"}\n', b'{"command":"x"}\n')
        assert (bad["ok"], bad["code"]) == (False, "failed")
        assert "a b" in str(bad["reason"])
        assert good["ok"]


async def test_only_the_owner_may_use_the_socket(tmp_path: Path) -> None:
    async with opened(tmp_path):
        assert socket_of(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"\xff", b'{"a":"\\ud800"}', b"[" * 100_000, b'{"a":' * 90_000],
    ids=["cut", "list", "no UTF-8", "half a pair", "deep", "deep objects"],
)
async def test_line_that_is_no_command_is_refused_and_the_next_one_is_answered(
    tmp_path: Path, line: bytes
) -> None:
    async with opened(tmp_path):
        bad, good = await said(tmp_path, line + b"\n", b'{"command":"x"}\n')
        assert bad["code"] == "malformed_command"
        assert good["ok"]


async def test_line_beyond_the_limit_is_refused_by_both_sides(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(LineTooLong):
            await DoorClient(tmp_path).submit({"command": "x" * (1 << 20)})
        reader, writer = await asyncio.open_unix_connection(socket_of(tmp_path))
        writer.write(b"x" * (1 << 20) + b"x")
        assert msgspec.json.decode(await reader.readline())["code"] == "too_long"
        writer.close()


async def test_follower_is_told_of_every_batch(tmp_path: Path) -> None:
    async with opened(tmp_path) as door:
        told: list[int] = []
        task = asyncio.create_task(DoorClient(tmp_path).follow(told.append))
        await until(lambda: door._followers)
        door.announce(1)
        door.announce(2)
        await until(lambda: told == [1, 2])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_follower_that_reads_nothing_is_dropped(tmp_path: Path) -> None:
    async with opened(tmp_path) as door:
        _, writer = await asyncio.open_unix_connection(socket_of(tmp_path), limit=1)
        writer.write(b'{"command":"follow"}\n')
        await until(lambda: door._followers)
        for batch in range(400_000):
            door.announce(batch)
            if not door._followers:
                break
        assert not door._followers
        writer.close()


async def test_door_closes_although_clients_wait_half_speak_and_do_not_read(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as door:
        writers = []
        for line in (b'{"command":"never"}\n', b'{"comm', b'{"command":"follow"}\n', b""):
            _, writer = await asyncio.open_unix_connection(socket_of(tmp_path), limit=1)
            writer.write(line)
            writers.append(writer)
        await until(lambda: len(door._clients) == 4 and door._followers)
        for batch in range(50_000):
            door.announce(batch)
    assert not door._clients
    for writer in writers:
        writer.close()


async def test_client_says_that_no_gateway_answers(tmp_path: Path) -> None:
    with pytest.raises(IntakeAway):
        await DoorClient(tmp_path).submit({"command": "x"})
    async with opened(tmp_path):
        waiting = asyncio.create_task(DoorClient(tmp_path).submit({"command": "never"}))
        await asyncio.sleep(0.05)
    with pytest.raises(IntakeAway):
        await waiting


async def test_socket_that_a_dead_process_left_is_replaced(tmp_path: Path) -> None:
    socket_of(tmp_path).touch()
    async with opened(tmp_path):
        assert await DoorClient(tmp_path).submit({"command": "x"})


def test_folder_whose_path_no_socket_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="data"):
        socket_of(tmp_path / ("x" * 100))


async def test_answer_that_is_too_long_for_a_line_is_said_to_be(tmp_path: Path) -> None:
    async with opened(tmp_path):
        # Echoed, it grows beyond the megabyte that a line may have.
        command = {"command": "x", "text": "y" * ((1 << 20) - 40)}
        with pytest.raises(CommandRefused, match="ask for less at once"):
            await DoorClient(tmp_path).submit(command)
