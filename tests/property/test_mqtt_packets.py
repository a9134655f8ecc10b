"""Laws of the MQTT codec."""

from itertools import pairwise

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.mqtt.connecting import Connect, Will, decode_connect, encode_connect
from gateway.mqtt.events import Event, Published, Refused, Released
from gateway.mqtt.framing import Framer
from gateway.mqtt.packets import PINGREQ, ProtocolVersion
from gateway.mqtt.ports import Grant, Publish
from gateway.mqtt.properties import Properties
from gateway.mqtt.publish_reader import LONGEST_SHORT_PACKET, PublishReader
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.session import ServerSession
from gateway.mqtt.session_state import SessionState
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.subscribing import (
    Subscribe,
    Subscription,
    decode_subscribe,
    encode_subscribe,
)
from gateway.mqtt.topics import TopicNames
from gateway.mqtt.wire import Reader, encode_varint
from tests.fakes.sessions import ALL

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
IN_RUNS = msgspec.structs.replace(SETTINGS, maximum_packet_size=LONGEST_SHORT_PACKET)
"""The smallest maximum with which PUBLISH are read in runs, where they lie."""
ONE_BY_ONE = msgspec.structs.replace(SETTINGS, maximum_packet_size=LONGEST_SHORT_PACKET - 1)


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
    qos = draw(st.integers(0, 2))
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


def streams(version: ProtocolVersion) -> st.SearchStrategy[bytes]:
    """PUBLISH of few kinds, as devices send it, of any kind, and other packets between."""
    usual = st.builds(
        lambda topic, payload, packet_id, qos: encode_publish(
            topic, payload, version=version, qos=qos, packet_id=packet_id if qos else None
        ),
        st.sampled_from(["a", "a/b", "b/c", "x" * 300]),
        st.binary(max_size=200),
        st.integers(1, 4),
        st.integers(0, 2),
    )
    pubrel = st.integers(1, 4).map(lambda packet_id: b"\x62\x02\x00" + bytes((packet_id,)))
    packet = usual | publishes(version) | pubrel | st.just(PINGREQ)
    return st.lists(packet, max_size=12).map(b"".join)


def only_packet(framer: Framer) -> tuple[int, bytes]:
    packet = framer.next_packet()
    assert packet is not None
    assert framer.is_empty
    return packet


def new_session(settings: ListenerSettings = SETTINGS) -> ServerSession:
    return ServerSession(
        settings,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )


def connected(
    version: ProtocolVersion, settings: ListenerSettings = SETTINGS, grant: Grant = ALL
) -> ServerSession:
    session = new_session(settings)
    session.receive_data(encode_connect(Connect(version, "dev")), 0)
    session.accept(SessionState("dev", "", 0, 10), grant, is_present=False)
    session.data_to_send()
    return session


def outcome(session: ServerSession, chunks: list[bytes]) -> tuple[list[Publish], list[str], bytes]:
    """The messages, what else happened, and what was written: the same for any chunking."""
    events: list[Event] = [event for chunk in chunks for event in session.receive_data(chunk, 0)]
    messages = [m for event in events if isinstance(event, Published) for m in event.publishes]
    released = [str(one) for e in events if isinstance(e, Released) for one in e.packet_ids]
    others = [
        str(event.fault) if isinstance(event, Refused) else repr(event)
        for event in events
        if not isinstance(event, Published | Released)
    ]
    return messages, released + others, session.data_to_send()


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
    _, body = only_packet(framer)
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
    header, body = only_packet(framer)
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
    _, body = only_packet(framer)
    assert decode_subscribe(body, version) == Subscribe(packet_id, subscriptions)


@given(st.data(), versions, st.lists(st.integers(0, 3000), max_size=8), st.binary(max_size=8))
def test_any_chunking_of_the_bytes_gives_the_same_outcome(
    data: st.DataObject, version: ProtocolVersion, places: list[int], tail: bytes
) -> None:
    stream = data.draw(streams(version)) + tail
    whole = outcome(connected(version, IN_RUNS), [stream])
    assert outcome(connected(version, IN_RUNS), cut(stream, places)) == whole
    assert outcome(connected(version, IN_RUNS), [bytes((octet,)) for octet in stream]) == whole


@given(st.data(), versions, st.binary(max_size=8), st.booleans())
def test_runs_of_messages_are_read_as_each_message_alone(
    data: st.DataObject,
    version: ProtocolVersion,
    tail: bytes,
    is_limited: bool,  # noqa: FBT001 -- drawn
) -> None:
    stream = data.draw(streams(version)) + tail
    assume(b"\xff\x7f" not in stream)  # the one length that only the larger maximum allows
    grant = Grant("", ("a/#", "+"), ()) if is_limited else ALL
    in_runs = repr(outcome(connected(version, IN_RUNS, grant), [stream, stream]))
    # What is too large for both is refused with the maximum of each.
    maximum, other = IN_RUNS.maximum_packet_size, ONE_BY_ONE.maximum_packet_size
    alone = repr(outcome(connected(version, ONE_BY_ONE, grant), [stream, stream]))
    assert in_runs.replace(str(maximum), str(other)) == alone


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
