import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.mqtt.settings import SubscriberSettings
from gateway.mqtt.subscriber import Subscriber, reconnect_delay_s
from gateway.mqtt.tls import UnusableTlsFile, client_context
from tests.integration.certificates import Authority

from .memory_sink import MemorySink, until

FREE = "mqtts://127.0.0.1:1"
"""Where nobody listens (port 1 is tcpmux, RFC 1078)."""


@pytest.mark.parametrize(
    ("attempt", "jitter", "delay_s"),
    [(0, 0.0, 0.25), (0, 0.5, 0.375), (1, 0.0, 0.5), (3, 0.0, 2.0), (9, 0.0, 30.0), (10**6, 0, 30)],
)
def test_reconnect_delay_doubles_up_to_its_bound(
    attempt: int, jitter: float, delay_s: float
) -> None:
    assert reconnect_delay_s(attempt, 0.5, 60.0, jitter) == delay_s


def settings(url: str, **files: str | None) -> SubscriberSettings:
    return SubscriberSettings(
        url=url, client_id="c", topic_filters=("#",), reconnect_minimum_s=0.01, **files
    )


@contextlib.asynccontextmanager
async def running(chosen: SubscriberSettings) -> AsyncIterator[Subscriber]:
    """Run a subscriber, and fail where it ends before it is closed."""
    subscriber = Subscriber(
        chosen, MemorySink(), forget=lambda: None, clock_us=lambda: 0, jitter=lambda: 0.0
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(subscriber.run())
        yield subscriber
        await subscriber.close()


async def problem_with(subscriber: Subscriber, words: str) -> None:
    await until(lambda: words in (subscriber.problem or ""))


def own_pem(folder: Path) -> bytes:
    signed = Authority(folder).client("gateway")
    return Path(signed.key).read_bytes() + Path(signed.certificate).read_bytes()


def encrypted_key(folder: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"forgotten"),
    )
    path = folder / "encrypted.pem"
    path.write_bytes(secret)
    return str(path)


async def test_a_file_that_tls_cannot_use_is_the_problem_of_its_broker_and_ends_nothing(
    tmp_path: Path,
) -> None:
    authorities = tmp_path / "authorities.pem"
    authorities.write_text("no PEM")
    async with running(settings(FREE, ca_file=str(authorities))) as subscriber:
        await problem_with(subscriber, f"ca_file '{authorities}'")
        authorities.unlink()
        await problem_with(subscriber, "cannot be read")


async def test_a_file_that_tls_could_not_use_is_tried_again_once_it_is_mended(
    tmp_path: Path,
) -> None:
    certificate, pem = tmp_path / "own.pem", own_pem(tmp_path)
    chosen = settings(FREE, certificate_file=str(certificate), ca_file=None)
    async with running(chosen) as subscriber:
        await problem_with(subscriber, "certificate_file")
        # Without a wrong file it is the network's turn to be the problem.
        certificate.write_bytes(pem)
        await problem_with(subscriber, "Connect call failed")


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(tmp_path: Path) -> None:
    key = encrypted_key(tmp_path)
    with pytest.raises(UnusableTlsFile, match="not encrypted by a password"):
        client_context(settings(FREE, certificate_file=key, key_file=key))


def test_a_broker_without_tls_needs_no_file_of_it() -> None:
    assert client_context(settings("mqtt://broker", ca_file="no/such")) is None
