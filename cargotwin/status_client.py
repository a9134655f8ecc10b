"""The status JSON of a running gateway, for commands."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from gateway.errors import UnreadableFile
from gateway.supervisor import read_addresses
from twins.errors import CargotwinError, TransientFault


class StatusAway(TransientFault):
    """The status address does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        super().__init__(f"no answer from {url}: {reason}; is the gateway running?")


class StatusRefused(CargotwinError):
    """The status address answered with a problem."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(f"{title}: {detail}")


class StatusClient:
    """Reads the JSON of the gateway that runs on a data folder.

    Raises:
        UnreadableFile: No gateway runs there.
    """

    def __init__(self, data: Path) -> None:
        address = read_addresses(data, "derive").get("web")
        if not address:
            raise UnreadableFile(data, "no gateway runs on this data folder; start one first")
        self.url = str(address)

    async def get(self, path: str) -> dict[str, Any]:
        """Return one JSON document.

        Raises:
            StatusAway: Nobody answers.
            StatusRefused: The answer is a problem; says which.
        """
        try:
            async with (
                aiohttp.ClientSession(headers={"Accept": "application/json"}) as session,
                session.get(self.url + path) as response,
            ):
                document: dict[str, Any] = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise StatusAway(self.url + path, str(error)) from error
        except ValueError as error:
            # A port that the gateway has left may belong to another service by now.
            raise StatusAway(self.url + path, "what answers there sends no JSON") from error
        if response.status != HTTPStatus.OK:
            title = str(document.get("title", response.status))
            raise StatusRefused(title, str(document.get("detail", "")))
        return document

    async def items(self, path: str) -> list[dict[str, Any]]:
        """Return every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(f"{path}?cursor={cursor}" if cursor else path)
            found.extend(page["items"])
            cursor = page["next"]
        return found
