"""What comes through the door beside people's commands: other ways in, and a second try."""

import base64
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.errors import CommandRefused
from gateway.intake.taking import NOT_AUTHORIZED
from gateway.store.entries import decode_record
from gateway.store.journal import JournalReader, position_of
from gateway.store.quarantine_records import QuarantineSettled
from tests.unit.gateway.intake.running_intake import (
    ADD,
    BIND,
    NOW,
    TIMED,
    TIMELESS,
    TOPIC,
    Running,
    publish,
    running,
)
from tests.unit.gateway.intake.test_intake_edges import Stumbling
from twins.errors import TransientFault

ELSEWHERE = "plant/d-1/climate"


def ingest(payload: bytes, **more: str) -> dict[str, object]:
    return {
        "command": "ingest",
        "codec": "cargotwin",
        "topic": TOPIC,
        "payload": base64.b64encode(payload).decode(),
        "client": "webhook",
    } | more


def redecode(position: int, **more: str) -> dict[str, object]:
    return {"command": "quarantine.redecode", "position": position, "by": "quality"} | more


def settled(one: Running) -> list[QuarantineSettled]:
    with JournalReader(one.folder / "journal.db") as reader:
        records = [
            decode_record(entry.record)
            for batch in reader.checked()
            for entry in one.entries(batch)
        ]
    return [record for record in records if isinstance(record, QuarantineSettled)]


async def test_message_that_came_another_way_is_answered_when_it_is_on_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        answer = await one.door.handle(ingest(TIMED))
        assert answer == {"code": 0x10, "records": 1, "faults": []}
        assert len(one.readings()) == 1
        bad = await one.door.handle(ingest(b"{"))
        assert (bad["code"], bad["records"]) == (0x99, 0)
        assert one.journal.counters()["quarantined"] == 1


async def test_message_with_the_key_of_an_earlier_one_is_taken_once(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(ingest(TIMELESS, key="k-1"))
        await one.door.handle(ingest(TIMELESS, key="k-1"))
        await one.door.handle(ingest(TIMELESS, key="k-2"))
        await one.door.handle(ingest(TIMELESS))
        await one.door.handle(ingest(TIMELESS))
        assert len(one.readings()) == 4


@pytest.mark.parametrize("good", [TIMED, TIMELESS])
async def test_message_taken_in_part_is_answered_the_same_when_it_comes_again(
    tmp_path: Path, good: bytes
) -> None:
    partly = b"[" + good + b",{}]"
    async with running(tmp_path) as one:
        first = await one.door.handle(ingest(partly, key="k-1"))
        assert (first["code"], first["records"], len(first["faults"])) == (0x99, 1, 1)  # type: ignore[arg-type]
        assert await one.door.handle(ingest(partly, key="k-1")) == first
        assert len(one.readings()) == 1
    async with running(tmp_path) as one:
        assert await one.door.handle(ingest(partly, key="k-1")) == first
        assert len(one.readings()) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"payload": "###"}, "malformed_command"),
        ({"codec": "morse"}, "unknown_codec"),
        ({"codec": "mapping"}, "unconfigured_codec"),
        ({"topic": 5}, "malformed_command"),
    ],
)
async def test_ingest_that_cannot_be_read_is_refused(
    tmp_path: Path, wrong: dict[str, object], code: str
) -> None:
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match=code):
            await one.door.handle(ingest(TIMED) | wrong)


async def test_quarantined_message_is_decoded_by_a_format_that_is_named_later(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(TIMED, topic=ELSEWHERE, received_at=1_795_176_000_000_123))
        position = position_of(1, 0)
        with pytest.raises(CommandRefused, match="unknown_topic"):
            await one.door.handle(redecode(position))
        wrong = await one.door.handle(redecode(position, codec="zigbee2mqtt"))
        assert wrong["code"] == 0x99
        with pytest.raises(CommandRefused, match="not_quarantined"):
            await one.door.handle(redecode(position_of(1, 1)))
        with pytest.raises(CommandRefused, match="not_quarantined"):
            await one.door.handle(redecode(position_of(9, 0)))
        assert settled(one) == []


