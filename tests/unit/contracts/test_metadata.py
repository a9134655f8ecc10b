import hashlib
import json

from contracts.metadata import (
    attributes_of,
    condition_digest,
    title_of,
    token_id_of,
)
from tests.fakes.published import LOG, published
from tests.unit.twins.samples import ASSET, boundary, commission, judge, policy, read
from twins.condition import condition_document
from twins.twin import AssetTwin


def test_token_is_the_hash_of_the_assets_id() -> None:
    assert token_id_of("a") == int(hashlib.sha256(b"a").hexdigest(), 16)


def test_document_carries_what_the_specification_names_and_nothing_else() -> None:
    content = json.loads(published()[-1])
    assert sorted(content) == [
        "attributes",
        "description",
        "external_url",
        "image",
        "name",
        "properties",
    ]
    stated = content["properties"]["cargotwin"]
    assert stated["previous"] == hashlib.sha256(published()[-2]).hexdigest()
    assert (stated["version"], stated["evidence"]["size"]) == (3, len(LOG))
    assert stated["decision"] == {"outcome": "released", "by": "quality", "observed_at": 30_000_000}
    assert "looked at" not in published()[-1].decode()


def test_condition_digest_is_that_of_its_canonical_document() -> None:
    condition = judge([commission()], policy(), as_of=1)
    text = json.dumps(condition_document(condition), sort_keys=True, separators=(",", ":"))
    assert condition_digest(condition) == hashlib.sha256(text.encode()).digest()


def test_attributes_show_the_extremes_of_all_sensors() -> None:
    log = [*LOG[:3], read(1, -1_500), read(2, 9_250, sensor="core"), read(3, 4_000)]
    shown = {
        one["trait_type"]: one["value"]
        for one in attributes_of(judge(log, policy(boundary()), as_of=10))
    }
    assert shown["Lowest temperature"] == "-1.5 °C"
    assert shown["Highest temperature"] == "9.25 °C"
    assert shown["Disposition"] == "non_conformant"
    assert shown["Severity"] == "major"


def test_asset_without_a_title_is_called_by_its_id() -> None:
    assert title_of(AssetTwin(ASSET)) == ASSET
    assert title_of(AssetTwin(ASSET, commissioned=commission())) == "a box"
