"""Sensors that were outvoted for a time stay among the reasons; expected values by hand."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import at, bind, boundary, judge, milestone, policy, read
from twins.inputs import Input, MilestoneName
from twins.policy.condition_policy import Disposition, Phase, Severity
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.verdict.condition import Condition

LIMITS = SensorLimits(
    severity=Severity.MINOR, quantities={"temperature": QuantityLimits(disagreement=2_000)}
)
BY = replace(policy(boundary("warm", 8_000), hold=900), sensors=LIMITS)


def three(at_s: int, *values: int) -> list[Input]:
    return [read(at_s, value, device=f"d{place}") for place, value in enumerate(values, 1)]


def test_disagreement_that_is_over_leaves_a_reason_that_stays() -> None:
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second in range(0, 3_600, 300):
        inputs += three(second, 5_000, 5_000, 20_000)
    for second in range(3_600, 5_400, 300):
        inputs += three(second, 5_000, 5_000, 5_000)
    (rule, _) = judge(inputs, BY, 5_400).rules_fired
    assert (rule.rule, rule.count) == ("sensors_before", 1)
    assert (rule.severity, rule.disposition) == (Severity.MINOR, Disposition.CONFORMANT)
    # While it lasts the other rule tells of it.
    earlier = [one for one in inputs if one.observed_at < at(3_600)]
    assert [one.rule for one in judge(earlier, BY, 3_600).rules_fired] == ["sensors", "outvoted"]


def corner(value: int, seconds: int) -> list[Input]:
    """Return an hour of three sensors, one of which reads a value for some time."""
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second in range(0, 3_600, 300):
        inputs += three(second, 5_000, 5_000, value if 600 <= second < 600 + seconds else 5_000)
    return inputs


@pytest.mark.parametrize(("seconds", "count"), [(900, 0), (1_200, 1)])
def test_sensor_that_was_outside_for_the_delay_by_itself_is_named(seconds: int, count: int) -> None:
    by = policy(boundary("cold", 2_000, is_upper=False, delay=1_000), hold=900)
    condition = judge(corner(500, seconds), by, 3_600)
    assert condition.sensors.outvoted_count == count
    assert [(one.boundary, one.device, one.at) for one in condition.sensors.outvoted] == [
        ("cold", "d3", at(600 + 1_000))
    ] * count
    fired = [(one.rule, one.severity, one.disposition) for one in condition.rules_fired]
    assert fired == [("outvoted", Severity.MINOR, Disposition.CONFORMANT)] * count


def test_time_by_itself_adds_up_for_a_cumulative_boundary_alone() -> None:
    inputs = [*corner(9_000, 600), *three(3_600, 5_000, 5_000, 9_000)]
    inputs += three(3_900, 5_000, 5_000, 5_000)
    for is_cumulative, count in ((True, 1), (False, 0)):
        by = policy(boundary("warm", delay=900, is_cumulative=is_cumulative), hold=900)
        assert judge(inputs, by, 4_200).sensors.outvoted_count == count


def test_nobody_is_outvoted_where_the_boundary_has_an_excursion() -> None:
    inputs = [*corner(9_000, 600), *three(3_600, 9_000, 9_000, 9_000)]
    condition = judge(inputs, BY, 3_700)
    assert condition.rules_fired[0].rule == "boundary:warm"
    assert condition.sensors.outvoted == ()


def test_nobody_is_outvoted_in_a_phase_in_which_the_boundary_does_not_judge() -> None:
    by = policy(boundary("warm", phases=(Phase.TRANSIT,)), hold=900)
    assert judge(corner(9_000, 600), by, 3_600).sensors.outvoted == ()


def five(first: int, last: int, **values: int) -> list[Input]:
    """Return readings of five devices each five minutes; 5 °C where nothing else is said."""
    return [
        read(second, values.get(device, 5_000), device=device)
        for second in range(first, last, 300)
        for device in ("d1", "d2", "d3", "d4", "d5")
    ]


def outvoted(condition: Condition) -> list[tuple[str, str, int]]:
    return [(one.boundary, one.device, one.at) for one in condition.sensors.outvoted]


def test_time_by_itself_in_another_phase_counts_for_nobody() -> None:
    by = policy(boundary("warm", delay=600, phases=(Phase.TRANSIT,)), hold=900)
    # In transit for the first ten minutes and again from 50 min on: of those d3 was warm for five.
    inputs = [*corner(9_000, 2_700), milestone(0, MilestoneName.DEPARTURE)]
    inputs += [milestone(900, MilestoneName.ARRIVAL), milestone(3_000, MilestoneName.DEPARTURE)]
    assert judge(inputs, by, 3_600).sensors.outvoted == ()


def test_time_of_a_budget_counts_in_its_phases_alone_while_another_boundary_judges() -> None:
    in_sum = boundary("in-sum", delay=600, is_cumulative=True, phases=(Phase.TRANSIT,))
    by = policy(in_sum, boundary("warm", delay=10_000), hold=900)
    inputs = [*corner(9_000, 2_700), milestone(0, MilestoneName.DEPARTURE)]
    inputs.append(milestone(900, MilestoneName.ARRIVAL))
    assert judge(inputs, by, 3_600).sensors.outvoted == ()


def test_sensor_that_has_not_returned_stays_apart_and_only_its_time_outside_counts() -> None:
    by = policy(boundary("warm", 8_000, hysteresis=1_000, delay=500), hold=900)
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second, value in enumerate((5_000, 9_000, 7_500, 9_000, 5_000)):
        inputs += three(300 * second, 5_000, 5_000, value)
    # Outside from 300 s and from 900 s on, for 300 s each.
    assert outvoted(judge(inputs, by, 1_500)) == [("warm", "d3", at(900 + 200))]


def test_sensor_that_was_apart_twice_is_told_with_the_first_time() -> None:
    by = policy(boundary("warm", delay=500), hold=900)
    inputs: list[Input] = [bind(0, f"d{place}") for place in range(1, 6)]
    inputs += [*five(0, 900, d3=9_000), *five(900, 1_800), *five(1_800, 2_700, d3=9_000)]
    assert outvoted(judge(inputs, by, 2_700)) == [("warm", "d3", at(500))]


def test_who_was_outvoted_is_told_in_the_order_of_devices() -> None:
    by = policy(boundary("warm", delay=500), hold=900)
    inputs: list[Input] = [bind(0, f"d{place}") for place in range(1, 6)]
    inputs += [*five(0, 900, d5=9_000), *five(900, 2_700, d1=9_000)]
    condition = judge(inputs, by, 2_700)
    assert outvoted(condition) == [("warm", "d1", at(1_400)), ("warm", "d5", at(500))]
    assert condition.rules_fired[0].count == 2


def test_two_sensors_of_a_device_are_outvoted_each_and_of_two_boundaries_once() -> None:
    by = policy(boundary("warm"), boundary("warmer", 8_500), hold=900)
    inputs = [*corner(5_000, 0), *(read(700, 9_000, device="d3", sensor=one) for one in "ab")]
    sensors = judge(inputs, by, 3_600).sensors
    assert [(one.boundary, one.sensor) for one in sensors.outvoted] == [
        ("warm", "a"),
        ("warm", "b"),
        ("warmer", "a"),
        ("warmer", "b"),
    ]
    assert sensors.outvoted_count == 2


@pytest.mark.parametrize(
    ("stated", "severity"),
    [(Severity.NONE, Severity.MINOR), (Severity.MAJOR, Severity.MAJOR)],
)
def test_outvoted_sensor_weighs_what_the_policy_says_of_sensors_and_something_at_least(
    stated: Severity, severity: Severity
) -> None:
    by = replace(BY, sensors=SensorLimits(severity=stated))
    (fired,) = judge(corner(9_000, 600), by, 3_600).rules_fired
    assert (fired.rule, fired.severity) == ("outvoted", severity)


def test_one_budget_that_rests_keeps_no_other_from_being_counted() -> None:
    # d1 has returned; d5 is outside as long as the boundary allows.
    by = policy(boundary("warm", delay=500, is_cumulative=True), hold=900)
    inputs: list[Input] = [bind(0, f"d{place}") for place in range(1, 6)]
    inputs += [*five(0, 300, d1=9_000), *five(300, 900, d5=9_000), *five(900, 1_800)]
    assert outvoted(judge(inputs, by, 1_800)) == [("warm", "d5", at(800))]


def test_time_that_was_put_off_counts_for_a_sensor_as_it_was() -> None:
    # d1 is cold and d2 not; for d3 they wait 62.5 s. Of d2 one sensor of three is warm for 40 s.
    warm, cold = boundary("warm", delay=30), boundary("cold", 2_000, is_upper=False, delay=9_999)
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100), bind(0, "d3", 50)]
    inputs += [read(10, 1_000), read(10, 9_000, device="d2", sensor="a")]
    inputs += [read(10, 5_000, device="d2", sensor=sensor) for sensor in "bc"]
    inputs.append(read(50, 5_000, device="d2", sensor="a"))
    by = policy(warm, cold, hold=900)
    assert outvoted(judge(inputs, by, 72)) == []
    assert outvoted(judge(inputs, by, 73)) == [("warm", "d2", at(40))]
    # In the phase of that time too.
    in_transit = replace(by, boundaries=(replace(warm, phases=(Phase.TRANSIT,)), cold))
    inputs.append(milestone(60, MilestoneName.DEPARTURE))
    assert outvoted(judge(inputs, in_transit, 73)) == []


def test_value_that_is_held_for_no_time_outvotes_nobody() -> None:
    inputs = [*corner(5_000, 0), read(700, 9_000, device="d3", seq=1)]
    inputs.append(read(700, 5_000, device="d3", seq=2))
    assert outvoted(judge(inputs, BY, 3_600)) == []


def test_outvoted_sensors_are_counted_all_and_listed_up_to_twenty() -> None:
    inputs = [*corner(5_000, 0)]
    inputs += [read(700, 9_000, device="d3", sensor=f"t{place:02}") for place in range(21)]
    sensors = judge(inputs, BY, 3_600).sensors
    assert sensors.outvoted_count == 21
    assert [one.sensor for one in sensors.outvoted] == [f"t{place:02}" for place in range(20)]


def stuck() -> list[Input]:
    return [read(second, 5_000 if second < 1_000 else 5_100) for second in range(0, 1_500, 100)]


def cloned() -> list[Input]:
    # Two counters in turn, then one of them alone for 33 readings.
    seqs = [100, 900, 101, 901, 902, 102, 903, 103, 904, 104, *range(105, 138)]
    return [read(60 * place, 5_000, seq=seq) for place, seq in enumerate(seqs)]


def copied() -> list[Input]:
    # 40 changes in turn are the same, the one behind them is not.
    values = [5_000 + 100 * (place % 3) for place in range(41)]
    return [
        read(100 * place, value + 50 * (place == 40 and sensor == "b"), sensor=sensor)
        for place, value in enumerate(values)
        for sensor in "ab"
    ]


@pytest.mark.parametrize("doubted", [stuck, cloned, copied])
def test_doubt_of_any_kind_that_is_over_weighs_what_the_policy_says_of_sensors(
    doubted: Callable[[], list[Input]],
) -> None:
    limits = QuantityLimits(stuck_after=at(600) if doubted is stuck else 0)
    sensors = SensorLimits(severity=Severity.MAJOR, quantities={"temperature": limits})
    by = replace(policy(hold=900), sensors=sensors)
    inputs = [bind(0), *doubted()]
    (fired,) = judge(inputs, by, max(one.observed_at for one in inputs) / at(1)).rules_fired
    assert (fired.rule, fired.severity, fired.count) == ("sensors_before", Severity.MAJOR, 1)
