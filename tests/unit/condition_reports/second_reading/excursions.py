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
    if facts.more:
        more = counted(facts.more.excursions, "further excursion")
        yield {"more": f"{more} ({facts.more.of})"}


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


SEEN = "(?:[Oo]bserved|[Rr]ecorded|[Jj]udged|[Aa]ssessed)"
QUANTITY = rf"(?:[Ee]xcursion (?:of|in)|{SEEN}|allowed for|Allowance of {TAKEN}+ for) {{quantity}}"
LIMIT = "{side} {limit}"
SHOWN = r"\({shown_by}\)|^(?:Shown|Reported) by {shown_by}:"
NAMED = (", {custody}", SHOWN)
"""Names first: within quotation marks they may look like anything else."""
EXTREME = "(?:reaching|reached|extreme) {extreme}"
OUTSIDE = rf"{{outside}} {SEEN}|\bfor {{outside}}"
BEGAN = "(?:began|started) at {began}|[Ss]ince {began}"
IN_ALL = "{outside} (?:judged|counted) in all|^(?:Judged|Counted) in all: {outside}"
OF_QUANTITY = rf"(?:allowed for|^Allowance of {TAKEN}+ for|^(?:Judged|Counted) in all: {TAKEN}+ of)"
ALLOWED = "(?:[Tt]he|^(?:Spent|Exhausted):) {allowed} allowed|^Allowance of {allowed} for"
OF_EXCURSION = f"{SEEN} +outside|reached"
NO_RETURN = "(?:[Nn]o|without) (?:judged|assessed) return"
SPENT = "is (?:spent|exhausted)|^(?:Spent|Exhausted):|(?<=   )(?:spent|exhausted):|exhausting"
UNTOLD = "[Nn]ot (?:judged|assessed|counted)|[Ll]eft out|Outside this (?:judgement|assessment)"
BROKEN = "(?:limit was (?:broken|breached)|excursion (?:occurred|took place))"
UNKNOWN = "(?:cannot be (?:judged|said|assessed)|remains open|is not known)"
WINDOW = r"window:?,? {period}|\({period}\)|From {period}, an excursion window:"
ABOVE = r"(?:exceeds|surpasses|[Aa]bove|[Oo]ver) (?:its|the) limit"

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
        rf"\b[Ee]xcursion\b.*\b{NO_RETURN}|\bNo (?:judged|assessed) return: excursion\b",
        (*NAMED, QUANTITY, LIMIT, BEGAN, OUTSIDE, EXTREME),
        OF_EXCURSION + "|" + NO_RETURN,
    ),
    Sense(
        "allowance spent",
        lambda facts: excursions(facts, is_sum=True, has_ended=True),
        rf"\bin all\b.*(?:{SPENT}|spending)|(?:{SPENT}).*\bin all\b",
        (*NAMED, IN_ALL, ALLOWED, OF_QUANTITY, LIMIT, EXTREME),
        SPENT,
    ),
    Sense(
        "allowance spent, lasting",
        lambda facts: excursions(facts, is_sum=True, has_ended=False),
        rf"\bin all\b.*\b{NO_RETURN}|\b{NO_RETURN}.*\bin all\b",
        (*NAMED, IN_ALL, ALLOWED, OF_QUANTITY, LIMIT, EXTREME),
        SPENT + "|" + NO_RETURN,
    ),
    Sense(
        "more",
        more,
        r"(?:[Bb]esides|Apart from|[Ii]n addition to) those told: "
        r"|^The (?:assessment|evaluation) also",
        ("{more}",),
    ),
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
        r"^(?=.*\b[Bb]eyond a limit\b).*\b(?:[Uu]nlike|[Aa]gainst|Outvoted by) the sensor median\b",
        ("{alone}",),
        r"\b[Uu]nlike the sensor median|[Bb]eyond a limit",
    ),
    Sense(
        "outside briefly",
        lambda facts: time_outside(facts, is_brief=True),
        r"(?:[Aa]lways|each(?: spell)?) too (?:briefly|short|brief) for an excursion",
        (
            "(?:[Jj]udged|[Aa]ssessed|Spells of) {quantity}",
            "(?:[Ff]or|:) {outside}",
        ),
        r"outside its limits|too short|[Aa]lways too briefly",
    ),
    Sense(
        "outside in all",
        lambda facts: time_outside(facts, is_brief=False),
        r"^(?:Judged|Assessed|Counted)\b.*\boverlaps (?:merged|combined)",
        (
            "(?:Judged|Assessed|time of) {quantity}",
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
        rf"^(?=.*[Ee]xcursion window)(?=.*\b[Mm]ean kinetic temperature\b).*{ABOVE}",
        (WINDOW, "{kinetic}", "limit of {limit}"),
        ABOVE,
    ),
    Sense(
        "window within",
        lambda facts: kinetic(facts, is_above=False, is_window=True),
        r"^(?=.*\b(?:[Ww]orst|[Ww]armest) excursion window\b)(?=.*\bmean kinetic temperature\b)"
        r".*\b[Ww]ithin (?:its|the) limit\b",
        (WINDOW, "{kinetic}", "limit of {limit}"),
        r"[Ww]ithin (?:its|the) limit",
    ),
    Sense(
        "near",
        near,
        r"^(?=.*\b[Ww]orst (?:judged|assessed) ).*\b[Ww]ithin sensor accuracy",
        (
            "(?:judged|assessed) {quantity}(?: of|:) {value}",
            r"accuracy \({accuracy}\)",
            r"limit \({limit}\)",
            r"\({standing}\)|, {standing} (?:its|the) limit\b",
        ),
        r"[Ww]ithin sensor",
    ),
)
