"""The condition document of an asset's records (SPECIFICATION sections 9 to 11)."""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from .boundaries import Excursion, Judgement, Watch, is_upper, watches
from .history import QUARTER_HOUR, SECOND, History, Measurement, Record, history_of, let_speak
from .quantities import STEPS, decimal_text, steps

MILLION = 1_000_000
SEVERITIES = {"minor": 1, "major": 2, "critical": 3}
DISPOSITIONS = ["conformant", "unknown", "container_open", "non_conformant", "damaged"]
LISTED = 20

Interval = tuple[int, int]


def assess(
    asset: str, records: Sequence[Record], policy: dict[str, Any], digest: str, as_of: int
) -> dict[str, Any]:
    """Return the condition document; of policies without sections that this does not know."""
    found = history_of(records, policy)
    end = as_of if found.closed_at is None else found.closed_at
    let_speak(found)
    ignored = policy["observation"].get("ignore_first_s", 0) * SECOND
    judged_from = -(2**63) if found.planned_from is None else found.planned_from + ignored
    seen, judged = watches(found, policy, judged_from, as_of)
    excursions = [one for watch in seen for one in watch.excursions()]
    statistics = _statistics(found, policy, seen, judged, end)
    coverage = _coverage(found, policy, judged, end)
    within = policy.get("custody", {}).get("answer_within_s", 0) * SECOND
    overdue = found.custody.overdue(within, as_of)
    fired = [
        *_boundaries_fired(policy, excursions),
        *_kinetic_fired(policy, statistics["judged"]),
        *_coverage_fired(policy, coverage),
        *_custody_fired(found, policy, overdue),
    ]
    return {
        "schema": 2,
        "rules": 2,
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
        "shelf_life": None,
        "sensors": {"running": _unheard(found, policy, as_of), "over": [], "counts": {}},
        "near_limits": [],
        "location": None,
    }


