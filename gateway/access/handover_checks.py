"""Signatures under the handovers of an asset, checked again for verification.

A record of a handover holds all that its signature takes; whose key it is, the accounts say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contracts.verify import Check, Outcome
from gateway.access.handover_signatures import PartyKeys, SignatureVerdict, verify_handover
from twins.custody.handovers import speakers_of
from twins.inputs import Handover, decode, statement_of
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

    Args:
        records: The log.
        keys: Whose keys the accounts name.

    Raises:
        InvalidRecord: The statement of a handover cannot be read.
    """
    handovers = [one for one in map(decode, records) if isinstance(one, Handover)]
    signed = [one for one in handovers if (one.signer, one.signature) != (None, None)]
    if not signed:
        return HandoverSignatures()
    for one in signed:
        problem = _problem(one, keys)
        if problem:
            return HandoverSignatures(Check(NAME, Outcome.FAILED, problem))
    detail = f"{len(signed)} of {len(handovers)} statements about possession are signed"
    return HandoverSignatures(Check(NAME, Outcome.OK, detail), list(_roots(signed, keys)))


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
    counts = Counter(one.signer or "" for one in signed)
    for signer, count in sorted(counts.items()):
        party = keys.party_of(signer)
        if party is None:
            statements = counted(count, "statement", "statements")
            yield f"signer {signer}: no account names this key; it signed {statements}"
        else:
            yield f"party {party} {signer}: named by the accounts of this gateway"
