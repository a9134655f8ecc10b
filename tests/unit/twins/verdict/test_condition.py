import itertools

import pytest
import rfc8785

from tests.unit.twins.samples import (
    ASSET,
    HOUR,
    at,
    bind,
    boundary,
    commission,
    fold,
    hand_over,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, MilestoneName
from twins.policy.condition_policy import (
    Disposition,
    MeanKineticLimit,
    Severity,
    WearBudget,
    worst_disposition,
)
from twins.twin import OutOfOrderInput
from twins.verdict.condition import Budget, assess, condition_document

WORST_LAST = ["conformant", "unknown", "container_open", "non_conformant", "damaged"]


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(WORST_LAST, 2)))
def test_disposition_of_several_rules_is_the_worst(better: str, worse: str) -> None:
    both = [Disposition(worse), Disposition(better)]
    assert worst_disposition(both) is worst_disposition(both[::-1]) is Disposition(worse)


def test_shipment_that_was_watched_and_stayed_inside_is_conformant() -> None:
    condition = judge([bind(0), read(0, 5_000)], policy(boundary(), minimum_coverage_ppm=1), 300)
    assert condition.rules_fired == ()
    assert (condition.disposition, condition.severity) == (Disposition.CONFORMANT, Severity.NONE)


def test_every_rule_that_fired_stands_in_the_condition_and_the_worst_decides() -> None:
    by = policy(
        boundary("warm", 8_000, severity=Severity.MAJOR),
        boundary(
            "frozen",
            0,
            is_upper=False,
            severity=Severity.CRITICAL,
            disposition=Disposition.DAMAGED,
        ),
        boundary("hot", 30_000),
    )
    condition = judge([bind(0), read(0, 9_000), read(300, -1), read(600, 5_000)], by, 900)
    assert [one.rule for one in condition.rules_fired] == ["boundary:warm", "boundary:frozen"]
    assert (condition.disposition, condition.severity) == (Disposition.DAMAGED, Severity.CRITICAL)


def test_excursions_of_a_rule_stand_in_the_order_of_their_beginning() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 9_000, device="d2"), read(300, 5_000, device="d2")]
    inputs += [read(600, 20_000), read(1200, 5_000), read(1500, 9_000), read(1800, 5_000)]
    (rule,) = judge(inputs, policy(boundary(delay=300)), 1900).rules_fired
    assert [(one.began_at, one.device) for one in rule.excursions] == [
        (at(0), "d2"),
        (at(600), "d1"),
        (at(1500), "d1"),
    ]


@pytest.mark.parametrize(
    ("is_latched", "after"), [(True, Disposition.CONTAINER_OPEN), (False, Disposition.CONFORMANT)]
)
def test_only_a_latched_disposition_stays_when_the_value_is_inside_again(
    *, is_latched: bool, after: Disposition
) -> None:
    by = policy(
        boundary(
            "opened",
            50_000,
            quantity="illuminance",
            disposition=Disposition.CONTAINER_OPEN,
            is_latched=is_latched,
        )
    )
    inputs = [bind(0), read(0, 900_000, quantity="illuminance")]
    assert judge(inputs, by, 60).disposition is Disposition.CONTAINER_OPEN
    condition = judge([*inputs, read(300, 0, quantity="illuminance")], by, 360)
    assert condition.disposition is after
    assert condition.severity is Severity.MAJOR
    assert condition.statistics.openings == 1


@pytest.mark.parametrize(("celsius", "fires"), [(8_000, False), (8_001, True), (-20_000, False)])
def test_mean_kinetic_temperature_fires_above_its_limit(*, celsius: int, fires: bool) -> None:
    limit = MeanKineticLimit(8_000, Severity.CRITICAL, Disposition.NON_CONFORMANT)
    condition = judge([bind(0), read(0, celsius)], policy(mean_kinetic=limit), 300)
    assert [rule.text for rule in condition.rules_fired] == fires * [
        "Mean kinetic temperature not above 8 °C"
    ]
    assert (condition.severity is Severity.CRITICAL) == fires


@pytest.mark.parametrize(
    ("limit", "text"), [(-18_500, "-18.5"), (8_000, "8"), (25_040, "25.04"), (-500, "-0.5")]
)
def test_limit_is_printed_in_degrees_without_trailing_zeros(limit: int, text: str) -> None:
    by = policy(mean_kinetic=MeanKineticLimit(limit, Severity.MINOR, Disposition.DAMAGED))
    (rule,) = judge([bind(0), read(0, 30_000)], by, 300).rules_fired
    assert rule.text == f"Mean kinetic temperature not above {text} °C"


