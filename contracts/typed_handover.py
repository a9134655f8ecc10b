"""A handover statement as EIP-712 typed data: a wallet shows its fields before it signs them.

The type `Handover` has the fields of the statement under their own names. The domain names no chain
and no contract: who holds goods is true on every chain, and the statement names its asset.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_keys.exceptions import BadSignature

from twins.inputs import HandoverStatement

from .recursion import limit_recursion

limit_recursion()

SIGNATURE_BYTES: Final = 65
"""r ‖ s ‖ v, v being 27 or 28."""
_V: Final = (27, 28)
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_TYPES: Final = {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}],
    "Handover": [
        {"name": "schema", "type": "string"},
        {"name": "asset", "type": "string"},
        {"name": "from", "type": "string"},
        {"name": "to", "type": "string"},
        {"name": "phase", "type": "string"},
        {"name": "nonce", "type": "string"},
        {"name": "place", "type": "string"},
        {"name": "seal", "type": "string"},
        {"name": "observed_at", "type": "int64"},
    ],
}


def typed_handover(statement: HandoverStatement) -> dict[str, Any]:
    """Return the typed data that a wallet signs, for `eth_signTypedData_v4`."""
    return {
        "types": _TYPES,
        "primaryType": "Handover",
        "domain": {"name": "Cargotwin", "version": "1"},
        "message": msgspec.to_builtins(statement),
    }


def wallet_of(statement: HandoverStatement, signature: bytes) -> str | None:
    """Return the address whose key signed a statement as typed data, in lower case.

    Of the two signatures that each signature could be turned into, only that with the lower s
    counts (EIP-2), as wallets make it: else anybody could make a second record of a statement.

    Args:
        statement: The statement.
        signature: 65 bytes.

    Returns:
        The address; None where the bytes are no signature of that form.
    """
    if len(signature) != SIGNATURE_BYTES or signature[-1] not in _V:
        return None
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    if not (0 < r < _ORDER and 0 < s <= _ORDER // 2):
        return None
    message = encode_typed_data(full_message=typed_handover(statement))
    try:
        address: str = Account.recover_message(message, signature=signature)
    except BadSignature:  # r is the x of no point
        return None
    return address.lower()
