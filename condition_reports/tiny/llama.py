"""The Llama architecture for many short texts at once, one token a step, in NumPy.

Root mean square norms, rotary positions, grouped queries, a gated feed-forward layer, and one
table of embeddings for input and output: https://arxiv.org/abs/2302.13971. Names of tensors and
settings are those of transformers' LlamaForCausalLM, and so are the numbers up to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from .errors import DamagedModel

Array = NDArray[np.float32]

RUNTIME = f"numpy {np.__version__}"
"""What computes, for whoever compares two runs."""


class RotaryPositions(msgspec.Struct, frozen=True):
    """How fast positions turn."""

    rope_theta: float
    rope_type: str = "default"


class LlamaSettings(msgspec.Struct, frozen=True):
    """What `config.json` says of a model, as far as it decides what is computed."""

    model_type: str
    hidden_act: str
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    vocab_size: int
    max_position_embeddings: int
    rms_norm_eps: float
    tie_word_embeddings: bool
    rope_parameters: RotaryPositions


def read_settings(file: Path, content: bytes) -> LlamaSettings:
    """Return the settings in a `config.json`.

    Raises:
        DamagedModel: They are no settings, or of a model that this module cannot run.
    """
    try:
        found = msgspec.json.decode(content, type=LlamaSettings)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedModel(str(file), f"no settings of a Llama ({error})") from error
    runs = (found.model_type, found.hidden_act, found.rope_parameters.rope_type)
    if runs != ("llama", "silu", "default") or not found.tie_word_embeddings:
        raise DamagedModel(str(file), "settings of a model that only transformers can run")
    return found


def tensor_shapes(settings: LlamaSettings) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every tensor that a model with such settings has."""
    hidden, inner = settings.hidden_size, settings.intermediate_size
    queries = settings.num_attention_heads * settings.head_dim
    keys = settings.num_key_value_heads * settings.head_dim
    layer = {
        "input_layernorm": (hidden,),
        "self_attn.q_proj": (queries, hidden),
        "self_attn.k_proj": (keys, hidden),
        "self_attn.v_proj": (keys, hidden),
        "self_attn.o_proj": (hidden, queries),
        "post_attention_layernorm": (hidden,),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
    }
    return {
        "model.embed_tokens.weight": (settings.vocab_size, hidden),
        "model.norm.weight": (hidden,),
    } | {
        f"model.layers.{number}.{name}.weight": shape
        for number in range(settings.num_hidden_layers)
        for name, shape in layer.items()
    }


class _Layer(NamedTuple):
    attention_norm: Array
    query_key_value: Array
    attention_out: Array
    feed_forward_norm: Array
    gate_and_up: Array
    down: Array


class Llama:
    """A model, ready to read texts."""

    def __init__(self, settings: LlamaSettings, tensors: Mapping[str, Array]) -> None:
        """Take the weights apart; they have the shapes of `tensor_shapes`."""
        self.settings = settings
        self.embedding = tensors["model.embed_tokens.weight"]
        self.unembedding = np.ascontiguousarray(self.embedding.T)
        self.last_norm = tensors["model.norm.weight"]
        self.layers = [_layer(tensors, number) for number in range(settings.num_hidden_layers)]
        half = settings.head_dim // 2
        speeds = settings.rope_parameters.rope_theta ** (-np.arange(half) / half)
        angles = np.outer(np.arange(settings.max_position_embeddings), speeds)
        self.cosines = np.cos(angles).astype(np.float32)
        self.sines = np.sin(angles).astype(np.float32)


