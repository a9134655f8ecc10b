"""MQTT packets as the standard writes them, read without the code under test.

Written after the tables of MQTT 5 (OASIS, 7 March 2019), sections 2 and 3, and of MQTT 3.1.1 where
it differs. It knows the form of a packet alone, not what a connection may say at a moment.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE = range(1, 9)
SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = range(9, 16)

_ACKNOWLEDGEMENTS = {PUBACK, PUBREC, PUBREL, PUBCOMP}
_REASON = {CONNACK, *_ACKNOWLEDGEMENTS, SUBACK, UNSUBACK, DISCONNECT, AUTH}
_USERS = set(range(1, 16)) - {PINGREQ, PINGRESP}
# Table 2-4: identifier, type of the value, packets that may have it.
_PROPERTIES: dict[int, tuple[str, set[int]]] = {
    0x01: ("boolean", {PUBLISH}),
    0x02: ("u32", {PUBLISH}),
    0x03: ("text", {PUBLISH}),
    0x08: ("text", {PUBLISH}),
    0x09: ("binary", {PUBLISH}),
    0x0B: ("varint", {PUBLISH, SUBSCRIBE}),
    0x11: ("u32", {CONNECT, CONNACK, DISCONNECT}),
    0x12: ("text", {CONNACK}),
    0x13: ("u16", {CONNACK}),
    0x15: ("text", {CONNECT, CONNACK, AUTH}),
    0x16: ("binary", {CONNECT, CONNACK, AUTH}),
    0x17: ("boolean", {CONNECT}),
    0x19: ("boolean", {CONNECT}),
    0x1A: ("text", {CONNACK}),
    0x1C: ("text", {CONNACK, DISCONNECT}),
    0x1F: ("text", _REASON),
    0x21: ("u16", {CONNECT, CONNACK}),
    0x22: ("u16", {CONNECT, CONNACK}),
    0x23: ("u16", {PUBLISH}),
    0x24: ("boolean", {CONNACK}),
    0x25: ("boolean", {CONNACK}),
    0x26: ("pair", _USERS),
    0x27: ("u32", {CONNECT, CONNACK}),
    0x28: ("boolean", {CONNACK}),
    0x29: ("boolean", {CONNACK}),
    0x2A: ("boolean", {CONNACK}),
}
_USER_PROPERTY = 0x26
_SUBSCRIPTION_IDENTIFIER = 0x0B
_NOT_ZERO = {0x21, 0x23, 0x27, _SUBSCRIPTION_IDENTIFIER}

# Tables 3-8 and 3-9, and 3.9.3 of MQTT 3.1.1.
_CODES = {
    SUBACK: {0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2},
    UNSUBACK: {0, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91},
}
_CODES_3_1_1 = {SUBACK: {0, 1, 2, 0x80}}


class NotMqtt(ValueError):
    """Bytes that are no packet of the standard."""


class Incomplete(ValueError):
    """Bytes that are the beginning of a packet."""


class Packet(NamedTuple):
    """One packet: its first byte, its body, and where the next one begins."""

    header: int
    body: bytes
    stop: int

    @property
    def kind(self) -> int:
        """The type of table 2-1."""
        return self.header >> 4


def packets(data: bytes) -> Iterator[Packet]:
    """Split a stream.

    Raises:
        Incomplete: The last packet is cut off.
        NotMqtt: A first byte or a length that the standard does not know.
    """
    position = 0
    while position < len(data):
        packet = _first(data, position)
        yield packet
        position = packet.stop


def _first(data: bytes, start: int) -> Packet:
    header = data[start]
    kind, flags = header >> 4, header & 15
    if kind == 0:
        raise NotMqtt("type 0")
    if kind == PUBLISH:
        if flags & 6 == 6 or flags & 14 == 8:
            raise NotMqtt("flags of PUBLISH")
    elif flags != (2 if kind in {PUBREL, SUBSCRIBE, UNSUBSCRIBE} else 0):
        raise NotMqtt("reserved flags")
    length = 0
    for place in range(1, 5):
        if start + place >= len(data):
            raise Incomplete
        octet = data[start + place]
        length += (octet & 127) * 128 ** (place - 1)
        if octet < 128:
            stop = start + place + 1 + length
            if stop > len(data):
                raise Incomplete
            return Packet(header, data[start + place + 1 : stop], stop)
    raise NotMqtt("remaining length of five bytes")


class Body:
    """Reads the body of a packet from its beginning."""

    def __init__(self, data: bytes) -> None:
        self.left = data

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        if size > len(self.left):
            raise NotMqtt("too short")
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def number(self, size: int) -> int:
        """Return a big-endian integer."""
        return int.from_bytes(self.take(size), "big")

    def varint(self) -> int:
        """Return a variable byte integer (section 1.5.5)."""
        value = 0
        for place in range(4):
            octet = self.number(1)
            value += (octet & 127) << 7 * place
            if octet < 128:
                if place and not octet:
                    raise NotMqtt("longer than needed")
                return value
        raise NotMqtt("more than four bytes")

    def binary(self) -> bytes:
        """Return binary data (section 1.5.6)."""
        return self.take(self.number(2))

    def text(self) -> str:
        """Return a UTF-8 string (section 1.5.4)."""
        try:
            text = self.binary().decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotMqtt("no UTF-8") from error
        if "\0" in text:
            raise NotMqtt("U+0000")
        return text

    def properties(self, kind: int) -> dict[int, object]:
        """Return the properties of a packet (section 2.2.2)."""
        part = Body(self.take(self.varint()))
        found: dict[int, object] = {}
        while part.left:
            identifier = part.varint()
            form, allowed = _PROPERTIES.get(identifier, ("", set()))
            if kind not in allowed:
                raise NotMqtt("foreign property")
            may_repeat = identifier == _USER_PROPERTY or (
                identifier == _SUBSCRIPTION_IDENTIFIER and kind == PUBLISH
            )
            if identifier in found and not may_repeat:
                raise NotMqtt("property twice")
            found[identifier] = part.value(form)
            if identifier in _NOT_ZERO and not found[identifier]:
                raise NotMqtt("zero")
        return found

    def value(self, form: str) -> object:
        """Return the value of a property."""
        if form == "boolean":
            value = self.number(1)
            if value > 1:
                raise NotMqtt("neither 0 nor 1")
            return value
        if form == "pair":
            return self.text(), self.text()
        readers: dict[str, Callable[[], object]] = {
            "u16": lambda: self.number(2),
            "u32": lambda: self.number(4),
            "varint": self.varint,
            "text": self.text,
            "binary": self.binary,
        }
        return readers[form]()

    def end(self) -> None:
        """Check that nothing is left."""
        if self.left:
            raise NotMqtt("too long")


def check(packet: Packet, *, is_v5: bool) -> None:
    """Check the form of a packet that a connection holds after CONNECT.

    Raises:
        NotMqtt: It has another form than the standard gives it.
    """
    _FORMS[packet.kind](packet, Body(packet.body), is_v5)


def _publish(packet: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- one of many forms
    topic = body.text()
    if "+" in topic or "#" in topic:
        raise NotMqtt("wildcard in a topic name")
    if packet.header & 6 and not body.number(2):
        raise NotMqtt("packet id 0")
    alias = is_v5 and 0x23 in body.properties(PUBLISH)
    if not topic and not alias:
        raise NotMqtt("no topic")


def _acknowledgement(packet: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    if not body.number(2):
        raise NotMqtt("packet id 0")
    if is_v5 and body.left:
        body.number(1)
        if body.left:
            body.properties(packet.kind)
    body.end()


def _subscribe(packet: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    _identified(packet, body, is_v5=is_v5)
    if not body.left:
        raise NotMqtt("no filter")
    while body.left:
        topic_filter = _filter(body)
        if packet.kind != SUBSCRIBE:
            continue
        options = body.number(1)
        if options & 3 == 3 or options & (0xC0 if is_v5 else 0xFC) or options & 0x30 == 0x30:
            raise NotMqtt("subscription options")
        if topic_filter.startswith("$share/") and options & 4:
            raise NotMqtt("no local on a shared subscription")


def _filter(body: Body) -> str:
    text = body.text()
    levels = text.split("/")
    if (
        not text
        or "#" in levels[:-1]
        or any(("+" in one or "#" in one) and len(one) > 1 for one in levels)
    ):
        raise NotMqtt("topic filter")
    return text


def _suback(packet: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    _identified(packet, body, is_v5=is_v5)
    codes = body.take(len(body.left))
    if packet.kind == SUBACK or is_v5:
        allowed = (_CODES if is_v5 else _CODES_3_1_1)[packet.kind]
        if not codes or not set(codes) <= allowed:
            raise NotMqtt("reason codes")
    elif codes:
        raise NotMqtt("reason codes in 3.1.1")


def _identified(packet: Packet, body: Body, *, is_v5: bool) -> None:
    if not body.number(2):
        raise NotMqtt("packet id 0")
    if is_v5:
        body.properties(packet.kind)


def _connack(_: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    if body.number(1) > 1:
        raise NotMqtt("acknowledge flags")
    code = body.number(1)
    if is_v5:
        body.properties(CONNACK)
        if 0 < code < 0x80:
            raise NotMqtt("reason code")
    elif code > 5:
        raise NotMqtt("return code")
    body.end()


def _disconnect(_: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    if is_v5 and body.left:
        body.number(1)
        if body.left:
            body.properties(DISCONNECT)
    body.end()


def _empty(_: Packet, body: Body, is_v5: bool) -> None:  # noqa: ARG001, FBT001 -- see above
    body.end()


def _any(packet: Packet, body: Body, is_v5: bool) -> None:  # noqa: FBT001 -- see above
    """Leave a packet alone that is checked elsewhere, or refused for its type."""


_FORMS: dict[int, Callable[[Packet, Body, bool], None]] = {
    CONNECT: _any,
    CONNACK: _connack,
    PUBLISH: _publish,
    **dict.fromkeys(_ACKNOWLEDGEMENTS, _acknowledgement),
    SUBSCRIBE: _subscribe,
    UNSUBSCRIBE: _subscribe,
    SUBACK: _suback,
    UNSUBACK: _suback,
    PINGREQ: _empty,
    PINGRESP: _empty,
    DISCONNECT: _disconnect,
    AUTH: _any,
}
