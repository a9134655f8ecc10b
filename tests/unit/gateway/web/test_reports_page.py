import re
from html import unescape

from aiohttp.test_utils import TestClient


async def words_of_reports(client: TestClient) -> str:
    """Return what the section on reports says, without its markup."""
    page = await (await client.get("/service", headers={"Accept": "text/html"})).text()
    section = page.split('<section id="reports"')[1].split("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", section.partition(">")[2])).split())


async def test_page_says_who_drafts_and_how_it_is_doing(client: TestClient) -> None:
    words = await words_of_reports(client)
    for said in (
        'Writer tiny, cargotwin-tiny <"1">',
        "one draft is tried again; last time there was none: timeout: 30 s",
        "Waiting 2 reports",
        "started 3 times, holds 52 of 256 MB",
        "900 of 1 000 looked up",
        "timeout 2, verifier_rejected:wrong_level 1",
    ):
        assert said in words


async def test_page_says_what_holds_the_draft_process_and_what_does_not(
    client: TestClient,
) -> None:
    words = await words_of_reports(client)
    assert "No files by Landlock, system call filter" in words
    assert "No network by system call filter" in words
    assert "Bounded memory not enforced on this machine" in words


async def test_page_compares_writers(client: TestClient) -> None:
    words = await words_of_reports(client)
    refused, instead = "wrong_level 1", "verifier_rejected:wrong_level 1"
    assert (
        f'tiny, live cargotwin-tiny <"1"> shipped 40 4 38 of 40 1 {refused} {instead} '
        "0.125 s 0.125 s"
    ) in words
    assert "template, spoke in their place 3 4 none yet 0 none none 0.125 s 0.125 s" in words
    assert (
        "tiny, wanted, and not at hand gone@1 0 none yet none yet 0 none model_damaged 1" in words
    )


async def test_page_tells_a_shadow_from_the_live_model_and_names_the_one_before(
    client: TestClient,
) -> None:
    words = await words_of_reports(client)
    # Of 0, 1, … 19 ms the tenth smallest is 9 ms and the nineteenth 18 ms.
    shadow = "tiny, in shadow cargotwin-tiny@july /july never 10 5 of 5 0 none none 0.009 s 0.018 s"
    assert shadow in words
    assert "llm, live before granite nothing since the start" in words
    assert "1 report waits for it, 7 were too many for it." in words


async def test_json_of_the_service_says_the_same(client: TestClient) -> None:
    document = await (await client.get("/api/v1/service")).json()
    reports = document["reports"]
    assert reports["writers"][1]["rejects"] == {"wrong_level": 1}
    assert reports["confinement"]["memory"] == []
    assert reports["writers"][1]["latency"]["0.25"] == 40
