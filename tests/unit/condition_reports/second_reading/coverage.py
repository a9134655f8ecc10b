"""What a report may say of coverage, readings, and sensors."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import CoverageFact, Facts, QualityFact

from .observations import counted
from .sense import Record, Sense


def unplanned(facts: Facts) -> Iterator[Record]:
    if not facts.coverage.planned:
        yield {}


def not_begun(facts: Facts) -> Iterator[Record]:
    if facts.coverage.planned and not facts.coverage.is_begun:
        yield {}


def _begun(facts: Facts) -> Iterator[CoverageFact]:
    if facts.coverage.planned and facts.coverage.is_begun:
        yield facts.coverage


def covered(facts: Facts, *, nothing: bool, complete: bool) -> Iterator[Record]:
    for one in _begun(facts):
        is_complete = one.is_complete and not one.is_nothing
        if (one.is_nothing, is_complete) == (nothing, complete):
            yield {"planned": one.planned, "quantity": one.quantity}


def partly(facts: Facts, *, is_low: bool) -> Iterator[Record]:
    for one in _begun(facts):
        if not one.is_nothing and not one.is_complete and bool(one.minimum) is is_low:
            yield {
                "planned": one.planned,
                "quantity": one.quantity,
                "ratio": one.ratio,
                "gap": one.longest_gap,
                "minimum": one.minimum,
            }
    for watched in facts.coverage.watched if not is_low else ():
        yield {
            "planned": facts.coverage.planned,
            "quantity": watched.quantity,
            "ratio": watched.ratio,
            "gap": watched.longest_gap,
        }


def gaps(facts: Facts) -> Iterator[Record]:
    for one in facts.coverage.gaps:
        yield {"quantity": one.quantity, "gap": one.gap, "allowed": one.allowed}


def readings(facts: Facts, kind: str) -> Iterator[Record]:
    one = facts.quality
    if _kind_of(one) == kind:
        yield {
            "readings": counted(one.readings, "reading"),
            "unusable": "1 unusable one" if one.unusable == 1 else f"{one.unusable} unusable ones",
            "conflicts": counted(one.conflicts, "contradiction"),
        }


def _kind_of(one: QualityFact) -> str:
    if one.readings == 0:
        return "none"
    if one.unusable == 0:
        return "usable"
    if one.unusable == one.readings:
        return "unusable"
    return "contradictory" if one.conflicts else "mixed"


def unjudged(facts: Facts) -> Iterator[Record]:
    if facts.quality.unjudged:
        yield {"count": counted(facts.quality.unjudged, "reading")}


def findings(facts: Facts, *, over: bool) -> Iterator[Record]:
    text = facts.sensors.past_findings if over else facts.sensors.findings
    if text:
        yield {"findings": text}


OBSERVED_FOR = "(?:[Oo]bservation of|[Mm]onitoring of|Coverage of|[Ff]or) {quantity}"
GAP_BETWEEN = r"longest (?:gap|break)[^;:\d]*{gap}|Longest (?:gap|break) [^;:\d]*: {gap}"
COVERED = (
    "planned {planned}",
    OBSERVED_FOR,
    "(?:covers|covered|reached|spanned|is|was|to|,|with|:) {ratio}",
    GAP_BETWEEN,
)
NOTHING = "[Nn]one of the planned|without (?:observation|monitoring)"
WHOLE = (
    r"\b(?:whole|full|entire|fully|wholly|completely|entirely)\b"
    r"|\b(?:Gapless|Unbroken|Uninterrupted|Continuous)\b"
)
TOO_LITTLE = "(?:below|short of) the required"
NONE_UNUSABLE = (
    "none (?:found |judged |deemed )?unusable|(?:Of|Among) , none (?:is|was|proved) unusable"
    "|(?:Unusable|Found unusable) (?:among|of|in) : none"
    "|No unusable (?:reading|value|sample|entry)"
)
NONE_USABLE = "none (?:is |was |proved |of them )?usable|Usable (?:among|of|in) : none"
NOT_COUNTED = "[Ll]eft out|[Nn]ot (?:judged|counted)|[Ee]xcluded|excludes|omits|ignores"

COVERAGE = (
    Sense(
        "unplanned",
        unplanned,
        r"(?=.*(?:no device was|Without a)).*[Nn]o observation (?:is|was) planned",
        (),
        r"\b[Nn]o device\b|\b[Nn]o observation\b|Without a device (?:bound|attached)",
    ),
    Sense(
        "not begun",
        not_begun,
        r"No planned (?:observation|monitoring) time has (?:passed|elapsed) yet"
        r"|[Pp]lanned (?:observation|monitoring) time(?:,| (?:passed|elapsed)).*\bnone\b",
        (),
        r"\b[Nn]o planned\b|: none\b|, none has\b|passed",
    ),
    Sense(
        "nothing covered",
        lambda facts: covered(facts, nothing=True, complete=False),
        NOTHING,
        ("planned {planned}", OBSERVED_FOR),
        NOTHING,
    ),
    Sense(
        "all covered",
        lambda facts: covered(facts, nothing=False, complete=True),
        WHOLE,
        ("planned {planned}", OBSERVED_FOR),
        WHOLE,
    ),
    Sense(
        "covered enough",
        lambda facts: partly(facts, is_low=False),
        r"[Ll]ongest (?:gap|break)",
        COVERED,
        r"\breached\b|\b[Oo]ver the planned\b",
    ),
    Sense(
        "covered too little",
        lambda facts: partly(facts, is_low=True),
        TOO_LITTLE,
        (*COVERED, "required {minimum}"),
        rf"\breached\b|{TOO_LITTLE}",
    ),
    Sense(
        "gap",
        gaps,
        r"\b[Gg]ap\b.*(?:exceed(?:s|ed)|over|beyond|more than) the",
        (
            "(?:observation|[Mm]onitoring|Observation) of {quantity}",
            "(?:gap of|:) {gap}",
            "the {allowed} allowed",
        ),
        r"exceed(?:s|ed) the|(?:over|beyond|more than) the",
    ),
    Sense(
        "no readings",
        lambda facts: readings(facts, "none"),
        r"\b[Nn]o sensor reading\b",
        (),
        r"\b[Nn]o sensor reading\b|\breached\b|assessment used",
    ),
    Sense(
        "all usable",
        lambda facts: readings(facts, "usable"),
        NONE_UNUSABLE,
        ("{readings}",),
        NONE_UNUSABLE,
    ),
    Sense(
        "none usable",
        lambda facts: readings(facts, "unusable"),
        NONE_USABLE,
        ("{readings}",),
        NONE_USABLE,
    ),
    Sense(
        "some unusable",
        lambda facts: readings(facts, "mixed"),
        r"including|among them|, with ",
        ("{readings}", "(?:including|among them|with) {unusable}"),
    ),
    Sense(
        "contradictory",
        lambda facts: readings(facts, "contradictory"),
        r"in part",
        (
            "{readings}",
            "including {unusable}",
            "(?:owing to|because of|due to) {conflicts}",
        ),
    ),
    Sense(
        "left out of the time",
        unjudged,
        rf"(?=.*(?:{NOT_COUNTED}))"
        ".*(?:^|from|taken|excludes|omits|ignores) *[Oo]utside the planned time",
        ("{count}",),
        rf"[Oo]utside the planned time|{NOT_COUNTED}",
    ),
    Sense(
        "findings",
        lambda facts: findings(facts, over=False),
        r"[Ss]ensor",
        ("{findings}",),
        r"Open sensor findings|Open against",
    ),
    Sense(
        "findings over",
        lambda facts: findings(facts, over=True),
        r"(?=.*[Ss]ensor).*over by now",
        ("{findings}",),
        r"over by now",
    ),
)
