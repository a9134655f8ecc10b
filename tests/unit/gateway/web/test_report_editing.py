import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.status_source import FakeCommands, FakeStatusSource

PATH = "/api/v1/assets/SGTIN-4711/report"
EDIT = {"text": "Other words.", "by": "quality-desk", "basis_sha256": "ab" * 32}


async def test_edit_of_a_report_goes_through_the_commands(
    client: TestClient, commands: FakeCommands
) -> None:
    answer = await client.post(PATH, json=EDIT)
    assert answer.status == 201
    expected = {"command": "report.edit", "asset": "SGTIN-4711"} | EDIT
    assert commands.submitted == [expected]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (EDIT | {"text": ""}, 422),
        (EDIT | {"text": "x" * 65_000 + "é" * 600}, 413),
        (EDIT | {"by": ""}, 422),
        (EDIT | {"basis_sha256": "AB" * 32}, 422),
        (EDIT | {"more": 1}, 422),
        ([], 422),
        ({}, 422),
    ],
    ids=["no text", "too long", "nobody", "capitals", "more", "list", "empty"],
)
async def test_edit_that_is_none_is_refused(
    client: TestClient, commands: FakeCommands, body: object, status: int
) -> None:
    assert (await client.post(PATH, json=body)).status == status
    assert commands.submitted == []


async def test_edit_of_an_unknown_asset_or_in_another_form_is_refused(
    client: TestClient, commands: FakeCommands
) -> None:
    assert (await client.post("/api/v1/assets/nobody/report", json=EDIT)).status == 404
    assert (await client.post(PATH, data=b"Other words.")).status == 415
    assert commands.submitted == []


@pytest.mark.parametrize(
    ("header", "status"), [("", 401), ("Bearer wrong", 401), ("Bearer right", 201)]
)
async def test_edit_wants_the_token_of_commands(
    source: FakeStatusSource, commands: FakeCommands, header: str, status: int
) -> None:
    settings = WebSettings(token="right")  # noqa: S106 - a test's token
    app = web_application(source, commands, Broadcast(), settings)
    async with TestClient(TestServer(app)) as client:
        headers = {"Authorization": header} if header else {}
        assert (await client.post(PATH, json=EDIT, headers=headers)).status == status
    assert len(commands.submitted) == (status == 201)
