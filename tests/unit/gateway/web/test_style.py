import re

import pytest

from gateway.web.rendering import STATIC

STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
WORDS = ("text", "quiet", "accent", "critical", "major", "minor", "ok")
GROUNDS = {"critical": "critical-ground", "major": "major-ground", "minor": "minor-ground"}


def colours(block: int) -> dict[str, str]:
    """Return the custom properties of the nth `:root` of the style sheet."""
    return dict(
        re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", STYLE.split(":root {")[block].split("}")[0])
    )


def luminance(colour: str) -> float:
    """Return the relative luminance, WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio, WCAG 2.2."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("block", [1, 2], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface", "raised"])
@pytest.mark.parametrize("word", WORDS)
def test_words_are_told_from_their_ground(block: int, ground: str, word: str) -> None:
    used = colours(block)
    assert contrast(used[word], used[ground]) >= 4.5


@pytest.mark.parametrize("block", [1, 2], ids=["light", "dark"])
@pytest.mark.parametrize("severity", GROUNDS)
def test_verdict_is_told_from_its_ground(block: int, severity: str) -> None:
    used = colours(block)
    for word in (severity, "text", "quiet"):
        assert contrast(used[word], used[GROUNDS[severity]]) >= 4.5


@pytest.mark.parametrize("block", [1, 2], ids=["light", "dark"])
@pytest.mark.parametrize("line", ["accent", "critical", "series-1", "series-2", "series-3"])
def test_lines_of_a_chart_are_told_from_the_ground(block: int, line: str) -> None:
    used = colours(block)
    assert contrast(used[line], used["surface"]) >= 3
