import msgspec

from condition_reports.release import plan_for, release
from gateway.reports.seeds import seed_for
from tests.unit.condition_reports import scenes

CALM = scenes.facts_from(scenes.conformant())
HOT = scenes.facts_from(scenes.excursion())


def test_version_of_the_same_shape_keeps_its_words() -> None:
    before = release(HOT, seed=17)
    later = msgspec.structs.replace(HOT, as_of=HOT.as_of + 3_600_000_000)
    assert {seed_for("box", plan_for(later), version, before) for version in range(20)} == {17}


def test_version_of_another_shape_is_worded_anew() -> None:
    before = release(HOT, seed=17)
    seeds = {seed_for("box", plan_for(CALM), version, before) for version in range(20)}
    assert len(seeds) == 20


def test_assets_are_worded_differently_by_one_of_64_seeds() -> None:
    seeds = {seed_for(f"box-{number}", plan_for(CALM), 1, None) for number in range(1_000)}
    assert seeds == set(range(64))


def test_report_of_an_older_release_says_nothing_of_its_shape() -> None:
    report = msgspec.structs.replace(release(HOT, seed=17), facts=None)
    stranger = msgspec.structs.replace(release(HOT, seed=17), facts={"schema": 1})
    odd = msgspec.structs.replace(release(HOT, seed=17), provenance={"schema": "v1"})
    fresh = seed_for("box", plan_for(HOT), 2, None)
    for before in (report, stranger, odd):
        assert seed_for("box", plan_for(HOT), 2, before) == fresh
