"""What a report may say of shocks, openings and wear."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import Facts, ShockFact

from .observations import counted
from .sense import Record, Sense


def _shock(facts: Facts) -> Iterator[ShockFact]:
    if facts.shocks is not None:
        yield facts.shocks


def nothing_heard(facts: Facts) -> Iterator[Record]:
    return ({} for one in _shock(facts) if not one.peak and not one.is_observed)


def no_peak(facts: Facts) -> Iterator[Record]:
    return ({} for one in _shock(facts) if not one.peak and one.is_observed)


def no_shock(facts: Facts) -> Iterator[Record]:
    for one in _shock(facts):
        if one.peak and one.threshold and not one.count:
            yield {"threshold": one.threshold, "peak": one.peak}


def shocks(facts: Facts, *, is_one: bool) -> Iterator[Record]:
    for one in _shock(facts):
        if one.count and (one.count == 1) is is_one:
            yield {
                "shocks": counted(one.count, "shock"),
                "threshold": one.threshold,
                "peak": one.peak,
                "at": one.peak_at,
                "custody": one.custody,
            }


def peak(facts: Facts) -> Iterator[Record]:
    for one in _shock(facts):
        if one.peak and not one.threshold and not one.count:
            yield {"peak": one.peak, "at": one.peak_at}


def peaks_outside(facts: Facts) -> Iterator[Record]:
    for one in _shock(facts):
        for limit in one.outside:
            yield {
                "peaks": counted(limit.peaks, "peak"),
                "side": limit.side,
                "limit": limit.limit,
            }


def drop(facts: Facts) -> Iterator[Record]:
    return ({"drop": one.drop, "at": one.drop_at} for one in _shock(facts) if one.drop)


def damaging(facts: Facts) -> Iterator[Record]:
    return ({"shocks": counted(one.damaging, "shock")} for one in _shock(facts) if one.damaging)


def undecided(facts: Facts) -> Iterator[Record]:
    return ({"shocks": counted(one.undecided, "shock")} for one in _shock(facts) if one.undecided)


def shut(facts: Facts) -> Iterator[Record]:
    one = facts.enclosure
    if one and not one.openings and one.watched:
        yield {"watched": one.watched}


def openings_unknown(facts: Facts) -> Iterator[Record]:
    one = facts.enclosure
    if one and not one.openings and one.unobserved:
        yield {"watched": one.unobserved}


def opened(facts: Facts, *, is_once: bool) -> Iterator[Record]:
    one = facts.enclosure
    if one and one.openings and (one.openings == 1) is is_once:
        yield {
            "openings": counted(one.openings, "opening"),
            "at": one.opened_at,
            "custody": one.custody,
        }


def still_open(facts: Facts) -> Iterator[Record]:
    if facts.enclosure and facts.enclosure.is_open:
        yield {}


def worn(facts: Facts) -> Iterator[Record]:
    if facts.wear and facts.wear.is_used:
        yield {"index": facts.wear.index, "causes": facts.wear.causes}


def unworn(facts: Facts) -> Iterator[Record]:
    if facts.wear and not facts.wear.is_used:
        yield {}


NO_READING = (
    r"\b[Nn]o usable\b|[Ww]ithout a usable|(?:[Ff]or )?(?:want|lack) of a usable"
    r"|cannot be (?:judged|assessed|said)|[Nn]othing can be (?:said|stated)"
    r"|is unknown|is not known|remains open"
)
AT_WITH = r"\b(?:[Aa]t) {at}, {custody}"

EVENTS = (
    Sense(
        "nothing heard of shocks",
        nothing_heard,
        r"\b(?:[Nn]o|a) usable shock reading\b",
        (),
        NO_READING + "|any shock",
    ),
    Sense(
        "no peak", no_peak, r"\b[Nn]o usable (?:acceleration )?peak\b", (), NO_READING + "|How high"
    ),
    Sense(
        "no shock",
        no_shock,
        r"\b[Nn]o shock\b|(?:below|under) the shock threshold|No usable peak reached",
        (
            r"(?:shock|threshold)\b(?: of|GAP threshold of) {threshold}|threshold of {threshold}",
            r"(?:highest|peaked at|at most|exceed|[Ww]ith|[Aa]t)GAP {peak}",
        ),
        r"\b[Nn]o shock of  ?or more\b|\b[Nn]o shock on record reached the threshold"
        r"|[Nn]o usable peak"
        r" reached the|\bhighest\b|did not exceed|reached at most|(?:below"
        r"|under) the shock threshold",
    ),
    Sense(
        "one shock",
        lambda facts: shocks(facts, is_one=True),
        r"of  or more",
        ("{shocks} of {threshold} or more", "{peak}", AT_WITH),
        r"\bor more\b|reached\b",
    ),
    Sense(
        "shocks",
        lambda facts: shocks(facts, is_one=False),
        r"highest.*of  or more|of  or more.*highest|Acceleration",
        ("{shocks} of {threshold} or more", "{peak}", AT_WITH),
        r"\bor more\b|reached\b|highest\b",
    ),
    Sense(
        "peak",
        peak,
        r"peak|acceleration|Acceleration|higher",
        ("{peak}", "(?:[Aa]t|of) {at}"),
        r"\b(?:highest|greatest|largest)\b|No usable (?:acceleration reading"
        r"|acceleration peak|peak) (?:exceeds|is higher"
        r" than)|\breached\b",
    ),
    Sense(
        "peaks outside",
        peaks_outside,
        r"\b[Aa]cceleration\b",
        (r"{peaks}(?: of acceleration)? {side} the (?:permitted )?limit of {limit}",),
    ),
    Sense(
        "drop",
        drop,
        r"equivalent drop height",
        ("{drop}", "[Aa]t {at}"),
        r"\breached\b|at most|[Tt]he (?:greatest|largest)|was (?:greatest|largest)",
    ),
    Sense(
        "damaging",
        damaging,
        r"damage boundary",
        ("{shocks}",),
        r"beyond the damage boundary|the damage boundary|may have caused damage|cause\b|[Dd]amage"
        r" (?:is possible|may have come|cannot be excluded)",
    ),
    Sense(
        "undecided",
        undecided,
        r"[Tt]oo little",
        ("{shocks}",),
        r"to (?:exclude|rule out) damage|Damage cannot be (?:excluded|ruled out)",
    ),
    Sense(
        "openings unknown",
        openings_unknown,
        r"[Oo]pen",
        (r"usable {watched} reading",),
        NO_READING,
    ),
    Sense(
        "shut",
        shut,
        r"\b[Nn]o opening\b|[Nn]o (?:sign|trace|indication) of|Nothing in the usable",
        (r"usable {watched} readings",),
        r"\b[Nn]o opening\b|[Nn]o (?:sign|trace|indication) of|Nothing in the usable",
    ),
    Sense(
        "opened once",
        lambda facts: opened(facts, is_once=True),
        r"enclosure",
        ("{openings}", AT_WITH),
    ),
    Sense(
        "opened often",
        lambda facts: opened(facts, is_once=False),
        r"enclosure.*\bfirst\b|\bfirst\b.*enclosure",
        ("{openings}", AT_WITH),
        r"\bthe first\b|The first of",
    ),
    Sense(
        "still open",
        still_open,
        r"^(?:.*)[Nn]o closing has been (?:recorded|detected|registered)",
        (),
        r"[Nn]o closing|the (?:latest|most recent|last) opening",
    ),
    Sense(
        "unworn",
        unworn,
        r"(?:[Nn]othing|[Nn]o|untouched|unused|undiminished)\b.*",
        (),
        r"\bNothing\b|\bnothing\b|\b[Nn]o (?:wear|use|event)\b|is (?:untouched|unused"
        r"|undiminished)|has not risen",
    ),
    Sense(
        "worn",
        worn,
        r"\bwear index\b",
        ("(?:[Ff]rom|to|of|by|reflects|up of) {causes}", "{index}"),
        r"\breached\b",
    ),
)
