import json
from collections.abc import Callable, Iterable

import pytest

from gateway.access.accounts import Account, Accounts
from gateway.access.signing_keys import text_of_key
from gateway.codecs.base import Decoded, Memo, Reason
from gateway.codecs.route import Route, RoutingTable
from gateway.codecs.signed import SignedCodec, Signers, opened
from gateway.codecs.signed_counters import SignedCounters
from tests.unit.gateway.codecs import signing
from tests.unit.gateway.codecs.samples import RECEIVED_AT, at, readings, reasons, values
from tests.unit.gateway.codecs.signing import (
    DEVICE,
    KEY,
    TOPIC,
    base64url,
    compact,
    flattened,
    sign1,
)
from twins.inputs import Handover

READING = {
    "quantity": "temperature",
    "value": 4.25,
    "unit": "°C",
    "observed_at": "2026-06-01T11:59:00Z",
    "seq": 7,
}
PAYLOAD = json.dumps(READING).encode()
HANDOVER = json.dumps(
    {
        "asset": "box-1",
        "from": "maker",
        "to": "carrier",
        "phase": "offered",
        "nonce": "n1",
        "observed_at": "2026-06-01T11:59:00Z",
    }
).encode()
ROUTES = (
    Route(filter="cargotwin/v1/+/+", codec="cargotwin"),
    Route(
        filter="plant/#",
        codec="mapping",
        options={
            "topic": "plant/climate",
            "device_path": "id",
            "time": {"path": "t", "format": "rfc3339"},
            "fields": [{"path": "v", "quantity": "temperature", "unit": "°C"}],
        },
    ),
    *(
        Route(
            filter=f"{template.partition('/')[0]}/#",
            codec="mapping",
            options={
                "topic": template,
                "time": {"path": "t", "format": "rfc3339"},
                "fields": [{"path": "v", "quantity": "temperature", "unit": unit}],
            },
        )
        for template, unit in (
            ("lab/{device}/{sensor}", "°C"),
            ("hall/{device}/ch-{sensor}", "°C"),
            ("cold/{device}", "°F"),
        )
    ),
)
TABLE = RoutingTable(ROUTES)
ENVELOPES = [compact, flattened, sign1]


def bound(payload: bytes, topic: str) -> bytes:
    return compact(payload, {**signing.EDDSA, "topic": topic})


def accounts(*, must_sign: bool = False) -> Accounts:
    key = text_of_key(KEY)
    signer = Account(name=DEVICE, signing_key=key, must_sign=must_sign)
    return Accounts([signer, Account(name="keyless")])


def signed(topic: str, signers: Signers, counters: SignedCounters | None = None) -> SignedCodec:
    inner = TABLE.route(topic)
    assert inner is not None
    return SignedCodec(inner, signers, counters or SignedCounters())


def decoded(
    payload: bytes, topic: str = TOPIC, *, must_sign: bool = False, received_at: int = RECEIVED_AT
) -> Decoded:
    return signed(topic, accounts(must_sign=must_sign)).decode(topic, payload, received_at)


# RFC 8032 signatures in the published examples of both envelopes. cose-wg/Examples,
# eddsa-examples/eddsa-sig-01 (kid "11"); BSD-3-Clause.
COSE_EXAMPLE = bytes.fromhex(
    "d28445a201270300a10442313154546869732069732074686520636f6e74656e742e58407142fd2ff96d56db85bee9"
    "05a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08"
    "f4a44d6fef0d"
)
# Public key of RFC 8032 section 7.1, test 1, which that example is made with.
EXAMPLE_KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def test_the_published_example_of_cose_is_opened() -> None:
    envelope = opened(COSE_EXAMPLE, lambda kid: EXAMPLE_KEY if kid == "11" else None)
    assert envelope is not None
    assert (envelope.signer, envelope.payload) == ("11", b"This is the content.")


