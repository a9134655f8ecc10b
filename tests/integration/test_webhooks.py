"""Webhooks as network servers send them, against a running gateway."""

import base64
import gzip
import hashlib
import http.client
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.gateway_process import GatewayProcess, Json, eventually, running_gateway
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

PAYLOADS = REPOSITORY / "tests" / "vectors" / "payloads"
TOKEN = "a-long-secret-of-webhooks"  # noqa: S105 - a test
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """Give a gateway whose webhooks need a token."""
    file = tmp_path_factory.mktemp("secret") / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    with running_gateway(web=f'ingest_token_file = "{file}"\n') as running:
        yield running


def post(
    gateway: GatewayProcess, path: str, body: bytes, headers: dict[str, str] = BEARER
) -> tuple[int, Json]:
    """Send a webhook and return its status and its document."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.web_port, timeout=20)
    try:
        connection.request("POST", f"/api/v1/ingest/{path}", body, headers)
        answer = connection.getresponse()
        document: Json = json.loads(answer.read())
        return answer.status, document
    finally:
        connection.close()


def now() -> str:
    return datetime.now(UTC).isoformat()


def reading(value: object = 5.1, **fields: object) -> bytes:
    return json.dumps({"quantity": "temperature", "value": value, "unit": "C"} | fields).encode()


def readings_of(gateway: GatewayProcess, device: str) -> int:
    items = gateway.items("/api/v1/devices")
    return next((int(one["readings"]) for one in items if one["id"] == device), 0)


def test_uplink_of_the_things_stack_is_on_disk_when_it_is_answered(hooked: GatewayProcess) -> None:
    # Layout: The Things Stack documentation, "Data formats", uplink message.
    uplink = {
        "end_device_ids": {
            "device_id": "eui-0004a30b001c0530",
            "application_ids": {"application_id": "cold-chain"},
        },
        "received_at": now(),
        "uplink_message": {
            "f_port": 1,
            "f_cnt": 42,
            "decoded_payload": {"temperature_c": 4.5},
            "settings": {"time": now()},
        },
    }
    body = json.dumps(uplink).encode()
    status, document = post(hooked, "things_stack_v3", body)
    # 16 is 0x10: kept, and no asset is bound to the device.
    assert (status, document) == (200, {"code": 16, "records": 1, "faults": []})
    eventually("the reading", lambda: readings_of(hooked, "eui-0004a30b001c0530") == 1)
    # The server sends it again: its network time is its identity.
    assert post(hooked, "things_stack_v3", body)[0] == 200
    packed = BEARER | {"Content-Encoding": "gzip"}
    assert post(hooked, "things_stack_v3", gzip.compress(body), packed)[0] == 200
    post(hooked, "things_stack_v3", json.dumps(uplink | {"received_at": now()}).encode())
    time.sleep(0.5)
    assert readings_of(hooked, "eui-0004a30b001c0530") == 1


def test_history_of_a_ruuvi_gateway_is_taken_tag_by_tag(hooked: GatewayProcess) -> None:
    samples = json.loads((PAYLOADS / "ruuvi_gateway.json").read_text("utf-8"))["samples"]
    (history,) = [one["payload"] for one in samples if "tags" in one["payload"].get("data", {})]
    status, document = post(hooked, "ruuvi_gateway", json.dumps(history).encode())
    assert (status, document["faults"]) == (200, [])
    tags = {name.replace(":", "").lower() for name in history["data"]["tags"]}

    def seen() -> set[str]:
        items = hooked.items("/api/v1/devices")
        return {str(one["id"]).replace(":", "").lower() for one in items} & tags

    assert len(tags) == 2
    eventually("both tags", lambda: seen() == tags)


def test_refused_payload_is_kept_with_its_reason_and_named_in_the_answer(
    hooked: GatewayProcess,
) -> None:
    body = b'{"quantity": "temperature", "value": 5}'
    status, document = post(hooked, "cargotwin?device=hook-2", body)
    assert status == 422
    assert "has no unit" in document["detail"]
    assert document["code"] == 0x99
    kept = eventually(
        "the entry",
        lambda: [
            one
            for one in hooked.get("/api/v1/quarantine?device=hook-2")["items"]
            if bytes.fromhex(one["raw_hex"]) == body
        ],
    )
    sender = f"webhook:{hashlib.sha256(TOKEN.encode()).hexdigest()[:16]}"
    assert (kept[0]["reason"], kept[0]["client"]) == ("missing_unit", sender)
    assert post(hooked, "cargotwin?device=hook-2&refused=202", body)[0] == 202


def test_repetition_of_a_payload_without_time_is_known_by_its_key(hooked: GatewayProcess) -> None:
    first, second = (BEARER | {"Idempotency-Key": f'"{key}"'} for key in ("k-1", "k-2"))
    for headers in (first, first, second, first):
        assert post(hooked, "cargotwin?device=hook-3", reading(), headers)[0] == 200
    other = reading(6.1)
    status, document = post(hooked, "cargotwin?device=hook-3", other, first)
    assert (status, document["title"]) == (422, "Idempotency-Key reused")
    eventually("two readings", lambda: readings_of(hooked, "hook-3") == 2)
    time.sleep(0.5)
    assert readings_of(hooked, "hook-3") == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer no"}, 401),
        ({"Authorization": "Basic " + base64.b64encode(f"ttn:{TOKEN}".encode()).decode()}, 200),
        ({"X-Auth-Token": TOKEN}, 200),
        (BEARER | {"Origin": "https://elsewhere.example"}, 403),
        (BEARER | {"Host": "elsewhere.example"}, 421),
    ],
)
def test_sender_must_show_the_token(
    hooked: GatewayProcess, headers: dict[str, str], status: int
) -> None:
    found, document = post(hooked, "cargotwin?device=hook-4", reading(observed_at=now()), headers)
    assert found == status, document


def test_payload_beyond_the_limit_is_refused(hooked: GatewayProcess) -> None:
    assert post(hooked, "cargotwin?device=hook-5", b" " * 262_145)[0] == 413


def test_webhook_is_told_to_come_again_while_intake_is_away(hooked: GatewayProcess) -> None:
    path = hooked.data / "intake.sock"
    away = Path(f"{path}.away")
    path.rename(away)
    try:
        status, document = post(hooked, "cargotwin?device=hook-6", reading())
        assert (status, document["title"]) == (503, "Temporarily away")
    finally:
        away.rename(path)
    assert post(hooked, "cargotwin?device=hook-6", reading())[0] == 200


def test_acknowledged_payloads_survive_a_kill(hooked: GatewayProcess) -> None:
    for number in range(20):
        body = reading(number, observed_at_us=1_700_000_000_000_000 + number * 1_000_000)
        assert post(hooked, "cargotwin?device=hook-7", body)[0] == 200
    hooked.kill("intake")
    eventually("all readings", lambda: readings_of(hooked, "hook-7") == 20)