def test_rule_over_windows_says_that_what_was_observed_of_them_is_judged() -> None:
    """The whole window was not observed: 5 minutes of 30 days, USP <1079.2>."""
    limit = MeanKineticLimit(
        25_000, Severity.MAJOR, Disposition.NON_CONFORMANT, at(720 * HOUR), 25_000
    )
    (rule,) = judge([bind(0), read(0, 26_000)], policy(mean_kinetic=limit), 300).rules_fired
    assert rule.text == (
        "Mean kinetic temperature not above 25 °C over what was observed of any 720 h with an "
        "excursion"
    )


def test_dispute_fires_a_rule_until_it_ends() -> None:
    inputs = [commission(), hand_over(HandoverPhase.OFFERED, 10)]
    inputs.append(hand_over(HandoverPhase.DISPUTED, 20))
    disputed = judge([bind(0), read(0, 5_000), *inputs], policy(), 60)
    assert [one.rule for one in disputed.rules_fired] == ["custody_disputed"]
    assert (disputed.disposition, disputed.severity) == ("conformant", Severity.MAJOR)
    assert (disputed.custody.state, disputed.custody.offered_to) == ("disputed", "carrier")
    inputs.append(hand_over(HandoverPhase.ACCEPTED, 30))
    ended = judge([bind(0), read(0, 5_000), *inputs], policy(), 60)
    assert ended.rules_fired == ()
    assert (ended.custody.disputes, ended.custody.handovers) == (1, 1)
    assert ended.custody.holders == ("maker", "carrier")


def test_budget_of_a_cumulative_boundary_says_what_is_used_and_left() -> None:
    by = policy(boundary("sum", delay=500, is_cumulative=True), boundary("single", delay=500))
    inputs = [bind(0), read(0, 9_000), read(300, 5_000)]
    assert judge(inputs, by, 600).budgets == (
        Budget("sum", used=at(300), allowed=at(500), left=at(200), used_up_at=None),
    )
    (spent,) = judge([*inputs, read(600, 9_000)], by, 1200).budgets
    assert (spent.used, spent.left, spent.used_up_at) == (at(900), 0, None)


def test_budget_says_when_it_will_be_used_up_if_what_is_judged_stays() -> None:
    by = policy(boundary("sum", delay=500, is_cumulative=True))
    (warm,) = judge([bind(0), read(0, 9_000)], by, 120).budgets
    assert (warm.used, warm.left, warm.used_up_at) == (at(120), at(380), at(500))
    # What lies between limit and hysteresis goes on as a run and uses up nothing.
    lenient = policy(boundary("sum", delay=500, hysteresis=2_000, is_cumulative=True))
    (between,) = judge([bind(0), read(0, 9_000), read(100, 7_000)], lenient, 120).budgets
    assert (between.used, between.used_up_at) == (at(100), None)


def test_budget_is_that_of_the_asset_and_not_of_each_sensor() -> None:
    by = policy(boundary("sum", delay=500, is_cumulative=True))
    inputs = [bind(0), bind(0, "d2"), read(0, 9_000), read(0, 9_500, device="d2")]
    inputs += [read(200, 5_000), read(300, 5_000, device="d2")]
    (used,) = judge(inputs, by, 400).budgets
    # Both were warm at once: 300 s of the shipment, not 500 s of two sensors.
    assert used.used == at(300)


def test_budget_of_what_nobody_measures_is_not_stated() -> None:
    by = policy(boundary("sum", quantity="humidity", delay=500, is_cumulative=True))
    assert judge([bind(0), read(0, 9_000)], by, 120).budgets == ()


def test_what_is_judged_of_all_sensors_stands_beside_the_figures_of_each() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 4_000), read(100, 9_000, device="d2")]
    condition = judge(inputs, policy(boundary()), 300)
    assert [one.mean for one in condition.statistics.series] == [4_000, 9_000]
    (judged,) = condition.statistics.judged
    assert (judged.quantity, judged.sensors, judged.value) == ("temperature", 2, 9_000)
    assert (judged.observed, judged.outside) == (at(300), at(200))
    # 4 °C for 100 s and 9 °C for 200 s by USP <1079.2>, with 83.144 kJ/mol: between the mean of
    # 7.33 °C and the highest value.
    assert judged.mean_kinetic_celsius is not None
    assert 7.33 < float(judged.mean_kinetic_celsius) < 9


