"""What happened to an asset, in the order in which it happened, for people (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.ports import TimelineEntry, Version
from twins.excursions import Excursion
from twins.inputs import Binding, BindingAction, Input
from twins.policy import ConditionPolicy, Severity
from twins.readings import QUANTITIES
from twins.twin import AssetTwin


def timeline_of(
    twin: AssetTwin,
    policy: ConditionPolicy,
    inputs: Iterable[Input],
    versions: Iterable[Version],
) -> tuple[TimelineEntry, ...]:
    """Return the entries, oldest first.

    Args:
        twin: The twin, settled at the moment that the page shows.
        policy: What judges it.
        inputs: The asset's inputs other than readings.
        versions: Its published versions.
    """
    entries = [
        *_commissioned(twin),
        *_bindings(inputs),
        *_excursions(twin, policy),
        *_custody(twin),
        *_milestones_and_decisions(twin),
        *(
            TimelineEntry(
                one.as_of,
                "version",
                f"version {one.version} published ({one.reason}): {one.disposition}",
                one.severity,
            )
            for one in versions
        ),
    ]
    return tuple(sorted(entries, key=lambda one: one.at))


def _commissioned(twin: AssetTwin) -> list[TimelineEntry]:
    made = twin.commissioned
    if made is None:
        return []
    return [TimelineEntry(made.observed_at, "commissioned", f"commissioned, held by {made.holder}")]


def _bindings(inputs: Iterable[Input]) -> list[TimelineEntry]:
    words = {BindingAction.ADD: "attached", BindingAction.DELETE: "detached"}
    return [
        TimelineEntry(one.observed_at, "binding", f"device {one.device} {words[one.action]}")
        for one in inputs
        if isinstance(one, Binding)
    ]


def _excursions(twin: AssetTwin, policy: ConditionPolicy) -> list[TimelineEntry]:
    boundaries = {one.id: one for one in policy.boundaries}
    entries = []
    for one in twin.excursions:
        boundary = boundaries[one.boundary]
        text = f"{boundary.title}: {_extreme(one)} ({one.device} {one.sensor})"
        entries.append(TimelineEntry(one.began_at, "excursion", text, int(boundary.severity)))
        is_interval = one.ended_at is not None and one.ended_at > one.began_at
        if is_interval and one.ended_at is not None:
            ended = f"inside again: {boundary.title}"
            entries.append(TimelineEntry(one.ended_at, "excursion_ended", ended))
    return entries


def _extreme(excursion: Excursion) -> str:
    quantity = QUANTITIES[excursion.quantity]
    return f"{excursion.extreme / quantity.scale:g} {quantity.unit}"


def _custody(twin: AssetTwin) -> list[TimelineEntry]:
    custody = twin.custody
    entries = []
    holders = [*(period.holder for period in custody.periods[1:]), custody.holder]
    for period, receiver in zip(custody.periods, holders, strict=bool(custody.periods)):
        if period.until is not None:
            text = f"custody passed from {period.holder} to {receiver}"
            entries.append(TimelineEntry(period.until, "custody", text))
    offer = custody.offer
    if offer is not None:
        text = f"custody offered by {offer.from_party} to {offer.to_party}, {custody.state}"
        entries.append(TimelineEntry(offer.observed_at, "custody", text))
    entries.extend(
        TimelineEntry(
            one.observed_at,
            "custody_refused",
            f"custody statement not taken ({one.phase} from {one.from_party} to {one.to_party}): "
            f"{one.fault.replace('_', ' ')}",
            int(Severity.MINOR),
        )
        for one in custody.refusals
    )
    return entries


def _milestones_and_decisions(twin: AssetTwin) -> list[TimelineEntry]:
    reached = [
        TimelineEntry(
            one.observed_at, "milestone", f"{one.name}{f' at {one.place}' if one.place else ''}"
        )
        for one in twin.milestones
    ]
    decided = [
        TimelineEntry(one.observed_at, "decision", f"{one.outcome} by {one.by}: {one.reason}")
        for one in twin.decisions
    ]
    return [*reached, *decided]
