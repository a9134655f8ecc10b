import re

import pytest

from cargotwin.format_options import InvalidOption, answers_of, options_of


def test_options_are_read_as_the_configuration_has_them() -> None:
    texts = [
        "zone=Europe/Berlin",
        "topic=a=b",
        "seq_path = counter ",
        "rebirth_interval_seconds=10",
        'fields=[{ path = "t", scale = 0.1 }]',
        'device="7"',
        "time.path=at",
        "time.format=naive",
    ]
    assert options_of(texts) == {
        "zone": "Europe/Berlin",
        "topic": "a=b",
        "seq_path": "counter",
        "rebirth_interval_seconds": "10",
        "fields": [{"path": "t", "scale": 0.1}],
        "device": "7",
        "time": {"path": "at", "format": "naive"},
    }


def test_a_table_may_be_written_as_json() -> None:
    assert options_of(['decoder={"24e1*": "milesight_em300_th"}']) == {
        "decoder": {"24e1*": "milesight_em300_th"}
    }


@pytest.mark.parametrize(
    "texts",
    [
        ["zone"],
        ["=Europe/Berlin"],
        [".zone=x"],
        ["fields=[{"],
        ["zone=UTC", "zone=UTC"],
        ["time=naive", "time.zone=UTC"],
        ["time.zone=UTC", "time=naive"],
    ],
)
def test_an_option_that_is_none_is_refused_with_an_example(texts: list[str]) -> None:
    with pytest.raises(InvalidOption, match="--option zone=Europe/Berlin"):
        options_of(texts)


def test_an_answer_stands_under_the_words_of_its_need_though_they_hold_dots() -> None:
    assert answers_of(["unit of data.t=C", 'fields=[{path = "t"}]', 'name="a=b"']) == {
        "unit of data.t": "C",
        "fields": [{"path": "t"}],
        "name": "a=b",
    }


@pytest.mark.parametrize("texts", [["zone"], ["=C"], ["fields=[{"], ["zone=UTC", "zone=CET"]])
def test_an_answer_that_cannot_be_read_is_named(texts: list[str]) -> None:
    with pytest.raises(InvalidOption, match=re.escape(texts[-1])):
        answers_of(texts)
