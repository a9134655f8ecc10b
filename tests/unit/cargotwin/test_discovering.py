import asyncio

import pytest

from cargotwin.discovering import BrokerRefuses, heard_from
from gateway.mqtt.settings import InvalidMqttSetting


@pytest.mark.parametrize(
    "url",
    [
        "amqp://gw:s3cret@broker",
        "mqtt://gw:pw/s3cret@broker",
        "mqtt://gw:12/s3cret@broker",
        "gw:s3cret@broker:1883",
        "ssl://gw:s3cret@127.0.0.1:1",
    ],
)
async def test_an_address_that_is_none_of_a_broker_is_refused_without_its_password(
    url: str,
) -> None:
    with pytest.raises(InvalidMqttSetting) as caught:
        await heard_from(url, 0.1)
    assert caught.value.key == "broker"
    assert "s3cret" not in str(caught.value)
    assert "mqtts://" in str(caught.value)


async def test_nothing_is_sent_to_a_broker_by_a_scheme_that_may_have_meant_tls() -> None:
    connections = 0

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(InvalidMqttSetting):
            await heard_from(f"ssl://gw:s3cret@127.0.0.1:{port}", 0.1)
        with pytest.raises(BrokerRefuses) as caught:
            await heard_from(f"mqtt://gw:s3cret@127.0.0.1:{port}", 0.1)
    assert connections == 1
    assert f"broker 127.0.0.1:{port}: " in str(caught.value)
    assert "s3cret" not in str(caught.value)
