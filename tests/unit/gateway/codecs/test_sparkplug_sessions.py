"""Births, sequence, deaths and restarts of Sparkplug B nodes (Sparkplug 3.0 sections 5 and 6)."""

import pytest

from gateway.codecs.base import Decoded, Memo, Reason, RememberingCodec, Request
from gateway.codecs.registry import codec_named
from gateway.codecs.sparkplug.settings import SparkplugSettings
from gateway.codecs.sparkplug_b import SparkplugCodec

from . import sparkplug_messages as sent
from .samples import RECEIVED_AT, reasons, values

SECOND = 1_000_000
ENTRIES = [
    {"name": "T", "quantity": "temperature"},
    {"name": "H", "quantity": "humidity", "unit": "%"},
]
CELSIUS, FAHRENHEIT = sent.properties(engUnit="°C"), sent.properties(engUnit="°F")
T, H = ("T", "temperature", 5_000), ("H", "humidity", 40_000)


class Line:
    """A gateway that hears the messages of nodes, one second after the other."""

    def __init__(self, **options: object) -> None:
        settings = {"metrics": ENTRIES, "other_metrics": "ignore", **options}
        self.settings = SparkplugSettings.model_validate(settings)
        self.codec = SparkplugCodec(self.settings)
        self.now = RECEIVED_AT
        self.kept: dict[str, bytes] = {}
        self.noted = 0

    def hear(self, kind: str, payload: bytes, node: str = "line", after_s: int = 1) -> Decoded:
        self.now += after_s * SECOND
        device = "/probe" if kind.startswith("D") else ""
        topic = f"spBv1.0/plant/{kind}/{node}{device}"
        decoded = self.codec.decode(topic, payload, self.now)
        self.noted = len(decoded.memos)
        for memo in decoded.memos:
            if memo.value:
                self.kept[memo.key] = memo.value
            else:
                del self.kept[memo.key]
        return decoded

    def hear_again(self, kind: str, payload: bytes, received_at: int) -> Decoded:
        device = "/probe" if kind.startswith("D") else ""
        return self.codec.decode_again(f"spBv1.0/plant/{kind}/line{device}", payload, received_at)

    def restart(self) -> None:
        self.codec = SparkplugCodec(self.settings)
        self.codec.recall(Memo(key, value) for key, value in self.kept.items())


def birth(seq: int = 1, alias: int = 7, unit: bytes = CELSIUS, datatype: int = sent.FLOAT) -> bytes:
    """A DBIRTH of T with an alias and a unit, and of H."""
    metrics = [
        sent.metric(
            "T", float_or_int(5, datatype), alias=alias, datatype=datatype, properties=unit
        ),
        sent.metric("H", sent.float_value(40), alias=alias + 1, datatype=sent.FLOAT),
    ]
    return sent.payload(metrics, seq)


def float_or_int(value: int, datatype: int) -> bytes:
    return sent.float_value(value) if datatype == sent.FLOAT else sent.int_value(value)


def data(seq: int | None, alias: int = 7, value: float = 5) -> bytes:
    """A DDATA with an alias alone."""
    return sent.payload([sent.metric(None, sent.float_value(value), alias=alias)], seq)


def born(session: int = 0, **options: object) -> Line:
    line = Line(**options)
    assert not line.hear("NBIRTH", sent.nbirth(session=session)).requests
    assert not line.hear("DBIRTH", birth()).requests
    return line


