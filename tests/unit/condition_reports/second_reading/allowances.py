"""What a report may say of coverage, readings, sensors, allowances, and of what to do."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.actions import ACTION_SENTENCES, actions_of
from condition_reports.fact_types import CoverageFact, Facts, QualityFact

from .observations import counted
from .sense import TAKEN, Record, Sense


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
            "readings": counted(one.readings, "sensor reading"),
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


def budgets(facts: Facts, kind: str) -> Iterator[Record]:
    told = {one.rule for one in facts.excursions}
    for one in facts.budgets:
        found = "untouched" if one.is_untouched else "spent" if one.is_spent else "used"
        record = {
            "allowed": one.allowed,
            "quantity": one.quantity,
            "side": one.side,
            "limit": one.limit,
            "used": one.used,
            "left": one.left,
            "ends": one.used_up_at,
        }
        if found == kind and not (found == "spent" and one.rule in told):
            yield record
        if kind == "running" and one.used_up_at:
            yield record


def shelf_life(facts: Facts, kind: str) -> Iterator[Record]:
    one = facts.shelf_life
    if one is None:
        return
    found = "used" if not one.left else "low" if one.least else "left"
    is_meant = {"until": bool(one.used_up_at), "assumed": bool(one.unobserved)}
    if found == kind or is_meant.get(kind):
        yield {
            "life": one.life,
            "reference": one.reference,
            "left": one.left,
            "least": one.least,
            "ends": one.used_up_at,
            "unobserved": one.unobserved,
        }


def decision(facts: Facts) -> Iterator[Record]:
    one = facts.decision
    if one:
        yield {"by": one.by, "at": one.at, "outcome": one.outcome}


def action(facts: Facts) -> Iterator[Record]:
    yield {"actions": "; ".join(ACTION_SENTENCES[one] for one in actions_of(facts))}


BEYOND = "{quantity} {side} {limit}"
SPENT = (
    r"\b(?:is|has|has been) (?:spent|used up|exhausted)|\bspent|used up|exhausted|exhausts|uses up"
)
LIFE = (
    r"\buntil now\b|\bremaining\b|[Rr]emaining shelf life"
    r"|\b(?:is|are|still|has|now)? ?(?:left|remains)\b"
)
LEFT = (
    f"leaving {{left}}|leaves {{left}}|{{left}} (?:is left|remains)"
    f"|{{left}} of the {TAKEN}+ allowed (?:is left|remains)"
)
USED = "{used} (?:is|has been|counts|of)|(?:[Ww]ith|for|used|spent|consumed|is|to|after) {used}"
OF_LIFE = ("{life}", "{reference}")

ALLOWANCES = (
    Sense(
        "unplanned",
        unplanned,
        r"\bobservation (?:is|was) planned",
        (),
        r"\b[Nn]o device\b|\b[Nn]o observation\b|Without a device",
    ),
    Sense(
        "not begun",
        not_begun,
        r"planned observation (?:time|has)",
        (),
        r"\b[Nn]o planned\b|[Nn]one of the planned|no planned|only just begun",
    ),
    Sense(
        "nothing covered",
        lambda facts: covered(facts, nothing=True, complete=False),
        r"[Nn]one of the|No part|without any|with no",
        ("planned {planned}", "(?:for|of|For) {quantity}"),
        r"[Nn]one of the planned|No part of the planned|without any observation"
        r"|with no observation",
    ),
    Sense(
        "all covered",
        lambda facts: covered(facts, nothing=False, complete=True),
        r"without a? ?(?:gap|interruption|break)|no gap|No gap|whole|full|entire|not interrupted",
        ("planned {planned}", "(?:for|of|For) {quantity}"),
        r"without (?:a gap|interruption|a break)|[Nn]o gap|not interrupted|\b[Oo]ver the",
    ),
    Sense(
        "covered enough",
        lambda facts: partly(facts, is_low=False),
        r"longest gap",
        ("planned {planned}", "(?:for|of|For) {quantity}", "{ratio}", "longest gapGAP{gap}"),
        r"\breached\b",
    ),
    Sense(
        "covered too little",
        lambda facts: partly(facts, is_low=True),
        r"longest gap",
        (
            "planned {planned}",
            "(?:for|of|For) {quantity}",
            "required {minimum}",
            "longest gapGAP{gap}",
            "(?:[Oo]nly|At) {ratio}",
        ),
        r"\b[Oo]nly\b|\breached only|less than the required|short of the required|was not reached"
        r"|\breached\b",
    ),
    Sense(
        "gap",
        gaps,
        r"longer than the",
        ("{quantity}", "(?:gap of|At) {gap}", "the {allowed} allowed"),
    ),
    Sense(
        "no readings",
        lambda facts: readings(facts, "none"),
        r"\b[Nn]o sensor reading\b",
        (),
        r"\b[Nn]o sensor reading\b|\breached\b",
    ),
    Sense(
        "all usable",
        lambda facts: readings(facts, "usable"),
        r"none (?:of them )?unusable|none|None|no unusable|Nothing unusable",
        ("{readings}",),
        r"(?:with )?none (?:of them )?unusable|none (?:is|was|proved"
        r"|was found) unusable|None of the"
        r"|(?:is|was|proved|was found) unusable|no unusable|Nothing unusable|drew on|used  and",
    ),
    Sense(
        "none usable",
        lambda facts: readings(facts, "unusable"),
        r"none (?:of them )?usable|none (?:was|could|proved)|None of the",
        ("{readings}",),
        r"none (?:of them )?usable|none (?:was usable|could be used|proved usable)|None of the"
        r"|could be used",
    ),
    Sense(
        "some unusable",
        lambda facts: readings(facts, "mixed"),
        r"includ|among them|contained",
        ("{readings}", "{unusable}"),
    ),
    Sense(
        "contradictory",
        lambda facts: readings(facts, "contradictory"),
        r"in part",
        ("{readings}", "{unusable}", "(?:owing to|because of|due to) {conflicts}"),
    ),
    Sense(
        "left out of the time",
        unjudged,
        r"[Oo]utside the planned time",
        ("{count}",),
        r"[Oo]utside the planned time|Left out|Not (?:judged|counted)|leaves out"
        r"|does not (?:count|judge)",
    ),
    Sense(
        "findings",
        lambda facts: findings(facts, over=False),
        r"[Ss]ensor",
        ("{findings}",),
        r"Open sensor findings",
    ),
    Sense(
        "findings over",
        lambda facts: findings(facts, over=True),
        r"[Ss]ensor",
        ("{findings}",),
        r"over by now",
    ),
    Sense(
        "allowance untouched",
        lambda facts: budgets(facts, "untouched"),
        r"(?:[Nn]o observed time|[Oo]bserved time has (?:not|used none|spent none"
        r"|left)|observed).*",
        (BEYOND, "{allowed}"),
        r"\b[Nn]o observed time\b|\b(?:none|no part|No part)\b|has (?:not touched"
        r"|used none of|spent none"
        r" of)|\b(?:untouched|unused|unspent)\b|has left the|has been (?:used|spent)|\bremains\b",
    ),
    Sense(
        "allowance used",
        lambda facts: budgets(facts, "used"),
        r"allow",
        (
            BEYOND,
            "{allowed} allowed|allowance of {allowed}",
            LEFT,
            USED,
        ),
        r"(?:has|has been|been) (?:used|spent|consumed)|is (?:used|spent)|\b(?:used|spent),"
        r"|is left|remains|drawn on|used for",
    ),
    Sense(
        "allowance running",
        lambda facts: budgets(facts, "running"),
        r"[Tt]hat allowance",
        (BEYOND.replace("{quantity} ", "{quantity} (?:staying|stays) "), "at {ends}"),
        r"is spent|will be (?:spent|used up)",
    ),
    Sense(
        "allowance gone",
        lambda facts: budgets(facts, "spent"),
        r"allow",
        (BEYOND, "{allowed} allowed|allowance of {allowed}", "{used}"),
        SPENT + r"|[Nn]othing (?:is left|remains)|used\.|used,",
    ),
    Sense(
        "life left",
        lambda facts: shelf_life(facts, "left"),
        r"[Ss]helf life",
        (*OF_LIFE, "{left}"),
        LIFE,
    ),
    Sense(
        "life low",
        lambda facts: shelf_life(facts, "low"),
        r"shelf life.*only|only.*shelf life|Only.*shelf life",
        (*OF_LIFE, "[Oo]nly {left}", "(?:[Ll]ess than|below) {least}"),
        LIFE + r"|\b[Oo]nly\b|[Ll]ess than|below",
    ),
    Sense(
        "life used",
        lambda facts: shelf_life(facts, "used"),
        r"[Ss]helf life",
        OF_LIFE,
        SPENT
        + r"|is over|[Nn]othing (?:is left|remains|left)|(?:None|No part) of|nothing left|none left"
        r"|(?:is left|remains)\.",
    ),
    Sense(
        "life until",
        lambda facts: shelf_life(facts, "until"),
        r"[Ss]helf life",
        ("at {ends}",),
        r"will be used up",
    ),
    Sense(
        "life assumed",
        lambda facts: shelf_life(facts, "assumed"),
        r"(?:assumed|estimated)",
        ("{unobserved}",),
        r"was not observed|Not observed",
    ),
    Sense(
        "decision",
        decision,
        r"[Qq]uality decision",
        ("(?:by|of) {by}", "[Aa]t {at}", ": {outcome}"),
    ),
    Sense("action", action, "", ("{actions}",), r"the above"),
)
