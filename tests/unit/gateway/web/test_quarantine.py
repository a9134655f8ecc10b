import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.errors import CommandRefused
from gateway.ports import QuarantineCounts, QuarantineEntry, Settlement
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.settling import SettlingCommands
from tests.fakes.shipments import HOSTILE, MINUTE, NOON
from tests.fakes.status_source import FakeCommands, FakeStatusSource, made_quarantine

ENTRY = "/api/v1/quarantine/1"
HTML = {"Accept": "text/html"}
DISCARD = {"by": "qa-basel", "reason": "a test of the installer"}


@pytest.fixture
def source() -> FakeStatusSource:
    return FakeStatusSource([], made_quarantine())


@pytest.fixture
def commands(source: FakeStatusSource) -> SettlingCommands:
    return SettlingCommands(source)


def own_page(client: TestClient) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{client.port}"}


async def test_entry_says_what_todays_formats_make_of_it(client: TestClient) -> None:
    answer = await client.get(ENTRY)
    document = await answer.json()
    assert bytes.fromhex(document["raw_hex"]) == b'{"quantity":"temperature","value":5.1}'
    assert document["settlement"] is None
    assert document["preview"]["records"] == []
    assert [one["reason"] for one in document["preview"]["faults"]] == ["missing_unit"]


async def test_entry_is_tried_with_another_format(client: TestClient) -> None:
    answer = await client.get(ENTRY, params={"codec": "ruuvi_gateway"})
    assert (await answer.json())["preview"] == {"records": [], "faults": []}
    answer = await client.get(ENTRY, params={"codec": "mapping"})
    (fault,) = (await answer.json())["preview"]["faults"]
    assert "mapping" in fault["detail"]
    assert (await client.get(ENTRY, params={"codec": "morse"})).status == 400


@pytest.mark.parametrize("position", ["4711", "-1", "x", "1e3", "9" * 30])
async def test_place_without_an_entry_is_not_found(client: TestClient, position: str) -> None:
    answer = await client.get(f"/api/v1/quarantine/{position}")
    assert answer.status == 404
    assert answer.content_type == "application/problem+json"


class Narrow(FakeStatusSource):
    """Takes positions of 64 bits alone, as SQLite does (https://sqlite.org/datatype3.html)."""

    def quarantined_at(self, position: int) -> QuarantineEntry | None:
        if position >= 2**63:
            raise OverflowError
        return super().quarantined_at(position)


@pytest.mark.parametrize("position", ["9999999999999999999", str(2**63), str(2**62 + 1)])
async def test_place_beyond_every_journal_is_not_found(position: str) -> None:
    source = Narrow([], made_quarantine())
    app = web_application(source, SettlingCommands(source), Broadcast(), WebSettings())
    async with TestClient(TestServer(app)) as client:
        for answer in (
            await client.get(f"/quarantine/{position}"),
            await client.post(f"/api/v1/quarantine/{position}/discard", json=DISCARD),
        ):
            assert answer.status == 404


async def test_entry_is_discarded_with_a_reason_once(
    client: TestClient, commands: SettlingCommands
) -> None:
    answer = await client.post(f"{ENTRY}/discard", json=DISCARD)
    assert (answer.status, await answer.json()) == (200, {"batch": 7})
    assert commands.submitted == [{"command": "quarantine.discard", "position": 1} | DISCARD]
    settled = (await (await client.get(ENTRY)).json())["settlement"]
    assert settled == {
        "outcome": "discarded",
        "reason": DISCARD["reason"],
        "by": "qa-basel",
        "settled_at": "2026-11-20T12:00:00Z",
    }
    again = await client.post(f"{ENTRY}/discard", json=DISCARD)
    assert again.status == 409
    assert "before" in (await again.json())["detail"]


async def test_entry_is_decoded_again(client: TestClient, commands: SettlingCommands) -> None:
    answer = await client.post(f"{ENTRY}/redecode", json={"by": "qa-basel", "codec": "senml"})
    assert (answer.status, await answer.json()) == (200, {"code": 0, "records": 2, "faults": []})
    # Whoever names one entry has looked at it and vouches for it.
    command = {
        "command": "quarantine.redecode",
        "position": 1,
        "by": "qa-basel",
        "codec": "senml",
        "vouched": True,
    }
    assert commands.submitted == [command]


