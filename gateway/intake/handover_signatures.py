"""Who may sign a handover: a party's statements need its own key as soon as it has one.

An offer is for the giver to make and to withdraw, its acceptance or refusal for the receiver to
state, and either may dispute. A party without keys speaks unsigned, and the twin says so; a key
that no account names is kept as what it is, a key.
"""

from __future__ import annotations

from gateway.access.handover_signatures import PartyKeys, SignatureVerdict, verify_handover
from gateway.codecs.base import Reason, shown
from gateway.intake.known_devices import Refusal
from twins.custody.handovers import speakers_of
from twins.inputs import Handover, HandoverStatement, statement_of


def refusal_of_handover(handover: Handover, keys: PartyKeys) -> Refusal | None:
    """Return why a handover is not taken for who signed it, None where it is.

    Raises:
        InvalidRecord: Its statement is none.
    """
    statement = statement_of(handover)
    if handover.signer is None and handover.signature is None:
        return _refusal_of_unsigned(statement, keys)
    # What costs nothing is asked first: a signature takes a thousand times as long.
    refusal = _refusal_of_signer(statement, handover.signer or "", keys)
    if refusal is not None:
        return refusal
    verdict = verify_handover(handover)
    if verdict is SignatureVerdict.VALID:
        return None
    told = {
        SignatureVerdict.WRONG: f"{shown(handover.signer)} did not sign exactly this statement",
        SignatureVerdict.MALFORMED: "signer and signature are of no known form, or one is missing",
    }
    return Refusal(Reason.BAD_SIGNATURE, f"the signature cannot be accepted: {told[verdict]}")


def _refusal_of_unsigned(statement: HandoverStatement, keys: PartyKeys) -> Refusal | None:
    speakers = speakers_of(statement)
    if not all(keys.signers_of(party) for party in speakers):
        return None
    names = " or ".join(speakers)
    detail = f"what {names} states about possession is taken only when it signs it"
    return Refusal(Reason.UNSIGNED, detail)


def _refusal_of_signer(
    statement: HandoverStatement, signer: str, keys: PartyKeys
) -> Refusal | None:
    speakers = speakers_of(statement)
    names = " or ".join(speakers)
    party = keys.party_of(signer)
    if party in speakers:
        return None
    if party is not None:
        detail = f"it is for {names} to sign that an asset is {statement.phase}; {party} signed it"
        return Refusal(Reason.WRONG_SIGNER, detail)
    if all(keys.signers_of(one) for one in speakers):
        detail = (
            f"{shown(signer)} is no key of {names}; give it with "
            f"`cargotwin access change {speakers[0]} --signing-key …` or `--wallet …`"
        )
        return Refusal(Reason.UNKNOWN_SIGNER, detail)
    return None
