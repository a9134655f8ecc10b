"""Clients that do not encrypt and come to a listener that does: a person must find out why."""

import asyncio
import logging
import ssl
from pathlib import Path

import pytest

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.tls_server import MOST_WARNED_PER_MINUTE, is_unencrypted
from tests.integration.certificates import Authority
from tests.integration.listening import HOST, RawDevice, serving
from tests.integration.test_mqtt_tls_end import tls_settings
from tests.unit.gateway.mqtt.memory_sink import MemorySink

pytestmark = pytest.mark.integration

CONNECTS = [encode_connect(Connect(version, "dev")) for version in ProtocolVersion]


async def say_unencrypted(listener: Listener, data: bytes, host: str = HOST) -> None:
    """Send bytes from an address and return when the connection is over."""
    reader, writer = await asyncio.open_connection(HOST, listener.port, local_addr=(host, 0))
    device = RawDevice(reader, writer)
    device.write(data)
    await device.rest()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]


@pytest.mark.parametrize("data", [*CONNECTS, b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"])
async def test_client_that_does_not_encrypt_is_named_with_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    async with serving(MemorySink(), settings=tls_settings(Authority(tmp_path))) as listener:
        await say_unencrypted(listener, data)
        (warning,) = warnings(caplog)
        assert warning.startswith(f"{HOST} does not encrypt")
        assert "mqtts://" in warning
        assert "listener.certificate_file" in warning


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        # As Python 3.11 says it with OpenSSL 3.2 (cherrypy/cherrypy#2026), and with 3.0.
        (ssl.SSLError(1, "[SSL] record layer failure (_ssl.c:1033)"), True),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), True),
        (ssl.SSLError(1, "[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1006)"), False),
        (ConnectionResetError(), False),
    ],
)
def test_client_that_does_not_encrypt_is_told_from_others_with_each_openssl(
    error: OSError, *, is_told: bool
) -> None:
    assert is_unencrypted(error) is is_told


async def test_client_that_comes_again_and_again_is_named_once_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.mqtt.tls_server._MINUTE_S", 3600.0)
    async with serving(MemorySink(), settings=tls_settings(Authority(tmp_path))) as listener:
        for _ in range(3):
            await say_unencrypted(listener, CONNECTS[0])
        await say_unencrypted(listener, CONNECTS[0], "127.0.0.2")
        assert [one.split()[0] for one in warnings(caplog)] == [HOST, "127.0.0.2"]
        for number in range(MOST_WARNED_PER_MINUTE):
            await say_unencrypted(listener, CONNECTS[0], f"127.0.1.{number + 1}")
        assert len(warnings(caplog)) == MOST_WARNED_PER_MINUTE
        monkeypatch.setattr("gateway.mqtt.tls_server._MINUTE_S", 0.001)
        await say_unencrypted(listener, CONNECTS[0])
        assert len(warnings(caplog)) == MOST_WARNED_PER_MINUTE + 1
