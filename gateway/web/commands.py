"""What a person may enter over HTTP; it goes through intake's one door like everything else."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from twins.inputs import DecisionOutcome

from .answers import json_answer
from .json_bodies import json_body
from .problems import NoSuchAsset, Problem
from .site import SITE


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quality decision, by a party or a role and with its reason."""

    asset: str
    outcome: DecisionOutcome
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


async def decide(request: web.Request) -> web.Response:
    """Record a quality decision."""
    if request.content_type != "application/json":
        raise Problem(415, "JSON only", "Send the decision as application/json.")
    decision = await json_body(request, DecisionRequest)
    site = request.app[SITE]
    detail = site.source.asset(decision.asset)
    if detail is None:
        raise NoSuchAsset(decision.asset)
    fields: dict[str, object] = msgspec.to_builtins(decision)
    fields |= {"command": "decision", "asset": detail.summary.id}
    answer = await site.commands.submit(fields)
    return json_answer(answer, status=201)
