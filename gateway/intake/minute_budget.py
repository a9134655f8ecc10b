"""How much of what nobody asked for is kept in each minute, so that it cannot fill the disk."""

from __future__ import annotations

_MINUTE_US = 60_000_000


class MinuteBudget:
    """An amount that is there anew in each minute of the clock.

    Args:
        amount: What there is for one minute.
    """

    def __init__(self, amount: int) -> None:
        self._amount = amount
        self._left = amount
        self._minute = 0

    def has_room_for(self, wanted: int, now: int) -> bool:
        """Take an amount, if it is still there.

        Args:
            wanted: How much.
            now: Microseconds UTC.
        """
        minute = now // _MINUTE_US
        if minute != self._minute:
            self._minute, self._left = minute, self._amount
        if wanted > self._left:
            return False
        self._left -= wanted
        return True
