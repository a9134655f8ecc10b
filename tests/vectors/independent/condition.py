"""The condition document of an asset's records (SPECIFICATION sections 9 to 11)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from . import exposure, shocks
from .boundaries import Excursion, Judgement, Watch, is_upper, watches
from .core import core_now, excursions_of_cores, time_constant_of
from .fatigue import WHOLE, fatigue
from .fixes import POSITIONS
from .history import (
    QUARTER_HOUR,
    SECOND,
    UNUSABLE_BITS,
    History,
    Measurement,
    Record,
    history_of,
    let_speak,
    moment_of,
)
from .mean_kinetic import mean_kinetic_celsius
from .near_limits import near_limits
from .openings import openings_of
from .outvoted import outvoted
from .position import follow
from .quantities import decimal_text, steps
from .rule import SEVERITIES, rule
from .sensors import Sensors, document, sensors_of

MILLION = 1_000_000
DISPOSITIONS = ["conformant", "unknown", "container_open", "non_conformant", "damaged"]
LISTED = 20
WITHOUT_TRUST = ("stuck", "drift", "cloned_id", "copied_series", "disagreement")


def assess(
    asset: str, records: Sequence[Record], policy: dict[str, Any], digest: str, as_of: int
) -> dict[str, Any]:
    """Return the condition document."""
    track = follow(records, policy)
    found = history_of(track.reaching(records), policy, asset)
    if track.is_followed:
        found.phases = track.phases
    end = as_of if found.closed_at is None else found.closed_at
    let_speak(found)
    ignored = policy["observation"].get("ignore_first_s", 0) * SECOND
    judged_from = -(2**63) if found.planned_from is None else found.planned_from + ignored
    seen, judged = watches(found, policy, judged_from, as_of)
    excursions = [one for watch in seen for one in watch.excursions()]
    temperatures = judged.get("temperature", [])
    excursions += excursions_of_cores(found, policy, temperatures, judged_from, end)
    statistics = _statistics(found, policy, excursions, judged, end)
    sensors = sensors_of(found, policy, end, records)
    coverage = _coverage(found, policy, sensors, judged, end)
    heard = document(
        [*sensors.findings(), _unheard(found, policy, as_of), track.impossible], sensors.gaps
    )
    alone = outvoted(seen, judged)
    heard["outvoted"] = alone[:LISTED]
    heard["outvoted_count"] = len({(one["device"], one["sensor"]) for one in alone})
    life = _shelf_life(found, policy, temperatures, as_of, end)
    within = policy.get("custody", {}).get("answer_within_s", 0) * SECOND
    overdue = found.custody.overdue(within, as_of)
    left = None if life is None else life["left"]
    fired = [
        *_boundaries_fired(policy, excursions),
        *exposure.fired(policy, _limited(policy, statistics["judged"]), left),
        *shocks.fired(policy, statistics["shocks"]),
        *_start_fired(found, records, policy),
        *_close_fired(found, policy),
        *_coverage_fired(policy, coverage),
        *_gaps_fired(policy, coverage),
        *_sensors_fired(policy, heard),
        *_outvoted_fired(policy, heard["outvoted_count"]),
        *_custody_fired(found, policy, overdue),
        *track.fired(as_of),
    ]
    return {
        "schema": 3,
        "rules": 3,
        "asset": asset,
        "policy": policy["id"],
        "policy_digest": digest,
        "as_of": as_of,
        "phase": found.phases[-1][1],
        "disposition": max(
            (one["disposition"] for one in fired), key=DISPOSITIONS.index, default="conformant"
        ),
        "severity": max((one["severity"] for one in fired), default=0),
        "rules_fired": fired,
        "statistics": statistics,
        "coverage": coverage,
        "custody": {
            **found.custody.summary(),
            "overdue": overdue[-20:],
            "overdue_count": len(overdue),
            "liability": _liability(found),
            "outside": sum(span for span, _ in found.outside.values()),
        },
        "budgets": _budgets(found, seen, judged, as_of),
        "shelf_life": life,
        "sensors": heard,
        "near_limits": near_limits(found, policy, excursions),
        "location": track.document(as_of),
    }


def boundaries_of(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policy.get("boundary", [])
    return found


def _statistics(
    found: History,
    policy: dict[str, Any],
    excursions: list[Excursion],
    judged: dict[str, list[Judgement]],
    end: int,
) -> dict[str, Any]:
    wear, told = policy.get("wear", {}), shocks.shocks(found, policy)
    openings = openings_of(boundaries_of(policy), excursions)
    parts = {
        "shock_ppm": _share(told["count"], wear.get("shock_full", 0)),
        "handling_ppm": _share(found.custody.handovers + openings, wear.get("handling_full", 0)),
        "exposure_ppm": _share(
            sum(span for span, _ in found.outside.values()),
            wear.get("exposure_full_s", 0) * SECOND,
        ),
    }
    if worn := _share(fatigue(found, wear), WHOLE):
        parts["fatigue_ppm"] = worn
    return {
        "series": [
            _series(key, found.series[key], end)
            for key in sorted(found.series, key=lambda key: (key[2], key[0], key[1]))
        ],
        "judged": [
            _judged(name, some, found, policy, end)
            for name, some in sorted(judged.items())
            if name not in POSITIONS
        ],
        "shocks": told,
        "openings": openings,
        "wear": {"index_ppm": min(MILLION, sum(parts.values())), **parts},
        "unjudged": found.unjudged,
    }


def _share(count: int, full: int) -> int:
    return min(MILLION, count * MILLION // full) if full else 0


def _judged(
    name: str, some: list[Judgement], found: History, policy: dict[str, Any], end: int
) -> dict[str, Any]:
    is_temperature = name == "temperature"
    values = [(one.value(is_upper=True), one.until - one.at) for one in some]
    spans = [(value, span) for value, span in values if value is not None]
    return {
        "quantity": name,
        "sensors": sum(key[2] == name for key in found.series),
        "value": values[-1][0] if values else None,
        "lower": some[-1].value(is_upper=False) if some else None,
        "observed": sum(span for _, span in spans),
        "longest_gap": _longest_gap(found, some, end),
        "outside": sum(span for (of, _), (span, _) in found.outside.items() if of == name),
        "mean_kinetic_celsius": mean_kinetic_celsius(spans) if is_temperature else None,
        "highest_window": exposure.window_of(policy, some) if is_temperature else None,
        "core": core_now(some, time_constant_of(policy), end)
        if is_temperature and "core" in policy
        else None,
    }


def _longest_gap(found: History, some: list[Judgement], end: int) -> int:
    """Return the longest stretch of planned time without a value; a judged moment ends one."""
    if found.planned_from is None:
        return 0
    edges = [found.planned_from]
    for one in some:
        if one.speaking:
            edges += [one.at, one.until]
    edges.append(end)
    return max(edges[place + 1] - edges[place] for place in range(0, len(edges), 2))


def _series(key: tuple[str, str, str], series: list[Measurement], end: int) -> dict[str, Any]:
    device, sensor, quantity = key
    # Of positions nothing is stated that would tell where the asset was.
    is_told = quantity not in POSITIONS
    sound = [one for one in series if one.is_sound and is_told]
    lowest = min(sound, key=lambda one: one.value, default=None)
    highest = max(sound, key=lambda one: one.value, default=None)
    observed = sum(one.span(end) for one in sound)
    mean = Fraction(sum(one.span(end) * one.value for one in sound), observed) if observed else None
    return {
        "device": device,
        "sensor": sensor,
        "quantity": quantity,
        "readings": len(series),
        "unusable": sum(not one.is_sound for one in series),
        "conflicts": sum(one.is_conflict for one in series),
        "clock_suspects": sum(one.clock_source == 3 or bool(one.quality & 8) for one in series),
        "first_at": series[0].at,
        "last_at": series[-1].at,
        "last": series[-1].value if series[-1].is_sound and is_told else None,
        "minimum": None if lowest is None else lowest.value,
        "minimum_at": None if lowest is None else lowest.at,
        "maximum": None if highest is None else highest.value,
        "maximum_at": None if highest is None else highest.at,
        "mean": None if mean is None else round(mean),
        "mean_kinetic_celsius": mean_kinetic_celsius([(one.value, one.span(end)) for one in sound])
        if quantity == "temperature"
        else None,
        "observed": observed,
    }


def _coverage(
    found: History,
    policy: dict[str, Any],
    sensors: Sensors,
    judged: dict[str, list[Judgement]],
    end: int,
) -> dict[str, Any]:
    start = found.planned_from
    planned = 0 if start is None else end - start
    quantities = [
        sensors.coverage(name, judged.get(name, []), end)
        for name in policy["observation"]["required"]
    ]
    ratio = min(one["ratio_ppm"] for one in quantities)
    return {
        "planned_from": start,
        "planned": planned,
        "ratio_ppm": ratio,
        "quantities": quantities,
    }


def _unheard(found: History, policy: dict[str, Any], as_of: int) -> list[dict[str, Any]]:
    """Return what should be heard now and is not."""
    if found.closed_at is not None or found.planned_from is None:
        return []
    required = policy["observation"]["required"]
    running = []
    for (device, sensor, quantity), series in found.series.items():
        last = series[-1]
        if quantity in required and device in found.holds and last.until <= as_of:
            shown = [[last.at, last.value]]
            running.append(_finding("silent", (device, sensor, quantity), last.until, shown))
    heard = {key[2] for key in found.series}
    patience = max(found.holds.values(), default=QUARTER_HOUR)
    if as_of - found.planned_from > patience:
        running += [
            _finding("missing", ("", "", name), found.planned_from, [])
            for name in required
            if name not in heard
        ]
    order = ("since", "kind", "quantity", "device", "sensor")
    return sorted(running, key=lambda one: [one[name] for name in order])


def _finding(
    kind: str, names: tuple[str, str, str], since: int, readings: list[list[int]]
) -> dict[str, Any]:
    device, sensor, quantity = names
    return {
        "kind": kind,
        "device": device,
        "sensor": sensor,
        "quantity": quantity,
        "since": since,
        "until": None,
        "readings": readings,
    }


def _liability(found: History) -> list[dict[str, Any]]:
    """Return everybody to whom time outside fell."""
    sums: dict[str, int] = {}
    for span, holder in found.outside.values():
        sums[holder] = sums.get(holder, 0) + span
    with_a_period = ("", *found.custody.past, found.custody.holder)
    order = dict.fromkeys([*with_a_period, *sorted(sums)])
    return [{"holder": one, "outside": sums[one]} for one in order if one in sums]


def _boundaries_fired(
    policy: dict[str, Any], excursions: list[Excursion]
) -> Iterable[dict[str, Any]]:
    for boundary in boundaries_of(policy):
        mine = [one for one in excursions if one["boundary"] == boundary["id"]]
        if not mine:
            continue
        lasts = any(one["ended_at"] is None for one in mine)
        speaks = boundary.get("latched", True) or lasts
        disposition = boundary.get("disposition", "non_conformant")
        yield {
            **rule(
                f"boundary:{boundary['id']}",
                SEVERITIES[boundary["severity"]],
                disposition if speaks else "conformant",
                boundary["title"],
            ),
            "count": len(mine),
            "newest_alarm_at": max(one["alarmed_at"] for one in mine),
            "excursions": _listed(mine, steps(boundary["limit"], boundary["quantity"])),
        }


def _start_fired(
    found: History, records: Sequence[Record], policy: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    """Count the excursions that had alarmed when all began anew."""
    start = found.started_at
    if start is None:
        return
    before = history_of([one for one in records if moment_of(one) < start], policy)
    if before.planned_from is None:
        return
    let_speak(before)
    ignored = policy["observation"].get("ignore_first_s", 0) * SECOND
    judged_from = before.planned_from + ignored
    seen, judged = watches(before, policy, judged_from, start)
    some = [one for watch in seen for one in watch.excursions()]
    some += excursions_of_cores(before, policy, judged.get("temperature", []), judged_from, start)
    alarms = [one["alarmed_at"] for one in some]
    count = sum(one < start for one in alarms)
    if count:
        text = "No excursion before the start"
        yield rule("before_start", 0, "conformant", text, count)


def _close_fired(found: History, policy: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Count what came after the close and is outside."""
    limits = [
        (one["quantity"], is_upper(one), steps(one["limit"], one["quantity"]))
        for one in boundaries_of(policy)
        if one.get("of", "measured") == "measured"
    ]
    count = sum(
        any(
            name == quantity and (value > limit if is_up else value < limit)
            for name, is_up, limit in limits
        )
        for quantity, value, quality in found.late
        if not quality & UNUSABLE_BITS
    )
    if count:
        text = "No reading outside a limit after the close"
        yield rule("after_close", 0, "conformant", text, count)


