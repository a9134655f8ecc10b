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
from twins.readings import Reading
from twins.twin import AssetTwin
from twins.verdict.condition import condition_document


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


def test_document_holds_no_position() -> None:
    where = [
        *(read(second, 475_596_123, quantity="latitude", sensor="gps") for second in (1, 3)),
        read(3, 475_596_129, quantity="latitude", sensor="gps"),
        *(read(second, 75_886_417, quantity="longitude", sensor="gps") for second in (1, 3)),
    ]
    document = condition_document(judge([*LOG[:3], *where], policy(boundary()), as_of=10))
    text = json.dumps(document)
    assert not [digits for digits in ("47559612", "75886417") if digits in text]


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


def shown(*readings: Reading) -> dict[object, object]:
    condition = judge([*LOG[:3], *readings], policy(boundary()), as_of=20)
    return {one["trait_type"]: one["value"] for one in attributes_of(condition)}


def test_mean_kinetic_temperature_is_that_of_what_was_judged_of_all_sensors() -> None:
    # Of two sensors the warmer one is judged against upper limits: 6 °C, then 8 °C, 10 s each.
    # By hand (USP <1079.2>): 10000 / -ln((e^(-10000/279.15) + e^(-10000/281.15)) / 2) - 273.15.
    readings = [
        *(read(second, 6_000) for second in range(10)),
        *(read(second, 4_000) for second in range(10, 20)),
        *(read(second, 3_000, sensor="door") for second in range(10)),
        *(read(second, 8_000, sensor="door") for second in range(10, 20)),
    ]
    assert shown(*readings)["Mean kinetic temperature"] == "7.0600 °C"


def test_mean_kinetic_temperature_is_left_out_where_nothing_was_judged() -> None:
    assert "Mean kinetic temperature" not in shown()


def test_asset_without_a_title_is_called_by_its_id() -> None:
    assert title_of(AssetTwin(ASSET)) == ASSET
    assert title_of(AssetTwin(ASSET, commissioned=commission())) == "a box"
