"""Signatures under the handovers of an asset, checked again for verification.

A record of a handover holds all that its signature takes; whose key it is, the accounts say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from contracts.verify import Check, Outcome
from gateway.access.handover_signatures import PartyKeys, SignatureVerdict, verify_handover
from twins.custody.handovers import speakers_of
from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.inputs import Commissioned, Handover, decode, event_key, statement_of
from twins.verdict.counts import counted

NAME = "handover signatures"


@dataclass(slots=True)
class HandoverSignatures:
    """What the signatures under an asset's handovers prove.

    Attributes:
        check: How the check ended; None where no handover is signed.
        trust_roots: Which key was believed of whom.
    """

    check: Check | None = None
    trust_roots: list[str] = field(default_factory=list)


def check_handover_signatures(records: Iterable[bytes], keys: PartyKeys) -> HandoverSignatures:
    """Check the signatures under the handovers of an asset's log.

    Every signature is checked; counted are the statements that moved possession or an offer, for
    anybody can sign what nobody takes.

    Args:
        records: The log.
        keys: Whose keys the accounts name.

    Raises:
        InvalidRecord: The statement of a handover cannot be read.
    """
    log = [one for one in map(decode, records) if isinstance(one, (Commissioned, Handover))]
    if not any(_is_signed(one) for one in log if isinstance(one, Handover)):
        return HandoverSignatures()
    for one in log:
        problem = _problem(one, keys) if isinstance(one, Handover) and _is_signed(one) else ""
        if problem:
            return HandoverSignatures(Check(NAME, Outcome.FAILED, problem))
    taken = list(_taken(log))
    signed = [one for one in taken if _is_signed(one)]
    detail = f"{len(signed)} of {len(taken)} taken statements about possession are signed"
    untied = sum(keys.party_of(one.signer or "") is None for one in signed)
    if untied:
        detail += f", {untied} of them by keys that are not tied to a party"
    return HandoverSignatures(Check(NAME, Outcome.OK, detail), list(_roots(signed, keys)))


def _is_signed(handover: Handover) -> bool:
    return (handover.signer, handover.signature) != (None, None)


def _taken(log: Iterable[Commissioned | Handover]) -> Iterator[Handover]:
    """Yield the handovers that changed something, in event order."""
    custody = Custody(CustodyState.HELD, "", 0)
    for one in sorted(log, key=event_key):
        if isinstance(one, Commissioned):
            # An asset is commissioned once: a later record of it changes nothing.
            custody = custody if custody.holder else replace(custody, holder=one.holder)
            continue
        custody, fault = pass_custody(custody, statement_of(one), one.signer or "")
        if fault is None:
            yield one


def _problem(handover: Handover, keys: PartyKeys) -> str:
    """Return what is wrong with a signed handover, empty where nothing is."""
    statement = statement_of(handover)
    told = f"{statement.phase} from {statement.from_party} to {statement.to_party}"
    verdict = verify_handover(handover)
    if verdict is not SignatureVerdict.VALID:
        return f"{told}: its signature is {verdict}"
    party = keys.party_of(handover.signer or "")
    if party is not None and party not in speakers_of(statement):
        return f"{told}: it is signed with the key of {party}"
    return ""


def _roots(signed: Iterable[Handover], keys: PartyKeys) -> Iterator[str]:
    spoken: dict[str, list[str]] = {}
    for one in signed:
        spoken.setdefault(one.signer or "", []).append(" or ".join(speakers_of(statement_of(one))))
    for signer, speakers in sorted(spoken.items()):
        party = keys.party_of(signer)
        if party is None:
            names = ", ".join(dict.fromkeys(speakers))
            yield (
                f"signer {signer}: no account ties this key to a party; it signed "
                f"{counted(len(speakers), 'statement')} in the name of {names}"
            )
        else:
            yield f"party {party} {signer}: named by the accounts of this gateway"
