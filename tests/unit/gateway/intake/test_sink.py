import asyncio
import sqlite3
import time
from pathlib import Path

import msgspec
import pytest

from gateway.errors import CommandRefused
from gateway.intake.retained import WithoutRetained
from gateway.intake.taking import NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.store.entries import decode_entries
from gateway.store.journal import JournalReader
from tests.unit.gateway.intake.running_intake import (
    ADD,
    BIND,
    DAY_US,
    NOW,
    OFFER,
    TIMED,
    TIMELESS,
    Running,
    publish,
    running,
)
from tests.unit.gateway.intake.test_intake_edges import quarantined
from tests.unit.gateway.mqtt.memory_sink import until


async def test_publish_is_answered_when_it_is_on_disk_and_not_before(tmp_path: Path) -> None:
    one = Running(tmp_path)
    one.intake.submit([publish()], one.answered)
    await asyncio.sleep(0)
    assert one.answers == []
    task = asyncio.create_task(one.intake.commit_forever())
    await until(lambda: one.answers)
    assert len(one.readings()) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    one.journal.close()


async def test_reading_of_an_unbound_device_is_kept_and_answered_so(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.take(publish()) == [NO_MATCHING_SUBSCRIBERS]
        await one.door.handle(dict(ADD))
        await one.door.handle(dict(BIND))
        assert await one.take(publish()) == [SUCCESS]


async def test_redelivery_of_a_reading_with_time_is_counted_once(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish())
        await one.take(publish(dup=True, received_at=NOW + 9))
        assert one.counted() == {"readings": 1, "duplicates": 1, "readings_unbound": 1}


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_redelivery_of_a_reading_without_time_is_counted_once(
    tmp_path: Path, *, is_restarted: bool
) -> None:
    again = publish(TIMELESS, dup=True, received_at=NOW + 5_000_000)
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS))
        if not is_restarted:
            await one.take(again)
    if is_restarted:
        async with running(tmp_path) as one:
            await one.take(again)
    assert len(one.readings()) == 1


async def test_equal_bytes_on_another_topic_are_no_redelivery(tmp_path: Path) -> None:
    other = publish(TIMELESS, topic="cargotwin/v1/d-2/readings", dup=True)
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS))
        await one.take(other)
        assert [reading.device for reading in one.readings()] == ["d-1", "d-2"]


async def test_packet_id_that_comes_again_after_a_week_is_no_redelivery(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS))
        one.now += 7 * DAY_US - 1
        await one.take(publish(TIMELESS, dup=True, received_at=one.now))
        assert len(one.readings()) == 1
        one.now += 2
        await one.take(publish(TIMELESS, dup=True, received_at=one.now))
        assert len(one.readings()) == 2


async def test_redelivery_that_comes_while_the_first_is_committed_is_counted_once(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        one.intake.submit([publish(TIMELESS)], one.answered)
        one.intake.submit([publish(TIMELESS, dup=True, received_at=NOW + 9)], one.answered)
        await until(lambda: len(one.answers) == 2)
        assert len(one.readings()) == 1


async def test_redelivery_after_a_crash_before_the_commit_is_taken(tmp_path: Path) -> None:
    lost = Running(tmp_path)
    lost.intake.submit([publish(TIMELESS)], lost.answered)
    lost.journal.close()
    assert lost.answers == []
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS, dup=True))
        assert len(one.readings()) == 1


async def test_equal_readings_without_time_are_two_where_nobody_says_that_one_is_repeated(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS), publish(TIMELESS, packet_id=2))
        await one.take(publish(TIMELESS, packet_id=3))
        assert one.counted()["readings"] == 3
        assert len({reading.observed_at for reading in one.readings()}) == 3


async def test_arrivals_follow_a_clock_that_was_set_back(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS))
        await one.take(publish(TIMELESS, packet_id=2, received_at=NOW - 3_600_000_000))
        assert [found.observed_at for found in one.readings()] == [NOW, NOW - 3_600_000_000]


async def test_repeated_message_with_a_bad_part_gets_the_same_answer_again(tmp_path: Path) -> None:
    half_bad = b"[" + TIMELESS + b',{"quantity":"temperature","value":5}]'
    async with running(tmp_path) as one:
        first = await one.take(publish(half_bad))
        again = await one.take(publish(half_bad, dup=True))
        assert first == again == [PAYLOAD_FORMAT_INVALID]
        assert len(one.readings()) == 1


