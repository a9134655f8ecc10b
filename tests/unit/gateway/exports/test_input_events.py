import pytest

from gateway.exports.event import Json
from gateway.exports.input_events import input_events, shown_events
from tests.unit.gateway.exports.checking import mistakes
from tests.unit.twins.samples import at, bind, close, commission, decide, detach, milestone
from twins.inputs import (
    BindingAction,
    CalibratedBinding,
    DecisionOutcome,
    Input,
    Milestone,
    MilestoneName,
)

BOX = "urn:cargotwin:asset:obj:box-1"
CONTEXT = {"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}


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


def test_device_that_is_bound_with_its_calibration_says_when_it_was_calibrated() -> None:
    calibrated = CalibratedBinding(
        1, BindingAction.ADD, "logger-7", "box-1", at(10), at(60), calibrated_at=at(5)
    )
    (found,), (plain,) = told(calibrated), told(bind(10, "logger-7"))
    assert found["cargotwin:calibratedAt"] == "1970-01-01T00:00:05.000Z"
    assert "cargotwin:calibratedAt" not in plain
    assert mistakes(found | CONTEXT) == []


def test_binding_that_changes_nothing_is_no_event() -> None:
    assert len(told(bind(10), bind(11, every=60), detach(20), detach(21))) == 2
    assert told(detach(5)) == []


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
    assert len(found) == len(names) + len(outcomes)
    assert [mistakes(one | CONTEXT) for one in found] == [[]] * len(found)


@pytest.mark.parametrize("name", list(MilestoneName))
def test_milestone_says_where_it_was_reached_and_all_but_a_departure_where_the_goods_are_now(
    name: MilestoneName,
) -> None:
    (found,) = told(Milestone(1, "box-1", name, at(3), "4012345000054"))
    place = {"id": "https://id.gs1.org/414/4012345000054"}
    assert found["readPoint"] == place
    # EPCIS 2.0, "where": the business location holds until another event says otherwise.
    assert found.get("bizLocation") == (None if name is MilestoneName.DEPARTURE else place)


def test_milestone_without_a_place_names_none() -> None:
    (found,) = told(milestone(3, MilestoneName.ARRIVAL))
    assert "readPoint" not in found
    assert "bizLocation" not in found


def test_milestone_that_positions_showed_says_so_and_one_that_was_stated_does_not() -> None:
    one = milestone(3, MilestoneName.DEPARTURE)
    (shown,), (stated,) = shown_events([one]), input_events([one])
    assert shown.event["cargotwin:knownBy"] == "position"
    assert "cargotwin:knownBy" not in stated.event
    assert shown.event["bizStep"] == stated.event["bizStep"] == "departing"
    assert shown.event["eventID"] != stated.event["eventID"]
    assert mistakes(shown.event | CONTEXT) == []


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
