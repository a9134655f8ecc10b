"""What needs torch and transformers: training that repeats, and the words that NumPy gives.

Both are loaded by the tests that need them, untyped: where tests are only chosen they are away.
"""
# ruff: noqa: PLC0415, ANN401

import hashlib
from pathlib import Path
from typing import Any

import pytest

import condition_reports
from condition_reports.grammar import frames
from condition_reports.prompts import every_manner, prompt_text
from condition_reports.release import plan_for
from condition_reports.shapes import Kind
from condition_reports.tiny.generation import Request, write
from condition_reports.tiny.model_folder import read_model
from condition_reports.tiny.safetensors import written
from condition_reports.tiny.tokenizer import Tokenizer
from condition_reports.training.corpus import corpus
from condition_reports.training.model_making import write_files
from condition_reports.training.recipe import Recipe
from condition_reports.training.vocabulary import vocabulary
from condition_reports.writers.tiny import requests_of
from tests.unit.condition_reports.random_facts import random_facts, seeded

pytestmark = pytest.mark.llm

SHIPPED = Path(condition_reports.__file__).parent / "model"
BATCH = 256


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(SHIPPED)


def sentences_of_transformers(tokenizer: Any, prompts: list[str]) -> dict[str, str]:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32).eval()
    found: dict[str, str] = {}
    for start in range(0, len(prompts), BATCH):
        asked = prompts[start : start + BATCH]
        inputs = tokenizer(asked, return_tensors="pt", add_special_tokens=False)
        with torch.inference_mode():
            outputs = model.generate(**inputs, do_sample=False)
        answers = outputs[:, inputs["input_ids"].shape[1] :]
        texts = tokenizer.batch_decode(answers, skip_special_tokens=True)
        found |= dict(zip(asked, texts, strict=True))
    return found


def test_numpy_and_transformers_write_the_same_words_for_200_facts(tokenizer: Any) -> None:
    _, model = read_model()
    plans = [plan_for(random_facts(seeded(seed))) for seed in range(200)]
    requests = {
        "".join(one.prompt): one
        for seed, plan in enumerate(plans)
        for one in requests_of(plan, seed)
    }
    expected = sentences_of_transformers(tokenizer, list(requests))
    bounded, free = (
        dict(zip(requests, write(model, asked), strict=True))
        for asked in (
            list(requests.values()),
            [Request(one.prompt) for one in requests.values()],
        )
    )
    assert free == expected
    assert bounded == expected


def test_tokenizer_of_transformers_cuts_and_joins_every_sentence_alike(tokenizer: Any) -> None:
    own = read_model()[1].tokenizer
    for kind in Kind:
        for frame in frames(kind):
            numbers = tokenizer(frame, add_special_tokens=False)["input_ids"]
            assert numbers == own.encoded(frame)
            assert tokenizer.decode(numbers) == frame


def test_tokenizer_of_transformers_cuts_a_prompt_into_its_three_tokens(tokenizer: Any) -> None:
    for kind in Kind:
        for manner in every_manner():
            prompt = prompt_text(kind, manner)
            assert len(tokenizer(prompt, add_special_tokens=False)["input_ids"]) == 3
    chat = [{"role": "user", "content": prompt_text(Kind.ACTION, every_manner()[0])}]
    assert tokenizer.apply_chat_template(chat, tokenize=False) == chat[0]["content"]


def test_training_twice_gives_the_same_weights_and_another_seed_others() -> None:
    from condition_reports.training.llama_training import trained

    # 200 steps: enough for rounding to tell two runs apart, were their sums added in another order.
    examples = corpus()[::6][: 200 * 16]
    steps: list[int] = []

    def tell(step: int, _steps: int, _loss: float) -> None:
        steps.append(step)

    def digest(seed: int) -> str:
        recipe = Recipe(seed=seed, epochs=1, batch=16)
        tokenizer = Tokenizer(vocabulary())
        weights = trained(recipe, tokenizer, examples, lambda _: (), tell)
        return hashlib.sha256(written(weights)).hexdigest()

    assert digest(1) == digest(1) != digest(2)
    assert steps[-1] == 200


def test_files_of_a_new_model_are_read_by_numpy_and_by_transformers(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    from condition_reports.training.llama_training import trained

    recipe = Recipe(epochs=1, batch=8, hidden=32, layers=1, heads=2, feed_forward=48)
    numbers = vocabulary()
    weights = trained(recipe, Tokenizer(numbers), corpus()[:16], lambda _: (), lambda *_: None)
    write_files(tmp_path, recipe, numbers, weights, "00" * 32)
    _, model = read_model(tmp_path)
    other, told = AutoModelForCausalLM.from_pretrained(tmp_path, output_loading_info=True)
    assert other.num_parameters() == sum(one.size for one in weights.values())
    assert not any(told.values())
    assert model.llama.settings.hidden_size == other.config.hidden_size
