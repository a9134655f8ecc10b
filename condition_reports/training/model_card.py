"""The model card: what a model is, made of what, tested how, and what it is not for."""

from __future__ import annotations

from condition_reports.tiny.model_folder import Manifest, weights_digest

from .outcome import Acceptance
from .recipe import Recipe

CARD = "README.md"

_CARD = """---
license: {licence_name}
language: en
library_name: transformers
pipeline_tag: text-generation
tags: [data-to-text, condition-report]
---
# {id}

Words the sentences of Cargotwin's condition reports, with slots such as `{{limit}}` where values
belong. It never sees a value, a name or any other text that somebody typed: its whole input is one
of {asked:,} prompts, a kind of statement and a manner of saying it.

| what | value |
|---|---|
| revision | `{revision}` |
| architecture | Llama: {shape}, tied embeddings |
| parameters | {parameters:,}, float16 on disk, computed in float32 |
| weights, SHA-256 over the digests of the files | `{weights}` |
| licence of weights and data | {licence} |
| data | the sentences of the project's own grammar, one for each prompt; no other text |
| data set, SHA-256 | `{dataset}` |
| grammar, SHA-256 | `{grammar}` |
| training | `cargotwin train --seed {seed} --epochs {epochs}`, {threads} thread, torch 2.13.0 |

## Tested

Every prompt was asked, and every answer read back by the grammar; a model that fails once is not
released.

| words | prompts | sentences of the grammar | the very sentence of the data set |
|---|---|---|---|
| likeliest, slots without bounds | {greedy} |
| drawn at temperature {temperature:g}, slots in bounds | {drawn} |

## Use

The gateway runs it with NumPy alone. transformers runs it too: the prompt
`{prompt}` is three tokens, the answer ends with `<end>`.

## Limits

It knows the sentences of the grammar and nothing else: no facts, no world, no language beyond. What
it writes is a draft; the gateway releases no sentence that the verifier does not read back to the
facts. Another grammar needs another training. The same command gives the same weights on one kind
of processor with one version of torch; elsewhere the digest may differ.
"""


def model_card(
    manifest: Manifest,
    recipe: Recipe,
    parameters: int,
    greedy: Acceptance,
    drawn: Acceptance,
    temperature: float,
) -> str:
    """Return the card of a model as Markdown with the front matter of the Hugging Face hub."""
    return _CARD.format(
        licence_name=manifest.licence.lower(),
        licence=manifest.licence,
        id=manifest.id,
        revision=manifest.revision,
        weights=weights_digest(manifest),
        dataset=manifest.dataset_sha256,
        grammar=manifest.grammar_sha256,
        parameters=parameters,
        shape=(
            f"{recipe.layers} layers of {recipe.hidden}, {recipe.heads} heads, "
            f"feed-forward {recipe.feed_forward}"
        ),
        seed=recipe.seed,
        epochs=recipe.epochs,
        threads=recipe.threads,
        asked=greedy.asked,
        greedy=_counts(greedy),
        drawn=_counts(drawn),
        temperature=temperature,
        prompt="<verdict><phrase_0><words_0>",
    )


def _counts(found: Acceptance) -> str:
    """Return three cells. Counts, as a share just below 1 would be rounded up to it."""
    return f"{found.asked:,} | {found.asked - len(found.refused):,} | {found.exact:,}"
