"""Models run by transformers in this process: one of random weights, and the shipped one."""

import shutil
from pathlib import Path

import msgspec
import pytest

from condition_reports.release import Attempt, check, plan_for, release
from condition_reports.verifier import Verified
from condition_reports.writers.errors import UnusableModel
from condition_reports.writers.loading import (
    TinySpecification,
    TransformersSpecification,
    load_writer,
)
from condition_reports.writers.writer import Writer
from tests.unit.condition_reports import scenes
from tests.unit.condition_reports.random_facts import random_facts, seeded

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default")]

PLAN = plan_for(scenes.facts_from(scenes.excursion()))


@pytest.fixture(scope="module")
def writer(random_model: Path) -> Writer:
    return load_writer(TransformersSpecification(str(random_model)))


def test_a_model_that_knows_nothing_can_write_nothing_but_sound_reports(writer: Writer) -> None:
    for number in range(20):
        facts = random_facts(seeded(number))
        draft = writer.draft(plan_for(facts), number)
        verdict = check(facts, draft, "llm").verdict
        assert isinstance(verdict, Verified)
        assert verdict.language == "closed"


def test_the_released_report_names_the_model_and_how_it_chose(writer: Writer) -> None:
    facts = scenes.facts_from(scenes.excursion())
    report = release(facts, [Attempt(writer.identity, 1, writer.draft(PLAN, 1))], seed=0)
    assert report.writer == "llm"
    model = writer.identity.model
    assert model
    assert model.runtime.startswith("transformers 5.")
    assert len(model.weights_sha256) == 64
    decoding = writer.draft(PLAN, 1).decoding
    assert decoding
    assert (decoding.mode, decoding.constraint) == ("greedy", "grammar")


def test_likeliest_words_follow_from_the_plan_and_the_seed(writer: Writer) -> None:
    assert writer.draft(PLAN, 4) == writer.draft(PLAN, 4)


def test_drawn_words_follow_from_the_seed_and_differ_between_seeds(random_model: Path) -> None:
    drawing = load_writer(TransformersSpecification(str(random_model), temperature=0.8))
    first, again, other = (drawing.draft(PLAN, seed) for seed in (1, 1, 2))
    assert first == again
    assert first.sections != other.sections
    assert first.decoding
    assert (first.decoding.mode, first.decoding.temperature) == ("sampled", "0.8")


def test_another_weight_is_another_model(random_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / random_model.name
    shutil.copytree(random_model, copy)
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    digests = {
        load_writer(TransformersSpecification(str(one))).identity.digest
        for one in (random_model, copy)
    }
    assert len(digests) == 2


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x08\0\0\0\0\0\0\0{}      "])
def test_weights_that_are_none_are_a_matter_for_a_person(
    random_model: Path, tmp_path: Path, content: bytes
) -> None:
    copy = tmp_path / "damaged"
    shutil.copytree(random_model, copy)
    (copy / "model.safetensors").write_bytes(content)
    with pytest.raises(UnusableModel, match="model_unreadable"):
        load_writer(TransformersSpecification(str(copy)))


def test_a_hub_model_that_is_not_here_is_missing_without_a_look_at_the_network() -> None:
    wanted = TransformersSpecification("nobody/no-such-model", "0" * 40)
    with pytest.raises(UnusableModel, match="model_missing"):
        load_writer(wanted)


def test_code_that_comes_with_a_model_does_not_run(random_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "with-code"
    shutil.copytree(random_model, copy)
    trace = tmp_path / "trace"
    (copy / "modelling.py").write_text(f"open({str(trace)!r}, 'w')\n", encoding="utf-8")
    configuration = msgspec.json.decode((copy / "config.json").read_bytes())
    configuration["model_type"] = "unheard_of"
    configuration["auto_map"] = {
        "AutoConfig": "modelling.Configuration",
        "AutoModelForCausalLM": "modelling.Model",
    }
    (copy / "config.json").write_bytes(msgspec.json.encode(configuration))
    with pytest.raises(UnusableModel, match="model_unreadable"):
        load_writer(TransformersSpecification(str(copy)))
    assert not trace.exists()


def test_the_shipped_model_says_the_same_by_transformers_as_by_numpy(shipped_model: Path) -> None:
    ours = load_writer(TinySpecification())
    theirs = load_writer(TransformersSpecification(str(shipped_model)))
    assert theirs.identity.digest == ours.identity.digest
    for number in range(20):
        plan = plan_for(random_facts(seeded(number)))
        assert theirs.draft(plan, number).sections == ours.draft(plan, number).sections


def test_a_model_of_ours_that_was_changed_is_refused(shipped_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "changed"
    shutil.copytree(shipped_model, copy)
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    with pytest.raises(UnusableModel, match=r"model\.safetensors"):
        load_writer(TransformersSpecification(str(copy)))
