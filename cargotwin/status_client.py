"""The status JSON of a running gateway, for commands."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from gateway.errors import CommandRefused, UnreadableFile
from gateway.supervisor import read_addresses
from gateway.web.settings import WebSettings
from twins.errors import CargotwinError, TransientFault

_LONGEST_LOOK_S = 300.0
_PAGE_ITEMS = WebSettings().page_limit
_REFUSED = "Refused"
"""The title of a problem that has no other: that of an error of ours."""


class StatusAway(TransientFault):
    """The status address does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        super().__init__(f"no answer from {url}: {reason}; is the gateway running?")


class StatusRefused(CargotwinError):
    """The status address answered with a problem."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(f"{title}: {detail}")


class NotDone(CommandRefused):
    """The gateway does not do what a command asks, and answers with a problem."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(title, detail)
        if title == _REFUSED or not detail:
            # Whoever prints it says "refused" first.
            self.args = (detail or title,)


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
        status, document = await self._answer("GET", path)
        if status != HTTPStatus.OK:
            raise _refused(status, document)
        return document

    async def read(self, path: str, media_type: str) -> bytes:
        """Return an answer of a media type in its exact bytes.

        Raises:
            StatusAway: Nobody answers.
            StatusRefused: The answer is a problem; says which.
        """
        status, found, body = await self._asked("GET", path)
        if status != HTTPStatus.OK:
            raise _refused(status, self._document(path, body))
        if found != media_type:
            raise StatusAway(self.url + path, f"what answers there sends no {media_type}")
        return body

    async def post(self, path: str, document: dict[str, Any], token: str) -> dict[str, Any]:
        """Ask for something and return the answer, however long the work takes.

        Args:
            path: Where.
            document: What, as JSON.
            token: What `web.token_file` holds; empty where no token is set.

        Raises:
            StatusAway: Nobody answers, or intake is away.
            NotDone: It is not done; says why.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, answer = await self._answer("POST", path, json=document, headers=headers)
        detail = str(answer.get("detail", ""))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise StatusAway(self.url + path, detail or str(status))
        if status >= HTTPStatus.BAD_REQUEST:
            raise NotDone(str(answer.get("title", status)), detail)
        return answer

    async def _answer(
        self,
        method: str,
        path: str,
        **asked: Any,  # noqa: ANN401 - what aiohttp takes
    ) -> tuple[int, dict[str, Any]]:
        status, _, body = await self._asked(method, path, **asked)
        return status, self._document(path, body)

    async def _asked(
        self,
        method: str,
        path: str,
        **asked: Any,  # noqa: ANN401 - what aiohttp takes
    ) -> tuple[int, str, bytes]:
        limit = aiohttp.ClientTimeout(total=None if method == "POST" else _LONGEST_LOOK_S)
        try:
            async with (
                aiohttp.ClientSession(
                    headers={"Accept": "application/json"}, timeout=limit
                ) as session,
                session.request(method, self.url + path, **asked) as response,
            ):
                return response.status, response.content_type, await response.read()
        except TimeoutError as error:
            reason = f"none came within {_LONGEST_LOOK_S:g} s"
            raise StatusAway(self.url + path, reason) from error
        except aiohttp.ClientConnectorError as error:
            raise StatusAway(self.url + path, "nothing listens there") from error
        except aiohttp.ClientError as error:
            raise StatusAway(self.url + path, "the connection ended before it") from error

    def _document(self, path: str, body: bytes) -> dict[str, Any]:
        try:
            document: dict[str, Any] = json.loads(body)
        except ValueError as error:
            # A port that the gateway has left may belong to another service by now.
            raise StatusAway(self.url + path, "what answers there sends no JSON") from error
        return document

    async def items(self, path: str) -> list[dict[str, Any]]:
        """Return every item of a list, page by page: large ones, as each makes the list anew."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        asked = f"{path}{'&' if '?' in path else '?'}limit={_PAGE_ITEMS}"
        while cursor is not None:
            page = await self.get(f"{asked}&cursor={cursor}" if cursor else asked)
            found.extend(page["items"])
            cursor = page["next"]
        return found


def _refused(status: int, document: dict[str, Any]) -> StatusRefused:
    return StatusRefused(str(document.get("title", status)), str(document.get("detail", "")))
