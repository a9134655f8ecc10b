import itertools

import msgspec
import pytest

from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    close,
    commission,
    decide,
    detach,
    hand_over,
    read,
)
from twins.inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Handover,
    HandoverPhase,
    Input,
    InvalidRecord,
    Plan,
    PolicyAssigned,
    decode,
    encode,
    event_key,
    in_event_order,
    observed_at,
    statement_of,
)
from twins.readings import Quality

ASSIGNED = PolicyAssigned(1, ASSET, "vaccine-2-8", bytes(32), at(60))
PLAN = Plan(
    1,
    ASSET,
    b'{"schema":"cargotwin.plan.v1","stops":[{"circle":{"centre":[50,8],"radius_m":500},"id":"A",'
    b'"role":"origin"}]}',
    at(60),
)
CALIBRATED = CalibratedBinding(
    1, BindingAction.ADD, "d1", ASSET, at(60), at(300), calibrated_at=at(-86_400)
)
ONE_OF_EACH = [
    commission(60),
    ASSIGNED,
    # Of one rank: what is detached at the moment of its binding is detached; else the bytes decide.
    PLAN,
    bind(60),
    CALIBRATED,
    detach(60),
    close(60),
    hand_over(HandoverPhase.OFFERED, 60),
    hand_over(HandoverPhase.ACCEPTED, 60),
    read(60, 5_000),
    decide(60),
]


@pytest.mark.parametrize("record", ONE_OF_EACH, ids=str)
def test_record_survives_encoding(record: Input) -> None:
    assert decode(encode(record)) == record
    assert observed_at(record) == at(60)


def test_reading_is_a_msgpack_array_in_the_specified_order() -> None:
    reading = read(1, -20_500, device="d", sensor="s", seq=7, quality=4)
    assert msgspec.msgpack.decode(encode(reading)) == [
        1,
        1,
        "d",
        "s",
        "temperature",
        -20_500,
        1_000_000,
        1,
        7,
        4,
        None,
    ]


def test_binding_that_states_no_calibration_has_the_bytes_that_bindings_always_had() -> None:
    # By hand: fixarray of 7, 3, 1, fixstr ADD, d1, box-1, uint32 60 s, uint32 300 s.
    assert encode(bind(60)).hex() == ("970301a3414444a26431a5626f782d31ce03938700ce11e1a300")


def test_binding_that_states_a_calibration_is_a_kind_of_its_own() -> None:
    """Specification, section 2: kind 12, `calibrated_at` behind the fields of a binding."""
    assert isinstance(CALIBRATED, Binding)
    assert msgspec.msgpack.decode(encode(CALIBRATED)) == [
        12,
        1,
        "ADD",
        "d1",
        ASSET,
        60_000_000,
        300_000_000,
        -86_400_000_000,
    ]


def test_end_of_a_binding_states_no_calibration() -> None:
    data = msgspec.msgpack.encode([12, 1, "DELETE", "d1", ASSET, 60_000_000, 0, 0])
    with pytest.raises(InvalidRecord, match="ADD"):
        decode(data)


def test_inputs_of_one_moment_are_folded_in_a_fixed_order_of_kinds() -> None:
    for shuffled in (ONE_OF_EACH[::-1], ONE_OF_EACH[4:] + ONE_OF_EACH[:4]):
        assert sorted(shuffled, key=event_key) == ONE_OF_EACH


def test_time_comes_before_kind_in_event_order() -> None:
    assert event_key(read(59, 5_000)) < event_key(commission(60))


def test_readings_of_one_moment_are_ordered_by_device_sensor_quantity_and_seq() -> None:
    ordered = [
        read(0, 9, device="a", sensor="b"),
        read(0, 8, device="b", sensor="a", quantity="humidity"),
        read(0, 7, device="b", sensor="a", quantity="temperature"),
        read(0, 6, device="b", sensor="a", quantity="temperature", seq=0),
        read(0, 5, device="b", sensor="a", quantity="temperature", seq=10),
        read(0, 4, device="b", sensor="b", quantity="humidity"),
    ]
    for shuffled in itertools.permutations(ordered):
        assert sorted(shuffled, key=event_key) == ordered


