"""Several devices that tell where one asset is: one that lies leads it nowhere.

The stops lie a tenth of a degree (11 km) apart; every device tells every five minutes and speaks
for fifteen (`hold`). Expected by hand from SPECIFICATION section 9, *Position*.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import ASSET, at, bind, boundary, close, fold, judge, policy, read
from twins.inputs import Binding, BindingAction, Input, MilestoneName, Plan, event_key
from twins.policy.condition_policy import ConditionPolicy, LocationLimits, Phase, Severity
from twins.sensors.findings import FindingKind
from twins.state import AssetTwin
from twins.twin import advance

BY = policy(boundary(), required=("temperature",), hold=900)
ON_ROUTE = replace(BY, location=LocationLimits(at(600), None, Severity.MAJOR))
ORIGIN = circle("A", 50.0, 8, role="origin")
DESTINATION = circle("C", 50.2, 8, role="destination")
ROUTE = {"route": [[50, 8], [50.2, 8]], "corridor_m": 500}
THERE, ON_THE_WAY, HERE = 50.2, 50.1, 50.0
HOUR = 3600
LATER = [read(20 * HOUR, 5_000)]
"""A reading takes effect when time has moved past it."""


def begun(*devices: str, **more: object) -> list[Input]:
    plan = Plan(1, ASSET, document([ORIGIN, DESTINATION], **more), 0)
    return [*(bind(0, device) for device in devices), plan]


def fix(seconds: float, latitude: float, device: str = "d1", longitude: float = 8) -> list[Input]:
    return [
        read(seconds, round(degrees * 10_000_000), quantity=axis, device=device, sensor="gps")
        for axis, degrees in (("latitude", latitude), ("longitude", longitude))
    ]


def told(
    latitude: float, *devices: str, since: int = 1, until: int = HOUR, longitude: float = 8
) -> list[Input]:
    """Return fixes of devices, a second apart, every five minutes."""
    return [
        one
        for second in range(since, until, 300)
        for place, device in enumerate(devices)
        for one in fix(second + place, latitude, device, longitude)
    ]


def milestones(inputs: list[Input], by: ConditionPolicy = BY) -> list[tuple[str, int]]:
    twin = fold([*inputs, *LATER], by)
    return [(one.name.value, one.observed_at // at(1)) for one in twin.milestones]


def lies(since: int, until: int, liar: str = "d3") -> list[Input]:
    """Return how a device says, a few seconds after the others, that it departs from the origin."""
    return [
        one
        for second in range(since, until, 300)
        for one in (*fix(second + 5, HERE, liar), *fix(second + 6, ON_THE_WAY, liar))
    ]


def journey(*honest: str) -> list[Input]:
    """Return a journey of two hours to the destination, and six hours there."""
    return [
        *told(HERE, *honest, until=HOUR),
        *told(ON_THE_WAY, *honest, since=HOUR + 1, until=2 * HOUR),
        *told(THERE, *honest, since=2 * HOUR + 1, until=8 * HOUR),
    ]


def test_two_honest_devices_bring_the_asset_where_a_third_denies_it() -> None:
    honest = [*begun("d1", "d2", "d3"), *journey("d1", "d2")]
    inputs = [*honest, *lies(2 * HOUR + 1, 8 * HOUR)]
    expected = [("departure", HOUR + 2), ("arrival", 2 * HOUR + 2)]
    assert milestones(honest) == milestones(inputs) == expected
    twin = fold(inputs, BY)
    assert (twin.phase, twin.location.last_stop) == (Phase.DESTINATION, "C")


def test_storage_at_the_destination_is_judged_though_one_device_says_that_it_left() -> None:
    stored = boundary("storage", 6_000, delay=1800, phases=(Phase.DESTINATION,))
    warm = [
        read(second, 8_000, device=device)
        for second in range(3 * HOUR, 8 * HOUR, 300)
        for device in ("d1", "d2")
    ]
    inputs = [*begun("d1", "d2", "d3"), *journey("d1", "d2"), *warm, *lies(2 * HOUR, 8 * HOUR)]
    by = replace(BY, boundaries=(stored,))
    rules = {one.rule for one in judge([*inputs, close(8 * HOUR)], by, 8 * HOUR).rules_fired}
    assert "boundary:storage" in rules


def test_with_two_devices_both_must_say_so() -> None:
    at_home = [*begun("d1", "d2"), *told(HERE, "d1", "d2", until=HOUR)]
    one_left = [*told(ON_THE_WAY, "d1", since=HOUR + 1, until=2 * HOUR)]
    other_stays = [*told(HERE, "d2", since=HOUR + 2, until=2 * HOUR)]
    assert milestones([*at_home, *one_left, *other_stays]) == []
    assert milestones([*at_home, *one_left, *fix(HOUR + 700, ON_THE_WAY, "d2")]) == [
        ("departure", HOUR + 700)
    ]


def test_silent_device_keeps_nobody_after_its_hold() -> None:
    at_home = [*begun("d1", "d2"), *told(HERE, "d1", "d2", until=301)]
    gone = [*at_home, *told(HERE, "d1", since=301, until=302)]
    # d2 told last at 2 s and speaks until 902 s.
    assert milestones([*gone, *fix(901, ON_THE_WAY, "d1")]) == []
    assert milestones([*gone, *fix(902, ON_THE_WAY, "d1")]) == [("departure", 902)]


def test_detached_device_has_no_voice_any_more() -> None:
    at_home = [*begun("d1", "d2"), *told(HERE, "d1", "d2", until=301)]
    detached = Binding(1, BindingAction.DELETE, "d2", ASSET, at(400))
    left = fix(500, ON_THE_WAY, "d1")
    assert milestones([*at_home, *left]) == []
    assert milestones([*at_home, detached, *left]) == [("departure", 500)]
    # Attached again it has told nothing yet.
    assert milestones([*at_home, detached, bind(450, "d2"), *left]) == [("departure", 500)]


def test_devices_of_one_moment_are_heard_together() -> None:
    same = [one for name in ("d1", "d2", "d3") for one in fix(10, HERE, name)]
    first_lies = [
        *fix(3000, ON_THE_WAY, "d1"),
        *fix(3000, HERE, "d2"),
        *fix(3000, HERE, "d3"),
    ]
    # What was told before has expired: alone the first of them would lead.
    assert milestones([*begun("d1", "d2", "d3"), *same, *first_lies]) == []


def test_stop_counts_as_reached_from_when_the_second_device_came() -> None:
    inputs = [*begun("d1", "d2"), *told(ON_THE_WAY, "d1", "d2", until=301)]
    inputs += [*fix(400, THERE, "d1"), *fix(650, THERE, "d2")]
    (presence,) = fold([*inputs, *LATER], BY).location.presences
    assert (presence.stop, presence.since) == ("C", at(650))


@pytest.mark.parametrize("liar", ["d0", "d3"])
def test_device_that_contradicts_the_others_is_found_and_leads_no_way(liar: str) -> None:
    inputs = [*begun("d1", "d2", liar), *told(HERE, "d1", "d2"), *lies(1, HOUR, liar)]
    condition = judge(inputs, BY, HOUR)
    assert condition.sensors.counts[FindingKind.IMPOSSIBLE_TRAVEL] >= HOUR // 300
    assert {one.device for one in condition.sensors.over} == {liar}
    assert condition.location is not None
    assert condition.location.travelled_mm == 0


def test_jump_that_nothing_travels_is_found_where_the_policy_asks_nothing_of_positions() -> None:
    inputs = [*begun("d1"), *fix(10, HERE), *fix(20, THERE), *fix(30, HERE)]
    condition = judge(inputs, BY, 100)
    assert condition.sensors.counts == {FindingKind.IMPOSSIBLE_TRAVEL: 1}
    assert condition.phase is Phase.ORIGIN
    fired = {one.rule for one in condition.rules_fired}
    assert not fired & {"off_route", "arrival_overdue"}


def test_one_device_of_three_neither_hides_nor_feigns_that_the_route_was_left() -> None:
    begin = [*begun("d1", "d2", "d3", **ROUTE), *told(50.05, "d1", "d2", until=301)]
    away = told(50.05, "d1", "d2", since=600, until=2000, longitude=8.02)
    hidden = [*begin, *away, *told(50.05, "d3", since=605, until=2000)]
    home = told(50.05, "d1", "d2", since=600, until=2000)
    feigned = [*begin, *home, *told(50.05, "d3", since=605, until=2000, longitude=8.02)]
    found = judge(hidden, ON_ROUTE, 2000).location
    assert found is not None
    assert (found.off_route_since, found.off_route_alarms) == (at(601), 1)
    found = judge(feigned, ON_ROUTE, 2000).location
    assert found is not None
    assert (found.off_route_since, found.off_route) == (None, 0)


def test_of_two_devices_both_must_be_back_on_the_route() -> None:
    begin = [*begun("d1", "d2", **ROUTE), *told(50.05, "d1", "d2", until=301)]
    away = [*begin, *told(50.05, "d1", "d2", since=600, until=1500, longitude=8.02)]
    one_back = [*away, *fix(1600, 50.05, "d1")]
    for inputs, since in [(one_back, at(601)), ([*one_back, *fix(1700, 50.05, "d2")], None)]:
        found = judge(inputs, ON_ROUTE, 2000).location
        assert found is not None
        assert found.off_route_since == since


def test_distance_from_the_route_is_one_that_an_honest_device_told() -> None:
    begin = [*begun("d1", "d2", "d3", **ROUTE), *told(50.05, "d1", "d2", until=301)]
    away = told(50.05, "d1", "d2", since=600, until=2000, longitude=8.02)
    run = fold([*begin, *away, *fix(700, -50, "d3")], ON_ROUTE).location.off_route
    assert run is not None
    # 0.02 degrees of the parallel of 50.05° are 0.02 of 111.195 km times cos 50.05°: 1428 m.
    assert abs(run.farthest_mm - 1_428_000) < 1_000


def test_what_devices_told_is_forgotten_in_no_checkpoint_and_in_no_batch() -> None:
    inputs = [*begun("d1", "d2", "d3"), *journey("d1", "d2"), *lies(1, 8 * HOUR)]
    inputs.sort(key=event_key)
    single = AssetTwin(ASSET)
    for one in inputs:
        single = advance(single, [one], BY)
    assert fold(inputs, BY) == single
    assert MilestoneName.ARRIVAL in {one.name for one in single.milestones}
