import msgspec

from gateway.web.custody_documents import custody_document
from tests.unit.twins.samples import state
from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.inputs import HandoverPhase as Phase
from twins.inputs import HandoverStatement

START = Custody(CustodyState.HELD, "maker", 0)


def after(*signed: tuple[HandoverStatement, str]) -> Custody:
    custody = START
    for statement, signer in signed:
        custody, _ = pass_custody(custody, statement, signer)
    return custody


ACCOUNTS = {"0xaa": "maker"}
OFFER = (state(Phase.OFFERED, 10, place="gate 1"), "0xaa")


def test_both_sides_of_a_handover_stand_with_their_seals_and_keys() -> None:
    acceptance = msgspec.structs.replace(state(Phase.ACCEPTED, 30), seal="S-78")
    document = custody_document(after(OFFER, (acceptance, "")), ACCOUNTS.get)
    assert document["handover"] == {
        "from": "maker",
        "to": "carrier",
        "nonce": "n1",
        "answer": "accepted",
        "offered": {
            "at": "1970-01-01T00:00:10Z",
            "place": "gate 1",
            "seal": "S-77",
            "signer": "0xaa",
            "signer_party": "maker",
        },
        "answered": {
            "at": "1970-01-01T00:00:30Z",
            "place": "dock 4",
            "seal": "S-78",
            "signer": None,
            "signer_party": None,
        },
        "disputed": None,
        "seals": "seal_mismatch",
    }


def test_open_offer_says_who_signed_it_and_whether_it_is_disputed() -> None:
    document = custody_document(after(OFFER, (state(Phase.DISPUTED, 20), "0xbb")), ACCOUNTS.get)
    assert msgspec.to_builtins(document)["offer"] == {
        "from": "maker",
        "to": "carrier",
        "nonce": "n1",
        "at": "1970-01-01T00:00:10Z",
        "place": "gate 1",
        "seal": "S-77",
        "signer": "0xaa",
        "signer_party": "maker",
        "disputed": {
            "at": "1970-01-01T00:00:20Z",
            "place": "dock 4",
            "seal": "S-77",
            "signer": "0xbb",
            "signer_party": None,
        },
    }


def test_refused_statements_are_counted_beyond_those_that_are_listed() -> None:
    many = [(state(Phase.ACCEPTED, second), "") for second in range(40)]
    document = msgspec.to_builtins(custody_document(after(*many), ACCOUNTS.get))
    assert document["refused_statement_count"] == 40
    assert len(document["refused_statements"]) == 32


def test_document_of_custody_is_json_in_every_state() -> None:
    ended = (state(Phase.WITHDRAWN, 30), "")
    for signed in ([], [OFFER], [OFFER, ended]):
        assert msgspec.json.encode(custody_document(after(*signed), ACCOUNTS.get))
