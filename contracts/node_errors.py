"""What web3 and its transport raise, told in the words of `errors`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientResponseError
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError

from .errors import AccountOutOfFunds, AnchorRejected, ChainUnavailable
from .recursion import limit_recursion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .artifact import Artifact

limit_recursion()

# JSON-RPC has no code for it: geth's words, which anvil, reth and Nethermind share, then those of
# Besu and of py-evm.
_OUT_OF_FUNDS = (
    "insufficient funds",
    "exceeds account balance",
    "cannot afford txn gas",
    "does not have enough balance",
)


@contextmanager
def node_errors(url: str, artifact: Artifact | None = None, account: str = "") -> Iterator[None]:
    """Translate what goes wrong between here and the node at `url`.

    Args:
        url: HTTP address of the node.
        artifact: Names the errors of a contract that is called.
        account: Pays for a transaction that is estimated or sent.

    Raises:
        AccountOutOfFunds: The account cannot pay.
        AnchorRejected: The contract reverted, or the node refused; the contract's error is named.
        ChainUnavailable: The node did not answer, or in no way that makes sense.
    """
    try:
        yield
    except ContractLogicError as error:
        name, arguments = _revert_of(error, artifact)
        raise AnchorRejected(name, arguments) from error
    except Web3RPCError as error:
        words = _words_of(error)
        if account and any(known in words.lower() for known in _OUT_OF_FUNDS):
            raise AccountOutOfFunds(account, url, words) from error
        raise AnchorRejected(words) from error
    except ClientResponseError as error:
        raise ChainUnavailable(url, f"HTTP status {error.status}") from error
    except (ClientError, TimeoutError, OSError, Web3Exception) as error:
        raise ChainUnavailable(url, str(error) or type(error).__name__) from error


def _revert_of(
    error: ContractLogicError, artifact: Artifact | None
) -> tuple[str, dict[str, object]]:
    data = error.data
    if artifact is not None and isinstance(data, str) and data.startswith("0x"):
        named = artifact.error_of(bytes.fromhex(data[2:]))
        if named is not None:
            return named
        return f"unknown error {data}", {}
    return str(error.message or "execution reverted"), {}


def _words_of(error: Web3RPCError) -> str:
    answer = error.rpc_response
    if answer is not None and isinstance(answer.get("error"), dict):
        return str(answer["error"].get("message", error.message))
    return str(error.message)
