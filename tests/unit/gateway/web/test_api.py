import hashlib

import jsonschema
import pytest
from aiohttp.test_utils import TestClient

from gateway.web import openapi
from tests.fakes.shipments import HOSTILE
from tests.fakes.status_source import FakeStatusSource

WARM = "/api/v1/assets/SGTIN-4711"
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$"}
VALUE = {
    "type": "object",
    "required": ["value", "unit", "raw"],
    "properties": {
        "value": {"type": "number"},
        "unit": {"type": "string", "minLength": 1},
        "raw": {"type": "integer"},
    },
}
SEVERITY = {
    "type": "object",
    "properties": {
        "level": {"enum": [0, 1, 2, 3]},
        "word": {"enum": ["none", "minor", "major", "critical"]},
    },
    "required": ["level", "word"],
}
ASSET = {
    "type": "object",
    "required": ["id", "title", "disposition", "severity", "reasons", "next_step", "custody"],
    "properties": {
        "severity": SEVERITY,
        "since": {"anyOf": [MOMENT, {"type": "null"}]},
        "last_reading_at": {"anyOf": [MOMENT, {"type": "null"}]},
        "coverage_percent": {"type": "number", "minimum": 0, "maximum": 100},
    },
}
LISTS = [
    "/api/v1/assets",
    f"{WARM}/timeline",
    f"{WARM}/readings",
    f"{WARM}/versions",
    "/api/v1/alarms",
    "/api/v1/quarantine",
    "/api/v1/devices",
]


async def answered(client: TestClient, path: str, **headers: str) -> dict[str, object]:
    answer = await client.get(path, headers=headers)
    assert answer.status == 200, await answer.text()
    assert answer.content_type == "application/json"
    document: dict[str, object] = await answer.json()
    return document


@pytest.mark.parametrize("path", LISTS)
async def test_list_has_items_and_next(client: TestClient, path: str) -> None:
    document = await answered(client, path)
    assert set(document) == {"items", "next"}
    assert document["items"]
    assert document["next"] is None


async def test_fleet_begins_with_what_needs_attention_most(client: TestClient) -> None:
    document = await answered(client, "/api/v1/assets")
    first, *rest = document["items"]
    jsonschema.validate(first, ASSET)
    assert first["id"] == "SGTIN-4711"
    assert first["severity"] == {"level": 3, "word": "critical"}
    # The first reading above 8 °C is that of 11:00, the delay is 15 minutes.
    assert first["since"] == "2026-11-20T11:00:00Z"
    assert first["since_rule"].startswith("boundary:")
    assert first["next_step"] == "Bring the goods back inside the limits at once."
    levels = [one["severity"]["level"] for one in rest]
    assert levels == sorted(levels, reverse=True)


async def test_fleet_is_read_in_parts_by_its_cursor(client: TestClient) -> None:
    seen, cursor = [], "0"
    while cursor is not None:
        document = await answered(client, f"/api/v1/assets?limit=2&cursor={cursor}")
        seen += [one["id"] for one in document["items"]]
        cursor = document["next"]
    whole = await answered(client, "/api/v1/assets")
    assert seen == [one["id"] for one in whole["items"]]


async def test_quarantine_is_read_in_parts_by_its_cursor(client: TestClient) -> None:
    first = await answered(client, "/api/v1/quarantine?limit=2")
    second = await answered(client, f"/api/v1/quarantine?limit=2&cursor={first['next']}")
    assert [one["position"] for one in first["items"] + second["items"]] == [3, 2, 1]


async def test_asset_states_values_with_unit_and_raw_integer(client: TestClient) -> None:
    document = await answered(client, WARM)
    jsonschema.validate(document, ASSET)
    (series,) = document["statistics"]["series"]
    for name in ("last", "minimum", "maximum", "mean"):
        jsonschema.validate(series[name], VALUE)
    assert series["last"] == {"value": 11.8, "unit": "°C", "raw": 11_800}
    (rule,) = document["rules_fired"]
    assert rule["excursions"][0]["extreme"] == {"value": 11.8, "unit": "°C", "raw": 11_800}
    assert rule["excursions"][0]["ended_at"] is None


async def test_asset_carries_the_document_that_its_digest_covers(
    client: TestClient, source: FakeStatusSource
) -> None:
    document = await answered(client, WARM)
    condition = source.shipments["SGTIN-4711"].condition
    assert document["condition_document"]["as_of"] == condition.as_of
    assert document["condition_document"]["coverage"]["ratio_ppm"] == condition.coverage.ratio_ppm


async def test_asset_names_both_sides_of_custody(client: TestClient) -> None:
    document = await answered(client, "/api/v1/assets/camera-7")
    assert document["custody"]["state"] == "offered"
    assert document["custody"]["offer"]["from"] == "optics-works"
    assert document["custody"]["offer"]["to"] == "city-couriers"


async def test_asset_without_any_input_is_answered_too(client: TestClient) -> None:
    document = await answered(client, "/api/v1/assets/SGTIN-4715")
    assert document["report"] is None
    assert document["versions"] == []


async def test_readings_are_bucketed_by_the_step_in_seconds(client: TestClient) -> None:
    document = await answered(client, f"{WARM}/readings?quantity=temperature&step=3600")
    (series,) = document["items"]
    assert series["unit"] == "°C"
    assert series["step_s"] == 3_600
    # One reading every five minutes.
    assert {one["count"] for one in series["buckets"]} <= {12}
    # No bucket stands for the two unobserved hours.
    assert len(series["buckets"]) == 22


