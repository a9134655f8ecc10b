"""The fold against a second-by-second calculation written from the words of the specification.

A sound reading speaks from its time until the next reading of its sensor, at most for the hold,
and until its device is detached or the shipment is closed. Readings of one identity with different
values say nothing. What nobody speaks for is unobserved.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import HOLD, HORIZON, POLICY, law, readings
from tests.unit.twins.samples import at, bind, close, detach, judge
from twins.inputs import Input
from twins.policy import Boundary
from twins.readings import Quality, Reading

SECOND = at(1)
Moment = tuple[int, int | None]
"""Second and sound value, None where the reading says nothing."""


def moments_of(inputs: list[Reading]) -> list[Moment]:
    """Return one entry per identity, in order of time and seq."""
    identities = defaultdict(list)
    for one in inputs:
        seq = -1 if one.seq is None else one.seq
        identities[one.observed_at // SECOND, seq].append(one)
    moments = []
    for (second, _), same in sorted(identities.items()):
        values = {one.value for one in same}
        is_sound = len(values) == 1 and not any(one.quality & Quality.SENTINEL for one in same)
        moments.append((second, values.pop() if is_sound else None))
    return moments


def spoken(moments: list[Moment], second: int) -> int | None:
    """Return the value that speaks during the second that begins now."""
    before = [one for one in moments if one[0] <= second]
    if not before or second >= before[-1][0] + HOLD:
        return None
    return before[-1][1]


def runs_of(moments: list[Moment], boundary: Boundary, until: int) -> list[Fraction]:
    """Return the observed seconds outside of each run, a run without duration included."""
    runs: list[Fraction] = []
    is_open = False
    for number, (second, value) in enumerate(moments):
        end = moments[number + 1][0] if number + 1 < len(moments) else until
        if value is None:
            continue
        away = value - boundary.limit if boundary.is_upper else boundary.limit - value
        if away > 0:
            if not is_open:
                runs.append(Fraction(0))
                is_open = True
            runs[-1] += max(0, min(end, second + HOLD, until) - second)
        elif -away >= boundary.hysteresis:
            is_open = False
    return runs


def excursions_of(runs: list[Fraction], boundary: Boundary) -> int:
    delay = Fraction(boundary.delay, SECOND)
    if boundary.is_cumulative:
        return int(bool(runs) and sum(runs) >= delay)
    return sum(1 for outside in runs if outside >= delay)


@law
@given(
    st.lists(readings(quantities=("temperature",)), min_size=1, max_size=30),
    st.none() | st.integers(0, HORIZON),
    st.none() | st.integers(0, HORIZON),
    st.integers(HORIZON, HORIZON + 3 * HOLD),
)
def test_fold_equals_a_second_by_second_calculation(
    arrived: list[Reading], detached: int | None, closed: int | None, as_of: int
) -> None:
    # Of readings that differ in their marks alone the oracle knows nothing.
    unique = {(one.device, one.sensor, one.observed_at, one.seq, one.value): one for one in arrived}
    inputs: list[Input] = [bind(0), bind(0, "d2"), *unique.values()]
    inputs += [] if detached is None else [detach(detached, "d2")]
    inputs += [] if closed is None else [close(closed)]
    condition = judge(inputs, POLICY, as_of)

    # A value speaks up to the end; a reading at the very moment of the judgement is still taken.
    never = as_of + 1
    leaves = never if closed is None else closed
    last = {"d1": leaves, "d2": min(leaves, never if detached is None else detached)}
    ends = {device: min(moment, as_of) for device, moment in last.items()}
    end = ends["d1"]
    by_sensor = defaultdict(list)
    for one in unique.values():
        if one.observed_at // SECOND < last[one.device]:
            by_sensor[one.device, one.sensor].append(one)
    moments = {sensor: moments_of(taken) for sensor, taken in by_sensor.items()}

    assert {(one.device, one.sensor) for one in condition.statistics.series} == set(moments)
    for one in condition.statistics.series:
        mine = moments[one.device, one.sensor]
        sound = [value for _, value in mine if value is not None]
        held = [spoken(mine, second) for second in range(ends[one.device])]
        values = [value for value in held if value is not None]
        assert one.readings == len(mine)
        assert one.observed == len(values) * SECOND
        assert (one.minimum, one.maximum) == (min(sound, default=None), max(sound, default=None))
        assert one.mean == (round(Fraction(sum(values), len(values))) if values else None)

    covered = sum(
        any(
            second < ends[device] and spoken(mine, second) is not None
            for (device, _), mine in moments.items()
        )
        for second in range(end)
    )
    assert condition.coverage.planned == end * SECOND
    assert condition.coverage.quantities[0].observed == covered * SECOND

    fired = {rule.rule: rule.excursions for rule in condition.rules_fired}
    for boundary in (one for one in POLICY.boundaries if one.quantity == "temperature"):
        runs = {name: runs_of(mine, boundary, ends[name[0]]) for name, mine in moments.items()}
        expected = sum(excursions_of(run, boundary) for run in runs.values())
        found = fired.get(f"boundary:{boundary.id}", ())
        assert len(found) == expected
        if boundary.is_cumulative:
            used = {(one.device, one.sensor): one.used for one in condition.budgets}
            assert used == {name: sum(run) * SECOND for name, run in runs.items()}
