"""A person's own words for the newest report of an asset."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from .answers import json_answer
from .json_bodies import json_body
from .problems import Problem
from .site import SITE


class EditRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new text, whose it is, and the SHA-256 (hex) of the text that was edited."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
    basis_sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


async def edit(request: web.Request) -> web.Response:
    """Publish an edited report as the next version; only what the facts bear is taken."""
    if request.content_type != "application/json":
        raise Problem(415, "JSON only", "Send the edited report as application/json.")
    asked = await json_body(request, EditRequest)
    site = request.app[SITE]
    fields: dict[str, object] = msgspec.to_builtins(asked)
    fields |= {"command": "report.edit", "asset": site.asset(request).summary.id}
    return json_answer(await site.commands.submit(fields), status=201)
