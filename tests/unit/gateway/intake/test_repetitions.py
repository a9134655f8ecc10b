"""What intake takes once, whatever of the same message comes again, also after kill -9."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from gateway.intake.sessions import JournalSessions
from gateway.intake.taking import NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.mqtt.ports import Publish, StoredSession
from tests.unit.gateway.intake.running_intake import NOW, TIMELESS, TOPIC, Running, publish, running
from tests.unit.gateway.mqtt.memory_sink import until

PACKET_IDENTIFIER_NOT_FOUND = 0x92


def counting(seq: int, value: float = 5.0) -> bytes:
    return b'{"quantity":"temperature","value":%.1f,"unit":"C","seq":%d}' % (value, seq)


def exactly_once(payload: bytes, packet_id: int, *, dup: bool = False) -> Publish:
    return Publish("client", TOPIC, payload, packet_id, 2, dup, retain=False, received_at=NOW)


async def release(one: Running, *packet_ids: int, client: str = "client") -> list[int]:
    found: list[list[int]] = []
    one.intake.release(client, packet_ids, lambda codes: found.append(list(codes)))
    await until(lambda: found)
    return found[0]


def values(one: Running) -> list[int]:
    return [reading.value for reading in one.readings()]


async def test_message_of_qos_2_is_taken_once_until_it_is_released(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.take(exactly_once(TIMELESS, 7)) == [NO_MATCHING_SUBSCRIBERS]
        assert await one.take(exactly_once(TIMELESS, 7, dup=True)) == [SUCCESS]
        assert values(one) == [5_000]
        assert await release(one, 7) == [SUCCESS]
        await one.take(exactly_once(TIMELESS, 7))
        assert values(one) == [5_000, 5_000]


async def test_open_packet_id_of_qos_2_outlives_the_process(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(exactly_once(TIMELESS, 7), exactly_once(TIMELESS, 8))
        await release(one, 8)
    async with running(tmp_path) as one:
        await one.take(exactly_once(TIMELESS, 7, dup=True), exactly_once(TIMELESS, 8, dup=True))
        assert len(values(one)) == 3
        assert await release(one, 7, 8) == [SUCCESS, SUCCESS]


async def test_release_of_a_packet_id_that_is_not_open_is_answered_so(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await release(one, 7) == [PACKET_IDENTIFIER_NOT_FOUND]
        await one.take(exactly_once(TIMELESS, 7))
        assert await release(one, 7, client="other") == [PACKET_IDENTIFIER_NOT_FOUND]
        assert await release(one, 7, 7) == [SUCCESS, PACKET_IDENTIFIER_NOT_FOUND]


async def test_open_packet_id_used_for_another_message_does_not_swallow_it(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(exactly_once(counting(1, 4.0), 7))
        await one.take(exactly_once(counting(2, 6.0), 7))
        assert values(one) == [4_000, 6_000]


async def test_dropped_session_closes_the_packet_ids_of_its_client(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(exactly_once(TIMELESS, 7))
        sessions(one).drop("client")
        await one.take(exactly_once(TIMELESS, 7, dup=True))
        assert len(values(one)) == 2
    async with running(tmp_path) as one:
        assert await release(one, 7) == [SUCCESS]


def sessions(one: Running) -> JournalSessions:
    return JournalSessions(one.journal, one.batches, one.repetitions, one.intake)


async def test_session_is_told_durable_when_another_process_could_read_it(tmp_path: Path) -> None:
    session = StoredSession("client", "d-1", 60, (("a/+", 1),), left_at=None)
    async with running(tmp_path) as one:
        kept: list[StoredSession] = []

        def note() -> None:
            kept.extend(sessions(Running(shutil.copytree(tmp_path, tmp_path / "copy"))).sessions())

        sessions(one).keep(session, note)
        await until(lambda: kept)
        assert kept == [session]
        sessions(one).drop("client")
        await one.intake.durable()
    async with running(tmp_path) as one:
        assert list(sessions(one).sessions()) == []


async def test_counter_without_a_clock_is_counted_once_without_dup_too(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(counting(1), packet_id=1), publish(counting(2), packet_id=2))
        codes = await one.take(
            publish(counting(1), packet_id=9), publish(counting(2, 6.0), packet_id=None)
        )
        assert codes == [SUCCESS, NO_MATCHING_SUBSCRIBERS]
        assert values(one) == [5_000, 5_000, 6_000]
        assert one.journal.counters()["duplicate_readings"] == 1


async def test_counters_are_known_after_a_restart_whether_it_was_orderly_or_not(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        # The first commit keeps the counters; those of the second are read from the journal.
        await one.take(publish(counting(1), packet_id=1))
        await one.take(publish(counting(2), packet_id=2))
    async with running(tmp_path) as one:
        await one.take(
            publish(counting(1), packet_id=3),
            publish(counting(2), packet_id=4),
            publish(counting(3), packet_id=5),
        )
        assert [reading.seq for reading in one.readings()] == [1, 2, 3]


async def test_new_readings_of_a_partly_repeated_message_are_taken(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(counting(1)))
        await one.take(publish(b"[" + counting(1) + b"," + counting(2) + b"]", packet_id=2))
        assert [reading.seq for reading in one.readings()] == [1, 2]


async def test_faulty_message_that_comes_again_is_quarantined_once(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.take(publish(b"{", packet_id=3)) == [PAYLOAD_FORMAT_INVALID]
        again = await one.take(publish(b"{", packet_id=3, dup=True))
        assert again == [PAYLOAD_FORMAT_INVALID]
        assert one.journal.counters()["quarantined"] == 1


async def test_wills_of_qos_2_have_no_packet_id_and_are_all_taken(tmp_path: Path) -> None:
    will = Publish("client", TOPIC, TIMELESS, None, 2, dup=False, retain=False, received_at=NOW)
    async with running(tmp_path) as one:
        await one.take(will)
        await one.take(will)
        assert len(values(one)) == 2


async def test_session_that_was_never_kept_is_dropped_without_a_commit(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        sessions(one).drop("client")
        assert await one.intake.durable() == 0


async def test_message_of_qos_2_that_a_broker_sends_again_after_its_release_is_taken_once(
    tmp_path: Path,
) -> None:
    # mosquitto 2.0.11 does so when its client was killed between PUBREC and PUBCOMP.
    first = replace(exactly_once(TIMELESS, 7), client="broker")
    async with running(tmp_path) as one:
        await one.take(first)
        await release(one, 7, client="broker")
        await one.take(replace(first, dup=True))
        assert len(values(one)) == 1
        await release(one, 7, client="broker")
        await one.take(first)
        assert len(values(one)) == 2


async def test_unheard_messages_alike_are_each_known_once_when_they_come_again(
    tmp_path: Path,
) -> None:
    alike, other = publish(TIMELESS), publish(TIMELESS.replace(b"5.0", b"6.0"))
    async with running(tmp_path) as one:
        for _ in range(2):
            await one.take(alike)
            one.intake.unheard([alike])
        await one.take(other)
        for _ in range(2):
            assert await one.take(replace(alike, dup=True)) == [SUCCESS]
        assert values(one) == [5_000, 5_000, 6_000]
        await one.take(replace(alike, dup=True))
        assert values(one) == [5_000, 5_000, 6_000, 5_000]
