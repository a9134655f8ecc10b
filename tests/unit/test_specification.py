"""The specification's tables are the code's, and its rules give what the code gives."""

import copy
import json
import math
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from condition_reports.facts import facts_of
from condition_reports.release import release
from contracts.canonical import canonical_bytes
from contracts.evidence import Evidence
from contracts.metadata import Attestation, VersionFacts, Wording, metadata_document
from gateway.asset_log import asset_log
from gateway.codecs.base import Reason
from gateway.codecs.units import UNITS
from gateway.commands import Command
from gateway.devices.guarantees import Authenticity, Loss, Order, Repetition, Time
from gateway.intake.taking import (
    NO_MATCHING_SUBSCRIBERS,
    NOT_AUTHORIZED,
    PAYLOAD_FORMAT_INVALID,
    SUCCESS,
)
from gateway.mqtt.reason_codes import ReasonCode
from gateway.policies import policy_of
from gateway.store.entries import (
    CODEC_VERSION,
    Batch,
    Entry,
    PolicyFiled,
    Quarantined,
    QuarantineSettled,
)
from tests.fakes.journals import encode_entries
from tests.fakes.shipments import Shipment, every_shipment
from tests.vectors.independent import asset_log as independent_log
from tests.vectors.independent import condition as independent
from tests.vectors.independent import shipments
from tests.vectors.independent.history import Record
from tests.vectors.independent.message_pack import pack
from twins.bindings import folded_inputs
from twins.custody.possession import CUSTODY_TRANSITIONS
from twins.inputs import Handover as HandoverRecord
from twins.inputs import Input, decode, statement_of
from twins.readings import QUANTITIES
from twins.twin import AssetTwin, advance
from twins.verdict.condition import EXCURSIONS_LISTED, assess, condition_document

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SPECIFICATION.md").read_text("utf-8")
VECTORS = ROOT / "tests" / "vectors"
SCHEMAS = ("condition", "metadata", "handover")


