"""Laws of Sparkplug B: no bytes bring it down, and a restart changes nothing that is read."""

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.codecs.base import Memo, Refusal
from gateway.codecs.sparkplug.protobuf import (
    LONG_VALUE,
    read_metric,
    read_payload,
    read_properties,
    rebirth_command,
)
from gateway.codecs.sparkplug.settings import SparkplugSettings
from gateway.codecs.sparkplug.values import number, shortest_decimal
from gateway.codecs.sparkplug_b import SparkplugCodec
from tests.unit.gateway.codecs import sparkplug_messages as sent
from twins.inputs import decode, encode

RECEIVED_AT = 1_780_000_000_000_000
SETTINGS = SparkplugSettings.model_validate(
    {
        "metrics": [
            {"name": "T*", "quantity": "temperature"},
            {"name": "door", "quantity": "contact", "true_is": "closed"},
            {"name": "*", "quantity": "humidity", "unit": "%", "scale": 0.1},
        ]
    }
)
CRAMPED = SETTINGS.model_copy(update={"maximum_births": 2, "maximum_metrics": 6})
KINDS = ["NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "NCMD"]

integers = st.integers(0, 2**64 - 1)
small = st.integers(0, 4)
values = st.one_of(
    st.builds(sent.int_value, st.integers(0, 2**32 - 1)),
    st.builds(sent.long_value, integers),
    st.builds(sent.float_value, st.floats(width=32)),
    st.builds(sent.double_value, st.floats()),
    st.builds(sent.boolean_value, st.integers(0, 1)),
    st.builds(sent.string_value, st.text(max_size=5)),
    st.builds(lambda inner: sent.field(17, sent.LENGTH, inner), st.binary(max_size=9)),
    st.just(b""),
)
units = st.sampled_from(["°C", "°F", "K", "?"])
metrics = st.builds(
    sent.metric,
    st.none() | st.sampled_from(["T1", "T2", "door", "bdSeq", "a b/c"]) | st.text(max_size=4),
    values,
    alias=st.none() | small | integers,
    timestamp=st.none() | st.sampled_from([0, 5, sent.SENT_MS]) | integers,
    datatype=st.none() | st.integers(0, 20),
    historical=st.booleans(),
    null=st.booleans(),
    properties=st.builds(lambda unit: sent.properties(engUnit=unit), units)
    | st.builds(lambda code: sent.properties(Quality=code), small)
    | st.just(b""),
)
payloads = st.builds(
    sent.payload, st.lists(metrics, max_size=5), st.none() | st.integers(0, 300), st.just(None)
)
nodes = st.sampled_from("xyz")
anything = st.tuples(st.sampled_from(KINDS), nodes, payloads | st.binary(max_size=20))

seqs = st.integers(0, 3)
defined = st.lists(
    st.builds(
        lambda name, alias, unit: sent.metric(
            name,
            sent.float_value(4.2),
            alias=alias,
            datatype=sent.FLOAT,
            properties=sent.properties(engUnit=unit),
        ),
        st.sampled_from(["T1", "T2", "H"]),
        st.integers(1, 3),
        units,
    ),
    max_size=3,
)
by_alias = st.builds(
    lambda alias: sent.metric(None, sent.float_value(7), alias=alias), st.integers(1, 3)
)
sessions = st.integers(0, 1)
usual = st.one_of(
    st.tuples(
        st.just("NBIRTH"),
        nodes,
        st.builds(lambda found, bd: sent.nbirth(*found, session=bd), defined, sessions),
    ),
    st.tuples(st.just("DBIRTH"), nodes, st.builds(sent.payload, defined, seqs)),
    st.tuples(
        st.sampled_from(["NDATA", "DDATA"]),
        nodes,
        st.builds(sent.payload, st.lists(by_alias, max_size=2), seqs),
    ),
    st.tuples(st.just("NDEATH"), nodes, st.builds(sent.ndeath, sessions)),
    st.tuples(st.just("DDEATH"), nodes, st.builds(lambda seq: sent.payload([], seq), seqs)),
)
arrivals = usual | anything


def topic_of(kind: str, node: str) -> str:
    return f"spBv1.0/g/{kind}/{node}" + ("/d" if kind.startswith("D") else "")


@given(st.binary(max_size=80))
@example(b"\x12\x02\x0a\xff")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (read_payload, read_metric, read_properties):
        try:
            read(data)
        except Refusal:
            continue


@given(
    st.lists(
        st.tuples(st.integers(1, 2**29 - 1), st.sampled_from([0, 1, 2, 5]), integers), max_size=8
    )
)
def test_any_fields_are_stepped_over(fields: list[tuple[int, int, int]]) -> None:
    widths = {
        0: lambda value: value,
        1: lambda value: struct.pack("<Q", value),
        2: sent.varint,
        5: lambda value: struct.pack("<I", value % 2**32),
    }
    unknown = b"".join(
        sent.field(number + 100, wire_type, widths[wire_type](value))
        for number, wire_type, value in fields
    )
    known = sent.payload([b"first", b"second"], 9)
    assert read_payload(unknown + known + unknown) == read_payload(known)


@given(integers, integers)
def test_integers_are_read_as_they_were_written(seq: int, alias: int) -> None:
    message = read_payload(sent.payload([sent.metric(None, alias=alias)], seq))
    assert message.seq == seq
    assert read_metric(message.metrics[0]).alias == alias


@given(integers)
def test_rebirth_command_is_the_message_of_another_encoder(timestamp: int) -> None:
    metric = sent.metric(
        "Node Control/Rebirth", sent.boolean_value(1), timestamp=None, datatype=sent.BOOLEAN
    )
    assert rebirth_command(timestamp) == sent.payload([metric], None, timestamp)


@given(st.sampled_from([(1, 8), (2, 16), (3, 32), (4, 64)]), st.data())
def test_signed_integers_survive_twos_complement(
    kind: tuple[int, int], data: st.DataObject
) -> None:
    datatype, bits = kind
    value = data.draw(st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1))
    for width in (bits, 64):
        assert number(datatype, LONG_VALUE, value % 2**width) == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_shortest_decimal_is_the_same_float32(single: float) -> None:
    assert struct.unpack("<f", struct.pack("<f", shortest_decimal(single)))[0] == single