async def test_readings_refuse_a_step_that_would_not_fit(client: TestClient) -> None:
    path = f"{WARM}/readings?from=2020-01-01T00:00:00Z&step=1"
    answer = await client.get(path)
    assert answer.status == 400
    assert "step is '1'" in (await answer.json())["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/assets/nobody", 404),
        ("/assets/nobody", 404),
        ("/assets/nobody.json", 404),
        ("/api/v1/assets/nobody/timeline", 404),
        ("/api/v1/assets/nobody/readings", 404),
        ("/api/v1/assets/SGTIN-4715/report", 404),
        ("/api/v1/assets/SGTIN-4715/proof", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/assets?limit=0", 400),
        ("/api/v1/quarantine?cursor=x", 400),
        (f"{WARM}/readings?quantity=mood", 400),
        ("/ipfs/Qmwhatever", 400),
        ("/ipfs/f01551220" + "00" * 32, 404),
        ("/metadata/999999999", 404),
    ],
)
async def test_problem_is_a_document_that_says_what_to_do(
    client: TestClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    document = await answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert len(document["detail"].split(". ")) >= 2


async def test_wrong_method_names_the_right_one(client: TestClient) -> None:
    answer = await client.delete("/api/v1/assets")
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.content_type == "application/problem+json"


async def test_problem_repeats_a_hostile_id_only_escaped(client: TestClient) -> None:
    answer = await client.get(
        "/assets/<script>alert(1)<%2Fscript>", headers={"Accept": "text/html"}
    )
    assert answer.status == 404
    assert "<script>alert" not in await answer.text()


@pytest.mark.parametrize(
    "path", ["/", "/assets", "/assets/SGTIN-4711", "/alarms", "/quarantine", "/devices", "/service"]
)
async def test_page_and_json_share_an_address(client: TestClient, path: str) -> None:
    page = await client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    json = await client.get(path, headers={"Accept": "*/*"})
    assert page.content_type == "text/html"
    assert json.content_type == "application/json"
    assert page.headers["Vary"] == json.headers["Vary"] == "Accept"


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize(
    "path", ["/assets", "/assets/SGTIN-4711", "/alarms", "/quarantine", "/devices", "/service"]
)
async def test_suffix_asks_for_json_whatever_is_accepted(
    client: TestClient, prefix: str, path: str
) -> None:
    suffixed = await answered(client, f"{prefix}{path}.json", Accept="text/html")
    assert suffixed == await answered(client, f"{prefix}{path}")


async def test_published_document_is_served_in_its_exact_bytes(
    client: TestClient, source: FakeStatusSource
) -> None:
    versions = await answered(client, f"{WARM}/versions")
    for version in versions["items"]:
        answer = await client.get(f"/ipfs/{version['cid']}")
        body = await answer.read()
        assert hashlib.sha256(body).hexdigest() == version["digest"]
        assert body == source.documents[version["digest"]]
        assert answer.content_type == "application/json"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_published_document_is_not_sent_again_to_who_has_it(client: TestClient) -> None:
    cid = (await answered(client, f"{WARM}/versions"))["items"][0]["cid"]
    first = await client.get(f"/ipfs/{cid}")
    again = await client.get(f"/ipfs/{cid}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


async def test_token_answers_its_newest_document(client: TestClient) -> None:
    token = (await answered(client, WARM))["token"]["id"]
    answer = await client.get(f"/metadata/{token}")
    assert (await answer.json())["version"] == 2
    assert "immutable" not in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_only_published_documents_are_open_to_other_sites(client: TestClient) -> None:
    answer = await client.get("/api/v1/assets")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/api/v1/assets", "/static/live.js", "/nope", "/metrics"])
async def test_every_answer_is_protected(client: TestClient, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_health_readiness_and_metrics_answer(client: TestClient) -> None:
    assert (await answered(client, "/healthz"))["status"] == "alive"
    ready = await answered(client, "/readyz")
    assert ready["behind"]["draft"] == 2
    metrics = await client.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "cargotwin_readings_total 1234567" in await metrics.text()


async def test_quarantined_bytes_come_whole(client: TestClient) -> None:
    document = await answered(client, "/api/v1/quarantine")
    by_position = {one["position"]: one for one in document["items"]}
    assert bytes.fromhex(by_position[2]["raw_hex"]) == HOSTILE.encode()
    assert by_position[3]["size_bytes"] == 1_024


async def test_description_lists_what_is_served_and_nothing_else(client: TestClient) -> None:
    document = await answered(client, "/openapi.json")
    described = {
        (path, method.upper()) for path, one in document["paths"].items() for method in one
    }
    served = {
        (route.resource.canonical, route.method)
        for route in client.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    pages = {"/", "/static", "/assets", "/assets/{id}"}
    pages |= {"/alarms", "/quarantine", "/devices", "/service", "/quarantine/{position}"}
    pages |= {f"/quarantine/{{position}}/{verb}" for verb in ("redecode", "discard")}
    pages |= {"/quarantine/redecode", "/devices/{name}", "/devices/adopt"}
    machine = {
        (path, method)
        for path, method in served
        if path not in pages and (not path.endswith(".json") or path == "/openapi.json")
    }
    assert described == machine
    assert document["openapi"] == openapi.document("0.1.0")["openapi"] == "3.1.0"
