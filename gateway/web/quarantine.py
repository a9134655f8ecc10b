"""The quarantine: listed, looked into, and its entries decoded again or discarded one by one.

A page's forms work without a script. A form is taken from this site's own pages alone: a browser
says with every form where its page came from (`Origin`), and no other page can change that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from gateway.codecs.registry import FORMATS
from gateway.commands import LAST_POSITION
from gateway.errors import CommandRefused
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.topics import check_topic_filter
from gateway.ports import (
    QUARANTINE_COUNTED,
    QUARANTINE_PAGE_BYTES,
    QuarantineEntry,
    QuarantineFilter,
)
from gateway.record_documents import decoded_document
from twins.errors import CargotwinError

from .answers import json_answer, list_answer, page_answer, wants_page
from .auth import FORM
from .documents import quarantined_document
from .json_bodies import json_body
from .negotiation import JSON_SUFFIX
from .problems import Forbidden, InvalidBody, InvalidParameter, Problem
from .quarantine_reasons import check_reason
from .queries import position_of, size_of
from .rendering import word
from .site import SITE, Site

_JSON = "application/json"
_STATUSES = {"already_settled": 409, "not_quarantined": 404}
_LOOKS, _LOOK_S = 40, 0.05
_ORIGIN_TOLD = {"Referrer-Policy": "same-origin"}
"""Under `no-referrer` a browser would send `Origin: null` with the forms of these pages."""

Party = Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
"""Id of a party or role."""


class RedecodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who decodes an input again, and as which format; its topic's where none is named."""

    by: Party
    codec: str = ""


class DiscardRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who discards an input, and why."""

    by: Party
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NoSuchEntry(Problem):
    """Nothing is in quarantine at this place of the journal."""

    def __init__(self, position: str) -> None:
        super().__init__(
            404,
            "No such entry",
            f"Nothing is in quarantine at position {position!r}. /api/v1/quarantine lists what is.",
        )


class StillRefused(Problem):
    """A quarantined input cannot be decoded by today's formats either."""

    def __init__(self, entry: QuarantineEntry, faults: list[str]) -> None:
        super().__init__(
            422,
            "Still refused",
            f"{'; '.join(faults)}. It stays in quarantine: mend the format, or discard it.",
        )
        self.links = _ways_back(entry)


class NotDone(Problem):
    """Intake refuses what is asked of a quarantined input."""

    def __init__(self, entry: QuarantineEntry, refusal: CommandRefused) -> None:
        status = _STATUSES.get(refusal.code, 422)
        super().__init__(status, "Not done", f"{refusal.reason}.")
        self.links = _ways_back(entry)


def _ways_back(entry: QuarantineEntry) -> tuple[tuple[str, str], ...]:
    alike = urlencode({"reason": entry.reason})
    return (
        (f"/quarantine/{entry.position}", "Back to the entry"),
        (f"/quarantine?{alike}", f"Open entries: {word(entry.reason)}"),
    )


async def entries(request: web.Request) -> web.Response:
    """Answer the inputs that could not be used, newest first."""
    site = request.app[SITE]
    size = size_of(request.query, site.settings.page_size, site.settings.page_limit)
    is_page = wants_page(request)
    # People look for what is left to do; a program is given everything unless it chooses.
    wanted = _filter_of(({"state": "open"} if is_page else {}) | dict(request.query))
    open_ones = site.source.open_by_reason()
    check_reason(wanted.reason, frozenset(open_ones))
    found = site.source.quarantined(size, position_of(request.query), wanted)
    last = last_of_page(found, size)
    cursor = None if last is None else str(last)
    if not is_page:
        return list_answer((quarantined_document(one) for one in found), cursor)
    chosen = {name: text for name, text in msgspec.structs.asdict(wanted).items() if text}
    totals = site.source.quarantine_counts(wanted)
    answer = page_answer(
        request,
        "quarantine.html",
        entries=found,
        wanted=wanted,
        counts=open_ones,
        counted=QUARANTINE_COUNTED,
        is_all=totals.is_all,
        states=[
            (state, getattr(totals, state), f"?{urlencode(chosen | {'state': state})}")
            for state in ("open", "settled", "all")
        ],
        chosen=f"?{urlencode(chosen)}",
        at_most=site.settings.page_limit,
        needs_token=bool(site.settings.token),
        next_page=f"?{urlencode(chosen | {'cursor': cursor})}" if cursor else "",
    )
    answer.headers.update(_ORIGIN_TOLD)
    return answer


