import msgspec
import pytest

from tests.unit.twins.samples import boundary, policy
from twins.policy.condition_policy import QuantityLimits, SensorLimits
from twins.sensors.findings import FindingKind
from twins.verdict.finding_words import end_of_finding, finding_words, near_limit_words
from twins.verdict.sensor_figures import FoundOfSensor, NearLimit

LIMITS = SensorLimits(
    quantities={"temperature": QuantityLimits(accuracy=500, disagreement=1_000, drift=250)},
    battery_low=10_000,
)


def found(kind: FindingKind, quantity: str = "temperature") -> FoundOfSensor:
    return FoundOfSensor(kind, "d1", "air", quantity, 0, None, ((0, 5_250),))


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_has_words(kind: FindingKind) -> None:
    assert finding_words(kind)
    assert end_of_finding(found(kind), LIMITS).endswith(".")


@pytest.mark.parametrize(
    ("kind", "quantity", "said"),
    [
        (FindingKind.STUCK, "temperature", "Another value than 5.25 °C ends it."),
        (FindingKind.BATTERY_LOW, "battery", "A charge of 10 % or more ends it."),
        (FindingKind.DISAGREEMENT, "temperature", "lie at most 1 °C apart."),
        (FindingKind.DRIFT, "temperature", "is at most 0.25 °C ends it."),
    ],
)
def test_end_of_a_finding_names_the_limit(kind: FindingKind, quantity: str, said: str) -> None:
    assert end_of_finding(found(kind, quantity), LIMITS).endswith(said)


@pytest.mark.parametrize(
    ("value", "judged", "other"), [(8_300, "outside", "inside"), (7_900, "inside", "outside")]
)
def test_value_within_the_accuracy_says_how_it_was_judged(
    value: int, judged: str, other: str
) -> None:
    by = msgspec.structs.replace(policy(boundary()), sensors=LIMITS)
    one = NearLimit("above-8", value, 0, "d1", "air", is_outside=judged == "outside")
    assert near_limit_words(one, by) == (
        f"{value / 1000:g} °C is within the sensor's accuracy of ±0.5 °C of the limit 8 °C: judged "
        f"{judged} as it was read, it could have been {other}"
    )
