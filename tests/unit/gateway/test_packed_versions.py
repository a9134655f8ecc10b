import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.parents import ParentLog
from contracts.verify import Outcome, verify_versions
from gateway.store.entries import PolicyFiled
from gateway.verification import check_attester, check_text
from tests.property.test_packed_book import commissioning
from tests.property.test_packed_versions import Publishing
from tests.property.test_twin_book import LOOSE
from tests.unit.test_specification import check, schema
from tests.unit.twins.samples import at, read
from tests.unit.twins.test_inheritance import passing, reach
from twins.inputs import Binding, BindingAction, MilestoneName, Packing

ADD, DELETE = BindingAction.ADD, BindingAction.DELETE
CASE, PALLET, LORRY = "case", "pallet", "lorry"
PACKED = Packing(1, ADD, PALLET, CASE, at(5))
BOUND = Binding(1, ADD, "d1", PALLET, 0, at(10))
COOL = [read(second, 5_000) for second in range(10, 40, 5)]
HOT = [read(second, 16_000) for second in range(40, 70, 5)]


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Publishing]:
    made = Publishing(tmp_path)
    made.take([PolicyFiled(1, LOOSE), *commissioning(CASE), *commissioning(PALLET)])
    made.take([BOUND, PACKED, *COOL])
    made.absorb()
    made.publish(CASE)
    yield made
    made.close()


def stated(one: Publishing, version: int) -> dict[str, Any]:
    found = one.ledger.versions(CASE)[version - 1]
    document = json.loads(one.ledger.document(found.digest) or b"")
    twin: dict[str, Any] = document["properties"]["cargotwin"]
    return twin


def test_version_of_a_case_states_how_much_of_the_pallets_log_it_was_folded_with(
    one: Publishing,
) -> None:
    assert stated(one, 1)["schema"] == "cargotwin.metadata.v3"
    pallet = one.book.assets[PALLET].evidence
    assert stated(one, 1)["evidence"]["parents"] == [
        {"asset": PALLET, "size": pallet.size, "root": pallet.root.hex()}
    ]
    # Commissioned, assigned, packed; the pallet's log has the binding and the readings.
    assert (stated(one, 1)["evidence"]["size"], pallet.size) == (3, 2 + 1 + len(COOL))
    assert stated(one, 1)["condition"]["disposition"] == "conformant"
    document = one.ledger.document(one.ledger.versions(CASE)[0].digest)
    check("metadata", json.loads(document or b""), 3)
    one.verify(CASE)


def test_third_schema_of_metadata_is_the_second_with_parents() -> None:
    second, third = schema("metadata", 2), schema("metadata", 3)
    evidence = third["$defs"]["cargotwin"]["properties"]["evidence"]
    assert evidence["properties"].pop("parents")["minItems"] == 1
    evidence["required"] = ["size", "root", "signed"]
    text = json.dumps(third).replace("metadata.v3", "metadata.v2")
    assert json.loads(text) == second


def test_pallet_alone_states_no_parents(one: Publishing) -> None:
    one.publish(PALLET)
    (version,) = one.ledger.versions(PALLET)
    twin = json.loads(one.ledger.document(version.digest) or b"")["properties"]["cargotwin"]
    assert twin["schema"] == "cargotwin.metadata.v1"
    assert "parents" not in twin["evidence"]


def test_late_reading_of_the_pallet_supersedes_the_version_of_the_case(one: Publishing) -> None:
    one.take([read(second, 20_000, sensor="core") for second in range(12, 32)])
    one.absorb()
    one.publish(CASE)
    assert stated(one, 2)["condition"]["disposition"] == "non_conformant"
    assert stated(one, 2)["supersedes"] == stated(one, 2)["previous"]
    one.verify(CASE)


def test_case_that_was_taken_out_late_is_told_of_anew(one: Publishing) -> None:
    one.take(HOT)
    one.absorb()
    one.publish(CASE)
    assert stated(one, 2)["condition"]["disposition"] == "non_conformant"
    one.take([Packing(1, DELETE, PALLET, CASE, at(38))])
    one.absorb()
    one.publish(CASE)
    assert stated(one, 3)["condition"]["disposition"] != "non_conformant"
    assert stated(one, 3)["supersedes"] == stated(one, 3)["previous"]
    one.verify(CASE)


def test_rebuilt_twins_take_nothing_for_late_that_a_version_tells_of(one: Publishing) -> None:
    one.lose_derived()
    one.absorb(1)
    one.publish(CASE)
    one.absorb()
    one.publish(CASE)
    one.take(HOT)
    one.absorb()
    one.publish(CASE)
    assert len(one.ledger.versions(CASE)) == 2
    assert stated(one, 2)["supersedes"] is None
    one.verify(CASE)


