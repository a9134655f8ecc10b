"""Every device format, fed with damaged messages."""

import functools
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random

from typing_extensions import override

from gateway.codecs import sparkplug_b
from gateway.codecs.base import Codec, Decoded, Memo, RememberingCodec, SwiftCodec
from gateway.codecs.recognition import recognised
from gateway.codecs.registry import FORMATS, InvalidCodecOption, codec_named
from gateway.codecs.route import Route
from gateway.codecs.sparkplug.settings import SparkplugSettings
from gateway.mqtt.topics import matches
from tests.unit.gateway.codecs import sparkplug_messages as spb
from twins.inputs import decode, encode

from .json_mutations import mutated_json
from .mutations import LONGEST_INPUT, mutated
from .target import Broken, Target, require, within_time

RECEIVED_AT = 1_780_000_000_000_000
SEPARATOR = b"\xff\xfe\xfd\xfc"
"""Between two messages of one input; each begins with a byte that chooses its topic."""

_PAYLOADS = Path(__file__).parents[1] / "vectors" / "payloads"
_READINGS = [
    b'{"quantity":"temperature","value":4.25,"unit":"C","observed_at":"2026-05-28T20:00:00Z"}',
    b'{"quantity":"temperature","value":-40,"unit":"F","observed_at_us":1779999999000000,"seq":7}',
    (
        '[{"quantity":"temperature","value":4.25,"unit":"°C","sensor":"probe 1"},'
        '{"quantity":"humidity","value":55.5,"unit":"%","quality":["historical"],"seq":1}]'
    ).encode(),
]
STATEMENTS = [
    (
        b'{"asset":"a-1","from":"maker","to":"carrier","phase":"offered","nonce":"n-1",'
        b'"observed_at":"2026-05-28T20:00:00Z","place":"dock","seal":"s"}'
    ),
    b'[{"asset":"a-1","name":"departure","observed_at":"2026-05-28T20:00:00Z","place":"x"}]',
]
_FIELDS: dict[str, object] = {"temperature": {"quantity": "temperature", "unit": "°C"}}
_LORAWAN: dict[str, object] = {
    "fields": _FIELDS,
    "location_sources": ["UNKNOWN", "SOURCE_REGISTRY"],
}


