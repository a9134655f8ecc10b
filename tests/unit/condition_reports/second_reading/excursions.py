"""What a report may say of what went beyond a limit."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import ExcursionFact, Facts

from .observations import counted
from .sense import Record, Sense


def unjudged(facts: Facts) -> Iterator[Record]:
    if facts.has_limits and not facts.judged:
        yield {}


def none_outside(facts: Facts) -> Iterator[Record]:
    if facts.judged and facts.has_limits and not facts.excursions:
        yield {"judged": facts.judged}


def excursions(facts: Facts, *, is_sum: bool, has_ended: bool) -> Iterator[Record]:
    for one in facts.excursions:
        if bool(one.allowed) is is_sum and bool(one.ended_at) is has_ended:
            yield _excursion(one)


def _excursion(one: ExcursionFact) -> Record:
    return {
        "shown_by": one.shown_by,
        "quantity": one.quantity,
        "side": one.side,
        "limit": one.limit,
        "began": one.began_at,
        "ended": one.ended_at,
        "outside": one.outside,
        "extreme": one.extreme,
        "extreme_at": one.extreme_at,
        "allowed": one.allowed,
        "custody": one.custody,
    }


def more(facts: Facts) -> Iterator[Record]:
    if facts.more_excursions:
        yield {"more": counted(facts.more_excursions, "further excursion")}


def early(facts: Facts) -> Iterator[Record]:
    if facts.before_start:
        yield {"early": counted(facts.before_start, "excursion")}


def alone(facts: Facts) -> Iterator[Record]:
    if facts.outvoted:
        yield {"alone": counted(facts.outvoted, "sensor")}


def time_outside(facts: Facts, *, is_brief: bool) -> Iterator[Record]:
    for one in facts.outside:
        if one.is_brief is is_brief:
            yield {"quantity": one.quantity, "outside": one.outside}


def kinetic(facts: Facts, *, is_above: bool, is_window: bool) -> Iterator[Record]:
    one = facts.kinetic
    if one and one.is_above is is_above and bool(one.began_at) is is_window:
        yield {
            "kinetic": one.kinetic,
            "limit": one.limit,
            "began": one.began_at,
            "ended": one.ended_at,
        }


def near(facts: Facts) -> Iterator[Record]:
    for one in facts.near:
        yield {
            "quantity": one.quantity,
            "value": one.value,
            "limit": one.limit,
            "accuracy": one.accuracy,
            "standing": one.standing,
        }


SHOWN = "(?:[Ss]hown by|[Aa]ccording to|,) {shown_by}"
LIMIT = r"{quantity} {side} (?:the limit of )?{limit}"
EXTREME = "(?:[Rr]eaching|[Rr]eached|extreme (?:of|is|was)) {extreme}"
OUTSIDE = "(?:{outside} of observed time outside|observed time outside (?:is|was) {outside})"
OF_EXCURSION = r"of observed time outside|the observed time outside|\bit reached\b|\bended at\b"
NO_RETURN = r"(?:, )?(?:and |with )?[Nn]o return (?:on|is on|is|has been) record(?:ed)?"
IN_ALL = (
    r"observed|[Ww]hich (?:uses up|exhausts) the allowance"
    r"|is (?:spent|used up|exhausted)"
)

EXCURSIONS = (
    Sense(
        "unjudged",
        unjudged,
        r"limits? (?:was (?:broken|breached)|cannot|remains open)",
        (),
        r"cannot be (?:judged|said|answered|assessed)|remains open|is not known"
        r"|does not (?:show|tell|"
        r"establish)|No judgement|Nothing on record|was (?:broken|breached)",
    ),
    Sense(
        "no excursion",
        none_outside,
        r"\b[Nn]o excursion\b",
        ("{judged}",),
        r"\b[Nn]o excursion\b",
    ),
    Sense(
        "excursion ended",
        lambda facts: excursions(facts, is_sum=False, has_ended=True),
        r"\bexcursion of\b",
        (
            LIMIT,
            "(?:[Ff]rom|[Bb]etween|at) {began} (?:to|and|and ended at) {ended}",
            "{custody}",
            SHOWN,
            OUTSIDE,
            EXTREME,
        ),
        OF_EXCURSION,
    ),
    Sense(
        "excursion lasting",
        lambda facts: excursions(facts, is_sum=False, has_ended=False),
        r"\bexcursion of\b.*\b[Nn]o return\b|\b[Nn]o return\b.*\bexcursion of\b",
        (LIMIT, "(?:[Ss]ince|at) {began}", "{custody}", SHOWN, OUTSIDE, EXTREME),
        OF_EXCURSION + "|" + NO_RETURN,
    ),
    Sense(
        "allowance spent",
        lambda facts: excursions(facts, is_sum=True, has_ended=True),
        r"\bin all\b",
        (
            LIMIT.replace("{quantity} ", r"{quantity} (?:was |lay )?"),
            "{outside} in all",
            "{custody}",
            SHOWN,
            "allowance of {allowed}",
            "extreme (?:of|is|was) {extreme} at {extreme_at}",
        ),
        IN_ALL,
    ),
    Sense(
        "allowance spent, lasting",
        lambda facts: excursions(facts, is_sum=True, has_ended=False),
        r"\bin all\b.*\bno return\b|\bno return\b.*\bin all\b",
        (
            LIMIT.replace("{quantity} ", r"{quantity} (?:has been |has lain )?"),
            "{outside} in all",
            "{custody}",
            SHOWN,
            "allowance of {allowed}",
            "extreme (?:of|is|was) {extreme} at {extreme_at}",
        ),
        IN_ALL + "|" + NO_RETURN,
    ),
    Sense(
        "more",
        more,
        r"condition (?:document|record)",
        ("{more}",),
        r"record only\b|document only\b",
    ),
    Sense(
        "before the start",
        early,
        r"before the start|Before the start",
        ("{early}",),
        r"outside (?:this|the present)\s+judgement|Outside this judgement|Not judged here",
    ),
    Sense(
        "alone",
        alone,
        r"\b(?:alone)\b.*|alone",
        ("{alone}",),
        r"\b[Uu]nlike the median|beyond a limit",
    ),
    Sense(
        "outside briefly",
        lambda facts: time_outside(facts, is_brief=True),
        r"too (?:briefly|short)",
        ("{quantity}", "{outside}"),
        r"outside its limits|too short\b",
    ),
    Sense(
        "outside in all",
        lambda facts: time_outside(facts, is_brief=False),
        r"\b[Ii]n all\b",
        ("{quantity}", "{outside}"),
        r"outside (?:its|the)\b",
    ),
    Sense(
        "kinetic above",
        lambda facts: kinetic(facts, is_above=True, is_window=False),
        r"mean kinetic temperature\b.*(?:above|exceeds|passes)",
        ("{kinetic}", "limit of {limit}"),
        r"(?:is|lies)? ?above the|exceeds the|passes the|, above the",
    ),
    Sense(
        "window above",
        lambda facts: kinetic(facts, is_above=True, is_window=True),
        r"mean kinetic temperature\b.*(?:above|exceeds|passes)",
        ("from {began} to {ended}|From {began} to {ended}", "{kinetic}", "limit of {limit}"),
        r"above the limit|exceeds the limit|passes the limit",
    ),
    Sense(
        "window within",
        lambda facts: kinetic(facts, is_above=False, is_window=True),
        r"mean kinetic temperature\b.*within",
        ("from {began} to {ended}", "{kinetic}", "limit of {limit}"),
        r"within the limit|highest mean kinetic",
    ),
    Sense(
        "near",
        near,
        r"\bworst\b.*\baccuracy\b|\baccuracy\b.*\bworst\b",
        (
            "worst {quantity} of {value}",
            "accuracy of {accuracy}",
            "limit of {limit}",
            "is {standing}",
        ),
        r"within the stated",
    ),
)