def rebirth(line: Line, node: str = "line") -> list[Request]:
    """What asks a node for its BIRTHs now (section 6.4.23)."""
    command = sent.metric(
        "Node Control/Rebirth", sent.boolean_value(1), timestamp=None, datatype=sent.BOOLEAN
    )
    return [Request(f"spBv1.0/plant/NCMD/{node}", sent.payload([command], None, line.now // 1000))]


def test_codec_is_one_that_remembers() -> None:
    assert isinstance(codec_named("sparkplug_b"), RememberingCodec)


def test_data_takes_name_type_and_unit_from_the_birth() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    assert values(line.hear("DBIRTH", birth(unit=FAHRENHEIT)))[0] == ("T", "temperature", -15_000)
    decoded = line.hear("DDATA", data(2, value=50))
    assert values(decoded) == [("T", "temperature", 10_000)]
    assert not decoded.faults
    assert not decoded.requests


def test_integer_without_data_type_is_signed_as_in_the_birth() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth(datatype=sent.INT16))
    negative = sent.payload([sent.metric(None, sent.int_value(0xFFFB), alias=7)], 2)
    assert values(line.hear("DDATA", negative)) == [("T", "temperature", -5_000)]


def test_data_of_the_node_itself_is_read_by_its_own_birth() -> None:
    line = Line()
    metric = sent.metric("H", sent.float_value(40), alias=1, datatype=sent.FLOAT)
    assert values(line.hear("NBIRTH", sent.nbirth(metric))) == [H]
    assert values(line.hear("NDATA", data(1, alias=1, value=40))) == [H]


def test_seq_goes_over_node_and_devices_and_wraps_from_255_to_0() -> None:
    line = born()
    for seq in [*range(2, 256), *range(3)]:
        kind = "NDATA" if seq % 3 == 0 else "DDATA"
        message = sent.payload([], seq) if kind == "NDATA" else data(seq)
        assert not line.hear(kind, message).requests


@pytest.mark.parametrize("seq", [3, 1 + 128, 0, 255])
def test_gap_asks_for_a_rebirth_and_loses_no_reading(seq: int) -> None:
    line = born()
    decoded = line.hear("DDATA", data(seq))
    assert decoded.requests == rebirth(line)
    assert values(decoded) == [T]
    assert not decoded.faults


def test_repetition_is_no_gap() -> None:
    line = born()
    line.hear("DDATA", data(2))
    assert not line.hear("DDATA", data(2)).requests
    assert not line.hear("DDATA", data(3)).requests


def test_seq_that_an_encoder_leaves_out_is_no_gap() -> None:
    line = born()
    for seq in range(2, 256):
        line.hear("DDATA", data(seq))
    assert not line.hear("DDATA", data(None)).requests
    assert not line.hear("DDATA", data(1)).requests


def test_node_is_asked_once_until_it_answers_or_an_interval_has_passed() -> None:
    line = born(rebirth_interval_seconds=10)
    assert line.hear("DDATA", data(5)).requests
    assert not line.hear("DDATA", data(9)).requests
    assert line.hear("DDATA", data(20), after_s=9).requests
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth())
    assert line.hear("DDATA", data(5)).requests


def test_node_that_errs_after_each_answer_is_not_asked_without_end() -> None:
    line = born(rebirth_interval_seconds=600)
    asked = 0
    for _ in range(50):
        asked += len(line.hear("DDATA", data(5)).requests)
        line.hear("NBIRTH", sent.nbirth())
        line.hear("DBIRTH", birth())
    assert asked == 5


def test_nodes_are_asked_each_for_itself() -> None:
    line = Line()
    for node in ("one", "two"):
        assert line.hear("NDATA", data(5), node).requests == rebirth(line, node)


@pytest.mark.parametrize("kind", ["NDATA", "DDATA"])
def test_alias_before_its_birth_is_a_fault_and_asks(kind: str) -> None:
    line = Line()
    decoded = line.hear(kind, data(2))
    assert decoded.requests == rebirth(line)
    assert reasons(decoded) == [Reason.BIRTH_MISSING]
    assert "alias 7" in decoded.faults[0].detail
    assert not decoded.records


def test_names_before_the_birth_are_read_where_nothing_else_is_needed() -> None:
    line = Line()
    metrics = [
        sent.metric("H", sent.float_value(40)),
        sent.metric("T", sent.float_value(5)),
        sent.metric("H2", sent.int_value(5)),
    ]
    decoded = line.hear("DDATA", sent.payload(metrics, 2))
    assert values(decoded) == [H]
    assert reasons(decoded) == [Reason.BIRTH_MISSING]
    assert "T, H2" in decoded.faults[0].detail.replace("'", "")
    assert decoded.requests == rebirth(line)


def test_birth_of_a_device_before_that_of_its_node_is_read_and_asks() -> None:
    line = Line()
    decoded = line.hear("DBIRTH", birth())
    assert values(decoded) == [T, H]
    assert decoded.requests == rebirth(line)


def test_unknown_alias_asks_and_the_others_are_read() -> None:
    line = born()
    metrics = [
        sent.metric(None, sent.float_value(1), alias=99),
        sent.metric(None, sent.float_value(5), alias=7),
    ]
    decoded = line.hear("DDATA", sent.payload(metrics, 2))
    assert values(decoded) == [T]
    assert reasons(decoded) == [Reason.BIRTH_MISSING]
    assert decoded.requests == rebirth(line)


def test_name_that_the_birth_did_not_define_is_read_and_asks() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    decoded = line.hear("NDATA", sent.payload([sent.metric("H", sent.float_value(40))], 1))
    assert values(decoded) == [H]
    assert decoded.requests == rebirth(line)
    assert not decoded.memos


def test_alias_of_two_metrics_is_refused() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    metrics = [
        sent.metric(name, sent.float_value(5), alias=7, datatype=sent.FLOAT, properties=CELSIUS)
        for name in ("H", "T")
    ]
    assert len(values(line.hear("DBIRTH", sent.payload(metrics, 1)))) == 2
    assert reasons(line.hear("DDATA", data(2))) == [Reason.INVALID_FIELD]


def test_other_type_than_in_the_birth_is_refused_and_asks() -> None:
    line = born()
    metric = sent.metric(None, sent.int_value(5), alias=7, datatype=sent.INT32)
    decoded = line.hear("DDATA", sent.payload([metric], 2))
    assert reasons(decoded) == [Reason.INVALID_FIELD]
    assert decoded.requests == rebirth(line)


def test_unit_that_changes_in_data_ends_the_birth() -> None:
    line = born()
    metric = sent.metric(None, sent.float_value(50), alias=7, properties=FAHRENHEIT)
    decoded = line.hear("DDATA", sent.payload([metric], 2))
    assert values(decoded) == [("T", "temperature", 10_000)]
    assert decoded.requests == rebirth(line)
    later = line.hear("DDATA", data(3, value=50))
    assert reasons(later) == [Reason.BIRTH_MISSING]
    line.restart()
    assert reasons(line.hear("DDATA", data(4, value=50))) == [Reason.BIRTH_MISSING]


def test_data_after_the_nodes_death_waits_for_a_birth() -> None:
    line = born(session=4)
    assert line.hear("NDEATH", sent.ndeath(4)) == Decoded(
        memos=[Memo("plant/line", line.kept["plant/line"])]
    )
    decoded = line.hear("DDATA", data(2))
    assert reasons(decoded) == [Reason.BIRTH_MISSING]
    assert decoded.requests == rebirth(line)


def test_death_of_an_earlier_session_changes_nothing() -> None:
    line = born(session=4)
    assert line.hear("NDEATH", sent.ndeath(3)) == Decoded()
    assert values(line.hear("DDATA", data(2))) == [T]


def test_data_after_the_devices_death_waits_for_a_birth() -> None:
    line = born()
    assert not line.hear("DDEATH", sent.payload([], 2)).records
    assert reasons(line.hear("DDATA", data(3))) == [Reason.BIRTH_MISSING]
    line.restart()
    assert reasons(line.hear("DDATA", data(4))) == [Reason.BIRTH_MISSING]


def test_new_birth_of_the_node_ends_those_of_its_devices() -> None:
    line = born()
    line.hear("NBIRTH", sent.nbirth(session=1))
    assert reasons(line.hear("DDATA", data(1))) == [Reason.BIRTH_MISSING]
    line.hear("DBIRTH", birth(seq=2))
    assert values(line.hear("DDATA", data(3))) == [T]


@pytest.mark.parametrize("kind", ["NBIRTH", "DBIRTH"])
def test_birth_that_cannot_be_read_ends_the_one_before(kind: str) -> None:
    line = born()
    assert reasons(line.hear(kind, b"\x13")) == [Reason.INVALID_PROTOBUF]
    line.restart()
    assert reasons(line.hear("DDATA", data(2))) == [Reason.BIRTH_MISSING]


def test_restart_loses_no_alias_and_no_unit_and_asks_nobody() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth(unit=FAHRENHEIT))
    line.restart()
    decoded = line.hear("DDATA", data(200, value=50))
    assert values(decoded) == [("T", "temperature", 10_000)]
    assert not decoded.requests
    assert line.hear("DDATA", data(202)).requests


