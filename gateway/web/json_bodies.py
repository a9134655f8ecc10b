"""Bodies of requests as values of a declared type."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from aiohttp import web

from .problems import InvalidBody

_Asked = TypeVar("_Asked")


async def json_body(request: web.Request, kind: type[_Asked]) -> _Asked:
    """Return what a body asks for.

    Raises:
        InvalidBody: It is no JSON (RFC 8259: UTF-8), or another thing than what is asked for here.
    """
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidBody(str(error)) from error
