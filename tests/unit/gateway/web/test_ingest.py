import asyncio
import base64
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.errors import CommandRefused
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from twins.errors import TransientFault

OWN = "/api/v1/ingest/cargotwin?topic=cargotwin/v1/d1/readings"
READING = b'{"quantity":"temperature","value":5.1,"unit":"C"}'
TAKEN = {"code": 0, "records": 1, "faults": []}


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


class Away(TransientFault):
    pass


class Intake(FakeCommands):
    """Answers every payload in one way."""

    def __init__(self, answer: dict[str, object] | Exception | None = None) -> None:
        super().__init__()
        self.answer = TAKEN if answer is None else answer
        self.release = asyncio.Event()
        self.release.set()
        self.was_asked = asyncio.Event()

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        await super().submit(command)
        self.was_asked.set()
        await self.release.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@asynccontextmanager
async def served(intake: Intake, **settings: object) -> AsyncIterator[TestClient]:
    app = web_application(
        FakeStatusSource([]),
        intake,
        Broadcast(),
        WebSettings(**settings),  # type: ignore[arg-type]
    )
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_payload_reaches_intake_as_it_came() -> None:
    intake = Intake()
    async with served(intake) as client:
        answer = await client.post(OWN, data=READING)
        assert (answer.status, await answer.json()) == (200, TAKEN)
    (command,) = intake.submitted
    assert base64.b64decode(str(command.pop("payload"))) == READING
    assert command == {
        "command": "ingest",
        "codec": "cargotwin",
        "topic": "cargotwin/v1/d1/readings",
        "client": "webhook",
        "key": "",
        "rights": None,
    }


async def test_compressed_payload_is_unpacked() -> None:
    intake = Intake()
    async with served(intake) as client:
        headers = {"Content-Encoding": "deflate"}
        answer = await client.post(OWN, data=zlib.compress(READING), headers=headers)
        assert answer.status == 200
    assert base64.b64decode(str(intake.submitted[0]["payload"])) == READING


@pytest.mark.parametrize("coding", ["gzip", "X-GZIP", "deflate"])
async def test_packed_payload_that_is_broken_or_cut_is_not_taken(coding: str) -> None:
    packed = zlib.compress(READING) if coding == "deflate" else gzip.compress(READING)
    intake = Intake()
    async with served(intake) as client:
        for data in (packed[:-3], packed[:-12], b"notgzip", b""):
            answer = await client.post(OWN, data=data, headers={"Content-Encoding": coding})
            assert (answer.status, answer.content_type) == (400, "application/problem+json")
        assert intake.submitted == []
        answer = await client.post(OWN, data=packed, headers={"Content-Encoding": coding})
        assert answer.status == 200
    assert base64.b64decode(str(intake.submitted[0]["payload"])) == READING


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "morse"])
async def test_payload_in_another_coding_is_told_which_are_taken(coding: str) -> None:
    intake = Intake()
    async with served(intake) as client:
        answer = await client.post(OWN, data=READING, headers={"Content-Encoding": coding})
        assert (answer.status, answer.content_type) == (415, "application/problem+json")
        # RFC 9110 section 12.5.3.
        assert answer.headers["Accept-Encoding"] == "gzip, deflate"
    assert intake.submitted == []


async def test_other_bodies_are_not_taken_packed() -> None:
    async with served(Intake()) as client:
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        body = gzip.compress(b"{}")
        answer = await client.post("/api/v1/decisions", data=body, headers=headers)
        assert (answer.status, answer.content_type) == (415, "application/problem+json")


async def test_refused_payload_is_a_problem_that_names_the_reason_and_says_it_is_kept() -> None:
    refused = {"code": 0x99, "records": 0, "faults": ["temperature has no unit"]}
    async with served(Intake(refused)) as client:
        answer = await client.post(OWN, data=READING)
        assert (answer.status, answer.content_type) == (422, "application/problem+json")
        document = await answer.json()
        assert document | refused == document
        assert "temperature has no unit" in document["detail"]
        assert "do not send it again" in document["detail"]
        answer = await client.post(f"{OWN}&refused=202", data=READING)
        assert (answer.status, await answer.json()) == (202, refused)


