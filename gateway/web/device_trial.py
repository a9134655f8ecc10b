"""What a device's messages would say with a person's answers; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.codecs.registry import InvalidCodecOption
from gateway.devices.choosing import Choice, choose
from gateway.devices.clocks import clock_text, notable_offset_us
from gateway.devices.configuring import filter_of_all
from gateway.devices.discovery import Unread, expected
from gateway.devices.source_block import source_block
from gateway.errors import CommandRefused

from .adopt_request import answers_of
from .device_documents import Document, reading_document

_FAULTS_SHOWN = 5
_READINGS_SHOWN = 10
_SAYS_NOTHING: Document = {
    "source": "",
    "filter_of_all": "",
    "open": [],
    "problem": "",
    "preview": [],
    "faults": [],
    "guarantee": [],
    "clock_text": "",
}


def trial_of(unread: Unread, query: Mapping[str, str]) -> Document | None:
    """Return what the messages say with the answers of a query."""
    if not unread.candidates:
        return None
    answers: dict[str, Any] = answers_of(query)
    asked, topic_filter = query.get("format", ""), query.get("filter", "")
    try:
        choice = choose(unread, asked, topic_filter, answers)
        of_all = _filter_of_all(unread, choice)
        if query.get("scope") == "all" and of_all:
            choice = choose(unread, asked, of_all, answers)
    except CommandRefused as refusal:
        return _SAYS_NOTHING | {"format": asked, "problem": refusal.reason}
    one = choice.configured
    trial = _SAYS_NOTHING | {
        "format": one.codec,
        "filter": one.filter,
        "filter_of_all": of_all,
        "options": one.options,
        "open": list(one.open),
        "source": "" if choice.in_force else source_block(one),
    }
    try:
        return trial | _previewed(unread, choice)
    except InvalidCodecOption as error:
        # While answers are missing, that a setting is missing is no news.
        return trial if one.open else trial | {"problem": str(error)}


def guess_of(document: Document, trial: Document | None) -> object:
    """Return the guessed format that a trial is of, the likeliest where it is of none."""
    formats = document["formats"]
    if trial is None or not isinstance(formats, list) or not formats:
        return None
    return next((one for one in formats if one["format"] == trial["format"]), formats[0])


def _filter_of_all(unread: Unread, choice: Choice) -> str:
    """Return the topics of all devices of the kind; empty where nothing was chosen."""
    one = choice.configured
    guesses = (each.guess for each in unread.candidates if each.codec == one.codec)
    return filter_of_all(one, next(guesses).filter)


def _previewed(unread: Unread, choice: Choice) -> Document:
    """Return what a format makes of the messages.

    Raises:
        InvalidCodecOption: It lacks something, or an answer cannot be one.
    """
    preview = choice.preview(unread.device, unread.heard)
    readings = [reading for own in preview.readings.values() for reading in own]
    newest = sorted(readings, key=lambda reading: reading.observed_at)[-_READINGS_SHOWN:]
    offset = notable_offset_us(preview.clock_offset_us)
    return {
        "preview": [reading_document(reading) for reading in reversed(newest)],
        "faults": [
            {"reason": fault.reason, "detail": fault.detail}
            for fault in preview.faults[:_FAULTS_SHOWN]
        ],
        "guarantee": [] if choice.configured.open else list(expected(unread, readings)),
        "clock_text": "" if offset is None else clock_text(offset),
    }
