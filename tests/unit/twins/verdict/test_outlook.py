import re

import msgspec
import pytest

from tests.fakes.judged_shipment import EVERYTHING, judged_shipment
from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    detach,
    hand_over,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.policy.condition_policy import (
    ConditionPolicy,
    CustodyLimits,
    Disposition,
    MeanKineticLimit,
    Phase,
    Severity,
)
from twins.verdict.condition import Condition, LocationFigure, RuleFired
from twins.verdict.finding_words import CLOSED
from twins.verdict.outlook import STAYS, what_would_change

LASTING = boundary(hysteresis=500, is_latched=False)


def outlooks(found: Condition, by: ConditionPolicy, *, is_closed: bool = False) -> dict[str, str]:
    return {
        one.rule: what_would_change(one, found, by, is_closed=is_closed)
        for one in found.rules_fired
    }


def told(by: ConditionPolicy, *inputs: Input, until: float = 900, is_closed: bool = False) -> str:
    found = judge([commission(0), bind(0), *inputs], by, until)
    (text,) = outlooks(found, by, is_closed=is_closed).values()
    return text


def test_excursion_that_lasts_names_the_reading_that_ends_it_by_limit_and_hysteresis() -> None:
    assert told(policy(LASTING), read(10, 9_000)) == (
        "A reading at or below 7.5 °C ends it. Then it no longer makes the verdict "
        "non_conformant; its severity, major, stays: only a quality decision can answer it."
    )


def test_reading_that_is_named_ends_the_excursion_and_one_above_does_not() -> None:
    by = policy(LASTING)
    for value, lasts in ((7_501, True), (7_500, False)):
        found = judge([commission(0), bind(0), read(10, 9_000), read(20, value)], by, 900)
        assert (found.disposition is Disposition.NON_CONFORMANT) is lasts


def test_lower_boundary_wants_a_reading_above_it() -> None:
    by = policy(boundary("cold", 2_000, is_upper=False, hysteresis=300, is_latched=False))
    assert told(by, read(10, 1_000)).startswith("A reading at or above 2.3 °C ends it.")


def test_latched_excursion_stays_even_when_it_is_ended() -> None:
    by = policy(boundary(disposition=Disposition.DAMAGED))
    assert told(by, read(10, 9_000)).endswith(
        "That the verdict is damaged stays for this shipment all the same: only a quality decision "
        "can answer it."
    )
    assert told(by, read(10, 9_000), read(20, 5_000)) == STAYS


def test_excursion_that_is_over_says_what_of_it_stays() -> None:
    assert told(policy(LASTING), read(10, 9_000), read(20, 5_000)) == (
        "It is over and no longer makes the verdict non_conformant; its severity, major, stays: "
        "only a quality decision can answer it."
    )


def test_used_up_allowance_comes_back_with_the_next_time_outside() -> None:
    by = policy(boundary(delay=60, is_cumulative=True, is_latched=False))
    said = told(by, read(10, 9_000), read(300, 5_000))
    assert said.endswith("Outside again, it is back at once: the allowance is used up.")
    inputs: list[Input] = [
        commission(0),
        bind(0),
        read(10, 9_000),
        read(300, 5_000),
        read(600, 8_001),
    ]
    assert judge(inputs, by, 610).disposition is Disposition.NON_CONFORMANT


@pytest.mark.parametrize(
    ("sensors", "said"),
    [
        (2, "Readings at or below 7.5 °C of both sensors end it."),
        (3, "Readings at or below 7.5 °C of 2 of the 3 sensors end it."),
        (4, "Readings at or below 7.5 °C of 3 of the 4 sensors end it."),
        (5, "Readings at or below 7.5 °C of 3 of the 5 sensors end it."),
    ],
)
def test_so_many_sensors_and_no_fewer_end_an_excursion(sensors: int, said: str) -> None:
    by, names = policy(LASTING), [f"s{number}" for number in range(sensors)]
    hot = [read(10, 9_000, sensor=name) for name in names]
    assert told(by, *hot).startswith(said)
    enough = sensors // 2 + 1
    for inside, lasts in ((enough - 1, True), (enough, False)):
        back = [read(20, 7_500, sensor=name) for name in names[:inside]]
        found = judge([commission(0), bind(0), *hot, *back], by, 21)
        assert (found.disposition is Disposition.NON_CONFORMANT) is lasts