async def test_payload_that_is_taken_in_part_is_accepted_with_its_faults() -> None:
    partly = {"code": 0x99, "records": 2, "faults": ["element 1: 'x' is not a finite number"]}
    async with served(Intake(partly)) as client:
        answer = await client.post(OWN, data=READING)
        assert (answer.status, await answer.json()) == (202, partly)


async def test_intake_that_is_away_or_busy_is_told_with_when_to_come_again() -> None:
    async with served(Intake(Away("no gateway answers"))) as client:
        answer = await client.post(OWN, data=READING)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    intake = Intake()
    intake.release.clear()
    async with served(intake, ingest_timeout_s=0.05) as client:
        answer = await client.post(OWN, data=READING)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    intake.was_asked.clear()
    async with served(intake, ingest_concurrency=1) as client:
        first = asyncio.create_task(client.post(OWN, data=READING))
        await intake.was_asked.wait()
        answer = await client.post(OWN, data=READING)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        intake.release.set()
        assert (await first).status == 200


async def test_payload_beyond_the_limit_is_refused_however_it_comes() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    intake = Intake()
    async with served(intake, ingest_limit_bytes=1_000) as client:
        for data in (b"x" * 1_001, pieces()):
            answer = await client.post(OWN, data=data)
            assert (answer.status, answer.content_type) == (413, "application/problem+json")
        bomb = zlib.compress(b"x" * 1_000_000)
        assert len(bomb) < 1_000
        answer = await client.post(OWN, data=bomb, headers={"Content-Encoding": "deflate"})
        assert answer.status == 413
        assert (await client.post(OWN, data=b"x" * 1_000)).status == 200
    assert len(intake.submitted) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/ingest/morse?topic=a", 404),
        ("/api/v1/ingest/cargotwin", 400),
        ("/api/v1/ingest/tasmota", 400),
        ("/api/v1/ingest/mapping", 400),
        ("/api/v1/ingest/cargotwin?topic=a/%23", 400),
        ("/api/v1/ingest/cargotwin?topic=", 400),
        ("/api/v1/ingest/cargotwin?device=a/b", 400),
        (f"{OWN}&refused=500", 400),
    ],
)
async def test_address_that_says_too_little_is_a_problem(path: str, status: int) -> None:
    intake = Intake()
    async with served(intake) as client:
        answer = await client.post(path, data=READING)
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert intake.submitted == []


@pytest.mark.parametrize(
    ("path", "body", "topic"),
    [
        ("cargotwin?device=d-7", {}, "cargotwin/v1/d-7/readings"),
        ("tasmota?device=plug", {}, "tele/plug/SENSOR"),
        ("ruuvi_gateway", {}, "ruuvi/gateway/tag"),
        (
            "things_stack_v3",
            {"end_device_ids": {"device_id": "e1", "application_ids": {"application_id": "app"}}},
            "v3/app/devices/e1/up",
        ),
        (
            "chirpstack_v4?event=status",
            {"deviceInfo": {"applicationId": "17c8", "devEui": "0102030405060708"}},
            "application/17c8/device/0102030405060708/event/status",
        ),
        (
            "chirpstack_v4",
            {"deviceInfo": {"devEui": "0102030405060708"}, "rxInfo": []},
            "application/application/device/0102030405060708/event/up",
        ),
    ],
)
async def test_topic_follows_from_the_address_or_the_payload(
    path: str, body: object, topic: str
) -> None:
    intake = Intake()
    async with served(intake) as client:
        assert (await client.post(f"/api/v1/ingest/{path}", json=body)).status == 200
    assert intake.submitted[0]["topic"] == topic


async def test_device_of_another_topic_is_never_assumed() -> None:
    intake = Intake()
    async with served(intake) as client:
        for path in ("things_stack_v3", "chirpstack_v4?event=up"):
            assert (await client.post(f"/api/v1/ingest/{path}", json={})).status == 400
        assert intake.submitted == []
        # What is no JSON at all goes to the format, which has it kept with the reason.
        assert (await client.post("/api/v1/ingest/things_stack_v3", data=b"{")).status == 200


