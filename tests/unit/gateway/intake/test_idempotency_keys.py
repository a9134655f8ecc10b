"""One key, one payload: draft-ietf-httpapi-idempotency-key-header-06, "Error Scenarios"."""

from pathlib import Path

import pytest

from gateway.errors import CommandRefused
from gateway.store.journal import PUBLISH_KEY_LIFETIME_US
from tests.unit.gateway.intake.running_intake import TIMED, TIMELESS, running
from tests.unit.gateway.intake.test_doorkeeper import ingest

OTHER = TIMELESS.replace(b"5.0", b"6.0")


@pytest.mark.parametrize("first", [TIMELESS, TIMED, b"{"], ids=["timeless", "timed", "faulty"])
async def test_key_that_comes_with_another_payload_is_refused_and_nothing_is_taken(
    tmp_path: Path, first: bytes
) -> None:
    async with running(tmp_path) as one:
        taken = await one.door.handle(ingest(first, key="k-1"))
        counters = one.journal.counters()
        for other in (OTHER, TIMED.replace(b"5.0", b"6.0"), b"[", b""):
            with pytest.raises(CommandRefused, match="key_reused"):
                await one.door.handle(ingest(other, key="k-1"))
        await one.intake.durable()
        assert one.journal.counters() == counters
        # The first payload is known still.
        counted = one.counted()
        again = await one.door.handle(ingest(first, key="k-1"))
        assert again["code"] in (taken["code"], 0)
        assert one.counted() | {"duplicates": 0} == counted | {"duplicates": 0}


async def test_key_that_comes_for_another_topic_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(ingest(TIMELESS, key="k-1"))
        with pytest.raises(CommandRefused, match="key_reused"):
            await one.door.handle(ingest(TIMELESS, key="k-1", topic="cargotwin/v1/d-2/readings"))


async def test_key_of_another_sender_is_another_key(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(ingest(TIMELESS, key="k-1"))
        await one.door.handle(ingest(OTHER, key="k-1", client="webhook:ttn"))
        assert [reading.value for reading in one.readings()] == [5_000, 6_000]


async def test_space_in_a_senders_name_or_key_makes_no_key_of_another(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(ingest(TIMELESS, client="webhook:a", key="b k"))
        await one.door.handle(ingest(OTHER, client="webhook:a b", key="k"))
        await one.door.handle(ingest(OTHER, client="webhook:a%20b", key="k"))
        assert len(one.readings()) == 3


async def test_key_is_known_while_its_payload_is_on_its_way_to_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        commands = [ingest(TIMED, key="k-1"), ingest(OTHER, key="k-1"), ingest(TIMED, key="k-1")]
        answer = await one.door.handle({"command": "many", "commands": commands})
        assert [each["ok"] for each in answer["answers"]] == [True, False, True]  # type: ignore[attr-defined]


@pytest.mark.parametrize("payload", [TIMELESS, TIMED])
async def test_key_is_known_after_a_restart_and_for_seven_days(
    tmp_path: Path, payload: bytes
) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(ingest(payload, key="k-1"))
    async with running(tmp_path) as one:
        one.now += PUBLISH_KEY_LIFETIME_US
        with pytest.raises(CommandRefused, match="key_reused"):
            await one.door.handle(ingest(OTHER, key="k-1"))
        one.now += 1
        await one.door.handle(ingest(OTHER, key="k-1"))
        assert len(one.readings()) == 2
