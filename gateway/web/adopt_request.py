"""What a person or a program says to bring a device in, by form or by JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from gateway.devices.asked import Adoption

from .auth import FORM
from .problems import InvalidBody
from .quarantine import Party, asked_of
from .values import microseconds

ALL = "all"
"""Stands for `since` where every kept reading counts."""

_ANSWER = "answer:"
_CHOICE = "take"


class AdoptRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a device; see `Adoption`.

    Attributes:
        device: Its id, or a topic of it where no id shows.
        asset: Id of the asset that it travels with.
        expected_interval_s: Planned seconds between two readings.
        by: The party or role that says it.
        since: From when on its readings count, RFC 3339 with offset; or `all`.
        format: Name of the format; the likeliest where it is empty.
        filter: Topics that the format shall read; the device's own where it is empty.
        options: Answers to what the format needs, by its words, and options of the format.
        replace: Whether this takes the place of what was said of the same filter before.
        calibrated_on: The day on which it was calibrated, ISO 8601; empty where that is not said.
    """

    device: str
    asset: str
    expected_interval_s: int
    by: Party
    since: str
    format: str = ""
    filter: str = ""
    options: dict[str, Any] = {}
    replace: bool = False
    calibrated_on: str = ""

    def adoption(self) -> Adoption:
        """Return what is asked for.

        Raises:
            InvalidBody: `since` is neither a moment nor `all`, or `calibrated_on` is no date.
        """
        try:
            since = None if self.since == ALL else microseconds(self.since.strip())
        except (ValueError, OverflowError) as error:
            allowed = "a moment with its offset, such as 2026-11-20T08:00+01:00, or all"
            raise InvalidBody(f"since is {self.since!r}; allowed is {allowed}") from error
        return Adoption(
            device=self.device,
            asset=self.asset,
            expected_interval_s=self.expected_interval_s,
            by=self.by,
            since=since,
            format=self.format,
            filter=self.filter,
            options=self.options,
            replace=self.replace,
            calibrated_at=_midnight(self.calibrated_on.strip()),
        )


def _midnight(day: str) -> int | None:
    """Return the beginning of a day in UTC, microseconds; None where none is stated."""
    if not day:
        return None
    try:
        return microseconds(f"{dt.date.fromisoformat(day)}T00:00Z")
    except ValueError as error:
        allowed = "a day such as 2026-01-31"
        raise InvalidBody(f"calibrated_on is {day!r}; allowed is {allowed}") from error


class _Form(msgspec.Struct, frozen=True):
    """Marks that a form's fields are taken as they are."""


async def adopt_request(request: web.Request) -> AdoptRequest:
    """Return what a request asks for.

    Raises:
        Problem: It is no such request, or a form of another site's page.
    """
    if request.content_type != FORM:
        return await asked_of(request, AdoptRequest)
    await asked_of(request, _Form)
    fields = {name: text for name, text in (await request.post()).items() if isinstance(text, str)}
    names = set(AdoptRequest.__struct_fields__) - {"options"}
    asked: dict[str, Any] = {name: text for name, text in fields.items() if name in names}
    if fields.get(_CHOICE) == ALL:
        asked["since"] = ALL
    try:
        return msgspec.convert(asked | {"options": answers_of(fields)}, AdoptRequest, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidBody(str(error)) from error


def answers_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers among a form's fields, by the words of each need."""
    return {
        name.removeprefix(_ANSWER): text.strip()
        for name, text in fields.items()
        if name.startswith(_ANSWER) and text.strip()
    }
