"""Many quarantined inputs decoded again at once, after the format that refused them was mended."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from gateway.codecs.registry import FORMATS
from gateway.commands import LAST_POSITION
from gateway.errors import CommandRefused
from gateway.mqtt.errors import MqttFault
from gateway.ports import QuarantineEntry, QuarantineFilter
from twins.errors import InvalidIdentifier
from twins.identity.identifiers import party_id

from .answers import json_answer
from .auth import FORM
from .problems import InvalidBody, Problem
from .quarantine import Party, asked_of, checked_filter, last_of_page, until_settled
from .site import SITE, Site

_AT_ONCE = 32
_SETTLED = ("already_settled", "not_quarantined")
"""Somebody was quicker: the entry is neither decoded by this request nor left."""
_NO_FORMAT = "unknown_topic"
_DECODED = "decoded"


class ChosenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which open inputs to decode again, as which format, and who asks.

    Attributes:
        by: The party or role.
        codec: Format; that of each topic where it is empty.
        reason: Name of the rule that they broke.
        topic: MQTT topic filter.
        device: Id of the device.
        cursor: `next` of the answer before; the newest come first.
    """

    by: Party
    codec: str = ""
    reason: str = ""
    topic: str = ""
    device: str = ""
    cursor: Annotated[int, msgspec.Meta(ge=0, le=LAST_POSITION)] | None = None


async def redecode_chosen(request: web.Request) -> web.Response:
    """Decode the chosen open inputs again, as many as a page of the list holds."""
    site = request.app[SITE]
    asked = await asked_of(request, ChosenRequest)
    _check(asked)
    wanted = QuarantineFilter("open", asked.reason, asked.topic, asked.device)
    found = site.source.quarantined(site.settings.page_limit, asked.cursor, wanted)
    decoded, refused = await _decoded(site, found, asked)
    if request.content_type == FORM:
        if decoded:
            await until_settled(site, decoded[-1])
        chosen = {name: text for name, text in msgspec.structs.asdict(wanted).items() if text}
        done = urlencode(chosen | {"decoded": len(decoded), "refused": refused})
        return web.Response(status=303, headers={hdrs.LOCATION: f"/quarantine?{done}"})
    following = last_of_page(found, site.settings.page_limit)
    return json_answer({"decoded": len(decoded), "refused": refused, "next": following})


def _check(asked: ChosenRequest) -> None:
    """Check what would else be refused for each entry, or choose other ones than are meant.

    Raises:
        InvalidBody: It cannot be meant so.
    """
    if not (asked.reason or asked.topic or asked.device):
        raise InvalidBody("Choose by reason, topic or device")
    if asked.codec and asked.codec not in FORMATS:
        raise InvalidBody(f"codec {asked.codec!r} is no format; use one of {', '.join(FORMATS)}")
    try:
        party_id(asked.by)
        checked_filter(asked.topic)
    except (InvalidIdentifier, MqttFault) as error:
        raise InvalidBody(str(error)) from error


async def _decoded(
    site: Site, found: tuple[QuarantineEntry, ...], asked: ChosenRequest
) -> tuple[list[int], int]:
    """Decode inputs again, several at a time so that they share commits.

    Returns:
        The positions of those that could be, and how many could not.

    Raises:
        Problem: Intake refuses the command itself, not an entry.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def decode(position: int) -> str:
        command: dict[str, object] = {
            "command": "quarantine.redecode",
            "position": position,
            "by": asked.by,
            "codec": asked.codec,
        }
        async with places:
            try:
                answer = await site.commands.submit(command)
            except CommandRefused as refusal:
                if refusal.code not in (*_SETTLED, _NO_FORMAT):
                    raise Problem(422, "Not done", f"{refusal.reason}.") from refusal
                return refusal.code
        return _NO_FORMAT if answer.get("faults") else _DECODED

    positions = [one.position for one in found]
    outcomes = await asyncio.gather(*map(decode, positions))
    decoded = [one for one, outcome in zip(positions, outcomes, strict=True) if outcome == _DECODED]
    return decoded, outcomes.count(_NO_FORMAT)