@pytest.mark.parametrize(("sent", "key"), [('"8e03978e"', "8e03978e"), ("8e03978e", "8e03978e")])
async def test_idempotency_key_is_handed_on(sent: str, key: str) -> None:
    intake = Intake()
    async with served(intake) as client:
        await client.post(OWN, data=READING, headers={"Idempotency-Key": sent})
        answer = await client.post(OWN, data=READING, headers={"Idempotency-Key": "k" * 201})
        assert answer.status == 400
    assert [one["key"] for one in intake.submitted] == [key]


async def test_idempotency_key_of_another_payload_is_a_problem_that_says_it_was_not_taken() -> None:
    refusal = CommandRefused("key_reused", "the key k-1 came before with another payload or topic")
    async with served(Intake(refusal)) as client:
        # A sender that has refused payloads accepted must hear this all the same.
        for path in (OWN, f"{OWN}&refused=202"):
            answer = await client.post(path, data=READING, headers={"Idempotency-Key": '"k-1"'})
            assert (answer.status, answer.content_type) == (422, "application/problem+json")
            document = await answer.json()
            assert document["title"] == "Idempotency-Key reused"
            assert document["detail"].startswith("the key k-1 came before with another payload")
            assert "not taken" in document["detail"]
            assert "code" not in document


@pytest.mark.parametrize(
    ("headers", "status", "client_name"),
    [
        ({}, 401, ""),
        ({"Authorization": "Bearer wrong"}, 401, ""),
        ({"Authorization": "Basic !"}, 401, ""),
        ({"Authorization": basic("ttn:wrong")}, 401, ""),
        ({"X-Auth-Token": "wrong"}, 401, ""),
        # The first 16 digits that `printf hook | sha256sum` and `printf t0p | sha256sum` print.
        ({"Authorization": "Bearer hook"}, 200, "webhook:0648298b48be0319"),
        ({"Authorization": "Bearer t0p"}, 200, "webhook:88eb05a2f7df24c8"),
        ({"Authorization": "Token hook"}, 200, "webhook:0648298b48be0319"),
        ({"Authorization": basic("ttn:hook")}, 200, "webhook:0648298b48be0319:ttn"),
        ({"X-Auth-Token": "hook"}, 200, "webhook:0648298b48be0319"),
        ({"X-Auth-Token": "hook", "Origin": "https://evil.example"}, 403, ""),
    ],
)
async def test_sender_shows_its_token(
    headers: dict[str, str], status: int, client_name: str
) -> None:
    intake = Intake()
    async with served(intake, token="t0p", ingest_token="hook") as client:  # noqa: S106 - a test
        answer = await client.post(OWN, data=READING, headers=headers)
        assert answer.status == status
    assert [one["client"] for one in intake.submitted] == ([client_name] if client_name else [])


async def test_token_of_webhooks_opens_nothing_else() -> None:
    intake = Intake()
    async with served(intake, token="t0p", ingest_token="hook") as client:  # noqa: S106 - a test
        headers = {"Authorization": "Bearer hook"}
        answer = await client.post("/api/v1/decisions", json={}, headers=headers)
        assert answer.status == 401


TOKENS = """all
ttn things_stack_v3 v3/app1/devices/+/up
two cargotwin cargotwin/v1/d1/+
two senml,tasmota
"""
TTN = {"end_device_ids": {"device_id": "e1", "application_ids": {"application_id": "app1"}}}


