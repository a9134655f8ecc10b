"""A BIRTH says what later signed values mean: nobody but the device may send one."""

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import codec_named
from gateway.codecs.signed import SignedCodec
from gateway.codecs.signed_counters import SignedCounters
from tests.unit.gateway.codecs.samples import readings, reasons
from tests.unit.gateway.codecs.signing import DEVICE, KEY, compact
from tests.unit.gateway.codecs.sparkplug_messages import (
    FLOAT,
    SENT_MS,
    float_value,
    metric,
    nbirth,
    payload,
    properties,
)

RECEIVED_AT = SENT_MS * 1000 + 1_000_000
NODE = "hub"
OPTIONS = {
    "devices": {"plant/line": NODE, "plant/line/probe": DEVICE},
    "metrics": [{"name": "cargo", "quantity": "temperature"}],
}
DATA = payload([metric(None, float_value(41.0), alias=1)], 2)


class Signers:
    def __init__(self, *must_sign: str) -> None:
        self.must_sign = frozenset(must_sign)

    def signing_key(self, _device: str) -> bytes:
        return KEY


class Line:
    """A node and its device, as the gateway hears them; the node signs nothing."""

    def __init__(self, *must_sign: str) -> None:
        inner = codec_named("sparkplug_b", OPTIONS)
        self.codec = SignedCodec(inner, Signers(*must_sign), SignedCounters())
        self.hear("NBIRTH", nbirth(), device="")

    def hear(
        self, kind: str, message: bytes, *, signer: str = "", device: str = "probe"
    ) -> Decoded:
        topic = f"spBv1.0/plant/{kind}/line/{device}".rstrip("/")
        if signer:
            message = compact(message, {"alg": "EdDSA", "kid": signer, "topic": topic})
        return self.codec.decode(topic, message, RECEIVED_AT)

    def value(self) -> int:
        (reading,) = readings(self.hear("DDATA", DATA, signer=DEVICE))
        assert reading.signature
        return reading.value


def birth(unit: str, *, null: bool = False) -> bytes:
    value = b"" if null else float_value(5.0)
    one = metric(
        "cargo", value, alias=1, datatype=FLOAT, null=null, properties=properties(engUnit=unit)
    )
    return payload([one], 1)


@pytest.mark.parametrize("null", [False, True], ids=["with a reading", "without a record"])
@pytest.mark.parametrize(
    ("signer", "reason"), [("", Reason.UNSIGNED), ("eve", Reason.BAD_SIGNATURE)]
)
def test_a_birth_that_is_not_the_devices_own_teaches_nothing(
    signer: str, reason: Reason, *, null: bool
) -> None:
    line = Line(DEVICE, "eve")
    line.hear("DBIRTH", birth("°C"), signer=DEVICE)
    forged = line.hear("DBIRTH", birth("°F", null=null), signer=signer)
    assert (reasons(forged), forged.records, forged.memos) == ([reason], [], [])
    # 41 °C, in thousandths; 41 °F would be 5 °C.
    assert line.value() == 41_000


@pytest.mark.parametrize("signer", ["", "eve"])
def test_a_death_that_is_not_the_devices_own_ends_nothing(signer: str) -> None:
    line = Line(DEVICE, "eve", NODE)
    line.hear("NBIRTH", nbirth(), signer=NODE, device="")
    line.hear("DBIRTH", birth("°C"), signer=DEVICE)
    for kind, device in (("DDEATH", "probe"), ("NDEATH", ""), ("NBIRTH", "")):
        forged = line.hear(kind, payload([], 2), signer=signer, device=device)
        expected = Reason.BAD_SIGNATURE if signer else Reason.UNSIGNED
        assert (reasons(forged), forged.memos) == ([expected], [])
    assert line.value() == 41_000


def test_a_command_to_a_node_that_must_sign_is_not_taken_for_its_own_message() -> None:
    found = Line(NODE, DEVICE).hear("NCMD", payload([], 0), device="")
    assert (found.records, found.faults) == ([], [])


def test_a_device_that_need_not_sign_is_not_taken_signed_for_others_could_teach() -> None:
    line = Line()
    found = line.hear("DBIRTH", birth("°C"), signer=DEVICE)
    assert (reasons(found), found.records) == ([Reason.BAD_SIGNATURE], [])
    assert "must_sign" in found.faults[0].detail
    assert len(readings(line.hear("DBIRTH", birth("°C")))) == 1


def test_what_a_birth_taught_is_remembered_although_its_reading_has_no_time() -> None:
    line = Line(DEVICE)
    timeless = metric(
        "cargo",
        float_value(5.0),
        alias=1,
        datatype=FLOAT,
        timestamp=None,
        properties=properties(engUnit="°C"),
    )
    found = line.hear("DBIRTH", payload([timeless], 1, timestamp=None), signer=DEVICE)
    assert (reasons(found), found.records) == ([Reason.MISSING_FIELD], [])
    assert [memo.key for memo in found.memos] == ["plant/line/probe"]
    assert line.value() == 41_000
