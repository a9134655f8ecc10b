import itertools
from typing import Literal

import pytest

from condition_reports.marking import marking_of

# https://cv.iptc.org/newscodes/digitalsourcetype/, as of 2024-09-17.
SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TERMS = {
    ("template", False): "algorithmicMedia",
    ("tiny", False): "trainedAlgorithmicMedia",
    ("llm", False): "trainedAlgorithmicMedia",
    ("template", True): "humanEdits",
    ("tiny", True): "compositeWithTrainedAlgorithmicMedia",
    ("llm", True): "compositeWithTrainedAlgorithmicMedia",
}


@pytest.mark.parametrize(("writer", "is_edited"), TERMS)
def test_machines_are_told_the_term_of_iptc(
    *, writer: Literal["template", "tiny", "llm"], is_edited: bool
) -> None:
    marking = marking_of(writer, is_edited=is_edited)
    assert marking.digital_source_type == SCHEME + TERMS[writer, is_edited]
    assert marking.uses_language_model is (writer != "template")


@pytest.mark.parametrize(("writer", "is_edited"), TERMS)
def test_readers_are_told_of_model_and_person(
    *, writer: Literal["template", "tiny", "llm"], is_edited: bool
) -> None:
    mark = marking_of(writer, is_edited=is_edited).mark
    assert ("by a language model" in mark) is (writer != "template")
    assert ("no language model" in mark) is (writer == "template")
    assert ("edited by a person" in mark) is is_edited


def test_no_two_kinds_of_words_bear_the_same_mark() -> None:
    kinds = itertools.product(("template", "tiny"), (False, True))
    marks = [marking_of(writer, is_edited=edited) for writer, edited in kinds]  # type: ignore[arg-type]
    assert len({one.mark for one in marks}) == len({one.digital_source_type for one in marks}) == 4
