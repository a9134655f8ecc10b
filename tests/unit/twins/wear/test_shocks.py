"""Which shocks are judged by the damage boundary; expected values by hand."""

import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import bind, fold, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import Disposition, Severity, ShockLimits
from twins.wear.shock import Damage
from twins.wear.shocks import ShockSums

# Critical velocity change 2 m/s, critical acceleration 40 g.
LIMITS = ShockLimits(500_000, 2_000, 40_000, Severity.MAJOR, Disposition.DAMAGED)
BY = replace(policy(), shock=LIMITS)


def told(**values: int) -> list[Input]:
    """Return what one sensor says at one moment, each of its readings without a counter."""
    readings = [read(10, value, quantity=quantity) for quantity, value in values.items()]
    return [bind(0), *readings]


def shocks(inputs: list[Input]) -> ShockSums:
    return fold([*inputs, read(20, 5_000)], BY).past.shocks


@pytest.mark.parametrize(
    ("values", "zone"),
    [
        ({"acceleration": 50_000}, Damage.UNKNOWN),
        ({"acceleration": 39_999}, None),
        ({"velocity_change": 2_500}, Damage.UNKNOWN),
        ({"velocity_change": 1_999}, None),
        ({"acceleration": 50_000, "velocity_change": 2_500}, Damage.POSSIBLE),
        # Neither peak nor change of velocity: nothing that the boundary speaks of.
        ({"free_fall": 400_000}, None),
        ({"pulse_duration": 11_000}, None),
        ({"free_fall": 400_000, "pulse_duration": 11_000}, None),
        ({"free_fall": 400_000, "acceleration": 50_000}, Damage.UNKNOWN),
    ],
    ids=repr,
)
def test_only_a_pulse_with_a_peak_or_a_change_of_velocity_is_judged_for_damage(
    values: dict[str, int], zone: Damage | None
) -> None:
    found = shocks(told(**values))
    assert [one.zone for one in found.newest] == ([] if zone is None else [zone])
    assert (found.possible, found.unknown) == (zone is Damage.POSSIBLE, zone is Damage.UNKNOWN)


def test_fall_alone_has_a_drop_height_and_fires_no_rule() -> None:
    # g * (0.4 s)² / 2 = 0.784532 m.
    assert shocks(told(free_fall=400_000)).drop == 784_532
    assert judge(told(free_fall=400_000), BY, 60).rules_fired == ()
    fired = judge(told(free_fall=400_000, acceleration=50_000), BY, 60).rules_fired
    assert [one.rule for one in fired] == ["shocks_undecided"]
