"""Who a folded twin says is liable, against the periods of possession alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import HORIZON, POLICY, law, readings
from tests.unit.twins.samples import at, bind, close, commission, fold, hand_over
from twins.custody.possession import periods_of
from twins.inputs import HandoverPhase, Input
from twins.twin import settled_at
from twins.verdict.condition import assess

PARTIES = ("maker", "carrier", "shop", "maker")


@st.composite
def travels(draw: st.DrawFn) -> list[Input]:
    """Return the inputs of an asset that goes through several hands, some answers being late."""
    inputs: list[Input] = [commission(draw(st.integers(0, 60))), bind(draw(st.integers(0, 20)))]
    inputs += draw(st.lists(readings(("temperature", "acceleration")), max_size=40))
    moments = sorted(draw(st.lists(st.integers(1, HORIZON), max_size=6)))
    for number, (offered, taken) in enumerate(zip(moments[::2], moments[1::2], strict=False)):
        parties = (*PARTIES[number : number + 2], f"n{number}")
        inputs.append(hand_over(HandoverPhase.OFFERED, offered, *parties))
        inputs.append(hand_over(HandoverPhase.ACCEPTED, taken, *parties))
    if draw(st.booleans()):
        inputs.append(close(draw(st.integers(100, HORIZON))))
    return list(dict.fromkeys(inputs))


@st.composite
def travels_of_the_found(draw: st.DrawFn) -> list[Input]:
    """Return those of an asset that somebody had taken before its commissioning replaced him."""
    found_at = draw(st.integers(0, 60))
    return [
        *draw(travels()),
        hand_over(HandoverPhase.OFFERED, found_at, "", "finder", "n"),
        hand_over(HandoverPhase.ACCEPTED, found_at, "", "finder", "n"),
    ]


@law
@given(travels() | travels_of_the_found())
def test_shares_of_the_custodians_sum_to_the_time_outside(inputs: list[Input]) -> None:
    found = assess(fold(inputs, POLICY), POLICY, at(HORIZON + 50))
    custody = found.custody
    assert sum(one.outside for one in custody.liability) == custody.outside
    assert custody.outside == sum(one.outside for one in found.statistics.judged)
    names = [one.holder for one in custody.liability]
    order = dict.fromkeys(("", *custody.holders, "finder"))
    assert names == [one for one in order if one in names]


@law
@given(travels())
def test_time_outside_falls_only_to_who_held_the_asset_during_the_excursion(
    inputs: list[Input],
) -> None:
    as_of = at(HORIZON + 50)
    twin = settled_at(fold(inputs, POLICY), as_of, POLICY)
    periods = periods_of(twin.custody)
    for one in twin.excursions:
        end = as_of if one.ended_at is None else one.ended_at
        # Before the first party took it nobody held it.
        held = {"": max(0, min(end, periods[0].since) - one.began_at)}
        for period in periods:
            until = as_of if period.until is None else period.until
            within = min(end, until) - max(one.began_at, period.since)
            if within > 0:
                held[period.holder] = held.get(period.holder, 0) + within
        for share in one.held_by:
            assert share.outside <= held.get(share.holder, 0)
        assert sum(share.outside for share in one.held_by) == one.outside
