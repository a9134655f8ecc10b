import pytest

from gateway.bootstrap.derive import contract_fault
from gateway.settings import Settings
from gateway.store.ledger import StoredChain

CONTRACT = "0x" + "aB" * 20
OTHER = "0x" + "cd" * 20


def settings(contract: str) -> Settings:
    return Settings.model_validate({"chain": {"contract": contract}})


STORED = StoredChain(1, CONTRACT, is_embedded=False, base_uri="ipfs://")


@pytest.mark.parametrize("contract", ["", CONTRACT, CONTRACT.lower()])
def test_contract_that_holds_the_tokens_is_no_fault(contract: str) -> None:
    assert contract_fault(settings(contract), STORED) is None
    assert contract_fault(settings(contract), None) is None


def test_another_contract_than_the_one_that_holds_the_tokens_is_a_wrong_setting() -> None:
    fault = contract_fault(settings(OTHER), STORED)
    assert fault is not None
    assert (fault.key, fault.found) == ("chain.contract", OTHER)
    assert CONTRACT in fault.allowed
