import json
from collections.abc import Callable

import msgspec
import pytest

from contracts.verify import Outcome
from gateway.access.device_signatures import DeviceSignatures, check_device_signatures
from gateway.codecs.base import CodecSettings
from gateway.codecs.cargotwin import CargotwinCodec
from gateway.store.entries import CODEC_VERSION, Batch, Message, encode_messages
from tests.unit.gateway.codecs.samples import RECEIVED_AT
from tests.unit.gateway.codecs.signing import DEVICE, KEY, SECRET, compact, key_of, sign1
from tests.vectors.independent import ed25519
from twins.inputs import encode
from twins.readings import Reading

OTHER_KEY = ed25519.public_key(SECRET[::-1])
OWN = json.dumps(
    [
        {"quantity": "temperature", "value": one, "unit": "°C", "observed_at_us": RECEIVED_AT - 1}
        for one in (4.25, 5)
    ]
).encode()
SIGNATURE_AT = -64


def reading(value: int, signature: bytes | None, device: str = DEVICE) -> Reading:
    """Return a reading as the first of `OWN` gives it, when it was signed."""
    return Reading(
        1, device, "temperature", "temperature", value, RECEIVED_AT - 1, 1, None, 0, signature
    )


def message(raw: bytes | None, *records: Reading) -> Message:
    return Message(RECEIVED_AT, "client", 1, dup=False, raw=raw, records=records)


def checked(
    *messages: Message, signing_key: Callable[[str], bytes | None] = key_of
) -> DeviceSignatures:
    journal = [Batch(1, 0, CODEC_VERSION, encode_messages(messages), b"")]
    records = [encode(one) for each in messages for one in each.records if isinstance(one, Reading)]
    return check_device_signatures(journal, records, signing_key)


def failure(*messages: Message) -> str:
    found = checked(*messages).check
    assert found is not None
    assert found.outcome is Outcome.FAILED
    return found.detail


SIGNED = sign1(OWN)
SIGNATURE = SIGNED[SIGNATURE_AT:]
FIRST, SECOND = reading(4_250, SIGNATURE), reading(5_000, SIGNATURE)


def test_what_the_codec_gives_of_the_payload_is_what_these_tests_call_its_readings() -> None:
    codec = CargotwinCodec(CodecSettings())
    decoded = codec.decode(f"cargotwin/v1/{DEVICE}/readings", OWN, RECEIVED_AT)
    unsigned = [msgspec.structs.replace(one, signature=None) for one in (FIRST, SECOND)]
    assert decoded.records == unsigned


def test_readings_that_their_device_signed_are_counted_and_its_key_is_a_trust_root() -> None:
    found = checked(message(SIGNED, FIRST, SECOND), message(None, reading(1, None)))
    assert found.check is not None
    assert found.check.outcome is Outcome.OK
    assert found.check.detail == "2 of 2 signed readings are under their devices' keys"
    assert found.trust_roots == [
        f"device {DEVICE} ed25519:{KEY.hex()}: named by the accounts of this gateway"
    ]


def test_where_nothing_is_signed_there_is_nothing_to_say() -> None:
    found = checked(message(None, reading(4_250, None)))
    assert (found.check, found.trust_roots) == (None, [])


@pytest.mark.parametrize(
    ("key", "why"),
    [(None, "no account names its key"), (OTHER_KEY, "another key than its account")],
)
def test_a_signature_whose_key_is_not_known_now_is_said_not_to_be_checked(
    key: bytes | None, why: str
) -> None:
    found = checked(message(SIGNED, FIRST), signing_key=lambda _device: key)
    assert found.check is None
    (root,) = found.trust_roots
    assert f"device {DEVICE}: 1 signature was not checked: {why}" in root


def test_a_payload_of_another_format_proves_its_signature_and_not_what_it_says() -> None:
    raw = sign1(b'{"tele": 5}')
    found = checked(message(raw, reading(5_000, raw[SIGNATURE_AT:])))
    assert found.check is not None
    assert found.check.outcome is Outcome.OK
    assert "of 1 the gateway's word stands" in found.check.detail


def test_a_value_that_the_signed_payload_does_not_say_fails() -> None:
    detail = failure(message(SIGNED, FIRST, reading(4_251, SIGNATURE)))
    assert "temperature 4251: the signed payload says something else" in detail


@pytest.mark.parametrize("raw", [None, OWN, compact(OWN)], ids=["none", "unsigned", "another"])
def test_a_signature_without_its_payload_fails(raw: bytes | None) -> None:
    assert "does not hold the payload" in failure(message(raw, FIRST))


def test_a_payload_that_another_device_signed_fails() -> None:
    assert f"{DEVICE} signed it" in failure(message(SIGNED, reading(4_250, SIGNATURE, "other")))


def test_an_envelope_that_cannot_be_read_fails() -> None:
    assert "cannot be read" in failure(message(SIGNED[:-1], FIRST))


def test_a_time_that_gave_way_to_the_arrival_is_not_compared_and_any_other_is() -> None:
    later = msgspec.structs.replace(FIRST, observed_at=RECEIVED_AT)
    assert "something else" in failure(message(SIGNED, later))
    found = checked(message(SIGNED, msgspec.structs.replace(later, clock_source=3))).check
    assert found is not None
    assert found.outcome is Outcome.OK
