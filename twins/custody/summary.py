"""How the asset came to its holder, in the few words that may be published.

Places and seal numbers are not among them: who reads of a seal's number can copy it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from .handovers import SealAgreement
from .possession import Custody, periods_of

HANDOVERS_LISTED: Final = 20
"""Most handovers that a condition lists: a document has a largest size."""


class HandoverSummary(msgspec.Struct, frozen=True):
    """One handover that passed.

    Attributes:
        from_party: Who gave.
        to_party: Who received.
        at: When, by the acceptance, microseconds UTC.
        offered_signer: Key that signed the offer, empty where none did.
        accepted_signer: Key that signed the acceptance, likewise.
        seals: Whether both sides stated the same seal.
        was_disputed: Whether it was disputed before.
    """

    from_party: str
    to_party: str
    at: int
    offered_signer: str
    accepted_signer: str
    seals: SealAgreement
    was_disputed: bool


def handover_summaries(custody: Custody) -> tuple[HandoverSummary, ...]:
    """Return the newest handovers, oldest first, at most `HANDOVERS_LISTED`."""
    handovers = [one.handover for one in periods_of(custody) if one.handover is not None]
    return tuple(
        HandoverSummary(
            from_party=one.from_party,
            to_party=one.to_party,
            at=one.answered.at,
            offered_signer=one.offered.signer,
            accepted_signer=one.answered.signer,
            seals=one.seals,
            was_disputed=one.disputed is not None,
        )
        for one in handovers[-HANDOVERS_LISTED:]
    )
