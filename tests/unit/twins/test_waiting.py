"""One or two of three sensors wait for the others; moments by hand from specification section 9."""

import pytest

from tests.unit.twins.samples import at, bind, boundary, detach, judge, policy, read
from twins.inputs import Input
from twins.verdict.condition import Condition

BY = policy(boundary(limit=8_000), hold=900)
WARM, COOL = 9_000, 5_000
THREE: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100), bind(0, "d3", 50)]
"""Of d1's interval, 100 s, four fifths are 80 s."""


def began(condition: Condition) -> list[float]:
    """Return when each excursion began, in seconds."""
    fired = (one for rule in condition.rules_fired for one in rule.excursions)
    return [one.began_at / at(1) for one in fired]


def test_one_of_three_is_judged_when_four_fifths_of_its_interval_are_over() -> None:
    inputs = [*THREE, read(10, WARM)]
    assert began(judge(inputs, BY, 89)) == []
    condition = judge(inputs, BY, 100)
    assert began(condition) == [90]
    # What waits is not observed either; what a sensor says is.
    (covered,) = condition.coverage.quantities
    assert (covered.observed, covered.longest_gap) == (at(10), at(90))
    assert condition.statistics.judged[0].observed == at(10)
    assert condition.statistics.series[0].observed == at(90)


def test_two_of_three_wait_from_when_the_first_spoke() -> None:
    inputs = [*THREE, read(10, WARM), read(60, COOL, device="d2")]
    assert began(judge(inputs, BY, 100)) == [90]


def test_shortest_interval_of_those_that_speak_counts_and_no_other() -> None:
    inputs = [*THREE, read(10, WARM, device="d3")]
    assert began(judge(inputs, BY, 100)) == [50]
    # At 30 s d2 speaks as well, every 100 s.
    inputs.append(read(30, COOL, device="d2"))
    assert began(judge(inputs, BY, 100)) == [50]


def test_what_speaks_for_a_shorter_time_than_its_interval_is_judged_before_it_ceases_to() -> None:
    inputs = [*THREE, read(10, WARM)]
    condition = judge(inputs, policy(boundary(limit=8_000), hold=60), 200)
    # From 10 s to 70 s; four fifths of 60 s are 48 s.
    assert began(condition) == [58]
    assert condition.coverage.quantities[0].observed == at(12)


def test_three_are_judged_at_once_and_outvote_the_one() -> None:
    inputs = [*THREE, read(10, WARM), read(60, COOL, device="d2"), read(70, COOL, device="d3")]
    condition = judge(inputs, BY, 200)
    assert began(condition) == []
    assert condition.coverage.quantities[0].observed == at(130)


def test_waiting_begins_again_after_a_silence() -> None:
    # Up to 910 s d1 speaks, alone; then nobody does.
    inputs = [*THREE, read(10, COOL), read(1000, WARM)]
    assert began(judge(inputs, BY, 1200)) == [1080]


@pytest.mark.parametrize("silenced", [True, False])
def test_sensor_counts_among_those_that_may_speak_while_its_device_is_attached(
    *, silenced: bool
) -> None:
    inputs: list[Input] = [*THREE, read(10, WARM)]
    inputs += [detach(40, "d3")] * silenced
    assert began(judge(inputs, BY, 100)) == [40 if silenced else 90]


def test_series_of_a_device_that_was_detached_is_waited_for_no_more() -> None:
    # d3 was heard as well, and is gone when d1 begins to speak alone.
    inputs = [*THREE, read(0, COOL, device="d3"), detach(5, "d3"), read(10, WARM)]
    assert began(judge(inputs, BY, 100)) == [10]


def test_sensors_of_one_device_that_was_heard_are_all_there_may_be() -> None:
    # d1 is heard with two sensors; of d2 nobody knows: three.
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100)]
    inputs += [read(10, WARM), read(10, COOL, sensor="b")]
    assert began(judge(inputs, BY, 200)) == [90]
    # It measures something else.
    inputs.append(read(50, 50_000, device="d2", quantity="humidity"))
    assert began(judge(inputs, BY, 200)) == [50]


def test_second_sensor_of_a_device_changes_nothing_of_what_was_judged_before() -> None:
    # One of two, d2 being unheard, is judged at once; from 950 s on d1/b is one of three.
    inputs: list[Input] = [bind(0, "d1", 100), read(10, WARM), bind(20, "d2", 100)]
    (one,) = judge(inputs, BY, 940).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(900))
    inputs.append(read(950, WARM, sensor="b"))
    (one,) = judge(inputs, BY, 1000).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(900))


def test_binding_changes_who_is_waited_for_from_its_moment_on_and_not_before() -> None:
    # Two of two are judged at once; the third changes nothing of that, and is waited for.
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100), bind(50, "d3", 200)]
    inputs.append(read(10, WARM))
    (one,) = judge(inputs, BY, 500).rules_fired[0].excursions
    # 10 s to 50 s, and again from 50 s + 4/5 of 100 s on.
    assert (one.began_at, one.outside) == (at(10), at(40 + 500 - 130))


def test_longer_interval_is_waited_for_from_when_it_is_known() -> None:
    inputs = [*THREE, read(10, WARM), bind(80, "d1", 200)]
    assert began(judge(inputs, BY, 900)) == [170]
    # Judged since 90 s, it waits again.
    inputs = [*THREE, read(10, WARM), bind(95, "d1", 200)]
    (one,) = judge(inputs, BY, 900).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(90), at(5 + 900 - 170))


def test_value_that_is_held_for_no_time_waits_like_any_other() -> None:
    def told(moment: float) -> list[Input]:
        return [read(moment, WARM, seq=1), read(moment, COOL, seq=2)]

    two = [*THREE, read(0, COOL, device="d2")]
    assert began(judge([*two, *told(10)], BY, 200)) == []
    assert began(judge([*two, *told(100)], BY, 200)) == [100]
    # Two of three are warm at 10 s, for no time.
    three = [*THREE, read(0, COOL, device="d2"), read(0, WARM, device="d3")]
    assert began(judge([*three, *told(10)], BY, 200)) == [10]


def test_a_rare_sensor_beside_it_makes_a_quick_one_wait_no_longer() -> None:
    # d1 reads every 100 s, d2 once a day; nobody has heard the third.
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 86_400), bind(0, "d3", 100)]
    inputs += [read(5, COOL, device="d2"), read(10, WARM)]
    # Four fifths of 100 s, from when the first of them spoke.
    assert began(judge(inputs, BY, 900)) == [85]