def test_restart_between_two_sessions_does_not_mix_them() -> None:
    line = born(session=0)
    line.hear("NBIRTH", sent.nbirth(session=1))
    line.restart()
    assert reasons(line.hear("DDATA", data(1))) == [Reason.BIRTH_MISSING]


def test_restart_within_a_rebirth_does_not_use_what_the_node_has_taken_back() -> None:
    line = born()
    line.hear("NBIRTH", sent.nbirth())
    line.restart()
    assert reasons(line.hear("DDATA", data(1))) == [Reason.BIRTH_MISSING]


def test_restart_after_death_does_not_revive() -> None:
    line = born()
    line.hear("NDEATH", sent.ndeath(0))
    line.restart()
    assert reasons(line.hear("DDATA", data(1))) == [Reason.BIRTH_MISSING]


def test_restart_with_other_settings_reads_by_them() -> None:
    line = born()
    entry = {"name": "T", "quantity": "temperature", "sensor": "air"}
    line.settings = SparkplugSettings.model_validate({"metrics": [entry]})
    line.restart()
    assert values(line.hear("DDATA", data(2))) == [("air", "temperature", 5_000)]


def test_memo_that_is_none_is_asked_for_anew() -> None:
    line = born()
    line.kept = dict.fromkeys(line.kept, b"\x91\x02")
    line.restart()
    assert line.hear("DDATA", data(2)).requests == rebirth(line)


