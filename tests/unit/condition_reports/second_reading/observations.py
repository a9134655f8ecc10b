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
    Severity.MINOR: "findings of minor severity",
    Severity.MAJOR: "findings of major severity",
    Severity.CRITICAL: "findings of critical severity",
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
    return (_range(one) for one in _varying(facts) if not one.lowest_mean)


def means(facts: Facts, *, kinetic: bool) -> Iterator[Record]:
    for one in _varying(facts):
        if one.lowest_mean and one.lowest_mean == one.highest_mean and bool(one.kinetic) is kinetic:
            yield {**_range(one), "mean": one.lowest_mean, "kinetic": one.kinetic}


def several_means(facts: Facts, *, kinetic: bool) -> Iterator[Record]:
    for one in _varying(facts):
        if one.lowest_mean != one.highest_mean and bool(one.kinetic) is kinetic:
            yield {
                **_range(one),
                "least_mean": one.lowest_mean,
                "greatest_mean": one.highest_mean,
                "kinetic": one.kinetic,
                "sensors": counted(one.sensors, "sensor"),
            }


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
LOWEST = "(?:[Ff]rom|[Bb]etween|lowest|minimum|[Rr]ange|below)GAP{lowest}"
HIGHEST = "(?:(?<=\x00) (?:to|and|or above)|highest|maximum)GAP{highest}"
MEAN = r"(?:(?:mean|average)(?! kinetic)GAP{mean}|{mean} as the time-weighted (?:mean|average))"
KINETIC = "(?:mean kinetic temperatureGAP{kinetic}|{kinetic} as the mean kinetic temperature)"
LEAST_MEAN = "(?:means|averages)GAP{least_mean}"
GREATEST_MEAN = "(?<=\x00) (?:to|and) {greatest_mean}"
USABLE = r"\b[Uu]sable\b.*\breadings?\b"
EXTREMES = r"\bOver all\b|\b(?:lowest|highest)\b|\b[Nn]o usable\b|\bbelow\b|\bor above\b"

OBSERVATIONS = (
    Sense(
        "verdict",
        verdict,
        r"\bpolicy\b",
        (
            r"{title} \(asset",
            r"\(asset {asset}\)",
            r"policy {policy}",
            r"\b(?:[Aa]t|[Aa]s of) {at}",
            r"\b(?:disposition|is|as|rated|classed|reads) {disposition}",
            r"\b[Ww]ith {severity}",
        ),
        r"\bUnder the policy|\bunder the policy|\b[Aa]ssessed under\b|\b[Jj]udged under\b"
        r"|(?:assessment|evaluation) of  \(asset \) under\b",
    ),
    Sense(
        "milestone",
        milestone,
        r"\bmilestone\b",
        (r"(?:milestone|milestone (?:is|was|on record is):?|:) {name}", "{at}"),
        r"(?:[Ll]atest|[Mm]ost recent|[Ll]ast recorded) milestone|the (?:latest"
        r"|most recent) so far",
    ),
    Sense("away", away, r"\b(?:off|away from) (?:its|the) planned route", ("[Ss]ince {since}",)),
    Sense(
        "overdue",
        overdue,
        r"\barrival\b.*\b(?:overdue|late)\b|\b(?:overdue|late)\b",
        ("[Aa]t {stops} of the plan",),
        r"\b(?:overdue|late)\b|expected arrival",
    ),
    Sense(
        "level unobserved",
        unobserved,
        r"\b(?:[Nn]o usable|(?:want|lack) of a usable)\b.*\breading",
        ("{quantity}",),
        r"\b[Nn]o usable\b|\b[Nn]othing can be (?:said|stated)|(?:[Ff]or )?(?:want"
        r"|lack) of a usable"
        r"|the record is silent",
    ),
    Sense(
        "level constant",
        constant,
        USABLE,
        ("{quantity}", "{level}"),
        r"\bWithout exception\b|\bno value but\b|\bnothing but\b|\b(?:show )?only\b"
        r"|\bnever differ|\bdo not (?:vary|differ)"
        r"|\b[Nn]o usable  ?reading (?:differs|differed|departs|departed)"
        r"|\bThe lowest and the highest\b|\bremain\b",
    ),
    Sense("range", ranges, USABLE, (QUANTITY, LOWEST, HIGHEST), EXTREMES),
    Sense(
        "mean",
        lambda facts: means(facts, kinetic=False),
        USABLE,
        (QUANTITY, MEAN, LOWEST, HIGHEST),
        EXTREMES,
    ),
    Sense(
        "mean and kinetic",
        lambda facts: means(facts, kinetic=True),
        USABLE,
        (QUANTITY, MEAN, KINETIC, LOWEST, HIGHEST),
        EXTREMES,
    ),
    Sense(
        "means",
        lambda facts: several_means(facts, kinetic=False),
        USABLE,
        (QUANTITY, "{sensors}", LEAST_MEAN, GREATEST_MEAN, LOWEST, HIGHEST),
        EXTREMES + r"|\bOver\b|\bover\b",
    ),
    Sense(
        "means and kinetic",
        lambda facts: several_means(facts, kinetic=True),
        USABLE,
        (QUANTITY, "{sensors}", KINETIC, LEAST_MEAN, GREATEST_MEAN, LOWEST, HIGHEST),
        EXTREMES + r"|\bOver\b|\bover\b",
    ),
    Sense(
        "left out",
        lambda facts: doubts(facts, is_left_out=True),
        r"(?:leave out|exclude|do not count|left out of|not counted in|excluded from)",
        (
            "{quantity} figures",
            "readings of {sensor}",
            "(?:[Bb]ecause of|[Oo]wing to) {doubts}",
            "from {lowest} to {highest}",
        ),
        r"leave out|exclude\b|do not count|left out of|not counted in|excluded from|in doubt",
    ),
    Sense(
        "doubted",
        lambda facts: doubts(facts, is_left_out=False),
        r"(?:include|included|counted)\b.*(?:want|lack) of trusted sensors"
        r"|(?:want|lack) of trusted sensors.*include",
        (
            "{quantity} figures",
            "readings of {sensor}",
            "(?:[Bb]ecause of|[Oo]wing to) {doubts}",
        ),
        r"(?:want|lack) of trusted|in doubt",
    ),
)
