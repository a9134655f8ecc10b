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
JUDGED = "(?:[Jj]udged|[Aa]ssessed|[Cc]ounted)"
FOUND = "(?:counted|found|established|identified|detected)"
JUDGEMENT = "(?:[Aa]ssessment|[Jj]udgement|[Ee]valuation)"
TOLD = rf"(?:\b{JUDGED}\b|\b{JUDGEMENT} {FOUND}\b)"
"""What is judged, and not merely on record."""
NO_SHOCK_READING = (
    r"(?:^Shocks cannot be (?:judged|assessed): )?\b[Nn]o usable shock (?:reading|measurement)s?\b"
    rf"|^{JUDGED} (?:readings|measurements|values|data) of shocks: none(?=\.$)"
)
NO_PEAK = rf"\b[Nn]o usable acceleration peak\b|^{JUDGED} acceleration peaks: none(?=\.$)"
UNJUDGED = r"(?:are|remain|stay) (?:unknown|unjudged)|cannot be (?:judged|assessed)"
NO_OPENING = r"\b[Nn]o openings?\b|: none(?=\.$)"
NO_CLOSING = (
    rf"^No {JUDGED} closing follow(?:s|ed) the (?:latest|last) opening"
    rf"|^The (?:latest|last) opening has no {JUDGED} closing"
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
        rf"^(?=.*(?:{JUDGED} (?:peak|reading|shock)s?\b|{TOLD}))(?:.*\b[Nn]o shock of\b"
        rf"|.*\bshocks of  or more: none\b|No {JUDGED} peak\b"
        r"|.*(?:below|under) .*shock threshold)",
        (
            (
                r"(?:shocks?|threshold) of {threshold}"
                r"|(?:below|under|reached|attained) {threshold}, the shock threshold"
            ),
            rf"highest(?::| peak) {{peak}}|(?:reached|attained|Highest {JUDGED} peak:) {{peak}}",
        ),
        rf"\b[Nn]o shock of  or more\b|\bshocks of  or more: none\b"
        rf"|^No {JUDGED} peak (?:reached|attained)"
        rf"|\bhighest(?=:| peak)|\breached(?= , )|^Highest(?= {JUDGED} peak)"
        r"|(?:below|under)(?= ,? ?the shock threshold)",
    ),
    Sense(
        "one shock",
        lambda facts: shocks(facts, is_one=True),
        rf"^(?=.*{TOLD}).*of  or more",
        (
            "{shocks} of {threshold} or more",
            rf"(?:more[:,]|[Ww]ith|Peak|\):|^{JUDGED}:|more, {JUDGED} at) {{peak}}",
            AT_WITH,
        ),
        r"\bor more\b",
    ),
    Sense(
        "shocks",
        lambda facts: shocks(facts, is_one=False),
        rf"^(?=.*{TOLD})(?:.*\b(?:[Hh]ighest|Greatest)\b.*of  or more|.*of  or more.*\bhighest\b)",
        (
            "{shocks} of {threshold} or more",
            rf"(?:[Hh]ighest|\):|more {JUDGED}:) {{peak}}",
            AT_WITH,
        ),
        r"\bor more\b|\b[Hh]ighest\b|^Greatest of\b",
    ),
    Sense(
        "peak",
        peak,
        rf"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest) {JUDGED} (?:peak|acceleration)"
        rf"|{JUDGED} acceleration (?:peaked|was (?:highest|greatest|largest))",
        ("(?:was|[Ww]ith|at|:) {peak}", "[Aa]t {at}"),
        rf"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest) (?={JUDGED} (?:peak|acceleration))"
        r"|\bwas (?:highest|greatest|largest)\b",
    ),
    Sense(
        "peaks outside",
        peaks_outside,
        rf"^(?=.*{TOLD}).*\b[Aa]cceleration\b",
        ("{peaks} {side} the (?:acceleration )?limit of {limit}",),
    ),
    Sense(
        "drop",
        drop,
        rf"\b{JUDGED} equivalent drop height\b",
        ("(?:is|was|[Ww]ith|:) {drop}", "[Aa]t {at}"),
        r"\b(?:[Hh]ighest|[Gg]reatest|[Ll]argest)\b",
    ),
    Sense(
        "damaging",
        damaging,
        rf"^(?=.*{TOLD}).*\b[Bb]eyond the damage boundary\b",
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
        rf"\b[Nn]o usable\b|{UNJUDGED}",
    ),
    Sense(
        "shut",
        shut,
        NO_OPENING,
        (rf"(?:{JUDGED}|{JUDGEMENT} of) {{watched}} readings",),
        NO_OPENING,
    ),
    Sense(
        "opened once",
        lambda facts: opened(facts, is_once=True),
        rf"^(?=.*(?:{TOLD}|^Enclosure {JUDGEMENT}:)).*[Ee]nclosure",
        ("{openings}", AT_WITH),
    ),
    Sense(
        "opened often",
        lambda facts: opened(facts, is_once=False),
        rf"^(?=.*(?:{TOLD}|^Enclosure {JUDGEMENT}:))"
        r"(?:.*[Ee]nclosure.*\bfirst at\b|First at\b.*enclosure)",
        ("{openings}", AT_WITH),
        r"\b[Ff]irst at\b",
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
