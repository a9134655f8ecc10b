"""Which rules of a policy fire, and what made them fire."""

from __future__ import annotations

import msgspec

from twins.custody.possession import CustodyState
from twins.judging.excursion_log import weightiest
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import (
    HOLD_AT_LEAST,
    ConditionPolicy,
    Disposition,
    MeanKineticLimit,
    Severity,
)
from twins.position.location_figure import LocationFigure
from twins.readings import MICROSECONDS, QUANTITIES, decimal_text
from twins.sensors.findings import FindingKind
from twins.state import AssetTwin
from twins.wear.index import FULL_PPM

from .custody_figures import CustodySummary
from .figures import Coverage, JudgedStatistics, ShelfLifeLeft, Statistics
from .sensor_figures import Sensors
from .spans import at_most

PERCENT_PPM = 10_000
HOUR = 3_600 * MICROSECONDS
SHELF_LIFE_TEXT = "Shelf life not used up"

DOUBTS = (
    FindingKind.STUCK,
    FindingKind.DRIFT,
    FindingKind.CLONED_ID,
    FindingKind.COPIED_SERIES,
    FindingKind.DISAGREEMENT,
)
"""Findings by which a sensor may have been outvoted for a time."""

EXCURSIONS_LISTED = 20
"""Most excursions of one rule that a condition lists: a document has a largest size."""


class RuleFired(msgspec.Struct, frozen=True, omit_defaults=False):
    """One rule of the policy that fired, and what made it fire.

    Attributes:
        rule: `boundary:<id>`, `mean_kinetic_temperature`, `shelf_life`, `shelf_life_left`,
            `damage_boundary`, `shocks_undecided`, `before_start`, `after_close`,
            `coverage:<quantity>`,
            `gap:<quantity>`, `sensors`, `sensors_before`, `outvoted`, `custody_disputed`,
            `custody_overdue`, `custody_apart`, `off_route` or `arrival_overdue`.
        severity: What it weighs.
        disposition: What it says of the goods; `conformant` where it says nothing.
        text: The rule in people's words.
        count: Number of excursions, shocks, findings, offers, times off the route or stops that
            made it fire.
        newest_alarm_at: When the newest of them alarmed, None where there is none.
        excursions: The first, the farthest out and those that weigh most, at most
            `EXCURSIONS_LISTED`, oldest first.
    """

    rule: str
    severity: Severity
    disposition: Disposition
    text: str
    count: int = 0
    newest_alarm_at: int | None = None
    excursions: tuple[Excursion, ...] = ()


class Figures(msgspec.Struct, frozen=True):
    """What rules look at beside the twin."""

    statistics: Statistics
    coverage: Coverage
    custody: CustodySummary
    sensors: Sensors
    shelf_life: ShelfLifeLeft | None
    location: LocationFigure | None


def rules_fired(
    twin: AssetTwin, policy: ConditionPolicy, figures: Figures
) -> tuple[RuleFired, ...]:
    """Return every rule that fires on a settled twin, in the order of the specification."""
    return (
        *_boundaries_fired(twin, policy),
        *_mean_kinetic_fired(figures.statistics, policy),
        *_shelf_life_fired(figures.shelf_life, policy),
        *_shocks_fired(figures.statistics, policy),
        *_unjudged_fired(twin),
        *_coverage_fired(figures.coverage, policy),
        *_gaps_fired(figures.coverage, policy),
        *_sensors_fired(figures.sensors, policy),
        *_doubts_fired(figures.sensors, policy),
        *_outvoted_fired(figures.sensors, policy),
        *_custody_fired(figures.custody, policy),
        *_apart_fired(twin),
        *_location_fired(figures.location, policy),
    )


