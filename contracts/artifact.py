"""The compiled contract as it was committed, and the names of its errors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

FOLDER = Path(__file__).parent / "artifacts"
SELECTOR_BYTES = 4
# What Solidity itself reverts with: require(condition, text) and arithmetic or other panics.
BUILT_IN_ERRORS = (
    {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)


@dataclass(frozen=True)
class Artifact:
    """One compiled contract.

    Attributes:
        name: Its name.
        abi: Its interface.
        bytecode: What creates it.
    """

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes

    @classmethod
    def load(cls, name: str) -> Artifact:
        """Read a committed artifact."""
        stored = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
        return cls(name, stored["abi"], bytes.fromhex(stored["bytecode"].removeprefix("0x")))

    def error_of(self, revert_data: bytes) -> tuple[str, dict[str, object]] | None:
        """Name the error that a revert carries, with its arguments; bytes are given in hex."""
        definition = self._errors.get(revert_data[:SELECTOR_BYTES])
        if definition is None:
            return None
        types = [parameter["type"] for parameter in definition["inputs"]]
        try:
            values = decode(types, revert_data[SELECTOR_BYTES:])
        except DecodingError:
            return None
        names = [parameter["name"] for parameter in definition["inputs"]]
        return definition["name"], {
            name: "0x" + value.hex() if isinstance(value, bytes) else value
            for name, value in zip(names, values, strict=True)
        }

    @cached_property
    def _errors(self) -> dict[bytes, dict[str, Any]]:
        errors = [entry for entry in self.abi if entry["type"] == "error"]
        return {_selector(entry): entry for entry in (*errors, *BUILT_IN_ERRORS)}


def _selector(definition: dict[str, Any]) -> bytes:
    types = ",".join(parameter["type"] for parameter in definition["inputs"])
    return keccak(f"{definition['name']}({types})".encode("ascii"))[:SELECTOR_BYTES]
