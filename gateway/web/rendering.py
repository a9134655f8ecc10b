"""The templates' environment: all is escaped, a figure has its unit and a time its zone."""

from __future__ import annotations

import shlex
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from gateway.holders import holder_words
from twins.verdict.counts import noun
from twins.verdict.coverage_outlook import voices

from .alarm_times import lasted
from .attention import disposition_word, next_step, next_steps, severity_word
from .extremes import together
from .values import (
    duration_text,
    duration_up_text,
    moment_text,
    percent_shares,
    percent_text,
    percent_up_text,
    raw_text,
    rfc3339,
    share_texts,
    value_text,
    visible,
    way_text,
)

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
_DIGEST_ENDS = 8


def environment() -> jinja2.Environment:
    """Return the environment of the templates."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    templates.filters.update(
        {
            "asset_path": asset_path,
            "count": count_text,
            "counted": counted_text,
            "device_path": device_path,
            "disposition_word": disposition_word,
            "duration": duration_text,
            "duration_up": duration_up_text,
            "holder": holder_words,
            "lasted": lasted,
            "metres": metres_text,
            "next_step": next_step,
            "next_steps": next_steps,
            "paragraphs": paragraphs,
            "percent": percent_text,
            "percent_shares": percent_shares,
            "percent_up": percent_up_text,
            "raw": raw_text,
            "rfc3339": rfc3339,
            "severity_word": severity_word,
            "share_texts": share_texts,
            "shell": shlex.quote,
            "short_digest": short_digest,
            "together": together,
            "value": value_text,
            "voices": voices,
            "way": way_text,
            "when": when,
            "word": word,
        }
    )
    return templates


def asset_path(asset: str) -> str:
    """Return the address of an asset's page."""
    return f"/assets/{quote(asset, safe=':')}"


def device_path(name: str) -> str:
    """Return the address of a device's page; a topic stands in it as one segment."""
    return f"/devices/{quote(name, safe=':')}"


def when(moment: int) -> Markup:
    """Return a moment as a time element: for people to the minute, for programs exact."""
    return Markup('<time datetime="{}">{}</time>').format(rfc3339(moment), moment_text(moment))


def count_text(count: int) -> str:
    """Return a count with its thousands apart by a narrow no-break space."""
    return f"{count:,}".replace(",", "\u202f")


def counted_text(count: int, one: str, several: str = "") -> str:
    """Return a count, as `count_text` writes it, with the thing that it counts."""
    return f"{count_text(count)} {noun(count, one, several)}"


def metres_text(micrometres: int) -> str:
    """Return a height in metres, rounded half to even to the millimetre."""
    metres = (Decimal(micrometres) / 1_000_000).quantize(Decimal("0.001"), ROUND_HALF_EVEN)
    return f"{metres.normalize():f}\u00a0m"


def short_digest(digest: str) -> str:
    """Return the two ends of a digest."""
    if len(digest) <= 2 * _DIGEST_ENDS:
        return digest
    return f"{digest[:_DIGEST_ENDS]}…{digest[-_DIGEST_ENDS:]}"


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, apart by empty lines."""
    return [part for part in (one.strip() for one in text.split("\n\n")) if part]


def word(name: str) -> str:
    """Return a name of a program as words: custody_refused is "Custody refused"."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def _finalize(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value
