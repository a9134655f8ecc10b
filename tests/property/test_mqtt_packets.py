"""Laws of the MQTT codec."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.mqtt.connecting import Connect, Will, decode_connect, encode_connect
from gateway.mqtt.events import Event, Published, Refused
from gateway.mqtt.framing import Framer
from gateway.mqtt.packets import PINGREQ, ProtocolVersion
from gateway.mqtt.ports import Publish
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import PublishReader, encode_publish
from gateway.mqtt.session import ServerSession
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.subscribing import (
    Subscribe,
    Subscription,
    decode_subscribe,
    encode_subscribe,
)
from gateway.mqtt.topics import TopicNames
from gateway.mqtt.wire import Reader, encode_varint

versions = st.sampled_from(ProtocolVersion)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
topics = texts.filter(lambda text: text and "+" not in text and "#" not in text)
payloads = st.binary(max_size=300)
u16 = st.integers(1, 65_535)
u32 = st.integers(1, 2**32 - 1)
users = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
connect_properties = st.builds(
    Properties,
    session_expiry_interval=st.none() | u32,
    receive_maximum=st.none() | u16,
    maximum_packet_size=st.none() | u32,
    topic_alias_maximum=st.none() | u16,
    user_properties=users,
)
message_properties = st.builds(
    Properties,
    payload_format_indicator=st.none() | st.integers(0, 1),
    message_expiry_interval=st.none() | u32,
    content_type=st.none() | texts,
    correlation_data=st.none() | st.binary(max_size=10),
    user_properties=users,
)
SETTINGS = ListenerSettings(maximum_packet_size=2048, receive_maximum=20, topic_alias_maximum=3)


@st.composite
def connects(draw: st.DrawFn) -> Connect:
    version = draw(versions)
    is_v5 = version is ProtocolVersion.V5
    will_properties = draw(message_properties) if is_v5 else Properties()
    has_will = draw(st.booleans())
    user_name = draw(st.none() | texts)
    return Connect(
        version,
        draw(texts),
        draw(st.booleans()),
        draw(st.integers(0, 65_535)),
        user_name,
        draw(st.none() | payloads) if is_v5 or user_name is not None else None,
        Will(
            draw(topics),
            draw(payloads),
            draw(st.integers(0, 2)),
            draw(st.booleans()),
            will_properties,
        )
        if has_will
        else None,
        draw(connect_properties) if is_v5 else Properties(),
    )


@st.composite
def publishes(draw: st.DrawFn, version: ProtocolVersion) -> bytes:
    qos = draw(st.integers(0, 1))
    return encode_publish(
        draw(topics),
        draw(payloads),
        version=version,
        qos=qos,
        packet_id=draw(u16) if qos else None,
        dup=bool(qos) and draw(st.booleans()),
        retain=draw(st.booleans()),
        properties=draw(message_properties),
    )


def new_session() -> ServerSession:
    return ServerSession(
        SETTINGS,
        may_subscribe=lambda *_: True,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )


def connected(version: ProtocolVersion) -> ServerSession:
    session = new_session()
    session.receive_data(encode_connect(Connect(version, "dev")), 0)
    session.accept()
    session.data_to_send()
    return session


def outcome(session: ServerSession, chunks: list[bytes]) -> tuple[list[Publish], list[str], bytes]:
    """The messages, what else happened, and what was written: the same for any chunking."""
    events: list[Event] = [event for chunk in chunks for event in session.receive_data(chunk, 0)]
    messages = [m for event in events if isinstance(event, Published) for m in event.publishes]
    others = [
        str(event.fault) if isinstance(event, Refused) else repr(event)
        for event in events
        if not isinstance(event, Published)
    ]
    return messages, others, session.data_to_send()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:stop] for start, stop in pairwise(borders)]


@given(st.integers(0, 268_435_455))
def test_varint_comes_back(value: int) -> None:
    reader = Reader(encode_varint(value))
    assert reader.varint() == value
    assert reader.at_end


@given(connects())
def test_connect_comes_back(packet: Connect) -> None:
    framer = Framer(100_000)
    framer.append(encode_connect(packet))
    ((_, body),) = framer.packets()
    assert decode_connect(body) == packet


@given(st.data(), versions, topics, payloads)
def test_publish_comes_back(
    data: st.DataObject, version: ProtocolVersion, topic: str, payload: bytes
) -> None:
    packet_id = data.draw(st.none() | u16)
    retain = data.draw(st.booleans())
    qos = 0 if packet_id is None else 1
    encoded = encode_publish(
        topic,
        payload,
        version=version,
        qos=qos,
        packet_id=packet_id,
        retain=retain,
        properties=data.draw(message_properties),
    )
    framer = Framer(100_000)
    framer.append(encoded)
    ((header, body),) = framer.packets()
    assert PublishReader("dev", version, TopicNames(), from_client=True).read(
        header, body, 9
    ) == Publish("dev", topic, payload, packet_id, qos, dup=False, retain=retain, received_at=9)


@given(
    versions,
    u16,
    st.lists(st.builds(Subscription, topics, st.integers(0, 2)), min_size=1).map(tuple),
)
def test_subscribe_comes_back(
    version: ProtocolVersion, packet_id: int, subscriptions: tuple[Subscription, ...]
) -> None:
    framer = Framer(1_000_000)
    framer.append(encode_subscribe(Subscribe(packet_id, subscriptions), version))
    ((_, body),) = framer.packets()
    assert decode_subscribe(body, version) == Subscribe(packet_id, subscriptions)


@given(st.data(), versions, st.lists(st.integers(0, 3000), max_size=8), st.binary(max_size=8))
def test_any_chunking_of_the_bytes_gives_the_same_outcome(
    data: st.DataObject, version: ProtocolVersion, places: list[int], tail: bytes
) -> None:
    packet = publishes(version) | st.just(PINGREQ)
    stream = b"".join(data.draw(st.lists(packet, max_size=8))) + tail
    whole = outcome(connected(version), [stream])
    assert outcome(connected(version), cut(stream, places)) == whole
    assert outcome(connected(version), [bytes((octet,)) for octet in stream]) == whole


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_never_raise(data: bytes) -> None:
    session = new_session()
    events = session.receive_data(data, 0) + session.receive_eof()
    assert not data or isinstance(events[-1], Refused)
    assert session.is_closed or not data


@given(versions, st.lists(st.binary(max_size=60), max_size=5))
def test_random_packets_within_a_connection_never_raise(
    version: ProtocolVersion, bodies: list[bytes]
) -> None:
    for header in range(256):
        session = connected(version)
        for body in bodies:
            session.receive_data(bytes((header, len(body))) + body, 0)
        session.receive_eof()


@given(connects(), st.integers(0, 400), st.integers(0, 255))
def test_connect_with_a_changed_byte_never_raises(packet: Connect, place: int, octet: int) -> None:
    encoded = bytearray(encode_connect(packet))
    encoded[place % len(encoded)] = octet
    session = new_session()
    session.receive_data(bytes(encoded), 0)
    session.receive_eof()