def test_departure_of_the_pallet_is_a_version_of_the_case_of_its_own(one: Publishing) -> None:
    one.take([reach(45, MilestoneName.DEPARTURE)])
    one.absorb()
    one.publish(CASE)
    assert one.ledger.versions(CASE)[1].reason == "milestone"
    assert stated(one, 2)["condition"]["phase"] == "transit"
    # The case's own log has taken nothing.
    assert stated(one, 2)["evidence"]["size"] == stated(one, 1)["evidence"]["size"]
    assert stated(one, 2)["supersedes"] is None
    one.verify(CASE)


def test_handover_of_the_pallet_that_is_told_late_supersedes_the_version_of_the_case(
    one: Publishing,
) -> None:
    one.take(passing(20))
    one.absorb()
    one.publish(CASE)
    assert one.ledger.versions(CASE)[1].reason == "custody"
    assert stated(one, 2)["custody"]["possessing_party"] == "carrier"
    assert stated(one, 2)["supersedes"] == stated(one, 2)["previous"]
    one.verify(CASE)


def test_handover_of_the_pallet_from_before_the_case_was_packed_is_none_of_the_case(
    one: Publishing,
) -> None:
    one.take(passing(3))
    one.absorb()
    one.publish(CASE)
    assert len(one.ledger.versions(CASE)) == 1
    assert one.book.assets[PALLET].twin.custody.holder == "carrier"
    assert one.book.assets[CASE].twin.custody.holder == "maker"


def test_late_unpacking_corrects_an_open_cases_version_where_the_verdict_stays(
    one: Publishing,
) -> None:
    one.take([*HOT, read(70, 5_000), *(read(second, 16_000) for second in range(80, 100, 5))])
    one.absorb()
    one.publish(CASE)
    assert stated(one, 2)["condition"]["rules_fired"][0]["count"] == 2
    one.take([Packing(1, DELETE, PALLET, CASE, at(75))])
    one.absorb()
    one.publish(CASE)
    assert one.ledger.versions(CASE)[2].reason == "correction"
    assert stated(one, 3)["condition"]["rules_fired"][0]["count"] == 1
    assert stated(one, 3)["supersedes"] == stated(one, 3)["previous"]
    one.verify(CASE)


def test_version_that_a_crash_followed_is_not_superseded_by_what_lies_behind_it(
    one: Publishing,
) -> None:
    one.take([read(second, 20_000, sensor="core") for second in range(12, 32)])
    one.absorb()
    one.publish(CASE, meanwhile=[read(second, 5_000) for second in (45, 50)], is_killed=True)
    one.take([reach(55, MilestoneName.DEPARTURE)])
    one.absorb()
    one.publish(CASE)
    assert stated(one, 2)["supersedes"] == stated(one, 2)["previous"]
    assert stated(one, 3)["supersedes"] is None
    one.verify(CASE)


def test_version_that_a_crash_followed_is_superseded_by_what_came_late_meanwhile(
    one: Publishing,
) -> None:
    one.take(HOT)
    one.absorb()
    one.publish(CASE, meanwhile=[read(33, 5_500)], is_killed=True)
    one.take([reach(70, MilestoneName.DEPARTURE)])
    one.absorb()
    one.publish(CASE)
    assert stated(one, 2)["supersedes"] is None
    assert stated(one, 3)["supersedes"] == stated(one, 3)["previous"]
    one.verify(CASE)


def test_pallet_in_a_lorry_is_listed_with_it_and_no_more_than_that(one: Publishing) -> None:
    one.take([*commissioning(LORRY), *commissioning("yard")])
    one.take([Packing(1, ADD, LORRY, PALLET, at(20)), Packing(1, ADD, "yard", LORRY, at(20))])
    one.take([Packing(1, DELETE, "yard", LORRY, at(20))])
    one.take([Binding(1, ADD, "d3", LORRY, 0, at(10)), *HOT])
    one.take([read(second, 17_000, device="d3") for second in range(40, 70, 5)])
    one.absorb()
    one.publish(CASE)
    parents = stated(one, 2)["evidence"]["parents"]
    assert [parent["asset"] for parent in parents] == [LORRY, PALLET]
    one.verify(CASE)


@pytest.mark.parametrize("forged", ["a reading less", "another key", "no log", "other records"])
def test_log_of_a_pallet_that_is_not_what_the_case_was_folded_with_fails(
    one: Publishing, forged: str
) -> None:
    claims = one.claims(CASE)
    log = claims.parents[PALLET]
    parents = {
        "a reading less": {PALLET: ParentLog(log.records[:-1], log.asset_key)},
        "another key": {PALLET: ParentLog(log.records, b"x" * 32)},
        "no log": {},
        "other records": {PALLET: ParentLog([*log.records[1:], b"\x90"], log.asset_key)},
    }[forged]
    checks = verify_versions(replace(claims, parents=parents), check_text, check_attester)
    (failed,) = [one for one in checks if one.outcome is Outcome.FAILED]
    assert failed.name == "parents 1"
    assert PALLET in failed.detail
