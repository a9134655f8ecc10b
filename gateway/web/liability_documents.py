"""Whose time outside it was, and which offers waited too long, as programs read it."""

from __future__ import annotations

from twins.custody.liability import whole_minutes
from twins.custody.overdue import answer_due_at
from twins.custody.possession import Custody
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import MICROSECONDS
from twins.verdict.custody_figures import CustodySummary

from .values import Document, optional_rfc3339, rfc3339


def liability_document(
    summary: CustodySummary, custody: Custody, policy: ConditionPolicy
) -> Document:
    """Return what a condition says of custody beyond the custody itself.

    The microseconds of `liability` sum to `outside_s`, its minutes to the whole minutes of it.
    """
    minutes = minutes_of(summary)
    return {
        "handovers": summary.handovers,
        "seal_mismatches": summary.seal_mismatches,
        "unsigned_sides": summary.unsigned_sides,
        "answer_due_at": optional_rfc3339(due_at(custody, policy)),
        "overdue": [
            {
                "from": one.from_party,
                "to": one.to_party,
                "nonce": one.nonce,
                "offered_at": rfc3339(one.offered_at),
                "due_at": rfc3339(one.due_at),
                "answered_at": optional_rfc3339(one.answered_at),
            }
            for one in summary.overdue
        ],
        "liability": [
            {
                "holder": share.holder,
                "outside_s": share.outside / MICROSECONDS,
                "outside_minutes": minutes[place],
            }
            for place, share in enumerate(summary.liability)
        ],
        "outside_s": summary.outside / MICROSECONDS,
        "outside_minutes": sum(minutes),
    }


def minutes_of(summary: CustodySummary) -> list[int]:
    """Return the whole minutes outside of every custodian, which sum to those of all."""
    return whole_minutes(summary.liability)


def due_at(custody: Custody, policy: ConditionPolicy) -> int | None:
    """Return by when the open offer must be answered; None where nothing waits or may be late."""
    return None if policy.custody is None else answer_due_at(custody, policy.custody.answer_within)
