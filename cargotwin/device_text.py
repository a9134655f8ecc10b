"""Devices as the terminal shows them, and the settings that would read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.codecs.recognition import CLEAR
from gateway.devices.configuring import Configured
from gateway.devices.source_block import joint, source_block
from twins.verdict.counts import counted

_NAMES_SHOWN = 5
_SERIES_SHOWN = 8
_TOPICS_SHOWN = 5


def lines_of(one: dict[str, Any]) -> list[str]:
    """Return what people are told of a device; its id comes first."""
    lines = [f"{one['id']}  {state_text(one)}"]
    if one["names"]:
        lines.append(f"called     {', '.join(one['names'][:_NAMES_SHOWN])}")
    lines += [f"topic      {topic}" for topic in one["topics"][:_TOPICS_SHOWN]]
    if one["first_at"]:
        lines.append(f"heard      {one['first_at']} to {one['last_at']}")
    for series in one["series"][:_SERIES_SHOWN]:
        lines.append(
            f"newest     {series['sensor']} {series['quantity']} {series['reads']} at "
            f"{series['last_at']} by {series['clock']}"
        )
        lines += [f"           {remark}" for remark in series["remarks"]]
    if one["payload"]:
        lines.append(f"payload    {one['payload']['text']}")
    if one["clock_text"]:
        lines.append(f"clock      {one['clock_text']}")
    if one["warning"]:
        lines.append(f"warning    {one['warning']}")
    for guess in one["formats"]:
        lines += _guess_lines(guess)
    lines += [
        f"carried by {each['asset']} from {each['since']} to {each['until'] or 'now'}"
        for each in one["bindings"]
    ]
    return lines


def source_blocks(items: Iterable[dict[str, Any]]) -> list[str]:
    """Return the settings that would read devices, one for all devices of a kind."""
    return [source_block(one) for one in joint(_proposals(items))]


def state_text(one: dict[str, Any]) -> str:
    """Return what is missing before a device's readings count."""
    if one["state"] == "unread":
        kept = counted(one["messages"], "message")
        is_read = bool(one["formats"]) and one["formats"][0]["is_in_force"]
        if is_read:
            return f"a format reads it by now, {kept} of before kept"
        return f"no format reads it yet, {kept} kept"
    if one["warning"] and not one["readings"]:
        return "waits for its BIRTH"
    carried = f"travels with {', '.join(one['assets'])}" if one["assets"] else "no asset carries it"
    return f"{carried}, {counted(one['readings'], 'reading')} kept"


def _guess_lines(guess: dict[str, Any]) -> list[str]:
    how = "set" if guess["is_in_force"] else f"{guess['certainty_percent']} % sure"
    lines = [f"format     {guess['format']}, {how}"]
    if guess["preview"]:
        newest = guess["preview"][-1]
        lines.append(
            f"would be   {newest['sensor']} {newest['quantity']} {newest['reads']} at "
            f"{newest['at']} by {newest['clock']}"
        )
    lines += [
        f"needs      {question['need']}: {question['text']} "
        f'--option "{question["need"]}={_example_of(question)}"'
        for question in guess["questions"]
        if not question["is_optional"]
    ]
    if guess["questions"] and guess["filter"] == guess["filter_of_all"]:
        lines.append(f"note       the answers hold for every device on {guess['filter']}")
    return lines


def _example_of(question: dict[str, Any]) -> str:
    return question["example"] or next(iter(question["choices"]), "")


def _proposals(items: Iterable[dict[str, Any]]) -> Iterator[Configured]:
    """Yield the likeliest format of each device, and further ones that are as clear."""
    for one in items:
        for place, guess in enumerate(one["formats"]):
            is_likely = place == 0 or guess["certainty_percent"] >= CLEAR
            if is_likely and not guess["is_in_force"]:
                yield Configured(
                    guess["format"], guess["filter_of_all"], guess["options"], tuple(guess["needs"])
                )
