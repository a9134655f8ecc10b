"""What an EPCIS document must obey: GS1's JSON Schema, and the reference's event hash."""

import copy
import json
import re
import warnings
from datetime import datetime
from functools import cache
from typing import Any

import jsonschema
import pytest
from epcis_event_hash_generator import hash_generator, json_to_py

from gateway.exports.history import AssetHistory, PublishedCondition
from gateway.exports.stated_condition import stated_condition
from tests.fakes.shipments import Shipment
from tests.servers.places import REPOSITORY
from twins.readings import Reading
from twins.verdict.condition import Condition, condition_document

VECTORS = REPOSITORY / "tests" / "vectors" / "epcis"


def of_gs1(name: str) -> dict[str, Any]:
    """Return one of GS1's files; a source distribution has none of them."""
    path = VECTORS / "gs1" / name
    if not path.exists():
        # Not a skip: unchecked documents must not look like checked ones.
        pytest.fail(f"{path} is missing; {VECTORS / 'README.md'} says where it comes from")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


_formats = jsonschema.FormatChecker(())


@_formats.checks("uri")
def is_uri(value: object) -> bool:
    """Tell whether a text is a URI, RFC 3986: a scheme, and no character that must be encoded."""
    return not isinstance(value, str) or bool(
        re.fullmatch(
            r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-F]{2})*", value
        )
    )


@_formats.checks("date-time")
def is_date_time(value: object) -> bool:
    """Tell whether a text is an RFC 3339 moment with its offset."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
        return False
    return datetime.fromisoformat(value) is not None


@cache
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(of_gs1("EPCIS-JSON-Schema.json"), format_checker=_formats)


def mistakes(document: object) -> list[str]:
    """Return what the schema finds wrong with a document."""
    return [f"{one.json_path}: {one.message}" for one in _validator().iter_errors(document)]


def reference_pre_hashes(document: dict[str, Any]) -> list[str]:
    """Return the pre-hash strings that the reference implementation finds."""
    # It collects namespaces of every document that it was ever given.
    json_to_py._namespaces.clear()
    with warnings.catch_warnings():
        # It opens its copy of the JSON-LD context in a way that Python gives up.
        warnings.simplefilter("ignore", DeprecationWarning)
        events = json_to_py.event_list_from_epcis_document_json(copy.deepcopy(document))
    found: list[str] = hash_generator.derive_prehashes_from_events(events)
    return found


def history_of_shipment(
    shipment: Shipment, published: tuple[PublishedCondition, ...] = ()
) -> AssetHistory:
    """Return what a made shipment's export is made from."""
    return AssetHistory(
        shipment.id,
        tuple(one for one in shipment.inputs if not isinstance(one, Reading)),
        published,
        stated_condition(condition_document(shipment.condition)),
    )


def version_of(
    condition: Condition, number: int, *, supersedes: int = 0, published_at: int = 0
) -> PublishedCondition:
    """Return a condition as the version of a number; versions have made digests."""
    return PublishedCondition(
        number,
        f"{number:064x}",
        f"{supersedes:064x}" if supersedes else None,
        published_at,
        f"https://twins.example/assets/{condition.asset}",
        stated_condition(condition_document(condition)),
    )
