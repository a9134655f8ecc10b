"""Custody (SPECIFICATION section 4)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Custody:
    """Who holds the asset."""

    state: str = "held"
    holder: str = ""
    since: int = 0
    is_commissioned: bool = False
    offer: dict[str, Any] | None = None
    past: list[str] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    disputes: int = 0
    disputed_at: int | None = None
    offer_signer: str = ""
    passed: list[dict[str, Any]] = field(default_factory=list)
    answered: list[tuple[dict[str, Any], int, str]] = field(default_factory=list)
    """(offer, first answered at, how it ended) of every offer that ended."""
    taken: list[str] = field(default_factory=list)
    """Who accepted what holds the asset, and not the asset, since it came to its holder."""
    holdings: list[tuple[int, str]] = field(default_factory=list)
    """(since, holder), in order; nobody before the first."""

    @property
    def handovers(self) -> int:
        return len(self.past)

    def commission(self, holder: str, at: int) -> None:
        if not self.is_commissioned:
            self.holder, self.since, self.is_commissioned = holder, at, True
            self.holdings.append((at, holder))

    def holder_at(self, moment: int) -> str:
        return next((one for since, one in reversed(self.holdings) if since <= moment), "")

    def tell(self, statement: dict[str, Any], signer: str = "", *, is_own: bool = True) -> None:
        """Take a statement of the asset, or of what holds it."""
        fault = self._fault(statement)
        if fault and is_own:
            self.faults.append(fault)
        elif fault and statement["phase"] == "accepted":
            is_taken = statement["to"] != self.holder
            self.taken = [*self.taken, statement["to"]] if is_taken else []
        if fault:
            return
        phase, at = statement["phase"], statement["observed_at"]
        if phase == "offered":
            self.state, self.offer, self.offer_signer = "offered", statement, signer
            self.nonces.append(statement["nonce"])
        elif phase == "disputed":
            self.state, self.disputes, self.disputed_at = "disputed", self.disputes + 1, at
        else:
            self._end(statement, signer)

    def _end(self, statement: dict[str, Any], signer: str) -> None:
        offer, at = self.offer or {}, statement["observed_at"]
        first = at if self.disputed_at is None else self.disputed_at
        self.answered.append((offer, first, statement["phase"]))
        if statement["phase"] == "accepted":
            self.passed.append(
                {
                    "from_party": offer["from"],
                    "to_party": offer["to"],
                    "at": at,
                    "offered_signer": self.offer_signer,
                    "accepted_signer": signer,
                    "seals": seals(offer["seal"], statement["seal"]),
                    "was_disputed": self.disputed_at is not None,
                }
            )
            self.past.append(self.holder)
            self.taken = []
            self.holder, self.since = statement["to"], at
            self.holdings.append((at, self.holder))
        self.state, self.offer, self.disputed_at = "held", None, None

    def _fault(self, statement: dict[str, Any]) -> str:
        phase = statement["phase"]
        if self.state == "held" and phase != "offered":
            return "answered_without_offer"
        if self.state != "held" and phase == "offered":
            return "not_now"
        if self.state == "disputed" and phase == "disputed":
            return "not_now"
        return self._offer_fault(statement) if phase == "offered" else self._answer_fault(statement)

    def _offer_fault(self, statement: dict[str, Any]) -> str:
        if statement["from"] != self.holder:
            return "offered_by_non_holder"
        if statement["to"] == statement["from"]:
            return "offered_to_self"
        return "nonce_used_again" if statement["nonce"] in self.nonces[-256:] else ""

    def _answer_fault(self, statement: dict[str, Any]) -> str:
        offer = self.offer or {}
        if statement["nonce"] != offer["nonce"]:
            return "answered_without_offer"
        parties = (statement["from"], statement["to"])
        return "" if parties == (offer["from"], offer["to"]) else "answered_by_wrong_party"

    def overdue(self, answer_within: int, as_of: int) -> list[dict[str, Any]]:
        """Return the offers that are or were overdue, by when they were due."""
        if not answer_within:
            return []
        ended = [one for one in self.answered if one[2] != "accepted"][-32:]
        accepted = [one for one in self.answered if one[2] == "accepted"]
        found = [
            _overdue(offer, answer_within, first)
            for offer, first, _ in (*accepted, *ended)
            if first > offer["observed_at"] + answer_within
        ]
        if self.offer:
            due_at = self.offer["observed_at"] + answer_within
            first = self.disputed_at
            if as_of >= due_at if first is None else first > due_at:
                found.append(_overdue(self.offer, answer_within, first))
        return sorted(found, key=lambda one: int(one["due_at"]))

    def summary(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "holder": self.holder,
            "since": self.since,
            "offered_to": self.offer["to"] if self.offer else "",
            "handovers": self.handovers,
            "refused_statements": len(self.faults),
            "disputes": self.disputes,
            "holders": [*self.past, self.holder],
            "seal_mismatches": sum(one["seals"] == "seal_mismatch" for one in self.passed),
            "unsigned_sides": sum(
                not one[side]
                for one in self.passed
                for side in ("offered_signer", "accepted_signer")
            ),
            "sides": self.passed[-20:],
        }


def seals(offered: str, accepted: str) -> str:
    if not offered and not accepted:
        return "not_stated"
    if not offered or not accepted:
        return "stated_by_one"
    return "seals_agree" if offered == accepted else "seal_mismatch"


def _overdue(offer: dict[str, Any], within: int, answered_at: int | None) -> dict[str, Any]:
    return {
        "from_party": offer["from"],
        "to_party": offer["to"],
        "nonce": offer["nonce"],
        "offered_at": offer["observed_at"],
        "due_at": offer["observed_at"] + within,
        "answered_at": answered_at,
    }
