import pytest

from gateway.mqtt.errors import MalformedPacket, MqttFault, ProtocolError
from gateway.mqtt.properties import Place, Properties, encode_properties, read_properties
from gateway.mqtt.wire import Reader

# One row per row of MQTT 5 table 2-4: the bytes written by hand from §2.2.2.2 and §3.
ROWS = [
    (Place.PUBLISH, "02 01 01", Properties(payload_format_indicator=1)),
    (Place.WILL, "05 02 00 00 0e 10", Properties(message_expiry_interval=3600)),
    (Place.PUBLISH, "05 03 00 02 61 62", Properties(content_type="ab")),
    (Place.PUBLISH, "05 08 00 02 61 62", Properties(response_topic="ab")),
    (Place.WILL, "05 09 00 02 00 ff", Properties(correlation_data=b"\0\xff")),
    (Place.SUBSCRIBE, "03 0b 80 01", Properties(subscription_identifiers=(128,))),
    (Place.PUBLISH, "04 0b 01 0b 02", Properties(subscription_identifiers=(1, 2))),
    (Place.CONNECT, "05 11 ff ff ff ff", Properties(session_expiry_interval=2**32 - 1)),
    (Place.CONNACK, "05 12 00 02 61 62", Properties(assigned_client_identifier="ab")),
    (Place.CONNACK, "03 13 00 3c", Properties(server_keep_alive=60)),
    (Place.CONNECT, "04 15 00 01 61", Properties(authentication_method="a")),
    (Place.AUTH, "04 16 00 01 61", Properties(authentication_data=b"a")),
    (Place.CONNECT, "02 17 00", Properties(request_problem_information=0)),
    (Place.WILL, "05 18 00 00 00 05", Properties(will_delay_interval=5)),
    (Place.CONNECT, "02 19 01", Properties(request_response_information=1)),
    (Place.CONNACK, "04 1a 00 01 61", Properties(response_information="a")),
    (Place.DISCONNECT, "04 1c 00 01 61", Properties(server_reference="a")),
    (Place.PUBACK, "04 1f 00 01 61", Properties(reason_string="a")),
    (Place.CONNECT, "03 21 00 14", Properties(receive_maximum=20)),
    (Place.CONNACK, "03 22 00 0a", Properties(topic_alias_maximum=10)),
    (Place.PUBLISH, "03 23 00 01", Properties(topic_alias=1)),
    (Place.CONNACK, "02 24 01", Properties(maximum_qos=1)),
    (Place.CONNACK, "02 25 00", Properties(retain_available=0)),
    (
        Place.UNSUBACK,
        "0e 26 00 01 61 00 01 62 26 00 01 61 00 01 63",
        Properties(user_properties=(("a", "b"), ("a", "c"))),
    ),
    (Place.CONNECT, "05 27 00 20 00 00", Properties(maximum_packet_size=2 * 1024 * 1024)),
    (Place.CONNACK, "02 28 00", Properties(wildcard_subscription_available=0)),
    (Place.CONNACK, "02 29 00", Properties(subscription_identifier_available=0)),
    (Place.CONNACK, "02 2a 00", Properties(shared_subscription_available=0)),
    (Place.CONNACK, "00", Properties()),
]


@pytest.mark.parametrize(("place", "encoded", "properties"), ROWS)
def test_property_is_read_and_written_by_table_2_4(
    place: Place, encoded: str, properties: Properties
) -> None:
    assert read_properties(Reader(bytes.fromhex(encoded)), place) == properties
    assert encode_properties(properties) == bytes.fromhex(encoded)


@pytest.mark.parametrize(
    ("place", "encoded", "fault"),
    [
        (Place.PUBLISH, "02 7f 00", MalformedPacket),  # unknown id
        (Place.PUBLISH, "03 13 00 3c", MalformedPacket),  # server keep alive in a PUBLISH
        (Place.CONNECT, "03 23 00 01", MalformedPacket),  # topic alias in a CONNECT
        (Place.CONNECT, "04 21 00 14", MalformedPacket),  # length beyond the end
        (Place.CONNECT, "02 21 00", MalformedPacket),  # cut off within the value
        (Place.CONNECT, "06 21 00 14 21 00 14", ProtocolError),  # twice
        (Place.SUBSCRIBE, "04 0b 01 0b 02", ProtocolError),  # twice, allowed in PUBLISH only
        (Place.CONNECT, "03 21 00 00", ProtocolError),  # receive maximum 0
        (Place.CONNECT, "05 27 00 00 00 00", ProtocolError),  # maximum packet size 0
        (Place.SUBSCRIBE, "02 0b 00", ProtocolError),  # subscription identifier 0
        (Place.PUBLISH, "02 01 02", ProtocolError),  # payload format 2
    ],
)
def test_property_is_refused_when_it_breaks_its_rule(
    place: Place, encoded: str, fault: type[MqttFault]
) -> None:
    with pytest.raises(fault):
        read_properties(Reader(bytes.fromhex(encoded)), place)
