import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from condition_reports.release import Attempt, plan_for, release
from condition_reports.writers.loading import TinySpecification, load_writer
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


def document_of(seed: int) -> Json:
    """Return a signed report in the words of the shipped model."""
    attempt = Attempt(WRITER.identity, seed, WRITER.draft(plan_for(FACTS), seed))
    report = attested(release(FACTS, [attempt], seed=seed), KEY)
    found: Json = json.loads(msgspec.json.encode(report))
    return found


def verified(document: Json) -> Verification:
    return report_verification(document, WRITERS, KEY.public_key)


def test_words_of_the_shipped_model_are_made_again_byte_for_byte() -> None:
    for seed in (0, 7, 2**40):
        document = document_of(seed)
        assert document["writer"] == "tiny"
        found = verified(document)
        assert found.outcome is Outcome.OK
        assert "byte for byte" in {one.name: one.detail for one in found.checks}["wording"]


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
