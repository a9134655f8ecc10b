"""What the commands say of themselves, read as a person reads it."""

import re

import pytest

from simulators.scenarios import SCENARIOS
from tests.integration.gateway_process import invoke


def help_of(*command: str) -> str:
    """Return a command's help without its frame and its line breaks."""
    shown = invoke(*command, "--help").stdout
    return re.sub(r"\s+", " ", re.sub(r"[│╭╮╰╯─]", " ", shown))


@pytest.mark.parametrize(
    "command",
    [
        ("simulate",),
        ("replay",),
        ("contracts", "deploy"),
        ("policy", "check"),
        ("policy", "test"),
        ("bench", "ingest"),
        ("devices", "adopt"),
        *(("custody", verb) for verb in ("offer", "accept", "refuse", "withdraw", "dispute")),
    ],
    ids=" ".join,
)
def test_help_shows_the_command_as_it_may_be_typed(command: tuple[str, ...]) -> None:
    assert f"Example: cargotwin {' '.join(command)} " in help_of(*command)


def test_help_names_every_scenario() -> None:
    assert set(SCENARIOS) <= set(re.findall(r"[a-z_]+", help_of("simulate")))


def test_help_says_that_an_edited_report_consists_of_the_grammars_sentences() -> None:
    said = help_of("edit-report")
    assert "sentences of the grammar only" in said
    assert "the nearest" in said


def test_nonce_is_made_up_for_an_offer_and_found_for_an_answer() -> None:
    assert "made up unless stated" in help_of("custody", "offer")
    for verb in ("accept", "refuse", "withdraw", "dispute"):
        assert "that of the open offer unless stated" in help_of("custody", verb)
