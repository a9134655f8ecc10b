"""The embedded chain's errors: JSON-RPC 2.0 section 5.1, EIP-1474, and geth's code 3."""

from __future__ import annotations

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_ERROR = -32000  # geth answers so for an unknown block and for what its pool refuses
EXECUTION_REVERTED = 3


class RpcError(Exception):
    """One `error` member of an answer; never leaves this package.

    Attributes:
        code: Its number.
        message: Words for a person.
        data: Revert data as hex, when there is any.
    """

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        self.code = code
        self.message = message
        self.data = data
        super().__init__(f"{code}: {message}")

    def body(self) -> dict[str, object]:
        """Return the `error` member."""
        member: dict[str, object] = {"code": self.code, "message": self.message}
        if self.data is not None:
            member["data"] = self.data
        return member


class TransactionRefused(RpcError):
    """A transaction that can never be mined as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(SERVER_ERROR, reason)


class InvalidParameter(RpcError):
    """A parameter of a call has the wrong form."""

    def __init__(self, reason: str) -> None:
        super().__init__(INVALID_PARAMS, reason)


class UnknownBlock(RpcError):
    """A block that this chain does not have."""

    def __init__(self) -> None:
        super().__init__(SERVER_ERROR, "unknown block")


class CallFailed(RpcError):
    """A call or an estimate has no result; `output` is the contract's error if it reverted."""

    def __init__(self, reason: str, output: bytes | None) -> None:
        if output is None:
            super().__init__(SERVER_ERROR, reason)
        else:
            super().__init__(EXECUTION_REVERTED, "execution reverted", "0x" + output.hex())
