"""What anybody may read: published documents, in exactly the bytes whose digest is on the chain."""

from __future__ import annotations

import hashlib

from aiohttp import hdrs, web

from contracts.canonical import cid_of, digest_of_cid
from contracts.errors import InvalidContentIdentifier

from .problems import NotPublished, Problem
from .site import SITE

_FOREVER = "public, max-age=31536000, immutable"
# A document is data: opened in a browser it may load, run and embed nothing.
_HEADERS = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


async def document(request: web.Request) -> web.Response:
    """Return the document that a CID names."""
    try:
        digest = digest_of_cid(request.match_info["cid"])
    except InvalidContentIdentifier as error:
        raise Problem(400, "Not a content identifier", f"{error}. Copy it whole.") from error
    body = request.app[SITE].source.document(digest.hex())
    if body is None:
        raise NotPublished(
            f"No document has the digest {digest.hex()}", "Only this gateway's documents are here."
        )
    return _answer(request, body, _FOREVER)


async def metadata(request: web.Request) -> web.Response:
    """Return the newest document of a token."""
    token = request.match_info["token_id"]
    body = request.app[SITE].source.metadata_of_token(token)
    if body is None:
        raise NotPublished(
            f"No token {token!r} has a document", "/api/v1/assets/{id} names an asset's token."
        )
    return _answer(request, body, "public, no-cache")


def _answer(request: web.Request, body: bytes, caching: str) -> web.Response:
    cid = cid_of(hashlib.sha256(body).digest())
    headers = _HEADERS | {hdrs.ETAG: f'"{cid}"', hdrs.CACHE_CONTROL: caching}
    known = request.if_none_match or ()
    if any(tag.value in {cid, "*"} for tag in known):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)
