"""Against a server on loopback that answers as a model would, or as no server should."""

import json
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from condition_reports.grammar import frames
from condition_reports.prompts import manner_of, prompt_text
from condition_reports.release import Attempt, plan_for, release
from condition_reports.writers.errors import NoDraft, UnusableModel
from condition_reports.writers.loading import HttpSpecification, load_writer
from condition_reports.writers.openai_http import HttpWriter, connect
from condition_reports.writers.template import TemplateWriter
from tests.fakes.model_server import Asked, ModelServer, model_server
from tests.unit.condition_reports import scenes

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)
FRANCE = "Paris."


def is_probe(asked: Asked) -> bool:
    return "France" in json.dumps(asked.get("messages", ""))


def worded(seed: int = 5) -> dict[str, list[dict[str, str]]]:
    draft = TemplateWriter().draft(PLAN, seed)
    return {"sections": [{"id": one.section, "text": one.text} for one in draft.sections]}


def saying(text: str) -> Callable[[Asked], str]:
    return lambda asked: FRANCE if is_probe(asked) else text


GOOD = saying(json.dumps(worded()))


def keeping_schemas(asked: Asked) -> str:
    if not is_probe(asked):
        return GOOD(asked)
    schema = asked["response_format"]["json_schema"]["schema"]
    return json.dumps({key: one["enum"][0] for key, one in schema["properties"].items()})


@pytest.fixture(autouse=True)
def _proxies_that_nobody_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(GOOD) as running:
        yield running


def specification(server: ModelServer, **options: object) -> HttpSpecification:
    wanted = HttpSpecification(server.url, "granite", timeout_s=0.5, connect_timeout_s=0.5)
    return msgspec.structs.replace(wanted, **options)


def refusal(writer: HttpWriter) -> str:
    with pytest.raises((NoDraft, UnusableModel)) as caught:
        writer.draft(PLAN, 1)
    code: str = caught.value.code
    return code


def test_a_good_answer_becomes_the_released_report(server: ModelServer) -> None:
    writer = connect(specification(server))
    report = release(FACTS, [Attempt(writer.identity, 1, writer.draft(PLAN, 1))], seed=0)
    assert report.writer == "llm"
    assert report.text == release(FACTS, seed=5).text


def test_a_writer_is_loaded_by_its_specification(server: ModelServer) -> None:
    assert load_writer(specification(server)).identity.kind == "llm"


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("status_429", "server_status_429"),
        ("status_500", "server_status_500"),
        ("status_401", "server_refused_key"),
        ("hang", "server_timeout"),
        ("drip", "server_timeout"),
        ("huge", "answer_too_long"),
        ("half", "answer_cut_short"),
        ("redirect", "server_redirects"),
        ("not_http", "answer_not_http"),
        ("nested", "answer_not_a_completion"),
    ],
)
def test_a_server_that_fails_gives_no_draft_and_a_code(
    server: ModelServer, mode: str, code: str
) -> None:
    writer = connect(specification(server))
    server.mode = mode
    began = time.monotonic()
    assert refusal(writer) == code
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("The goods are fine.", "answer_not_json"),
        ('{"sections": [', "answer_not_json"),
        ('{"sections": []}', "answer_ignores_schema"),
        ('{"sections": [{"id": "opening"}]}', "answer_ignores_schema"),
        ('{"report": "All is well."}', "answer_ignores_schema"),
        (json.dumps({"sections": worded()["sections"][::-1]}), "answer_ignores_schema"),
        (json.dumps(worded() | {"verdict": "conformant"}), "answer_ignores_schema"),
        (json.dumps(worded()) + json.dumps(worded()), "answer_not_json"),
        ("<think>It may be good.</think>", "answer_not_json"),
        ("[" * 60_000, "answer_ignores_schema"),
    ],
)
def test_an_answer_that_is_no_report_gives_no_draft_and_a_code(
    server: ModelServer, said: str, code: str
) -> None:
    writer = connect(specification(server))
    server.say = saying(said)
    assert refusal(writer) == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{ex1_extreme}", "11.3 °C", "value_outside_slot"),
        ("{ex1_extreme}", "{ex1_limit}", "repeated_slot"),
        ("{ex1_extreme}", "{ex1_mean}", "unknown_slot"),
        ("{ex1_extreme}", "", "missing_slot"),
    ],
)
def test_a_draft_with_wrong_values_or_slots_is_read_and_then_refused(
    server: ModelServer, old: str, new: str, code: str
) -> None:
    writer = connect(specification(server))
    server.say = saying(json.dumps(worded()).replace(old, new))
    report = release(FACTS, [Attempt(writer.identity, 1, writer.draft(PLAN, 1))], seed=0)
    assert (report.writer, report.reject_codes) == ("template", (code,))


@pytest.mark.parametrize(
    "said",
    [
        f"<think>Was {{it}} good?\n</think>\n{json.dumps(worded())}",
        f"I must be brief.</think>{json.dumps(worded())}",
        f"```json\n{json.dumps(worded(), indent=2)}\n```",
    ],
)
def test_thoughts_and_fences_around_an_answer_are_left_out(server: ModelServer, said: str) -> None:
    writer = connect(specification(server))
    server.say = saying(said)
    assert writer.draft(PLAN, 1).sections == TemplateWriter().draft(PLAN, 5).sections


def test_an_answer_cut_at_the_longest_is_no_draft(server: ModelServer) -> None:
    writer = connect(specification(server))
    server.finish_reason = "length"
    assert refusal(writer) == "answer_cut_short"


