import json
from collections.abc import Sequence

import msgspec
import pytest

from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import at, boundary, policy, read, restored, state
from twins.custody.possession import CustodyState
from twins.inheritance import inherited
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Handover,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    event_key,
)
from twins.packing import folded_inputs
from twins.policy.condition_policy import Phase, Severity
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

ADD, DELETE = BindingAction.ADD, BindingAction.DELETE
START, DEPARTURE, ARRIVAL, DELIVERY, CLOSE = MilestoneName
OFFERED, ACCEPTED = HandoverPhase.OFFERED, HandoverPhase.ACCEPTED
ON_THE_WAY = policy(boundary("warm", 8_000, phases=(Phase.TRANSIT,)))
PACKED: list[Input] = [Packing(1, ADD, "pallet", "case", at(5))]


def begun(asset: str, holder: str = "maker") -> Commissioned:
    return Commissioned(1, asset, "", holder, asset, 0)


def reach(seconds: float, name: MilestoneName, asset: str = "pallet") -> Milestone:
    return Milestone(1, asset, name, at(seconds))


def say(
    phase: HandoverPhase,
    seconds: float,
    giver: str = "maker",
    taker: str = "carrier",
    nonce: str = "n1",
    asset: str = "pallet",
) -> Handover:
    stated = msgspec.structs.replace(state(phase, seconds, giver, taker, nonce), asset=asset)
    return Handover(1, msgspec.json.encode(stated))


def passing(
    seconds: float, giver: str = "maker", taker: str = "carrier", asset: str = "pallet"
) -> list[Input]:
    """Return both sides of a handover, a second apart."""
    return [
        say(OFFERED, seconds, giver, taker, f"n{seconds}", asset),
        say(ACCEPTED, seconds + 1, giver, taker, f"n{seconds}", asset),
    ]


def twin_of(asset: str, own: Sequence[Input], **parents: Sequence[Input]) -> AssetTwin:
    return advance(AssetTwin(asset), folded_inputs(asset, {asset: own, **parents}), ON_THE_WAY)


def judged(twin: AssetTwin, as_of: float = 100) -> Condition:
    return assess(twin, ON_THE_WAY, at(as_of))


BOUND: list[Input] = [Binding(1, ADD, "d1", "pallet", 0, at(10))]
WARM: list[Input] = [read(second, 9_000) for second in range(20, 40, 5)]


def test_case_on_a_pallet_that_departed_is_judged_as_in_transit() -> None:
    pallet = [begun("pallet"), *BOUND, reach(15, DEPARTURE), *WARM]
    case = judged(twin_of("case", [begun("case"), *PACKED], pallet=pallet))
    assert case.phase is Phase.TRANSIT
    assert [one.rule for one in case.rules_fired] == ["boundary:warm"]


def test_pallet_hands_over_what_stands_on_it_and_its_time_outside_falls_to_the_same() -> None:
    pallet = [begun("pallet"), *BOUND, reach(15, DEPARTURE), *WARM, *passing(25)]
    case = judged(twin_of("case", [begun("case"), *PACKED], pallet=pallet))
    alone = judged(twin_of("pallet", pallet))
    assert case.custody.holder == "carrier"
    assert case.custody.liability == alone.custody.liability
    assert {one.holder for one in case.custody.liability} == {"maker", "carrier"}


def test_second_start_by_the_pallet_changes_nothing_and_is_no_fault_of_the_case() -> None:
    own: list[Input] = [begun("case"), *PACKED, reach(2, START, "case")]
    found = twin_of("case", own, pallet=[begun("pallet"), reach(8, START), reach(9, ARRIVAL)])
    assert [one.name for one in found.milestones] == [START, ARRIVAL]
    assert [one.asset for one in found.milestones] == ["case", "pallet"]
    assert found.milestone_faults == ()


def test_second_start_of_its_own_is_a_fault_of_the_case_all_the_same() -> None:
    own: list[Input] = [begun("case"), *PACKED, reach(9, START, "case")]
    found = twin_of("case", own, pallet=[begun("pallet"), reach(8, START)])
    assert found.milestone_faults == (reach(9, START, "case"),)


@pytest.mark.parametrize(
    ("changes", "is_closed"),
    [
        pytest.param([Packing(1, DELETE, "pallet", "case", at(50))], False, id="unpacked with it"),
        pytest.param([Packing(1, DELETE, "pallet", "case", at(51))], True, id="unpacked later"),
        pytest.param([], True, id="not unpacked"),
    ],
)
def test_case_that_is_unpacked_at_the_instant_of_the_close_is_not_closed(
    changes: list[Input], *, is_closed: bool
) -> None:
    own = [begun("case"), *PACKED, *changes]
    found = twin_of("case", own, pallet=[begun("pallet"), reach(50, CLOSE)])
    assert (found.closed_at == at(50)) is is_closed