async def test_entry_that_is_still_refused_stays(
    client: TestClient, commands: SettlingCommands
) -> None:
    commands.faults = ("missing_unit: temperature has no unit",)
    answer = await client.post(f"{ENTRY}/redecode", json={"by": "qa-basel"})
    assert answer.status == 422
    assert "temperature has no unit" in (await answer.json())["detail"]


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("discard", {"by": "qa-basel"}, 422),
        ("discard", {"by": "", "reason": "x"}, 422),
        ("discard", DISCARD | {"reason": ""}, 422),
        ("discard", DISCARD | {"extra": 1}, 422),
        ("redecode", {}, 422),
        ("redecode", [], 422),
    ],
)
async def test_body_that_is_none_is_refused(
    client: TestClient, commands: SettlingCommands, verb: str, body: object, status: int
) -> None:
    answer = await client.post(f"{ENTRY}/{verb}", json=body)
    assert answer.status == status
    assert commands.submitted == []


async def test_lists_are_chosen_by_state_reason_and_topic(
    client: TestClient, source: FakeStatusSource
) -> None:
    source.settlements[2] = Settlement("discarded", "noise", "qa-basel", NOON)

    async def positions(**query: str) -> list[int]:
        answer = await client.get("/api/v1/quarantine", params=query)
        return [one["position"] for one in (await answer.json())["items"]]

    assert await positions() == [3, 2, 1]
    assert await positions(state="open") == [3, 1]
    assert await positions(state="settled") == [2]
    assert await positions(reason="missing_unit", state="") == [1]
    assert await positions(topic="cargotwin/v1/truck-9/readings") == [1]
    assert (await client.get("/api/v1/quarantine?state=lost")).status == 400


async def test_reason_that_there_is_not_is_refused_with_those_that_there_are(
    client: TestClient,
) -> None:
    answer = await client.get("/api/v1/quarantine?reason=missing_units")
    assert answer.status == 400
    detail = (await answer.json())["detail"]
    for reason in ("missing_unit,", "not_authorized", "unknown_asset"):
        assert reason in detail
    # Nothing has it now, and something might have had it.
    answer = await client.get("/api/v1/quarantine?reason=naive_time")
    assert (await answer.json())["items"] == []


async def test_page_of_the_list_shows_settled_entries_and_keeps_its_filter(
    client: TestClient, source: FakeStatusSource
) -> None:
    source.settlements[2] = Settlement("discarded", "noise", "qa-basel", NOON)
    text = await (await client.get("/quarantine?state=all", headers=HTML)).text()
    assert "discarded" in text
    assert 'href="/quarantine/1"' in text
    text = await (await client.get("/quarantine?state=open&limit=1", headers=HTML)).text()
    assert "state=open&amp;cursor=3" in text


async def test_page_of_the_list_shows_what_is_open_and_leads_to_the_rest_with_counts(
    client: TestClient, source: FakeStatusSource
) -> None:
    source.settlements[2] = Settlement("discarded", "noise", "qa-basel", NOON)
    text = await (await client.get("/quarantine", headers=HTML)).text()
    assert [f'href="/quarantine/{position}"' in text for position in (1, 2, 3)] == [1, 0, 1]
    for words in ("Open 2", "Settled 1", "All 3"):
        assert f">{words}</a>" in text
    for state in ("settled", "all"):
        assert f'href="/quarantine?state={state}"' in text
    reason = "/quarantine?reason=missing_unit"
    text = await (await client.get(reason, headers=HTML)).text()
    for words in ("Open 1", "Settled 0", "All 1"):
        assert f">{words}</a>" in text
    assert 'href="/quarantine?state=all&amp;reason=missing_unit"' in text
    assert 'href="/quarantine.json?state=open&amp;reason=missing_unit"' in text


