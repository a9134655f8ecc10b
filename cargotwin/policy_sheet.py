"""A policy's trial as one SVG drawing: charts, verdict, reasons, and what is left (pure)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from importlib import resources
from xml.etree.ElementTree import Element, SubElement, tostring

from gateway.web.charts import ChartSubject, Size, chart_element
from gateway.web.values import visible

WIDTH = 1040
CHART_HEIGHT = 380
LINE_HEIGHT = 18
MARGIN = 20
_CHARACTERS = 140
# The page's style sheet sizes a chart by the page; here it stands in a drawing of its own.
_OWN_STYLE = f"""
.sheet {{ background: var(--surface); font-family: system-ui, sans-serif; }}
.sheet .chart {{ width: {WIDTH}px; height: {CHART_HEIGHT}px; }}
.sheet .reason {{ font-size: 13px; fill: var(--text); }}
"""


def policy_sheet(title: str, charts: Sequence[ChartSubject], lines: Sequence[str]) -> str:
    """Return the drawing as an SVG document that needs no other file.

    Args:
        title: What it is called.
        charts: Its charts, from above.
        lines: What is written below them.
    """
    written = [part for line in lines for part in _wrapped(visible(line))]
    charts_end = CHART_HEIGHT * len(charts)
    height = charts_end + LINE_HEIGHT * len(written) + 2 * MARGIN
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "class": "sheet",
            "role": "img",
        },
    )
    SubElement(root, "title").text = visible(title)
    SubElement(root, "style").text = _page_style() + _OWN_STYLE
    for place, subject in enumerate(charts):
        size = Size(WIDTH, CHART_HEIGHT, f"sheet-{place}")
        chart = chart_element(subject, size)
        del chart.attrib["xmlns"]  # it is the root's
        chart.attrib |= {
            "y": str(place * CHART_HEIGHT),
            "width": str(WIDTH),
            "height": str(CHART_HEIGHT),
        }
        root.append(chart)
    for place, line in enumerate(written, 1):
        at = {"x": str(MARGIN), "y": str(charts_end + MARGIN + LINE_HEIGHT * place)}
        SubElement(root, "text", at | {"class": "reason", "xml:space": "preserve"}).text = line
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _page_style() -> str:
    return resources.files("gateway.web").joinpath("static", "style.css").read_text("utf-8")


def _wrapped(line: str) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, _CHARACTERS, subsequent_indent=f"{indent}  ") or [""]
