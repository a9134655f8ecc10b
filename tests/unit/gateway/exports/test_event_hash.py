import hashlib
import json
from typing import Any

import pytest

from gateway.exports.event_hash import event_hash_id, pre_hash_string
from tests.unit.gateway.exports.checking import VECTORS, of_gs1, reference_pre_hashes

PUBLISHED = json.loads((VECTORS / "event_hash.json").read_text(encoding="utf-8"))["vectors"]
SAMPLES = of_gs1("documents.json")["documents"]
EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-04T10:00:00Z",
    "eventTimeZoneOffset": "+00:00",
    "epcList": ["urn:epc:id:sscc:4012345.0000000111"],
    "action": "OBSERVE",
}


def events_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["epcisBody"]["eventList"]
    return found


def hashed(**changed: object) -> str:
    return pre_hash_string(EVENT | changed)


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda one: one["file"])
def test_published_documents_have_their_published_ids(vector: dict[str, Any]) -> None:
    document = vector["document"]
    found = [event_hash_id(one, document["@context"]) for one in events_of(document)]
    assert found == vector["hashes"]


@pytest.mark.parametrize(
    "vector", [one for one in PUBLISHED if "prehashes" in one], ids=lambda one: one["file"]
)
def test_published_documents_have_their_published_pre_hash_strings(vector: dict[str, Any]) -> None:
    document = vector["document"]
    found = [pre_hash_string(one, document["@context"]) for one in events_of(document)]
    assert found == vector["prehashes"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one["file"])
def test_samples_of_gs1_have_the_pre_hash_strings_of_the_reference(sample: dict[str, Any]) -> None:
    document = sample["document"]
    found = [pre_hash_string(one, document["@context"]) for one in events_of(document)]
    assert found == reference_pre_hashes(document)


def test_id_is_the_sha_256_of_the_string_as_a_named_information_uri() -> None:
    digest = hashlib.sha256(pre_hash_string(EVENT).encode()).hexdigest()
    assert event_hash_id(EVENT) == f"ni:///sha-256;{digest}?ver=CBV2.0"


def test_order_of_members_and_of_lists_does_not_matter() -> None:
    epcs = ["urn:epc:id:sscc:4012345.0000000222", "urn:epc:id:sscc:4012345.0000000111"]
    backwards = dict(reversed((EVENT | {"epcList": epcs}).items()))
    assert pre_hash_string(backwards) == hashed(epcList=epcs[::-1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eventID", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"),
        ("recordTime", "2026-05-04T12:00:00Z"),
        ("errorDeclaration", {"declarationTime": "2026-05-04T12:00:00Z"}),
        ("rdfs:comment", "seen twice"),
    ],
)
def test_what_is_said_about_an_event_later_is_not_hashed(name: str, value: object) -> None:
    assert hashed(**{name: value}) == pre_hash_string(EVENT)


# CBV 2.0 section 8.9: UTC, three decimals, the third rounded up where the fourth is 5 to 9.
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-04T12:00:00+02:00", "2026-05-04T10:00:00.000Z"),
        ("2026-05-04T10:00:00.1415Z", "2026-05-04T10:00:00.142Z"),
        ("2026-05-04T10:00:00.1425Z", "2026-05-04T10:00:00.143Z"),
        ("2026-05-04T10:00:00.14249999Z", "2026-05-04T10:00:00.142Z"),
        ("2026-12-31T23:59:59.9996Z", "2027-01-01T00:00:00.000Z"),
    ],
)
def test_moment_is_written_in_utc_with_milliseconds_rounded_half_up(
    written: str, expected: str
) -> None:
    assert f"eventTime={expected}eventTimeZoneOffset" in hashed(eventTime=written)


@pytest.mark.parametrize("written", ["2026-02-30T10:00:00Z", "9999-12-31T23:59:59.9999Z", "soon"])
def test_moment_that_cannot_be_is_hashed_as_it_was_written(written: str) -> None:
    assert f"eventTime={written}eventTimeZoneOffset" in hashed(eventTime=written)


# By hand from the rule "no trailing zeros"; a float would write 1e-07 and lose the last digits.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (26.0, "26"),
        (0.1, "0.1"),
        (100, "100"),
        (-0.0, "0"),
        ("5.50", "5.5"),
        ("0.0000001", "0.0000001"),
        ("1E2", "100"),
        ("123456789012345678901.5", "123456789012345678901.5"),
    ],
)
def test_number_has_no_trailing_zeros_and_no_exponent(value: object, expected: str) -> None:
    report = {"type": "Temperature", "value": value}
    assert hashed(sensorElementList=[{"sensorReport": [report]}]).endswith(f"value={expected}")


def test_text_with_an_endless_exponent_is_hashed_as_it_stands() -> None:
    assert hashed(**{"ex:seal": "1e999999999"}).endswith("ex:seal=1e999999999")


def test_empty_lists_and_blanks_around_values_are_left_out() -> None:
    assert hashed(bizTransactionList=[], disposition=None, action=" OBSERVE ") == hashed()


def test_words_urns_and_compact_uris_of_the_vocabulary_are_hashed_alike() -> None:
    written = ("urn:epcglobal:cbv:bizstep:receiving", "cbv:BizStep-receiving", "receiving")
    assert len({hashed(bizStep=one) for one in written}) == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # EPC Tag Data Standard 1.13, sections 6.3 and 7; check digits by hand.
        ("urn:epc:id:gsrn:4012345.0000006765", "https://id.gs1.org/8018/401234500000067657"),
        (
            "urn:epc:id:itip:4012345.011111.01.02.987",
            "https://id.gs1.org/8006/040123451111180102/21/987",
        ),
        ("urn:epc:idpat:sgcn:4012345.99999.*", "https://id.gs1.org/255/4012345999990"),
        (
            "https://example.com/itip/040123451111180102/lot/A/ser/9?x=1",
            "https://id.gs1.org/8006/040123451111180102/21/9",
        ),
        (
            "https://example.com/gsrn/401234500000067657/",
            "https://id.gs1.org/8018/401234500000067657",
        ),
        ("https://example.com/01/04012345111118/22/V1", "https://id.gs1.org/01/04012345111118"),
        ("urn:epc:id:gsrn:4012345.67", "urn:epc:id:gsrn:4012345.67"),
        ("https://example.com/about", "https://example.com/about"),
    ],
)
def test_identifiers_of_gs1_are_hashed_as_constrained_canonical_digital_links(
    written: str, expected: str
) -> None:
    assert f"epc={expected}action" in hashed(epcList=[written])
