"""Where intake could lose, double or hold up: rare orders of what comes, and crashes between."""

import asyncio
import base64
import json
from pathlib import Path

import msgspec
import pytest

from gateway.codecs.base import Decoded
from gateway.codecs.registry import codec_named
from gateway.codecs.signed import SignedCodec
from gateway.codecs.signed_counters import SignedCounters
from gateway.intake.pending import LARGEST_BYTES
from gateway.intake.taking import PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.mqtt.ports import Publish
from gateway.store.entries import Quarantined, decode_entries, decode_record
from gateway.store.journal import JournalReader, position_of
from tests.unit.gateway.codecs import signing
from tests.unit.gateway.intake.running_intake import (
    ADD,
    NOW,
    TIMED,
    TIMELESS,
    TOPIC,
    Running,
    publish,
    running,
)


def counting(seq: int, value: float = 5.0) -> bytes:
    return b'{"quantity":"temperature","value":%.1f,"unit":"C","seq":%d}' % (value, seq)


def exactly_once(payload: bytes, *, topic: str = TOPIC, dup: bool = False) -> Publish:
    return Publish("client", topic, payload, 7, 2, dup, retain=False, received_at=NOW)


def records(folder: Path) -> list[object]:
    with JournalReader(folder / "journal.db") as reader:
        return [
            decode_record(entry.record)
            for batch in reader.checked()
            for entry in decode_entries(batch)
        ]


def quarantined(folder: Path) -> list[Quarantined]:
    return [one for one in records(folder) if isinstance(one, Quarantined)]


class Stumbling:
    """A format with a bug."""

    name = "stumbling"

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        raise KeyError(topic, payload, received_at)


async def test_redelivery_of_all_that_a_3_1_1_client_may_have_in_flight_is_known(
    tmp_path: Path,
) -> None:
    # MQTT 3.1.1 knows no receive maximum: 65,535 packet ids (§2.3.1).
    sent = [publish(counting(seq), packet_id=seq) for seq in range(1, 5_001)]
    async with running(tmp_path, 1 << 26) as one:
        await one.take(*sent)
    async with running(tmp_path, 1 << 26) as one:
        await one.take(*(msgspec.structs.replace(message, dup=True) for message in sent))
        assert len(one.readings()) == len(sent)


async def test_counters_are_known_after_a_crash_though_the_first_batch_was_a_sealed_one(
    tmp_path: Path,
) -> None:
    one = Running(tmp_path)
    one.intake.submit([publish(counting(1))], one.answered)
    one.batches.pending.size = LARGEST_BYTES  # as other messages make it
    one.intake.submit([publish(counting(2), packet_id=2)], one.answered)
    # One turn of `commit_forever`, then kill -9.
    assert one.intake._commit(one.batches.take_next())
    one.journal.close()
    async with running(tmp_path) as one:
        await one.take(publish(counting(1), dup=True), publish(counting(2), packet_id=2, dup=True))
        assert [reading.seq for reading in one.readings()] == [1, 2]


async def test_counter_is_not_thrown_back_by_a_reading_that_was_decoded_again(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(counting(1000)))
        await one.take(
            msgspec.structs.replace(publish(counting(3), packet_id=2), is_permitted=False)
        )
        redecode = {"command": "quarantine.redecode", "position": position_of(2, 0), "by": "qa"}
        await one.door.handle(redecode)
    async with running(tmp_path) as one:
        await one.take(publish(counting(1000), dup=True))
        assert [reading.seq for reading in one.readings()] == [1000, 3]


