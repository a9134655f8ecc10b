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


AT_WITH = r"\b[Aa]t {at} \({custody}\)"
ABSENT = r"(?:: none(?= on record| received| recorded)| are (?:missing|lacking|absent|unavailable))"
NO_SHOCK_READING = (
    r"\b[Nn]o usable shock (?:reading|measurement)s?\b"
    rf"|^Usable (?:shock readings|readings of shocks){ABSENT}"
)
NO_PEAK = rf"\b[Nn]o usable acceleration peak\b|^Usable acceleration peaks{ABSENT}"
UNJUDGED = r"(?:are|remain|stay) (?:unknown|unjudged)|cannot be (?:judged|assessed)"
NO_OPENING = (
    r"\b[Nn]o (?:enclosure )?openings?\b|\bno (?:sign|trace) of opening\b|^Nothing in usable\b"
    r"|: none(?=\.$)"
)
NO_CLOSING = (
    r"^No (?:recorded|detected|registered) closing follow(?:s|ed) the (?:latest|last) opening"
    r"|^The (?:latest|last) opening has no (?:recorded|detected|registered) closing"
)
COUNTS_AS = r"(?:counts as|counted as|amounts to) wear"
NO_WEAR = (
    r"\b[Nn]o (?:wear|wear events?|event of wear)\b"
    rf"|^Nothing (?:judged|assessed) (?:{COUNTS_AS}"
    r"|(?:rais|add)(?:es|ed|s)(?: to)? the wear index)"
    r"|^Wear(?: events)? (?:counted|found|assessed): none"
    rf"|^No event (?:judged|assessed) {COUNTS_AS}"
)

EVENTS = (
    Sense("nothing heard of shocks", nothing_heard, NO_SHOCK_READING, (), NO_SHOCK_READING),
    Sense("no peak", no_peak, NO_PEAK, (), NO_PEAK),
    Sense(
        "no shock",
        no_shock,
        r"\b[Nn]o shock of\b|^No usable peak\b"
        r"|(?:below|under) .*shock threshold",
        (
            (
                r"(?:shock|threshold) of {threshold}|threshold, {threshold}"
                r"|(?:below|under|reach(?:ed|es)|attain(?:ed|s)) {threshold}, the shock threshold"
            ),
            r"highest(?::| peak) {peak}|(?:reached|came to|rose to|At most) {peak}",
        ),
        r"\b[Nn]o shock of  or more\b|^No usable peak (?:reach(?:ed|es)|attain(?:ed|s))"
        r"|\bhighest(?=:| peak)|\breached(?= , )|^At most\b"
        r"|(?:below|under)(?= ,? ?the shock threshold)",
    ),
    Sense(
        "one shock",
        lambda facts: shocks(facts, is_one=True),
        r"of  or more",
        ("{shocks} of {threshold} or more", "(?:more[:,]|With) {peak}", AT_WITH),
        r"\bor more\b",
    ),
    Sense(
        "shocks",
        lambda facts: shocks(facts, is_one=False),
        r"highest.*of  or more|of  or more.*highest",
        (
            "{shocks} of {threshold} or more",
            "(?:highest|was|reached|came to|measured) {peak}",
            AT_WITH,
        ),
        r"\bor more\b|\breached\b|\bhighest\b",
    ),
    Sense(
        "peak",
        peak,
        r"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest) .*(?:peak|acceleration)"
        r"|acceleration readings (?:peaked|were (?:highest|greatest|largest))",
        ("(?:was|[Ww]ith|at|:) {peak}", "[Aa]t {at}"),
        r"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest) (?=usable|peak|acceleration)"
        r"|\bwere (?:highest|greatest|largest)\b",
    ),
    Sense(
        "peaks outside",
        peaks_outside,
        r"\b[Aa]cceleration\b",
        ("{peaks} {side} the (?:acceleration )?limit of {limit}",),
    ),
    Sense(
        "drop",
        drop,
        r"\b[Ee]quivalent drop height\b",
        ("(?:is|was|[Ww]ith|:) {drop}", "[Aa]t {at}"),
        r"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest)\b",
    ),
    Sense(
        "damaging",
        damaging,
        r"\b[Bb]eyond the damage boundary\b",
        ("{shocks}",),
        r"\b[Bb]eyond the damage boundary\b",
    ),
    Sense(
        "undecided",
        undecided,
        r"[Tt]oo little",
        ("{shocks}",),
        r"to (?:exclude|rule out) damage|damage from  cannot be excluded",
    ),
    Sense(
        "openings unknown",
        openings_unknown,
        rf"[Oo]penings (?:{UNJUDGED})|[Nn]o usable  reading for (?:judging|assessing) openings",
        ("usable {watched} reading",),
        rf"\b[Nn]o usable\b|\b[Ww]ithout usable\b|\b[Ff]or (?:want|lack) of usable\b|{UNJUDGED}",
    ),
    Sense("shut", shut, NO_OPENING, ("[Uu]sable {watched} readings",), NO_OPENING),
    Sense(
        "opened once",
        lambda facts: opened(facts, is_once=True),
        r"enclosure",
        ("{openings}", AT_WITH),
    ),
    Sense(
        "opened often",
        lambda facts: opened(facts, is_once=False),
        r"enclosure.*\bfirst at\b",
        ("{openings}", AT_WITH),
        r"\bfirst at\b",
    ),
    Sense("still open", still_open, NO_CLOSING, (), NO_CLOSING),
    Sense("unworn", unworn, NO_WEAR, (), NO_WEAR),
    Sense(
        "worn",
        worn,
        r"\b[Ww]ear index\b|^Wear from .*\bthe index to\b|\bindex of wear\b",
        (
            "(?:[Ff]rom|[Tt]hrough|reflects|:) {causes}",
            "(?:is|[Aa]t|reached|to|of|:|,) {index}",
        ),
        r"\breached\b|^Causes of the\b",
    ),
)