def test_case_that_is_packed_at_the_instant_of_the_departure_departs() -> None:
    found = twin_of("case", [begun("case"), *PACKED], pallet=[begun("pallet"), reach(5, DEPARTURE)])
    assert found.phase is Phase.TRANSIT
    late = [begun("case"), Packing(1, ADD, "pallet", "case", at(6))]
    assert (
        twin_of("case", late, pallet=[begun("pallet"), reach(5, DEPARTURE)]).phase is Phase.ORIGIN
    )


def test_handover_by_who_does_not_hold_the_case_is_no_refused_statement_but_shows() -> None:
    own = [begun("case", "packer"), *PACKED]
    found = twin_of("case", own, pallet=[begun("pallet"), *passing(10)])
    case = judged(found)
    assert (case.custody.holder, case.custody.refused_statements) == ("packer", 0)
    (rule,) = case.rules_fired
    assert (rule.rule, rule.severity, rule.disposition.value, rule.count) == (
        "custody_apart",
        Severity.MINOR,
        "conformant",
        1,
    )
    assert restored(found) == found


def test_what_the_pallet_said_of_a_case_that_it_does_not_pass_ends_with_its_own_handover() -> None:
    own = [begun("case", "packer"), *PACKED, *passing(20, "packer", "carrier", "case")]
    case = judged(twin_of("case", own, pallet=[begun("pallet"), *passing(10)]))
    assert case.custody.holder == "carrier"
    assert case.rules_fired == ()


def test_case_that_got_apart_is_together_again_once_its_holder_takes_the_pallet() -> None:
    own = [begun("case", "carrier"), *PACKED]
    case = judged(twin_of("case", own, pallet=[begun("pallet"), *passing(10)]))
    assert case.custody.holder == "carrier"
    assert case.rules_fired == ()


def test_pallets_offer_to_which_a_case_was_added_later_does_not_pass_it_and_shows() -> None:
    pallet = [begun("pallet"), say(OFFERED, 4), say(ACCEPTED, 6)]
    case = judged(twin_of("case", [begun("case"), *PACKED], pallet=pallet))
    assert case.custody.holder == "maker"
    assert [one.rule for one in case.rules_fired] == ["custody_apart"]


def test_offer_of_the_pallet_stays_open_for_a_case_that_is_unpacked_before_the_answer() -> None:
    own: list[Input] = [
        begun("case"),
        *PACKED,
        Packing(1, DELETE, "pallet", "case", at(11)),
    ]
    pallet = [begun("pallet"), *passing(10)]
    found = twin_of("case", own, pallet=pallet)
    assert (found.custody.state, found.custody.holder) == (CustodyState.OFFERED, "maker")
    answered = [*own, say(HandoverPhase.WITHDRAWN, 12, nonce="n10", asset="case")]
    assert twin_of("case", answered, pallet=pallet).custody.state is CustodyState.HELD


def test_plan_that_is_in_force_comes_with_the_pallet_and_later_ones_follow() -> None:
    north, south, late = (document([circle(name, 50, 8)]) for name in ("N", "S", "L"))
    plans = [
        Plan(1, "pallet", north, at(1)),
        Plan(1, "pallet", south, at(3)),
        Plan(1, "pallet", late, at(9)),
    ]
    brought = inherited({"pallet": [(at(5), at(20))]}, {"pallet": plans}.__getitem__)
    assert brought == (Plan(1, "pallet", south, at(5)), plans[2])
    found = twin_of("case", [begun("case"), *PACKED], pallet=[begun("pallet"), *plans])
    assert found.plan is not None
    assert json.loads(found.plan.document)["stops"][0]["id"] == "L"


def test_plan_that_is_stated_at_the_moment_of_the_packing_comes_alone() -> None:
    plans = [Plan(1, "pallet", b"old", at(3)), Plan(1, "pallet", b"new", at(5))]
    brought = inherited({"pallet": [(at(5), at(20))]}, {"pallet": plans}.__getitem__)
    assert brought == (plans[1],)


def test_of_two_that_begin_to_hold_an_asset_at_once_the_newest_plan_comes() -> None:
    plans = {
        "lorry": [Plan(1, "lorry", b"lorry", at(2))],
        "pallet": [Plan(1, "pallet", b"pallet", at(1))],
    }
    windows = {"lorry": [(at(5), at(9))], "pallet": [(at(5), at(9))]}
    assert inherited(windows, plans.__getitem__) == (Plan(1, "lorry", b"lorry", at(5)),)


def test_assets_in_a_ring_tell_each_other_once_what_is_stated_of_each() -> None:
    logs: dict[str, list[Input]] = {
        "a": [begun("a"), Packing(1, ADD, "b", "a", 0), reach(5, DEPARTURE, "a")],
        "b": [begun("b"), Packing(1, ADD, "a", "b", 0), reach(7, ARRIVAL, "b")],
    }
    told = [reach(5, DEPARTURE, "a"), reach(7, ARRIVAL, "b")]
    for asset in logs:
        found = folded_inputs(asset, logs)
        assert [one for one in found if isinstance(one, Milestone)] == told
        assert found == sorted(found, key=event_key)