def _listed(excursions: list[Excursion], limit: int) -> list[Excursion]:
    in_order = sorted(excursions, key=_beginning)
    rest = sorted(
        in_order,
        key=lambda one: (
            one["ended_at"] is not None,
            -one["outside"],
            -abs(one["extreme"] - limit),
            _beginning(one),
        ),
    )
    farthest = max(in_order, key=lambda one: abs(one["extreme"] - limit))
    chosen = rest[: LISTED - 2]
    chosen += [one for one in (farthest, in_order[0]) if one not in chosen]
    return sorted({id(one): one for one in chosen}.values(), key=_beginning)


def _beginning(one: Excursion) -> tuple[Any, ...]:
    return one["began_at"], one["device"], one["sensor"], one["extreme"]


def _limited(policy: dict[str, Any], judged: list[dict[str, Any]]) -> str | None:
    """Return the mean kinetic temperature that is limited."""
    has_windows = "window_h" in policy.get("mean_kinetic_temperature", {})
    for one in judged:
        if one["quantity"] == "temperature":
            limited = one["highest_window"] if has_windows else one
            found: str | None = None if limited is None else limited["mean_kinetic_celsius"]
            return found
    return None


def _shelf_life(
    found: History, policy: dict[str, Any], judged: list[Judgement], as_of: int, end: int
) -> dict[str, Any] | None:
    if "shelf_life" not in policy:
        return None
    now = judged[-1].value(is_upper=True) if judged else None
    planned = None if found.planned_from is None else (found.planned_from, end)
    return exposure.shelf_life(
        policy["shelf_life"],
        exposure.spans_of(judged),
        now,
        as_of,
        planned,
        is_closed=found.closed_at is not None,
    )


