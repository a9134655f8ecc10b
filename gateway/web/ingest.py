"""Webhooks: `POST /api/v1/ingest/{codec}` hands a payload to intake and answers after the commit.

| status | what became of the payload | what its sender does |
|---|---|---|
| 200 | on disk, or a known repetition | nothing |
| 202 | on disk, a part of it in quarantine | nothing; the faults say what is wrong |
| 422 with a `code` | on disk in quarantine, all of it | not send it again: it is kept |
| 422 without one | not taken: its `Idempotency-Key` is another payload's | use a key of its own |
| 400, 404, 413, 415 | not taken: the address, the size, the packing | mend its configuration |
| 401, 403 | not taken: who sends is not known, or may not send this | send its own token |
| 403 with `code` | on disk in quarantine: it names a device that is not the token's | not send it |
| the same, `kept` false | not kept: too much came without right | get the right, send it again |
| 503, 408 | not taken: intake is away or too slow | send it again, after `Retry-After` |

A sender that sends again, or stops, after every answer but 2xx (The Things Stack with retries) asks
for `?refused=202`, and quarantined payloads are answered by 202.
"""

from __future__ import annotations

import asyncio
import base64

import msgspec
from aiohttp import web

from gateway.codecs.registry import FORMATS
from gateway.errors import CommandRefused
from gateway.mqtt.reason_codes import ReasonCode
from gateway.ports import Commands

from .answers import json_answer
from .auth import RIGHTS, SENDER
from .problems import Forbidden, InvalidParameter, Problem
from .site import SITE
from .unpacking import checked_coding, coding_of, unpacked
from .webhook_tokens import device_rights_of
from .webhook_topics import topic_of

PLACES = web.AppKey("ingest_places", asyncio.Semaphore)
_LONGEST_KEY = 200
_STATUSES = {"unknown_codec": 404, "too_long": 413, "unconfigured_codec": 409}


class IngestAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """How intake took a payload.

    Attributes:
        code: MQTT 5 reason code: 0x00, 0x10 (no asset is bound to the device), 0x87 (the sender may
            not speak for a device of it), 0x99 (bad payload).
        records: How many records it gave.
        faults: Why parts of it could not be used.
        kept: Whether it is on disk; left out where it is.
    """

    code: int
    records: int
    faults: tuple[str, ...]
    kept: bool = True


class UnknownFormat(Problem):
    """The address names a device format that there is not."""

    def __init__(self, codec: str) -> None:
        formats = ", ".join(FORMATS)
        super().__init__(404, "No such format", f"{codec!r} is no format; use one of {formats}.")


class NotCovered(Forbidden):
    """The token of a webhook does not reach as far as what it brings."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This token may not bring {what}. Use the token of this sender, or widen its line in "
            "web.ingest_token_file."
        )


class DeviceNotCovered(Problem):
    """The token of a webhook does not reach as far as a device that its payload names."""

    def __init__(self, answer: IngestAnswer) -> None:
        remedy = "The payload is kept in quarantine: do not send it again." if answer.kept else ""
        super().__init__(
            403,
            "Not allowed",
            f"{'; '.join(answer.faults)}. {remedy}".strip(),
            more=msgspec.to_builtins(answer),
        )


class IntakeBusy(Problem):
    """More payloads wait for intake than may."""

    def __init__(self, detail: str) -> None:
        super().__init__(503, "Intake is busy", detail, {"Retry-After": "5"})


class PayloadRefused(Problem):
    """Nothing of a payload could be used; it is kept in quarantine."""

    def __init__(self, answer: IngestAnswer) -> None:
        super().__init__(
            422,
            "Payload refused",
            f"{'; '.join(answer.faults)}. The payload is kept in quarantine: do not send it again.",
            more=msgspec.to_builtins(answer),
        )


class KeyReused(Problem):
    """An Idempotency-Key came with another payload than before; the draft answers it by 422.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-06
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            422,
            "Idempotency-Key reused",
            f"{reason}. This one is not taken: give it a key of its own, and use a key again only "
            "to send the very same payload again.",
        )


async def ingest(request: web.Request) -> web.Response:
    """Take a webhook's payload; the answer leaves after it is on disk."""
    site = request.app[SITE]
    codec = request.match_info["codec"]
    if codec not in FORMATS:
        raise UnknownFormat(codec)
    rights = request[RIGHTS]
    if not any(right.covers_codec(codec) for right in rights):
        raise NotCovered(f"payloads of the format {codec}")
    is_accepted = _accepts_refused(request)
    try:
        async with _places(request), asyncio.timeout(site.settings.ingest_timeout_s):
            coding = checked_coding(coding_of(request))
            body = await _body(request, coding, site.settings.ingest_limit_bytes)
            topic = topic_of(codec, request.query, body)
            if not any(right.covers(codec, topic) for right in rights):
                raise NotCovered(f"{codec} payloads of the topic {topic!r}")
            command: dict[str, object] = {
                "command": "ingest",
                "codec": codec,
                "topic": topic,
                "payload": base64.b64encode(body).decode(),
                "client": request[SENDER],
                "key": _key(request),
                "rights": msgspec.to_builtins(device_rights_of(rights, codec, topic)),
            }
            answer = await _submitted(site.commands, command)
    except TimeoutError as error:
        seconds = site.settings.ingest_timeout_s
        raise IntakeBusy(f"It took more than {seconds:g} s. Send it again.") from error
    if answer.code == ReasonCode.NOT_AUTHORIZED and not (is_accepted and answer.kept):
        raise DeviceNotCovered(answer)
    if answer.faults and not answer.records and not is_accepted:
        raise PayloadRefused(answer)
    return json_answer(msgspec.to_builtins(answer), 202 if answer.faults else 200)


async def _submitted(commands: Commands, command: dict[str, object]) -> IngestAnswer:
    try:
        answer = await commands.submit(command)
    except CommandRefused as refusal:
        if refusal.code == "key_reused":
            raise KeyReused(refusal.reason) from refusal
        status = _STATUSES.get(refusal.code, 400)
        raise Problem(status, "Not taken", f"{refusal.reason}.") from refusal
    return msgspec.convert(answer, IngestAnswer)


def _places(request: web.Request) -> asyncio.Semaphore:
    """Return the places for payloads in progress.

    Raises:
        IntakeBusy: All are taken.
    """
    places = request.app[PLACES]
    if places.locked():
        raise IntakeBusy("Too many payloads wait for intake already. Send it again.")
    return places


async def _body(request: web.Request, coding: str, limit: int) -> bytes:
    """Return the body, unpacked where it came packed.

    Raises:
        Problem: It is larger than a payload may be, or cannot be unpacked.
    """
    too_large = Problem(
        413, "Payload too large", f"A payload has at most {limit} bytes. Split it, or send less."
    )
    if (request.content_length or 0) > limit:
        raise too_large
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise too_large
    payload = unpacked(bytes(body), coding, limit)
    if len(payload) > limit:
        raise too_large
    return payload


def _key(request: web.Request) -> str:
    """Return the Idempotency-Key, quoted as its draft has it or bare; empty where there is none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(key) > _LONGEST_KEY or not key.isprintable():
        raise InvalidParameter("Idempotency-Key", key, f"up to {_LONGEST_KEY} printable characters")
    return key


def _accepts_refused(request: web.Request) -> bool:
    """Tell whether the sender wants payloads in quarantine answered as accepted."""
    text = request.query.get("refused", "422")
    if text not in {"422", "202"}:
        raise InvalidParameter("refused", text, "422 or 202")
    return text == "202"
