"""The strength of a shock has no sign, in whatever format and unit a device states it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.base import Codec
from gateway.codecs.registry import codec_named
from gateway.codecs.units import UNITS, conversion
from twins.readings import Quality, Reading

RECEIVED_AT = 1_780_000_000_000_000
STRENGTHS = ("acceleration", "velocity_change")
FIELD = {"path": "peak", "quantity": "acceleration", "unit": "g"}
SPELLINGS = [
    (quantity, spelling)
    for quantity in STRENGTHS
    for unit in UNITS[quantity]
    for spelling in unit.spellings
]
amounts = st.floats(0, 1e9)


def stated(codec: Codec, topic: str, payload: object) -> tuple[int, int]:
    """Return value and quality of the only reading of a message."""
    (only,) = codec.decode(topic, json.dumps(payload).encode(), RECEIVED_AT).records
    assert isinstance(only, Reading)
    return only.value, only.quality


@given(st.sampled_from(SPELLINGS), amounts)
def test_sign_never_matters(spelling: tuple[str, str], amount: float) -> None:
    unit = conversion(*spelling)
    steps = unit.steps(amount)
    assert unit.steps(-amount) == steps >= 0
    assert unit.quality(unit.steps(-amount)) == unit.quality(steps)


@pytest.mark.parametrize("sign", [1, -1])
@given(amount=st.floats(0, 1e6))
def test_formats_take_the_strength_of_what_was_sent(sign: int, amount: float) -> None:
    value = sign * amount
    found = {
        stated(
            codec_named("cargotwin"),
            "cargotwin/v1/d/readings",
            {"quantity": "acceleration", "value": value, "unit": "g"},
        ),
        stated(
            codec_named("senml", {"topic": "p/{device}", "quantities": {"peak": "acceleration"}}),
            "p/d",
            [{"n": "peak", "u": "g", "v": value}],
        ),
        stated(
            codec_named("mapping", {"topic": "p/{device}", "fields": [FIELD]}),
            "p/d",
            {"peak": value},
        ),
    }
    implausible = Quality.IMPLAUSIBLE if round(amount * 1_000) > 100_000_000 else Quality.GOOD
    assert found == {(round(amount * 1_000), implausible)}


@pytest.mark.parametrize("quantity", sorted(set(UNITS) - set(STRENGTHS)))
def test_every_other_quantity_keeps_its_sign(quantity: str) -> None:
    unit = conversion(quantity, UNITS[quantity][0].spellings[0])
    assert unit.steps(-5) < 0
