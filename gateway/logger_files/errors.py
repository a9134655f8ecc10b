"""What a person must say or mend before a logger file can be read."""

from __future__ import annotations

from twins.errors import ConfigurationFault


class UnclearFile(ConfigurationFault):
    """A logger file can be read in more than one way, or in none; nothing of it was taken."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class RowRefused(ConfigurationFault):
    """One row cannot be used; the others can."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