def boundaries_of(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policy.get("boundary", [])
    return found


def _statistics(
    found: History,
    policy: dict[str, Any],
    seen: list[Watch],
    judged: dict[str, list[Judgement]],
    end: int,
) -> dict[str, Any]:
    excursions = [one for watch in seen for one in watch.excursions()]
    wear = policy.get("wear", {})
    sound = [
        one
        for (_, _, quantity), series in sorted(found.series.items())
        if quantity == "acceleration"
        for one in series
        if one.is_sound
    ]
    # The first in event order holds the peak: by time, then by series.
    peak = min(sound, key=lambda one: (-one.value, one.at), default=None)
    shock_from = steps(wear.get("shock_from", 0), "acceleration")
    full = wear.get("shock_full", 0)
    shocks = sum(one.value >= shock_from for one in sound) if full else 0
    opening = {one["id"] for one in boundaries_of(policy) if _is_opening(one)}
    openings = sum(one["boundary"] in opening for one in excursions)
    parts = {
        "shock_ppm": _share(shocks, full),
        "handling_ppm": _share(found.custody.handovers + openings, wear.get("handling_full", 0)),
        "exposure_ppm": _share(
            sum(span for span, _ in found.outside.values()),
            wear.get("exposure_full_s", 0) * SECOND,
        ),
    }
    return {
        "series": [
            _series(key, found.series[key], end)
            for key in sorted(found.series, key=lambda key: (key[2], key[0], key[1]))
        ],
        "judged": [_judged(name, some, found) for name, some in sorted(judged.items())],
        "shocks": {
            "count": shocks,
            "peak": peak and peak.value,
            "peak_at": peak and peak.at,
            "drop": None,
            "drop_at": None,
            "possible": 0,
            "unknown": 0,
            "newest": [],
        },
        "openings": openings,
        "wear": {"index_ppm": min(MILLION, sum(parts.values())), **parts},
        "unjudged": found.unjudged,
    }


def _is_opening(boundary: dict[str, Any]) -> bool:
    return boundary.get("disposition") == "container_open"


def _share(count: int, full: int) -> int:
    return min(MILLION, count * MILLION // full) if full else 0


def _judged(name: str, some: list[Judgement], found: History) -> dict[str, Any]:
    values = [(one.value(is_upper=True), one.until - one.at) for one in some]
    spans = [(value, span) for value, span in values if value is not None]
    return {
        "quantity": name,
        "sensors": sum(key[2] == name for key in found.series),
        "value": values[-1][0] if values else None,
        "observed": sum(span for _, span in spans),
        "outside": sum(span for (of, _), (span, _) in found.outside.items() if of == name),
        "mean_kinetic_celsius": _kinetic(spans) if name == "temperature" else None,
        "highest_window": None,
        "core": None,
    }


def _series(key: tuple[str, str, str], series: list[Measurement], end: int) -> dict[str, Any]:
    device, sensor, quantity = key
    sound = [one for one in series if one.is_sound]
    lowest = min(sound, key=lambda one: one.value, default=None)
    highest = max(sound, key=lambda one: one.value, default=None)
    observed = sum(one.span(end) for one in sound)
    mean = Fraction(sum(one.span(end) * one.value for one in sound), observed) if observed else None
    return {
        "device": device,
        "sensor": sensor,
        "quantity": quantity,
        "readings": len(series),
        "unusable": len(series) - len(sound),
        "conflicts": sum(one.is_conflict for one in series),
        "clock_suspects": sum(one.clock_source == 3 or bool(one.quality & 8) for one in series),
        "first_at": series[0].at,
        "last_at": series[-1].at,
        "last": series[-1].value if series[-1].is_sound else None,
        "minimum": None if lowest is None else lowest.value,
        "minimum_at": None if lowest is None else lowest.at,
        "maximum": None if highest is None else highest.value,
        "maximum_at": None if highest is None else highest.at,
        "mean": None if mean is None else round(mean),
        "mean_kinetic_celsius": _kinetic([(one.value, one.span(end)) for one in sound])
        if quantity == "temperature"
        else None,
        "observed": observed,
    }


_PRECISE = Context(prec=110)


def factor(milli_celsius: int) -> int:
    kelvin = Decimal(milli_celsius).scaleb(-3) + Decimal("273.15")
    power = _PRECISE.exp(_PRECISE.divide(Decimal(-10_000), kelvin))
    return int(_PRECISE.to_integral_value(power.scaleb(75, _PRECISE)))


def _kinetic(spans: Iterable[tuple[int, int]]) -> str | None:
    some = list(spans)
    weight = sum(span for _, span in some)
    total = sum(span * factor(value) for value, span in some)
    if not total:
        return None
    mean = _PRECISE.divide(Decimal(total), Decimal(weight)).scaleb(-75, _PRECISE)
    kelvin = _PRECISE.divide(Decimal(-10_000), _PRECISE.ln(mean))
    celsius = _PRECISE.quantize(_PRECISE.subtract(kelvin, Decimal("273.15")), Decimal("0.0001"))
    return str(abs(celsius) if celsius == 0 else celsius)


def _coverage(
    found: History, policy: dict[str, Any], judged: dict[str, list[Judgement]], end: int
) -> dict[str, Any]:
    start = found.planned_from
    planned = 0 if start is None else end - start
    quantities = []
    for name in policy["observation"]["required"]:
        spans = _united((one.at, one.until) for one in judged.get(name, []) if one.speaking)
        observed = sum(until - since for since, until in spans)
        edges = [start or 0, *(edge for span in spans for edge in span), end]
        gaps = [edges[place + 1] - edges[place] for place in range(0, len(edges), 2)]
        quantities.append(
            {
                "quantity": name,
                "observed": observed,
                "ratio_ppm": observed * MILLION // planned if planned else 0,
                "longest_gap": 0 if start is None else max(gaps),
                "observed_until": None if start is None else (spans[-1][1] if spans else start),
            }
        )
    ratio = min(one["ratio_ppm"] for one in quantities)
    return {
        "planned_from": start,
        "planned": planned,
        "ratio_ppm": ratio,
        "quantities": quantities,
    }


def _united(spans: Iterable[Interval]) -> list[Interval]:
    united: list[Interval] = []
    for since, until in sorted(spans):
        if united and since <= united[-1][1]:
            united[-1] = (united[-1][0], max(until, united[-1][1]))
        else:
            united.append((since, until))
    return united


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
    order = dict.fromkeys(["", *(holder for _, holder in found.custody.holdings)])
    return [{"holder": one, "outside": sums[one]} for one in order if one in sums]


def _rule(rule: str, severity: int, disposition: str, text: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "severity": severity,
        "disposition": disposition,
        "text": text,
        "count": 0,
        "newest_alarm_at": None,
        "excursions": [],
    }


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
            **_rule(
                f"boundary:{boundary['id']}",
                SEVERITIES[boundary["severity"]],
                disposition if speaks else "conformant",
                boundary["title"],
            ),
            "count": len(mine),
            "newest_alarm_at": max(one["alarmed_at"] for one in mine),
            "excursions": _listed(mine, steps(boundary["limit"], boundary["quantity"])),
        }


def _listed(excursions: list[Excursion], limit: int) -> list[Excursion]:
    in_order = sorted(excursions, key=_beginning)
    rest = sorted(
        in_order[1:],
        key=lambda one: (
            one["ended_at"] is not None,
            -one["outside"],
            -abs(one["extreme"] - limit),
            _beginning(one),
        ),
    )
    return sorted([in_order[0], *rest[: LISTED - 1]], key=_beginning)


def _beginning(one: Excursion) -> tuple[Any, ...]:
    return one["began_at"], one["device"], one["sensor"], one["extreme"]


def _kinetic_fired(policy: dict[str, Any], series: list[dict[str, Any]]) -> list[dict[str, Any]]:
    limit = policy.get("mean_kinetic_temperature")
    if limit is None:
        return []
    found = [one["mean_kinetic_celsius"] for one in series if one["mean_kinetic_celsius"]]
    if not any(Decimal(one) > Decimal(repr(limit["limit"])) for one in found):
        return []
    shown = decimal_text(steps(limit["limit"], "temperature"), STEPS["temperature"])
    return [
        _rule(
            "mean_kinetic_temperature",
            SEVERITIES[limit["severity"]],
            limit.get("disposition", "non_conformant"),
            f"Mean kinetic temperature not above {shown} °C",
        )
    ]


def _coverage_fired(policy: dict[str, Any], coverage: dict[str, Any]) -> Iterable[dict[str, Any]]:
    observation = policy["observation"]
    minimum = int(Decimal(repr(observation["minimum_coverage"])) * MILLION)
    for one in coverage["quantities"]:
        if one["ratio_ppm"] < minimum:
            is_late = coverage["planned"] - one["observed"] > QUARTER_HOUR
            name = one["quantity"][0].upper() + one["quantity"][1:]
            share = decimal_text(minimum, MILLION // 100)
            yield _rule(
                f"coverage:{one['quantity']}",
                SEVERITIES[observation["severity"]] if is_late else 0,
                "unknown",
                f"{name} observed for at least {share} % of the planned time",
            )


def _custody_fired(
    found: History, policy: dict[str, Any], overdue: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    fired = []
    if found.custody.state == "disputed":
        fired.append(_rule("custody_disputed", 2, "conformant", "No handover is disputed"))
    waiting = sum(one["answered_at"] is None for one in overdue)
    if waiting:
        text = "Every offered handover is answered in time"
        severity = SEVERITIES[policy["custody"]["severity"]]
        fired.append({**_rule("custody_overdue", severity, "conformant", text), "count": waiting})
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