@pytest.mark.parametrize("place", range(0, len(COSE_EXAMPLE), 3))
def test_no_byte_of_the_published_example_can_be_changed(place: int) -> None:
    changed = bytearray(COSE_EXAMPLE)
    changed[place] ^= 1
    signers = Accounts([Account(name="11", signing_key=text_of_key(EXAMPLE_KEY))])
    found = signed(TOPIC, signers).decode(TOPIC, bytes(changed), RECEIVED_AT)
    # A changed mark makes it no envelope, a changed key id names somebody else.
    mark, key_id = place < 2, place in (11, 12)
    expected = [Reason.UNKNOWN_SIGNER if key_id else Reason.BAD_SIGNATURE]
    assert mark or reasons(found) == expected


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_signed_reading_is_that_of_its_format_and_carries_the_signature(
    envelope: Callable[[bytes], bytes],
) -> None:
    found = decoded(envelope(PAYLOAD))
    assert (values(found), reasons(found)) == ([("temperature", "temperature", 4_250)], [])
    (reading,) = readings(found)
    assert (reading.device, reading.seq) == (DEVICE, 7)
    assert reading.observed_at == at("2026-06-01 11:59:00")
    again = opened(envelope(PAYLOAD), signing.key_of)
    assert again is not None
    assert reading.signature == again.signature
    assert len(again.signature) == 64


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_every_reading_of_a_signed_array_carries_the_signature(
    envelope: Callable[[bytes], bytes],
) -> None:
    second = {**READING, "sensor": "probe", "value": 5}
    found = decoded(envelope(json.dumps([READING, second]).encode()))
    assert len({one.signature for one in readings(found)}) == 1
    assert [one.value for one in readings(found)] == [4_250, 5_000]


def test_an_unsigned_reading_is_taken_and_carries_no_signature() -> None:
    (reading,) = readings(decoded(PAYLOAD))
    assert reading.signature is None


def test_a_copy_that_is_sent_later_gives_the_same_record() -> None:
    later = decoded(compact(PAYLOAD), received_at=RECEIVED_AT + 3_600_000_000)
    assert later.records == decoded(compact(PAYLOAD)).records


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_bad_element_of_a_signed_array_is_refused_and_the_others_are_kept(
    envelope: Callable[[bytes], bytes],
) -> None:
    found = decoded(envelope(json.dumps([READING, {"quantity": "colour"}]).encode()))
    assert reasons(found) == [Reason.UNKNOWN_QUANTITY]
    assert len(readings(found)) == 1


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_signed_reading_without_time_and_counter_is_refused(
    envelope: Callable[[bytes], bytes],
) -> None:
    bare = {key: READING[key] for key in ("quantity", "value", "unit")}
    found = decoded(envelope(json.dumps(bare).encode()))
    assert (reasons(found), found.records) == ([Reason.MISSING_FIELD], [])
    assert "observed_at" in found.faults[0].detail


def counted(*numbers: int, value: float = 4.25) -> bytes:
    timeless = {key: value for key, value in READING.items() if key != "observed_at"}
    return json.dumps([{**timeless, "value": value, "seq": one} for one in numbers]).encode()


def test_of_a_device_without_clock_only_counters_beyond_all_before_are_taken() -> None:
    codec = signed(TOPIC, accounts())

    def taken(payload: bytes) -> list[Reason]:
        return reasons(codec.decode(TOPIC, compact(payload), RECEIVED_AT))

    assert taken(counted(5, 6)) == []
    assert taken(counted(3)) == [Reason.REPLAYED]
    assert taken(counted(6, value=5)) == [Reason.REPLAYED]
    assert taken(counted(6, 7)) == []
    assert taken(counted(5, 6)) == [Reason.REPLAYED]


def test_a_payload_that_is_resent_for_want_of_an_answer_is_decoded_as_before() -> None:
    codec = signed(TOPIC, accounts())
    first = codec.decode(TOPIC, compact(counted(5)), RECEIVED_AT)
    again = codec.decode(TOPIC, compact(counted(5)), RECEIVED_AT)
    assert (again.records, again.faults) == (first.records, [])
    assert (len(first.memos), len(again.memos)) == (1, 0)


def test_counters_are_known_again_after_a_restart_and_on_every_other_route() -> None:
    before = signed(TOPIC, accounts()).decode(TOPIC, compact(counted(5)), RECEIVED_AT)
    counters = SignedCounters()
    signed(TOPIC, accounts(), counters).recall([*before.memos, Memo("another", b"")])
    after = signed("plant/climate", accounts(), counters)
    assert reasons(
        signed(TOPIC, accounts(), counters).decode(TOPIC, compact(counted(4)), RECEIVED_AT)
    ) == [Reason.REPLAYED]
    assert after.name == "mapping"


def test_a_new_key_lets_a_counter_begin_anew() -> None:
    counters = SignedCounters()
    counters.take(DEVICE, EXAMPLE_KEY, 100, bytes(64))
    codec = signed(TOPIC, accounts(), counters)
    assert reasons(codec.decode(TOPIC, compact(counted(1)), RECEIVED_AT)) == []


def test_each_key_has_its_counter_in_whatever_order_they_are_known_again() -> None:
    before = SignedCounters()
    old = before.take(DEVICE, EXAMPLE_KEY, 900, bytes(64))
    new = before.take(DEVICE, KEY, 50, bytes(64))
    assert old is not None
    assert new is not None
    # Two formats keep them apart, and are asked one after the other; one format keeps them both.
    assert old.key != new.key
    for memos in ([old, new], [new, old]):
        counters = SignedCounters()
        for memo in memos:
            assert counters.recall([memo]) == []
        codec = signed(TOPIC, accounts(), counters)
        assert reasons(codec.decode(TOPIC, compact(counted(50)), RECEIVED_AT)) == [Reason.REPLAYED]
        assert reasons(codec.decode(TOPIC, compact(counted(51)), RECEIVED_AT)) == []


