import json

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import codec_named
from twins.inputs import Handover, HandoverPhase, Milestone, MilestoneName, statement_of
from twins.readings import Quality, Reading

from .samples import DEVICE, GATEWAY, RECEIVED_AT, at, readings, reasons, values

READING = {
    "quantity": "temperature",
    "value": 4.2,
    "unit": "°C",
    "sensor": "probe-1",
    "observed_at": "2026-01-31T12:00:00.25Z",
    "seq": 7,
}
OFFER = {
    "asset": "urn:epc:id:sscc:0614141.1234567890",
    "from": "grower",
    "to": "carrier",
    "phase": "offered",
    "nonce": "n-1",
    "place": "Kühlhaus 3",
    "seal": "A-77",
    "observed_at": "2026-01-31T12:00:00Z",
}


def decode(payload: object, kind: str = "readings", device: str = "logger-1") -> Decoded:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    topic = f"cargotwin/v1/{device}/{kind}"
    return codec_named("cargotwin").decode(topic, data, RECEIVED_AT)


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in READING.items() if name != key}


def test_reading_with_every_field_becomes_a_record() -> None:
    decoded = decode(READING)
    moment = at("2026-01-31 12:00:00") + 250_000
    expected = Reading(1, "logger-1", "probe-1", "temperature", 4_200, moment, DEVICE, 7)
    assert decoded == Decoded(records=[expected])


def test_reading_without_time_takes_the_gateways_and_says_so() -> None:
    reading = readings(decode(without("observed_at")))[0]
    assert (reading.observed_at, reading.clock_source) == (RECEIVED_AT, GATEWAY)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [({"observed_at", "seq"}, True), ({"observed_at"}, False), ({"seq"}, False), (set(), False)],
)
def test_reading_without_time_and_seq_needs_the_identity_of_its_publish(
    keys: set[str], *, expected: bool
) -> None:
    payload = {name: value for name, value in READING.items() if name not in keys}
    assert decode(payload).needs_publish_identity is expected
    assert decode({**payload, "firmware": "1.2"}).needs_publish_identity is expected


def test_sensor_is_named_after_its_quantity_where_it_has_no_name() -> None:
    assert values(decode(without("sensor"))) == [("temperature", "temperature", 4_200)]


def test_integer_epoch_time_is_taken() -> None:
    payload = {**without("observed_at"), "observed_at_us": 1_700_000_000_000_001}
    assert readings(decode(payload))[0].observed_at == 1_700_000_000_000_001


def test_historical_reading_is_marked() -> None:
    decoded = decode({**READING, "quality": ["historical"]})
    assert readings(decoded)[0].quality == Quality.HISTORICAL


def test_implausible_value_is_kept_and_marked() -> None:
    decoded = decode({**READING, "value": -300})
    assert readings(decoded)[0].quality == Quality.IMPLAUSIBLE
    assert not decoded.faults


def test_reading_of_2013_is_taken() -> None:
    decoded = decode({**READING, "observed_at": "2013-07-04T00:00:00Z"})
    assert readings(decoded)[0].observed_at == at("2013-07-04 00:00:00")


def test_unknown_keys_are_ignored() -> None:
    assert decode({**READING, "firmware": "1.2", "note": 'a "word"'}) == decode(READING)


def test_escaped_key_is_the_key() -> None:
    payload = json.dumps(READING).replace('"seq"', '"s\\u0065q"').encode()
    assert decode(payload) == decode(READING)


def test_array_keeps_its_order() -> None:
    decoded = decode([READING, {**READING, "value": 5}, {**READING, "value": 6}])
    assert [reading.value for reading in readings(decoded)] == [4_200, 5_000, 6_000]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity": None}, Reason.MISSING_FIELD),
        ({"quantity": "radiation"}, Reason.UNKNOWN_QUANTITY),
        ({"quantity": ["temperature"]}, Reason.UNKNOWN_QUANTITY),
        ({"unit": None}, Reason.MISSING_UNIT),
        ({"unit": ""}, Reason.MISSING_UNIT),
        ({"unit": "furlong"}, Reason.UNKNOWN_UNIT),
        ({"unit": 3}, Reason.UNKNOWN_UNIT),
        ({"value": None}, Reason.NOT_A_NUMBER),
        ({"value": "4.2"}, Reason.NOT_A_NUMBER),
        ({"value": True}, Reason.NOT_A_NUMBER),
        ({"value": float("nan")}, Reason.NOT_A_NUMBER),
        ({"value": float("inf")}, Reason.NOT_A_NUMBER),
        ({"value": 10**400}, Reason.NOT_A_NUMBER),
        ({"value": 10**4000}, Reason.NOT_A_NUMBER),
        ({"value": 1e300}, Reason.VALUE_TOO_LARGE),
        ({"value": 10**200}, Reason.VALUE_TOO_LARGE),
        ({"observed_at": "2026-01-31T12:00:00"}, Reason.NAIVE_TIME),
        ({"observed_at": "yesterday"}, Reason.INVALID_TIME),
        ({"observed_at": 1_700_000_000}, Reason.INVALID_FIELD),
        ({"observed_at": "2026-06-02T12:00:00Z"}, Reason.TIME_IN_FUTURE),
        ({"observed_at_us": 10**30}, Reason.INVALID_TIME),
        ({"observed_at_us": 1.5}, Reason.INVALID_TIME),
        ({"sensor": "a/b"}, Reason.INVALID_IDENTIFIER),
        ({"sensor": ""}, Reason.INVALID_IDENTIFIER),
        ({"sensor": 7}, Reason.INVALID_FIELD),
        ({"seq": -1}, Reason.INVALID_FIELD),
        ({"seq": 2**63}, Reason.INVALID_FIELD),
        ({"seq": "7"}, Reason.INVALID_FIELD),
        ({"quality": ["fine"]}, Reason.INVALID_FIELD),
        ({"quality": "historical"}, Reason.INVALID_FIELD),
        ({"signature": "00"}, Reason.RESERVED_FIELD),
    ],
)
def test_bad_element_is_a_named_fault_and_its_neighbours_are_decoded(
    changes: dict[str, object], reason: Reason
) -> None:
    decoded = decode([READING, {**READING, **changes}, READING])
    assert reasons(decoded) == [reason]
    assert decoded.faults[0].detail.startswith("element 1: ")
    assert len(decoded.records) == 2


