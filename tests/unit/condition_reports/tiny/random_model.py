"""Models with weights that nobody trained: they write nonsense, always the same."""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from condition_reports.tiny.generation import TinyModel
from condition_reports.tiny.llama import Llama, LlamaSettings, tensor_shapes
from condition_reports.tiny.model_folder import Manifest
from condition_reports.tiny.tokenizer import Tokenizer
from condition_reports.training.model_making import write_files
from condition_reports.training.recipe import Recipe, model_settings
from condition_reports.training.vocabulary import vocabulary


def random_weights(settings: LlamaSettings, seed: int = 0) -> dict[str, NDArray[np.float16]]:
    numbers = np.random.default_rng(seed)
    return {
        name: numbers.normal(size=shape).astype(np.float16)
        for name, shape in tensor_shapes(settings).items()
    }


def small_recipe(places: int = 40) -> Recipe:
    return Recipe(hidden=16, layers=2, heads=2, feed_forward=24, places=places)


def random_model(vocabulary: dict[str, int], places: int = 40, seed: int = 0) -> TinyModel:
    tokenizer = Tokenizer(vocabulary)
    settings = msgspec.convert(model_settings(small_recipe(places), tokenizer), LlamaSettings)
    weights = random_weights(settings, seed)
    single = {name: one.astype(np.float32) for name, one in weights.items()}
    return TinyModel(tokenizer, Llama(settings, single))


def write_random_model(folder: Path) -> Manifest:
    numbers = vocabulary()
    recipe = small_recipe(6)
    settings = msgspec.convert(model_settings(recipe, Tokenizer(numbers)), LlamaSettings)
    return write_files(folder, recipe, numbers, random_weights(settings), "00" * 32)
