"""The quarantine of a running gateway, by command and by HTTP."""

import http.client
import json
from collections.abc import Callable, Iterator

import pytest

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    invoke,
    last_json_line,
    running_gateway,
)

pytestmark = pytest.mark.integration

SOURCES = """
[[source]]
filter = "cargotwin/v1/+/+"
codec = "cargotwin"
"""
# A format for a topic that no source of the first start reads.
MENDED = """
[[source]]
filter = "plant/+/air"
codec = "mapping"
[source.options]
topic = "plant/{device}/air"
[[source.options.fields]]
path = "t"
quantity = "temperature"
unit = "C"
"""
AIR = b'{"t": 4.5}'


def ingest(gateway: GatewayProcess, topic: str, payload: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.web_port, timeout=20)
    try:
        connection.request("POST", f"/api/v1/ingest/cargotwin?topic={topic}", payload)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def post(gateway: GatewayProcess, path: str, document: Json) -> tuple[int, Json]:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.web_port, timeout=20)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(document), headers)
        answer = connection.getresponse()
        found: Json = json.loads(answer.read())
        return answer.status, found
    finally:
        connection.close()


def run(gateway: GatewayProcess, *arguments: str) -> tuple[int, Json]:
    done = invoke("quarantine", *arguments, "--json", "--data", gateway.data)
    return done.exit_code, last_json_line(done.stdout.encode()) if done.stdout else {}


def kept(gateway: GatewayProcess, topic: str, count: int = 1) -> list[Json]:
    def look() -> list[Json]:
        items: list[Json] = gateway.get(f"/api/v1/quarantine?topic={topic}")["items"]
        return items if len(items) == count else []

    return eventually(f"{count} entries of {topic}", look)


def settled(gateway: GatewayProcess, position: int) -> Json:
    path = f"/api/v1/quarantine/{position}"
    look: Callable[[], Json] = lambda: gateway.get(path)["settlement"] or {}  # noqa: E731 - named for its type
    return eventually("the settlement", look)


@pytest.fixture(scope="module")
def keeping() -> Iterator[GatewayProcess]:
    """Give a gateway of its own: others count what is in quarantine."""
    with running_gateway() as running:
        yield running


def test_entry_is_listed_shown_and_discarded_once(keeping: GatewayProcess) -> None:
    topic = "cargotwin/v1/keep-1/readings"
    raw = b'{"quantity": "temperature", "value": 5}'
    assert ingest(keeping, topic, raw) == 422
    (entry,) = kept(keeping, topic)
    code, listed = run(keeping, "list", "--device", "keep-1")
    assert (code, [one["position"] for one in listed["items"]]) == (0, [entry["position"]])
    assert run(keeping, "list", "--reason", "naive_time")[1]["items"] == []
    position = str(entry["position"])
    said = invoke("quarantine", "show", position, "--data", keeping.data).stdout
    for part in ("missing_unit", raw.decode(), raw.hex(" "), "open"):
        assert part in said
    discard = ("discard", position, "--reason", "a test of the plug", "--by", "qa-basel")
    code, result = run(keeping, *discard)
    assert (code, result["items"][0]["outcome"]) == (0, "discarded")
    found = settled(keeping, entry["position"])
    assert (found["outcome"], found["reason"]) == ("discarded", "a test of the plug")
    code, result = run(keeping, *discard)
    assert code == 1
    assert "already_settled" in result["items"][0]["faults"][0]
    assert run(keeping, "list", "--device", "keep-1")[1]["items"] == []
    assert len(run(keeping, "list", "--device", "keep-1", "--state", "settled")[1]["items"]) == 1


def test_entry_that_today_still_refuses_stays(keeping: GatewayProcess) -> None:
    topic = "cargotwin/v1/keep-2/readings"
    ingest(keeping, topic, b"{")
    (entry,) = kept(keeping, topic)
    path = f"/api/v1/quarantine/{entry['position']}"
    status, problem = post(keeping, f"{path}/redecode", {"by": "qa-basel"})
    assert (status, problem["title"]) == (422, "Still refused")
    assert run(keeping, "redecode", str(entry["position"]))[0] == 1
    assert keeping.get(path)["settlement"] is None
    status, _ = post(keeping, f"{path}/discard", {"by": "qa-basel", "reason": "noise"})
    assert status == 200
    assert post(keeping, f"{path}/discard", {"by": "qa-basel", "reason": "noise"})[0] == 409


def test_position_without_an_entry_is_refused(keeping: GatewayProcess) -> None:
    path = "/api/v1/quarantine/99999999999"
    assert post(keeping, f"{path}/discard", {"by": "qa-basel", "reason": "x"})[0] == 404
    assert run(keeping, "redecode", "99999999999")[0] == 1
    assert run(keeping, "discard", "99999999999", "--reason", "x", "--by", "qa")[0] == 1
    assert run(keeping, "show", "99999999999")[0] == 2


def test_nothing_is_settled_that_nobody_chose(keeping: GatewayProcess) -> None:
    assert run(keeping, "redecode")[0] == 2
    assert run(keeping, "redecode", "1", "--reason", "unknown_topic")[0] == 2


def test_entries_are_decoded_after_their_format_was_added_and_count_from_when_they_came() -> None:
    with running_gateway(sections=SOURCES) as gateway:
        for number in range(60):
            assert ingest(gateway, f"plant/p{number % 3}/air", AIR) == 422
        entries = kept(gateway, "plant/%2B/air", 60)
        assert {one["reason"] for one in entries} == {"unknown_topic"}
        assert gateway.stop() == 0
        gateway.append_settings(MENDED)
        gateway.start()
        code, shown = run(gateway, "show", str(entries[0]["position"]))
        (record,) = shown["preview"]["records"]
        assert (code, record["device"], record["value"]) == (0, "p2", 4_500)
        code, result = run(gateway, "redecode", "--reason", "unknown_topic", "--by", "qa-basel")
        assert (code, len(result["items"])) == (0, 60)
        assert {one["outcome"] for one in result["items"]} == {"decoded"}

        def counted() -> dict[str, int]:
            items = gateway.items("/api/v1/devices")
            return {one["id"]: one["readings"] for one in items}

        eventually("the readings", lambda: counted() == {"p0": 20, "p1": 20, "p2": 20})
        (device,) = [one for one in gateway.items("/api/v1/devices") if one["id"] == "p0"]
        # The first of them came first of all, long before it was decoded.
        assert device["first_at"][:19] == entries[-1]["received_at"][:19]
        found = settled(gateway, entries[0]["position"])
        assert (found["outcome"], found["by"]) == ("decoded", "qa-basel")
        code, result = run(gateway, "redecode", str(entries[0]["position"]))
        assert code == 1
        gateway.wait_calm()
        assert counted() == {"p0": 20, "p1": 20, "p2": 20}
