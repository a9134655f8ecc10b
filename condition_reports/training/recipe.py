"""The recipe of a model: its shape, and how it is trained."""

from __future__ import annotations

import msgspec

from condition_reports.tiny.tokenizer import END, PAD, Tokenizer


class Recipe(msgspec.Struct, frozen=True):
    """The shape of the model and how it is trained.

    Attributes:
        hidden: Width of a token's state.
        layers: How many.
        heads: Of queries; keys and values have one.
        feed_forward: Width inside a layer.
        places: Tokens of the longest text, prompt included.
        seed: Of the first weights and of the order of examples.
        epochs: How often every example is seen.
        batch: Examples in a step.
        rate: Learning rate at its height.
        warm_up: Share of the steps in which the rate rises.
        threads: How many compute; another number gives other weights.
        repairs: How often a model that answers some prompts wrongly is trained on for a while with
            all of their kinds and as many others.
        repair_rate: Share of the highest learning rate at which such a while begins.
    """

    seed: int = 1
    epochs: int = 10
    hidden: int = 160
    layers: int = 3
    heads: int = 5
    feed_forward: int = 512
    places: int = 64
    batch: int = 64
    rate: float = 3e-3
    warm_up: float = 0.05
    threads: int = 1
    repairs: int = 6
    repair_rate: float = 0.2


def model_settings(recipe: Recipe, tokenizer: Tokenizer) -> dict[str, object]:
    """Return the content of `config.json`."""
    pad, end = tokenizer.numbers([PAD, END])
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": recipe.hidden,
        "intermediate_size": recipe.feed_forward,
        "num_hidden_layers": recipe.layers,
        "num_attention_heads": recipe.heads,
        "num_key_value_heads": 1,
        "head_dim": recipe.hidden // recipe.heads,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": recipe.places,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "initializer_range": 0.02,
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": end,
        "pad_token_id": pad,
        "use_cache": True,
        "dtype": "float16",
    }