def _boundaries_fired(twin: AssetTwin, policy: ConditionPolicy) -> list[RuleFired]:
    fired, logs = [], {one.boundary: one for one in twin.past.excursions}
    for boundary in policy.boundaries:
        excursions = [one for one in twin.excursions if one.boundary == boundary.id]
        if excursions:
            log = logs.get(boundary.id)
            passed_over = 0 if log is None else log.count - len(log.kept)
            newest = [] if log is None else [log.newest_alarm_at]
            speaks = boundary.is_latched or any(one.ended_at is None for one in excursions)
            fired.append(
                RuleFired(
                    rule=f"boundary:{boundary.id}",
                    severity=boundary.severity,
                    disposition=boundary.disposition if speaks else Disposition.CONFORMANT,
                    text=boundary.title,
                    count=len(excursions) + passed_over,
                    newest_alarm_at=max([*newest, *(one.alarmed_at for one in excursions)]),
                    excursions=weightiest(
                        excursions, EXCURSIONS_LISTED, is_upper=boundary.is_upper
                    ),
                )
            )
    return fired


def _mean_kinetic_fired(statistics: Statistics, policy: ConditionPolicy) -> list[RuleFired]:
    limit = policy.mean_kinetic
    if limit is None:
        return []
    scale = QUANTITIES["temperature"].scale
    over = [
        celsius
        for one in statistics.judged
        if (celsius := _mean_kinetic(one, limit)) is not None and _milli(celsius) > limit.limit
    ]
    if not over:
        return []
    text = f"Mean kinetic temperature not above {decimal_text(limit.limit, scale)} °C"
    if limit.window is not None:
        hours = limit.window // HOUR
        text += f" over what was observed of any {hours} h with an excursion"
    return [RuleFired("mean_kinetic_temperature", limit.severity, limit.disposition, text)]


def _mean_kinetic(one: JudgedStatistics, limit: MeanKineticLimit) -> str | None:
    """Return what is judged: of the highest window where the policy has windows."""
    if limit.window is None:
        return one.mean_kinetic_celsius
    window = one.highest_window
    return None if window is None else window.mean_kinetic_celsius


def _shelf_life_fired(left: ShelfLifeLeft | None, policy: ConditionPolicy) -> list[RuleFired]:
    limit = policy.shelf_life
    if limit is None or left is None:
        return []
    if left.left <= 0:
        return [RuleFired("shelf_life", limit.severity, limit.disposition, SHELF_LIFE_TEXT)]
    if limit.warn_left_ppm is None or left.left * FULL_PPM >= limit.warn_left_ppm * left.life:
        return []
    share = decimal_text(limit.warn_left_ppm, PERCENT_PPM)
    text = f"At least {share} % of the shelf life left"
    return [RuleFired("shelf_life_left", Severity.MINOR, Disposition.CONFORMANT, text)]


def _shocks_fired(statistics: Statistics, policy: ConditionPolicy) -> list[RuleFired]:
    limits, shocks = policy.shock, statistics.shocks
    if limits is None:
        return []
    fired = []
    if shocks.possible:
        fired.append(
            RuleFired(
                "damage_boundary",
                limits.severity,
                limits.disposition,
                "No shock beyond the damage boundary",
                shocks.possible,
            )
        )
    if shocks.unknown:
        fired.append(
            RuleFired(
                "shocks_undecided",
                Severity.MINOR,
                Disposition.UNKNOWN,
                "Every shock can be judged by the damage boundary",
                shocks.unknown,
            )
        )
    return fired


def _sensors_fired(sensors: Sensors, policy: ConditionPolicy) -> list[RuleFired]:
    limits, count = policy.sensors, len(sensors.running)
    if limits is None or not count:
        return []
    text = "Every sensor can be believed"
    return [RuleFired("sensors", limits.severity, Disposition.CONFORMANT, text, count)]


def _unjudged_fired(twin: AssetTwin) -> list[RuleFired]:
    """Return what start and close put out of the shipment; it weighs nothing, and is told."""
    found = (
        ("before_start", "No excursion before the start", twin.past.before_start),
        ("after_close", "No reading outside a limit after the close", twin.past.after_close),
    )
    return [
        RuleFired(rule, Severity.NONE, Disposition.CONFORMANT, text, count)
        for rule, text, count in found
        if count
    ]


