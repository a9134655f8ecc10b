"""Laws of custody against another implementation, and of dividing an amount."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import msgspec
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from tests.vectors.independent.custody import Custody as IndependentCustody
from twins.custody.liability import largest_remainder
from twins.custody.overdue import overdue_offers
from twins.custody.possession import Custody, CustodyState, pass_custody, periods_of
from twins.inputs import HandoverPhase, HandoverStatement

PARTIES = st.sampled_from(["maker", "carrier", "shop"])
STATEMENTS = st.lists(
    st.builds(
        HandoverStatement,
        st.just("box-1"),
        PARTIES,
        PARTIES,
        st.integers(0, 50),
        st.sampled_from(HandoverPhase),
        st.sampled_from(["n1", "n2", "n3"]),
        st.just("dock"),
        st.sampled_from(["", "S-1", "S-2"]),
    ),
    max_size=40,
).map(lambda some: sorted(some, key=lambda one: one.observed_at))
START = Custody(CustodyState.HELD, "maker", 0)


def told(custody: Custody, statements: list[HandoverStatement]) -> Custody:
    for one in statements:
        custody, _ = pass_custody(custody, one)
    return custody


@law
@given(STATEMENTS)
def test_custody_is_that_of_the_independent_implementation(
    statements: list[HandoverStatement],
) -> None:
    other = IndependentCustody()
    other.commission("maker", 0)
    custody = START
    faults = []
    for one in statements:
        document: dict[str, Any] = msgspec.json.decode(rfc8785.dumps(msgspec.to_builtins(one)))
        other.tell(document)
        custody, fault = pass_custody(custody, one)
        faults += [] if fault is None else [fault.value]
    summary = other.summary()
    assert faults == other.faults
    assert (custody.state, custody.holder, custody.since) == (
        summary["state"],
        summary["holder"],
        summary["since"],
    )
    assert [one.holder for one in periods_of(custody)] == summary["holders"]
    assert (custody.refused_statements, custody.disputes) == (len(faults), summary["disputes"])


@law
@given(STATEMENTS)
def test_possession_passes_only_by_an_offer_of_the_holder_that_another_party_accepts(
    statements: list[HandoverStatement],
) -> None:
    periods = periods_of(told(START, statements))
    for giving, taking in pairwise(periods):
        handover = taking.handover
        assert handover is not None
        assert (handover.from_party, handover.to_party) == (giving.holder, taking.holder)
        assert giving.holder != taking.holder
        assert handover.answer is HandoverPhase.ACCEPTED
        assert handover.offered.at <= handover.answered.at == taking.since == giving.until


@law
@given(STATEMENTS)
def test_every_statement_either_moves_custody_or_is_counted_as_refused(
    statements: list[HandoverStatement],
) -> None:
    custody = told(START, statements)
    offers = len(custody.periods) + custody.offers_refused + custody.offers_withdrawn
    answers = offers
    offers += custody.offer is not None
    assert offers + answers + custody.disputes + custody.refused_statements == len(statements)
    assert (custody.offer is None) == (custody.state is CustodyState.HELD)
    assert (custody.disputed is not None) == (custody.state is CustodyState.DISPUTED)


@law
@given(STATEMENTS, st.integers(0, 40))
def test_custody_that_is_stored_and_read_goes_on_as_if_nothing_had_been(
    statements: list[HandoverStatement], cut: int
) -> None:
    half = told(START, statements[:cut])
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(half), type=Custody)
    assert told(read, statements[cut:]) == told(START, statements)


@law
@given(STATEMENTS, st.integers(1, 30), st.integers(50, 90))
def test_overdue_offers_are_those_whose_first_answer_came_after_the_time_allowed(
    statements: list[HandoverStatement], within: int, as_of: int
) -> None:
    custody, begun, answered = START, {}, {}
    for one in statements:
        custody, fault = pass_custody(custody, one)
        if fault is None and one.phase is HandoverPhase.OFFERED:
            begun[one.nonce] = one.observed_at
        elif fault is None:
            answered.setdefault(one.nonce, one.observed_at)
    late = {
        (nonce, at + within, answered.get(nonce))
        for nonce, at in begun.items()
        if (answered[nonce] > at + within if nonce in answered else as_of >= at + within)
    }
    found = overdue_offers(custody, within, as_of)
    assert {(one.nonce, one.due_at, one.answered_at) for one in found} == late
    assert [one.due_at for one in found] == sorted(one.due_at for one in found)


@law
@given(st.integers(0, 10**18), st.lists(st.integers(0, 10**16), min_size=1, max_size=8))
def test_parts_of_an_amount_sum_to_it_and_keep_their_quota(amount: int, weights: list[int]) -> None:
    parts = largest_remainder(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert not whole or abs(Fraction(amount * weight, whole) - part) < 1
