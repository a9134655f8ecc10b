"""The digest that a wallet signs of a handover (EIP-712; SPECIFICATION section 4)."""

from typing import Any

from .keccak import keccak

DOMAIN = b"EIP712Domain(string name,string version)"
HANDOVER = (
    b"Handover(string schema,string asset,string from,string to,string phase,string nonce,"
    b"string place,string seal,int64 observed_at)"
)
TEXTS = ("schema", "asset", "from", "to", "phase", "nonce", "place", "seal")


def digest(statement: dict[str, Any]) -> bytes:
    """Return the digest of a statement."""
    domain = keccak(keccak(DOMAIN) + keccak(b"Cargotwin") + keccak(b"1"))
    texts = b"".join(keccak(statement[name].encode()) for name in TEXTS)
    moment = statement["observed_at"].to_bytes(32, "big", signed=True)
    return keccak(b"\x19\x01" + domain + keccak(keccak(HANDOVER) + texts + moment))