def section(number: int) -> str:
    return TEXT.split(f"\n## {number}. ")[1].split("\n## ")[0]


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is given."""
    table, _, _ = text.split(f"| {heading} |", 1)[1].partition("\n\n")
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.split("\n")[2:]]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]*)`", text)


def test_quantities_of_the_specification_are_those_of_the_code() -> None:
    stated = {}
    for name, _, scale, plausible, kind in rows(section(1), "quantity"):
        lowest, highest = plausible.replace("\N{MINUS SIGN}", "-").split(" … ")
        stated[quoted(name)[0]] = (int(scale), int(lowest), int(highest), kind.strip() == "level")
    assert stated == {
        one.name: (one.scale, one.lowest, one.highest, one.is_level) for one in QUANTITIES.values()
    }


def test_units_of_the_specification_are_those_of_the_code() -> None:
    stated: dict[str, list[tuple[set[str], float, float, float]]] = {}
    names: list[str] = []
    for name, spellings, *numbers in rows(section(1), "quantity | spellings of the unit"):
        names = name.split(", ") if name else names
        for one in names:
            stated.setdefault(one, []).append((spelled(one, spellings), *map(number, numbers)))
    assert stated == {
        quantity: [
            (set(unit.spellings), unit.offset, unit.numerator, unit.denominator) for unit in units
        ]
        for quantity, units in UNITS.items()
    }


def spelled(quantity: str, text: str) -> set[str]:
    if text.startswith("as tilt's degree"):
        return {*UNITS["tilt"][0].spellings, {"latitude": "lat", "longitude": "lon"}[quantity]}
    text = re.sub(r"U\+([0-9A-F]{4})`", lambda hit: f"`{chr(int(hit[1], 16))}", text)
    text = re.sub(r"U\+([0-9A-F]{4})", lambda hit: f"`{chr(int(hit[1], 16))}`", text)
    found = set(quoted(text))
    return found | {""} if "the empty text" in text else found


def number(text: str) -> float:
    return math.pi if text.startswith("π") else float(text)


def test_record_kinds_of_the_specification_are_those_of_the_code() -> None:
    kinds = [*get_args(Input), Quarantined, PolicyFiled, QuarantineSettled]
    stated = {
        int(kind): (name, [re.split(r"[ (]", field.strip())[0] for field in fields.split(",")])
        for kind, name, fields in rows(section(2), "kind")
    }
    stated[8] = (stated[8][0], ["document"])
    assert stated == {
        one.__struct_config__.tag: (one.__name__, list(one.__struct_fields__[1:])) for one in kinds
    }


def test_custody_table_of_the_specification_is_that_of_the_code() -> None:
    stated = {
        (state, phase): (next_state, "answers" in condition)
        for states, phase, next_state, condition in rows(section(4), "state")
        for state in states.split(", ")
    }
    assert stated == {
        (state.value, phase.value): (row.next_state.value, row.answers_offer)
        for (state, phase), row in CUSTODY_TRANSITIONS.items()
    }


def test_reasons_and_codes_of_the_specification_are_those_of_the_code() -> None:
    own = {"too_many_sensors", "too_many_devices", "not_authorized"}
    reasons = {name for row in rows(section(16), "reason in quarantine") for name in quoted(row[0])}
    assert reasons == {*Reason, "unknown_asset", "malformed_packet", *own}
    codes = [int(row[0], 16) for row in rows(section(16), "code")]
    assert codes == [
        SUCCESS,
        NO_MATCHING_SUBSCRIBERS,
        NOT_AUTHORIZED,
        ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
        PAYLOAD_FORMAT_INVALID,
    ]


def test_commands_of_the_specification_are_those_of_the_code() -> None:
    stated = {quoted(row[0])[0]: set(quoted(row[1])) for row in rows(section(17), "`command`")}
    for command in get_args(Command):
        members = stated.pop(command.__struct_config__.tag)
        assert members - {"unassigned"} == set(command.__struct_fields__) - {"observed_at_us"}
    questions = {"counters", "follow", "many", "problems", "ways"}
    assert set(stated) == questions | {"ingest", "quarantine.redecode", "source.confirm"}


def test_guarantees_of_the_specification_are_those_of_the_code() -> None:
    table = rows(section(3), "promise | from best to worst")
    stated = {row[0]: quoted(row[1]) for row in table if len(row) > 1}
    kinds = {"loss": Loss, "repetition": Repetition, "order": Order, "time": Time}
    kinds |= {"authenticity": Authenticity}
    for promise, kind in kinds.items():
        assert [word for word in stated[promise] if word != "seq"] == list(kind)


def test_number_of_listed_excursions_is_stated() -> None:
    assert f"lists at most {EXCURSIONS_LISTED}" in TEXT


# ---- rules: the same made histories, judged by the gateway's code and by the independent one

VALUES = {
    "temperature": [-501, -500, 7_500, 7_700, 7_701, 8_000, 8_001, 9_000],
    "illuminance": [0, 50_000, 50_001],
    "acceleration": [19_999, 20_000, 40_000, 40_001, 41_000],
}
DEVICES = ("d1", "d2")
MINUTES = st.integers(0, 60)
PARTIES = st.sampled_from(["maker", "carrier", "shop"])


def reading_of(
    device: str, measured: tuple[str, int], minute: int, seq: int | None, doubt: tuple[int, int]
) -> Record:
    quantity, value = measured
    clock_source, quality = doubt
    moment = shipments.at(minute)
    return [1, 1, device, "s", quantity, value, moment, clock_source, seq, quality, None]


MEASURED = st.sampled_from([(name, one) for name, values in VALUES.items() for one in values])
READING = st.builds(
    reading_of,
    st.sampled_from(DEVICES),
    MEASURED,
    MINUTES,
    st.sampled_from([None, 0, 1]),
    st.sampled_from([(1, 0), (1, 0), (1, 0), (1, 1), (1, 4), (1, 8), (3, 0)]),
)
BINDING = st.one_of(
    st.builds(shipments.bind, MINUTES, st.sampled_from(DEVICES), st.sampled_from([60, 300, 600])),
    st.builds(shipments.detach, MINUTES, st.sampled_from(DEVICES)),
)
HANDOVER = st.builds(
    shipments.handover,
    st.sampled_from(["offered", "offered", "accepted", "refused", "withdrawn", "disputed"]),
    MINUTES,
    PARTIES,
    PARTIES,
    st.sampled_from(["n1", "n2"]),
)
MILESTONE = st.builds(
    shipments.milestone, st.integers(20, 60), st.sampled_from(["arrival", "delivery", "close"])
)
HISTORY = st.tuples(
    st.lists(READING, max_size=30),
    st.lists(BINDING, min_size=1, max_size=5),
    st.lists(HANDOVER, max_size=5),
    st.lists(MILESTONE, max_size=1),
).flatmap(lambda parts: st.permutations([one for part in parts for one in part]))
POLICIES = (
    shipments.POLICY,
    {
        **shipments.POLICY,
        "observation": {**shipments.POLICY["observation"], "maximum_hold_s": 240},
    },
    {
        **shipments.POLICY,
        "boundary": [
            {**one, "delay_s": 0, "hysteresis": 0.0} for one in shipments.POLICY["boundary"]
        ],
    },
)


def distinct(records: list[Record]) -> list[Record]:
    return list({pack(one): one for one in records}.values())


@settings(max_examples=150, deadline=None)
@given(HISTORY, st.sampled_from(POLICIES), st.sampled_from([0, 7, 500]))
def test_rules_of_the_specification_give_the_condition_of_the_code(
    history: list[Record], policy: dict[str, Any], later: int
) -> None:
    log = distinct([*shipments.begin(policy), *history])
    as_of = shipments.at(60 + later)
    parsed = policy_of(rfc8785.dumps(policy))
    inputs = folded_inputs(decode(pack(one)) for one in log)
    found = assess(advance(AssetTwin(shipments.ASSET), inputs, parsed), parsed, as_of)
    stated = independent.assess(shipments.ASSET, log, policy, parsed.digest.hex(), as_of)
    assert json.loads(canonical_bytes(condition_document(found))) == stated


@settings(max_examples=150, deadline=None)
@given(HISTORY, st.lists(st.integers(0, 40), max_size=4))
def test_rules_of_the_specification_give_the_log_of_the_code(
    history: list[Record], repeated: list[int]
) -> None:
    other = [[*one[:4], "other", *one[5:]] for one in history if one[0] == 3]
    quarantined = [0, 1, "a/b", "invalid_json", "send JSON"]
    journal = [*shipments.begin(), quarantined, *other, *history]
    journal += [journal[place] for place in repeated if place < len(journal)]
    entries = [Entry(0, "c", None, dup=False, raw=None, record=raw(one)) for one in journal]
    batches = [
        Batch(place + 1, 0, CODEC_VERSION, encode_entries(entries[start : start + 3]), b"")
        for place, start in enumerate(range(0, len(entries), 3))
    ]
    expected = independent_log.asset_log(journal, shipments.ASSET)
    found = asset_log(lambda: batches, shipments.ASSET)
    assert found.records == [pack(one) for one in expected]


def raw(record: Record) -> msgspec.Raw:
    return msgspec.Raw(pack(record))


# ---- JSON Schemas


def schema(name: str, number: int = 1) -> dict[str, Any]:
    file = resources.files("contracts") / "schemas" / f"{name}.v{number}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


REGISTRY = Registry().with_resources(
    (one["$id"], Resource.from_contents(one))
    for one in (
        *map(schema, SCHEMAS),
        schema("condition", 2),
        schema("condition", 3),
        schema("report_provenance", 2),
    )
)


def check(name: str, document: object, number: int = 1) -> None:
    Draft202012Validator(schema(name, number), registry=REGISTRY).validate(document)


def golden(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))[
        "vectors"
    ]
    return found


def published(shipment: Shipment) -> dict[str, Any]:
    """Return the metadata document of a made shipment, with the report that it would carry."""
    twin, condition = shipment.twin, shipment.condition
    facts = facts_of(
        condition,
        title=shipment.title,
        policy=shipment.policy,
        custody=twin.custody,
        milestones=twin.milestones,
        decisions=twin.decisions,
    )
    report = release(facts, seed=1)
    document = metadata_document(
        condition,
        Wording(
            text=report.text, writer=report.writer, provenance=report.provenance, next_step="Wait."
        ),
        VersionFacts(
            title=shipment.title,
            version=2,
            previous=bytes(32),
            supersedes=None,
            evidence=Evidence(1, bytes(32)),
            decision=twin.decisions[-1] if twin.decisions else None,
            external_url="",
        ),
        Attestation(key="ed25519:" + "0" * 64, signature="0" * 128),
    )
    found: dict[str, Any] = json.loads(canonical_bytes(document))
    return found


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *((name, 1) for name in SCHEMAS),
        *((name, 2) for name in ("condition", "metadata", "report_provenance")),
        *((name, 3) for name in ("condition", "metadata")),
    ],
)
def test_schema_is_a_schema(name: str, number: int) -> None:
    Draft202012Validator.check_schema(schema(name, number))


def test_second_schema_of_metadata_is_the_first_with_the_number_of_signed_readings() -> None:
    first, second = schema("metadata"), schema("metadata", 2)
    evidence = second["$defs"]["cargotwin"]["properties"]["evidence"]
    assert evidence["properties"].pop("signed")["minimum"] == 1
    evidence["required"].remove("signed")
    text = json.dumps(second).replace("metadata.v2", "metadata.v1")
    assert json.loads(text) == first


def test_golden_conditions_fit_their_schema() -> None:
    for vector in golden("condition"):
        check("condition", vector["document"], vector["document"]["schema"])


def test_golden_metadata_fits_its_schema() -> None:
    for vector in golden("metadata"):
        is_signed = "signed" in vector["document"]["properties"]["cargotwin"]["evidence"]
        check("metadata", vector["document"], 2 if is_signed else 1)


# The hostile one has ids of devices that intake refuses.
@pytest.mark.parametrize(
    "shipment", [one for one in every_shipment() if one.id != "evil-1"], ids=lambda one: one.id
)
def test_documents_of_made_shipments_fit_their_schemas(shipment: Shipment) -> None:
    check("condition", json.loads(canonical_bytes(condition_document(shipment.condition))), 3)
    check("metadata", published(shipment))


def test_golden_provenance_fits_its_schema() -> None:
    for vector in golden("report_attestation"):
        check("report_provenance", vector["provenance"], 2)


def test_handover_statements_fit_their_schema() -> None:
    for vector in golden("handover"):
        check("handover", vector["fields"])
    made = [one for one in shipments.troubled() if one[0] == 2]
    for record in made:
        statement = statement_of(HandoverRecord(1, record[2]))
        check("handover", msgspec.to_builtins(statement))


def grown(document: dict[str, Any]) -> None:
    document["colour"] = "red"


def floating(document: dict[str, Any]) -> None:
    document["as_of"] = 1.5


def without_custody(document: dict[str, Any]) -> None:
    del document["custody"]


def in_capitals(document: dict[str, Any]) -> None:
    document["policy_digest"] = "A" * 64


@pytest.mark.parametrize("spoil", [grown, floating, without_custody, in_capitals])
def test_condition_schema_refuses_what_no_condition_holds(
    spoil: Callable[[dict[str, Any]], None],
) -> None:
    document = copy.deepcopy(golden("condition")[0]["document"])
    spoil(document)
    with pytest.raises(ValidationError):
        check("condition", document, document["schema"])


def test_metadata_schema_refuses_a_condition_that_is_none() -> None:
    document = copy.deepcopy(golden("metadata")[0]["document"])
    grown(document["properties"]["cargotwin"]["condition"])
    with pytest.raises(ValidationError):
        check("metadata", document)
