"""What both sides of a handover stated: when, where, under which seal and by which key."""

from __future__ import annotations

import enum

import msgspec

from twins.inputs import HandoverPhase, HandoverStatement


class SealAgreement(enum.StrEnum):
    """How the seal numbers of both sides compare."""

    NOT_STATED = "not_stated"
    STATED_BY_ONE = "stated_by_one"
    SEALS_AGREE = "seals_agree"
    SEAL_MISMATCH = "seal_mismatch"


class HandoverSide(msgspec.Struct, frozen=True):
    """What one party stated.

    Attributes:
        at: When, microseconds UTC.
        place: Where, empty where it is not stated.
        seal: Number of the seal, empty where it is not stated.
        signer: Name of the key that signed it: `ed25519:…` or an EVM address; empty where it is not
            signed.
    """

    at: int
    place: str
    seal: str
    signer: str = ""


class AnsweredOffer(msgspec.Struct, frozen=True):
    """An offer and the answer that ended it.

    Attributes:
        from_party: Who offered.
        to_party: To whom.
        nonce: Ties the answer to the offer.
        answer: `accepted`, `refused` or `withdrawn`.
        offered: What the offer stated.
        answered: What the answer stated.
        disputed: What a dispute in between stated, where there was one.
    """

    from_party: str
    to_party: str
    nonce: str
    answer: HandoverPhase
    offered: HandoverSide
    answered: HandoverSide
    disputed: HandoverSide | None = None

    @property
    def seals(self) -> SealAgreement:
        """Whether both sides state the same seal."""
        stated = {self.offered.seal, self.answered.seal}
        if stated == {""}:
            return SealAgreement.NOT_STATED
        if "" in stated:
            return SealAgreement.STATED_BY_ONE
        return SealAgreement.SEALS_AGREE if len(stated) == 1 else SealAgreement.SEAL_MISMATCH

    @property
    def first_answer_at(self) -> int:
        """When the offer was first answered, be it by a dispute."""
        return self.answered.at if self.disputed is None else self.disputed.at


def side_of(statement: HandoverStatement, signer: str) -> HandoverSide:
    """Return what a statement says of its own side."""
    return HandoverSide(statement.observed_at, statement.place, statement.seal, signer)


def speakers_of(statement: HandoverStatement) -> tuple[str, ...]:
    """Return which parties a statement may come from: an offer from who gives, and so on.

    Either side may dispute.
    """
    if statement.phase in {HandoverPhase.OFFERED, HandoverPhase.WITHDRAWN}:
        return (statement.from_party,)
    if statement.phase is HandoverPhase.DISPUTED:
        return (statement.from_party, statement.to_party)
    return (statement.to_party,)