async def test_page_says_where_there_are_more_than_were_counted(
    client: TestClient, source: FakeStatusSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = await (await client.get("/quarantine", headers=HTML)).text()
    assert "or more" not in text
    cut = QuarantineCounts(open=9_000, settled=1_000, is_all=False)
    monkeypatch.setattr(source, "quarantine_counts", lambda _wanted: cut)
    monkeypatch.setattr(source, "open_by_reason", lambda: {"missing_unit": 10_000, "x": 9_999})
    text = (await (await client.get("/quarantine", headers=HTML)).text()).replace("\u202f", "")
    for words in ("Open 9000 or more<", "Settled 1000 or more<", "newest 10000.", "(9999 open)"):
        assert words in text
    assert "(10000 or more open)" in text


@pytest.mark.parametrize("verb", ["redecode", "discard"])
async def test_page_of_a_refusal_leads_back_to_the_entry_and_to_those_like_it(
    client: TestClient, commands: SettlingCommands, verb: str
) -> None:
    headers, form = own_page(client) | HTML, DISCARD if verb == "discard" else {"by": "qa-basel"}
    if verb == "discard":
        await client.post(f"/quarantine/1/{verb}", data=form, headers=headers)
    commands.faults = ("missing_unit: temperature has no unit",)
    answer = await client.post(f"/quarantine/1/{verb}", data=form, headers=headers)
    assert answer.status == (409 if verb == "discard" else 422)
    text = await answer.text()
    assert 'href="/quarantine/1"' in text
    assert 'href="/quarantine?reason=missing_unit"' in text


async def test_page_says_how_many_of_a_choice_were_decoded(client: TestClient) -> None:
    text = await (await client.get("/quarantine?decoded=1&refused=2", headers=HTML)).text()
    assert "1 entry was decoded, 2 are still refused." in text
    text = await (await client.get("/quarantine?decoded=x&refused=2", headers=HTML)).text()
    assert "decoded," not in text


@pytest.mark.parametrize("position", [1, 2, 3])
async def test_page_of_an_entry_has_its_forms_and_no_foreign_markup(
    client: TestClient, position: int
) -> None:
    answer = await client.get(f"/quarantine/{position}", headers=HTML)
    text = await answer.text()
    assert f'action="/quarantine/{position}/redecode"' in text
    assert f'action="/quarantine/{position}/discard"' in text
    assert HOSTILE not in text
    # Under no-referrer a browser would send the forms with `Origin: null`.
    assert answer.headers["Referrer-Policy"] == "same-origin"


async def test_form_of_this_page_discards_and_shows_the_entry(
    client: TestClient, commands: SettlingCommands
) -> None:
    answer = await client.post(
        "/quarantine/1/discard", data=DISCARD, headers=own_page(client) | HTML
    )
    assert answer.status == 200
    assert str(answer.url).endswith("/quarantine/1")
    assert "a test of the installer" in await answer.text()
    assert "/discard" not in await answer.text()
    assert len(commands.submitted) == 1


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_form_of_another_page_changes_nothing(
    client: TestClient, commands: SettlingCommands, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = await client.post("/quarantine/1/discard", data=DISCARD, headers=headers)
    assert answer.status == 403
    assert commands.submitted == []


async def test_other_bodies_are_no_forms(client: TestClient, commands: SettlingCommands) -> None:
    answer = await client.post("/quarantine/1/discard", data="by=x", headers=own_page(client))
    assert answer.status == 415
    assert commands.submitted == []


async def test_form_brings_the_token_where_one_is_set(source: FakeStatusSource) -> None:
    commands = SettlingCommands(source)
    settings = WebSettings(token="t0p")  # noqa: S106 - a test
    app = web_application(source, commands, Broadcast(), settings, clock=lambda: NOON + MINUTE)
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get("/quarantine/1", headers=HTML)).text()
        assert 'name="token" type="password"' in page
        form = DISCARD | {"token": "wrong"}
        for data in (DISCARD, form):
            answer = await client.post("/quarantine/1/discard", data=data, headers=own_page(client))
            assert answer.status == 401
        form = DISCARD | {"token": "t0p"}
        answer = await client.post("/quarantine/1/discard", data=form, headers=own_page(client))
        assert answer.status == 200
    (command,) = commands.submitted
    assert "token" not in command


async def test_chosen_entries_are_decoded_again(
    client: TestClient, commands: SettlingCommands, source: FakeStatusSource
) -> None:
    path, asked = "/api/v1/quarantine/redecode", {"by": "qa-basel", "reason": "missing_unit"}
    answer = await client.post(path, json=asked)
    assert await answer.json() == {"decoded": 1, "refused": 0, "next": None}
    assert set(source.settlements) == {1}
    commands.faults = ("still no unit",)
    answer = await client.post(path, json=asked | {"reason": "invalid_json", "codec": "senml"})
    assert await answer.json() == {"decoded": 0, "refused": 1, "next": None}
    answer = await client.post(path, json=asked)
    assert await answer.json() == {"decoded": 0, "refused": 0, "next": None}
    assert [one["codec"] for one in commands.submitted] == ["", "senml"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "Anna Schmidt"}, "Anna Schmidt"),
        ({"codec": "morse"}, "morse"),
        ({"topic": "a/#/b"}, "a/#/b"),
        ({"topic": "a+/b"}, "a+/b"),
        ({"cursor": 10**30}, "cursor"),
        ({"cursor": -1}, "cursor"),
    ],
)
async def test_choice_that_cannot_be_meant_is_refused_and_nothing_is_decoded(
    client: TestClient, commands: SettlingCommands, wrong: dict[str, object], said: str
) -> None:
    asked = {"by": "qa-basel", "reason": "missing_unit"} | wrong
    answer = await client.post("/api/v1/quarantine/redecode", json=asked)
    assert answer.status == 422
    assert said in (await answer.json())["detail"]
    assert commands.submitted == []


