import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from condition_reports.tiny.errors import DamagedModel
from condition_reports.tiny.llama import (
    Llama,
    LlamaSettings,
    Reading,
    read_settings,
    tensor_shapes,
)

SETTINGS: dict[str, Any] = {
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 4,
    "vocab_size": 11,
    "max_position_embeddings": 16,
    "rms_norm_eps": 0.2,
    "tie_word_embeddings": True,
    "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
}

# What LlamaForCausalLM of transformers 5.23.0 with torch 2.13.0 gives in 64-bit numbers for the
# settings above, the weights of `waves` and these two texts.
TEXTS = [[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]]
EXPECTED = [
    [float(one) for one in line.split()]
    for line in (
        "-.14931 -.26006 -.25407 -.13404 .04616 .20563 .27281 .21753 .06461 -.11732 -.24658",
        ".15529 .23313 .20633 .08691 -.07152 -.19785 -.23537 -.16724 -.02404 .12995 .22561",
    )
]


def waves() -> Llama:
    settings = msgspec.convert(SETTINGS, LlamaSettings)
    shapes = tensor_shapes(settings)
    tensors = {
        name: np.sin(0.7 * np.arange(math.prod(shapes[name])) + salt)
        .reshape(shapes[name])
        .astype(np.float32)
        for salt, name in enumerate(sorted(shapes))
    }
    return Llama(settings, tensors)


def test_numbers_are_those_of_transformers() -> None:
    llama = waves()
    reading = Reading(llama, 2)
    for tokens in np.array(TEXTS).T:
        states = reading.read(tokens)
    np.testing.assert_allclose(reading.logits(states), EXPECTED, atol=2e-5)


def test_texts_that_are_kept_go_on_as_if_they_had_been_alone() -> None:
    together = Reading(waves(), 2)
    alone = Reading(waves(), 1)
    for first, second in zip(*TEXTS, strict=True):
        together.read(np.array([first, second]))
        alone.read(np.array([second]))
    together.keep(np.array([1]))
    left, right = (one.logits(one.read(np.array([7]))) for one in (together, alone))
    np.testing.assert_allclose(left, right, rtol=1e-5)


def test_reading_is_full_after_as_many_tokens_as_there_are_places() -> None:
    reading = Reading(waves(), 1)
    for _ in range(SETTINGS["max_position_embeddings"]):
        assert not reading.is_full
        reading.read(np.array([0]))
    assert reading.is_full


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "gpt2"},
        {"hidden_act": "gelu"},
        {"tie_word_embeddings": False},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1.0}},
        {"hidden_size": "8"},
        {"rope_parameters": None},
    ],
)
def test_settings_of_a_model_that_would_be_computed_otherwise_are_refused(
    change: dict[str, object],
) -> None:
    with pytest.raises(DamagedModel, match=r"config\.json"):
        read_settings(Path("config.json"), json.dumps(SETTINGS | change).encode())
