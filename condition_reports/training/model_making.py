"""A model made from nothing: trained, put into files, loaded again, tested, and only then kept."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from condition_reports.canary import canary_of
from condition_reports.grammar import grammar_digest
from condition_reports.tiny.generation import TinyModel
from condition_reports.tiny.llama import Llama, LlamaSettings
from condition_reports.tiny.model_folder import (
    MANIFEST,
    SETTINGS,
    TOKENIZER,
    WEIGHTS,
    Manifest,
    read_model,
)
from condition_reports.tiny.safetensors import Weights, written
from condition_reports.tiny.tokenizer import Tokenizer

from .acceptance import drawn_acceptance, greedy_acceptance
from .corpus import LICENCE, Example, corpus, dataset_digest
from .model_card import CARD, model_card
from .outcome import Acceptance, UnsoundModel
from .recipe import Recipe, model_settings
from .vocabulary import tokenizer_file, tokenizer_settings_file, vocabulary

MODEL_ID = "cargotwin-tiny"
TEMPERATURE = 0.8
"""At which drawn words are tested."""


class Made(NamedTuple):
    """A new model and how it did, with its likeliest words and with drawn ones."""

    manifest: Manifest
    greedy: Acceptance
    drawn: Acceptance


def make_model(
    recipe: Recipe, folder: Path, tell: Callable[[int, int, float], None] = lambda *_: None
) -> Made:
    """Train a model and keep its files in a folder, if it passes the release gate.

    Args:
        recipe: How to train.
        folder: Where the files go; those of an older model there are replaced.
        tell: Takes the step, the number of all steps and the loss, now and then.

    Raises:
        UnsoundModel: It does not pass; the folder stays as it was.
        ImportError: The libraries for training are not installed.
    """
    # What trains is an optional extra and takes seconds to load.
    from .llama_training import trained  # noqa: PLC0415 - torch, which only training needs

    examples = corpus()
    numbers = vocabulary()
    tokenizer = Tokenizer(numbers)

    def refused(weights: Weights) -> list[Example]:
        found = greedy_acceptance(_model_of(recipe, tokenizer, weights), examples)
        return [one.example for one in found.refused]

    weights = trained(recipe, tokenizer, examples, refused, tell)
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        manifest = write_files(fresh, recipe, numbers, weights, dataset_digest(examples))
        _, model = read_model(fresh)
        greedy = greedy_acceptance(model, examples)
        if greedy.refused:
            raise UnsoundModel(greedy)
        manifest = _with_canary(fresh, manifest, model)
        drawn = drawn_acceptance(model, examples, TEMPERATURE, recipe.seed)
        parameters = sum(one.size for one in weights.values())
        card = model_card(manifest, recipe, parameters, greedy, drawn, TEMPERATURE)
        (fresh / CARD).write_text(card, "utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for file in fresh.iterdir():
            shutil.copyfile(file, folder / file.name)
    return Made(manifest, greedy, drawn)


def write_files(
    folder: Path,
    recipe: Recipe,
    numbers: Mapping[str, int],
    weights: Weights,
    dataset_sha256: str,
) -> Manifest:
    """Write the files of a model, those that transformers reads too, and return the manifest."""
    settings = model_settings(recipe, Tokenizer(numbers))
    ends = {key: settings[key] for key in ("eos_token_id", "pad_token_id")}
    contents = {
        SETTINGS: _json(settings),
        "generation_config.json": _json({"do_sample": False, "max_length": recipe.places} | ends),
        WEIGHTS: written(weights),
        TOKENIZER: tokenizer_file(numbers),
        "tokenizer_config.json": tokenizer_settings_file(recipe.places),
    }
    files = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = Manifest(
        schema=1,
        id=MODEL_ID,
        revision=files[WEIGHTS][:12],
        licence=LICENCE,
        grammar_sha256=grammar_digest().hex(),
        dataset_sha256=dataset_sha256,
        quantisation="float16",
        files=files,
    )
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_bytes(_json(msgspec.to_builtins(manifest)))
    return manifest


def _with_canary(folder: Path, manifest: Manifest, model: TinyModel) -> Manifest:
    """Write down in the manifest how the model words the fixed plans."""
    # It sets how many threads NumPy computes with, before NumPy is loaded.
    from condition_reports.writers.tiny import TinyWriter  # noqa: PLC0415 - NumPy after its threads are set

    found = canary_of(TinyWriter(manifest, model))
    manifest = msgspec.structs.replace(manifest, canary_sha256=found.sha256)
    (folder / MANIFEST).write_bytes(_json(msgspec.to_builtins(manifest)))
    return manifest


def _model_of(recipe: Recipe, tokenizer: Tokenizer, weights: Weights) -> TinyModel:
    settings = msgspec.convert(model_settings(recipe, tokenizer), LlamaSettings)
    single = {name: one.astype("float32") for name, one in weights.items()}
    return TinyModel(tokenizer, Llama(settings, single))


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