def test_births_are_noted_and_data_is_not() -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    assert line.noted == 1
    line.hear("DBIRTH", birth())
    assert line.noted == 1
    for seq in range(2, 20):
        line.hear("DDATA", data(seq))
        assert line.noted == 0


def test_what_came_before_the_birth_is_decoded_again_after_it() -> None:
    line = Line()
    line.hear("DDATA", data(2))
    came_at = line.now
    line.hear("DDATA", data(3))
    assert line.hear_again("DDATA", data(2), came_at).faults
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth())
    decoded = line.hear_again("DDATA", data(2), came_at)
    assert values(decoded) == [T]
    assert decoded == Decoded(records=decoded.records)


def test_what_came_before_the_birth_is_decoded_again_after_a_restart_in_between() -> None:
    line = Line()
    line.hear("DDATA", data(2))
    came_at = line.now
    line.restart()
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth())
    line.restart()
    assert values(line.hear_again("DDATA", data(2), came_at)) == [T]


def test_aliases_of_another_session_are_never_used_for_what_came_before() -> None:
    line = Line()
    line.hear("DDATA", data(2, value=40))
    came_at = line.now
    line.hear("NDEATH", sent.ndeath(0))
    line.hear("NBIRTH", sent.nbirth(session=1))
    line.hear("DBIRTH", birth())
    assert reasons(line.hear_again("DDATA", data(2, value=40), came_at)) == [Reason.BIRTH_MISSING]


