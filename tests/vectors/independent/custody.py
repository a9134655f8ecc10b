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

    @property
    def handovers(self) -> int:
        return len(self.past)

    def commission(self, holder: str, at: int) -> None:
        if not self.is_commissioned:
            self.holder, self.since, self.is_commissioned = holder, at, True

    def tell(self, statement: dict[str, Any]) -> None:
        fault = self._fault(statement)
        if fault:
            self.faults.append(fault)
            return
        phase = statement["phase"]
        if phase == "offered":
            self.state, self.offer = "offered", statement
            self.nonces.append(statement["nonce"])
        elif phase == "disputed":
            self.state, self.disputes = "disputed", self.disputes + 1
        else:
            self.state, self.offer = "held", None
            if phase == "accepted":
                self.past.append(self.holder)
                self.holder, self.since = statement["to"], statement["observed_at"]

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
        }
