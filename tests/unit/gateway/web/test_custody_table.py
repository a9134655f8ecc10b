import msgspec
import pytest

from gateway.web.custody_table import CustodyRow, custody_rows
from tests.unit.twins.samples import at, state
from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.inputs import HandoverPhase as Phase
from twins.inputs import HandoverStatement

KEY = "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
WALLET = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"


ACCOUNTS = {KEY: "maker", WALLET: "carrier"}


def rows(
    *signed: tuple[HandoverStatement, str], accounts: dict[str, str] = ACCOUNTS
) -> list[CustodyRow]:
    custody = Custody(CustodyState.HELD, "maker", 0)
    for statement, signer in signed:
        custody, _ = pass_custody(custody, statement, signer)
    return custody_rows(custody, accounts.get)


def test_each_side_is_shown_with_its_key_or_as_not_signed() -> None:
    first, second = rows((state(Phase.OFFERED, 10), KEY), (state(Phase.ACCEPTED, 30), WALLET))
    assert (first.given, first.taken, first.until) == ("Commissioned", "First holder", at(30))
    assert second.given == "Offered by maker, signed by ed25519:19bf440969…66e1"
    assert second.taken == "Accepted by carrier, signed by 0xf39fd6e51aad88f6…2266"
    _, unsigned = rows((state(Phase.OFFERED, 10), ""), (state(Phase.ACCEPTED, 30), ""))
    assert unsigned.given == "Offered by maker, not signed"
    assert unsigned.taken == "Accepted by carrier, not signed"
    assert [second.is_given_tied, second.is_taken_tied] == [True, True]


def test_key_that_no_account_ties_to_the_party_is_no_signature_of_the_party() -> None:
    # The giver's own key accepts: nobody can tell unless an account says whose key it is.
    both = (state(Phase.OFFERED, 10), KEY), (state(Phase.ACCEPTED, 30), KEY)
    untied = rows(*both, accounts={})[1]
    key = "by key ed25519:19bf440969…66e1, not tied to a party"
    assert untied.given == f"Offered by maker, {key}"
    assert untied.taken == f"Accepted by carrier, {key}"
    assert [untied.is_given_tied, untied.is_taken_tied] == [False, False]
    offered = rows(both[0], accounts={})[-1]
    assert offered.given.endswith("not tied to a party")
    assert not offered.is_given_tied


def test_open_offer_is_incomplete_and_a_dispute_of_it_is_said() -> None:
    offer = (state(Phase.OFFERED, 10), "")
    waiting = rows(offer)[-1]
    assert (waiting.holder, waiting.since, waiting.is_complete) == ("carrier", None, False)
    assert waiting.taken == "Waiting for carrier"
    disputed = rows(offer, (state(Phase.DISPUTED, 20), WALLET))[-1]
    assert disputed.taken == "Disputed, signed by 0xf39fd6e51aad88f6…2266"


@pytest.mark.parametrize(
    ("offered", "accepted", "shown", "is_sound"),
    [
        ("", "", "", True),
        ("S-1", "S-1", "S-1", True),
        ("S-1", "", "S-1, stated by maker alone", True),
        ("", "S-1", "S-1, stated by carrier alone", True),
        ("S-1", "S-2", "S-2, but offered under S-1", False),
    ],
)
def test_seals_of_both_sides_are_shown(
    offered: str, accepted: str, shown: str, *, is_sound: bool
) -> None:
    one, other = (
        msgspec.structs.replace(state(phase, second), seal=seal)
        for phase, second, seal in ((Phase.OFFERED, 10, offered), (Phase.ACCEPTED, 30, accepted))
    )
    row = rows((one, ""), (other, ""))[-1]
    assert (row.seal, row.is_sound) == (shown, is_sound)


def test_asset_that_nobody_holds_has_no_row() -> None:
    assert custody_rows(Custody(CustodyState.HELD, "", 0), ACCOUNTS.get) == []