@functools.cache
def published(name: str) -> tuple[bytes, ...]:
    """Return the payloads of a file of published messages."""
    found = json.loads((_PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(
        json.dumps(one["payload"], ensure_ascii=False).encode() for one in found["samples"]
    )


class Messages:
    """A format that reads one or several damaged messages in turn.

    Args:
        name: Name of the target.
        codec: Makes a codec that has read nothing.
        topics: What the first byte of a message chooses from.
        payloads: Sound payloads.
    """

    def __init__(
        self,
        name: str,
        codec: Callable[[], Codec],
        topics: Sequence[str],
        payloads: Sequence[bytes],
    ) -> None:
        self.name = name
        self._codec = codec
        self._topics = topics
        messages = [bytes((place,)) + one for one in payloads for place in range(len(topics))]
        self.seeds = [*messages, SEPARATOR.join(messages[:3])]

    def made(self, random: Random, corpus: Sequence[bytes]) -> bytes:
        """Return messages of which one is damaged, half of the time within its JSON."""
        if random.randrange(2):
            parts = random.choice(corpus).split(SEPARATOR)
            place = random.randrange(len(parts))
            payload = mutated_json(random, parts[place][1:])
            if payload is not None:
                parts[place] = parts[place][:1] + payload
                return SEPARATOR.join(parts)[:LONGEST_INPUT]
        return mutated(random, corpus)

    def messages(self, data: bytes) -> list[tuple[str, bytes]]:
        """Return the topics and payloads of an input."""
        parts = [one for one in data.split(SEPARATOR) if one]
        return [(self._topics[one[0] % len(self._topics)], one[1:]) for one in parts]

    def check(self, data: bytes) -> Hashable:
        """Decode twice, and once more as after a restart."""
        messages = self.messages(data)
        answers = within_time(lambda: _decoded(self._codec(), messages), len(data))
        require(_decoded(self._codec(), messages) == answers, "the same input says the same")
        for answer in answers:
            check_sound(answer)
        again = self._codec()
        if isinstance(again, RememberingCodec):
            again.recall(memo for answer in answers for memo in answer.memos)
            for topic, payload in messages:
                check_sound(again.decode_again(topic, payload, RECEIVED_AT))
        return tuple(
            (
                min(len(answer.records), 3),
                tuple(sorted({str(fault.reason) for fault in answer.faults})),
                bool(answer.requests),
                min(len(answer.memos), 2),
            )
            for answer in answers[:3]
        )


class CargotwinReadings(Messages):
    """Cargotwin's own format: its short way must say what the long way says."""

    def __init__(self) -> None:
        codec = codec_named("cargotwin")
        topics = ["cargotwin/v1/d-1/readings"]
        super().__init__("cargotwin_short_way", lambda: codec, topics, _READINGS)

    @override
    def check(self, data: bytes) -> Hashable:
        """Decode each payload both ways."""
        codec = self._codec()
        if not isinstance(codec, SwiftCodec):
            raise TypeError(codec)
        way = codec.swift(self._topics[0], lambda *_series: True)
        if way is None:
            raise TypeError(codec)
        marks = []
        for topic, payload in self.messages(data):
            found = within_time(partial(way.read, payload, RECEIVED_AT), len(payload))
            counted = way.read_counted(payload, RECEIVED_AT)
            decoded = codec.decode(topic, payload, RECEIVED_AT)
            check_sound(decoded)
            if found is not None:
                require(decoded.records == found, "the short way reads what the long way reads")
                require(not decoded.faults, "the short way takes nothing that has a fault")
                require(not decoded.needs_publish_identity, "its readings have a time")
                has_seq = all(one.seq is not None for one in found)
                require(
                    counted == (found if has_seq else None), "all are counted, or none is taken"
                )
            else:
                require(counted is None, "what is not read is not counted")
            reasons = tuple(sorted({str(fault.reason) for fault in decoded.faults}))
            marks.append((found is None, min(len(decoded.records), 3), reasons))
        return tuple(marks[:3])


class Recognition(Messages):
    """Recognition of formats: what it proposes can be configured and takes a message."""

    def __init__(self) -> None:
        topics = [
            "zigbee2mqtt/probe",
            "tele/fridge/SENSOR",
            "shelly-1/events/rpc",
            "shelly-1/status/temperature:0",
            "application/1/device/d/event/up",
            "v3/a@t/devices/d/up",
            "ruuvi/g/F4:1F:0C:28:CB:D6",
            "senml",
            "cargotwin/v1/d-1/readings",
            "spBv1.0/g/NBIRTH/n",
            "plant/{device}/a b",
        ]
        payloads = [one for path in _PAYLOADS.glob("*.json") for one in published(path.stem)[:2]]
        codec = codec_named("cargotwin")
        super().__init__(
            "recognition", lambda: codec, topics, [*sorted(payloads), _sparkplug_payloads()[0]]
        )

    @override
    def check(self, data: bytes) -> Hashable:
        """Recognise the messages together."""
        messages = self.messages(data)
        # All formats look at each message, and each that may be meant decodes it.
        found = within_time(lambda: recognised(messages, RECEIVED_AT), len(data), 0.5)
        for one in found:
            require(1 <= one.guess.certainty <= 100, "a certainty is of 1 to 100")
            Route(filter=one.guess.filter, codec=one.codec, options=one.guess.options)
            taken = [topic for topic, _ in messages if matches(one.guess.filter, topic)]
            require(1 <= one.messages == len(taken), f"{one.guess.filter} takes what it counts")
            check_sound(Decoded(list(one.records), list(one.faults)))
            if not one.guess.needs and not any("{" in topic for topic, _ in messages):
                _check_configurable(one.codec, one.guess.options)
        return tuple((one.codec, one.guess.certainty, bool(one.records)) for one in found[:3])


def _check_configurable(codec: str, options: Mapping[str, object]) -> None:
    try:
        codec_named(codec, options)
    except InvalidCodecOption as error:
        raise Broken(f"{codec} needs nothing and cannot be configured: {error}") from error


def check_sound(decoded: Decoded) -> None:
    """Check that what was decoded can be kept, published and shown."""
    for record in decoded.records:
        require(decode(encode(record)) == record, "a record is read back as it was written")
    for fault in decoded.faults:
        require(fault.detail, "a fault says what to do")
        fault.detail.encode()
    for request in decoded.requests:
        require(request.topic.encode(), "a request has a topic")
    for memo in decoded.memos:
        require(memo == Memo(memo.key.encode().decode(), bytes(memo.value)), "a memo can be kept")


def _decoded(codec: Codec, messages: Sequence[tuple[str, bytes]]) -> list[Decoded]:
    return [codec.decode(topic, payload, RECEIVED_AT) for topic, payload in messages]


def _sparkplug_payloads() -> list[bytes]:
    birth = spb.nbirth(
        spb.metric("Inputs/Temperature", spb.float_value(4.25), alias=5, datatype=spb.FLOAT),
        spb.metric(
            "Door",
            spb.boolean_value(1),
            datatype=spb.BOOLEAN,
            properties=spb.properties(engUnit="°C", quality=192),
        ),
    )
    data = spb.payload(
        [
            spb.metric(None, spb.float_value(5.5), alias=5),
            spb.metric("Inputs/Temperature", spb.double_value(1e300), datatype=spb.DOUBLE),
            spb.metric("Count", spb.int_value(2**32 - 1), datatype=spb.INT8, historical=True),
            spb.metric("Text", spb.string_value("x"), datatype=spb.STRING, null=True),
            spb.metric("Long", spb.long_value(2**64 - 1), datatype=spb.INT64),
        ],
        seq=1,
    )
    return [birth, data, spb.ndeath(0)]


_SPARKPLUG = SparkplugSettings.model_validate(
    {
        "metrics": [
            {"name": "Inputs/*", "quantity": "temperature", "unit": "°C", "scale": 0.5},
            {"name": "Door", "quantity": "contact", "true_is": "open", "unit": "1"},
        ],
        "maximum_births": 3,
        "maximum_metrics": 20,
    }
)
_SPARKPLUG_TOPICS = [
    "spBv1.0/g/NBIRTH/n",
    "spBv1.0/g/NDATA/n",
    "spBv1.0/g/DBIRTH/n/d",
    "spBv1.0/g/DDATA/n/d",
    "spBv1.0/g/NDEATH/n",
    "spBv1.0/g/DDEATH/n/d",
    "spBv1.0/g/NBIRTH/m",
    "spBv1.0/STATE/host",
]


def _sparkplug() -> Messages:
    target = Messages(
        "sparkplug_b",
        lambda: sparkplug_b.codec(_SPARKPLUG),
        _SPARKPLUG_TOPICS,
        _sparkplug_payloads(),
    )
    birth, data, death = _sparkplug_payloads()
    story = [b"\0" + birth, b"\1" + data, b"\2" + birth, b"\3" + data, b"\4" + death, b"\1" + data]
    target.seeds = [*target.seeds, SEPARATOR.join(story), SEPARATOR.join(story[:2])]
    return target


def _format(
    name: str, topics: Sequence[str], payloads: Sequence[bytes], options: Mapping[str, object]
) -> Messages:
    codec = codec_named(name, options)
    return Messages(name, lambda: codec, topics, payloads)


def codec_targets() -> list[Target]:
    """Return every format of the registry, the short way, and recognition.

    Raises:
        LookupError: The registry has a format that nothing here feeds.
    """
    zone: dict[str, object] = {"zone": "Europe/Berlin"}
    mapping: dict[str, object] = {
        "topic": "p/{device}",
        "fields": [
            {"path": "a.0.t", "quantity": "temperature", "unit_path": "u", "scale": 0.1},
            {"path": "h", "quantity": "humidity", "unit": "%"},
        ],
        "time": {"path": "Time", "format": "naive", "zone": "Europe/Berlin"},
    }
    mapped = b'{"a":[{"t":42.5}],"u":"C","h":55,"Time":"2026-03-29T01:30:00"}'
    event = "application/1/device/d/event/"
    shelly = (
        b'{"src":"shelly-1","dst":"x","method":"NotifyStatus","params":{"ts":1779999999.5,'
        b'"temperature:0":{"id":0,"tC":20.5,"tF":68.9,"errors":[]},"humidity:0":{"rh":50.5}}}'
    )
    formats = [
        _format(
            "cargotwin",
            [f"cargotwin/v1/d-1/{kind}" for kind in ("readings", "handover", "milestone")],
            [*_READINGS, *STATEMENTS],
            {},
        ),
        _format(
            "chirpstack_v4",
            [event + kind for kind in ("up", "status", "location", "join")],
            published("chirpstack_v4"),
            _LORAWAN,
        ),
        _format("mapping", ["p/d"], [mapped], mapping),
        _format("ruuvi_gateway", ["ruuvi/g/F4:1F:0C:28:CB:D6"], published("ruuvi_gateway"), {}),
        _format("senml", ["senml"], published("senml_rfc8428"), {"contacts": {"open": True}}),
        _format(
            "shelly_gen2",
            ["shelly-1/events/rpc", "shelly-1/status/temperature:0"],
            [*published("shelly_ht_gen3"), shelly],
            {},
        ),
        _sparkplug(),
        _format("tasmota", ["tele/d/SENSOR", "tele/d/STATE"], published("tasmota_sensor"), zone),
        _format(
            "things_stack_v3",
            ["v3/a@t/devices/d/up", "v3/a@t/devices/d/join"],
            published("things_stack_v3"),
            _LORAWAN,
        ),
        _format("zigbee2mqtt", ["zigbee2mqtt/d"], published("zigbee2mqtt"), {}),
    ]
    forgotten = set(FORMATS) - {one.name for one in formats}
    if forgotten:
        raise LookupError(f"no damaged input is made for {', '.join(sorted(forgotten))}")
    return [*formats, CargotwinReadings(), Recognition()]
