"""Both ends of an MQTT connection, fed with damaged packet streams cut anywhere."""

import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

from gateway.mqtt.client_session import ClientSession
from gateway.mqtt.connecting import Connack, Connect, encode_connack, encode_connect
from gateway.mqtt.endpoint import Endpoint
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.events import (
    ConnectRequested,
    Event,
    Published,
    Refused,
    Released,
    SubscriptionsChanged,
)
from gateway.mqtt.outbox import OutboxFull
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.properties import Properties
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session import ServerSession
from gateway.mqtt.session_state import SessionState
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.topics import TopicNames
from gateway.mqtt.wire import encode_varint

from . import packet_grammar
from .mqtt_seeds import CLIENT, V3, V5, connacks, connects, from_client, from_server
from .mutations import mutated, seeded
from .packet_grammar import Incomplete, NotMqtt, Packet
from .target import Target, require, within_time

SMALL = ListenerSettings(
    receive_maximum=3, maximum_packet_size=1024, topic_alias_maximum=2, maximum_subscriptions=4
)
LARGE = ListenerSettings(receive_maximum=20, maximum_packet_size=32_768, maximum_subscriptions=4)
"""Large enough that PUBLISH are read in runs."""

_GRANTS = (
    Grant("dev", None, ("to/dev/#",)),
    Grant("dev", ("a", "cargotwin/#"), ("to/dev/#", "$share/g/#")),
)
_MALFORMED = 0x81
_REASON_STRING = 1024


class Talk(NamedTuple):
    """What an endpoint made of a stream.

    Attributes:
        events: What happened.
        output: What it wrote.
        is_closed: Whether it closed.
    """

    events: list[Event]
    output: bytes
    is_closed: bool

    @property
    def refused_with(self) -> int | None:
        """The reason code of a refusal, None without one."""
        return None if self._fault is None else int(self._fault.reason_code)

    @property
    def clause(self) -> str:
        """The clause that the peer broke, empty where it broke none."""
        return "" if self._fault is None else self._fault.clause

    @property
    def refused_kind(self) -> int:
        """The type of the packet that was refused, 0 without one."""
        last = self.events[-1] if self.events else None
        return last.head[0] >> 4 if isinstance(last, Refused) and last.head else 0

    @property
    def _fault(self) -> MqttFault | None:
        last = self.events[-1] if self.events else None
        return last.fault if isinstance(last, Refused) else None