async def test_bad_input_is_kept_and_good_input_of_the_same_batch_too(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        codes = await one.take(publish(b"\xff"), publish(), publish(topic="elsewhere"))
        assert codes == [PAYLOAD_FORMAT_INVALID, NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_INVALID]
        assert one.counted()["quarantined"] == 2
        counters = one.journal.counters()
        assert counters["quarantined_invalid_json"] == counters["quarantined_unknown_topic"] == 1


async def test_statement_about_an_unknown_asset_is_quarantined(tmp_path: Path) -> None:
    payload = b'{"asset":"nobody","name":"start","observed_at":"2026-11-20T11:00:00Z"}'
    async with running(tmp_path) as one:
        codes = await one.take(publish(payload, topic="cargotwin/v1/d-1/milestone"))
        assert codes == [PAYLOAD_FORMAT_INVALID]
        assert one.journal.counters()["quarantined_unknown_asset"] == 1


async def test_retained_message_of_a_broker_is_counted_and_not_journalled(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        sink = WithoutRetained(one.intake)
        sink.submit([publish(retain=True), publish(b"\xff"), publish(retain=True)], one.answered)
        await until(lambda: one.answers)
        assert one.answers == [[SUCCESS, PAYLOAD_FORMAT_INVALID, SUCCESS]]
        assert one.journal.counters()["retained_ignored"] == 2
        assert one.readings() == []


async def test_retain_flag_of_a_device_means_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(retain=True))
        assert len(one.readings()) == 1


async def test_full_disk_holds_answers_back_until_the_same_batch_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.intake.sink._RETRY_S", 0.01)
    async with running(tmp_path, pending_maximum_bytes=1) as one:
        await one.take(publish())
        connection = one.journal._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        rooms: list[None] = []
        one.intake.submit([publish(b"x" * 50_000)], one.answered)
        one.intake.on_room(lambda: rooms.append(None))
        await asyncio.sleep(0.1)
        assert one.intake.is_full
        assert (len(one.answers), rooms) == (1, [])
        connection.execute("PRAGMA max_page_count = 1000000")
        await until(lambda: len(one.answers) == 2)
        assert rooms == [None]
        assert one.counted()["quarantined"] == 1


async def test_loop_goes_on_while_a_slow_disk_commits(tmp_path: Path) -> None:
    slow_s = 0.05
    async with running(tmp_path) as one:
        # Each statement takes its time, and each commit has several.
        one.journal._connection.set_trace_callback(lambda _statement: time.sleep(slow_s))
        await one.take(publish(packet_id=1))
        one.intake.submit([publish(packet_id=2)], one.answered)
        longest, last = 0.0, time.monotonic()
        while len(one.answers) < 2:
            await asyncio.sleep(0)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        assert longest < slow_s


async def test_messages_that_come_at_the_same_time_share_a_commit(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        one.intake.submit([publish(packet_id=1)], one.answered)
        await asyncio.sleep(0)
        one.intake.submit([publish(packet_id=2)], one.answered)
        await until(lambda: len(one.answers) == 2)
        assert one.committed == [1]


async def test_long_batch_is_cut_so_that_every_entry_has_a_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.intake.pending.MOST_ENTRIES", 2)
    async with running(tmp_path) as one:
        await one.take(*(publish(TIMELESS, packet_id=count) for count in range(5)))
        with JournalReader(tmp_path / "journal.db") as reader:
            assert [len(decode_entries(batch)) for batch in reader.checked()] == [2, 2, 1]
        assert one.committed == [1, 2, 3]


async def test_command_is_journalled_whole_and_known_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.door.handle(dict(ADD)) == {"batch": 1}
        with pytest.raises(CommandRefused, match="asset_exists"):
            await one.door.handle(dict(ADD))
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match="asset_exists"):
            await one.door.handle(dict(ADD))


async def test_refused_command_leaves_nothing_behind(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        for bad in ({"observed_at_us": 2**70}, {"policy": {"id": 2**60}}, {"title": "\n"}):
            with pytest.raises(CommandRefused):
                await one.door.handle(ADD | bad)
        assert await one.door.handle(dict(ADD)) == {"batch": 1}


def judgement(answer: str = "taken") -> dict[str, object]:
    payload = {"asset": "a-1", "nonce": "n-1", "phase": "offered", "answer": answer}
    return {
        "command": "announce",
        "topic": "cargotwin/v1/answers/a-1",
        "payload": msgspec.json.encode(payload).decode(),
    }


async def test_custody_statements_are_answered_with_the_judgement_of_each(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        both = [asyncio.create_task(one.door.handle(dict(OFFER))) for _ in range(2)]
        await until(lambda: one.journal.counters().get("commands") == 3)
        await one.door.handle(judgement())
        answers = await asyncio.gather(*both)
        assert [answer["answer"] for answer in answers] == ["taken", "taken"]
        assert one.announced[0][0] == "cargotwin/v1/answers/a-1"


async def test_statement_that_nobody_judges_is_answered_so_with_its_own_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.intake.doorkeeper._JUDGEMENT_S", 0.05)
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        slow = asyncio.create_task(one.door.handle(dict(OFFER)))
        await until(lambda: one.journal.last_batch == 2)
        await one.take(publish())
        assert await slow == {"batch": 2, "answer": "not judged yet"}
        assert len(one.judgements) == 0


DEPARTURE: dict[str, object] = {"command": "milestone", "asset": "a-1", "name": "departure"}


async def test_milestone_is_answered_with_what_the_twin_says_of_it_and_of_no_other_moment(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        at_us = one.now - 5
        asked = asyncio.create_task(one.door.handle(DEPARTURE | {"observed_at_us": at_us}))
        await until(lambda: one.journal.counters().get("commands") == 2)
        told = {"asset": "a-1", "milestone": "departure", "phase": "transit"}
        fault = {"answer": "not_from_this_phase", "detail": "it was in transit"}
        for moment, said in ((at_us - 1, {"answer": "taken"}), (at_us, fault)):
            payload = told | {"observed_at_us": moment} | said
            await one.door.handle(
                {
                    "command": "announce",
                    "topic": "cargotwin/v1/answers/a-1",
                    "payload": msgspec.json.encode(payload).decode(),
                }
            )
        assert await asked == {"batch": 2, "phase": "transit", **fault}
        assert len(one.judgements) == 0


async def test_milestone_that_nobody_judges_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.intake.doorkeeper._JUDGEMENT_S", 0.05)
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        assert await one.door.handle(dict(DEPARTURE)) == {"batch": 2, "answer": "not judged yet"}


@pytest.mark.parametrize(
    "bad",
    [{}, {"payload": 5}, {"payload": "{"}, {"payload": "{}"}, {"payload": "[" * 20_000}],
    ids=["nothing", "a number", "no JSON", "no judgement", "deep"],
)
async def test_announcement_of_something_else_is_refused(
    tmp_path: Path, bad: dict[str, object]
) -> None:
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match="malformed_announcement"):
            await one.door.handle({"command": "announce", "topic": "t"} | bad)


async def test_counters_see_only_what_is_committed(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish())
        assert await one.door.handle({"command": "counters"}) == {
            "counters": {"readings": 1, "readings_of_unknown_devices": 1}
        }


async def test_the_first_faults_of_a_message_are_named_in_the_quarantine(tmp_path: Path) -> None:
    payload = b"[" + b",".join([b'{"quantity":"temperature","value":"x","unit":"C"}'] * 20) + b"]"
    async with running(tmp_path) as one:
        await one.take(publish(payload))
        with JournalReader(tmp_path / "journal.db") as reader:
            (batch,) = reader.checked()
        (entry,) = decode_entries(batch)
        detail = msgspec.msgpack.decode(entry.record)[-1]
        assert [
            part.split(":")[0] for part in detail.split("; ") if part.startswith("element")
        ] == [f"element {place}" for place in range(8)]


def test_sqlite_here_is_safe_for_one_connection_in_two_threads() -> None:
    assert sqlite3.threadsafety == 3


def sensors(*names: str) -> bytes:
    """Return a payload with one timed reading of each sensor."""
    document = msgspec.json.decode(TIMED)
    return msgspec.json.encode([document | {"sensor": name} for name in names])


async def test_further_sensors_of_a_device_are_quarantined_by_name_once_a_message(
    tmp_path: Path,
) -> None:
    payload = sensors("a", "b", *(f"s{count}" for count in range(1_498)))
    async with running(tmp_path) as one:
        assert await one.take(publish(payload)) == [PAYLOAD_FORMAT_INVALID]
        assert [reading.sensor for reading in one.readings()] == ["a", "b"]
        counters = one.journal.counters()
        assert counters["quarantined_too_many_sensors"] == counters["quarantined"] == 1
        assert counters["readings"] == 2
        with JournalReader(tmp_path / "journal.db") as reader:
            (batch,) = reader.checked()
        assert decode_entries(batch)[-1].raw == payload


async def test_known_sensors_are_taken_and_further_ones_refused_after_a_restart_too(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(sensors("a", "b")))
    async with running(tmp_path) as one:
        codes = await one.take(publish(sensors("c")), publish(sensors("b")))
        assert codes == [PAYLOAD_FORMAT_INVALID, NO_MATCHING_SUBSCRIBERS]
        assert await one.take(publish(sensors("c"), topic="cargotwin/v1/d-2/readings")) == [
            NO_MATCHING_SUBSCRIBERS
        ]


async def test_sensor_whose_commit_was_lost_is_not_counted(tmp_path: Path) -> None:
    lost = Running(tmp_path)
    lost.intake.submit([publish(sensors("a", "b"))], lost.answered)
    lost.journal.close()
    async with running(tmp_path) as one:
        assert await one.take(publish(sensors("c", "d"))) == [NO_MATCHING_SUBSCRIBERS]


async def test_repetition_of_a_message_with_a_refused_sensor_gets_the_same_answer(
    tmp_path: Path,
) -> None:
    timeless = msgspec.json.decode(TIMELESS)
    payload = msgspec.json.encode([timeless | {"sensor": name} for name in "abc"])
    async with running(tmp_path) as one:
        first = await one.take(publish(payload))
        again = await one.take(publish(payload, dup=True))
        assert first == again == [PAYLOAD_FORMAT_INVALID]
        assert len(one.readings()) == 2


async def test_unknown_devices_beyond_the_bound_are_quarantined_until_they_are_bound(
    tmp_path: Path,
) -> None:
    second = publish(topic="cargotwin/v1/d-2/readings")
    async with running(tmp_path, maximum_unknown_devices=1) as one:
        assert await one.take(publish()) == [NO_MATCHING_SUBSCRIBERS]
        assert await one.take(second) == [PAYLOAD_FORMAT_INVALID]
        assert one.journal.counters()["quarantined_too_many_devices"] == 1
        (refused,) = quarantined(tmp_path)
        assert "intake.maximum_unknown_devices is 1," in refused.detail
        assert "bind d-2 to an asset first" in refused.detail
        await one.door.handle(dict(ADD))
        await one.door.handle(dict(BIND))
        assert await one.take(second, publish()) == [NO_MATCHING_SUBSCRIBERS, SUCCESS]
    async with running(tmp_path, maximum_unknown_devices=1) as one:
        third = publish(topic="cargotwin/v1/d-3/readings")
        assert await one.take(third, second) == [PAYLOAD_FORMAT_INVALID, NO_MATCHING_SUBSCRIBERS]


async def test_statements_about_an_unknown_asset_are_kept_once_a_message(tmp_path: Path) -> None:
    element = b'{"asset":"nobody","name":"start","observed_at":"2026-11-20T11:00:00Z"}'
    payload = b"[" + b",".join([element] * 100) + b"]"
    async with running(tmp_path) as one:
        codes = await one.take(publish(payload, topic="cargotwin/v1/d-1/milestone"))
        assert codes == [PAYLOAD_FORMAT_INVALID]
        assert one.journal.counters()["quarantined_unknown_asset"] == 1


async def test_door_tells_the_problems_of_intake(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.door.handle({"command": "problems"}) == {"problems": []}
        one.problems.append("broker h:1883: away")
        assert await one.door.handle({"command": "problems"}) == {
            "problems": ["broker h:1883: away"]
        }


async def test_unbinding_a_device_that_was_never_bound_is_refused(tmp_path: Path) -> None:
    unbind: dict[str, object] = {"command": "asset.unbind", "asset": "a-1", "device": "zz"}
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        with pytest.raises(CommandRefused, match="unknown_device"):
            await one.door.handle(unbind)
        await one.door.handle(BIND | {"device": "zz"})
        assert await one.door.handle(unbind) == {"batch": 3}
