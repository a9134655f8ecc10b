"""What every handler of the web reads from."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import jinja2
from aiohttp import web

from gateway.ports import AssetDetail, Commands, LiveEvents, StatusSource
from twins.readings import MICROSECONDS

from .negotiation import JSON_SUFFIX
from .problems import NoSuchAsset
from .queries import slice_of
from .settings import WebSettings

_Item = TypeVar("_Item")
Clock = Callable[[], int]
"""Returns the present moment in microseconds UTC."""


def wall_clock() -> int:
    """Return the machine's clock in microseconds UTC."""
    return time.time_ns() // (1_000_000_000 // MICROSECONDS)


@dataclass(frozen=True, slots=True)
class Site:
    """The ports, the settings and the templates of one web application."""

    source: StatusSource
    commands: Commands
    live: LiveEvents
    settings: WebSettings
    clock: Clock
    templates: jinja2.Environment
    adopting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a device is brought in: another answer at the same time must see this one's."""

    def asset(self, request: web.Request) -> AssetDetail:
        """Return the asset that the request's path names, with or without `.json`.

        A key of it may be spelled in any way. The exact name comes first: it may itself end in
        `.json`.

        Raises:
            NoSuchAsset: There is none of either name.
        """
        name = request.match_info["id"]
        detail = self.source.asset(name)
        if detail is None and name.endswith(JSON_SUFFIX):
            detail = self.source.asset(name.removesuffix(JSON_SUFFIX))
        if detail is None:
            raise NoSuchAsset(name)
        return detail

    def is_json_asked(self, request: web.Request, detail: AssetDetail) -> bool:
        """Tell whether `.json` was added to the name of the asset in the request's path."""
        name = request.match_info["id"]
        if name == detail.summary.id or not name.endswith(JSON_SUFFIX):
            return False
        # The serial of a key may itself end so, and is written otherwise in the id.
        return self.source.asset(name) is None


SITE = web.AppKey("site", Site)


def part_of(request: web.Request, items: Sequence[_Item]) -> tuple[Sequence[_Item], str | None]:
    """Return the part of a list that a request asks for, and the cursor of the next part."""
    settings = request.app[SITE].settings
    return slice_of(request.query, items, settings.page_size, settings.page_limit)