class PacketStream:
    """A stream of packets read by an endpoint that was made ready for it.

    Args:
        name: Name of the target.
        seeds: Packets that the peer may send.
        ready: Makes the endpoint; is told whether packets may be large.
        version: Protocol version of the connection; None where the stream begins with CONNECT.
        from_client: Whether the peer is a client.
        is_begun: Whether the connection is accepted before the stream begins.
    """

    def __init__(
        self,
        name: str,
        seeds: Sequence[bytes],
        ready: Callable[[ListenerSettings], Endpoint],
        version: ProtocolVersion | None,
        *,
        from_client: bool,
        is_begun: bool = True,
    ) -> None:
        self.name = name
        self.seeds = seeds
        self._ready = ready
        self._version = version
        self._from_client = from_client
        self._is_begun = is_begun

    def made(self, random: Random, corpus: Sequence[bytes]) -> bytes:
        """Return sound packets with damaged ones among them, most of a length that fits."""
        if random.randrange(8) == 0:
            return mutated(random, corpus)
        parts = [random.choice(self.seeds) for _ in range(random.randrange(6))]
        for _ in range(random.randint(1, 2)):
            damaged = mutated(random, corpus)
            if random.randrange(3):
                damaged = _fitted(damaged)
            parts.insert(random.randint(0, len(parts)), damaged)
        if not self._is_begun and random.randrange(4):
            parts.insert(0, random.choice(self.seeds[:5]))
        return b"".join(parts)[:16_384]

    def check(self, data: bytes) -> Hashable:
        """Feed the stream in pieces and whole, with and without answers."""
        random = seeded(data)
        settings = LARGE if random.randrange(2) else SMALL
        pieces = cut(random, data)
        silent = within_time(lambda: self._talk(settings, [data], answer=None), len(data))
        slow = self._talk(settings, pieces, answer=None, rate=random.choice((1, 2, 1_000)))
        require(_same(slow) == _same(silent), "a stream means the same however it comes")
        codes = seeded(b"answers" + data)
        spoken = within_time(lambda: self._talk(settings, pieces, answer=codes), len(data))
        for talk in (silent, spoken):
            self._check_output(talk, len(data))
        self._check_window(silent, settings)
        self._check_grammar(settings, data)
        return (
            silent.refused_with,
            silent.clause,
            frozenset(type(event).__name__ for event in spoken.events),
        )

    def _talk(
        self,
        settings: ListenerSettings,
        pieces: Iterable[bytes],
        answer: Random | None,
        rate: int = sys.maxsize,
    ) -> Talk:
        endpoint = self._ready(settings)
        endpoint.data_to_send()
        endpoint.allowance = rate
        events: list[Event] = []
        for piece in pieces:
            _take(endpoint, endpoint.receive_data(piece, 7), events, answer)
            while endpoint.is_throttled:
                endpoint.allowance += rate
                _take(endpoint, endpoint.read_on(), events, answer)
        events += endpoint.receive_eof()
        return Talk(events, endpoint.data_to_send(), endpoint.is_closed)

    def _check_output(self, talk: Talk, size: int) -> None:
        version = self._version
        if version is None:
            asked = [one for one in talk.events if isinstance(one, ConnectRequested)]
            version = asked[0].connect.version if asked else None
        if version is None:
            # Who is refused before the version is known gets at most a CONNACK of either version.
            require(talk.output[:1] in {b"", b"\x20"}, "a broken CONNECT is answered by CONNACK")
            return
        is_v5 = version is V5
        written = list(packet_grammar.packets(talk.output))
        for packet in written:
            packet_grammar.check(packet, is_v5=is_v5)
        room = 4 * size + _REASON_STRING + 2200 * len(talk.events)
        require(len(talk.output) <= room, f"{len(talk.output)} bytes answer {size}")
        self._check_goodbye(talk, written[-1] if written else None, is_v5=is_v5)

    def _check_window(self, silent: Talk, settings: ListenerSettings) -> None:
        """Check that of who gets no answers no more is taken than was announced (3.3.4)."""
        if self._version is not V5 or not self._from_client:
            return
        taken = [
            one
            for event in silent.events
            if isinstance(event, Published)
            for one in event.publishes
        ]
        at_least_once = sum(one.qos == 1 for one in taken)
        exactly_once = {one.packet_id for one in taken if one.qos == 2}
        unanswered = at_least_once + len(exactly_once)
        require(unanswered <= settings.receive_maximum, "the receive maximum is kept")

    def _check_goodbye(self, talk: Talk, last: Packet | None, *, is_v5: bool) -> None:
        """Check that who is refused is told why, as far as the version can say it."""
        code = talk.refused_with
        if code is None:
            return
        require(talk.is_closed, "who is refused is not read on")
        if last is not None and last.kind == packet_grammar.DISCONNECT:
            require(is_v5 or not self._from_client, "a 3.1.1 server sends no DISCONNECT")
            require(not is_v5 or last.body[0] == code, "DISCONNECT says why")
        elif is_v5 and (self._from_client or self._is_begun):
            # To a server that has said goodbye, however wrongly, there is nothing to say.
            if not self._from_client and talk.refused_kind == packet_grammar.DISCONNECT:
                return
            require(
                last is not None and last.kind == packet_grammar.CONNACK and last.body[1] == code,
                "a refusal of MQTT 5 is told",
            )

    def _check_grammar(self, settings: ListenerSettings, data: bytes) -> None:
        """Compare with the grammar: what has no form is refused, what has one is not malformed."""
        if not self._is_begun:
            return
        is_broken, stop = _first_fault(data, is_v5=self._version is V5)
        endpoint = self._ready(settings)
        events: list[Event] = []
        _take(endpoint, endpoint.receive_data(data[:stop], 7), events, None)
        talk = Talk(events, b"", endpoint.is_closed)
        if is_broken:
            require(talk.is_closed, f"{data[:stop].hex()} has no form and is taken")
        else:
            is_malformed = talk.refused_with == _MALFORMED
            require(not is_malformed, f"{data[:stop].hex()} has a form and is called malformed")


def _first_fault(data: bytes, *, is_v5: bool) -> tuple[bool, int]:
    """Return whether a packet has no form, and where the first such ends, or the last sound one."""
    stop = 0
    try:
        for packet in packet_grammar.packets(data):
            try:
                packet_grammar.check(packet, is_v5=is_v5)
            except NotMqtt:
                return True, packet.stop
            stop = packet.stop
    except Incomplete:
        return False, stop
    except NotMqtt:
        # A first byte and a remaining length: five bytes decide.
        return True, min(len(data), stop + 5)
    return False, stop


def _same(talk: Talk) -> tuple[list[object], list[int], list[object], bytes]:
    messages: list[object] = []
    released: list[int] = []
    others: list[object] = []
    for event in talk.events:
        if isinstance(event, Published):
            messages += event.publishes
        elif isinstance(event, Released):
            released += event.packet_ids
        else:
            others.append(str(event.fault) if isinstance(event, Refused) else event)
    return messages, released, others, talk.output


