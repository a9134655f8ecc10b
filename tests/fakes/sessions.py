"""Sessions and admission in memory, for a listener without a journal and without accounts."""

from collections.abc import Callable, Sequence

from gateway.mqtt.ports import Attempt, Grant, StoredSession
from gateway.mqtt.reason_codes import ReasonCode

ALL = Grant("", None, ("#",))
"""What everybody may do where nobody says otherwise."""


class MemorySessions:
    """Fills the `SessionStore` port; keeps at once, or when told to if `is_prompt` is false."""

    def __init__(self, *stored: StoredSession, is_prompt: bool = True) -> None:
        self.kept = {one.client: one for one in stored}
        self.dropped: list[str] = []
        self.is_prompt = is_prompt
        self._waiting: list[Callable[[], None]] = []

    def sessions(self) -> Sequence[StoredSession]:
        return list(self.kept.values())

    def keep(self, session: StoredSession, kept: Callable[[], None]) -> None:
        self.kept[session.client] = session
        if self.is_prompt:
            kept()
        else:
            self._waiting.append(kept)

    def drop(self, client: str) -> None:
        self.kept.pop(client, None)
        self.dropped.append(client)

    def make_durable(self) -> None:
        waiting, self._waiting = self._waiting, []
        for kept in waiting:
            kept()


class Gate:
    """Fills the `Gatekeeper` port: decides by client id, and notes who asked.

    Args:
        grant: What everybody is granted who is not in `decisions`.
        decisions: What single client ids get.
    """

    def __init__(
        self, grant: Grant = ALL, decisions: dict[str, Grant | ReasonCode] | None = None
    ) -> None:
        self.grant = grant
        self.decisions = decisions or {}
        self.attempts: list[Attempt] = []
        self.is_prompt = True
        self._waiting: list[Callable[[], None]] = []

    def admit(self, attempt: Attempt, decided: Callable[[Grant | ReasonCode], None]) -> None:
        self.attempts.append(attempt)
        decision = self.decisions.get(attempt.client, self.grant)
        if self.is_prompt:
            decided(decision)
        else:
            self._waiting.append(lambda: decided(decision))

    def decide(self) -> None:
        waiting, self._waiting = self._waiting, []
        for decide in waiting:
            decide()
