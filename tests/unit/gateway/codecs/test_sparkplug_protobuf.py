import json
import struct

import pytest

from gateway.codecs.base import Refusal
from gateway.codecs.sparkplug.protobuf import (
    BOOLEAN_VALUE,
    DATASET_VALUE,
    FLOAT_VALUE,
    LARGEST_METRICS,
    Metric,
    read_metric,
    read_payload,
    read_properties,
    rebirth_command,
)

from . import sparkplug_messages as sent
from .samples import PAYLOADS

FRAMES = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
NBIRTH, DDATA = (bytes.fromhex(frame["hex"]) for frame in FRAMES)
NO_VALUE = Metric(None, None, None, 0, False, False, 0, None, None)  # noqa: FBT003 - as in the schema


def test_messages_of_these_tests_are_those_of_another_encoder() -> None:
    value = sent.float_value(4.25)
    birth = sent.metric("Inputs/Temperature", value, datatype=sent.FLOAT)
    assert sent.payload([birth], seq=0) == NBIRTH
    assert sent.payload([sent.metric("Inputs/Temperature", value)], seq=3) == DDATA


def test_published_frame_is_read_as_it_is_described() -> None:
    message = read_payload(NBIRTH)
    assert (message.timestamp, message.seq) == (1486144502122, 0)
    (metric,) = map(read_metric, message.metrics)
    assert metric == Metric(
        name="Inputs/Temperature",
        alias=None,
        timestamp=1486144502122,
        datatype=9,
        is_historical=False,
        is_null=False,
        kind=FLOAT_VALUE,
        value=4.25,
        properties=None,
    )


def test_every_cut_of_a_message_is_refused_or_ends_between_fields() -> None:
    whole = {0, 7, 7 + 36, len(NBIRTH)}
    for length in range(len(NBIRTH) + 1):
        if length in whole:
            read_payload(NBIRTH[:length])
        else:
            with pytest.raises(Refusal, match="ends within a field"):
                read_payload(NBIRTH[:length])


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (b"\x12\xff\xff\xff\xff\x0f", "ends within"),
        (b"\x08" + b"\x80" * 10 + b"\x01", "64 bits"),
        (b"\x08" + b"\xff" * 9 + b"\x02", "64 bits"),
        (b"\x13\x14", "group"),
        (b"\x0e", "group"),
        (b"\x00\x01", "from 1"),
        (b"{}", "group"),
        (sent.payload([b""] * (LARGEST_METRICS + 1)), "20001 metrics"),
        (sent.field(4, sent.LENGTH, b"SPBV1.0_COMPRESSED"), "compression"),
    ],
)
def test_what_is_no_message_is_refused_and_says_why(payload: bytes, problem: str) -> None:
    with pytest.raises(Refusal, match=problem):
        read_payload(payload)


def test_longest_varint_is_read() -> None:
    assert read_payload(b"\x08" + b"\xff" * 9 + b"\x01").timestamp == 2**64 - 1


def test_unknown_fields_of_every_width_are_stepped_over() -> None:
    unknown = (
        sent.field(100, sent.VARINT, 2**40)
        + sent.field(101, sent.LENGTH, b"\xff" * 200)
        + sent.field(102, sent.FIXED32, b"1234")
        + sent.field(103, sent.FIXED64, b"12345678")
    )
    assert read_payload(unknown + NBIRTH + unknown) == read_payload(NBIRTH)
    assert read_metric(unknown) == NO_VALUE


def test_fields_may_stand_in_any_order_and_the_last_of_two_counts() -> None:
    found = read_payload(sent.field(3, sent.VARINT, 7) + NBIRTH)
    assert (found.seq, len(found.metrics)) == (0, 1)


def test_data_set_is_stepped_over_however_deep_it_nests() -> None:
    deep = b""
    for _ in range(5_000):
        deep = sent.field(2, sent.LENGTH, deep)
    metric = read_metric(sent.metric("table", sent.field(17, sent.LENGTH, deep)))
    assert (metric.name, metric.kind) == ("table", DATASET_VALUE)


@pytest.mark.parametrize(
    ("metric", "problem"),
    [
        (sent.metric("a", sent.boolean_value(1) + sent.float_value(1.0)), "more than one value"),
        (sent.field(1, sent.LENGTH, b"\xff"), "not UTF-8"),
        (sent.field(12, sent.FIXED32, b"123"), "ends within"),
        (sent.field(13, sent.FIXED64, b"1234567"), "ends within"),
    ],
)
def test_what_is_no_metric_is_refused_and_says_why(metric: bytes, problem: str) -> None:
    with pytest.raises(Refusal, match=problem):
        read_metric(metric)


def test_empty_name_is_none() -> None:
    assert read_metric(sent.metric("", alias=3)).name is None


def test_properties_are_read_by_their_keys() -> None:
    # A double (field 6) is none of what is needed.
    double = sent.field(6, sent.FIXED64, struct.pack("<d", 1.5))
    stated = sent.properties(engUnit="°C", Quality=192)
    stated += sent.field(1, sent.LENGTH, b"engLow") + sent.field(2, sent.LENGTH, double)
    assert read_properties(stated) == {"engUnit": "°C", "Quality": 192, "engLow": None}


def test_properties_with_more_keys_than_values_are_refused() -> None:
    with pytest.raises(Refusal, match="2 keys and 1 values"):
        read_properties(sent.properties(a=1) + sent.field(1, sent.LENGTH, b"b"))


def test_rebirth_command_is_what_the_schema_makes_of_it() -> None:
    # Sparkplug 3.0 section 6.4.23: timestamp, name, Boolean true; no alias, no seq.
    metric = sent.metric(
        "Node Control/Rebirth", sent.boolean_value(1), timestamp=None, datatype=sent.BOOLEAN
    )
    assert rebirth_command(sent.SENT_MS) == sent.payload([metric])
    (read,) = map(read_metric, read_payload(rebirth_command(sent.SENT_MS)).metrics)
    assert (read.name, read.kind, read.value) == ("Node Control/Rebirth", BOOLEAN_VALUE, 1)
