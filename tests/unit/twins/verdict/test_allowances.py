import msgspec

from tests.fakes.judged_shipment import EVERYTHING, judged_shipment
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    close,
    commission,
    fold,
    policy,
    read,
)
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import settled_at
from twins.verdict.allowances import Allowance, allowances, life_words
from twins.verdict.condition import ShelfLifeLeft, assess

SUM = boundary("sum", delay=3_600, is_cumulative=True)
ONE = boundary("one", delay=1_800)


def left(by: ConditionPolicy, until: float, *inputs: Input) -> dict[str, Allowance]:
    twin = fold([commission(0), bind(0), *inputs], by)
    found = allowances(assess(twin, by, at(until)), by, settled_at(twin, at(until), by))
    return {one.rule: one for one in found}


def test_budget_tells_what_is_left_and_until_when_at_this_rate() -> None:
    found = left(policy(SUM), 600, read(0, 9_000), read(600, 9_000))["boundary:sum"]
    assert found.text == "50 min of 1 h left, at this rate until 1970-01-01 01:00:00 UTC"
    assert (found.used_ppm, found.used_up_at) == (166_666, at(3_600))


def test_budget_that_is_not_being_used_has_no_end() -> None:
    found = left(policy(SUM), 600, read(0, 9_000), read(300, 5_000))["boundary:sum"]
    assert (found.text, found.used_up_at) == ("55 min of 1 h left", None)


def test_run_that_is_not_yet_an_excursion_tells_when_it_becomes_one() -> None:
    found = left(policy(ONE), 600, read(0, 9_000), read(300, 9_250))["boundary:one"]
    assert found.text == (
        "outside for 10 min, up to 9.25 °C: 20 min of 30 min left, at this rate until "
        "1970-01-01 00:30:00 UTC"
    )
    inputs = [commission(0), bind(0), *(read(300 * place, 9_000) for place in range(7))]
    fired = assess(fold(inputs, policy(ONE)), policy(ONE), at(1_800)).rules_fired
    assert [one.newest_alarm_at for one in fired] == [at(1_800)]


def test_rule_that_fired_has_nothing_left() -> None:
    by = policy(boundary("sum", delay=60, is_cumulative=True))
    assert left(by, 600, read(0, 9_000)) == {}


def test_closed_shipment_uses_nothing_up_any_more() -> None:
    inputs = (read(0, 9_000), read(300, 9_000), close(400))
    found = left(policy(SUM, ONE), 900, *inputs)
    assert {one.used_up_at for one in found.values()} == {None}


def test_nearest_stands_first() -> None:
    shipment = judged_shipment()
    twin = settled_at(shipment.twin, shipment.as_of, EVERYTHING)
    found = allowances(shipment.condition, EVERYTHING, twin)
    running = [one.used_up_at for one in found if one.used_up_at is not None]
    assert [one.rule for one in found][:2] == ["boundary:above-8-in-sum", "shelf_life"]
    assert running == sorted(running)


def test_verdict_alone_tells_its_budgets_too() -> None:
    by = policy(SUM, ONE)
    condition = assess(fold([commission(0), bind(0), read(0, 9_000)], by), by, at(600))
    assert [one.rule for one in allowances(condition, by, None)] == ["boundary:sum"]
    assert condition.asset == ASSET


def test_mean_kinetic_temperature_is_told_beside_its_limit() -> None:
    shipment = judged_shipment()
    cooler = msgspec.structs.replace(EVERYTHING, sensors=None)
    found = {one.rule: one for one in allowances(shipment.condition, cooler, None)}
    window = next(
        one.highest_window
        for one in shipment.condition.statistics.judged
        if one.highest_window is not None
    )
    told = found["mean_kinetic_temperature"].text
    assert told == f"{window.mean_kinetic_celsius} °C of 8 °C"


def test_shelf_life_says_for_how_long_nobody_saw_the_temperature() -> None:
    limit = EVERYTHING.shelf_life
    assert limit is not None
    day = 24 * 3_600
    seen = ShelfLifeLeft(at(10 * day), at(5 * day), 0, None)
    assert life_words(seen, limit) == "5 d of 10 d left at 5 °C"
    unseen = msgspec.structs.replace(seen, unobserved=at(7_200) + 1)
    assert life_words(unseen, limit) == (
        "5 d of 10 d left at 5 °C; nobody observed the temperature for 2 h 1 s of the time"
    )