@given(st.integers(-999_999, 999_999), st.integers(0, 5))
def test_six_digits_survive_a_float32(digits: int, places: int) -> None:
    written = float(f"{digits}e-{places}")
    (single,) = struct.unpack("<f", struct.pack("<f", written))
    assert shortest_decimal(single) == written


@given(st.lists(arrivals, max_size=12), st.data())
def test_restart_at_any_moment_changes_no_reading(
    messages: list[tuple[str, str, bytes]], data: st.DataObject
) -> None:
    """What differs after a restart is alone who is asked for a rebirth, and when."""
    restart_at = data.draw(st.integers(0, len(messages)))
    lasting, restarted = SparkplugCodec(SETTINGS), SparkplugCodec(SETTINGS)
    kept: dict[str, bytes] = {}
    for place, (kind, node, payload) in enumerate(messages):
        if place == restart_at:
            restarted = SparkplugCodec(SETTINGS)
            restarted.recall(Memo(key, value) for key, value in kept.items())
        arrival = (topic_of(kind, node), payload, RECEIVED_AT + place)
        expected, found = lasting.decode(*arrival), restarted.decode(*arrival)
        if place < restart_at:
            kept |= {memo.key: memo.value for memo in found.memos}
        for record in found.records:
            assert decode(encode(record)) == record
        for fault in found.faults:
            assert fault.detail.encode()
        assert (found.records, found.faults) == (expected.records, expected.faults)
        again = restarted.decode_again(*arrival)
        assert not again.memos
        assert not again.requests


@given(st.lists(arrivals, max_size=12))
def test_what_is_remembered_stays_within_its_limits(messages: list[tuple[str, str, bytes]]) -> None:
    codec = SparkplugCodec(CRAMPED)
    kept: dict[str, bytes] = {}
    for place, (kind, node, payload) in enumerate(messages):
        decoded = codec.decode(topic_of(kind, node), payload, RECEIVED_AT + place)
        kept |= {memo.key: memo.value for memo in decoded.memos}
        assert sum(1 for value in kept.values() if value) <= CRAMPED.maximum_births


@given(st.text(max_size=20), st.sampled_from(KINDS), payloads)
@example("\ud800", "NDATA", sent.payload([sent.metric(None, alias=1)], 1))
def test_any_name_of_a_node_is_answered(name: str, kind: str, payload: bytes) -> None:
    codec = SparkplugCodec(SETTINGS)
    for topic in (topic_of(kind, name), name, f"spBv1.0/{name}"):
        for fault in codec.decode(topic, payload, RECEIVED_AT).faults:
            assert fault.detail.encode()
