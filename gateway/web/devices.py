"""Devices: those that no shipment has, what they send, and how one is brought in.

A page's form works without a script and is taken from this site's own pages alone, as those of the
quarantine are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from gateway.codecs.registry import InvalidCodecOption
from gateway.devices.adoption import Adopted, adopt, choose, find_unread
from gateway.devices.discovery import Heard, Unread, expected, is_aside, previewed, unread_devices
from gateway.devices.kept_messages import parts_of
from gateway.devices.source_block import source_block
from gateway.errors import CommandRefused, IntakeAway
from gateway.ports import DeviceRecord, UnboundDevice

from .adopt_request import adopt_request, answers_of
from .answers import json_answer, list_answer, page_answer, prefers_page, wants_page
from .auth import FORM
from .device_documents import (
    Document,
    Way,
    reading_document,
    record_document,
    unbound_document,
    unread_document,
    warning_of,
)
from .negotiation import JSON_SUFFIX
from .problems import NoSuchAsset, Problem
from .rendering import device_path
from .site import SITE, Site, part_of
from .values import rfc3339

_ORIGIN_TOLD = {"Referrer-Policy": "same-origin"}
"""Under `no-referrer` a browser would send `Origin: null` with the forms of these pages."""

_FAULTS_SHOWN = 5
_READINGS_SHOWN = 10


class NoSuchDevice(Problem):
    """Nothing is known of a device."""

    def __init__(self, name: str) -> None:
        super().__init__(
            404,
            "No such device",
            f"Nothing is known of {name!r}. /api/v1/devices lists the devices without a shipment.",
        )


class _Topic(msgspec.Struct, frozen=True):
    topic: str
    qos: int
    via_broker: bool


class _Ways(msgspec.Struct, frozen=True):
    """How devices and topics arrive; `problem` says why that is not known."""

    devices: tuple[Way, ...] = ()
    topics: tuple[_Topic, ...] = ()
    problem: str = ""

    def of(self, device: str) -> Way | None:
        return next((one for one in self.devices if one.device == device), None)

    def told(self, unread: Unread) -> Unread:
        """Return a device with how its topics arrive."""
        topics = {one.topic: one for one in self.topics}
        heard = tuple(_arriving(one, topics.get(one.topic)) for one in unread.heard)
        return msgspec.structs.replace(unread, heard=heard)


async def devices(request: web.Request) -> web.Response:
    """Answer the devices that no asset carries, and those that no format reads."""
    site = request.app[SITE]
    every: Sequence[UnboundDevice | Unread] = [
        *site.source.unbound_devices(),
        *await _unread_devices(site),
    ]
    shown, cursor = part_of(request, every)
    ways = await _ways(site, shown)
    documents = [_listed(site, one, ways) for one in shown]
    if not wants_page(request):
        return list_answer(documents, cursor)
    return page_answer(
        request, "devices.html", devices=documents, cursor=cursor, problem=ways.problem
    )


async def device(request: web.Request) -> web.Response:
    """Answer one device: what it sends, what is guaranteed, and which shipments it travels with."""
    site, name = request.app[SITE], request.match_info["name"]
    found = await _found(site, name)
    is_page = found is not None and prefers_page(request)
    if found is None and name.endswith(JSON_SUFFIX):
        found = await _found(site, name.removesuffix(JSON_SUFFIX))
    if found is None:
        raise NoSuchDevice(name)
    ways = await _ways(site, [found])
    document = _document(found, ways)
    trial = _trial(ways.told(found), request.query) if isinstance(found, Unread) else None
    if not is_page:
        return json_answer(document | ({"trial": trial} if trial else {}))
    answer = page_answer(
        request,
        "device.html",
        one=document,
        trial=trial,
        guess=_guess(document, trial),
        assets=[one for one in site.source.assets() if not one.is_closed],
        problem=ways.problem,
        warning=warning_of(str(document["id"]), found.assets)
        if isinstance(found, DeviceRecord)
        else "",
        needs_token=bool(site.settings.token),
    )
    answer.headers.update(_ORIGIN_TOLD)
    return answer


async def adopt_device(request: web.Request) -> web.Response:
    """Bring a device in."""
    site = request.app[SITE]
    asked = (await adopt_request(request)).adoption()
    if site.source.asset(asked.asset) is None:
        raise NoSuchAsset(asked.asset)
    async with site.adopting:
        found = await _unread_devices(site)
        try:
            adopted = await adopt(asked, found, site.source, site.commands, now=site.clock())
        except CommandRefused as refusal:
            raise Problem(422, "Not brought in", f"{refusal.reason}.") from refusal
    if request.content_type != FORM:
        return json_answer(adopted_document(adopted), status=201)
    left = adopted.refused + adopted.without_reading
    done = {"asset": adopted.asset, "taken": adopted.readings, "refused": left}
    query = urlencode({name: value for name, value in done.items() if value is not None})
    place = f"{device_path(adopted.device)}?{query}"
    return web.Response(status=303, headers={hdrs.LOCATION: place})


def adopted_document(one: Adopted) -> Document:
    """Return what became of bringing a device in."""
    document: Document = msgspec.to_builtins(one)
    warnings = [warning_of(one.device, sorted({one.asset, *one.other_assets}))]
    if one.needs_birth:
        warnings.append(
            f"Messages of {one.device} stay in quarantine: what they mean stands in a BIRTH alone. "
            "Have its node send one (a rebirth); the gateway asks for it too."
        )
    return document | {"since": rfc3339(one.since), "warning": " ".join(filter(None, warnings))}


async def _unread_devices(site: Site) -> tuple[Unread, ...]:
    """Return the devices that no format reads, without what those tell besides that one does."""
    # Beside the loop, which serves everybody else meanwhile.
    found = await asyncio.to_thread(lambda: unread_devices(site.source.unread_topics()))
    levels = {
        level
        for one in found
        for heard in one.heard
        for level in (one.device, *heard.topic.split("/"))
        if level
    }
    known = site.source.known_devices(levels)
    return tuple(one for one in found if one.device not in known and not is_aside(one, known))


async def _found(site: Site, name: str) -> DeviceRecord | Unread | None:
    return site.source.device(name) or find_unread(await _unread_devices(site), name)


async def _ways(site: Site, shown: Sequence[UnboundDevice | DeviceRecord | Unread]) -> _Ways:
    """Ask intake how the shown devices arrive."""
    names = {
        "devices": [one.device for one in shown if not isinstance(one, Unread)],
        "topics": [heard.topic for one in shown if isinstance(one, Unread) for heard in one.heard],
    }
    told = _Ways()
    try:
        for kind, every in names.items():
            for part in parts_of(every):
                asked: dict[str, object] = {"command": "ways", kind: list(part)}
                more = msgspec.convert(await site.commands.submit(asked), _Ways)
                told = _Ways(told.devices + more.devices, told.topics + more.topics)
    except (IntakeAway, CommandRefused) as error:
        problem = f"How devices arrive is not known now: {error.diagnostics()}"
        return msgspec.structs.replace(told, problem=problem)
    return told


def _listed(site: Site, one: UnboundDevice | Unread, ways: _Ways) -> Document:
    if isinstance(one, Unread):
        return unread_document(ways.told(one))
    record = site.source.device(one.device) or DeviceRecord(one.device, (), ())
    return unbound_document(one, record, ways.of(one.device))


def _document(found: DeviceRecord | Unread, ways: _Ways) -> Document:
    if isinstance(found, Unread):
        return unread_document(ways.told(found))
    return record_document(found, ways.of(found.device))


def _trial(unread: Unread, query: Mapping[str, str]) -> Document | None:
    """Return what the messages say with the answers of a query; nothing is kept."""
    if not unread.candidates:
        return None
    answers: dict[str, Any] = answers_of(query)
    asked, topic_filter = query.get("format", ""), query.get("filter", "")
    if query.get("scope") == "all":
        topic_filter = next(
            (each.guess.filter for each in unread.candidates if asked in {"", each.codec}), ""
        )
    try:
        _, one = choose(unread, asked, topic_filter, answers)
    except CommandRefused as refusal:
        trial: Document = {"format": asked, "problem": refusal.reason, "source": "", "open": []}
        return trial | {"preview": [], "faults": [], "guarantee": []}
    trial = {
        "format": one.codec,
        "filter": one.filter,
        "options": one.options,
        "open": list(one.open),
        "source": source_block(one),
        "problem": "",
        "preview": [],
        "faults": [],
        "guarantee": [],
    }
    try:
        preview = previewed(one, unread.heard)
    except InvalidCodecOption as error:
        # While answers are missing, that a setting is missing is no news.
        return trial if one.open else trial | {"problem": str(error)}
    readings = [reading for own in preview.readings.values() for reading in own]
    newest = sorted(readings, key=lambda reading: reading.observed_at)[-_READINGS_SHOWN:]
    return trial | {
        "preview": [reading_document(reading) for reading in reversed(newest)],
        "faults": [
            {"reason": fault.reason, "detail": fault.detail}
            for fault in preview.faults[:_FAULTS_SHOWN]
        ],
        "guarantee": [] if one.open else list(expected(unread, readings)),
    }


def _guess(document: Document, trial: Document | None) -> object:
    """Return the guessed format that a trial is of, the likeliest where it is of none."""
    formats = document["formats"]
    if trial is None or not isinstance(formats, list) or not formats:
        return None
    return next((one for one in formats if one["format"] == trial["format"]), formats[0])


def _arriving(heard: Heard, way: _Topic | None) -> Heard:
    if way is None:
        return heard
    return msgspec.structs.replace(heard, qos=way.qos, via_broker=way.via_broker)
