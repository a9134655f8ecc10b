"""What a packed asset is folded from, against a look at every single moment."""

from collections.abc import Mapping, Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from tests.unit.twins.samples import at, read, state
from twins.bindings import intervals_of
from twins.inputs import (
    Binding,
    BindingAction,
    Handover,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    event_key,
    observed_at,
    statement_of,
)
from twins.packing import folded_inputs, windows_in
from twins.readings import Reading

HORIZON = 12
ASSETS = ("item", "case", "pallet", "other")
moments = st.integers(0, HORIZON)
actions = st.sampled_from(list(BindingAction))
devices = st.sampled_from(["d1", "d2"])
packings = st.builds(
    lambda action, parent, child, moment: Packing(1, action, parent, child, at(moment)),
    actions,
    st.sampled_from(ASSETS),
    st.sampled_from(ASSETS),
    moments,
)
bindings = st.builds(
    lambda action, device, asset, moment, every: Binding(
        1, action, device, asset, at(moment), at(every) if action is BindingAction.ADD else 0
    ),
    actions,
    devices,
    st.sampled_from(ASSETS),
    moments,
    st.sampled_from([5, 10]),
)
readings = st.builds(
    lambda moment, device: read(moment, 5_000, device=device), st.integers(0, HORIZON + 2), devices
)
milestones = st.builds(
    lambda asset, name, moment: Milestone(1, asset, name, at(moment)),
    st.sampled_from(ASSETS),
    st.sampled_from(list(MilestoneName)),
    moments,
)
handovers = st.builds(
    lambda asset, phase, moment: Handover(
        1, msgspec.json.encode(msgspec.structs.replace(state(phase, moment), asset=asset))
    ),
    st.sampled_from(ASSETS),
    st.sampled_from(list(HandoverPhase)),
    moments,
)
plans = st.builds(
    lambda asset, words, moment: Plan(1, asset, words, at(moment)),
    st.sampled_from(ASSETS),
    st.sampled_from([b"north", b"south"]),
    moments,
)
stated = st.one_of(milestones, handovers, plans)
records = st.lists(st.one_of(packings, bindings, readings), max_size=25, unique=True)
told = st.lists(st.one_of(packings, packings, stated), max_size=25, unique=True)


def is_begun(changes: Sequence[Binding | Packing], moment: int) -> bool:
    """Tell whether what ADD begins and DELETE ends lasts at a moment."""
    return any(start <= moment < end for start, end in intervals_of(changes))


def holders(asset: str, records: Sequence[Input], moment: int) -> set[str]:
    """Return an asset and all that it stands in at a moment, step by step."""
    found: set[str] = set()
    due = {asset}
    while due:
        found |= due
        due = {
            one.parent
            for one in records
            if isinstance(one, Packing)
            and one.child in due
            and is_begun(
                [
                    other
                    for other in records
                    if isinstance(other, Packing)
                    and (other.parent, other.child) == (one.parent, one.child)
                ],
                moment,
            )
        } - found
    return found


def speaks(device: str, asset: str, records: Sequence[Input], moment: int) -> bool:
    return any(
        is_begun(
            [
                one
                for one in records
                if isinstance(one, Binding) and (one.device, one.asset) == (device, holder)
            ],
            moment,
        )
        for holder in holders(asset, records, moment)
    )


def logs_of(records: Sequence[Input]) -> dict[str, list[Input]]:
    """Return what each asset's log holds, in the order of the records."""
    logs: dict[str, list[Input]] = {asset: [] for asset in ASSETS}
    for one in records:
        if isinstance(one, Binding):
            logs[one.asset].append(one)
        elif isinstance(one, Packing):
            logs[one.child].append(one)
        elif not isinstance(one, Reading):
            logs[subject_of(one)].append(one)
    for one in records:
        if isinstance(one, Reading):
            for asset in ASSETS:
                own = [
                    other
                    for other in records
                    if isinstance(other, Binding)
                    and (other.device, other.asset) == (one.device, asset)
                ]
                if is_begun(own, one.observed_at):
                    logs[asset].append(one)
    return logs


