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
        number = facts.custody.late_answers
        words = "answer or withdrawal" if number == 1 else "answers or withdrawals"
        yield {"count": f"{number} {words}"}


def seals(facts: Facts) -> Iterator[Record]:
    if facts.custody.seal_mismatches:
        yield {"count": counted(facts.custody.seal_mismatches, "handover")}


def shares(facts: Facts) -> Iterator[Record]:
    if facts.custody.shares:
        one = facts.custody
        yield {"outside": one.outside, "quantity": one.outside_of, "shares": one.shares}


HOLDER = "(?:with|by|is|been|names|shows|gives|has|:) {holder}"
NOT_ON_RECORD = "not (?:on record|recorded|documented)"
UNKNOWN = (
    r"\b[Nn]o (?:custodian|holder) (?:(?:is on record|is recorded|has been recorded|was recorded)\b"
    r"|(?:of|for) the asset)"
    r"|^(?:Who holds the asset|The (?:custodian|holder) of the asset|Custody of the asset) is"
    rf" {NOT_ON_RECORD}|^(?:Custodian|Holder) of the asset: {NOT_ON_RECORD}"
    r"|^Nothing on record (?:says|shows|tells|states) who holds the asset"
    r"|^The record is silent on (?:custody|the custodian|the holder)"
)
PASSED_FROM = (
    r"\b(?:passed|moved|went|changed hands|Chain of custody:|custody chain (?:runs|ran|leads|led))"
    " from"
)
DISPUTED = (
    r"(?:is|remains|stays|stands) (?:disputed|in dispute|under dispute)"
    r"|^(?:An|The) (?:open|unsettled) dispute concerns|^(?:In|Under) dispute is"
)
REFUSED = (
    "^(?:Refused|Rejected) (?:for breaking|as against|under) the handover rules"
    "|(?:led to|required|demanded) (?:refusal|rejection) of"
    "|(?:refused|rejected) under handover rules"
)
LATE = r"\b[Ll]ater than the policy (?:allows|permits)\b"

CUSTODY = (
    Sense("custodian unknown", unknown, UNKNOWN, (), UNKNOWN),
    Sense(
        "kept",
        kept,
        r"\b(?:[Cc]ustody|asset|[Cc]ustodian|[Hh]older)\b",
        (HOLDER, "[Ss]ince {since}"),
    ),
    Sense("passed", passed, PASSED_FROM, ("from {chain},", "since {since}")),
    Sense(
        "taken apart",
        taken_apart,
        r"\b[Ww]hat the asset stands in\b.*\bnot the asset itself\b",
        ("(?:by|to|handover,) {party}",),
        r"\bnot the asset itself\b|^Only what\b",
    ),
    Sense(
        "offered",
        offered,
        r"\b[Oo]ffer(?:ed)?\b",
        ("to {party}",),
        r"without an answer|unanswered|has no answer|is open|^Still open",
    ),
    Sense(
        "answer overdue",
        due,
        r"\b[Aa]nswer\b",
        ("due (?:at|by) {at}|Due at {at}",),
        r"\b[Oo]verdue\b|\b[Oo]utstanding\b",
    ),
    Sense("disputed", disputed, DISPUTED, ("handover to {party}",), DISPUTED),
    Sense("settled", settled, r"record", ("{count}",)),
    Sense("refused", refused, REFUSED, ("{count}",), REFUSED),
    Sense("late", late, LATE, ("{count}",), LATE),
    Sense("seals", seals, r"\bdifferent seals\b|\bseals\b.*\b(?:differ|disagree)\b", ("{count}",)),
    Sense(
        "shares",
        shares,
        r"\boverlaps (?:merged|combined|counted together|taken together)\b",
        (
            "(?:^The|the|is|was) {outside}",
            "(?:^Time|[A-Za-z0-9\x00]) of {quantity} outside limits",
            "(?:: |into |came to ){shares}",
        ),
        r"outside limits",
    ),
)
