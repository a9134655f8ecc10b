import pytest

from gateway.exports.event import Json
from gateway.exports.input_events import input_events, packing_event
from tests.unit.gateway.exports.checking import mistakes
from tests.unit.twins.samples import at, bind, close, commission, decide, detach, milestone
from twins.inputs import (
    BindingAction,
    DecisionOutcome,
    Input,
    Milestone,
    MilestoneName,
    Packing,
)

BOX = "urn:cargotwin:asset:obj:box-1"


def told(*inputs: Input) -> list[Json]:
    return [one.event for one in input_events(inputs)]


def test_commissioning_adds_the_asset_once() -> None:
    (found,) = told(commission(5), commission(9))
    assert found["type"] == "ObjectEvent"
    assert (found["action"], found["bizStep"]) == ("ADD", "commissioning")
    assert found["disposition"] == "active"
    assert found["epcList"] == [BOX]
    assert found["eventTime"] == "1970-01-01T00:00:05.000Z"


def test_offset_from_utc_always_stands_beside_the_time() -> None:
    assert {one["eventTimeZoneOffset"] for one in told(commission(), bind(1), close(2))} == {
        "+00:00"
    }


def test_device_that_is_bound_and_detached_makes_two_associations() -> None:
    added, deleted = told(bind(10, "logger-7"), detach(20, "logger-7"))
    assert {one["type"] for one in (added, deleted)} == {"AssociationEvent"}
    assert {one["parentID"] for one in (added, deleted)} == {BOX}
    assert added["childEPCs"] == deleted["childEPCs"] == ["urn:cargotwin:device:obj:logger-7"]
    assert (added["action"], added["bizStep"]) == ("ADD", "installing")
    assert (deleted["action"], deleted["bizStep"]) == ("DELETE", "removing")


def test_binding_that_changes_nothing_is_no_event() -> None:
    assert len(told(bind(10), bind(11, every=60), detach(20), detach(21))) == 2
    assert told(detach(5)) == []


def test_packing_and_unpacking_are_aggregations_and_what_changes_nothing_is_none() -> None:
    def packing(action: BindingAction, seconds: int) -> Packing:
        return Packing(1, action, "pallet-7", "box-1", at(seconds))

    added, deleted = told(
        packing(BindingAction.ADD, 10),
        packing(BindingAction.ADD, 11),
        packing(BindingAction.DELETE, 20),
        packing(BindingAction.DELETE, 21),
    )
    assert {one["type"] for one in (added, deleted)} == {"AggregationEvent"}
    assert {one["parentID"] for one in (added, deleted)} == {"urn:cargotwin:asset:obj:pallet-7"}
    assert added["childEPCs"] == deleted["childEPCs"] == [BOX]
    assert (added["action"], added["bizStep"]) == ("ADD", "packing")
    assert (deleted["action"], deleted["bizStep"]) == ("DELETE", "unpacking")


@pytest.mark.parametrize(
    ("name", "biz_step", "disposition"),
    [
        (MilestoneName.START, "staging_outbound", None),
        (MilestoneName.DEPARTURE, "departing", "in_transit"),
        (MilestoneName.ARRIVAL, "arriving", None),
        (MilestoneName.DELIVERY, "receiving", None),
        (MilestoneName.CLOSE, "other", None),
    ],
)
def test_milestone_is_its_business_step(
    name: MilestoneName, biz_step: str, disposition: str | None
) -> None:
    (found,) = told(milestone(3, name))
    assert found["bizStep"] == biz_step
    assert found.get("disposition") == disposition
    assert found["cargotwin:milestone"] == name.value


def test_every_milestone_and_every_decision_has_a_business_step() -> None:
    names = [milestone(3, name) for name in MilestoneName]
    outcomes = [decide(4, outcome) for outcome in DecisionOutcome]
    found = told(*names, *outcomes)
    context = {"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}
    assert len(found) == len(names) + len(outcomes)
    assert [mistakes(one | context) for one in found] == [[]] * len(found)


def test_milestone_says_where_it_was_reached() -> None:
    (found,) = told(Milestone(1, "box-1", MilestoneName.ARRIVAL, at(3), "4012345000054"))
    assert found["readPoint"] == {"id": "https://id.gs1.org/414/4012345000054"}


@pytest.mark.parametrize(
    ("outcome", "biz_step", "disposition"),
    [
        (DecisionOutcome.RELEASED, "inspecting", "conformant"),
        (DecisionOutcome.PARTIALLY_RELEASED, "inspecting", None),
        (DecisionOutcome.QUARANTINED, "holding", "non_sellable_other"),
        (DecisionOutcome.REJECTED, "inspecting", "non_conformant"),
    ],
)
def test_decision_says_what_became_of_the_goods_and_which_party_decided(
    outcome: DecisionOutcome, biz_step: str, disposition: str | None
) -> None:
    (found,) = told(decide(7, outcome))
    assert found["bizStep"] == biz_step
    assert found.get("disposition") == disposition
    assert found["cargotwin:decision"] == outcome.value
    assert found["cargotwin:decidedBy"] == "urn:cargotwin:party:quality"


def test_packing_aggregates_one_asset_to_another() -> None:
    packed = packing_event("pallet-1", "box-1", at(4), BindingAction.ADD).event
    unpacked = packing_event("pallet-1", "box-1", at(9), BindingAction.DELETE).event
    assert packed["type"] == "AggregationEvent"
    assert packed["parentID"] == "urn:cargotwin:asset:obj:pallet-1"
    assert packed["childEPCs"] == [BOX]
    assert (packed["action"], packed["bizStep"]) == ("ADD", "packing")
    assert (unpacked["action"], unpacked["bizStep"]) == ("DELETE", "unpacking")
    context = {"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}
    assert mistakes(packed | context) == mistakes(unpacked | context) == []