async def test_message_is_decoded_again_as_of_its_first_arrival_and_settled_once(
    tmp_path: Path,
) -> None:
    tasmota = b'{"Time":"2026-11-20T11:00:00","AM2301":{"Temperature":21.5},"TempUnit":"C"}'
    async with running(tmp_path) as one:
        await one.take(publish(tasmota, topic="tele/d-1/SENSOR"))
        one.route("tele/+/SENSOR", "tasmota", {"zone": "Europe/Berlin"})
        position = position_of(1, 0)
        answer = await one.door.handle(redecode(position))
        assert answer == {"code": 0x10, "records": 1, "faults": []}
        (reading,) = one.readings()
        # 11:00 in Berlin in November is 10:00 UTC (CET, UTC+1).
        assert reading.observed_at == 1_795_168_800_000_000
        assert [(one_.position, one_.outcome, one_.by) for one_ in settled(one)] == [
            (position, "decoded", "quality")
        ]
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match="already_settled"):
            await one.door.handle(redecode(position, codec="cargotwin"))


async def test_parts_that_were_taken_at_first_are_not_counted_again(tmp_path: Path) -> None:
    payload = b"[" + TIMELESS + b',{"quantity":"temperature","value":6.0,"unit":"C","sensor":"c"}]'
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        await one.door.handle(dict(BIND))
        await one.take(publish(TIMELESS.replace(b"temperature", b"humidity").replace(b"C", b"%")))
        await one.take(publish(payload, packet_id=2))
        one.reception.devices._maximum_series = 32
        await one.door.handle(redecode(position_of(4, 1)))
        assert one.counted()["readings"] == 3


async def test_message_without_right_is_quarantined_and_answered_so(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        codes = await one.take(replace(publish(), is_permitted=False))
        assert codes == [NOT_AUTHORIZED]
        assert one.journal.counters()["quarantined_not_authorized"] == 1
        assert one.readings() == []


async def test_door_tells_on_which_way_unread_topics_come(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(), publish(b"21.5", topic=ELSEWHERE))
        told = await one.door.handle({"command": "ways", "topics": [ELSEWHERE, "never"]})
        assert told["topics"] == [{"topic": ELSEWHERE, "qos": 1, "via_broker": False}]
        seen = {one_.topic: one_ for one_ in one.reception.sightings.all()}
        assert (seen[TOPIC].device, seen[TOPIC].codec) == ("d-1", "cargotwin")
        await one.door.handle(dict(ADD))
        await one.door.handle(dict(BIND))
        await one.take(publish(packet_id=3))
        assert [one_.topic for one_ in one.reception.sightings.all()] == [ELSEWHERE]


SOURCE = {
    "command": "source.confirm",
    "filter": "tele/+/SENSOR",
    "codec": "tasmota",
    "options": {"zone": "Europe/Berlin"},
    "by": "quality",
}


async def test_confirmed_source_is_read_at_once_and_after_a_restart(tmp_path: Path) -> None:
    tasmota = b'{"Time":"2026-11-20T11:00:00","AM2301":{"Temperature":21.5},"TempUnit":"C"}'
    message = publish(tasmota, topic="tele/d-1/SENSOR")
    async with running(tmp_path) as one:
        assert await one.take(message) == [0x99]
        assert await one.door.handle(dict(SOURCE)) == {"batch": 2}
        assert await one.take(replace(message, packet_id=2)) == [0x10]
    async with running(tmp_path) as one:
        assert await one.take(replace(message, packet_id=3)) == [0x10]


async def test_source_whose_format_stumbles_over_a_lesson_is_kept_all_the_same(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(b"{}", topic="tele/d-1/SENSOR"))
        one.table._around = lambda _codec: Stumbling()
        lesson: dict[str, object] = {"lessons": [position_of(1, 0)], "heard_until": NOW}
        await one.door.handle(SOURCE | lesson)
    async with running(tmp_path) as one:
        asked: dict[str, object] = {"command": "ways", "topics": ["tele/+/SENSOR"], "sources": True}
        told = await one.door.handle(asked)
        assert [source["codec"] for source in told["sources"]] == ["tasmota"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"filter": "tele/#/SENSOR"}, "invalid_filter"),
        ({"codec": "morse"}, "invalid_source"),
        ({"options": {"zone": "Mars"}}, "invalid_source"),
        ({"by": 5}, "malformed_command"),
    ],
)
async def test_source_that_cannot_be_read_is_refused(
    tmp_path: Path, wrong: dict[str, object], code: str
) -> None:
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match=code):
            await one.door.handle(SOURCE | wrong)
        assert one.journal.last_batch == 0


async def test_door_tells_how_each_device_was_seen(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(TIMED, received_at=1_795_176_000_000_000))
        asked = {"command": "ways", "devices": ["d-1", "never"]}
        (told,) = (await one.door.handle(asked))["devices"]  # type: ignore[misc]
        assert told == {
            "device": "d-1",
            "is_bound": False,
            "observed": {
                "qos_lowest": 1,
                "via_broker": False,
                "clock_sources": [1],
                "has_seq": False,
                "is_signed": False,
                "from_file": False,
            },
            # Arrived at 12:00 UTC what was observed at 11:00: an hour behind at most.
            "clock_offset_us": -3_600_000_000,
        }


