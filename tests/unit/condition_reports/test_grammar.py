import pytest

from condition_reports.grammar import (
    filled,
    frames,
    grammar_digest,
    prefixed,
    readings_of,
    sentences_in,
    type_of_slot,
)
from condition_reports.shapes import Kind
from condition_reports.slots import check_draft, slots_in

SAMPLES = {
    "level": "8.0 °C",
    "moment": "2026-11-20 09:41 UTC",
    "duration": "2 h 05 min",
    "percentage": "95.0 %",
    "count": "3 shocks",
    "name": "coldhaul",
    "title": "“Pallet 7”",
    "side": "above",
    "severity": "no findings",
    "disposition": "“conformant”",
    "words": "temperature",
    "custodians": "in the custody of northlab",
    "actions": "continue the shipment as planned",
    "causes": "handling alone",
    "witnesses": "device logger-17",
    "findings": "2 silent sensors",
    "sensor": "sensor air of logger-17",
    "doubts": "drift",
}


def sample(frame: str) -> str:
    return filled(frame, {slot: SAMPLES[type_of_slot(slot)] for slot in slots_in(frame)})


@pytest.mark.parametrize("kind", Kind)
def test_frames_of_a_kind_hold_the_same_slots_and_no_value(kind: Kind) -> None:
    slots = {frozenset(slots_in(frame)) for frame in frames(kind)}
    assert len(slots) == 1
    for frame in frames(kind):
        check_draft(frame, next(iter(slots)))


@pytest.mark.parametrize("kind", Kind)
def test_frames_of_a_kind_are_several_different_single_sentences(kind: Kind) -> None:
    assert len(frames(kind)) >= 4
    assert len(set(frames(kind))) == len(frames(kind))
    for frame in frames(kind):
        sentence = sample(frame)
        assert sentences_in(sentence) == (sentence,)
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] == "“"


@pytest.mark.parametrize("kind", Kind)
def test_sentence_is_read_back_as_its_own_kind_alone(kind: Kind) -> None:
    for frame in frames(kind):
        values = {slot: SAMPLES[type_of_slot(slot)] for slot in slots_in(frame)}
        found = readings_of(filled(frame, values))
        assert (kind, values) in found
        assert {one for one, _ in found} == {kind}


def test_common_statements_have_enough_wordings_together() -> None:
    common = (Kind.LEVEL_KINETIC, Kind.EXCURSIONS_NONE, Kind.COVERAGE_ENOUGH, Kind.READINGS_USABLE)
    assert len(frames(common[0])) >= 8
    assert len(frames(Kind.COVERAGE_ENOUGH)) * len(frames(Kind.READINGS_USABLE)) >= 50


def test_sentence_of_no_frame_is_not_read() -> None:
    assert readings_of("The goods were handled with care.") == []


def test_prefix_tells_like_slots_apart() -> None:
    assert prefixed("From {limit} to {limit_x}.", "ex1_") == "From {ex1_limit} to {ex1_limit_x}."


def test_grammar_digest_is_a_sha_256() -> None:
    assert len(grammar_digest()) == 32