async def test_list_by_a_topic_filter_that_is_none_is_refused(client: TestClient) -> None:
    answer = await client.get("/api/v1/quarantine", params={"topic": "a/#/b"})
    assert answer.status == 400
    assert "a/#/b" in (await answer.json())["detail"]
    assert (await client.get("/api/v1/quarantine", params={"topic": "cargotwin/#"})).status == 200


class Refusing(FakeCommands):
    """Refuses every command by one rule."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        await super().submit(command)
        raise CommandRefused(self.code, "add a [[source]] that configures it")


@pytest.mark.parametrize(
    ("code", "status", "refused"),
    [
        ("unknown_topic", 200, 1),
        ("already_settled", 200, 0),
        ("not_quarantined", 200, 0),
        ("unconfigured_codec", 422, None),
    ],
)
async def test_command_that_no_entry_can_follow_is_no_entry_that_is_still_refused(
    source: FakeStatusSource, code: str, status: int, refused: int | None
) -> None:
    app = web_application(source, Refusing(code), Broadcast(), WebSettings())
    asked = {"by": "qa-basel", "reason": "missing_unit", "codec": "mapping"}
    async with TestClient(TestServer(app)) as client:
        answer = await client.post("/api/v1/quarantine/redecode", json=asked)
        document = await answer.json()
    assert (answer.status, document.get("refused")) == (status, refused)
    assert status == 200 or "configures it" in document["detail"]


@pytest.mark.parametrize(("limit_bytes", "is_cut"), [(1, True), (8 << 20, False)])
async def test_choice_goes_on_where_a_page_ended_by_its_bytes(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    limit_bytes: int,
    is_cut: bool,  # noqa: FBT001 - a case
) -> None:
    monkeypatch.setattr("gateway.web.quarantine.QUARANTINE_PAGE_BYTES", limit_bytes)
    asked = {"by": "qa-basel", "reason": "missing_unit"}
    answer = await client.post("/api/v1/quarantine/redecode", json=asked)
    assert (await answer.json())["next"] == (1 if is_cut else None)


async def test_nothing_is_decoded_again_that_nobody_chose(
    client: TestClient, commands: SettlingCommands
) -> None:
    answer = await client.post("/api/v1/quarantine/redecode", json={"by": "qa-basel"})
    assert answer.status == 422
    assert commands.submitted == []


async def test_form_decodes_its_choice_again_and_shows_what_is_left(
    client: TestClient, source: FakeStatusSource
) -> None:
    page = await (await client.get("/quarantine?reason=invalid_json", headers=HTML)).text()
    assert '<input type="hidden" name="reason" value="invalid_json">' in page
    form = {"by": "qa-basel", "reason": "invalid_json"}
    headers = own_page(client) | HTML
    answer = await client.post("/quarantine/redecode", data=form, headers=headers)
    assert (answer.status, dict(answer.url.query)) == (
        200,
        {"state": "open", "reason": "invalid_json", "decoded": "1", "refused": "0"},
    )
    assert "No entry is like that" in await answer.text()
    assert set(source.settlements) == {2}
    other = await client.post("/quarantine/redecode", data=form, headers={"Origin": "null"})
    assert other.status == 403