def test_what_came_earlier_is_decoded_again_without_regard_to_counters_and_changes_none() -> None:
    codec = signed(TOPIC, accounts())
    codec.decode(TOPIC, compact(counted(6)), RECEIVED_AT)
    for seq in (5, 9):
        again = codec.decode_again(TOPIC, compact(counted(seq)), RECEIVED_AT)
        assert ([one.seq for one in readings(again)], again.memos) == ([seq], [])
    assert reasons(codec.decode(TOPIC, compact(counted(7)), RECEIVED_AT)) == []
    bare = {key: READING[key] for key in ("quantity", "value", "unit")}
    again = codec.decode_again(TOPIC, compact(json.dumps(bare).encode()), RECEIVED_AT)
    assert (reasons(again), again.records) == ([Reason.MISSING_FIELD], [])


def test_a_forged_payload_moves_no_counter() -> None:
    codec = signed(TOPIC, accounts())
    forged = compact(counted(1_000))[:-86] + base64url(bytes(64)).encode()
    assert reasons(codec.decode(TOPIC, forged, RECEIVED_AT)) == [Reason.BAD_SIGNATURE]
    assert reasons(codec.decode(TOPIC, compact(counted(1)), RECEIVED_AT)) == []


class Remembering:
    """A format that remembers."""

    name = "remembering"

    def __init__(self) -> None:
        self.recalled: list[Memo] = []

    def decode(self, _topic: str, _payload: bytes, _received_at: int) -> Decoded:
        return Decoded()

    def decode_again(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        return self.decode(topic, payload, received_at)

    def recall(self, memos: Iterable[Memo]) -> None:
        self.recalled += memos


def test_what_a_format_remembers_is_handed_on_to_it_alone() -> None:
    inner, counters = Remembering(), SignedCounters()
    own = counters.take(DEVICE, KEY, 1, bytes(64))
    assert own is not None
    SignedCodec(inner, accounts(), counters).recall([own, Memo("alias 5", b"x")])
    assert inner.recalled == [Memo("alias 5", b"x")]


def test_the_short_way_is_the_formats_own_and_closed_where_a_device_must_sign() -> None:
    def everything(*_: str) -> bool:
        return True

    found = signed(TOPIC, accounts()).swift(TOPIC, everything)
    assert found is not None
    assert found.device == DEVICE
    assert found.read(PAYLOAD, RECEIVED_AT) == TABLE.decode(TOPIC, PAYLOAD, RECEIVED_AT).records
    assert [found.read(envelope(PAYLOAD), RECEIVED_AT) for envelope in ENVELOPES] == [None] * 3
    assert signed(TOPIC, accounts(must_sign=True)).swift(TOPIC, everything) is None
    assert signed("plant/climate", accounts()).swift("plant/climate", everything) is None


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_payload_of_another_device_is_refused_although_its_signature_is_right(
    envelope: Callable[[bytes], bytes],
) -> None:
    found = decoded(envelope(PAYLOAD), "cargotwin/v1/other/readings")
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])
    assert "other" in found.faults[0].detail


def test_a_device_that_its_payload_names_must_be_the_signer() -> None:
    topic = "plant/climate"
    own = json.dumps({"id": DEVICE, "v": 4.25, "t": "2026-06-01T11:59:00Z"}).encode()
    assert len(readings(decoded(bound(own, topic), topic))) == 1
    others = decoded(bound(own.replace(DEVICE.encode(), b"other"), topic), topic)
    assert reasons(others) == [Reason.BAD_SIGNATURE]
    assert "speaks of other" in others.faults[0].detail


def test_a_payload_signed_for_one_topic_is_taken_on_that_topic_alone() -> None:
    envelope = compact(PAYLOAD, {**signing.EDDSA, "topic": TOPIC})
    assert len(readings(decoded(envelope))) == 1
    elsewhere = compact(PAYLOAD, {**signing.EDDSA, "topic": "cargotwin/v1/x/readings"})
    assert reasons(decoded(elsewhere)) == [Reason.BAD_SIGNATURE]


