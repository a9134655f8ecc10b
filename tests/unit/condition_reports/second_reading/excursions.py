"""What a report may say of what went beyond a limit."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import ExcursionFact, Facts

from .observations import counted
from .sense import TAKEN, Record, Sense


def unjudged(facts: Facts) -> Iterator[Record]:
    if facts.has_limits and not facts.judged:
        yield {}


def none_outside(facts: Facts) -> Iterator[Record]:
    if facts.judged and facts.has_limits and not facts.excursions:
        yield {"judged": facts.judged}


def beyond(facts: Facts) -> Iterator[Record]:
    if facts.outside_now:
        yield {"beyond": facts.outside_now}


def excursions(facts: Facts, *, is_sum: bool, has_ended: bool) -> Iterator[Record]:
    for one in facts.excursions:
        if bool(one.allowed) is is_sum and bool(one.period) is has_ended:
            yield _excursion(one)


def _excursion(one: ExcursionFact) -> Record:
    return {
        "shown_by": one.shown_by,
        "quantity": one.quantity,
        "side": one.side,
        "limit": one.limit,
        "began": one.began_at,
        "period": one.period,
        "outside": one.outside,
        "extreme": one.extreme,
        "allowed": one.allowed,
        "custody": one.custody,
    }


def more(facts: Facts) -> Iterator[Record]:
    if facts.more_excursions:
        yield {"more": counted(facts.more_excursions, "further excursion")}


def early(facts: Facts) -> Iterator[Record]:
    if facts.before_start:
        yield {"early": counted(facts.before_start, "excursion")}


def late(facts: Facts) -> Iterator[Record]:
    if facts.after_close:
        yield {"late": counted(facts.after_close, "reading")}


def alone(facts: Facts) -> Iterator[Record]:
    if facts.outvoted:
        yield {"alone": counted(facts.outvoted, "sensor")}


def time_outside(facts: Facts, *, is_brief: bool) -> Iterator[Record]:
    for one in facts.outside:
        if one.is_brief is is_brief:
            yield {"quantity": one.quantity, "outside": one.outside}


def kinetic(facts: Facts, *, is_above: bool, is_window: bool) -> Iterator[Record]:
    one = facts.kinetic
    if one and one.is_above is is_above and bool(one.period) is is_window:
        yield {"kinetic": one.kinetic, "limit": one.limit, "period": one.period}


def near(facts: Facts) -> Iterator[Record]:
    for one in facts.near:
        yield {
            "quantity": one.quantity,
            "value": one.value,
            "limit": one.limit,
            "accuracy": one.accuracy,
            "standing": one.standing,
        }


QUANTITY = r"(?:excursion of|[Oo]bserved|[Rr]ecorded|allowed for|[:,]) {quantity}"
LIMIT = "{side} {limit}"
SHOWN = r"\({shown_by}\)|\bAs {shown_by} (?:showed|reported),"
NAMED = (", {custody}", SHOWN)
"""Names first: within quotation marks they may look like anything else."""
EXTREME = "(?:[Rr]eaching|reached|went to) {extreme}"
OUTSIDE = r"{outside} (?:observed|recorded|outside)|\bfor {outside}"
BEGAN = (
    "(?:began|begun|started) at {began}|At {began}, .* (?:began|started):"
    f"|(?:began|started) an excursion {TAKEN}+ {TAKEN}+ at {{began}}"
)
IN_ALL = rf"{{outside}} (?:(?:observed|recorded) )?(?:{TAKEN}+ )*in all"
ALLOWED = "[Tt]he {allowed} allowed"
OF_EXCURSION = "(?:observed|recorded|:) +outside|reached"
NO_RETURN = "[Nn]o (?:return on record|known return|return noted)"
SPENT = "is (?:spent|used up|exhausted)|has (?:spent|used up|exhausted)|exhausting"
UNTOLD = "[Nn]ot (?:judged|assessed|counted)|[Ll]eft out|Outside this (?:judgement|assessment)"
BROKEN = "(?:limit was (?:broken|breached)|excursion (?:occurred|took place))"
UNKNOWN = "(?:cannot be (?:judged|said|assessed)|remains open|is not known)"
WINDOW = r"\({period}\)|[Ff]rom {period}"
ABOVE = r"(?:exceeds|surpasses|above) (?:its|the) limit"

EXCURSIONS = (
    Sense(
        "unjudged",
        unjudged,
        rf"Whether (?:an?|any) {BROKEN} {UNKNOWN}|It {UNKNOWN} whether (?:a|any) {BROKEN}"
        rf"|Compliance with the limits {UNKNOWN}"
        r"|No judgement on (?:excursions|the limits) (?:is possible|can be made)"
        r"|(?:gives|holds|There is) no (?:basis|ground) for judging (?:excursions|compliance)",
        (),
        rf"{BROKEN}|{UNKNOWN}|No judgement|no (?:basis|ground)",
    ),
    Sense(
        "no excursion",
        none_outside,
        r"\b[Nn]o excursions?\b|Excursions (?:of|in) : none",
        ("(?:of|for|For|in|In) {judged}",),
        r"\b[Nn]o excursions?\b|: none\b",
    ),
    Sense(
        "excursion ended",
        lambda facts: excursions(facts, is_sum=False, has_ended=True),
        r"\b[Ee]xcursion\b",
        (*NAMED, QUANTITY, LIMIT, "[Ff]rom {period}", OUTSIDE, EXTREME),
        OF_EXCURSION,
    ),
    Sense(
        "excursion lasting",
        lambda facts: excursions(facts, is_sum=False, has_ended=False),
        rf"\b[Ee]xcursion\b.*\b{NO_RETURN}|\b{NO_RETURN}.*\bexcursion\b",
        (*NAMED, QUANTITY, LIMIT, BEGAN, OUTSIDE, EXTREME),
        OF_EXCURSION + "|" + NO_RETURN,
    ),
    Sense(
        "allowance spent",
        lambda facts: excursions(facts, is_sum=True, has_ended=True),
        rf"\bin all\b.*(?:{SPENT}|using up|spending)|(?:{SPENT}).*\bin all\b",
        (*NAMED, QUANTITY, LIMIT, IN_ALL, ALLOWED, EXTREME),
        SPENT,
    ),
    Sense(
        "allowance spent, lasting",
        lambda facts: excursions(facts, is_sum=True, has_ended=False),
        rf"\bin all\b.*\b{NO_RETURN}|\b{NO_RETURN}.*\bin all\b",
        (*NAMED, QUANTITY, LIMIT, IN_ALL, ALLOWED, EXTREME),
        SPENT + "|" + NO_RETURN,
    ),
    Sense("more", more, r"condition (?:document|record)", ("{more}",)),
    Sense(
        "before the start",
        early,
        rf"(?:{UNTOLD}).*before the start|(?:Before|Earlier than) the start.*(?:{UNTOLD})",
        ("{early}",),
        UNTOLD,
    ),
    Sense(
        "after the close",
        late,
        rf"(?:{UNTOLD}).*outside limits after the close"
        rf"|After the close: .*outside limits.*(?:{UNTOLD})"
        rf"|Outside limits after the close: .*(?:{UNTOLD})",
        ("{late}",),
        UNTOLD + "|[Oo]utside limits",
    ),
    Sense(
        "outside now",
        beyond,
        r"(?:[Oo]utside limits|[Ll]imits not kept) (?:as|when|at the) last judge"
        r"|(?:As|When|At the) last judge\w+,.*(?:outside limits|limits for .* not kept)",
        (r"(?::|limits for) {beyond}",),
        r"[Oo]utside limits|not kept|\blast judge\w+",
    ),
    Sense(
        "alone",
        alone,
        r"\balone\b.*\bunlike the sensor median|Unlike the sensor median.*\balone\b",
        ("{alone}",),
        r"\b[Uu]nlike the sensor median|[Bb]eyond a limit",
    ),
    Sense(
        "outside briefly",
        lambda facts: time_outside(facts, is_brief=True),
        r"(?:[Aa]lways|each(?: spell)?) too (?:briefly|short|brief) for an excursion",
        (
            "(?:[Oo]bserved|[Rr]ecorded|Spells of) {quantity}",
            "(?:[Ff]or|:) {outside}",
        ),
        r"outside its limits|too short|[Aa]lways too briefly",
    ),
    Sense(
        "outside in all",
        lambda facts: time_outside(facts, is_brief=False),
        r"overlaps (?:(?:counted|taken) together|merged|combined)",
        (
            "(?:[Oo]bserved|[Rr]ecorded|time of) {quantity}",
            "(?:for|:) {outside}",
        ),
        r"outside its limits",
    ),
    Sense(
        "kinetic above",
        lambda facts: kinetic(facts, is_above=True, is_window=False),
        rf"\b[Mm]ean kinetic temperature\b.*{ABOVE}",
        ("{kinetic}", "limit of {limit}"),
        ABOVE,
    ),
    Sense(
        "window above",
        lambda facts: kinetic(facts, is_above=True, is_window=True),
        rf"(?=.*excursion window).*\bmean kinetic temperature\b.*{ABOVE}",
        (WINDOW, "{kinetic}", "limit of {limit}"),
        ABOVE,
    ),
    Sense(
        "window within",
        lambda facts: kinetic(facts, is_above=False, is_window=True),
        r"[Hh]ighest mean kinetic temperature of (?:an|any) excursion window: .*within"
        r"|[Ww]ithin (?:its|the) limit.*highest mean kinetic temperature.* excursion window"
        r"|excursion windows, the highest mean kinetic temperature, .*within",
        (WINDOW, "{kinetic}", "limit of {limit}"),
        r"[Ww]ithin (?:its|the) limit|[Hh]ighest mean kinetic",
    ),
    Sense(
        "near",
        near,
        r"(?=.*[Ww]ithin (?:stated|given) sensor accuracy .*of (?:its|the) limit).*[Ww]orst\b",
        (
            "worst {quantity} of {value}|Worst {quantity}: {value}",
            r"accuracy \({accuracy}\)",
            r"limit \({limit}\)",
            "[Rr]ead as {standing}",
        ),
        r"[Ww]ithin (?:stated|given)",
    ),
)