def _take(
    endpoint: Endpoint, new: Sequence[Event], events: list[Event], answer: Random | None
) -> None:
    """Do what a shell does on each event; without `answer` only what a connection needs."""
    waiting = list(new)
    while waiting:
        event = waiting.pop(0)
        events.append(event)
        if isinstance(endpoint, ServerSession) and isinstance(event, ConnectRequested):
            waiting += _admit(endpoint, event, answer)
        elif isinstance(endpoint, ServerSession) and isinstance(event, SubscriptionsChanged):
            waiting += endpoint.confirm()
        elif answer is not None and isinstance(event, Published):
            codes = [answer.choice((0, 0, 0x10, 0x87, 0x99)) for _ in event.publishes]
            endpoint.answer(event.publishes, codes)
            _speak(endpoint, answer)
        elif answer is not None and isinstance(event, Released):
            endpoint.answer_releases(event.packet_ids, [0x92] * len(event.packet_ids))


def _speak(endpoint: Endpoint, random: Random) -> None:
    topic, payload = "to/dev/x", b"y" * random.choice((0, 100, 2000))
    if isinstance(endpoint, ServerSession):
        try:
            endpoint.publish(topic, payload, random.randrange(2))
        except OutboxFull:
            endpoint.disconnect(ReasonCode.QUOTA_EXCEEDED, "too slow")
    elif isinstance(endpoint, ClientSession):
        endpoint.publish(topic, payload)
        endpoint.ping()


def _admit(endpoint: ServerSession, event: ConnectRequested, answer: Random | None) -> list[Event]:
    if answer is not None and answer.randrange(4) == 0:
        endpoint.reject(ReasonCode.BAD_USER_NAME_OR_PASSWORD)
        return []
    state = SessionState(event.client, "dev", endpoint.expiry_s, 5)
    state.is_stored = endpoint.expiry_s > 0
    is_present = answer is not None and not event.connect.clean_start and state.is_stored
    return endpoint.accept(state, _GRANTS[len(event.client) % 2], is_present=is_present)


def cut(random: Random, data: bytes) -> list[bytes]:
    """Return a stream in pieces, of single bytes now and then."""
    if len(data) <= 64 and random.randrange(2):
        return [bytes((octet,)) for octet in data]
    places = sorted(random.randint(0, len(data)) for _ in range(random.randrange(6)))
    borders = [0, *places, len(data)]
    return [data[start:stop] for start, stop in pairwise(borders)]


def _fitted(packet: bytes) -> bytes:
    """Return a packet whose remaining length is that of its body."""
    body = packet[2:]
    return packet[:1] + encode_varint(len(body)) + body


def _asked(settings: ListenerSettings) -> ServerSession:
    return ServerSession(settings, new_client_id=lambda: "made-up", topic_names=TopicNames())


def accepted(version: ProtocolVersion) -> Callable[[ListenerSettings], ServerSession]:
    """Return what makes a server's end of a connection that is accepted."""
    connect = encode_connect(Connect(version, CLIENT, keep_alive=60))

    def ready(settings: ListenerSettings) -> ServerSession:
        session = _asked(settings)
        session.receive_data(connect, 0)
        state = SessionState(CLIENT, "dev", 0, 5)
        state.is_stored = settings is LARGE
        session.accept(state, _GRANTS[settings is LARGE], is_present=False)
        return session

    return ready


def _client(version: ProtocolVersion) -> Callable[[ListenerSettings], ClientSession]:
    def ready(settings: ListenerSettings) -> ClientSession:
        alias_maximum = 2 if settings is LARGE else None
        limits = Properties(receive_maximum=5, topic_alias_maximum=alias_maximum)
        connect = Connect(
            version, CLIENT, keep_alive=60, properties=limits if version is V5 else Properties()
        )
        return ClientSession(connect, settings.maximum_packet_size, TopicNames())

    return ready


def answered(version: ProtocolVersion) -> Callable[[ListenerSettings], ClientSession]:
    """Return what makes a client's end of a connection that is accepted."""
    make = _client(version)
    connack = encode_connack(Connack(ReasonCode.SUCCESS), version)

    def ready(settings: ListenerSettings) -> ClientSession:
        session = make(settings)
        session.receive_data(connack, 0)
        session.subscribe(["a"], 2)
        return session

    return ready


def mqtt_targets() -> list[Target]:
    """Return both ends, before and after the connection is accepted, in both versions."""
    return [
        PacketStream(
            "mqtt_server_connect",
            [*connects(), *from_client(V5), *from_client(V3)],
            _asked,
            None,
            from_client=True,
            is_begun=False,
        ),
        PacketStream("mqtt_server_v5", from_client(V5), accepted(V5), V5, from_client=True),
        PacketStream("mqtt_server_v311", from_client(V3), accepted(V3), V3, from_client=True),
        PacketStream(
            "mqtt_client_connack",
            [*connacks(), *from_server(V5)],
            _client(V5),
            V5,
            from_client=False,
            is_begun=False,
        ),
        PacketStream("mqtt_client_v5", from_server(V5), answered(V5), V5, from_client=False),
        PacketStream("mqtt_client_v311", from_server(V3), answered(V3), V3, from_client=False),
    ]