# The topic decides how a payload is read: as which sensor's, in which unit. The templates are those
# of a mapping; in "lab" a level is the sensor, in "hall" a part of one, and "cold" differs by unit.
@pytest.mark.parametrize(
    ("topic", "sensor"),
    [
        (f"lab/{DEVICE}/probe", "probe"),
        (f"hall/{DEVICE}/ch-cargo", "cargo"),
        (f"cold/{DEVICE}", "temperature"),
    ],
)
def test_a_payload_of_another_format_is_taken_where_its_topic_is_signed(
    topic: str, sensor: str
) -> None:
    payload = json.dumps({"v": 4.25, "t": "2026-06-01T11:59:00Z"}).encode()
    assert [one.sensor for one in readings(decoded(bound(payload, topic), topic))] == [sensor]
    found = decoded(compact(payload), topic)
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])
    assert "sign topic too" in found.faults[0].detail
    elsewhere = decoded(bound(payload, f"lab/{DEVICE}/engine"), topic)
    assert (reasons(elsewhere), elsewhere.records) == ([Reason.BAD_SIGNATURE], [])


def test_a_signed_statement_is_taken_on_the_topic_of_its_signer_alone() -> None:
    own, others = f"cargotwin/v1/{DEVICE}/handover", "cargotwin/v1/other/handover"
    (record,) = decoded(bound(HANDOVER, own), own).records
    assert isinstance(record, Handover)
    # What a party signs is the statement itself, not the envelope of whoever sends it.
    assert record.signature is None
    found = decoded(bound(HANDOVER, others), others)
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])
    assert "the topic is that of other" in found.faults[0].detail


@pytest.mark.parametrize("kind", ["handover", "milestone"])
def test_what_was_signed_without_topic_is_a_reading_and_no_statement(kind: str) -> None:
    both = json.dumps({**json.loads(HANDOVER), **READING, "name": "loaded"}).encode()
    assert len(readings(decoded(compact(both)))) == 1
    found = decoded(compact(both), f"cargotwin/v1/{DEVICE}/{kind}")
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])


@pytest.mark.parametrize("level", ["cargotwin", "v1", "readings"])
def test_a_device_that_is_named_as_another_level_of_topics_closes_no_other_devices_topic(
    level: str,
) -> None:
    signers = Accounts([Account(name=level, signing_key=text_of_key(KEY), must_sign=True)])
    assert len(readings(signed(TOPIC, signers).decode(TOPIC, PAYLOAD, RECEIVED_AT))) == 1
    own = f"cargotwin/v1/{level}/readings"
    assert reasons(signed(own, signers).decode(own, PAYLOAD, RECEIVED_AT)) == [Reason.UNSIGNED]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_signer_without_a_key_is_refused(envelope: Callable[[bytes], bytes]) -> None:
    codec = signed(TOPIC, Accounts([Account(name=DEVICE)]))
    found = codec.decode(TOPIC, envelope(PAYLOAD), RECEIVED_AT)
    assert (reasons(found), found.records) == ([Reason.UNKNOWN_SIGNER], [])
    assert DEVICE in found.faults[0].detail


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_signature_by_another_key_is_refused(envelope: Callable[[bytes], bytes]) -> None:
    other = Account(name=DEVICE, signing_key=text_of_key(EXAMPLE_KEY))
    found = signed(TOPIC, Accounts([other])).decode(TOPIC, envelope(PAYLOAD), RECEIVED_AT)
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])


@pytest.mark.parametrize(
    ("payload", "topic"),
    [
        (PAYLOAD, TOPIC),
        (b"not json", TOPIC),
        (HANDOVER, f"cargotwin/v1/{DEVICE}/handover"),
        (json.dumps({"id": DEVICE, "v": 1, "t": "2026-06-01T11:59:00Z"}).encode(), "plant/climate"),
    ],
)
def test_nothing_unsigned_is_taken_of_a_device_that_must_sign(payload: bytes, topic: str) -> None:
    found = decoded(payload, topic, must_sign=True)
    assert (reasons(found), found.records) == ([Reason.UNSIGNED], [])


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_device_that_must_sign_and_does_is_taken(envelope: Callable[[bytes], bytes]) -> None:
    assert len(readings(decoded(envelope(PAYLOAD), must_sign=True))) == 1


def test_a_device_that_need_not_sign_is_taken_beside_one_that_must() -> None:
    found = decoded(PAYLOAD, "cargotwin/v1/other/readings", must_sign=True)
    assert (len(readings(found)), reasons(found)) == (1, [])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"protected": 1}',
        b'{"payload": "x", "signature": "y"}',
        b"e",
        b"eyJ.x",
        b"\xd2",
        b"\xd1\x84",
    ],
)
def test_what_is_no_envelope_goes_to_the_format_of_its_topic(payload: bytes) -> None:
    assert opened(payload, signing.key_of) is None
    assert decoded(payload).faults == TABLE.decode(TOPIC, payload, RECEIVED_AT).faults
