"""What a report may say of allowances, of decisions, and of what to do."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.actions import ACTION_SENTENCES, actions_of
from condition_reports.fact_types import Facts

from .sense import Record, Sense


def untouched(facts: Facts) -> Iterator[Record]:
    found: dict[str, list[str]] = {}
    for one in facts.budgets:
        if one.is_untouched:
            limit = f"{one.side} {one.limit} ({one.allowed})"
            found.setdefault(one.quantity, []).append(limit)
    texts = []
    for quantity, (*others, last) in found.items():
        texts.append(f"{quantity} {', '.join(others)}{' and ' if others else ''}{last}")
    if texts and facts.quality.readings:
        yield {"allowances": ", ".join(texts)}


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
    is_ending = found == "low" and bool(one.used_up_at)
    is_meant = {"until": is_ending, "assumed": bool(one.unobserved)}
    if found == kind or is_meant.get(kind):
        yield {
            "life": one.life,
            "reference": one.reference,
            "left": one.left,
            "least": one.least,
            "ends": one.used_up_at,
            "unobserved": one.unobserved,
        }


def decision(facts: Facts, *, is_current: bool) -> Iterator[Record]:
    one = facts.decision
    if one and one.is_current is is_current:
        yield {"by": one.by, "at": one.at, "outcome": one.outcome}


def action(facts: Facts) -> Iterator[Record]:
    yield {"actions": "; ".join(ACTION_SENTENCES[one] for one in actions_of(facts))}


BEYOND = "{quantity} {side} {limit}"
OBSERVED = "(?:so far as observed|in observed time|in the observed time|as far as observed)"
UNTOUCHED = (
    "(?:No observed time|Nothing observed) (?:counts|has counted|is counted) against"
    f"|(?:Untouched|Unused|Unspent) {OBSERVED}: allowed time for"
    f"|Allowed time not (?:touched|used|spent) {OBSERVED}"
    "|[Oo]bserved(?: time)?, no allowance is (?:touched|used|spent)"
    "|Observed time (?:leaves (?:untouched|unused|unspent)|has not touched)"
)
LEFT = (
    r"(?:\b(?:is )?(?:still )?(?:left|remains)\b"
    r"|\b(?:[Ll]eft|[Rr]emaining|[Rr]esidual|[Uu]nused|[Uu]nspent)\b)"
)
SPENT = r"(?:is|has|has been) (?:spent|used up|exhausted)|exhausts|uses up"
GONE = rf"{SPENT}|^(?:Spent|Used up|Exhausted|Over):|[Nn]othing (?:is left|remains)"
LIFE_GONE = (
    rf"{GONE}|is over\b|none (?:is left|remains)|None of|(?:is left|remains)\.$"
    r"|, (?:used up|spent|exhausted|over)\."
)
OF_LIFE = (
    "{life} (?:of )?shelf life|[Ss]helf life of {life}|of {life}|: {life},",
    "[Aa]t {reference}",
)
OF_DECISION = ("(?:by|of|from) {by}", "[Aa]t {at}", ": {outcome}")
REST = "(?:[,:]|has|is|[Oo]nly) {left}"

ALLOWANCES = (
    Sense("allowance untouched", untouched, UNTOUCHED, ("(?:for|:) {allowances}",), UNTOUCHED),
    Sense(
        "allowance used",
        lambda facts: budgets(facts, "used"),
        f"{LEFT}|available",
        (BEYOND, "{allowed} allowed|allowance of {allowed}|of {allowed}", REST),
        LEFT,
    ),
    Sense(
        "allowance running",
        lambda facts: budgets(facts, "running"),
        r"(?=.*\b[Tt]hat allowance (?:ends|runs out|is spent)).*\b(?:present|current) levels\b",
        ("at {ends}",),
        "is spent|levels last",
    ),
    Sense(
        "allowance gone",
        lambda facts: budgets(facts, "spent"),
        GONE,
        (BEYOND, "{allowed} allowed", r"(?:[Ww]ith |time of |\(){used}"),
        GONE + r"|used\)",
    ),
    Sense(
        "life left",
        lambda facts: shelf_life(facts, "left"),
        rf"(?=.*{LEFT}).*[Ss]helf life",
        (*OF_LIFE, REST),
        LEFT,
    ),
    Sense(
        "life low",
        lambda facts: shelf_life(facts, "low"),
        rf"(?=.*{LEFT})(?=.*[Oo]nly).*[Ss]helf life",
        (*OF_LIFE, "[Oo]nly {left}", "(?:[Ll]ess than|below|[Uu]nder) {least}"),
        LEFT + "|[Oo]nly|[Ll]ess than|below|[Uu]nder",
    ),
    Sense(
        "life used",
        lambda facts: shelf_life(facts, "used"),
        rf"(?=.*(?:{LIFE_GONE})).*[Ss]helf life",
        OF_LIFE,
        LIFE_GONE,
    ),
    Sense(
        "life until",
        lambda facts: shelf_life(facts, "until"),
        "(?=.*(?:(?:present|current) temperature|temperatures? unchanged))"
        ".*[Ss]helf life (?:ends|expires)",
        ("at {ends}",),
    ),
    Sense(
        "life assumed",
        lambda facts: shelf_life(facts, "assumed"),
        "(?=.*(?:[Uu]nobserved|Not observed))(?=.*shelf life).*(?:assumed|estimated)",
        ("{unobserved}",),
        "[Uu]nobserved|Not observed but",
    ),
    Sense(
        "decision",
        lambda facts: decision(facts, is_current=True),
        "[Qq]uality decision",
        OF_DECISION,
    ),
    Sense(
        "decision before newer findings",
        lambda facts: decision(facts, is_current=False),
        "[Qq]uality decision.*; some findings may be (?:newer|later)",
        OF_DECISION,
        "some findings may be (?:newer|later)",
    ),
    Sense("action", action, "", ("(?:to|:|[Pp]lease) {actions}",), r"the above"),
)