def test_two_different_inputs_never_have_the_same_place() -> None:
    variants = [
        read(0, 5_000),
        read(0, 5_001),
        read(0, 5_000, quality=Quality.HISTORICAL),
        hand_over(HandoverPhase.ACCEPTED, 0),
        hand_over(HandoverPhase.ACCEPTED, 0, nonce="n2"),
        hand_over(HandoverPhase.REFUSED, 0),
    ]
    assert len({event_key(one) for one in variants}) == len(variants)


def test_handover_statement_speaks_of_from_and_to() -> None:
    handover = hand_over(HandoverPhase.OFFERED, 5, giver="maker", taker="carrier")
    stated = msgspec.json.decode(handover.statement)
    assert (stated["from"], stated["to"]) == ("maker", "carrier")
    assert statement_of(handover).from_party == "maker"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\x90",
        msgspec.msgpack.encode([99, 1]),
        msgspec.msgpack.encode([1, 1, "d", "s", "temperature", 5.5, 0, 1]),
        encode(read(0, 5_000))[:-3],
        encode(Handover(1, b'{"asset": "box-1"}')),
        encode(Handover(1, b"\xff")),
        encode(read(0, 5_000, quantity="mood")),
        encode(read(0, -273_150)),
        encode(read(0, 100_001, quantity="humidity")),
        encode(Plan(1, ASSET, b"{}", 0)),
        encode(Plan(1, ASSET, b"no JSON", 0)),
        encode(Plan(1, ASSET, PLAN.document.replace(b"50", b"91"), 0)),
    ],
    ids=[
        "empty",
        "no msgpack",
        "empty array",
        "unknown kind",
        "float value",
        "cut off",
        "statement without fields",
        "statement without JSON",
        "unknown quantity",
        "absolute zero",
        "implausible and not marked so",
        "plan of nothing",
        "plan without JSON",
        "plan with a latitude beyond the pole",
    ],
)
def test_record_that_no_twin_can_be_folded_with_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidRecord, match="not a record"):
        decode(data)


def test_plan_is_a_record_of_kind_11_and_is_read_as_it_was_written() -> None:
    data = encode(PLAN)
    # SPECIFICATION section 2: an array of five, kind 11, schema 1, asset, document, observed_at.
    assert data.startswith(b"\x95\x0b\x01\xa5box-1\xc4")
    assert decode(data) == PLAN


def test_implausible_value_is_a_record_when_it_is_marked_so() -> None:
    marked = read(0, -300_000, quality=Quality.IMPLAUSIBLE)
    assert decode(encode(marked)) == marked


def test_inputs_are_put_in_the_order_of_their_event_keys_whatever_ties_them() -> None:
    inputs: list[Input] = [
        read(9, 1),
        hand_over(HandoverPhase.ACCEPTED, 5),
        read(5, 2, seq=1),
        read(5, 2, quantity="humidity"),
        hand_over(HandoverPhase.OFFERED, 5),
        read(5, 3),
        read(5, 2),
        read(5, 2, device="d0"),
        bind(5),
        decide(5),
        commission(5),
        read(1, 1),
    ]
    # By hand from SPECIFICATION section 8; readings without seq that differ in value alone are told
    # apart by their bytes, and 2 is written before 3.
    expected = [11, 10, 8, 4, 1, 7, 3, 6, 5, 2, 9, 0]
    for start in range(len(inputs)):
        turned = inputs[start:] + inputs[:start]
        assert in_event_order(turned) == [inputs[place] for place in expected]
    assert in_event_order([]) == []


def test_record_whose_text_is_no_utf_8_is_no_record() -> None:
    # [1, 1, h'ab' as text, "a", "temperature", 0, 0, 0, nil, 0]
    record = bytes.fromhex("9b0101a1aba161ab74656d7065726174757265000000c000c0")
    with pytest.raises(InvalidRecord):
        decode(record)


def test_statement_that_is_no_utf_8_is_no_record() -> None:
    with pytest.raises(InvalidRecord):
        statement_of(Handover(1, b'{"asset":"\xff"}'))


def test_inputs_of_one_moment_alone_are_put_in_order_too() -> None:
    answer = hand_over(HandoverPhase.ACCEPTED, 5, place="")
    offer = hand_over(HandoverPhase.OFFERED, 5, place="the farthest dock of the harbour")
    # The answer's bytes are the shorter ones, and would come first.
    assert in_event_order([read(5, 1), answer, offer]) == [offer, answer, read(5, 1)]
