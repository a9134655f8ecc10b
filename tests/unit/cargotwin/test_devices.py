import io
import json
from pathlib import Path

import pytest
from aiohttp import web

from cargotwin.console import people
from cargotwin.status_client import StatusAway, StatusClient
from gateway.errors import CommandRefused
from gateway.supervisor import SETTINGS_FILE, write_addresses
from tests.integration.gateway_process import invoke


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what people read."""
    file = io.StringIO()
    monkeypatch.setattr(people, "_file", file)  # `file` would put back one stream for ever.
    return file


ADOPT = ("devices", "adopt", "cellar", "--asset", "a-1", "--every", "60")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "2026-11-20T08:00"),
        ("--since", "yesterday"),
        ("--since", "all", "--option", "zone"),
        ("--since", "all", "--option", "=x"),
        ("--since", "all", "--option", "fields=[{"),
    ],
)
def test_mistake_in_the_call_is_named_before_anything_is_asked(
    tmp_path: Path, told: io.StringIO, wrong: tuple[str, ...]
) -> None:
    done = invoke(*ADOPT, *wrong, "--data", tmp_path)
    assert done.exit_code == 2
    assert wrong[-1] in told.getvalue()


def test_gateway_that_does_not_run_is_named(tmp_path: Path, told: io.StringIO) -> None:
    (tmp_path / SETTINGS_FILE).write_text("{}", encoding="utf-8")
    for arguments in (("devices", "list"), ("devices", "show", "x"), (*ADOPT, "--since", "all")):
        done = invoke(*arguments, "--data", tmp_path)
        assert done.exit_code == 2
        assert "no gateway runs" in told.getvalue()
        told.truncate(0)


@pytest.mark.parametrize("url", ["broker:1883", "http://broker", "mqtt://", "mqtt://x:99999"])
def test_address_that_is_none_of_a_broker_is_refused(told: io.StringIO, url: str) -> None:
    done = invoke("devices", "discover", "--broker", url, "--for", "0.1")
    assert done.exit_code == 2
    assert "mqtt://host:port" in told.getvalue()


@pytest.mark.parametrize(
    ("status", "kind"), [(401, CommandRefused), (404, CommandRefused), (503, StatusAway)]
)
async def test_refusal_is_told_apart_from_an_absence(
    tmp_path: Path, status: int, kind: type[Exception]
) -> None:
    async def answer(request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        detail = f"{asked['device']} {request.headers.get('Authorization')}"
        return web.json_response({"title": "No", "detail": detail}, status=status)

    app = web.Application()
    app.router.add_post("/x", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    write_addresses(tmp_path, "derive", {"web": f"http://{host}:{port}"})
    try:
        with pytest.raises(kind, match="cellar Bearer t0p"):
            await StatusClient(tmp_path).post("/x", {"device": "cellar"}, "t0p")
    finally:
        await runner.cleanup()