def subject_of(record: Input) -> str:
    """Return the asset that a milestone, a handover or a plan names."""
    if isinstance(record, Handover):
        return statement_of(record).asset
    assert isinstance(record, Milestone | Plan)
    return record.asset


def planned_at(folded: Sequence[Input], moment: int) -> bytes | None:
    """Return the plan in force after all that a twin is told up to a moment."""
    found = [one for one in folded if isinstance(one, Plan) and one.observed_at <= moment]
    return max(found, key=event_key).document if found else None


def attached_at(folded: Sequence[Input], moment: int) -> set[str]:
    """Return which devices a twin takes readings of after all bindings up to a moment."""
    attached: set[str] = set()
    for one in folded:
        if isinstance(one, Binding) and one.observed_at <= moment:
            (attached.add if one.action is BindingAction.ADD else attached.discard)(one.device)
    return attached


@law
@given(records)
def test_device_speaks_for_an_asset_exactly_while_it_travels_with_what_holds_it(
    records: list[Input],
) -> None:
    folded = folded_inputs("item", logs_of(records))
    for moment in map(at, range(HORIZON + 2)):
        expected = {device for device in ("d1", "d2") if speaks(device, "item", records, moment)}
        assert attached_at(folded, moment) == expected
    assert {one for one in folded if isinstance(one, Reading)} == {
        one
        for one in records
        if isinstance(one, Reading) and speaks(one.device, "item", records, one.observed_at)
    }
    assert len(set(folded)) == len(folded)
    assert all(one.asset == "item" for one in folded if isinstance(one, Binding))


@law
@given(told)
def test_what_is_stated_of_an_asset_is_stated_of_what_it_holds_then(records: list[Input]) -> None:
    folded = [
        one
        for one in folded_inputs("item", logs_of(records))
        if isinstance(one, Milestone | Handover)
    ]
    assert folded == sorted(
        (
            one
            for one in records
            if isinstance(one, Milestone | Handover)
            and subject_of(one) in holders("item", records, observed_at(one))
        ),
        key=event_key,
    )


@law
@given(told)
def test_plan_in_force_comes_with_what_begins_to_hold_an_asset(records: list[Input]) -> None:
    plans = [one for one in records if isinstance(one, Plan)]
    folded = folded_inputs("item", logs_of(records))
    held: set[str] = set()
    in_force: bytes | None = None
    for moment in map(at, range(HORIZON + 2)):
        now = holders("item", records, moment)
        entered = now - held - {"item"}
        known = [one for one in plans if one.asset in entered and one.observed_at <= moment]
        stated = [one for one in plans if one.asset in now and one.observed_at == moment]
        if known:
            newest = max(known, key=event_key)
            stated.append(msgspec.structs.replace(newest, observed_at=moment))
        if stated:
            in_force = max(stated, key=event_key).document
        assert planned_at(folded, moment) == in_force
        held = now


@law
@given(st.lists(st.one_of(packings, bindings, readings, stated), max_size=25, unique=True))
def test_order_of_the_logs_says_nothing(records: list[Input]) -> None:
    logs = logs_of(records)
    turned: Mapping[str, Sequence[Input]] = {
        asset: log[::-1] for asset, log in reversed(logs.items())
    }
    assert folded_inputs("item", turned) == folded_inputs("item", logs)


@law
@given(st.lists(st.one_of(packings, bindings, readings, stated), max_size=25, unique=True))
def test_log_of_what_never_held_an_asset_is_not_needed(records: list[Input]) -> None:
    logs = logs_of(records)
    needed = {"item", *windows_in("item", logs)}
    some = {asset: log for asset, log in logs.items() if asset in needed}
    assert folded_inputs("item", some) == folded_inputs("item", logs)
