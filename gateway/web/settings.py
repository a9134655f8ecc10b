"""What the web is told: where it listens, and how much one reader may take."""

from __future__ import annotations

import msgspec

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the status page and its JSON.

    Attributes:
        host: Address to listen on; any other than loopback wants a token.
        port: TCP port; 0 takes a free one.
        token: What a POST must bring in `Authorization: Bearer …`; empty asks for none.
        ingest_token: The tokens of webhooks and what each may bring (`webhook_tokens.py`); the
            token above brings everything, and is the only one where this is empty.
        ingest_limit_bytes: Largest payload of a webhook.
        ingest_concurrency: Most payloads of webhooks at a time.
        ingest_timeout_s: Seconds after which a webhook is answered that intake is too slow; The
            Things Stack waits for 10.
        names: Host names under which the site may be asked for (DNS rebinding); empty allows all.
        page_size: Items of a list where the reader does not say how many.
        page_limit: Most items of a list at a time.
        bucket_limit: Most buckets of one series in one answer.
        live_readers: Most readers of live events at a time.
        heartbeat_s: Seconds of silence after which a live stream sends a heartbeat.
        send_timeout_s: Seconds after which a live reader that takes nothing is dropped.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    token: str = ""
    ingest_token: str = ""
    ingest_limit_bytes: int = 262_144
    ingest_concurrency: int = 64
    ingest_timeout_s: float = 8.0
    names: tuple[str, ...] = LOOPBACK_NAMES
    page_size: int = 100
    page_limit: int = 500
    bucket_limit: int = 5_000
    live_readers: int = 64
    heartbeat_s: float = 15.0
    send_timeout_s: float = 10.0