def _sensors_fired(policy: dict[str, Any], heard: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if "sensors" not in policy:
        return
    severity = SEVERITIES[policy["sensors"].get("severity", "minor")]
    if running := len(heard["running"]):
        yield rule("sensors", severity, "conformant", "Every sensor can be believed", running)
    if over := sum(heard["counts"].get(kind, 0) for kind in WITHOUT_TRUST):
        text = "Every sensor could be believed all the time"
        yield rule("sensors_before", severity, "conformant", text, over)


def _outvoted_fired(policy: dict[str, Any], count: int) -> Iterable[dict[str, Any]]:
    if count:
        severity = SEVERITIES[policy.get("sensors", {}).get("severity", "minor")]
        text = "Every sensor by itself is within every boundary"
        yield rule("outvoted", max(1, severity), "conformant", text, count)


def _coverage_fired(policy: dict[str, Any], coverage: dict[str, Any]) -> Iterable[dict[str, Any]]:
    observation = policy["observation"]
    minimum = int(Decimal(repr(observation["minimum_coverage"])) * MILLION)
    for one in coverage["quantities"]:
        if one["ratio_ppm"] < minimum:
            is_late = coverage["planned"] - one["observed"] > QUARTER_HOUR
            name = one["quantity"][0].upper() + one["quantity"][1:]
            share = decimal_text(minimum, MILLION // 100)
            yield rule(
                f"coverage:{one['quantity']}",
                SEVERITIES[observation["severity"]] if is_late else 0,
                "unknown",
                f"{name} observed for at least {share} % of the planned time",
            )


def _gaps_fired(policy: dict[str, Any], coverage: dict[str, Any]) -> Iterable[dict[str, Any]]:
    observation = policy["observation"]
    most = observation.get("maximum_gap_s")
    for one in coverage["quantities"] if most else ():
        if one["longest_gap"] > most * SECOND:
            name = one["quantity"][0].upper() + one["quantity"][1:]
            minutes, seconds = divmod(most, 60)
            hours, minutes = divmod(minutes, 60)
            days, hours = divmod(hours, 24)
            parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
            span = " ".join(f"{count} {unit}" for count, unit in parts if count)
            yield rule(
                f"gap:{one['quantity']}",
                SEVERITIES[observation["severity"]],
                "unknown",
                f"{name} never unobserved for longer than {span}",
            )


def _custody_fired(
    found: History, policy: dict[str, Any], overdue: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    fired = []
    if found.custody.state == "disputed":
        fired.append(rule("custody_disputed", 2, "conformant", "No handover is disputed"))
    waiting = sum(one["answered_at"] is None for one in overdue)
    if waiting:
        text = "Every offered handover is answered in time"
        severity = SEVERITIES[policy["custody"]["severity"]]
        fired.append({**rule("custody_overdue", severity, "conformant", text), "count": waiting})
    taken = found.custody.taken
    if taken and taken[-1] != found.custody.holder:
        text = f"Held by {taken[-1]}, who accepted what it stood in"
        fired.append({**rule("custody_apart", 1, "conformant", text), "count": len(taken)})
    return fired


def _budgets(
    found: History, seen: list[Watch], judged: dict[str, list[Judgement]], as_of: int
) -> list[dict[str, Any]]:
    budgets = []
    for watch in seen:
        if not watch.is_cumulative or watch.boundary["quantity"] not in judged:
            continue
        used = sum(run.outside for run in watch.runs)
        left = max(0, watch.delay - used)
        some = judged[watch.boundary["quantity"]]
        value = some[-1].value(is_upper=is_upper(watch.boundary)) if some else None
        lasts = value is not None and watch.beyond(value) > 0 and watch.open_run is not None
        is_used = lasts and left > 0 and found.closed_at is None
        budgets.append(
            {
                "boundary": watch.boundary["id"],
                "used": used,
                "allowed": watch.delay,
                "left": left,
                "used_up_at": as_of + left if is_used else None,
            }
        )
    return budgets