def test_boundary_of_some_phases_ends_with_them() -> None:
    by = policy(boundary(phases=(Phase.TRANSIT,), is_latched=False))
    inputs: list[Input] = [milestone(1, MilestoneName.DEPARTURE), read(10, 9_000)]
    assert "and so does a milestone that leads out of: transit." in told(by, *inputs)


def test_closed_shipment_has_late_readings_and_decisions_left() -> None:
    said = told(policy(LASTING), read(10, 9_000), close(20), is_closed=True)
    assert said.startswith("The shipment is closed: only late readings of the time before")


def test_mean_over_all_time_comes_down_with_colder_time() -> None:
    by = policy(mean_kinetic=MeanKineticLimit(8_000, Severity.MAJOR, Disposition.NON_CONFORMANT))
    assert told(by, read(0, 9_000), read(600, 9_000), until=600) == (
        "It is judged over all 10 min observed so far: colder time to come can bring it back to "
        "8 °C."
    )


def test_window_that_is_full_stays_and_one_that_grows_may_come_down() -> None:
    limit = MeanKineticLimit(
        8_000, Severity.MAJOR, Disposition.NON_CONFORMANT, window=at(1_200), above=8_000
    )
    by = policy(mean_kinetic=limit)
    growing = told(by, read(0, 9_000), read(600, 9_000), until=600)
    assert growing == (
        "The window is 10 min long and grows to 20 min: colder time within it can bring it back "
        "to 8 °C."
    )
    hot = [read(600 * place, 9_000) for place in range(4)]
    assert told(by, *hot, until=1_800).endswith(STAYS)


def test_dispute_names_who_can_end_it() -> None:
    by = policy()
    said = told(
        by,
        hand_over(HandoverPhase.OFFERED, 10),
        hand_over(HandoverPhase.DISPUTED, 20),
        read(30, 5_000),
    )
    assert said == "carrier accepts or refuses the handover, or maker withdraws the offer."


def test_overdue_offer_names_who_must_answer_it() -> None:
    by = msgspec.structs.replace(policy(), custody=CustodyLimits(at(60), Severity.MINOR))
    said = told(by, hand_over(HandoverPhase.OFFERED, 10), read(30, 5_000))
    assert said == (
        "carrier accepts, refuses or disputes the offer of 1970-01-01 00:00:10 UTC, or maker "
        "withdraws it."
    )


def test_every_rule_that_a_full_policy_fires_says_what_would_change_it() -> None:
    shipment = judged_shipment()
    found = outlooks(shipment.condition, EVERYTHING)
    assert found["boundary:above-8"].startswith(
        "Readings at or below 7.5 °C of 2 of the 3 sensors end it."
    )
    assert found["boundary:core-above-7"].startswith("An estimated core temperature at or below 7 ")
    assert found["damage_boundary"] == f"A shock does not become undone. {STAYS}"
    assert found["shocks_undecided"].startswith("A late reading of the shock")
    assert "A charge of 10 % or more ends it." in found["sensors"]
    assert found["shelf_life_left"].startswith("What is used up does not come back: 8 d 22 h")
    assert all(text and not text.startswith("It ends when this holds") for text in found.values())


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("off_route", "A position back on the planned way ends it."),
        ("arrival_overdue", "A position that shows it at lyon, nice, or at a later stop, ends it."),
    ],
)
def test_rule_of_the_journey_says_where_it_ends(rule: str, said: str) -> None:
    where = LocationFigure("", "basel", 0, 1, 40, 0, 0, 0, ("lyon", "nice"))
    condition = msgspec.structs.replace(judged_shipment().condition, location=where)
    fired = RuleFired(rule, Severity.MINOR, Disposition.CONFORMANT, "As planned", 1)
    assert what_would_change(fired, condition, EVERYTHING, is_closed=False) == said


def named_rules() -> list[str]:
    """Return the rules without an id of their own that `RuleFired` names."""
    described = (RuleFired.__doc__ or "").partition("rule: ")[2].partition("severity:")[0]
    return re.findall(r"`([a-z_]+)`", described)


@pytest.mark.parametrize("rule", named_rules())
def test_every_rule_that_can_fire_has_an_outlook_of_its_own(rule: str) -> None:
    fired = RuleFired(rule, Severity.MINOR, Disposition.CONFORMANT, "Kept", 1)
    said = what_would_change(fired, judged_shipment().condition, EVERYTHING, is_closed=False)
    assert not said.startswith("It ends when this holds")


