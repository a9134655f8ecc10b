"""Whatever somebody types or a device sends as a name: no writer sees it, and it says nothing."""

import re

import msgspec
import pytest

from condition_reports.facts import Facts
from condition_reports.release import plan_for, release
from condition_reports.verifier import Verified, verify_text
from condition_reports.writers.tiny import requests_of
from tests.unit.condition_reports.hostile import HOSTILE, LIKE_WORDS
from tests.unit.condition_reports.injected import FIELDS, PLAIN, injected_facts
from tests.unit.condition_reports.second_reading.reader import objections
from twins.errors import CargotwinError

NEVER_TOLD = {
    "owner", "policy", "policy_source", "limit_id", "limit_title", "nonce", "place", "seal",
    "milestone_place", "decision_reason", "stop_place", "parent",
}  # fmt: skip
NOBODY = {"", "unassigned"}
NEVER_EMPTY = {"asset", "policy", "limit_id", "device", "holder", "taker", "offered_to", "seal"}
"""Where these say that there is nothing, as of a shipment without a custodian."""

SHOWN = "(?:“[^“”]*”|[A-Za-z0-9][A-Za-z0-9._:-]*)"
SEED = 7


def model_input(facts: Facts) -> bytes:
    """Return all that any writer is given, and what the project's own model makes of it."""
    plan = plan_for(facts)
    return msgspec.msgpack.encode([plan, requests_of(plan, SEED)])


def texts_of(field: str) -> list[str]:
    return [one for one in (*HOSTILE, *LIKE_WORDS) if one not in NOBODY or field not in NEVER_EMPTY]


def injections(field: str) -> list[tuple[str, Facts]]:
    """Return the facts with each hostile text in a field; those it may hold, that is."""
    found = []
    for text in texts_of(field):
        try:
            found.append((text, injected_facts(field, text)))
        except CargotwinError:
            if field != "stop_place":
                raise
            # A plan whose words are too long never comes to a twin.
    return found


def test_two_hundred_texts_are_tried() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize("field", FIELDS)
def test_injected_text_leaves_what_a_writer_sees_as_it_is(field: str) -> None:
    plain = model_input(injected_facts())
    found = injections(field)
    assert len(found) >= 200
    for text, facts in found:
        assert model_input(facts) == plain, text


@pytest.mark.parametrize("field", sorted(set(FIELDS) - NEVER_TOLD))
def test_injected_text_is_told_as_a_name_and_nothing_else(field: str) -> None:
    report = re.escape(release(injected_facts(), seed=SEED).text)
    names = [PLAIN, "Another device", "Another party", "A third party"]
    quoted = "|".join(re.escape(re.escape(f"“{one}”")) for one in names)
    told = re.compile(re.sub(quoted, lambda _: SHOWN, report))
    for text, facts in injections(field)[:: 2 if field == "title" else 8]:
        released = release(facts, seed=SEED).text
        assert told.fullmatch(released), text
        assert isinstance(verify_text(released, facts), Verified)
        assert objections(released, facts) == []


@pytest.mark.parametrize("field", sorted(NEVER_TOLD))
def test_text_that_no_report_tells_leaves_it_as_it_is(field: str) -> None:
    report = release(injected_facts(), seed=SEED).text
    for text, facts in injections(field)[::16]:
        assert release(facts, seed=SEED).text == report, text
