"""Laws of exported events: they obey GS1's schema, and their ids are those of the reference."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.exports.epcis import epcis_bytes
from gateway.exports.event_hash import pre_hash_string
from gateway.exports.history import AssetHistory
from gateway.exports.stated_condition import StatedFinding, StatedSensors, stated_condition
from tests.unit.gateway.exports.checking import mistakes, reference_pre_hashes
from tests.unit.twins.samples import ASSET, commission, judge, policy
from twins.inputs import (
    Binding,
    BindingAction,
    Decision,
    DecisionOutcome,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    Milestone,
    MilestoneName,
    Packing,
)
from twins.readings import Reading
from twins.verdict.condition import condition_document

moments = st.integers(0, 4_000_000_000_000_000)
parties = st.sampled_from(["maker", "carrier", "4012345000054", "Zoë & Söhne", "a b"])
places = st.one_of(st.just(""), st.just("4012345000054"), st.text(max_size=20))
# The reference writes every text that reads as a number as one, and stumbles over "infinity".
seals = st.from_regex(r"S-[0-9A-Z]{0,6}", fullmatch=True)
devices = st.sampled_from(["d1", "d2", "urn:epc:id:giai:4000001.111"])


def _handover(said: HandoverStatement) -> Handover:
    return Handover(1, msgspec.json.encode(said))


inputs = st.one_of(
    st.builds(
        Binding,
        st.just(1),
        st.sampled_from(BindingAction),
        devices,
        st.just(ASSET),
        moments,
        st.just(60_000_000),
    ),
    st.builds(
        Milestone, st.just(1), st.just(ASSET), st.sampled_from(MilestoneName), moments, places
    ),
    st.builds(
        Decision,
        st.just(1),
        st.just(ASSET),
        st.sampled_from(DecisionOutcome),
        parties,
        st.text(max_size=9),
        moments,
    ),
    st.builds(
        HandoverStatement,
        st.just(ASSET),
        parties,
        parties,
        moments,
        st.sampled_from(HandoverPhase),
        st.sampled_from("ab"),
        places,
        seals,
    ).map(_handover),
)
readings = st.builds(
    Reading,
    st.just(1),
    devices,
    st.sampled_from(["core", "acceleration_x"]),
    st.sampled_from(["temperature", "acceleration"]),
    st.integers(0, 100_000),
    moments,
    st.just(1),
)
WIDE = policy()


packings = st.builds(
    Packing,
    st.just(1),
    st.sampled_from(BindingAction),
    st.sampled_from(["pallet-7", "urn:epc:id:sscc:4012345.0000000111"]),
    st.just(ASSET),
    moments,
)
shown = st.builds(
    Milestone,
    st.just(1),
    st.just(ASSET),
    st.sampled_from([MilestoneName.DEPARTURE, MilestoneName.ARRIVAL]),
    moments,
    places,
)
findings = st.builds(
    StatedFinding,
    st.sampled_from(["stuck", "spike", "drift", "disagreement", "silent"]),
    st.one_of(st.just(""), devices),
    st.sampled_from(["", "core", "acceleration_x"]),
    st.sampled_from(["temperature", "acceleration", "latitude"]),
    moments,
    st.one_of(st.none(), moments),
)


def document_of(
    records: list[Input],
    measured: list[Reading],
    packed: list[Packing],
    positions: list[Milestone],
    found: list[StatedFinding],
) -> dict[str, Any]:
    entered = [commission(), *records]
    last = max(one.observed_at for one in measured) / 1_000_000 if measured else 0
    present = judge(
        [Binding(1, BindingAction.ADD, one.device, ASSET, 0, 60_000_000) for one in measured]
        + list(measured),
        WIDE,
        last + 1,
    )
    stated = msgspec.structs.replace(
        stated_condition(condition_document(present)), sensors=StatedSensors((), tuple(found))
    )
    history = AssetHistory(ASSET, tuple(entered), (), stated, tuple(packed), tuple(positions))
    document: dict[str, Any] = json.loads(epcis_bytes(history))
    return document


@settings(max_examples=40, deadline=None)
@given(
    st.lists(inputs, max_size=8),
    st.lists(readings, max_size=4, unique_by=repr),
    st.lists(packings, max_size=3),
    st.lists(shown, max_size=2),
    st.lists(findings, max_size=3),
)
def test_events_of_whatever_happened_obey_the_schema_and_hash_as_the_reference_does(
    records: list[Input],
    measured: list[Reading],
    packed: list[Packing],
    positions: list[Milestone],
    found: list[StatedFinding],
) -> None:
    document = document_of(records, measured, packed, positions, found)
    assert mistakes(document) == []
    events = document["epcisBody"]["eventList"]
    hashed = [pre_hash_string(one, document["@context"]) for one in events]
    assert hashed == reference_pre_hashes(document)
    assert len({one["eventID"] for one in events}) == len(events)
