"""The token's picture: the asset's state and wear as an SVG that carries the condition digest."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.condition import Condition

_COLOURS = {
    Disposition.CONFORMANT: "#1a7f4b",
    Disposition.UNKNOWN: "#5b6470",
    Disposition.CONTAINER_OPEN: "#a05a00",
    Disposition.NON_CONFORMANT: "#b3261e",
    Disposition.DAMAGED: "#7b1fa2",
}
_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img" '
    'font-family="system-ui,sans-serif">'
)
_BAR_WIDTH = 480
_PPM_PER_TENTH = 1_000
"""Parts per million in a tenth of a per cent."""
_LONGEST_TITLE = 40


def state_image(title: str, condition: Condition, digest: str) -> str:
    """Return the picture as a data URI.

    Args:
        title: What people call the asset.
        condition: What it shows.
        digest: Condition digest, hex, printed in full.
    """
    return "data:image/svg+xml;base64," + base64.b64encode(
        state_svg(title, condition, digest).encode()
    ).decode("ascii")


def state_svg(title: str, condition: Condition, digest: str) -> str:
    """Return the picture as SVG text."""
    wear = condition.statistics.wear.index_ppm
    coverage = condition.coverage.ratio_ppm
    word = condition.disposition.value.replace("_", " ")
    severity = Severity(condition.severity).name.lower()
    colour = _COLOURS[condition.disposition]
    shown = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
    lines = [
        _OPENING,
        f"<title>{escape(shown)}: {word}</title>",
        '<rect width="600" height="600" fill="#f7f8fa"/>',
        f'<rect width="600" height="220" fill="{colour}"/>',
        f'<text x="60" y="90" font-size="28" fill="#fff">{escape(shown)}</text>',
        f'<text x="60" y="160" font-size="54" font-weight="700" fill="#fff">{word}</text>',
        f'<text x="60" y="285" font-size="26" fill="#1c2430">severity: {severity}</text>',
        # Rounded against the goods, as reports are: what was observed down, wear up.
        *_bar(330, "observed", coverage, coverage // _PPM_PER_TENTH, "#2457a6"),
        *_bar(410, "wear", wear, -(-wear // _PPM_PER_TENTH), colour),
        f'<text x="60" y="545" font-size="12" fill="#5b6470">{digest}</text>',
        "</svg>",
    ]
    return "".join(lines)


def _bar(top: int, label: str, ppm: int, tenths: int, colour: str) -> list[str]:
    width = _BAR_WIDTH * ppm // 1_000_000
    percent = f"{tenths // 10}.{tenths % 10} %"
    return [
        f'<text x="60" y="{top}" font-size="20" fill="#1c2430">{label}: {percent}</text>',
        f'<rect x="60" y="{top + 12}" width="{_BAR_WIDTH}" height="18" rx="9" fill="#d8dde4"/>',
        f'<rect x="60" y="{top + 12}" width="{width}" height="18" rx="9" fill="{colour}"/>',
    ]