@pytest.mark.parametrize("key", ["quantity", "value"])
def test_reading_without_a_required_field_is_a_fault(key: str) -> None:
    decoded = decode(without(key))
    assert reasons(decoded) == [Reason.MISSING_FIELD]
    assert key in decoded.faults[0].detail


def test_reading_without_unit_is_a_fault_that_names_the_units() -> None:
    decoded = decode(without("unit"))
    assert reasons(decoded) == [Reason.MISSING_UNIT]
    assert "°C, °F, K" in decoded.faults[0].detail


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Reason.INVALID_JSON),
        (b"21.5", Reason.NOT_AN_OBJECT),
        (b'{"quantity": "temperature", ', Reason.INVALID_JSON),
        (b'{"quantity": "\xff"}', Reason.INVALID_JSON),
        (b'{"quantity": "temperature", "unit": "\\ud800"}', Reason.INVALID_JSON),
        (b"[]", Reason.NO_READING),
        (b"[" * 100_000, Reason.TOO_DEEPLY_NESTED),
        (b'{"value": 1, "quantity": "temperature", "unit": "C", "value": 9}', Reason.DUPLICATE_KEY),
        (
            b'{"value": 1, "quantity": "temperature", "unit": "C", "seq": 1, "s\\u0065q": 2}',
            Reason.DUPLICATE_KEY,
        ),
    ],
)
def test_bad_payload_is_one_named_fault(payload: bytes, reason: Reason) -> None:
    decoded = decode(payload)
    assert reasons(decoded) == [reason]
    assert decoded.records == []


def test_device_with_an_illegal_id_is_a_fault() -> None:
    assert reasons(decode(READING, device="-x")) == [Reason.INVALID_IDENTIFIER]


@pytest.mark.parametrize("kind", ["temperature", "readings/x", ""])
def test_other_topics_are_refused(kind: str) -> None:
    assert reasons(decode(READING, kind)) == [Reason.UNKNOWN_TOPIC]


WALLET = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def test_signature_of_a_handover_is_kept_beside_the_same_bytes() -> None:
    (unsigned,) = decode(OFFER, "handover").records
    (signed,) = decode({**OFFER, "signer": WALLET, "signature": "0x0aff"}, "handover").records
    assert isinstance(signed, Handover)
    assert isinstance(unsigned, Handover)
    assert signed.statement == unsigned.statement
    assert (signed.signer, signed.signature) == (WALLET.lower(), b"\x0a\xff")
    assert (unsigned.signer, unsigned.signature) == (None, None)


def test_handover_becomes_the_canonical_bytes_of_its_statement() -> None:
    decoded = decode(OFFER, "handover")
    handover = decoded.records[0]
    assert isinstance(handover, Handover)
    # Keys sorted, no spaces, UTF-8: RFC 8785 sections 3.2.1 to 3.2.4.
    assert (
        handover.statement
        == (
            '{"asset":"urn:epc:id:sscc:0614141.1234567890","from":"grower","nonce":"n-1",'
            f'"observed_at":{at("2026-01-31 12:00:00")},"phase":"offered","place":"Kühlhaus 3",'
            '"schema":"cargotwin.handover.v1","seal":"A-77","to":"carrier"}'
        ).encode()
    )
    assert statement_of(handover).phase is HandoverPhase.OFFERED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"asset": "a b"}, Reason.INVALID_IDENTIFIER),
        ({"from": ""}, Reason.MISSING_FIELD),
        ({"to": None}, Reason.MISSING_FIELD),
        ({"to": 4}, Reason.INVALID_FIELD),
        ({"phase": "given"}, Reason.INVALID_FIELD),
        ({"nonce": "x" * 201}, Reason.INVALID_FIELD),
        ({"place": "a\nb"}, Reason.INVALID_FIELD),
        ({"observed_at": None}, Reason.MISSING_FIELD),
        ({"observed_at": 5}, Reason.INVALID_TIME),
        ({"observed_at": "2026-01-31T12:00:00"}, Reason.NAIVE_TIME),
        ({"observed_at": "2026-06-02T12:00:00Z"}, Reason.TIME_IN_FUTURE),
        ({"observed_at_us": "x"}, Reason.INVALID_TIME),
        ({"signature": "00"}, Reason.MISSING_FIELD),
        ({"signer": WALLET}, Reason.MISSING_FIELD),
        ({"signer": WALLET, "signature": 5}, Reason.INVALID_FIELD),
        ({"signer": WALLET, "signature": "0x0"}, Reason.BAD_SIGNATURE),
        ({"signer": "grower", "signature": "00"}, Reason.BAD_SIGNATURE),
    ],
)
def test_bad_handover_is_a_named_fault(changes: dict[str, object], reason: Reason) -> None:
    decoded = decode({**OFFER, **changes}, "handover")
    assert reasons(decoded) == [reason]
    assert decoded.records == []


def test_milestone_becomes_a_record() -> None:
    payload = {"asset": "A-1", "name": "departure", "observed_at_us": 5, "place": "Bremen"}
    expected = Milestone(1, "A-1", MilestoneName.DEPARTURE, 5, "Bremen")
    assert decode(payload, "milestone") == Decoded(records=[expected])
