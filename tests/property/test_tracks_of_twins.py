"""Laws of the fold where assets have a plan: batches, orders, checkpoints and stretches of time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.property.arrivals import DEMANDING, POLICY, devices, events, law
from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import ASSET, at, bind, boundary, close, fold, read, restored
from twins.checkpoint import past_to_bytes, present_to_bytes, twin_from_bytes
from twins.inputs import Input, Plan, event_key
from twins.past import Past, joined
from twins.policy.condition_policy import ConditionPolicy, LocationLimits, Phase, Severity
from twins.readings import Quality, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess, condition_document

LIMITS = LocationLimits(at(15), 70_000, Severity.MINOR)
ON_THE_WAY = replace(
    POLICY,
    boundaries=(
        *POLICY.boundaries,
        boundary("warm-on-the-way", 7_500, delay=5, phases=(Phase.TRANSIT,)),
        boundary("cold-there", 2_500, is_upper=False, phases=(Phase.DESTINATION,)),
    ),
)
POLICIES = st.sampled_from(
    [ON_THE_WAY, replace(ON_THE_WAY, location=LIMITS), replace(DEMANDING, location=LIMITS)]
)

STOPS = (
    circle("A", 50.0, 8, role="origin"),
    circle("B", 50.02, 8, dwell_s=10),
    circle("C", 50.04, 8, role="destination", dwell_s=5, arrives_by=at(60)),
)
WAY = {"route": [[50, 8], [50.02, 8], [50.04, 8]], "corridor_m": 300}
PLANS = [
    document(list(STOPS), **WAY),
    document(list(STOPS)),
    document(list(STOPS[::2]), **WAY, accuracy_m=500),
]
HORIZON = 200

places = st.sampled_from([0, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20])
axes = st.sampled_from([("gps", "gps"), ("lat", "lon"), ("lat", "gps")])
qualities = st.sampled_from([0] * 12 + [Quality.HISTORICAL, Quality.SENTINEL])


def position(
    second: int,
    north: int,
    east: int,
    device: str,
    sensors: tuple[str, str] = ("gps", "gps"),
    seq: int | None = None,
    quality: int = 0,
) -> list[Reading]:
    """Return a latitude and a longitude; a step is 222 m."""
    axes = [
        ("latitude", 500_000_000 + north * 20_000, sensors[0]),
        ("longitude", 80_000_000 + east * 20_000, sensors[1]),
    ]
    return [
        read(
            second,
            value,
            quantity=quantity,
            device=device,
            sensor=sensor,
            seq=seq,
            quality=quality,
        )
        for quantity, value, sensor in axes
    ]


@st.composite
def steady_journeys(draw: st.DrawFn) -> list[Reading]:
    """Return a fix and a temperature every few seconds, on the way from A to C and beside it."""
    every, device, sensors = draw(st.sampled_from([2, 3, 5])), draw(devices), draw(axes)
    found: list[Reading] = []
    north, away = draw(st.sampled_from([0, 0, 10, 20])), 0
    pace = draw(st.sampled_from([[0, 0, 0, 1, 1, -1], [0, 1, 1]]))
    for second in range(1, HORIZON, every):
        north += draw(st.sampled_from(pace))
        away = max(0, away + draw(st.sampled_from([0, 0, 0, 1, -1])))
        found += position(second, north, away, device, sensors)
        found.append(read(second, draw(st.sampled_from([5_000] * 9 + [2_400, 7_600]))))
    return found


@st.composite
def odd_positions(draw: st.DrawFn) -> list[Reading]:
    """Return latitudes and longitudes that may lack each other, contradict, or lie far away."""
    seq = draw(st.sampled_from([None, None, 0, 1]))
    north, east = draw(places), draw(st.sampled_from([0, 0, 0, 1, 5, 2000]))
    moment, device = draw(st.integers(0, HORIZON)), draw(devices)
    both = position(moment, north, east, device, draw(axes), seq, draw(qualities))
    return both[: draw(st.sampled_from([1, 2, 2, 2, 2]))]


plans = st.builds(
    Plan, st.just(1), st.just(ASSET), st.sampled_from(PLANS), st.integers(0, 60).map(at)
)


@st.composite
def journeys(draw: st.DrawFn) -> list[Input]:
    """Return the inputs of one asset with a plan, in no order, none twice."""
    inputs: list[Input] = [bind(0), bind(0, "d2")]
    inputs += draw(st.lists(plans, max_size=2))
    if draw(st.booleans()):
        inputs += draw(steady_journeys())
    for some in draw(st.lists(odd_positions(), max_size=draw(st.sampled_from([0, 2, 25])))):
        inputs += some
    inputs += draw(st.lists(events, max_size=draw(st.sampled_from([0, 3]))))
    if draw(st.booleans()):
        inputs.append(close(draw(st.integers(100, HORIZON))))
    return list(dict.fromkeys(inputs))


def in_batches(inputs: list[Input], cuts: set[int], by: ConditionPolicy) -> AssetTwin:
    ordered, twin = sorted(inputs, key=event_key), AssetTwin(ASSET)
    for first, last in pairwise([0, *sorted(cuts), len(ordered)]):
        twin = advance(twin, ordered[first:last], by)
    return twin


def one_by_one(inputs: list[Input], by: ConditionPolicy) -> AssetTwin:
    twin = AssetTwin(ASSET)
    for record in sorted(inputs, key=event_key):
        twin = advance(twin, [record], by)
    return twin


@law
@given(journeys(), POLICIES, st.sets(st.integers(1, 60), max_size=6))
def test_many_readings_at_once_show_what_they_show_one_by_one(
    inputs: list[Input], by: ConditionPolicy, cuts: set[int]
) -> None:
    whole, single = in_batches(inputs, cuts, by), one_by_one(inputs, by)
    event(f"milestones shown: {len(whole.shown_milestones)}")
    event(f"alarms: {bool(whole.past.track.alarms)}")
    event(f"impossible: {bool(whole.past.track.sums.impossible)}")
    assert whole == single
    assert present_to_bytes(whole) == present_to_bytes(single)
    assert past_to_bytes(whole.past) == past_to_bytes(single.past)
    conditions = [condition_document(assess(one, by, at(HORIZON))) for one in (whole, single)]
    assert conditions[0] == conditions[1]


@law
@given(journeys(), POLICIES, st.data())
def test_fold_goes_on_from_a_checkpoint_wherever_it_is_cut(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    cut = data.draw(st.integers(0, len(ordered)))
    half = restored(advance(AssetTwin(ASSET), ordered[:cut], by))
    assert advance(half, ordered[cut:], by) == fold(inputs, by)


@law
@given(journeys(), POLICIES, st.data())
def test_tracks_of_stretches_of_time_join_to_the_whole_track(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    places = data.draw(st.sets(st.integers(1, len(ordered)), max_size=6))
    twin, pasts = AssetTwin(ASSET), []
    for first, last in pairwise([0, *sorted(places), len(ordered)]):
        twin = advance(twin_from_bytes(present_to_bytes(twin), Past()), ordered[first:last], by)
        pasts.append(twin.past)
    whole = fold(inputs, by)
    assert present_to_bytes(twin) == present_to_bytes(whole)
    assert joined(pasts) == whole.past


@law
@given(journeys())
def test_who_asks_nothing_of_positions_knows_nothing_of_them(inputs: list[Input]) -> None:
    without: list[Input] = [one for one in inputs if not isinstance(one, Plan)]
    twin = fold(without, ON_THE_WAY)
    assert twin.location == AssetTwin(ASSET).location
    assert assess(twin, ON_THE_WAY, at(HORIZON)).location is None
