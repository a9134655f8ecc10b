"""The limits of the shipped policies, read apart from the twin's own reader.

Ground truth must not come from the code that it measures: this reads the same TOML by itself and
keeps numbers as people wrote them.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec

from twins.errors import ConfigurationFault

# The wheel carries the folders simulators/ and config/ side by side, as the checkout does.
POLICY_FOLDER = Path(__file__).resolve().parent.parent / "config" / "policies"


class UnknownPolicy(ConfigurationFault):
    """No shipped policy has this id."""

    def __init__(self, policy: str, folder: Path) -> None:
        self.policy = policy
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        super().__init__(f"there is no policy {policy!r} in {folder}; there are: {known}")


class Limit(msgspec.Struct, frozen=True):
    """One boundary as its file states it, in people's units and seconds."""

    id: str
    quantity: str
    side: str
    limit: float
    hysteresis: float = 0.0
    delay_s: int = 0
    mode: str = "single"

    @property
    def returns_at(self) -> float:
        """The value from which on a run has ended."""
        return (
            self.limit - self.hysteresis if self.side == "upper" else self.limit + self.hysteresis
        )


@lru_cache
def read_limits(policy: str) -> tuple[Limit, ...]:
    """Return the boundaries of a shipped policy.

    Raises:
        UnknownPolicy: There is no such policy.
    """
    file = POLICY_FOLDER / f"{policy}.toml"
    if not file.is_file():
        raise UnknownPolicy(policy, POLICY_FOLDER)
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(msgspec.convert(entry, Limit) for entry in document["boundary"])
