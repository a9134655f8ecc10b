"""What a report may say of the verdict, of the way, and of the levels."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import Facts, LevelFact
from twins.policy.condition_policy import Disposition, Severity

from .sense import Record, Sense

TERMS = {
    Disposition.CONFORMANT: "“conformant”",
    Disposition.UNKNOWN: "“unknown”",
    Disposition.CONTAINER_OPEN: "“container open”",
    Disposition.NON_CONFORMANT: "“non-conformant”",
    Disposition.DAMAGED: "“damaged”",
}
CLASSES = {
    Severity.NONE: "no findings",
    Severity.MINOR: "minor findings",
    Severity.MAJOR: "major findings",
    Severity.CRITICAL: "critical findings",
}


def verdict(facts: Facts) -> Iterator[Record]:
    yield {
        "title": facts.title,
        "asset": facts.asset,
        "policy": facts.policy_title,
        "at": facts.as_of_text,
        "disposition": TERMS[facts.disposition],
        "severity": CLASSES[facts.severity],
    }


def milestone(facts: Facts) -> Iterator[Record]:
    if facts.milestone:
        yield {"name": facts.milestone.name, "at": facts.milestone.at}


def away(facts: Facts) -> Iterator[Record]:
    if facts.route and facts.route.away_since:
        yield {"since": facts.route.away_since}


def overdue(facts: Facts) -> Iterator[Record]:
    if facts.route and facts.route.overdue_stops:
        yield {"stops": counted(facts.route.overdue_stops, "stop")}


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def unobserved(facts: Facts) -> Iterator[Record]:
    return ({"quantity": one.quantity} for one in facts.levels if not one.lowest)


def constant(facts: Facts) -> Iterator[Record]:
    for one in facts.levels:
        if one.lowest and one.lowest == one.highest:
            yield {"quantity": one.quantity, "level": one.lowest}


def _varying(facts: Facts) -> Iterator[LevelFact]:
    return (one for one in facts.levels if one.lowest and one.lowest != one.highest)


def _range(one: LevelFact) -> Record:
    return {"quantity": one.quantity, "lowest": one.lowest, "highest": one.highest}


def ranges(facts: Facts) -> Iterator[Record]:
    return (_range(one) for one in _varying(facts) if not one.kinetic and not one.lowest_mean)


def means(facts: Facts) -> Iterator[Record]:
    for one in _varying(facts):
        if one.lowest_mean and one.lowest_mean == one.highest_mean and not one.kinetic:
            yield {**_range(one), "mean": one.lowest_mean}


def several_means(facts: Facts) -> Iterator[Record]:
    for one in _varying(facts):
        if one.lowest_mean != one.highest_mean and not one.kinetic:
            yield {
                **_range(one),
                "least_mean": one.lowest_mean,
                "greatest_mean": one.highest_mean,
                "sensors": counted(one.sensors, "sensor"),
            }


def kinetics(facts: Facts, *, of_several: bool) -> Iterator[Record]:
    for one in _varying(facts):
        if one.kinetic and (one.sensors > 1) is of_several:
            sensors = counted(one.sensors, "sensor")
            yield {**_range(one), "kinetic": one.kinetic, "sensors": sensors}


def doubts(facts: Facts, *, is_left_out: bool) -> Iterator[Record]:
    for one in facts.levels:
        for doubt in one.doubted:
            if doubt.is_left_out is is_left_out:
                yield {
                    "quantity": one.quantity,
                    "sensor": doubt.sensor,
                    "doubts": doubt.doubts,
                    "lowest": doubt.lowest,
                    "highest": doubt.highest,
                }


QUANTITY = "(?<!kinetic ){quantity}"
READ = "(?:readings|measurements|values|data)"
LOWEST = (
    r"(?:\b(?:[Ff]rom|[Bb]etween|Minimum|range|span)\bGAP{lowest}"
    r"|\b(?:[Rr]ange|Span|Lowest and highest|Minimum and maximum)GAP: {lowest}"
    rf"|\b{READ}GAP: {{lowest}})"
)
HIGHEST = "(?:(?<=\x00) (?:to|and)|maximum) {highest}"
MEAN = "(?:time-weighted (?:mean|average) {mean}|Time-weighted (?:mean|average): {mean})"
KINETIC = "[Mm]ean kinetic temperature(?: of|:)? {kinetic}"
LEAST_MEAN = "[Tt]ime-weightedGAP(?:means|averages)(?: ofGAP:)? {least_mean}"
GREATEST_MEAN = "(?<=\x00) to {greatest_mean}"
JUDGED = r"\b(?:[Jj]udged|[Aa]ssessed|[Ee]valuated)\b"
NOTHING = (
    r"\b[Nn]o usable\b.*\b(?:value|data)\b"
    rf"|^(?:Judged|Assessed)  {READ}: none\b|^Nothing usable was (?:judged|assessed|counted)\b"
)
CONSTANT = r"\b(?:[Cc]onstant|[Ss]teady|stayed|remained|[Oo]nly|Unchanged|Unvarying)\b"
EXTREMES = r"^Lowest and highest\b|^Over\b"
LATEST = (
    r"^(?:Latest|Last|Newest) (?:recorded )?milestone:"
    r"|^Milestone  (?:came|was recorded|was logged) last"
    r"|^Recorded (?:last|latest|most recently): milestone"
)
LEFT_OUT = r"\b(?:Left out of|Excluded(?: from)?|Omitted|Not counted in|exclude|omit)\b"
UNTRUSTED = r"\b(?:[Ww]ith no|Without a|lacking a) trusted sensor\b"
DOUBTED = "[Dd]oubted (?:because of|owing to|due to|for) {doubts}"

OBSERVATIONS = (
    Sense(
        "verdict",
        verdict,
        r"\b[Pp]olicy\b",
        (
            r"{title} \(asset",
            r"\(asset {asset}\)",
            r"[Pp]olicy {policy}",
            r"\b(?:[Aa]t|[Aa]s of) {at}",
            r"(?:\b(?:is|[Rr]ated|[Jj]udged|[Cc]lassed|[Ff]ound)|[:)]) {disposition}",
            r"\b[Ww]ith {severity}",
        ),
        r"\b[Uu]nder policy\b",
    ),
    Sense(
        "milestone",
        milestone,
        LATEST,
        ("(?:^Milestone|: milestone|milestone:) {name}", "{at}"),
        LATEST,
    ),
    Sense(
        "away",
        away,
        r"\boff (?:route|(?:its|the) planned route)\b",
        ("[Ss]ince {since}",),
        r"\bremained off route",
    ),
    Sense(
        "overdue",
        overdue,
        r"\b[Aa]rrival is (?:overdue|late)\b|^(?:Overdue|Late) arrival:",
        ("(?:[Aa]t|:) {stops} of the plan",),
        r"\b[Aa]rrival is (?:overdue|late)\b|^(?:Overdue|Late) arrival:",
    ),
    Sense(
        "level unobserved",
        unobserved,
        NOTHING,
        ("{quantity}",),
        NOTHING,
    ),
    Sense(
        "level constant",
        constant,
        rf"^(?=.*{CONSTANT}).*{JUDGED}",
        ("{quantity}", "{level}"),
        r"\bremained\b|\b(?:show|report) only\b|^Only\b",
    ),
    Sense("range", ranges, JUDGED, (QUANTITY, LOWEST, HIGHEST), EXTREMES),
    Sense("mean", means, JUDGED, (QUANTITY, MEAN, LOWEST, HIGHEST), EXTREMES),
    Sense(
        "means",
        several_means,
        JUDGED,
        (QUANTITY, "{sensors}", LEAST_MEAN, GREATEST_MEAN, LOWEST, HIGHEST),
        EXTREMES,
    ),
    Sense(
        "kinetic",
        lambda facts: kinetics(facts, of_several=False),
        JUDGED,
        (QUANTITY, KINETIC, LOWEST, HIGHEST),
        EXTREMES,
    ),
    Sense(
        "kinetic of several",
        lambda facts: kinetics(facts, of_several=True),
        rf"^Judged: |^(?=.*\b[Jj]udged mean kinetic\b).*{JUDGED}",
        (QUANTITY, "{sensors}", KINETIC, LOWEST, HIGHEST),
        EXTREMES,
    ),
    Sense(
        "left out",
        lambda facts: doubts(facts, is_left_out=True),
        LEFT_OUT,
        (
            rf"{{quantity}} (?:figures|{READ})",
            rf"(?:(?:figures|{READ}):|exclude|omit) {{sensor}}",
            DOUBTED,
            r"\({lowest} to {highest}\)",
        ),
        LEFT_OUT,
    ),
    Sense(
        "doubted",
        lambda facts: doubts(facts, is_left_out=False),
        UNTRUSTED,
        ("{quantity} figures", "(?:include|use) {sensor}", DOUBTED),
        UNTRUSTED,
    ),
)
