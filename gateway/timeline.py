"""What happened to an asset, in the order in which it happened, for people (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.holders import holder_words
from gateway.ports import TimelineEntry, Version
from twins.custody.overdue import overdue_offers
from twins.custody.possession import Custody
from twins.inputs import Binding, BindingAction, CalibratedBinding, Input, Milestone, Packing
from twins.judging.excursions import Excursion
from twins.milestone_answers import fault_of, fault_words
from twins.policy.condition_policy import ConditionPolicy, Severity
from twins.twin import AssetTwin
from twins.verdict.breach_words import passed_words
from twins.verdict.finding_words import finding_words, told
from twins.verdict.sensor_figures import FoundOfSensor, sensors_of
from twins.verdict.spans import moment_words


def timeline_of(
    twin: AssetTwin,
    policy: ConditionPolicy,
    inputs: Iterable[Input],
    versions: Iterable[Version],
    as_of: int,
) -> tuple[TimelineEntry, ...]:
    """Return the entries, oldest first.

    Args:
        twin: The twin, settled at the moment that the page shows.
        policy: What judges it.
        inputs: The asset's inputs other than readings.
        versions: Its published versions.
        as_of: The moment, microseconds UTC.
    """
    entries = [
        *_commissioned(twin),
        *_bindings(inputs),
        *_packings(inputs),
        *_excursions(twin, policy),
        *_findings(twin, policy, as_of),
        *_custody(twin),
        *_overdue(twin.custody, policy, as_of),
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
    return [
        TimelineEntry(
            made.observed_at, "commissioned", f"commissioned, held by {holder_words(made.holder)}"
        )
    ]


def _bindings(inputs: Iterable[Input]) -> list[TimelineEntry]:
    words = {BindingAction.ADD: "attached", BindingAction.DELETE: "detached"}
    return [
        TimelineEntry(
            one.observed_at,
            "binding",
            f"device {one.device} {words[one.action]}{_calibrated(one)}",
        )
        for one in inputs
        if isinstance(one, Binding)
    ]


def _calibrated(binding: Binding) -> str:
    if not isinstance(binding, CalibratedBinding):
        return ""
    day, _, _ = moment_words(binding.calibrated_at).partition(" ")
    return f", calibrated on {day}"


def _packings(inputs: Iterable[Input]) -> list[TimelineEntry]:
    words = {BindingAction.ADD: "packed into", BindingAction.DELETE: "taken out of"}
    return [
        TimelineEntry(one.observed_at, "packing", f"{words[one.action]} {one.parent}")
        for one in inputs
        if isinstance(one, Packing)
    ]


def _excursions(twin: AssetTwin, policy: ConditionPolicy) -> list[TimelineEntry]:
    boundaries = {one.id: one for one in policy.boundaries}
    entries = []
    for one in twin.excursions:
        boundary = boundaries[one.boundary]
        text = f"{passed_words(boundary)}: {_shown(one)}"
        entries.append(TimelineEntry(one.began_at, "excursion", text, int(boundary.severity)))
        is_interval = one.ended_at is not None and one.ended_at > one.began_at
        if is_interval and one.ended_at is not None:
            ended = f"over: {passed_words(boundary)}"
            entries.append(TimelineEntry(one.ended_at, "excursion_ended", ended))
    return entries


def _shown(excursion: Excursion) -> str:
    sensor = f"{excursion.device} {excursion.sensor}".strip() or "estimated core"
    return f"{told(excursion.extreme, excursion.quantity)} ({sensor})"


def _findings(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> list[TimelineEntry]:
    found = sensors_of(twin, policy, as_of)
    weight = int(Severity.NONE if policy.sensors is None else policy.sensors.severity)
    began = [
        TimelineEntry(one.since, "sensor", _finding(one), weight if one.until is None else 0)
        for one in (*found.over, *found.running)
    ]
    ended = [
        TimelineEntry(one.until, "sensor_ended", f"over: {_finding(one)}")
        for one in found.over
        if one.until is not None and one.until > one.since
    ]
    return [*began, *ended]


def _finding(one: FoundOfSensor) -> str:
    sensor = f"{one.device} {one.sensor}".strip() or "all sensors"
    return f"{one.quantity} of {sensor}: {finding_words(one.kind)}"


def _custody(twin: AssetTwin) -> list[TimelineEntry]:
    custody = twin.custody
    entries = []
    holders = [*(period.holder for period in custody.periods[1:]), custody.holder]
    for period, receiver in zip(custody.periods, holders, strict=bool(custody.periods)):
        if period.until is not None:
            text = f"custody passed from {holder_words(period.holder)} to {holder_words(receiver)}"
            entries.append(TimelineEntry(period.until, "custody", text))
    entries.extend(
        TimelineEntry(
            one.answered.at,
            "custody",
            f"custody offered by {one.from_party} to {one.to_party}, {one.answer}",
        )
        for one in custody.ended_offers
    )
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


def _overdue(custody: Custody, policy: ConditionPolicy, as_of: int) -> list[TimelineEntry]:
    limits = policy.custody
    if limits is None:
        return []
    return [
        TimelineEntry(
            one.due_at,
            "custody_overdue",
            f"offer of {one.from_party} to {one.to_party} not answered in time",
            int(limits.severity) if one.answered_at is None else 0,
        )
        for one in overdue_offers(custody, limits.answer_within, as_of)
    ]


def _milestones_and_decisions(twin: AssetTwin) -> list[TimelineEntry]:
    reached = [
        TimelineEntry(one.observed_at, "milestone", _reached(one)) for one in twin.milestones
    ]
    refused = [
        TimelineEntry(
            one.observed_at,
            "milestone_refused",
            f"{_reached(one)} changed nothing: {_why(twin, one)}",
            int(Severity.MINOR),
        )
        for one in twin.milestone_faults
    ]
    decided = [
        TimelineEntry(one.observed_at, "decision", f"{one.outcome} by {one.by}: {one.reason}")
        for one in twin.decisions
    ]
    return [*reached, *refused, *decided]


def _why(twin: AssetTwin, milestone: Milestone) -> str:
    fault, phase = fault_of(twin, milestone)
    return fault_words(fault, milestone.name, phase)


def _reached(milestone: Milestone) -> str:
    return f"{milestone.name}{f' at {milestone.place}' if milestone.place else ''}"
