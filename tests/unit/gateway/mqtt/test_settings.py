import msgspec
import pytest

from gateway.mqtt.settings import (
    InvalidMqttSetting,
    ListenerSettings,
    SubscriberSettings,
    broker_address,
)

SUBSCRIBER = SubscriberSettings(url="mqtt://broker", client_id="gateway", topic_filters=("s/#",))


def test_broker_address_is_taken_apart() -> None:
    address = broker_address("mqtts://us%40er:p%3Ass@broker.example:8884")
    assert (address.host, address.port, address.is_tls) == ("broker.example", 8884, True)
    assert (address.user_name, address.password) == ("us@er", b"p:ss")


@pytest.mark.parametrize(("url", "port"), [("mqtt://[::1]", 1883), ("mqtts://b", 8883)])
def test_broker_address_has_the_registered_port(url: str, port: int) -> None:
    assert broker_address(url).port == port


def test_broker_address_shows_no_secret() -> None:
    address = broker_address("mqtt://user:secret@broker")
    assert "secret" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    "url",
    [
        "http://u:secret@b",
        "mqtt://",
        "broker:1883",
        "mqtt://b:port",
        "mqtt://u:12/secret@b",
        "mqtt://u:12?secret@b",
        "mqtt://u:12#secret@b",
        "mqtt://b..example",
        f"mqtt://{'b' * 64}",
    ],
)
def test_broker_address_is_refused_without_showing_a_secret(url: str) -> None:
    with pytest.raises(InvalidMqttSetting) as caught:
        broker_address(url)
    assert "secret" not in str(caught.value)
    assert "mqtt://[user:password@]host[:port]" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("client_id", ""),
        ("topic_filters", ()),
        ("topic_filters", ("a/#/b",)),
        ("receive_maximum", 0),
        ("keep_alive_s", 65_536),
        ("reconnect_maximum_s", 0.1),
    ],
)
def test_subscriber_setting_outside_its_range_is_named(key: str, value: object) -> None:
    with pytest.raises(InvalidMqttSetting) as caught:
        msgspec.structs.replace(SUBSCRIBER, **{key: value})
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("key", "value"), [("port", 65_536), ("receive_maximum", 0), ("connect_timeout_s", 0)]
)
def test_listener_setting_outside_its_range_is_named(key: str, value: int) -> None:
    with pytest.raises(InvalidMqttSetting) as caught:
        msgspec.structs.replace(ListenerSettings(), **{key: value})
    assert caught.value.key == key
