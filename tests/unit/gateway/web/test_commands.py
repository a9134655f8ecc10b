import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.api import listen, web_application
from gateway.web.auth import ExposedWithoutToken
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from twins.errors import DeviceFault, TransientFault

PATH = "/api/v1/decisions"
REPORT = "/api/v1/assets/SGTIN-4711/report"
DECISION = {
    "asset": "SGTIN-4711",
    "outcome": "quarantined",
    "by": "qa-basel",
    "reason": "above 8 °C for an hour",
}


class IntakeAway(TransientFault):
    pass


class RefusedByIntake(DeviceFault):
    pass


class FailingCommands(FakeCommands):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        assert command["command"] == "decision"
        raise self.error


async def test_decision_goes_through_the_commands(
    client: TestClient, commands: FakeCommands
) -> None:
    answer = await client.post(PATH, json=DECISION)
    assert answer.status == 201
    assert await answer.json() == {"position": 1}
    assert commands.submitted == [{"command": "decision"} | DECISION]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (DECISION | {"asset": "nobody"}, 404),
        (DECISION | {"outcome": "eaten"}, 422),
        (DECISION | {"reason": ""}, 422),
        (DECISION | {"reason": "x" * 2_001}, 422),
        (DECISION | {"extra": 1}, 422),
        ({}, 422),
        ([], 422),
    ],
)
async def test_decision_that_is_none_is_refused(
    client: TestClient, commands: FakeCommands, body: object, status: int
) -> None:
    answer = await client.post(PATH, json=body)
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert commands.submitted == []


@pytest.mark.parametrize("path", [PATH, "/api/v1/quarantine/redecode", REPORT])
@pytest.mark.parametrize("body", [b'{"asset":"\xff"}', b"[" * 30_000, b"", b"{"])
async def test_body_that_is_no_json_in_utf_8_is_refused(
    client: TestClient, commands: FakeCommands, path: str, body: bytes
) -> None:
    answer = await client.post(path, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert commands.submitted == []


async def test_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    answer = await client.post(PATH, json=DECISION | {"reason": "x" * 70_000})
    assert answer.status == 413


async def test_form_of_another_page_is_refused(client: TestClient, commands: FakeCommands) -> None:
    answer = await client.post(PATH, data=DECISION)
    assert answer.status == 415
    assert commands.submitted == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_command_of_another_site_is_refused(
    client: TestClient, commands: FakeCommands, headers: dict[str, str]
) -> None:
    answer = await client.post(PATH, json=DECISION, headers=headers)
    assert answer.status == 403
    assert commands.submitted == []


async def test_command_of_this_site_is_taken(client: TestClient) -> None:
    origin = str(client.make_url("/").origin())
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    answer = await client.post(PATH, json=DECISION, headers=headers)
    assert answer.status == 201


async def test_name_that_is_not_ours_is_refused(client: TestClient) -> None:
    answer = await client.get("/", headers={"Host": "evil.example:80"})
    assert answer.status == 421


@pytest.mark.parametrize(
    ("header", "status"),
    [("", 401), ("Bearer wrong", 401), ("Basic right", 401), ("Bearer right", 201)],
)
async def test_token_is_asked_for_where_one_is_set(
    source: FakeStatusSource, header: str, status: int
) -> None:
    settings = WebSettings(token="right")  # noqa: S106 - a test's token
    app = web_application(source, FakeCommands(), Broadcast(), settings)
    async with TestClient(TestServer(app)) as client:
        headers = {"Authorization": header} if header else {}
        assert (await client.post(PATH, json=DECISION, headers=headers)).status == status
        assert (await client.get("/api/v1/assets")).status == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [(IntakeAway("intake is away"), 503), (RefusedByIntake("the asset is closed"), 422)],
)
async def test_answer_of_intake_becomes_a_problem(
    source: FakeStatusSource, error: Exception, status: int
) -> None:
    app = web_application(source, FailingCommands(error), Broadcast(), WebSettings())
    async with TestClient(TestServer(app)) as client:
        answer = await client.post(PATH, json=DECISION)
        assert answer.status == status
        assert str(error) in (await answer.json())["detail"]
        assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "gateway.example"])  # noqa: S104 - refused
async def test_network_is_refused_without_a_token(source: FakeStatusSource, host: str) -> None:
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(host=host))
    with pytest.raises(ExposedWithoutToken, match=r"set a token, or listen on 127\.0\.0\.1"):
        await listen(app)


async def test_loopback_needs_no_token(source: FakeStatusSource, free_port: int) -> None:
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(port=free_port))
    runner = await listen(app)
    assert runner.addresses == [("127.0.0.1", free_port)]
    await runner.cleanup()
