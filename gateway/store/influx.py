"""InfluxDB as a mirror of readings: two ways to write line protocol, one answer to each outcome.

`V2Sink` writes to `/api/v2/write` (InfluxDB 1.8 and later, 2.x, 3.x, VictoriaMetrics) through
influxdb-client's async client, as a transport alone. `V1Sink` writes to `/write` (InfluxDB 1.x).
Both translate what a server or the network can answer into a `SendResult`; nothing is retried
here, and no exception of a client leaves this module.
"""

from __future__ import annotations

import base64
import enum
import gzip
from typing import Protocol

import aiohttp
import msgspec
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

DEFAULT_TIMEOUT_SECONDS = 30.0
# Level 1 costs 0.2 µs a line and keeps a seventh of the bytes; level 9 costs thirty times as much.
_GZIP_LEVEL = 1
_SHOWN_CHARACTERS = 300


class Outcome(enum.Enum):
    """What to do after a request."""

    ACCEPTED = enum.auto()
    """Stored: go on."""
    RETRY = enum.auto()
    """The store or the way to it is away: send the same lines later."""
    FAILED = enum.auto()
    """The store broke at these lines: it is ill, or one of them is more than it can take."""
    SPLIT = enum.auto()
    """The body is too large: send it in halves."""
    REJECTED = enum.auto()
    """At least one line is wrong; good ones may be stored. Sending them again is harmless."""
    MISCONFIGURED = enum.auto()
    """Token, database or address are wrong: a person must act, nothing is lost meanwhile."""


class SendResult(msgspec.Struct, frozen=True):
    """The answer to one request.

    Attributes:
        outcome: What to do.
        detail: What the server or the network said.
        retry_after_seconds: How long the server asks to wait, where it says so.
    """

    outcome: Outcome
    detail: str = ""
    retry_after_seconds: float | None = None


class MirrorSink(Protocol):
    """A store that takes line protocol."""

    async def send(self, lines: bytes) -> SendResult:
        """Write lines with nanosecond times and say what came of it; network faults included."""

    async def close(self) -> None:
        """Close the connections."""


class V2Sink:
    """Writes to `/api/v2/write`.

    Args:
        url: Address of the server.
        token: API token; `user:password` for InfluxDB 1.8.
        org: Organisation; any text where the server has none.
        bucket: Bucket; `database/retention-policy` for InfluxDB 1.8.
        timeout_seconds: Longest time for one request.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        org: str,
        bucket: str,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        self._bucket = bucket
        # The client's own gzip is level 9 on the event loop.
        self._client = InfluxDBClientAsync(
            url=url,
            token=token,
            org=org,
            timeout=round(timeout_seconds * 1000),
            enable_gzip=False,
            allow_redirects=False,
        )

    async def send(self, lines: bytes) -> SendResult:
        """Write lines and say what came of it."""
        try:
            await self._client.write_api().write(bucket=self._bucket, record=lines)
        except ApiException as error:
            retry_after = error.headers.get("Retry-After") if error.headers else None
            return result_of(error.status or 0, _said(error), retry_after)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return _unreachable(error)
        return SendResult(Outcome.ACCEPTED)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call] # the client has no annotations


class V1Sink:
    """Writes to `/write` of InfluxDB 1.x, gzipped.

    Args:
        url: Address of the server.
        database: Database, which must exist.
        retention_policy: Retention policy; the database's default where it is empty.
        username: Name, where the server wants one.
        password: Its password.
        timeout_seconds: Longest time for one request.
    """

    def __init__(
        self,
        url: str,
        *,
        database: str,
        retention_policy: str = "",
        username: str = "",
        password: str = "",
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        self._url = url.rstrip("/") + "/write"
        self._query = {"db": database, "precision": "ns"}
        if retention_policy:
            self._query["rp"] = retention_policy
        headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"}
        if username:
            headers["Authorization"] = _basic(username, password)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=timeout_seconds), headers=headers
        )

    async def send(self, lines: bytes) -> SendResult:
        """Write lines and say what came of it."""
        body = gzip.compress(lines, compresslevel=_GZIP_LEVEL, mtime=0)
        try:
            async with self._session.post(
                self._url, params=self._query, data=body, allow_redirects=False
            ) as answer:
                said = await answer.text(errors="replace")
                return result_of(answer.status, said, answer.headers.get("Retry-After"))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return _unreachable(error)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def result_of(status: int, said: str, retry_after: str | None = None) -> SendResult:
    """Return what an HTTP status of a write means.

    Args:
        status: The HTTP status.
        said: What the server wrote beside it.
        retry_after: Its Retry-After header; only seconds count, a date means the usual back-off.
    """
    detail = f"HTTP {status}: {said.strip()[:_SHOWN_CHARACTERS]}"
    if status // 100 == 2:  # noqa: PLR2004 - the class of success, RFC 9110 section 15.3
        return SendResult(Outcome.ACCEPTED)
    outcome = _OUTCOMES.get(status, Outcome.RETRY)
    if outcome is Outcome.RETRY and retry_after and retry_after.strip().isdecimal():
        return SendResult(outcome, detail, float(retry_after))
    return SendResult(outcome, detail)


_OUTCOMES = {
    301: Outcome.MISCONFIGURED,
    302: Outcome.MISCONFIGURED,
    307: Outcome.MISCONFIGURED,
    308: Outcome.MISCONFIGURED,
    400: Outcome.REJECTED,
    401: Outcome.MISCONFIGURED,
    403: Outcome.MISCONFIGURED,
    404: Outcome.MISCONFIGURED,
    405: Outcome.MISCONFIGURED,
    413: Outcome.SPLIT,
    422: Outcome.REJECTED,
    500: Outcome.FAILED,
}
"""Every other status, 429, 502 and 503 among them, is a store that is away for now."""


def _basic(username: str, password: str) -> str:
    """Return the credentials as RFC 7617 writes them."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _said(error: ApiException) -> str:
    body = error.body
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or error.reason)


def _unreachable(error: Exception) -> SendResult:
    return SendResult(Outcome.RETRY, f"{type(error).__name__}: {error}".strip(": "))