@pytest.mark.parametrize(
    ("token", "path", "body", "status"),
    [
        ("all", OWN, {}, 200),
        ("t0p", OWN, {}, 200),
        ("ttn", "/api/v1/ingest/things_stack_v3", TTN, 200),
        ("ttn", "/api/v1/ingest/things_stack_v3", {"end_device_ids": {"device_id": "e1"}}, 403),
        ("ttn", "/api/v1/ingest/things_stack_v3?topic=v3/app2/devices/e1/up", TTN, 403),
        ("ttn", OWN, {}, 403),
        ("two", OWN, {}, 200),
        ("two", "/api/v1/ingest/cargotwin?device=d2", {}, 403),
        ("two", "/api/v1/ingest/tasmota?device=any", {}, 200),
        ("two", "/api/v1/ingest/tasmota?topic=anywhere/else", {}, 200),
        ("two", "/api/v1/ingest/things_stack_v3", TTN, 403),
        ("TTN", OWN, {}, 401),
        ("ttn things_stack_v3 v3/app1/devices/+/up", OWN, {}, 401),
        ("", OWN, {}, 401),
    ],
)
async def test_token_brings_only_what_its_lines_cover(
    token: str, path: str, body: object, status: int
) -> None:
    intake = Intake()
    async with served(intake, token="t0p", ingest_token=TOKENS) as client:  # noqa: S106 - a test
        answer = await client.post(path, json=body, headers={"X-Auth-Token": token})
        assert answer.status == status
        if status != 200:
            assert answer.content_type == "application/problem+json"
    assert len(intake.submitted) == (status == 200)


async def test_token_that_does_not_cover_a_payload_says_which_and_where_to_widen_it() -> None:
    async with served(Intake(), ingest_token=TOKENS) as client:
        headers = {"X-Auth-Token": "two"}
        answer = await client.post("/api/v1/ingest/cargotwin?device=d2", data=b"", headers=headers)
        detail = (await answer.json())["detail"]
    assert "cargotwin payloads of the topic 'cargotwin/v1/d2/readings'" in detail
    assert "web.ingest_token_file" in detail


async def test_limited_tokens_alone_close_webhooks_to_everyone_else() -> None:
    intake = Intake()
    async with served(intake, ingest_token="ttn things_stack_v3") as client:  # noqa: S106 - a test
        assert (await client.post(OWN, data=READING)).status == 401
    assert intake.submitted == []


@pytest.mark.parametrize(
    ("code", "status"), [("unknown_codec", 404), ("unconfigured_codec", 409), ("too_long", 413)]
)
async def test_refusal_of_intake_has_its_status(code: str, status: int) -> None:
    async with served(Intake(CommandRefused(code, "because"))) as client:
        answer = await client.post(OWN, data=json.dumps({}).encode())
        assert (answer.status, answer.content_type) == (status, "application/problem+json")


async def test_devices_of_a_token_go_to_intake_with_its_payload() -> None:
    intake = Intake()
    tokens = "dock senml up/# device=tag-*\nlab"
    async with served(intake, token="t0p", ingest_token=tokens) as client:  # noqa: S106 - a test
        for token in ("dock", "lab", "t0p"):
            headers = {"X-Auth-Token": token}
            assert (
                await client.post("/api/v1/ingest/senml?topic=up/1", data=b"[]", headers=headers)
            ).status == 200
    assert [one["rights"] for one in intake.submitted] == [
        {"names": ["tag-*"], "by_topic": False},
        None,
        None,
    ]


@pytest.mark.parametrize(("query", "status"), [("", 403), ("&refused=202", 202)])
async def test_device_that_is_not_the_tokens_is_told_with_where_to_name_it(
    query: str, status: int
) -> None:
    fault = "the token of this webhook does not reach as far as d1; add device=d1"
    intake = Intake({"code": 0x87, "records": 0, "faults": [fault]})
    async with served(intake) as client:
        answer = await client.post(OWN + query, data=READING)
        assert answer.status == status
        document = await answer.json()
    assert (document["code"], document["faults"]) == (0x87, [fault])
    assert "kept" not in document


@pytest.mark.parametrize("query", ["", "&refused=202"])
async def test_payload_that_is_refused_and_not_kept_is_answered_as_such(query: str) -> None:
    intake = Intake({"code": 0x87, "records": 0, "faults": ["no right; not kept"], "kept": False})
    async with served(intake) as client:
        answer = await client.post(OWN + query, data=READING)
        assert answer.status == 403
        document = await answer.json()
    assert (document["kept"], document["code"]) == (False, 0x87)
