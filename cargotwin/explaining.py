"""Why an asset is judged as it is, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from cargotwin.explaining_custody import custody_lines
from cargotwin.explaining_figures import figure_lines
from cargotwin.figure_words import Json, duration, durations, readings, value
from gateway.holders import holder_words
from gateway.web.extremes import together_words
from gateway.web.values import visible
from twins.verdict.counts import counted
from twins.verdict.notes import note_words

EXPLAINED = (
    "id",
    "as_of",
    "phase",
    "disposition",
    "severity",
    "rules_fired",
    "allowances",
    "coverage",
    "budgets",
    "shelf_life",
    "statistics",
    "location",
    "near_limits",
    "sensors",
    "milestones",
    "milestone_faults",
    "decisions",
    "custody",
    "late_readings",
)
"""The members of an asset's JSON that explain it."""


def explanation(asset: Json) -> Iterator[str]:
    """Yield the lines that explain an asset.

    Args:
        asset: The asset's JSON as the status page serves it; a trial of a policy has a verdict
            alone, and neither custody nor milestones.
    """
    # Names come from outside: none may move the cursor or begin a line of its own.
    for line in _lines(asset):
        yield visible(" ".join(line.splitlines()))


def _lines(asset: Json) -> Iterator[str]:
    yield (
        f"Condition record of {asset['id']}: {asset['disposition']}, "
        f"severity {asset['severity']['word']}, judged as of {asset['as_of']}, "
        f"phase {asset['phase']}"
    )
    fired = [one for one in asset["rules_fired"] if not is_note(one)]
    sensors = {one["quantity"]: one["sensors"] for one in asset["statistics"]["judged"]}
    for rule in fired:
        yield from _rule(rule, sensors)
    if not fired:
        yield "  every rule of the policy is kept"
    for rule in asset["rules_fired"]:
        if is_note(rule):
            told = note_words(rule["rule"], rule["text"], rule["count"])
            yield f"  on record: {told} {rule['what_would_change']} [{rule['rule']}]"
    for one in asset["allowances"]:
        yield f"  left: {one['rule']}: {one['text']}"
    yield from figure_lines(asset)
    yield from _milestones(asset)
    for one in asset.get("late_readings", ()):
        yield (
            f"  came late: {counted(one['readings'], 'reading')} of {one['quantity']} by "
            f"{one['device']} {one['sensor']}, observed {one['first_at']} to {one['last_at']}, "
            f"here since {one['came_at']}"
        )
    for one in asset.get("decisions", ()):
        yield f"  decision: {one['outcome']} by {one['by']} at {one['at']}: {one['reason']}"
    if "custody" in asset:
        yield from custody_lines(asset["custody"])


def is_note(rule: Json) -> bool:
    """Tell whether a rule only keeps something on record: it weighs nothing and says nothing."""
    return bool(rule["severity"]["word"] == "none" and rule["disposition"] == "conformant")


def _rule(rule: Json, sensors: dict[str, int]) -> Iterator[str]:
    says = "" if rule["disposition"] == "conformant" else f", so {rule['disposition']}"
    word = rule["severity"]["word"]
    weight = "" if word == "none" else f" ({word})"
    yield f"  happened{weight}: {rule['happened']} [{rule['rule']}]{says}"
    yield f"    the rule: {rule['text']}"
    for one in rule["excursions"]:
        yield from _excursion(one, sensors)
    hidden = rule["count"] - len(rule["excursions"])
    if rule["excursions"] and hidden > 0:
        yield f"    and {hidden} more"
    yield f"    what would change it: {rule['what_would_change']}"


def _excursion(one: Json, sensors: dict[str, int]) -> Iterator[str]:
    source = f"{one['device']} {one['sensor']}".strip() or "estimated core"
    until = f"to {one['ended_at']}" if one["ended_at"] else "and lasts"
    heard = sensors.get(one["quantity"], 0) if one["device"] else 0
    yield (
        f"    {source}: from {one['began_at']} {until}, "
        f"outside for {duration(one['outside_s'])}, "
        f"extreme {value(one['extreme'])} at {one['extreme_at']}"
        f"{together_words(one['quantity'], heard)}"
    )
    if one["shown_by"]:
        yield f"      shown at {one['alarmed_at']} by {readings(one['shown_by'])}"
    shares = durations([held["outside_s"] for held in one["held_by"]])
    held = [
        f"{holder_words(held['holder'])} {share}"
        for held, share in zip(one["held_by"], shares, strict=True)
    ]
    if held:
        yield f"      held by {', '.join(held)}"


def _milestones(asset: Json) -> Iterator[str]:
    for key, said in (("milestones", "milestone"), ("milestone_faults", "milestone not taken")):
        for one in asset.get(key, ()):
            place = f" at {one['place']}" if one["place"] else ""
            by = ", shown by positions" if one["is_shown"] else ""
            why = f": {one['detail']}" if "detail" in one else ""
            yield f"  {said}: {one['name']} ({one['biz_step']}){place}, {one['at']}{by}{why}"