def test_mean_kinetic_temperature_that_is_judged_is_that_of_all_sensors_together() -> None:
    limit = MeanKineticLimit(8_000, Severity.CRITICAL, Disposition.NON_CONFORMANT)
    both = [bind(0), bind(0, "d2"), bind(0, "d3"), read(0, 9_000)]
    both += [read(0, 5_000, device="d2"), read(0, 5_000, device="d3")]
    # The median of three is 5 °C, though one sensor alone would say 9 °C.
    assert judge(both, policy(mean_kinetic=limit), 300).rules_fired == ()
    (fired,) = judge(both[:5], policy(mean_kinetic=limit), 300).rules_fired
    assert fired.rule == "mean_kinetic_temperature"


def test_condition_tells_the_phase_that_the_shipment_is_in() -> None:
    inputs = [bind(0), read(0, 5_000)]
    assert judge(inputs, policy(), 60).phase == "origin"
    left = [*inputs, milestone(30, MilestoneName.DEPARTURE)]
    assert judge(left, policy(), 60).phase == "transit"


def test_wear_adds_shocks_handlings_and_exposure_up() -> None:
    wear = WearBudget(shock_from=30_000, shock_full=10, handling_full=20, exposure_full=at(3000))
    by = policy(boundary(delay=3600), wear=wear)
    inputs = [
        commission(),
        bind(0),
        read(10, 29_999, quantity="acceleration"),
        read(20, 30_000, quantity="acceleration"),
        hand_over(HandoverPhase.OFFERED, 30),
        hand_over(HandoverPhase.ACCEPTED, 40),
        read(100, 9_000),
    ]
    condition = judge(inputs, by, 400)
    wear_now = condition.statistics.wear
    assert (wear_now.shock_ppm, wear_now.handling_ppm, wear_now.exposure_ppm) == (
        100_000,
        50_000,
        100_000,
    )
    assert wear_now.index_ppm == 250_000
    shocks = condition.statistics.shocks
    assert (shocks.count, shocks.peak, shocks.peak_at) == (1, 30_000, at(20))


def test_condition_does_not_know_a_moment_before_its_inputs() -> None:
    by = policy()
    twin = fold([bind(0), read(300, 5_000)], by)
    with pytest.raises(OutOfOrderInput, match=f"asset {ASSET}"):
        assess(twin, by, at(299))


def numbers_and_texts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in numbers_and_texts(part)]
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in numbers_and_texts(part)]
    return [value]


def test_condition_document_is_canonical_json_without_a_float() -> None:
    limit = MeanKineticLimit(8_000, Severity.MAJOR, Disposition.NON_CONFORMANT)
    by = policy(boundary(is_cumulative=True), mean_kinetic=limit, minimum_coverage_ppm=999_999)
    inputs = [commission(), bind(0), read(7, 9_000), read(9, 41_000, quantity="acceleration")]
    document = condition_document(judge(inputs, by, 1500))
    assert rfc8785.dumps(document)
    assert {type(leaf) for leaf in numbers_and_texts(document)} <= {int, str, type(None)}
    assert (document["disposition"], document["severity"]) == ("non_conformant", 2)
    assert set(document) == {
        "schema",
        "rules",
        "asset",
        "policy",
        "policy_digest",
        "as_of",
        "phase",
        "disposition",
        "severity",
        "rules_fired",
        "statistics",
        "coverage",
        "custody",
        "budgets",
        "shelf_life",
        "sensors",
        "near_limits",
        "location",
    }


def test_many_excursions_of_a_rule_are_counted_and_the_first_and_weightiest_listed() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration"))
    peaks = [70_000, *(61_000 + number for number in range(30)), 90_000]
    shocks = [read(10 + number, peak, quantity="acceleration") for number, peak in enumerate(peaks)]
    condition = judge([bind(0), *shocks], by, 300)
    (rule,) = [one for one in condition.rules_fired if one.rule == "boundary:shock"]
    assert rule.count == 32
    assert rule.newest_alarm_at == at(41)
    # The 18 that are farthest out, the first and the farthest among them.
    weightiest = range(61_014, 61_030)
    assert [one.extreme for one in rule.excursions] == [70_000, *weightiest, 90_000]
