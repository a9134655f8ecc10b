"""Many quarantined inputs decoded again at once, after the format that refused them was mended."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from gateway.errors import CommandRefused
from gateway.ports import QuarantineEntry, QuarantineFilter

from .answers import json_answer
from .auth import FORM
from .problems import InvalidBody
from .quarantine import Party, asked_of, until_settled
from .site import SITE, Site

_AT_ONCE = 32


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
    cursor: int | None = None


async def redecode_chosen(request: web.Request) -> web.Response:
    """Decode the chosen open inputs again, as many as a page of the list holds."""
    site = request.app[SITE]
    asked = await asked_of(request, ChosenRequest)
    if not (asked.reason or asked.topic or asked.device):
        raise InvalidBody("Choose by reason, topic or device")
    wanted = QuarantineFilter("open", asked.reason, asked.topic, asked.device)
    found = site.source.quarantined(site.settings.page_limit, asked.cursor, wanted)
    decoded = await _decoded(site, found, asked)
    if request.content_type == FORM:
        if decoded:
            await until_settled(site, decoded[-1])
        chosen = {name: text for name, text in msgspec.structs.asdict(wanted).items() if text}
        return web.Response(status=303, headers={hdrs.LOCATION: f"/quarantine?{urlencode(chosen)}"})
    is_all = len(found) < site.settings.page_limit
    return json_answer(
        {
            "decoded": len(decoded),
            "refused": len(found) - len(decoded),
            "next": None if is_all else found[-1].position,
        }
    )


async def _decoded(
    site: Site, found: tuple[QuarantineEntry, ...], asked: ChosenRequest
) -> list[int]:
    """Decode inputs again, several at a time so that they share commits; return which could be."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def decode(position: int) -> bool:
        command: dict[str, object] = {
            "command": "quarantine.redecode",
            "position": position,
            "by": asked.by,
            "codec": asked.codec,
        }
        async with places:
            try:
                return not (await site.commands.submit(command)).get("faults")
            except CommandRefused:
                return False

    positions = [one.position for one in found]
    outcomes = await asyncio.gather(*map(decode, positions))
    return [position for position, is_done in zip(positions, outcomes, strict=True) if is_done]
