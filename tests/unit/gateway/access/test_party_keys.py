import pytest

from gateway.access.accounts import Account, Accounts, WrongAccount

# RFC 8037 appendix A.2; the first account of the phrase that Ethereum test nodes share (EIP-55).
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
SIGNER = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
WALLET = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def test_party_signs_by_the_key_and_the_wallet_of_its_account() -> None:
    accounts = Accounts([Account(name="maker", signing_key=X, wallet=WALLET), Account(name="shop")])
    assert accounts.signers_of("maker") == {SIGNER, WALLET.lower()}
    assert accounts.party_of(SIGNER) == accounts.party_of(WALLET.lower()) == "maker"


def test_party_without_a_key_and_a_key_without_a_party_have_nothing() -> None:
    accounts = Accounts([Account(name="shop")])
    assert accounts.signers_of("shop") == accounts.signers_of("nobody") == frozenset()
    assert accounts.party_of(SIGNER) is None


@pytest.mark.parametrize("wallet", ["", "0x12", WALLET[2:], f"{WALLET}0", "maker.eth"])
def test_wallet_that_is_no_address_is_refused(wallet: str) -> None:
    with pytest.raises(WrongAccount, match="wallet"):
        Accounts([Account(name="maker", wallet=wallet)])


def test_wallet_is_that_of_one_party_however_it_is_written() -> None:
    with pytest.raises(WrongAccount, match="is that of maker already"):
        Accounts([Account(name="maker", wallet=WALLET), Account(name="x", wallet=WALLET.lower())])
