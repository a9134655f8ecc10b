from condition_reports.shapes import Kind
from condition_reports.training.acceptance import drawn_acceptance, greedy_acceptance
from condition_reports.training.corpus import corpus
from condition_reports.training.outcome import UnsoundModel
from condition_reports.training.vocabulary import vocabulary
from tests.unit.condition_reports.tiny.random_model import random_model


def test_gate_refuses_what_a_model_writes_that_the_grammar_does_not_derive() -> None:
    asked = corpus()[:300]
    model = random_model(vocabulary(), places=20)
    for found in (greedy_acceptance(model, asked), drawn_acceptance(model, asked, 0.8, 1)):
        assert (found.asked, found.exact, len(found.refused)) == (300, 0, 300)
        assert found.refused[0].example == asked[0]


def test_refusal_says_how_many_and_shows_some() -> None:
    found = greedy_acceptance(random_model(vocabulary(), places=20), corpus()[:20])
    message = str(UnsoundModel(found))
    assert message.startswith("20 of 20 answers")
    assert message.count("\n  verdict (0, ") == 5


def test_sentence_of_another_kind_is_refused() -> None:
    # A model answers by prompt; here the prompt of one kind stands beside the sentence of another.
    asked = corpus()[0]._replace(kind=Kind.ACTION)
    assert len(greedy_acceptance(random_model(vocabulary()), [asked]).refused) == 1