def _layer(tensors: Mapping[str, Array], number: int) -> _Layer:
    def of(name: str) -> Array:
        return tensors[f"model.layers.{number}.{name}.weight"]

    def joined(*names: str) -> Array:
        """Return several maps of one input as one, turned to stand on the right of it."""
        return np.ascontiguousarray(np.concatenate([of(name) for name in names]).T)

    return _Layer(
        of("input_layernorm"),
        joined("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        joined("self_attn.o_proj"),
        of("post_attention_layernorm"),
        joined("mlp.gate_proj", "mlp.up_proj"),
        joined("mlp.down_proj"),
    )


class Reading:
    """Texts of equal length being read by a model, with all that it remembers of them.

    `place` is the number of tokens read of each.
    """

    def __init__(self, llama: Llama, texts: int) -> None:
        self._llama = llama
        settings = llama.settings
        groups, places = settings.num_key_value_heads, settings.max_position_embeddings
        shape = (settings.num_hidden_layers, texts, groups, places, settings.head_dim)
        self._keys = np.empty(shape, np.float32)
        self._values = np.empty(shape, np.float32)
        self.place = 0

    @property
    def is_full(self) -> bool:
        """Tell whether the model can read no further token."""
        return self.place == self._llama.settings.max_position_embeddings

    def keep(self, texts: NDArray[np.intp]) -> None:
        """Go on with some of the texts only."""
        self._keys = self._keys[:, texts]
        self._values = self._values[:, texts]

    def read(self, tokens: NDArray[np.intp]) -> Array:
        """Take the next token of each text and return what the model makes of it."""
        llama, eps = self._llama, self._llama.settings.rms_norm_eps
        states = llama.embedding[tokens]
        for layer, keys, values in zip(llama.layers, self._keys, self._values, strict=True):
            inputs = _normed(states, layer.attention_norm, eps) @ layer.query_key_value
            states = states + self._attended(inputs, keys, values) @ layer.attention_out
            inputs = _normed(states, layer.feed_forward_norm, eps) @ layer.gate_and_up
            gate, up = np.split(inputs, 2, axis=1)
            states = states + (up * _sigmoid_weighted(gate)) @ layer.down
        self.place += 1
        return states

    def logits(self, states: Array) -> Array:
        """Return how likely each token comes next, as logits."""
        llama = self._llama
        normed = _normed(states, llama.last_norm, llama.settings.rms_norm_eps)
        logits: Array = normed @ llama.unembedding
        return logits

    def _attended(self, inputs: Array, keys: Array, values: Array) -> Array:
        """Return what each text's newest token gathers from itself and those before it."""
        settings, place = self._llama.settings, self.place
        texts, width = len(inputs), settings.head_dim
        groups, heads = settings.num_key_value_heads, settings.num_attention_heads
        projected = inputs.reshape(texts, heads + 2 * groups, width)
        turned = self._turned(projected[:, : heads + groups])
        keys[:, :, place] = turned[:, heads:]
        values[:, :, place] = projected[:, heads + groups :]
        queries = turned[:, :heads].reshape(texts, groups, heads // groups, width)
        weights = queries @ keys[:, :, : place + 1].swapaxes(2, 3) * width**-0.5
        weights = np.exp(weights - weights.max(axis=3, keepdims=True))
        weights /= weights.sum(axis=3, keepdims=True)
        gathered: Array = (weights @ values[:, :, : place + 1]).reshape(texts, heads * width)
        return gathered

    def _turned(self, heads: Array) -> Array:
        """Return queries or keys turned by their place (https://arxiv.org/abs/2104.09864)."""
        cosine, sine = self._llama.cosines[self.place], self._llama.sines[self.place]
        first, second = np.split(heads, 2, axis=2)
        return np.concatenate(
            (first * cosine - second * sine, second * cosine + first * sine), axis=2
        )


def _sigmoid_weighted(gate: Array) -> Array:
    """Return the SiLU of each number (https://arxiv.org/abs/1702.03118)."""
    # Beyond 80 the exponential would overflow, and the result is 0 all the same.
    weighted: Array = gate / (1 + np.exp(np.minimum(-gate, 80)))
    return weighted


def _normed(states: Array, gain: Array, eps: float) -> Array:
    """Return states divided by their root mean square, times a learned gain."""
    squares = np.einsum("ij,ij->i", states, states)[:, None]
    normed: Array = states * (gain / np.sqrt(squares / states.shape[1] + eps))
    return normed