def test_rule_that_is_not_known_here_is_answered_by_its_own_words() -> None:
    shipment = judged_shipment()
    strange = msgspec.structs.replace(
        shipment.condition.rules_fired[0], rule="new", text="Kept dry"
    )
    said = what_would_change(strange, shipment.condition, EVERYTHING, is_closed=False)
    assert said == "It ends when this holds: Kept dry."


AWAY = LocationFigure("", "basel", 0, 1, 40, 0, 0, 0, ("lyon",))


@pytest.mark.parametrize("rule", ["off_route", "arrival_overdue", "sensors"])
def test_closed_shipment_is_promised_nothing_that_is_yet_to_come(rule: str) -> None:
    condition = msgspec.structs.replace(judged_shipment().condition, location=AWAY)
    fired = RuleFired(rule, Severity.MINOR, Disposition.CONFORMANT, "As planned", 1)
    assert what_would_change(fired, condition, EVERYTHING, is_closed=True) == CLOSED


def unbound(by: ConditionPolicy, *inputs: Input, bound: tuple[str, ...] = ()) -> str:
    """Return what would change the one rule that fires while only some devices travel with it."""
    found = judge([commission(0), bind(0), *inputs], by, 900)
    (rule,) = found.rules_fired
    return what_would_change(rule, found, by, is_closed=False, bound=bound)


def test_excursion_without_a_device_that_could_end_it_wants_one_first() -> None:
    said = unbound(policy(LASTING), read(10, 9_000), detach(20))
    assert said.startswith(
        "No device that travels with it now has read temperature: bind one that does first. "
        "A reading at or below 7.5 °C ends it."
    )
    assert unbound(policy(LASTING), read(10, 9_000), bound=("d1",)).startswith("A reading at")


def test_device_that_travels_no_more_is_no_sensor_that_must_read_inside() -> None:
    inputs: list[Input] = [bind(0, "d2"), read(10, 9_000), read(10, 9_000, device="d2")]
    both = unbound(policy(LASTING), *inputs, bound=("d1", "d2"))
    assert both.startswith("Readings at or below 7.5 °C of both sensors end it.")
    one = unbound(policy(LASTING), *inputs, bound=("d2",))
    assert one.startswith("A reading at or below 7.5 °C ends it.")


def test_sensors_of_several_devices_are_named_by_their_devices() -> None:
    inputs: list[Input] = [
        read(10, 9_000, device=device, sensor=sensor)
        for device, sensors in (("d1", "ab"), ("d2", "a"), ("d3", "a"))
        for sensor in sensors
    ]
    said = told(policy(LASTING), bind(0, "d2"), bind(0, "d3"), *inputs)
    assert said.startswith(
        "Readings at or below 7.5 °C of 2 of the 3 devices, of each by more than half of its "
        "sensors, end it."
    )


def test_coverage_without_a_device_does_not_grow_by_waiting() -> None:
    by = policy(minimum_coverage_ppm=900_000, hold=100)
    said = unbound(by, read(0, 5_000), detach(200))
    assert said.startswith(
        "No device that travels with it now has read temperature: bind one that does first. "
        "Coverage reaches 90 % after"
    )


def test_finding_of_a_device_that_travels_no_more_is_not_ended_by_what_it_reads() -> None:
    condition = judged_shipment().condition
    fired = RuleFired("sensors", Severity.MINOR, Disposition.CONFORMANT, "Believed", 1)
    said = what_would_change(fired, condition, EVERYTHING, is_closed=False, bound=())
    assert said == (
        "tracker-7 travels with it no more: what it reads cannot end this, only a quality decision "
        "can answer it."
    )


def test_journey_without_a_device_that_tells_positions_wants_one_first() -> None:
    condition = msgspec.structs.replace(judged_shipment().condition, location=AWAY)
    fired = RuleFired("off_route", Severity.MINOR, Disposition.CONFORMANT, "As planned", 1)
    said = what_would_change(fired, condition, EVERYTHING, is_closed=False, bound=())
    assert said == (
        "No device travels with it now: bind one that tells positions first. "
        "A position back on the planned way ends it."
    )
