"""The condition document of an asset's records (SPECIFICATION sections 9 to 11)."""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from .boundaries import Excursion, boundary_runs
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
    """Return the condition document."""
    found = history_of(records, policy)
    end = as_of if found.closed_at is None else found.closed_at
    let_speak(found, end)
    excursions, totals = _runs(found, policy)
    statistics = _statistics(found, policy, excursions, totals)
    coverage = _coverage(found, policy, end)
    fired = [
        *_boundaries_fired(policy, excursions),
        *_kinetic_fired(policy, statistics["series"]),
        *_coverage_fired(policy, coverage),
        *_custody_fired(found),
    ]
    return {
        "schema": 1,
        "rules": 1,
        "asset": asset,
        "policy": policy["id"],
        "policy_digest": digest,
        "as_of": as_of,
        "disposition": max(
            (one["disposition"] for one in fired), key=DISPOSITIONS.index, default="conformant"
        ),
        "severity": max((one["severity"] for one in fired), default=0),
        "rules_fired": fired,
        "statistics": statistics,
        "coverage": coverage,
        "custody": found.custody.summary(),
        "budgets": _budgets(policy, totals),
    }


def boundaries_of(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policy.get("boundary", [])
    return found


Totals = dict[tuple[str, str, str, str], int]


def _runs(found: History, policy: dict[str, Any]) -> tuple[list[Excursion], Totals]:
    excursions: list[Excursion] = []
    totals: Totals = {}
    for (device, sensor, quantity), series in found.series.items():
        for boundary in boundaries_of(policy):
            if boundary["quantity"] == quantity:
                names = {"device": device, "sensor": sensor, "quantity": quantity}
                mine, total = boundary_runs(boundary, series, names)
                excursions += mine
                totals[quantity, device, sensor, boundary["id"]] = total
    return excursions, totals


def _statistics(
    found: History, policy: dict[str, Any], excursions: list[Excursion], totals: Totals
) -> dict[str, Any]:
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
        "exposure_ppm": _share(sum(totals.values()), wear.get("exposure_full_s", 0) * SECOND),
    }
    return {
        "series": [
            _series(key, found.series[key])
            for key in sorted(found.series, key=lambda key: (key[2], key[0], key[1]))
        ],
        "shocks": {
            "count": shocks,
            "peak": peak and peak.value,
            "peak_at": peak and peak.at,
        },
        "openings": openings,
        "wear": {"index_ppm": min(MILLION, sum(parts.values())), **parts},
        "unjudged": found.unjudged,
    }


def _is_opening(boundary: dict[str, Any]) -> bool:
    return boundary.get("disposition") == "container_open"


def _share(count: int, full: int) -> int:
    return min(MILLION, count * MILLION // full) if full else 0


def _series(key: tuple[str, str, str], series: list[Measurement]) -> dict[str, Any]:
    device, sensor, quantity = key
    sound = [one for one in series if one.is_sound]
    lowest = min(sound, key=lambda one: one.value, default=None)
    highest = max(sound, key=lambda one: one.value, default=None)
    observed = sum(one.span for one in sound)
    mean = Fraction(sum(one.span * one.value for one in sound), observed) if observed else None
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
        "mean_kinetic_celsius": _kinetic(sound) if quantity == "temperature" else None,
        "observed": observed,
    }


_PRECISE = Context(prec=120)


def factor(milli_celsius: int) -> int:
    kelvin = Decimal(milli_celsius).scaleb(-3) + Decimal("273.15")
    power = _PRECISE.exp(_PRECISE.divide(Decimal(-10_000), kelvin))
    return int(_PRECISE.to_integral_value(power.scaleb(75, _PRECISE)))


def _kinetic(sound: list[Measurement]) -> str | None:
    weight = sum(one.span for one in sound)
    total = sum(one.span * factor(one.value) for one in sound)
    if not total:
        return None
    mean = _PRECISE.divide(Decimal(total), Decimal(weight)).scaleb(-75, _PRECISE)
    kelvin = _PRECISE.divide(Decimal(-10_000), _PRECISE.ln(mean))
    celsius = _PRECISE.quantize(_PRECISE.subtract(kelvin, Decimal("273.15")), Decimal("0.0001"))
    return str(abs(celsius) if celsius == 0 else celsius)


def _coverage(found: History, policy: dict[str, Any], end: int) -> dict[str, Any]:
    start = found.planned_from
    planned = 0 if start is None else end - start
    quantities = []
    for name in policy["observation"]["required"]:
        spans = _united(
            (one.at, one.until)
            for (_, _, quantity), series in found.series.items()
            if quantity == name
            for one in series
            if one.is_sound
        )
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


def _custody_fired(found: History) -> list[dict[str, Any]]:
    if found.custody.state != "disputed":
        return []
    return [_rule("custody_disputed", 2, "conformant", "No handover is disputed")]


def _budgets(policy: dict[str, Any], totals: Totals) -> list[dict[str, Any]]:
    order = [one["id"] for one in boundaries_of(policy) if one.get("mode") == "cumulative"]
    allowed = {
        one["id"]: one["delay_s"] * SECOND for one in boundaries_of(policy) if one["id"] in order
    }
    mine = [key for key in totals if key[3] in allowed]
    return [
        {
            "boundary": name,
            "device": device,
            "sensor": sensor,
            "used": totals[quantity, device, sensor, name],
            "allowed": allowed[name],
            "left": max(0, allowed[name] - totals[quantity, device, sensor, name]),
        }
        for quantity, device, sensor, name in sorted(
            mine, key=lambda key: (*key[:3], order.index(key[3]))
        )
    ]
