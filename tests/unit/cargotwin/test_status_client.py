from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from cargotwin.status_client import StatusAway, StatusClient, StatusRefused
from gateway.errors import CommandRefused, UnreadableFile
from gateway.supervisor import write_addresses
from tests.servers import free_port

Handler = Callable[[web.Request], Awaitable[web.Response]]
SEVEN = [{"id": f"box-{number}"} for number in range(7)]


async def paged(request: web.Request) -> web.Response:
    """Answer three items at a time, as the service does: null says that it was the last part."""
    start = int(request.query.get("cursor", "0"))
    following = str(start + 3) if start + 3 < len(SEVEN) else None
    return web.json_response({"items": SEVEN[start : start + 3], "next": following})


async def problem(_: web.Request) -> web.Response:
    # RFC 9457 names the type of a problem; it is JSON all the same.
    body = {"title": "No such asset", "detail": "there is no asset box-9"}
    return web.json_response(body, status=404, content_type="application/problem+json")


async def asked_for_json(request: web.Request) -> web.Response:
    return web.json_response({"accept": request.headers["Accept"], "path": request.path})


async def no_json(_: web.Request) -> web.Response:
    return web.Response(text="<h1>It works!</h1>", content_type="text/html")


async def failing_without_words(_: web.Request) -> web.Response:
    return web.json_response({}, status=500)


@asynccontextmanager
async def served(folder: Path, handler: Handler) -> AsyncIterator[StatusClient]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    write_addresses(folder, "derive", {"web": f"http://{host}:{port}"})
    try:
        yield StatusClient(folder)
    finally:
        await runner.cleanup()


async def test_document_is_read_from_the_address_that_the_gateway_wrote(tmp_path: Path) -> None:
    async with served(tmp_path, asked_for_json) as client:
        found = await client.get("/api/v1/status")
    assert found == {"accept": "application/json", "path": "/api/v1/status"}


async def test_list_is_read_to_its_end_part_by_part(tmp_path: Path) -> None:
    async with served(tmp_path, paged) as client:
        assert await client.items("/api/v1/assets") == SEVEN


async def test_list_is_asked_for_in_the_largest_parts_that_there_are(tmp_path: Path) -> None:
    asked: list[str] = []

    async def counting(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        return await paged(request)

    async with served(tmp_path, counting) as client:
        await client.items("/api/v1/devices?x=y")
    # 500 is the most that SPECIFICATION.md and the service's settings allow.
    assert asked == ["x=y&limit=500", "x=y&limit=500&cursor=3", "x=y&limit=500&cursor=6"]


async def test_answer_is_read_in_its_exact_bytes(tmp_path: Path) -> None:
    async def spaced(_: web.Request) -> web.Response:
        return web.Response(body=b'{ "b":1.50,"a":2}', content_type="application/ld+json")

    async with served(tmp_path, spaced) as client:
        assert await client.read("/x", "application/ld+json") == b'{ "b":1.50,"a":2}'


async def test_answer_of_another_kind_comes_from_no_gateway(tmp_path: Path) -> None:
    async with served(tmp_path, no_json) as client:
        with pytest.raises(StatusAway, match="sends no application/ld"):
            await client.read("/x", "application/ld+json")


async def test_problem_instead_of_an_answer_is_told_in_its_own_words(tmp_path: Path) -> None:
    async with served(tmp_path, problem) as client:
        with pytest.raises(StatusRefused, match=r"^No such asset: there is no asset box-9$"):
            await client.read("/api/v1/assets/box-9/export", "application/ld+json")


async def test_problem_is_told_in_its_own_words(tmp_path: Path) -> None:
    async with served(tmp_path, problem) as client:
        with pytest.raises(StatusRefused, match=r"^No such asset: there is no asset box-9$"):
            await client.get("/api/v1/assets/box-9")


async def test_problem_without_words_is_told_by_its_status(tmp_path: Path) -> None:
    async with served(tmp_path, failing_without_words) as client:
        with pytest.raises(StatusRefused, match="500"):
            await client.get("/")


@pytest.mark.parametrize(
    ("title", "detail", "told"),
    [
        ("Refused", "same_text: nothing was edited.", "same_text: nothing was edited."),
        ("Invalid body", "by is too long.", "Invalid body: by is too long."),
        ("Refused", "", "Refused"),
    ],
    ids=["refused", "with a title of its own", "without words"],
)
async def test_command_that_is_not_done_is_told_without_saying_refused_twice(
    tmp_path: Path, title: str, detail: str, told: str
) -> None:
    async def refusing(_: web.Request) -> web.Response:
        return web.json_response({"title": title, "detail": detail}, status=422)

    async with served(tmp_path, refusing) as client:
        with pytest.raises(CommandRefused) as caught:
            await client.post("/api/v1/assets/box-9/report", {}, "")
    # Commands print "refused" before it.
    assert caught.value.diagnostics() == told


async def test_address_at_which_something_else_answers_is_no_gateway(tmp_path: Path) -> None:
    async with served(tmp_path, no_json) as client:
        with pytest.raises(StatusAway, match="is the gateway running") as caught:
            await client.get("/api/v1/status")
    assert caught.value.url == client.url + "/api/v1/status"


async def test_gateway_that_does_not_answer_is_told_in_words_of_our_own(tmp_path: Path) -> None:
    port = free_port()
    write_addresses(tmp_path, "derive", {"web": f"http://127.0.0.1:{port}"})
    with pytest.raises(StatusAway) as caught:
        await StatusClient(tmp_path).get("/api/v1/assets")
    assert caught.value.diagnostics() == (
        f"no answer from http://127.0.0.1:{port}/api/v1/assets: nothing listens there; "
        "is the gateway running?"
    )


async def test_gateway_that_is_gone_is_said_to_be_away(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    write_addresses(tmp_path, "derive", {"web": url})
    with pytest.raises(StatusAway, match="is the gateway running") as caught:
        await StatusClient(tmp_path).get("/api/v1/status")
    assert caught.value.url == f"{url}/api/v1/status"


def test_folder_on_which_no_gateway_runs_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no gateway runs") as caught:
        StatusClient(tmp_path)
    assert str(tmp_path) in str(caught.value)
