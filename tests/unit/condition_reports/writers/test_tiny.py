"""The shipped model, run as the gateway runs it."""

import hashlib
import json
import random
from pathlib import Path

import pytest

import condition_reports
from condition_reports.plan import Plan
from condition_reports.prompts import MANNERS
from condition_reports.release import check, plan_for
from condition_reports.tiny.errors import DamagedModel
from condition_reports.tiny.model_folder import read_model
from condition_reports.training.acceptance import drawn_acceptance, greedy_acceptance
from condition_reports.training.corpus import corpus, dataset_digest
from condition_reports.verifier import Verified
from condition_reports.writers.loading import TinySpecification, load_writer
from condition_reports.writers.tiny import TinyWriter, load_tiny
from tests.unit.condition_reports import scenes
from tests.unit.condition_reports.random_facts import random_facts, seeded

SHIPPED = Path(condition_reports.__file__).parent / "model"
RETRIES = 3


@pytest.fixture(scope="module")
def writer() -> TinyWriter:
    return load_tiny()


def plan_of_scene(name: str) -> Plan:
    return plan_for(scenes.facts_from(scenes.SCENES[name]()))


# `cargotwin train --check` asks the rest as well; here it would take half a minute.
def test_likeliest_words_of_a_tenth_of_all_prompts_are_sentences_of_the_grammar() -> None:
    _, model = read_model()
    asked = random.Random(5).sample(corpus(), len(corpus()) // 10)  # noqa: S311 - no secret
    assert greedy_acceptance(model, asked).refused == ()


def test_drawn_words_are_sentences_of_the_grammar_but_for_a_few() -> None:
    _, model = read_model()
    asked = random.Random(6).sample(corpus(), 500)  # noqa: S311 - no secret
    assert len(drawn_acceptance(model, asked, 0.8, 1).refused) <= 3


@pytest.mark.parametrize("name", scenes.SCENES)
def test_report_of_every_scene_passes_the_verifier_at_first_try(
    writer: TinyWriter, name: str
) -> None:
    facts = scenes.facts_from(scenes.SCENES[name]())
    for seed in range(3):
        assert isinstance(check(facts, writer.draft(plan_for(facts), seed)).verdict, Verified)


def test_reports_on_random_facts_pass_the_verifier_at_first_try(writer: TinyWriter) -> None:
    for seed in range(10):
        facts = random_facts(seeded(seed))
        assert isinstance(check(facts, writer.draft(plan_for(facts), seed)).verdict, Verified)


def test_reports_in_drawn_words_pass_the_verifier_within_the_retries() -> None:
    drawing = load_tiny(temperature=0.8)
    for seed in range(10):
        facts = random_facts(seeded(seed))
        drafts = (drawing.draft(plan_for(facts), seed + more) for more in range(RETRIES + 1))
        assert any(isinstance(check(facts, one).verdict, Verified) for one in drafts)


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_same_plan_and_seed_give_the_same_words(temperature: float) -> None:
    plan = plan_of_scene("conformant")
    first, second = (load_tiny(temperature=temperature).draft(plan, 11) for _ in range(2))
    assert first == second


def test_seeds_give_other_words_until_the_manners_are_used_up(writer: TinyWriter) -> None:
    plan = plan_of_scene("conformant")
    assert len({writer.draft(plan, seed).sections for seed in range(10)}) == 10
    assert writer.draft(plan, 3) == writer.draft(plan, 3 + MANNERS)


def test_section_is_worded_alike_whatever_stands_beside_it(writer: TinyWriter) -> None:
    plan = plan_of_scene("troubled")
    whole = writer.draft(plan, 4)
    parts = [writer.draft(Plan((section,)), 4).sections[0] for section in plan.sections]
    assert list(whole.sections) == parts


def test_draft_says_how_its_words_were_chosen(writer: TinyWriter) -> None:
    plan = plan_of_scene("conformant")
    greedy = writer.draft(plan, 0).decoding
    drawn = load_tiny(temperature=0.8).draft(plan, 0).decoding
    assert greedy is not None
    assert drawn is not None
    assert (greedy.mode, greedy.temperature, greedy.constraint) == ("greedy", "", "slots")
    assert (drawn.mode, drawn.temperature) == ("sampled", "0.8")


def test_writer_names_its_model_by_the_digests_of_its_files(writer: TinyWriter) -> None:
    def sha256(name: str) -> bytes:
        return hashlib.sha256((SHIPPED / name).read_bytes()).digest()

    identity = writer.identity
    model = identity.model
    assert model is not None
    assert identity.kind == "tiny"
    assert identity.digest == hashlib.sha256(sha256("model.safetensors")).hexdigest()
    assert identity.digest == model.weights_sha256
    assert model.tokenizer_sha256 == sha256("tokenizer.json").hex()
    assert model.config_sha256 == sha256("config.json").hex()
    assert model.dataset == dataset_digest(corpus())
    assert (model.id, model.quantisation) == ("cargotwin-tiny", "float16")


def test_model_has_one_to_three_million_parameters_and_a_card() -> None:
    size = (SHIPPED / "model.safetensors").stat().st_size
    assert 2_000_000 <= size <= 6_100_000
    card = (SHIPPED / "README.md").read_text()
    assert json.loads((SHIPPED / "manifest.json").read_bytes())["dataset_sha256"] in card


def test_specification_loads_the_shipped_model_or_one_of_a_folder(tmp_path: Path) -> None:
    assert load_writer(TinySpecification()).identity == load_tiny().identity
    for file in SHIPPED.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert load_writer(TinySpecification(str(tmp_path))).identity == load_tiny().identity
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(DamagedModel):
        load_writer(TinySpecification(str(tmp_path)))


def test_empty_plan_gives_an_empty_draft(writer: TinyWriter) -> None:
    assert writer.draft(Plan(()), 0).sections == ()
