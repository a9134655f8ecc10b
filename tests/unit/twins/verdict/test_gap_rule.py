"""The rule about one long gap, which a share of a long journey hides; times in seconds."""

from __future__ import annotations

from msgspec.structs import replace

from tests.unit.twins.samples import HOUR, at, bind, close, fold, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy, Disposition, Severity
from twins.twin import settled_at
from twins.verdict.allowances import allowances
from twins.verdict.beginnings import began_at
from twins.verdict.condition import RuleFired, assess
from twins.verdict.outlook import what_would_change

DAY = 24 * HOUR
TEXT = "Temperature never unobserved for longer than 4 h"


def asking(hours: int = 4, **more: object) -> ConditionPolicy:
    """A reading speaks for 900 s; half of the time must be observed."""
    by = policy(minimum_coverage_ppm=500_000, **more)  # type: ignore[arg-type]  # any setting
    watched = replace(by.observation, maximum_gap=at(hours * HOUR), severity=Severity.MAJOR)
    return replace(by, observation=watched)


def every_quarter(first: int, last: int) -> list[Input]:
    return [read(second, 5_000) for second in range(first, last + 1, 900)]


def gaps(inputs: list[Input], as_of: float, by: ConditionPolicy | None = None) -> list[RuleFired]:
    fired = judge(inputs, by or asking(), as_of).rules_fired
    return [one for one in fired if one.rule.startswith("gap:")]


def test_gap_that_the_share_hides_makes_a_month_unknown() -> None:
    inputs = [bind(0), *every_quarter(0, 15 * DAY), *every_quarter(16 * DAY, 30 * DAY)]
    condition = judge(inputs, asking(), 30 * DAY)
    (fired,) = condition.rules_fired
    assert (fired.rule, fired.severity) == ("gap:temperature", Severity.MAJOR)
    assert fired.text == TEXT
    assert condition.disposition is Disposition.UNKNOWN
    assert condition.coverage.quantities[0].ratio_ppm > 950_000


def test_gap_counts_from_where_the_last_reading_ceases_to_speak() -> None:
    inputs = [bind(0), read(0, 5_000)]
    assert not gaps(inputs, 900 + 4 * HOUR)
    assert gaps(inputs, 900 + 4 * HOUR + 1)


def test_gap_as_long_as_is_allowed_is_allowed() -> None:
    assert not gaps([bind(0), read(0, 5_000), read(900 + 4 * HOUR, 5_000)], 5 * HOUR)
    assert gaps([bind(0), read(0, 5_000), read(901 + 4 * HOUR, 5_000)], 5 * HOUR)


def test_time_before_the_first_reading_is_a_gap() -> None:
    assert not gaps([bind(0)], 4 * HOUR)
    assert gaps([bind(0)], 4 * HOUR + 1)
    assert gaps([bind(0), read(5 * HOUR, 5_000)], 5 * HOUR)


def test_late_readings_fill_a_gap() -> None:
    inputs = [bind(0), read(0, 5_000), read(5 * HOUR, 5_000)]
    assert gaps(inputs, 5 * HOUR)
    assert not gaps([*inputs, read(2 * HOUR, 5_000)], 5 * HOUR)


def test_gap_ends_with_the_close() -> None:
    assert not gaps([bind(0), read(0, 5_000), close(HOUR)], 30 * DAY)


def test_policy_that_allows_any_gap_has_no_such_rule() -> None:
    by = policy(minimum_coverage_ppm=0)
    assert not judge([bind(0)], by, 30 * DAY).rules_fired


def test_each_required_quantity_has_a_rule_of_its_own() -> None:
    by = asking(required=("temperature", "humidity"))
    found = gaps([bind(0), *every_quarter(0, 5 * HOUR)], 5 * HOUR, by)
    assert [one.rule for one in found] == ["gap:humidity"]


def test_late_readings_alone_change_it() -> None:
    by = asking()
    condition = judge([bind(0), read(0, 5_000)], by, 6 * HOUR)
    rule = next(one for one in condition.rules_fired if one.rule == "gap:temperature")
    said = (
        "Late readings of the time that nobody observed part the gap; else only a quality decision "
        "can answer it."
    )
    for is_closed in (False, True):
        assert what_would_change(rule, condition, by, is_closed=is_closed) == said


def test_what_may_go_unobserved_is_said_with_the_longest_stretch() -> None:
    by = asking()
    twin = fold([bind(0), *every_quarter(0, 10 * HOUR)], by)
    condition = assess(twin, by, at(10 * HOUR))
    left = allowances(condition, by, settled_at(twin, at(10 * HOUR), by))
    (text,) = [one.text for one in left if one.rule == "coverage:temperature"]
    assert text.endswith("more may go unobserved, at most 4 h of it at a stretch")


def test_gap_that_lasts_is_told_since_its_beginning() -> None:
    def begun(inputs: list[Input], as_of: float) -> int | None:
        by = asking()
        twin = settled_at(fold(inputs, by), at(as_of), by)
        condition = assess(twin, by, at(as_of))
        rule = next(one for one in condition.rules_fired if one.rule == "gap:temperature")
        return began_at(rule, condition, by, twin)

    assert begun([bind(0), read(0, 5_000)], 9 * HOUR) == at(900)
    assert begun([bind(0)], 9 * HOUR) == 0
    assert begun([bind(0), read(0, 5_000), close(9 * HOUR)], 30 * DAY) == at(900)
    # Which of the gaps that are over was too long is not told.
    assert begun([bind(0), read(0, 5_000), read(9 * HOUR, 5_000)], 9.1 * HOUR) is None


def test_gap_that_lasts_is_the_longest_though_a_shorter_one_is_over() -> None:
    assert gaps([bind(0), read(0, 5_000), read(2 * HOUR, 5_000)], 2 * HOUR + 900 + 4 * HOUR + 1)
