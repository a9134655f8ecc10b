"""The short form: a few hundred damaged inputs for each reader; `make fuzz` is the long one."""

import gc
import tracemalloc
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from gateway.codecs.registry import FORMATS
from gateway.mqtt.endpoint import Endpoint
from gateway.mqtt.events import Published
from gateway.mqtt.packets import PINGREQ, ProtocolVersion
from gateway.mqtt.publishing import encode_publish

from .codec_targets import Messages
from .every_target import targets
from .fuzzer import InputFails, fuzz
from .json_mutations import mutated_json
from .mqtt_targets import SMALL, accepted, cut
from .mutations import LONGEST_INPUT, mutated, seeded
from .packet_grammar import NotMqtt, Packet, check, packets
from .reception_mix import reception_mix
from .target import Broken, Plain, within_time

INPUTS = 500
SEED = 7
TARGETS = targets()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_damaged_input_breaks_no_promise(name: str, tmp_path: Path) -> None:
    found = fuzz(TARGETS[name], INPUTS, SEED, tmp_path)
    assert found.inputs == INPUTS
    # Only one way would mean that the damage never gets past the door.
    assert found.ways > 3


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_error_keeps_an_input_in_memory(name: str, tmp_path: Path) -> None:
    before = _kept_frames()
    fuzz(TARGETS[name], INPUTS, SEED + 1, tmp_path)
    # A frame that outlives its call holds the payload that was decoded in it.
    assert _kept_frames() - before == Counter()


def _kept_frames() -> Counter[str]:
    gc.collect()
    frames = (one.f_code for one in gc.get_objects() if isinstance(one, FrameType))
    return Counter(one.co_name for one in frames if "/codecs/" in one.co_filename)


def test_counters_add_up_and_good_messages_are_taken_among_bad_ones() -> None:
    assert reception_mix(2_000, SEED).inputs >= 2_000


@pytest.mark.parametrize("name", ["cargotwin", "mqtt_server_v5", "sparkplug_b", "logger_files"])
def test_the_same_seed_makes_the_same_inputs(name: str) -> None:
    target = TARGETS[name]
    first, second = (
        [target.made(random, target.seeds) for _ in range(50)]
        for random in (seeded(b"x"), seeded(b"x"))
    )
    assert first == second
    assert len(set(first)) > 25


def test_no_input_is_longer_than_the_time_limit_speaks_of() -> None:
    random = seeded(b"long")
    target = TARGETS["cargotwin"]
    made = [mutated(random, target.seeds) for _ in range(3_000)]
    assert max(map(len, made)) == LONGEST_INPUT


def test_damaged_json_is_json_and_differs() -> None:
    random = seeded(b"json")
    made = [mutated_json(random, b'{"a": [1, {"b": "c"}], "d": null}') for _ in range(200)]
    assert None not in made
    assert len(set(made)) > 100
    assert mutated_json(random, b"{") is None


class Fragile(Plain):
    """A reader that fails on a byte which damage soon makes."""

    name = "fragile"
    seeds = (b"sound",)

    def check(self, data: bytes) -> str:
        if b"\0" in data:
            raise ValueError("a zero")
        return "read"


def test_failing_input_lies_in_a_file_and_the_message_says_how_to_repeat_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputFails, match=r"python -m tests\.fuzzing fragile --input") as caught:
        fuzz(Fragile(), 10_000, SEED, tmp_path)
    data = caught.value.path.read_bytes()
    with pytest.raises(ValueError, match="a zero"):
        Fragile().check(data)


def test_time_beyond_the_limit_is_told_in_milliseconds() -> None:
    with pytest.raises(Broken, match=r"100 bytes take \d+ ms, allowed are 1 ms"):
        within_time(lambda: sum(range(1_000_000)), 100, 0.001)


# By hand from the tables of MQTT 5 section 3; the last three have no form.
FORMS = {
    "PUBLISH at QoS 0": ("30 04 00 01 61 00", True),
    "PUBACK with a reason": ("40 04 00 01 10 00", True),
    "SUBACK": ("90 04 00 01 00 00", True),
    "DISCONNECT with a reason string": ("e0 06 81 04 1f 00 01 78", True),
    "PUBLISH without properties": ("30 03 00 01 61", False),
    "DISCONNECT with a topic alias": ("e0 05 81 03 23 00 01", False),
    "SUBSCRIBE to a#": ("82 08 00 0a 00 00 02 61 23 00", False),
}


@pytest.mark.parametrize("name", FORMS)
def test_grammar_knows_the_form_of_a_packet(name: str) -> None:
    encoded, has_form = FORMS[name]
    (packet,) = packets(bytes.fromhex(encoded))
    assert _has_form(packet) is has_form


def _has_form(packet: Packet) -> bool:
    try:
        check(packet, is_v5=True)
    except NotMqtt:
        return False
    return True


def test_messages_of_one_input_are_parted_and_each_chooses_its_topic() -> None:
    target = TARGETS["cargotwin"]
    assert isinstance(target, Messages)
    assert [topic for topic, _ in target.messages(b"\0a\xff\xfe\xfd\xfc\2b")] == [
        "cargotwin/v1/d-1/readings",
        "cargotwin/v1/d-1/milestone",
    ]


def test_session_that_is_fed_for_long_stays_small() -> None:
    session = accepted(ProtocolVersion.V5)(SMALL)
    random = seeded(b"long session")
    tracemalloc.start()
    try:
        _feed(session, random, 2_000)
        warm, _ = tracemalloc.get_traced_memory()
        _feed(session, random, 8_000)
        grown = tracemalloc.get_traced_memory()[0] - warm
    finally:
        tracemalloc.stop()
    assert not session.is_closed
    assert grown < 65_536


def _feed(session: Endpoint, random: Random, count: int) -> None:
    """Send sound packets and the beginnings of others, and answer each message."""
    for _ in range(count):
        topic = f"x/{random.randrange(300)}"
        packet_id = random.randint(1, 65_535)
        packet = encode_publish(
            topic, random.randbytes(80), version=ProtocolVersion.V5, qos=1, packet_id=packet_id
        )
        for piece in cut(random, packet + PINGREQ):
            for event in session.receive_data(piece, 7):
                assert isinstance(event, Published)
                session.answer(event.publishes, [0] * len(event.publishes))
        session.data_to_send()