def test_aliases_of_a_device_that_died_are_never_used_for_what_came_before() -> None:
    line = Line()
    line.hear("DDATA", data(2, value=40))
    came_at = line.now
    line.hear("DDEATH", sent.payload([], 3))
    line.hear("DBIRTH", birth(seq=4))
    line.hear("NBIRTH", sent.nbirth())
    line.hear("DBIRTH", birth())
    assert reasons(line.hear_again("DDATA", data(2, value=40), came_at)) == [Reason.BIRTH_MISSING]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_birth_that_no_rebirth_brought_says_nothing_of_what_came_before(
    is_restarted: bool,  # noqa: FBT001 - a case
) -> None:
    line = Line()
    line.hear("NBIRTH", sent.nbirth())
    came_at = line.now - SECOND
    if is_restarted:
        line.restart()
    line.hear("DBIRTH", birth())
    assert line.hear_again("DDATA", data(1), came_at).faults
    alone = Line()
    alone.hear("DDATA", data(1))
    came_at = alone.now
    alone.hear("DBIRTH", birth())
    assert alone.hear_again("DDATA", data(1), came_at).faults


def test_what_came_after_a_death_is_not_read_by_what_was_before() -> None:
    line = born()
    came_alive_at = line.now
    line.hear("NDEATH", sent.ndeath(0))
    assert values(line.hear_again("DDATA", data(2), came_alive_at)) == [T]
    assert line.hear_again("DDATA", data(2), line.now).faults


def test_decoding_again_changes_nothing_and_asks_nobody() -> None:
    line = born()
    came_at = line.now
    again = line.hear_again("DBIRTH", birth(alias=50, unit=FAHRENHEIT), came_at - SECOND)
    assert values(again)[0] == ("T", "temperature", -15_000)
    assert not again.memos
    assert line.hear_again("NBIRTH", sent.nbirth(session=9), came_at) == Decoded()
    assert line.hear_again("NDEATH", sent.ndeath(0), came_at) == Decoded()
    assert values(line.hear("DDATA", data(2))) == [T]


def test_births_are_as_many_as_the_settings_allow() -> None:
    line = Line(maximum_births=2)
    line.hear("NBIRTH", sent.nbirth(), "one")
    line.hear("NBIRTH", sent.nbirth(), "two")
    decoded = line.hear("NBIRTH", sent.nbirth(), "three")
    assert len(decoded.faults) == 1
    assert "maximum_births = 2" in decoded.faults[0].detail
    line.hear("NDEATH", sent.ndeath(0), "one")
    assert not line.hear("NBIRTH", sent.nbirth(), "three").faults
    assert set(line.kept) == {"plant/two", "plant/three"}


def test_metrics_are_as_many_as_the_settings_allow() -> None:
    line = Line(maximum_metrics=4)
    line.hear("NBIRTH", sent.nbirth())
    assert not line.hear("DBIRTH", birth()).faults
    decoded = line.hear(
        "NBIRTH", sent.nbirth(sent.metric("H", sent.float_value(1), datatype=9)), "two"
    )
    assert "maximum_metrics = 4" in decoded.faults[0].detail
    assert not line.hear("DBIRTH", birth()).faults


def test_birth_without_room_is_not_replaced_by_the_one_before() -> None:
    line = born(maximum_metrics=3)
    one_more = sent.payload(
        [sent.metric(name, sent.float_value(5), alias=7, datatype=sent.FLOAT) for name in "ABCD"], 2
    )
    assert "maximum_metrics" in line.hear("DBIRTH", one_more).faults[0].detail
    assert reasons(line.hear("DDATA", data(3))) == [Reason.BIRTH_MISSING]
    line.restart()
    assert reasons(line.hear("DDATA", data(4))) == [Reason.BIRTH_MISSING]


def test_nodes_that_never_were_born_make_room() -> None:
    line = Line(maximum_births=3)
    for number in range(100):
        line.hear("NDATA", data(1), f"node{number}")
    assert len(line.kept) == 3
    assert not line.hear("NBIRTH", sent.nbirth()).faults
