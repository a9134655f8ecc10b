"""Frames of the load against MQTT 3.1.1 and the specification's own format, read by other code."""

import json

from simulators.load_frames import ARRAY_STEP_US, PAYLOAD_BYTES, Block, connect

NOW_US = 1_767_225_600_000_000


def packets(data: bytes) -> list[tuple[int, bytes]]:
    """Split as MQTT 3.1.1 §2.2.3 says."""
    found = []
    while data:
        length, shift, place = 0, 0, 1
        while True:
            length |= (data[place] & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if data[place - 1] < 0x80:
                break
        found.append((data[0], data[place : place + length]))
        data = data[place + length :]
    return found


def publishes(data: bytes) -> list[tuple[str, int, bytes]]:
    """Return topic, packet id and payload of PUBLISHes of QoS 1 (§3.3)."""
    found = []
    for first, body in packets(data):
        assert first == 0x32
        end = 2 + int.from_bytes(body[:2])
        packet_id = int.from_bytes(body[end : end + 2])
        found.append((body[2:end].decode(), packet_id, body[end + 2 :]))
    return found


def test_block_holds_one_message_of_each_device_with_packet_ids_that_count_on() -> None:
    found = publishes(Block([3, 5, 7], 10, 1).stamped(NOW_US, 0))
    assert [(topic, packet_id) for topic, packet_id, _ in found] == [
        ("cargotwin/v1/load-0003/readings", 10),
        ("cargotwin/v1/load-0005/readings", 11),
        ("cargotwin/v1/load-0007/readings", 12),
    ]


def test_payload_is_a_reading_of_the_stated_length_time_and_number() -> None:
    ((_, _, payload),) = publishes(Block([1], 1, 1).stamped(NOW_US, 5))
    assert len(payload) == PAYLOAD_BYTES
    reading = json.loads(payload)
    assert 4 <= reading.pop("value") < 6
    assert reading == {
        "sensor": "core",
        "quantity": "temperature",
        "unit": "Cel",
        "observed_at_us": NOW_US,
        "seq": 1_000_000_005,
    }


def test_no_two_readings_of_a_device_have_the_same_time_or_number() -> None:
    block = Block([1], 1, 3)
    first, second = (
        json.loads(publishes(block.stamped(at, lap))[0][2])
        for lap, at in enumerate((NOW_US, NOW_US + 3 * ARRAY_STEP_US))
    )
    readings = first + second
    times = [one["observed_at_us"] for one in readings]
    assert times == [NOW_US + place * ARRAY_STEP_US for place in (-2, -1, 0, 1, 2, 3)]
    assert [one["seq"] for one in readings] == list(range(1_000_000_000, 1_000_000_006))


def test_connect_asks_for_a_clean_session_of_mqtt_3_1_1() -> None:
    # §3.1.2: protocol name, level 4, Clean Session alone, keep alive; then the client id.
    assert connect("a", 60) == bytes.fromhex("10 0d 0004 4d515454 04 02 003c 0001 61")
