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
    phases: tuple[str, ...] | None = None
    of: str = "measured"

    @property
    def returns_at(self) -> float:
        """The value from which on a run has ended."""
        return (
            self.limit - self.hysteresis if self.side == "upper" else self.limit + self.hysteresis
        )


class Observation(msgspec.Struct, frozen=True):
    """What of `[observation]` decides which readings are judged, in seconds."""

    maximum_hold_s: int | None = None
    ignore_first_s: int = 0


class KineticLimit(msgspec.Struct, frozen=True):
    """The limit of the mean kinetic temperature, °C; without a window over the whole time."""

    limit: float
    window_h: int | None = None
    above: float | None = None


class Core(msgspec.Struct, frozen=True):
    """How the goods follow the air."""

    time_constant_s: int


class Rules(msgspec.Struct, frozen=True):
    """What a shipped policy asks of the goods, as its file states it."""

    boundary: tuple[Limit, ...]
    observation: Observation = Observation()
    mean_kinetic_temperature: KineticLimit | None = None
    core: Core | None = None


@lru_cache
def read_rules(policy: str) -> Rules:
    """Return what a shipped policy asks of the goods.

    Raises:
        UnknownPolicy: There is no such policy.
    """
    file = POLICY_FOLDER / f"{policy}.toml"
    if not file.is_file():
        raise UnknownPolicy(policy, POLICY_FOLDER)
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Rules)


def read_limits(policy: str) -> tuple[Limit, ...]:
    """Return the boundaries of a shipped policy.

    Raises:
        UnknownPolicy: There is no such policy.
    """
    return read_rules(policy).boundary
