"""What a report may say of custody."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.fact_types import Facts
from twins.custody.possession import CustodyState

from .observations import counted
from .sense import Record, Sense


def unknown(facts: Facts) -> Iterator[Record]:
    if not facts.custody.holder:
        yield {}


def kept(facts: Facts) -> Iterator[Record]:
    one = facts.custody
    if one.holder and not one.handovers:
        yield {"holder": one.holder, "since": one.since}


def passed(facts: Facts) -> Iterator[Record]:
    one = facts.custody
    if one.holder and one.handovers:
        yield {"chain": one.chain, "since": one.since}


def taken_apart(facts: Facts) -> Iterator[Record]:
    if facts.custody.taken_by:
        yield {"party": facts.custody.taken_by}


def offered(facts: Facts) -> Iterator[Record]:
    if facts.custody.state is CustodyState.OFFERED:
        yield {"party": facts.custody.offered_to}


def due(facts: Facts) -> Iterator[Record]:
    if facts.custody.state is CustodyState.OFFERED and facts.custody.due_at:
        yield {"at": facts.custody.due_at}


def disputed(facts: Facts) -> Iterator[Record]:
    if facts.custody.state is CustodyState.DISPUTED:
        yield {"party": facts.custody.offered_to}


def settled(facts: Facts) -> Iterator[Record]:
    if facts.custody.settled_disputes:
        yield {"count": counted(facts.custody.settled_disputes, "settled dispute")}


def refused(facts: Facts) -> Iterator[Record]:
    if facts.custody.refused:
        yield {"count": counted(facts.custody.refused, "custody statement")}


def late(facts: Facts) -> Iterator[Record]:
    if facts.custody.late_answers:
        yield {"count": counted(facts.custody.late_answers, "answer")}


def seals(facts: Facts) -> Iterator[Record]:
    if facts.custody.seal_mismatches:
        yield {"count": counted(facts.custody.seal_mismatches, "handover")}


def shares(facts: Facts) -> Iterator[Record]:
    if facts.custody.shares:
        yield {"outside": facts.custody.outside, "shares": facts.custody.shares}


HOLDER = "(?:with|of|by|names|shows|has been|is) {holder}"

CUSTODY = (
    Sense(
        "custodian unknown",
        unknown,
        r"custodian|who holds|[Cc]ustody|[Hh]older|Who holds",
        (),
        r"\b[Nn]o custodian\b|(?:is|has) not (?:on record|recorded|been recorded)|Nothing on record"
        r"|is silent on|does not (?:say|show|tell|state)",
    ),
    Sense(
        "kept",
        kept,
        r"\b[Nn]o handover\b|without a handover",
        (HOLDER, "[Ss]ince {since}"),
        r"\b[Nn]o handover\b|without a handover|\bremained\b",
    ),
    Sense(
        "passed",
        passed,
        r"\b(?:passed|moved|passing|moving|handed over|changed hands|chain of custody)\b",
        ("from {chain},", "since {since}"),
        r"handed over",
    ),
    Sense(
        "taken apart",
        taken_apart,
        r"what the asset stands in|What the asset stands in|what it stands in",
        ("(?:by|to) {party}",),
        r"(?:was )?not handed over|handed over|taken over|not the asset itself|Only what",
    ),
    Sense(
        "offered",
        offered,
        r"\b[Oo]ffer(?:ed)?\b",
        ("to {party}",),
        r"without an answer|lacks|no answer|No answer|is open|is unanswered|has not been answered",
    ),
    Sense(
        "answer overdue",
        due,
        r"\b[Aa]nswer\b",
        ("(?:at|by) {at}",),
        r"\boverdue\b|\boutstanding\b",
    ),
    Sense(
        "disputed",
        disputed,
        r"\b[Dd]isputed?\b",
        ("handover to {party}",),
        r"handover (?=to)|is (?:disputed|in dispute|under dispute)|(?:A|The) dispute (?:over|about)"
        r"|is open|not (?:yet )?settled|unsettled|remains unsettled",
    ),
    Sense("settled", settled, r"record", ("{count}",)),
    Sense(
        "refused",
        refused,
        r"[Rr]efus|[Rr]eject",
        ("{count}",),
        r"(?:Refused|Rejected) for|(?:refusal|rejection) of|(?:refused|rejected)\.$|breaking",
    ),
    Sense(
        "late",
        late,
        r"time to answer|later than the policy allows",
        ("{count}",),
        r"\bmissed\b|\bexceeded\b|\boverrun\b|later than the policy allows",
    ),
    Sense("seals", seals, r"\bseals\b.*|seals", ("{count}",), r"do not match"),
    Sense(
        "shares",
        shares,
        r"\boverlapping limits\b",
        ("{outside}", "(?:: |into |are |come to ){shares}"),
        r"outside limits",
    ),
)