async def test_several_commands_are_answered_each_for_itself_in_their_order(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(b"{"), publish(b"[", packet_id=2))
        discard = {"command": "quarantine.discard", "by": "quality", "reason": "noise"}
        commands = [discard | {"position": position_of(1, place)} for place in (0, 0, 1, 9)]
        told = await one.door.handle({"command": "many", "commands": commands})
        codes = [answer.get("code", "ok") for answer in told["answers"]]  # type: ignore[attr-defined]
        assert codes == ["ok", "already_settled", "ok", "not_quarantined"]
        assert [each.position for each in settled(one)] == [position_of(1, 0), position_of(1, 1)]
        # Both share a commit.
        assert one.journal.last_batch == 2


async def test_who_decodes_again_must_be_a_party_and_one_slip_costs_no_other_answer(
    tmp_path: Path,
) -> None:
    tasmota = b'{"Time":"2026-11-20T11:00:00","AM2301":{"Temperature":21.5},"TempUnit":"C"}'
    async with running(tmp_path) as one:
        await one.take(publish(tasmota, topic="tele/d-1/SENSOR"))
        one.route("tele/+/SENSOR", "tasmota", {"zone": "Europe/Berlin"})
        position = position_of(1, 0)
        commands = [
            redecode(position, by="Anna Schmidt"),
            {"command": "source.confirm", "filter": 5},
            redecode(position),
        ]
        told = await one.door.handle({"command": "many", "commands": commands})
        codes = [answer.get("code") for answer in told["answers"]]  # type: ignore[attr-defined]
        assert codes == ["invalid_value", "malformed_command", 0x10]
        with pytest.raises(CommandRefused, match=r"invalid_value: .*Anna Schmidt"):
            await one.door.handle(commands[0])
        assert [each.by for each in settled(one)] == ["quality"]


async def test_fault_that_one_of_many_commands_meets_is_its_own_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(b"{"))

        class Stumbles(TransientFault):
            pass

        async def stumble(_: dict[str, object]) -> dict[str, object]:
            raise Stumbles("the disk is away")

        one.door._questions["counters"] = stumble
        commands = [{"command": "counters"}, {"command": "problems"}]
        told = await one.door.handle({"command": "many", "commands": commands})
        refused, answered = told["answers"]  # type: ignore[misc]
        assert (refused["ok"], refused["code"]) == (False, "failed")
        assert "the disk is away" in refused["reason"]
        assert answered["ok"]


@pytest.mark.parametrize(
    "commands",
    [None, {}, [5], [{"command": "counters"}] * 65, [{"command": "many", "commands": []}]],
)
async def test_many_that_are_none_or_too_many_are_refused(tmp_path: Path, commands: object) -> None:
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match="malformed_command"):
            await one.door.handle({"command": "many", "commands": commands})


async def test_confirmed_filter_is_read_otherwise_only_where_that_is_said(tmp_path: Path) -> None:
    other = SOURCE | {"options": {"zone": "UTC"}}
    async with running(tmp_path) as one:
        await one.door.handle(dict(SOURCE))
        with pytest.raises(CommandRefused, match="quality said otherwise"):
            await one.door.handle(dict(other))
        codec = one.table.route("tele/d-1/SENSOR")
        await one.door.handle(dict(SOURCE))
        # The same once more leaves the format with all that it has learnt.
        assert one.table.route("tele/d-1/SENSOR") is codec
    async with running(tmp_path) as one:
        with pytest.raises(CommandRefused, match="confirmed_otherwise"):
            await one.door.handle(dict(other))
        await one.door.handle(other | {"replace": True})
        assert one.table.route("tele/d-1/SENSOR") is not codec


async def test_door_tells_what_was_confirmed_of_devices_and_topics(tmp_path: Path) -> None:
    said = {"device": "d-1", "answers": {"zone": "Europe/Berlin"}}
    async with running(tmp_path) as one:
        await one.door.handle(SOURCE | said)
    async with running(tmp_path) as one:
        told = {key: SOURCE[key] for key in ("filter", "codec", "options", "by")} | said
        for asked in ({"devices": ["d-1"]}, {"topics": ["tele/x/SENSOR"]}):
            answer = await one.door.handle({"command": "ways", "sources": True, **asked})
            assert answer["sources"] == [told]
        answer = await one.door.handle({"command": "ways", "sources": True, "topics": ["tele/x"]})
        assert answer["sources"] == []
