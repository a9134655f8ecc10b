from collections.abc import AsyncIterator

import pytest

from gateway.store.influx import MirrorSink, Outcome, SendResult, V1Sink, V2Sink, result_of

from .fault_server import Fault, FaultServer, answer, hang, reset

CREDENTIAL = "secret"
LINES = b"temperature,device=d value=4.2 1\ntemperature,device=d value=4.3 2\n"


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    running = FaultServer()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture(params=["v1", "v2"])
async def sink(request: pytest.FixtureRequest, server: FaultServer) -> AsyncIterator[MirrorSink]:
    opened: MirrorSink = (
        V1Sink(server.url, database="cargo", timeout_seconds=0.3)
        if request.param == "v1"
        else V2Sink(server.url, token=CREDENTIAL, org="o", bucket="cargo", timeout_seconds=0.3)
    )
    yield opened
    await opened.close()


async def test_lines_reach_the_store_unchanged(sink: MirrorSink, server: FaultServer) -> None:
    assert await sink.send(LINES) == SendResult(Outcome.ACCEPTED)
    assert server.bodies == [LINES]
    assert server.queries[0]["precision"] == "ns"


async def test_v1_names_database_policy_and_user(server: FaultServer) -> None:
    sink = V1Sink(
        server.url + "/",
        database="cargo",
        retention_policy="year",
        username="u",
        password=CREDENTIAL,
    )
    await sink.send(LINES)
    await sink.close()
    assert server.queries == [{"db": "cargo", "rp": "year", "precision": "ns"}]
    assert (
        server.headers[0]["Authorization"] == "Basic dTpzZWNyZXQ="
    )  # RFC 7617: base64 of u:secret
    assert server.headers[0]["Content-Encoding"] == "gzip"


async def test_v2_names_bucket_organisation_and_token(server: FaultServer) -> None:
    sink = V2Sink(server.url, token=CREDENTIAL, org="o", bucket="cargo/year")
    await sink.send(LINES)
    await sink.close()
    assert server.queries == [{"org": "o", "bucket": "cargo/year", "precision": "ns"}]
    assert server.headers[0]["Authorization"] == "Token secret"


@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (answer(400, '{"error":"partial write"}'), Outcome.REJECTED, "partial write"),
        (answer(422, "out of retention"), Outcome.REJECTED, "out of retention"),
        (answer(401, "unauthorized"), Outcome.MISCONFIGURED, "HTTP 401"),
        (answer(403, "forbidden"), Outcome.MISCONFIGURED, "HTTP 403"),
        (answer(404, "database not found"), Outcome.MISCONFIGURED, "database not found"),
        (answer(302, "", Location="http://127.0.0.1:1/"), Outcome.MISCONFIGURED, "HTTP 302"),
        (answer(413, "too large"), Outcome.SPLIT, "HTTP 413"),
        (answer(500, "x" * 10_000), Outcome.FAILED, "HTTP 500"),
        (answer(502, "bad gateway"), Outcome.RETRY, "HTTP 502"),
        (answer(503, "away"), Outcome.RETRY, "away"),
        (hang, Outcome.RETRY, "Timeout"),
        (reset, Outcome.RETRY, "Disconnected"),
    ],
    ids=["400", "422", "401", "403", "404", "302", "413", "500", "502", "503", "hang", "reset"],
)
async def test_fault_of_the_store_says_what_to_do(
    sink: MirrorSink, server: FaultServer, fault: Fault, outcome: Outcome, says: str
) -> None:
    server.faults.append(fault)
    result = await sink.send(LINES)
    assert result.outcome is outcome
    assert says in result.detail
    assert len(result.detail) < 400
    assert (await sink.send(LINES)).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("status", [429, 503])
async def test_pause_that_the_store_asks_for_is_told(
    sink: MirrorSink, server: FaultServer, status: int
) -> None:
    server.faults.append(answer(status, "busy", Retry_After="17"))
    assert (await sink.send(LINES)).retry_after_seconds == 17.0


async def test_lost_answer_asks_for_another_try(sink: MirrorSink, server: FaultServer) -> None:
    server.loses_answer = True
    assert (await sink.send(LINES)).outcome is Outcome.RETRY
    assert (await sink.send(LINES)).outcome is Outcome.ACCEPTED
    assert server.bodies == [LINES, LINES]


async def test_store_that_does_not_listen_is_away(sink: MirrorSink, server: FaultServer) -> None:
    await server.stop()
    assert (await sink.send(LINES)).outcome is Outcome.RETRY
    await server.start()


@pytest.mark.parametrize("header", ["Wed, 21 Oct 2026 07:28:00 GMT", "", "-1", "soon"])
def test_date_to_retry_after_means_the_usual_pause(header: str) -> None:
    assert result_of(503, "", header).retry_after_seconds is None
