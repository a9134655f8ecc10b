import pytest
from aiohttp.test_utils import TestClient

from tests.fakes.status_source import FakeCommands

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
        (EDIT | {"by": ""}, 422),
        (EDIT | {"basis_sha256": "AB" * 32}, 422),
        (EDIT | {"more": 1}, 422),
        ([], 422),
        ({}, 422),
    ],
    ids=["no text", "nobody", "capitals", "more", "list", "empty"],
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