def _doubts_fired(sensors: Sensors, policy: ConditionPolicy) -> list[RuleFired]:
    """Return what was found of sensors that were heard and not believed, and is over.

    It stays: who was outvoted may have stood in the one corner that froze.
    """
    limits = policy.sensors
    if limits is None:
        return []
    count = sum(sensors.counts.get(kind.value, 0) for kind in DOUBTS)
    if not count:
        return []
    text = "Every sensor could be believed all the time"
    return [RuleFired("sensors_before", limits.severity, Disposition.CONFORMANT, text, count)]


def _outvoted_fired(sensors: Sensors, policy: ConditionPolicy) -> list[RuleFired]:
    """Return what single sensors showed and the median of all did not."""
    limits, count = policy.sensors, sensors.outvoted_count
    if not count:
        return []
    severity = Severity.MINOR if limits is None else max(Severity.MINOR, limits.severity)
    text = "Every sensor by itself is within every boundary"
    return [RuleFired("outvoted", severity, Disposition.CONFORMANT, text, count)]


def _milli(celsius: str) -> int:
    """Return a decimal string of four places as ten-thousandths, brought to milli-°C upwards."""
    ten_thousandths = int(celsius.replace(".", ""))
    return -(-ten_thousandths // 10)


def _coverage_fired(coverage: Coverage, policy: ConditionPolicy) -> list[RuleFired]:
    minimum = policy.observation.minimum_coverage_ppm
    share = decimal_text(minimum, PERCENT_PPM)
    return [
        RuleFired(
            rule=f"coverage:{one.quantity}",
            # Nothing is known from the first moment on, but nobody has failed to observe before a
            # reading could have spoken.
            severity=policy.observation.severity
            if coverage.planned - one.observed > HOLD_AT_LEAST
            else Severity.NONE,
            disposition=Disposition.UNKNOWN,
            text=f"{one.quantity.capitalize()} observed for at least {share} % of the planned time",
        )
        for one in coverage.quantities
        if one.ratio_ppm < minimum
    ]


def _gaps_fired(coverage: Coverage, policy: ConditionPolicy) -> list[RuleFired]:
    """Return where nothing was known for too long at a stretch, which a share alone can hide."""
    most, severity = policy.observation.maximum_gap, policy.observation.severity
    return [
        RuleFired(
            rule=f"gap:{one.quantity}",
            severity=severity,
            disposition=Disposition.UNKNOWN,
            text=f"{one.quantity.capitalize()} never unobserved for longer than {at_most(most)}",
        )
        for one in coverage.quantities
        if most is not None and one.longest_gap > most
    ]


def _custody_fired(custody: CustodySummary, policy: ConditionPolicy) -> list[RuleFired]:
    fired = []
    if custody.state is CustodyState.DISPUTED:
        text = "No handover is disputed"
        fired.append(RuleFired("custody_disputed", Severity.MAJOR, Disposition.CONFORMANT, text))
    waiting = sum(one.answered_at is None for one in custody.overdue)
    if policy.custody is not None and waiting:
        text = "Every offered handover is answered in time"
        severity = policy.custody.severity
        fired.append(RuleFired("custody_overdue", severity, Disposition.CONFORMANT, text, waiting))
    return fired


def _apart_fired(twin: AssetTwin) -> list[RuleFired]:
    """Return where somebody accepted what holds the asset, and was not handed the asset."""
    custody = twin.custody
    if custody.taken_by in {"", custody.holder}:
        return []
    text = f"Held by {custody.taken_by}, who accepted what it stood in"
    count = custody.takings
    return [RuleFired("custody_apart", Severity.MINOR, Disposition.CONFORMANT, text, count)]


def _location_fired(location: LocationFigure | None, policy: ConditionPolicy) -> list[RuleFired]:
    limits = policy.location
    if limits is None or location is None:
        return []
    fired = []
    if location.off_route_since is not None:
        count = location.off_route_alarms
        text = "The planned route is not left"
        fired.append(RuleFired("off_route", limits.severity, Disposition.CONFORMANT, text, count))
    overdue = len(location.overdue_stops)
    if overdue:
        text = "Every planned stop is reached in time"
        fired.append(
            RuleFired("arrival_overdue", limits.severity, Disposition.CONFORMANT, text, overdue)
        )
    return fired
