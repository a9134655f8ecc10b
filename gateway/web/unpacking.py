"""Bodies that come packed: unpacked by us, because a server that unpacks does not say what broke.

What is cut short would else be taken for a whole payload, and kept as one.
"""

from __future__ import annotations

import zlib

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from .problems import Problem

HANDLER_ARGS = {"auto_decompress": False}
"""Have aiohttp leave bodies as they came."""
INGEST = "/api/v1/ingest/"
"""Where packed bodies are taken."""
_CODINGS = ("gzip", "deflate")
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 32
"""Each costs a copy of what follows: thousands of empty ones would hold everybody up."""
# RFC 9110 section 8.4.1.2: deflate is in the zlib format; some senders leave its frame away.
_ZLIB_METHOD, _METHOD_BITS = 8, 0x0F


class UnknownCoding(Problem):
    """A body is packed in a way that is not taken; RFC 9110 section 15.5.16."""

    def __init__(self, coding: str, taken: tuple[str, ...]) -> None:
        how = f"Send it in {' or '.join(taken)}, or not packed." if taken else "Send it unpacked."
        super().__init__(
            415,
            "Unknown content coding",
            f"Content-Encoding is {coding!r}. {how}",
            {hdrs.ACCEPT_ENCODING: ", ".join(taken) or "identity"},
        )


class BrokenPacking(Problem):
    """A packed body cannot be unpacked, or ends too early."""

    def __init__(self, coding: str, reason: str) -> None:
        super().__init__(
            400, "Broken body", f"It is no whole {coding} data: {reason}. Send it again."
        )


@web.middleware
async def refuse_packed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse packed bodies where none are expected."""
    coding = coding_of(request)
    if coding and request.method == hdrs.METH_POST and not request.path.startswith(INGEST):
        raise UnknownCoding(coding, ())
    return await handler(request)


def coding_of(request: web.Request) -> str:
    """Return how the body is packed, empty where it is not."""
    codings = ",".join(request.headers.getall(hdrs.CONTENT_ENCODING, []))
    coding = codings.strip().lower()
    return "" if coding == "identity" else coding


def checked_coding(coding: str) -> str:
    """Return a coding that `unpacked` takes.

    Raises:
        UnknownCoding: It is none.
    """
    # RFC 9110 section 8.4.1.3: x-gzip is gzip.
    name = coding.removeprefix("x-") if coding == "x-gzip" else coding
    if name and name not in _CODINGS:
        raise UnknownCoding(coding, _CODINGS)
    return name


def unpacked(body: bytes, coding: str, limit_bytes: int) -> bytes:
    """Return what was packed.

    Args:
        body: The body as it came.
        coding: How it is packed; empty where it is not.
        limit_bytes: Beyond this nothing is unpacked: the result then is longer by a byte.

    Raises:
        BrokenPacking: It cannot be unpacked, or ends too early.
    """
    if not coding:
        return body
    found, rest = bytearray(), body
    # RFC 1952 section 2.2: gzip data is one member, or several one behind the other.
    for _ in range(_MOST_MEMBERS if coding == "gzip" else 1):
        machine = zlib.decompressobj(_window(rest, coding))
        try:
            found += machine.decompress(rest, limit_bytes + 1 - len(found))
        except zlib.error as error:
            raise BrokenPacking(coding, str(error)) from error
        if len(found) > limit_bytes:
            return bytes(found)
        if not machine.eof:
            raise BrokenPacking(coding, "it ends too early")
        rest = machine.unused_data
        if not rest:
            return bytes(found)
    raise BrokenPacking(coding, "something stands behind its end")


def _window(body: bytes, coding: str) -> int:
    if coding == "gzip":
        return _GZIP_WINDOW
    is_framed = bool(body) and body[0] & _METHOD_BITS == _ZLIB_METHOD
    return zlib.MAX_WBITS if is_framed else -zlib.MAX_WBITS
