"""Who held an asset, what both sides stated and whose time outside it was, in lines (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from cargotwin.figure_words import Json, duration
from gateway.holders import holder_words
from twins.verdict.counts import counted

_SEALS = {
    "not_stated": "no seal stated",
    "stated_by_one": "seal stated by one side",
    "seals_agree": "seals agree",
    "seal_mismatch": "seals do not agree",
}


def custody_lines(custody: Json) -> Iterator[str]:
    """Yield the lines of custody: handovers, the open offer, faults, and liability."""
    if custody["holder"]:
        holder = holder_words(custody["holder"])
        yield f"  custody: {holder} since {custody['since']}, {custody['state']}"
    for one in custody["periods"]:
        yield f"    before: {holder_words(one['holder'])} from {one['since']} to {one['until']}"
        yield from _handover(one["handover"])
    yield from _handover(custody["handover"])
    yield from _offer(custody)
    for one in custody["overdue"]:
        answered = f"answered {one['answered_at']}" if one["answered_at"] else "not answered yet"
        yield (
            f"    overdue: offer of {one['from']} to {one['to']}, due {one['due_at']}, {answered}"
        )
    if custody["refused_statement_count"]:
        yield f"    {counted(custody['refused_statement_count'], 'statement')} changed nothing"
    if custody["outside_s"]:
        parts = [
            f"{holder_words(one['holder'])} {duration(one['outside_minutes'] * 60)}"
            for one in custody["liability"]
        ]
        outside = duration(custody["outside_minutes"] * 60)
        yield f"  outside, by custodian: {', '.join(parts)}; all {outside}"


def _handover(one: Json | None) -> Iterator[str]:
    if one is not None:
        yield (
            f"    handover from {one['from']} ({_signed(one['offered'])}) to {one['to']} "
            f"({_signed(one['answered'])}): {_seals(one)}"
        )


def _offer(custody: Json) -> Iterator[str]:
    offer = custody["offer"]
    if offer is not None:
        due = f", answer due by {custody['answer_due_at']}" if custody["answer_due_at"] else ""
        disputed = ", disputed" if offer["disputed"] else ""
        yield f"    offered to {offer['to']} at {offer['at']}, {_signed(offer)}{disputed}{due}"


def _signed(side: Json) -> str:
    if not side["signer"]:
        return "not signed"
    if side["signer_party"] is None:
        return f"by key {side['signer']}, not tied to a party"
    return f"signed by {side['signer']}"


def _seals(one: Json) -> str:
    words = _SEALS[one["seals"]]
    if one["seals"] == "seal_mismatch":
        return f"{words}, {one['offered']['seal']} and {one['answered']['seal']}"
    return words