def test_the_probe_tells_whether_a_server_keeps_schemas(server: ModelServer) -> None:
    ignoring = connect(specification(server))
    server.say = keeping_schemas
    keeping = connect(specification(server))
    assert ignoring.identity.model
    assert keeping.identity.model
    assert ignoring.identity.model.server == "loopback; fake-server/1; a-model; schema ignored"
    assert keeping.identity.model.server == "loopback; fake-server/1; a-model; schema kept"
    decoding = keeping.draft(PLAN, 1).decoding
    assert decoding
    assert (decoding.mode, decoding.constraint, len(decoding.constraint_sha256)) == (
        "greedy",
        "schema",
        64,
    )


def test_a_server_that_refuses_schemas_is_asked_without_one(server: ModelServer) -> None:
    server.mode = "refusing_schemas"
    writer = connect(specification(server))
    assert writer.identity.model
    assert writer.identity.model.server.endswith("schema refused")
    assert writer.draft(PLAN, 1).sections == TemplateWriter().draft(PLAN, 5).sections


def test_a_request_holds_what_the_protocol_has_and_the_plan_alone(server: ModelServer) -> None:
    writer = connect(specification(server, key="s3cret", thinking="off"))
    writer.draft(PLAN, 2**32 + 7)
    path, headers, asked = server.requests[-1]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer s3cret"
    assert (asked["model"], asked["temperature"], asked["seed"], asked["stream"]) == (
        "granite",
        0.0,
        7,
        False,
    )
    assert asked["chat_template_kwargs"] == {"enable_thinking": False}
    assert "tools" not in asked
    for value in ("logger-17", "coldhaul", "Influenza", "8.0", "sscc", "“"):
        assert value not in json.dumps(asked, ensure_ascii=False)


def test_no_template_setting_and_no_key_are_sent_unless_configured(server: ModelServer) -> None:
    connect(specification(server)).draft(PLAN, 1)
    _, headers, asked = server.requests[-1]
    assert "Authorization" not in headers
    assert "chat_template_kwargs" not in asked


def test_another_seed_shows_the_model_other_sentences(server: ModelServer) -> None:
    writer = connect(specification(server))
    prompts = set()
    for seed in range(4):
        digest = writer.draft(PLAN, seed).decoding
        assert digest
        prompts.add(digest.prompt_sha256)
    assert len(prompts) == 4


def test_a_server_that_changes_its_model_gives_no_more_drafts(server: ModelServer) -> None:
    writer = connect(specification(server))
    server.model = "another-model"
    assert refusal(writer) == "model_changed"


@pytest.mark.parametrize(
    ("model", "named"),
    [
        ("/srv/ada/models/tiny@main", "tiny@main"),
        ("ibm-granite/granite-4.0-350m", "ibm-granite/granite-4.0-350m"),
        ("<script>\u202e\n" + "x" * 500, "script" + "x" * 94),
    ],
)
def test_a_public_record_names_no_folder_and_no_odd_character(
    server: ModelServer, model: str, named: str
) -> None:
    server.model = model
    found = connect(specification(server, name=model)).identity.model
    assert found
    assert f"; {named}; " in found.server
    assert found.id == named


def test_a_model_of_this_project_is_asked_statement_by_statement(server: ModelServer) -> None:
    sentences = {one.kind: frames(one.kind)[0] for part in PLAN.sections for one in part.statements}

    def completing(asked: Asked) -> str:
        kind = asked["prompt"].partition(">")[0].removeprefix("<")
        return f" {sentences[kind]}<end>"

    server.say = completing
    writer = connect(specification(server, dialect="plan"))
    server.requests.clear()
    report = release(FACTS, [Attempt(writer.identity, 9, writer.draft(PLAN, 9))], seed=0)
    assert report.writer == "llm"
    path, _, asked = server.requests[1]
    assert path == "/v1/completions"
    second = PLAN.sections[0].statements[1]
    assert asked["prompt"] == prompt_text(second.kind, manner_of(second.kind, 1, 9))


def test_an_answer_without_end_is_not_read_to_its_end(server: ModelServer) -> None:
    writer = connect(specification(server))
    server.mode = "huge"
    assert refusal(writer) == "answer_too_long"
    deadline = time.monotonic() + 5
    while not server.times_cut_off:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_all_statements_of_a_slow_server_share_one_deadline(server: ModelServer) -> None:
    writer = connect(specification(server, dialect="plan", timeout_s=0.4))
    server.say = lambda _: time.sleep(0.15) or "The end."
    assert refusal(writer) == "server_timeout"
    assert len(server.requests) <= 5


def test_a_server_that_is_away_is_an_error_that_says_so() -> None:
    with pytest.raises(NoDraft, match="server_unreachable"):
        connect(HttpSpecification("http://127.0.0.1:9/v1", "granite"))


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://host/v1", "http://user:key@host/v1", "http://host:port/v1"]
)
def test_an_address_that_is_none_is_a_matter_for_a_person(url: str) -> None:
    with pytest.raises(UnusableModel, match="server_url_wrong"):
        connect(HttpSpecification(url, "granite"))


def test_a_key_of_several_lines_is_refused_before_it_is_sent() -> None:
    with pytest.raises(UnusableModel, match="server_key_wrong"):
        connect(HttpSpecification("http://127.0.0.1:9/v1", "granite", key="a\nX-Other: b"))


def test_a_specification_shows_no_key() -> None:
    assert "s3cret" not in repr(HttpSpecification("http://127.0.0.1:9/v1", "granite", "s3cret"))
