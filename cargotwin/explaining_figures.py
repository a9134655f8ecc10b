"""The figures that a verdict rests on, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from cargotwin.figure_words import Json, duration, duration_up, percent_up, value
from twins.verdict.counts import counted
from twins.verdict.coverage_outlook import voices


def figure_lines(asset: Json) -> Iterator[str]:
    """Yield the lines of coverage, budgets, shelf life, levels, shocks, wear and sensors."""
    yield from _coverage(asset["coverage"])
    yield from _used_up(asset)
    statistics = asset["statistics"]
    for one in statistics["judged"]:
        yield from _judged(one)
    for one in statistics["series"]:
        yield from _read(one)
    yield from _shocks(statistics["shocks"])
    yield f"  wear: {percent_up(statistics['wear']['index_percent'])} used"
    if statistics["unjudged"]:
        readings = counted(statistics["unjudged"], "reading")
        yield f"  not judged: {readings} before the start or after the close"
    for one in asset["near_limits"]:
        yield f"  near limit: {one['text']} ({one['device']} {one['sensor']}, {one['at']})"
    yield from _sensors(asset["sensors"])
    yield from _location(asset["location"])


def _coverage(coverage: Json) -> Iterator[str]:
    quorum = coverage["quorum"]
    by = f" by at least {voices(quorum)}" if quorum > 1 else ""
    for one in coverage["quantities"]:
        yield (
            f"  coverage: {one['quantity']} observed{by} for {one['percent']:g} % of the planned "
            f"{duration(coverage['planned_s'])}, {coverage['minimum_percent']:g} % wanted, "
            f"longest gap {duration_up(one['longest_gap_s'])}"
        )


def _used_up(asset: Json) -> Iterator[str]:
    """Yield the allowances whose rules fired; what is left of the others is told before."""
    fired = {one["rule"] for one in asset["rules_fired"]}
    for one in asset["budgets"]:
        if f"boundary:{one['boundary']}" in fired:
            yield (
                f"  budget: {one['boundary']}: {duration(one['used_s'])} of "
                f"{duration(one['allowed_s'])} used, {duration(one['left_s'])} left"
            )
    life = asset["shelf_life"]
    if life is not None and "shelf_life" in fired:
        yield (
            f"  shelf life: {duration(life['life_s'])} at {value(life['reference'])}, used up "
            f"{duration(-life['left_s'])} ago by that measure"
        )
        if life["unobserved_s"]:
            yield (
                f"    nobody observed the temperature for {duration(life['unobserved_s'])}: the "
                "warmer of what was seen before and after counts"
            )


def _judged(one: Json) -> Iterator[str]:
    now = "nothing is judged now" if one["value"] is None else f"{value(one['value'])} judged now"
    yield (
        f"  {one['quantity']}: {now}, of {counted(one['sensors'], 'sensor')}, "
        f"observed for {duration(one['observed_s'])}, outside for {duration(one['outside_s'])} "
        "(outside several boundaries at once counts once)"
    )
    if one["mean_kinetic_celsius"] is not None:
        yield f"    mean kinetic temperature {one['mean_kinetic_celsius']} °C of all observed time"
    window = one["highest_window"]
    if window is not None:
        yield (
            f"    highest window with an excursion: {window['mean_kinetic_celsius']} °C from "
            f"{window['begins_at']} to {window['ends_at']}, {duration(window['observed_s'])} of it "
            "observed"
        )
    if one["core"] is not None:
        yield f"    estimated core temperature {value(one['core'])}"


def _read(one: Json) -> Iterator[str]:
    """Yield what one sensor read by itself; of positions and of unusable readings there is none."""
    if one["minimum"] is None or one["maximum"] is None:
        return
    mean = "" if one["mean"] is None else f", mean {value(one['mean'])}"
    yield (
        f"  read by {one['device']} {one['sensor']}: {one['quantity']} {value(one['minimum'])} to "
        f"{value(one['maximum'])}{mean}, {counted(one['readings'], 'reading')}"
    )


def _shocks(shocks: Json) -> Iterator[str]:
    if shocks["peak"] is not None:
        yield (
            f"  shocks: highest peak {value(shocks['peak'])} at {shocks['peak_at']}, "
            f"{shocks['count']} counted"
        )
    if shocks["drop_m"] is not None:
        yield f"    greatest equivalent drop {shocks['drop_m']:g} m at {shocks['drop_at']}"
    for one in shocks["newest"]:
        peak = "peak not told" if one["peak"] is None else value(one["peak"])
        change = one["velocity_change_m_s"]
        velocity = "velocity change not known" if change is None else f"{change:g} m/s"
        yield (
            f"    damage {one['damage']}: {peak}, {velocity} at {one['at']} "
            f"({one['device']} {one['sensor']})"
        )


def _location(location: Json | None) -> Iterator[str]:
    if location is None:
        return
    where = "at no stop of its plan yet"
    if location["stop"]:
        where = f"at stop {location['stop']}"
    elif location["last_stop"]:
        where = f"on the way from stop {location['last_stop']}"
    yield (
        f"  location: {where}, {location['travelled_m']:.10g} m travelled, "
        f"{counted(location['fixes'], 'position')} believed, {location['impossible_fixes']} "
        f"impossible, off the planned way for {duration(location['off_route_s'])}"
    )
    if location["off_route_since"]:
        yield f"    off the planned way since {location['off_route_since']}"
    if location["overdue_stops"]:
        yield f"    overdue at {', '.join(location['overdue_stops'])}"


def _sensors(sensors: Json) -> Iterator[str]:
    for one in sensors["running"]:
        yield f"  {_finding(one)}. {one['what_would_change']}"
    for one in sensors["over"]:
        yield f"  {_finding(one)}, over since {one['until']}"
    counts = [f"{kind.replace('_', ' ')} {count}" for kind, count in sensors["counts"].items()]
    if counts:
        yield f"  found against sensors and over: {', '.join(counts)}"


def _finding(one: Json) -> str:
    source = f"{one['device']} {one['sensor']}".strip() or "all sensors"
    shown = ", ".join(
        f"{value(each['value'])} at {each['observed_at']}" for each in one["readings"]
    )
    by = f" ({shown})" if shown else ""
    return f"sensor: {source}, {one['quantity']}: {one['text']}, since {one['since']}{by}"