async def entry(request: web.Request) -> web.Response:
    """Answer one quarantined input, with what it says to today's formats."""
    site = request.app[SITE]
    found = _entry(request)
    codec = request.query.get("codec", "")
    if codec and codec not in FORMATS:
        raise InvalidParameter("codec", codec, ", ".join(FORMATS))
    preview = _preview(site, found, codec)
    if not wants_page(request):
        return json_answer(quarantined_document(found) | {"preview": preview})
    answer = page_answer(
        request,
        "quarantined.html",
        one=found,
        preview=preview,
        codec=codec,
        codecs=list(FORMATS),
        needs_token=bool(site.settings.token),
    )
    answer.headers.update(_ORIGIN_TOLD)
    return answer


async def redecode(request: web.Request) -> web.Response:
    """Decode a quarantined input again and take its records."""
    asked = await asked_of(request, RedecodeRequest)
    # Who names this one entry has its bytes before them.
    answer = await _submitted(request, "quarantine.redecode", asked, vouched=True)
    faults = msgspec.convert(answer.get("faults", []), list[str])
    if faults:
        raise StillRefused(_entry(request), faults)
    return await _done(request, answer)


async def discard(request: web.Request) -> web.Response:
    """Note that a quarantined input is of no use, and why."""
    asked = await asked_of(request, DiscardRequest)
    return await _done(request, await _submitted(request, "quarantine.discard", asked))


_Asked = TypeVar("_Asked", bound=msgspec.Struct)


async def asked_of(request: web.Request, kind: type[_Asked]) -> _Asked:
    """Return what a program asks for by JSON, or a person by a form of this site's pages."""
    if request.content_type == _JSON:
        return await json_body(request, kind)
    if request.content_type != FORM:
        raise Problem(415, "JSON only", "Send application/json.")
    _check_own_page(request)
    fields = {name: text for name, text in (await request.post()).items() if name != "token"}
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise InvalidBody(str(error)) from error


def _check_own_page(request: web.Request) -> None:
    """Refuse a form whose browser does not say that it stood on a page of this site.

    Whether the origin is this one, `auth.admit` has checked.
    """
    if not request.headers.get(hdrs.ORIGIN):
        raise Forbidden("Forms are taken from this site's own pages only; programs send JSON.")


async def _submitted(
    request: web.Request, command: str, asked: RedecodeRequest | DiscardRequest, **more: object
) -> dict[str, object]:
    entry = _entry(request)
    fields: dict[str, object] = msgspec.to_builtins(asked)
    try:
        return await request.app[SITE].commands.submit(
            {"command": command, "position": entry.position} | fields | more
        )
    except CommandRefused as refusal:
        raise NotDone(entry, refusal) from refusal


async def _done(request: web.Request, answer: dict[str, object]) -> web.Response:
    """Answer a program with what intake said, and a form with its entry's page."""
    if request.content_type != FORM:
        return json_answer(answer)
    position = _entry(request).position
    await until_settled(request.app[SITE], position)
    return web.Response(status=303, headers={hdrs.LOCATION: f"/quarantine/{position}"})


async def until_settled(site: Site, position: int) -> None:
    """Wait a little until an input is seen as settled.

    What is shown is derived from the journal, which is a moment ahead of it.
    """
    for _ in range(_LOOKS):
        found = site.source.quarantined_at(position)
        if found is None or found.settlement is not None:
            return
        await asyncio.sleep(_LOOK_S)


def last_of_page(found: Sequence[QuarantineEntry], size: int) -> int | None:
    """Return the position behind which a list goes on, None where it ended."""
    is_cut = len(found) == size or sum(len(one.raw) for one in found) >= QUARANTINE_PAGE_BYTES
    return found[-1].position if found and is_cut else None


def checked_filter(text: str) -> str:
    """Return a topic filter; an empty one wants any topic.

    Raises:
        MqttFault: It is none.
    """
    if text:
        check_topic_filter(text)
    return text


def _entry(request: web.Request) -> QuarantineEntry:
    text = request.match_info["position"].removesuffix(JSON_SUFFIX)
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LAST_POSITION))
    is_position = is_number and int(text) <= LAST_POSITION
    found = request.app[SITE].source.quarantined_at(int(text)) if is_position else None
    if found is None:
        raise NoSuchEntry(text)
    return found


def _filter_of(query: Mapping[str, str]) -> QuarantineFilter:
    names = QuarantineFilter.__struct_fields__
    asked = {name: query[name] for name in names if query.get(name)}
    try:
        checked_filter(asked.get("topic", ""))
        return msgspec.convert(asked, QuarantineFilter)
    except MqttFault as error:
        raise InvalidParameter("topic", asked["topic"], f"an MQTT topic filter; {error}") from error
    except msgspec.ValidationError as error:
        raise InvalidParameter("state", query["state"], "open, settled or all") from error


def _preview(site: Site, found: QuarantineEntry, codec: str) -> dict[str, object]:
    try:
        return decoded_document(site.source.preview(found, codec))
    except CargotwinError as error:
        return {"records": [], "faults": [{"reason": "codec", "detail": error.diagnostics()}]}
