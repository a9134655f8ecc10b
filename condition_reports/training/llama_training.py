"""The training itself, with torch and transformers: next token, cross entropy, AdamW.

The same corpus, recipe and seed give the same weights, bit for bit, on one kind of machine with one
version of torch: 32-bit numbers, a fixed number of threads and deterministic algorithms. These
libraries are no dependencies of the gateway; whoever trains installs the `llm` extra.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from condition_reports.tiny.safetensors import Weights
from condition_reports.tiny.tokenizer import END, PAD, Tokenizer

from .corpus import Example
from .recipe import Recipe, model_settings

_NO_LOSS = -100
"""Label that torch's cross entropy leaves out."""

_BATCHES_IN_A_POOL = 32
"""From so many random batches those of like length are put together, which saves padding."""

_REPAIR_EPOCHS = 4
_TOLD_EVERY = 50


def trained(
    recipe: Recipe,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    refused: Callable[[Weights], Sequence[Example]],
    tell: Callable[[int, int, float], None],
) -> Weights:
    """Return the weights after training, by the name of each tensor.

    Args:
        recipe: How to train.
        tokenizer: How to number words.
        examples: What to learn.
        refused: Returns the examples that weights answer with no sentence of the grammar.
        tell: Takes the step, the number of all steps and the loss, now and then.
    """
    torch.use_deterministic_algorithms(mode=True)
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    settings = model_settings(recipe, tokenizer) | {"dtype": "float32"}
    training = _Training(recipe, LlamaForCausalLM(LlamaConfig(**settings)), tell)
    texts = _tensors(recipe, tokenizer, examples)
    generator = torch.Generator().manual_seed(recipe.seed)
    training.learn(texts, _batches(recipe, texts, recipe.epochs, generator), recipe.rate)
    for _ in range(recipe.repairs):
        kinds = {one.kind for one in refused(training.weights())}
        if not kinds:
            break
        hard = [row for row, one in enumerate(examples) if one.kind in kinds]
        others = torch.randperm(len(examples), generator=generator)[: len(hard)]
        chosen = _Texts(*(one[torch.cat((torch.tensor(hard), others))] for one in texts))
        batches = _batches(recipe, chosen, _REPAIR_EPOCHS, generator)
        training.learn(chosen, batches, recipe.rate * recipe.repair_rate)
    return training.weights()


class _Texts(NamedTuple):
    """Examples as rows of tokens, and what is to be learnt of them: the sentences alone."""

    inputs: torch.Tensor
    labels: torch.Tensor


class _Training:
    """A model on its way."""

    def __init__(
        self,
        recipe: Recipe,
        model: LlamaForCausalLM,
        tell: Callable[[int, int, float], None],
    ) -> None:
        self._recipe = recipe
        self._model = model.train()
        self._tell = tell
        self._optimizer = torch.optim.AdamW(
            model.parameters(), betas=(0.9, 0.98), weight_decay=0.01
        )

    def learn(self, texts: _Texts, batches: Sequence[torch.Tensor], rate: float) -> None:
        """Learn batches of texts, at a rate that rises to a height and falls to nothing."""
        for step, rows in enumerate(batches):
            for group in self._optimizer.param_groups:
                group["lr"] = rate * _share(self._recipe, step, len(batches))
            width = int((texts.labels[rows] != _NO_LOSS).any(dim=0).nonzero().max()) + 1
            loss = _loss(self._model, texts.inputs[rows, :width], texts.labels[rows, :width])
            self._optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            self._optimizer.step()
            if (step + 1) % _TOLD_EVERY == 0 or step + 1 == len(batches):
                self._tell(step + 1, len(batches), loss.item())

    def weights(self) -> Weights:
        """Return the weights as they are stored."""
        return {
            name: tensor.to(torch.float16).numpy()
            for name, tensor in self._model.state_dict().items()
            if name != "lm_head.weight"
        }


def _share(recipe: Recipe, step: int, steps: int) -> float:
    """Return the share of the highest learning rate at a step: a rise, then half a cosine."""
    rise = max(1, round(recipe.warm_up * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))


def _batches(
    recipe: Recipe, texts: _Texts, epochs: int, generator: torch.Generator
) -> list[torch.Tensor]:
    """Return the rows of each step: all texts once an epoch, those of like length together."""
    lengths = (texts.labels != _NO_LOSS).sum(dim=1)
    steps: list[torch.Tensor] = []
    for _ in range(epochs):
        order = torch.randperm(len(lengths), generator=generator)
        batches = [
            rows
            for pool in order.split(recipe.batch * _BATCHES_IN_A_POOL)
            for rows in pool[lengths[pool].argsort(stable=True)].split(recipe.batch)
        ]
        shuffled = torch.randperm(len(batches), generator=generator).tolist()
        steps += [batches[number] for number in shuffled]
    return steps


def _tensors(recipe: Recipe, tokenizer: Tokenizer, examples: Sequence[Example]) -> _Texts:
    pad, end = tokenizer.numbers([PAD, END])
    inputs = torch.full((len(examples), recipe.places), pad)
    labels = torch.full((len(examples), recipe.places), _NO_LOSS)
    for row, example in enumerate(examples):
        prompt = tokenizer.numbers(example.prompt)
        sentence = [*tokenizer.encoded(example.sentence), end]
        inputs[row, : len(prompt) + len(sentence)] = torch.tensor(prompt + sentence)
        labels[row, len(prompt) : len(prompt) + len(sentence)] = torch.tensor(sentence)
    return _Texts(inputs, labels)


def _loss(model: LlamaForCausalLM, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    # Padding stands behind the text, where causal attention never looks: no mask is needed.
    logits = model(input_ids=inputs).logits[:, :-1]
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=_NO_LOSS
    )
