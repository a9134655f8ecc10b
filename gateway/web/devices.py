"""Devices: those that no shipment has, what they send, and how one is brought in.

A page's form works without a script and is taken from this site's own pages alone, as those of the
quarantine are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from gateway.devices import rebirths
from gateway.devices.adoption import adopt
from gateway.devices.asked import Adopted
from gateway.devices.discovery import Heard, Unread, is_aside
from gateway.devices.in_force import kept_devices
from gateway.devices.kept_messages import parts_of
from gateway.devices.rebirths import Waiting, unanswered
from gateway.devices.resolving import resolved
from gateway.errors import CommandRefused, IntakeAway
from gateway.ports import DeviceRecord, UnboundDevice

from .adopt_request import adopt_request
from .answers import json_answer, list_answer, page_answer, prefers_page, wants_page
from .auth import FORM
from .device_documents import (
    Document,
    Way,
    record_document,
    replay_document,
    unbound_document,
    unread_document,
    warning_of,
)
from .device_trial import guess_of, trial_of
from .negotiation import JSON_SUFFIX
from .problems import InvalidParameter, NoSuchAsset, Problem
from .rendering import device_path
from .site import SITE, Site, part_of
from .values import moment_text, rfc3339

_ORIGIN_TOLD = {"Referrer-Policy": "same-origin"}
"""Under `no-referrer` a browser would send `Origin: null` with the forms of these pages."""


class NoSuchDevice(Problem):
    """Nothing is known of a device."""

    links = (("/devices", "Devices without a shipment"),)

    def __init__(self, reason: str) -> None:
        super().__init__(404, "No such device", f"{reason[:1].upper()}{reason[1:]}.")


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
    """Answer the devices that no asset carries, and those that no format reads.

    With `state=all` those that an asset carries or carried too.
    """
    site = request.app[SITE]
    bound = site.source.bound_devices() if _is_all(request) else ()
    unbound, waiting = site.source.unbound_devices(), unanswered(site.source)
    known, unread = site.source.known_devices(waiting), await _unread_devices(site)
    told = {one.device for one in unread}
    every: Sequence[UnboundDevice | DeviceRecord | Unread] = [
        *(DeviceRecord(device, (), ()) for device in sorted(waiting) if device not in known),
        *unbound,
        *unread,
        *(_record(site, device) for device in bound if device not in told),
    ]
    shown, cursor = part_of(request, every)
    ways = await _ways(site, shown)
    documents = [_listed(site, one, ways, _birth_warning(one, waiting)) for one in shown]
    if not wants_page(request):
        return list_answer(documents, cursor)
    return page_answer(
        request, "devices.html", devices=documents, cursor=cursor, problem=ways.problem
    )


def _is_all(request: web.Request) -> bool:
    """Tell whether all devices are asked for.

    Raises:
        InvalidParameter: `state` is none that there is.
    """
    state = request.query.get("state", "unbound")
    if state not in {"unbound", "all"}:
        raise InvalidParameter("state", state, "unbound or all")
    return state == "all"


async def device(request: web.Request) -> web.Response:
    """Answer one device: what it sends, what is guaranteed, and which shipments it travels with."""
    site, name = request.app[SITE], request.match_info["name"]
    is_page = prefers_page(request)
    try:
        found = await _found(site, name)
    except NoSuchDevice:
        if not name.endswith(JSON_SUFFIX):
            raise
        found, is_page = await _found(site, name.removesuffix(JSON_SUFFIX)), False
    ways = await _ways(site, [found])
    document = _document(found, ways, _birth_warning(found, unanswered(site.source)))
    replays = site.source.replays(str(document["id"]))
    document["replays"] = [replay_document(one) for one in replays]
    trial = trial_of(ways.told(found), request.query) if isinstance(found, Unread) else None
    if not is_page:
        return json_answer(document | ({"trial": trial} if trial else {}))
    answer = page_answer(
        request,
        "device.html",
        one=document,
        trial=trial,
        guess=guess_of(document, trial),
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
    detail = site.source.asset(asked.asset)
    if detail is None:
        raise NoSuchAsset(asked.asset)
    asked = msgspec.structs.replace(asked, asset=detail.summary.id)
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
    formats = site.source.formats()
    found = await asyncio.to_thread(lambda: kept_devices(site.source.unread_topics(), formats))
    levels = {
        level
        for one in found
        for heard in one.heard
        for level in (one.device, *heard.topic.split("/"))
        if level
    }
    known = {one for one in site.source.known_devices(levels) if _has_readings(site, one)}
    return tuple(one for one in found if one.device not in known and not is_aside(one, known))


def _has_readings(site: Site, device: str) -> bool:
    """Tell it of a device that is known: an asset may carry one before anything reads it."""
    record = site.source.device(device)
    return record is not None and bool(record.series)


async def _found(site: Site, name: str) -> DeviceRecord | Unread:
    """Return the device that people mean by a name.

    Raises:
        NoSuchDevice: None is called so, or several are.
    """
    kept = await _unread_devices(site)
    try:
        found = await resolved(name, kept, site.source, site.commands)
    except CommandRefused as refusal:
        raise NoSuchDevice(refusal.reason) from refusal
    except IntakeAway as error:
        raise NoSuchDevice(f"{error.diagnostics()}; ask by the id of the device") from error
    return _record(site, found) if isinstance(found, str) else found


def _record(site: Site, device: str) -> DeviceRecord:
    return site.source.device(device) or DeviceRecord(device, (), ())


def _birth_warning(
    one: UnboundDevice | DeviceRecord | Unread, waiting: Mapping[str, Waiting]
) -> str:
    known = None if isinstance(one, Unread) else waiting.get(one.device)
    if known is None or isinstance(one, Unread):
        return ""
    since = moment_text(known.since)
    return rebirths.warning_of(one.device, since, is_cut_off=known.is_cut_off)


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


def _listed(
    site: Site, one: UnboundDevice | DeviceRecord | Unread, ways: _Ways, warning: str
) -> Document:
    if not isinstance(one, UnboundDevice):
        return _document(one, ways, warning)
    return unbound_document(one, _record(site, one.device), ways.of(one.device), warning)


def _document(found: DeviceRecord | Unread, ways: _Ways, warning: str) -> Document:
    if isinstance(found, Unread):
        return unread_document(ways.told(found))
    return record_document(found, ways.of(found.device), warning)


def _arriving(heard: Heard, way: _Topic | None) -> Heard:
    if way is None:
        return heard
    return msgspec.structs.replace(heard, qos=way.qos, via_broker=way.via_broker)
