import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from condition_reports.release import Attempt, plan_for, release
from condition_reports.writers.loading import TinySpecification, load_writer
from condition_reports.writers.tiny import load_tiny
from condition_reports.writers.writer import Writer
from contracts.report_statement import attest_report
from contracts.signer import AttesterKey
from contracts.verify import Outcome, Verification
from gateway.known_writers import KnownWriters
from gateway.report_attestation import attested
from gateway.report_verification import report_verification
from tests.unit.condition_reports import scenes

Json = dict[str, Any]

KEY = AttesterKey(b"k" * 32)
FACTS = scenes.facts_from(scenes.excursion())
WRITER = load_writer(TinySpecification())
WRITERS = KnownWriters(lambda: WRITER)


def document_of(seed: int, writer: Writer = WRITER) -> Json:
    """Return a signed report in the words of the shipped model."""
    attempt = Attempt(writer.identity, seed, writer.draft(plan_for(FACTS), seed))
    report = attested(release(FACTS, [attempt], seed=seed), KEY)
    found: Json = json.loads(msgspec.json.encode(report))
    return found


def verified(document: Json) -> Verification:
    return report_verification(document, WRITERS, KEY.public_key)


def wording_of(found: Verification) -> str:
    return next(one.detail for one in found.checks if one.name == "wording")


def test_words_of_the_shipped_model_are_made_again_byte_for_byte() -> None:
    for seed in (0, 7, 2**40):
        document = document_of(seed)
        assert document["writer"] == "tiny"
        found = verified(document)
        assert found.outcome is Outcome.OK
        assert wording_of(found).endswith("byte for byte, as the likeliest words")


def drawn_document() -> tuple[Json, int]:
    """Return a report in words that were drawn, which are not the likeliest, and their seed."""
    drawing = load_tiny(temperature=0.7)
    for seed in range(64):
        document = document_of(seed, drawing)
        if document["writer"] == "tiny" and document["text"] != document_of(seed)["text"]:
            return document, seed
    raise AssertionError("the model draws no sound words")


def test_words_that_the_shipped_model_drew_are_drawn_again_byte_for_byte() -> None:
    document, seed = drawn_document()
    assert document["provenance"]["decoding"]["mode"] == "sampled"
    found = verified(document)
    assert found.outcome is Outcome.OK
    drawn = f"byte for byte, as words drawn at temperature 0.7 by seed {seed}"
    assert wording_of(found).endswith(drawn)


DRAWN_FORGERIES: dict[str, Json] = {
    "said to be the likeliest": {"mode": "greedy", "temperature": ""},
    "at another temperature": {"temperature": "0.71"},
    "at no temperature": {"temperature": ""},
    "at zero": {"temperature": "0"},
    "below zero": {"temperature": "-0.7"},
    "at no number": {"temperature": "nan"},
    "at an endless one": {"temperature": "inf"},
    "at one beyond doubles": {"temperature": "1e999"},
    "at one that is nothing in doubles": {"temperature": "1e-999"},
    "at one too small to divide by": {"temperature": "1e-308"},
    "in other bounds": {"constraint": "grammar"},
    "by a prompt": {"prompt_sha256": "ab" * 32},
}


@pytest.mark.parametrize("name", DRAWN_FORGERIES)
def test_drawn_words_that_were_chosen_otherwise_than_said_are_noticed(name: str) -> None:
    document, _ = drawn_document()
    document["provenance"]["decoding"].update(DRAWN_FORGERIES[name])
    if name == "at another temperature":
        # Near temperatures often draw the same words: these are another seed's.
        document["provenance"]["writer"]["seed"] = "64"
    document["attestation"] = attest_report(document["provenance"], KEY)
    assert verified(document).outcome is Outcome.FAILED


def test_drawn_words_of_other_weights_cannot_be_checked() -> None:
    document, _ = drawn_document()
    document["provenance"]["writer"]["sha256"] = "0" * 64
    document["attestation"] = attest_report(document["provenance"], KEY)
    assert verified(document).outcome is Outcome.UNCHECKED


FORGERIES: dict[str, Callable[[Json], object]] = {
    "seed": lambda one: one["writer"].update(seed="8"),
    "weights": lambda one: one["model"].update(weights_sha256="0" * 64),
    "model": lambda one: one["model"].update(id="granite"),
    "of the template": lambda one: (
        one["writer"].update(kind="template"),
        one["generator"].update(kind="template"),
    ),
    "of an llm": lambda one: one["writer"].update(kind="llm"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_said_of_the_model_and_is_not_so_is_noticed(name: str) -> None:
    document = document_of(7)
    FORGERIES[name](document["provenance"])
    document["attestation"] = attest_report(document["provenance"], KEY)
    assert verified(document).outcome is Outcome.FAILED


def test_words_of_a_model_with_other_weights_cannot_be_checked() -> None:
    document = document_of(7)
    document["provenance"]["writer"]["sha256"] = "0" * 64
    document["attestation"] = attest_report(document["provenance"], KEY)
    assert verified(document).outcome is Outcome.UNCHECKED
