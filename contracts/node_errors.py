"""What web3 and its transport raise, told in the words of `errors`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientResponseError
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError

from .errors import (
    AccountOutOfFunds,
    AnchorRejected,
    ChainUnavailable,
    ContractPaused,
    NodeRefused,
)
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
_PAUSED = "EnforcedPause"  # OpenZeppelin Pausable
_REVERTED = 3  # geth's code of a revert
# JSON-RPC 2.0, section 5.1
_INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
# geth's words for a transaction that no state of the chain can make good, under its code -32000.
_MALFORMED = ("rlp:", "invalid sender", "invalid chain id", "transaction type not supported")
_WEB3_PREFIX = "execution reverted: "


@contextmanager
def node_errors(url: str, artifact: Artifact | None = None, account: str = "") -> Iterator[None]:
    """Translate what goes wrong between here and the node at `url`.

    Args:
        url: HTTP address of the node.
        artifact: Names the errors of a contract that is called.
        account: Pays for a transaction that is estimated or sent.

    Raises:
        AccountOutOfFunds: The account cannot pay.
        AnchorRejected: The contract reverted, or the request is malformed; the contract's error
            is named.
        ChainUnavailable: The node did not answer, or in no way that makes sense.
        ContractPaused: The contract is paused.
        NodeRefused: The node refused for any other reason.
    """
    try:
        yield
    except ContractLogicError as error:
        if not _is_revert(error):
            raise NodeRefused(url, _words_of_refusal(error)) from error
        name, arguments = _revert_of(error, artifact)
        if name == _PAUSED:
            raise ContractPaused from error
        raise AnchorRejected(name, arguments) from error
    except Web3RPCError as error:
        words = _words_of(error)
        if account and any(known in words.lower() for known in _OUT_OF_FUNDS):
            raise AccountOutOfFunds(account, url, words) from error
        if _is_final(error, words):
            raise AnchorRejected(words) from error
        raise NodeRefused(url, words) from error
    except ClientResponseError as error:
        raise ChainUnavailable(url, f"HTTP status {error.status}") from error
    except (ClientError, TimeoutError, OSError, Web3Exception) as error:
        raise ChainUnavailable(url, str(error) or type(error).__name__) from error


def code_of(error: Web3RPCError) -> int | None:
    """Return the JSON-RPC code of a node's answer, or None where it gave none."""
    told = (error.rpc_response or {}).get("error")
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, int) else None


def _is_revert(error: ContractLogicError) -> bool:
    """Tell a revert from a refusal of the node.

    web3 takes every error of a call for a revert whose `data` is an object or null, and providers
    put the figures of a rate limit there.
    """
    return isinstance(error.data, str) or "revert" in _words_of_refusal(error).lower()


def _words_of_refusal(error: ContractLogicError) -> str:
    words = str(error.message or "")
    return words.removeprefix(_WEB3_PREFIX) if isinstance(error.data, dict) else words


def _is_final(error: Web3RPCError, words: str) -> bool:
    said = words.lower()
    if "revert" in said or any(known in said for known in _MALFORMED):
        return True
    return code_of(error) in (_REVERTED, _INVALID_PARAMS)


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
