import msgspec

from condition_reports.fact_types import Facts
from condition_reports.release import plan_for
from gateway.reports.waiting_reports import WaitingReport, WaitingReports
from tests.unit.condition_reports import scenes
from twins.policy.condition_policy import Severity

FACTS = scenes.facts_from(scenes.conformant())


def facts(asset: str, severity: Severity = Severity.NONE) -> Facts:
    return msgspec.structs.replace(FACTS, asset=asset, severity=severity)


def report(
    asset: str, severity: Severity = Severity.NONE, asked_at_s: float = 0.0
) -> WaitingReport:
    return WaitingReport(facts(asset, severity), plan_for(FACTS), 1, asked_at_s)


def queue(*reports: WaitingReport, most: int = 10) -> WaitingReports:
    found = WaitingReports(most)
    for one in reports:
        assert found.put(one) is None
    return found


def taken(waiting: WaitingReports) -> list[str]:
    found = []
    while (one := waiting.take()) is not None:
        found.append(one.asset)
        assert waiting.finish(one)
    return found


def test_worst_goes_first_and_of_equals_whoever_waits_longest() -> None:
    waiting = queue(
        report("calm"),
        report("early", Severity.CRITICAL),
        report("minor", Severity.MINOR),
        report("late", Severity.CRITICAL),
    )
    # Asked for again as it stands now, it keeps its turn.
    waiting.put(report("early", Severity.CRITICAL))
    assert taken(waiting) == ["early", "late", "minor", "calm"]


def test_asset_that_got_worse_goes_before_those_that_did_not() -> None:
    waiting = queue(report("first"), report("second"))
    waiting.put(report("second", Severity.MAJOR))
    assert len(waiting) == 2
    assert taken(waiting) == ["second", "first"]


def test_newest_report_of_an_asset_takes_the_place_of_the_one_before() -> None:
    newest = report("one", Severity.MAJOR)
    waiting = queue(report("one"), newest)
    assert len(waiting) == 1
    assert waiting.take() is newest


def test_report_that_was_overtaken_while_it_was_worded_is_not_finished() -> None:
    old, new = report("one"), report("one")
    waiting = queue(old)
    assert waiting.take() is old
    waiting.put(new)
    assert not waiting.finish(old)
    assert waiting.take() is new
    assert waiting.finish(new)


def test_least_severe_and_newest_gives_way_where_there_is_no_room() -> None:
    newest = report("newest", Severity.NONE, 5)
    waiting = queue(report("old", Severity.NONE, 1), report("worse", Severity.MINOR, 9), most=2)
    assert waiting.put(newest) is newest
    worst = report("worst", Severity.CRITICAL, 9)
    left_out = waiting.put(worst)
    assert left_out is not None
    assert left_out.asset == "old"
    assert taken(waiting) == ["worst", "worse"]


def test_report_that_is_being_worded_does_not_give_way() -> None:
    calm = report("calm")
    waiting = queue(calm, most=1)
    assert waiting.take() is calm
    worst = report("worst", Severity.CRITICAL)
    assert waiting.put(worst) is worst
    assert waiting.finish(calm)


def test_reports_that_wait_too_long_are_named() -> None:
    waiting = queue(report("old", asked_at_s=1), report("new", asked_at_s=2))
    assert [one.asset for one in waiting.asked_before(1.5)] == ["old"]


def test_dropped_report_waits_no_more() -> None:
    waiting = queue(report("one"))
    waiting.drop("one")
    waiting.drop("none")
    assert (len(waiting), waiting.of("one"), waiting.take()) == (0, None, None)
