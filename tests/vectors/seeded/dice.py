"""Numbers that look random and are the same in every version of every language: SHA-256."""

import hashlib
from itertools import count


class Dice:
    """A stream of integers that a seed decides.

    Args:
        seed: Any text.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._places = count()

    def below(self, bound: int) -> int:
        """Return an integer from 0 up to a bound, the bound left out."""
        text = f"{self._seed} {next(self._places)}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % bound

    def between(self, lowest: int, highest: int) -> int:
        """Return an integer between two, both possible."""
        return lowest + self.below(highest - lowest + 1)

    def happens(self, percent: int) -> bool:
        """Tell whether something happens that does so often."""
        return self.below(100) < percent
