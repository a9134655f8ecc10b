import msgspec

from contracts.verify import Outcome
from gateway.access.handover_checks import HandoverSignatures, check_handover_signatures
from tests.unit.gateway.intake.test_handover_signatures import Keys, signed, signer, statement
from tests.unit.twins.samples import commission, read
from twins.inputs import Handover, HandoverPhase, encode

OFFER = statement(HandoverPhase.OFFERED)
ACCEPTANCE = statement(HandoverPhase.ACCEPTED)
TO_SHOP = statement(HandoverPhase.ACCEPTED, taker="shop")


def checked(*handovers: Handover) -> HandoverSignatures:
    log = [commission(), *handovers, read(9, 5_000)]
    return check_handover_signatures(map(encode, log), Keys())


def failure(*handovers: Handover) -> str:
    found = checked(*handovers).check
    assert found is not None
    assert found.outcome is Outcome.FAILED
    return found.detail


def test_signed_statements_are_counted_and_their_keys_are_trust_roots() -> None:
    found = checked(signed(OFFER, "maker"), signed(ACCEPTANCE, None))
    assert found.check is not None
    assert found.check.outcome is Outcome.OK
    assert found.check.detail == "1 of 2 taken statements about possession are signed"
    assert found.trust_roots == [
        f"party maker {signer('maker')}: named by the accounts of this gateway"
    ]


def test_signed_statement_that_changed_nothing_is_not_counted() -> None:
    found = checked(signed(OFFER, "maker"), signed(TO_SHOP, "stranger"), signed(ACCEPTANCE, None))
    assert found.check is not None
    assert found.check.detail == "1 of 2 taken statements about possession are signed"
    assert len(found.trust_roots) == 1


def test_key_that_no_account_names_is_told_with_all_in_whose_name_it_signed() -> None:
    found = checked(signed(OFFER, "stranger"), signed(ACCEPTANCE, "stranger"))
    assert found.check is not None
    assert found.check.detail == (
        "2 of 2 taken statements about possession are signed, 2 of them by keys that are not tied "
        "to a party"
    )
    assert found.trust_roots == [
        (
            f"signer {signer('stranger')}: no account ties this key to a party; it signed "
            "2 statements in the name of maker, carrier"
        )
    ]


def test_log_without_signed_statements_has_nothing_to_check() -> None:
    assert checked(signed(OFFER, None)) == HandoverSignatures()


def test_statement_that_was_changed_behind_its_signature_fails() -> None:
    altered = msgspec.structs.replace(
        signed(OFFER, "maker"), statement=signed(ACCEPTANCE, None).statement
    )
    assert failure(altered) == "accepted from maker to carrier: its signature is wrong"
    cut = msgspec.structs.replace(signed(OFFER, "maker"), signature=None)
    assert failure(cut) == "offered from maker to carrier: its signature is malformed"


def test_acceptance_that_the_giver_signed_for_the_receiver_fails() -> None:
    told = "accepted from maker to carrier: it is signed with the key of maker"
    assert failure(signed(ACCEPTANCE, "maker")) == told