async def test_counter_that_restarts_at_every_wake_loses_no_reading_of_equal_value(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        for wake in range(5):
            one.now = NOW + wake * 600_000_000
            await one.take(publish(counting(1), packet_id=1, received_at=one.now))
            await one.take(publish(counting(2), packet_id=2, received_at=one.now + 1_000_000))
        assert len(one.readings()) == 10


async def test_message_that_a_format_stumbles_over_is_quarantined(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        one.table._known["x/1"] = Stumbling()
        codes = await one.take(publish(b"?", topic="x/1"), publish(packet_id=2))
        assert codes[0] == PAYLOAD_FORMAT_INVALID


async def test_message_of_qos_2_that_a_format_stumbled_over_is_not_lost_as_a_repetition(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        one.table._known["x/1"] = Stumbling()
        try:
            await one.take(exactly_once(b"?", topic="x/1"))
        except KeyError:
            await one.take(exactly_once(b"?", topic="x/1", dup=True))
        assert quarantined(tmp_path)


async def test_restart_reads_no_batch_again_that_came_long_after_the_last_counter(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(counting(1)))
        for packet_id in range(2, 6):
            one.repetitions._snapshot_due_bytes = 0  # as 16 MiB make it
            await one.take(publish(packet_id=packet_id))
        assert int(one.journal.kept("sequences_at")[""]) >= one.journal.last_batch - 1


async def test_command_and_what_it_makes_known_are_committed_together(tmp_path: Path) -> None:
    one = Running(tmp_path)
    one.intake.submit([publish()], one.answered)
    one.batches.pending.size = LARGEST_BYTES
    asked = asyncio.create_task(one.door.handle(dict(ADD)))
    await asyncio.sleep(0)
    assert one.intake._commit(one.batches.take_next())  # and kill -9
    asked.cancel()
    is_known = bool(one.journal.kept("asset"))
    one.journal.close()
    assert is_known == (len(records(tmp_path)) > 1)


async def test_signed_messages_in_flight_are_known_again_after_a_crash(tmp_path: Path) -> None:
    topic = f"cargotwin/v1/{signing.DEVICE}/readings"

    class Signers:
        must_sign: frozenset[str] = frozenset()

        def signing_key(self, _device: str) -> bytes | None:
            return signing.KEY

    async with running(tmp_path) as one:
        one.table._known[topic] = SignedCodec(codec_named("cargotwin"), Signers(), SignedCounters())
        sent = [
            publish(signing.compact(counting(seq)), topic=topic, packet_id=seq) for seq in (1, 2)
        ]
        await one.take(*sent)
        again = [msgspec.structs.replace(message, dup=True) for message in sent]
        assert await one.take(*again) == [SUCCESS, SUCCESS]
        assert quarantined(tmp_path) == []


async def test_lost_first_copy_is_not_taken_for_what_its_packet_id_carried_before_the_last(
    tmp_path: Path,
) -> None:
    other = TIMELESS.replace(b"5.0", b"6.0")
    async with running(tmp_path) as one:
        await one.take(publish(TIMELESS))
        await one.take(publish(other, received_at=NOW + 1_000_000))
        await one.take(publish(TIMELESS, dup=True, received_at=NOW + 2_000_000))
        assert [reading.value for reading in one.readings()] == [5_000, 6_000, 5_000]


@pytest.mark.parametrize("others", [2])
async def test_large_payload_is_refused_on_the_short_way_too(tmp_path: Path, others: int) -> None:
    large = json.dumps([json.loads(TIMED)] * 4_000).encode()
    async with running(tmp_path) as one:
        await one.take(*[publish()] * others)
        assert await one.take(publish(large)) == [PAYLOAD_FORMAT_INVALID]


async def test_message_without_right_is_quarantined_once_though_it_is_sent_again(
    tmp_path: Path,
) -> None:
    message = msgspec.structs.replace(publish(), is_permitted=False)
    async with running(tmp_path) as one:
        await one.take(message)
        await one.take(msgspec.structs.replace(message, dup=True))
        assert len(quarantined(tmp_path)) == 1


async def test_open_packet_id_with_dup_and_other_content_does_not_swallow_it(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await one.take(exactly_once(counting(1, 4.0)))
        await one.take(exactly_once(counting(2, 6.0), dup=True))
        assert [reading.value for reading in one.readings()] == [4_000, 6_000]


async def test_repeated_part_of_an_array_is_counted_as_such(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.take(publish(b"[" + counting(1) + b"," + counting(2) + b"]"))
        await one.take(publish(b"[" + counting(2) + b"," + counting(3) + b"]", packet_id=2))
        assert any("duplicate" in name for name in one.journal.counters())


async def test_message_by_webhook_is_no_sighting_of_a_topic_that_nobody_reads(
    tmp_path: Path,
) -> None:
    payload = base64.b64encode(b'{"temperature": 5.0}').decode()
    asked: dict[str, object] = {
        "command": "ingest",
        "codec": "zigbee2mqtt",
        "topic": "zigbee2mqtt/d-9",
        "payload": payload,
        "client": "hook",
    }
    async with running(tmp_path) as one:
        await one.door.handle(asked)
        assert [one.codec for one in one.reception.sightings.all()] == ["zigbee2mqtt"]


async def test_senders_without_right_cannot_fill_the_journal(tmp_path: Path) -> None:
    large = msgspec.structs.replace(publish(bytes(400_000)), is_permitted=False)
    async with running(tmp_path, 1 << 24) as one:
        sent = [msgspec.structs.replace(large, packet_id=packet_id) for packet_id in range(1, 9)]
        assert await one.take(*sent) == [0x87] * 8
        assert len(quarantined(tmp_path)) == 2
        assert one.journal.counters()["not_authorized_dropped"] == 6


async def test_bytes_that_are_no_mqtt_cannot_fill_the_journal(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        for _ in range(150):
            one.intake.refuse("", "192.0.2.1:1", "no MQTT", b"GET /", NOW)
        await one.intake.durable()
        assert len(quarantined(tmp_path)) == 100
        assert one.journal.counters()["malformed_packets_dropped"] == 50
