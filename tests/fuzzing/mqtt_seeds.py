"""Sound MQTT packets that damaged streams are made of."""

from gateway.mqtt.connecting import Connack, Connect, Will, encode_connack, encode_connect
from gateway.mqtt.packets import PINGREQ, PINGRESP, ProtocolVersion
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe

CLIENT = "dev"
V3, V5 = ProtocolVersion.V3_1_1, ProtocolVersion.V5


def _publishes(version: ProtocolVersion) -> list[bytes]:
    full = Properties(
        payload_format_indicator=1,
        message_expiry_interval=60,
        content_type="application/json",
        response_topic="r",
        correlation_data=b"\0\1",
        topic_alias=1,
        user_properties=(("k", "v"), ("k", "w")),
    )
    found = [
        encode_publish("a", b"", version=version),
        encode_publish(
            "cargotwin/v1/d/readings", b'{"value":4.5}', version=version, qos=1, packet_id=1
        ),
        encode_publish("a", b"1", version=version, qos=2, packet_id=2),
        encode_publish("a", b"1", version=version, qos=2, packet_id=2, dup=True),
        encode_publish("a", b"x" * 200, version=version, qos=1, packet_id=65_535, retain=True),
        encode_publish("ä/€/𝄞", b"\xff", version=version, qos=1, packet_id=3),
    ]
    if version is V5:
        found.append(encode_publish("a", b"1", version=V5, properties=full))
        found.append(encode_publish("", b"1", version=V5, properties=Properties(topic_alias=1)))
    return found


def from_client(version: ProtocolVersion) -> list[bytes]:
    """Return packets that a client may send once it is connected."""
    one = (Subscription("to/dev/#", 1),)
    many = (*one, Subscription("$share/g/a", 0), Subscription("+/x", 2, retain_handling=0))
    return [
        *_publishes(version),
        *(encode_subscribe(Subscribe(10, wanted), version) for wanted in (one, many)),
        bytes.fromhex("a20d 000b 00 0008" if version is V5 else "a20c 000b 0008") + b"to/dev/#",
        bytes.fromhex("62020002"),
        bytes.fromhex("40020001"),
        PINGREQ,
    ]


def from_server(version: ProtocolVersion) -> list[bytes]:
    """Return packets that a server may send to a subscriber."""
    is_v5 = version is V5
    return [
        *_publishes(version),
        bytes.fromhex("9004 0001 00 01" if is_v5 else "9003 0001 01"),
        bytes.fromhex("62020002"),
        PINGRESP,
        bytes.fromhex("e000"),
        *([bytes.fromhex("e007 8e 05 1f 0002 6f6b"), bytes.fromhex("e002 9d 00")] if is_v5 else []),
    ]


def connects() -> list[bytes]:
    """Return CONNECT packets of both versions."""
    full = Connect(
        V5,
        CLIENT,
        clean_start=False,
        keep_alive=60,
        user_name="u",
        password=b"p",
        will=Will("w", b"lost", 2, properties=Properties(will_delay_interval=5)),
        properties=Properties(
            session_expiry_interval=60,
            receive_maximum=9,
            maximum_packet_size=512,
            topic_alias_maximum=4,
            user_properties=(("k", "v"),),
        ),
    )
    return [
        encode_connect(full),
        encode_connect(Connect(V5, "")),
        encode_connect(Connect(V3, CLIENT)),
        encode_connect(Connect(V3, "", user_name="u", password=b"p", will=Will("w", b"x", 1))),
        encode_connect(Connect(V3, CLIENT, clean_start=False)),
    ]


def connacks() -> list[bytes]:
    """Return CONNACK packets, of both versions and with failures."""
    limits = Properties(receive_maximum=1, maximum_packet_size=300, server_keep_alive=5)
    return [
        encode_connack(Connack(0, properties=limits), V5),
        encode_connack(Connack(0, session_present=True), V5),
        encode_connack(Connack(0x87, properties=Properties(reason_string="no")), V5),
        encode_connack(Connack(5), V3),
        encode_connack(Connack(0), V3),
    ]
