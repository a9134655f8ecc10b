"""Sparkplug B 3.0 (Eclipse Foundation, 2022): edge nodes, their devices, BIRTH, DATA and DEATH.

A BIRTH says once what each metric is: name, alias, data type and, as property `engUnit`, unit; DATA
may carry the alias alone. What a metric measures stands in the settings, for no unit and no name
says that it is a measurement of the goods and not, say, a set point. Its unit stands there or in
the BIRTH. A number that no setting names is reported; texts, truth values and what the protocol
itself needs carry no reading.

BIRTHs are given out as memos, so that DATA is read after a restart too. Where a message is missing
(`seq` 0 to 255 over a node and its devices) or a BIRTH is, the node is asked for a rebirth. What
can be read without it is read; the rest is a fault, and `decode_again` reads it once the BIRTH is
known. Time is that of the metric, else of the message, else the gateway's.

A metric of quality bad or stale becomes a reading with `Quality.SENTINEL`. Null states no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .base import Codec, Decoded, Memo, Refusal, Request
from .refusals import UnknownTopic
from .sparkplug.births import Birth, body_of
from .sparkplug.metrics import Metrics, Table
from .sparkplug.nodes import Node, Nodes
from .sparkplug.protobuf import Payload, read_payload, rebirth_command
from .sparkplug.reader import Arrival, Defined, Reader, session_of
from .sparkplug.settings import SparkplugSettings
from .sparkplug.topics import Place, Topics, command_topic, is_of_host

_MILLISECOND = 1000


class SparkplugCodec:
    """Decodes Sparkplug B."""

    name = "sparkplug_b"

    def __init__(self, settings: SparkplugSettings) -> None:
        self._settings = settings
        self._topics = Topics(settings.devices)
        self._table = Table(settings)
        self._nodes = Nodes(settings, self._table, self._topics)
        self._takers: dict[str, Callable[[Node, Arrival], None]] = {
            "NBIRTH": self._node_birth,
            "DBIRTH": self._device_birth,
            "NDATA": self._data,
            "DDATA": self._data,
            "NDEATH": self._node_death,
            "DDEATH": self._device_death,
        }

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the node or device that speaks on a topic, None where none does."""
        try:
            place = self._place(topic)
        except UnknownTopic:
            return None
        return None if place is None else place.device or None

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says, and remember what it teaches of later ones."""
        decoded = Decoded()
        try:
            place = self._place(topic)
            if place is not None:
                node = self._nodes.node(place.node, decoded.memos)
                message = self._message(node, place, payload, received_at, decoded)
                self._takers[place.kind](node, Arrival(place, message, received_at, decoded))
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    def decode_again(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message that came earlier says by what is known today.

        Nothing is remembered of it and nothing asked for. A BIRTH counts for the messages that came
        while it held: aliases may have another meaning in the next session.

        Args:
            topic: Topic name.
            payload: The application message.
            received_at: When it came first, microseconds UTC.
        """
        decoded = Decoded()
        try:
            place = self._place(topic)
            if place is None or place.kind.endswith("DEATH"):
                return decoded
            arrival = Arrival(place, read_payload(payload), received_at, decoded)
            reader = Reader(self._settings, self._table, arrival)
            if place.kind.endswith("BIRTH"):
                defined = reader.define()
                reader.take_birth(defined, self._metrics(place, defined))
            else:
                birth = self._nodes.birth(place)
                has_held = birth is not None and birth.held_at(received_at)
                reader.take_data(birth.metrics if birth is not None and has_held else None)
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    def recall(self, memos: Iterable[Memo]) -> None:
        """Know again what was remembered before a restart; a memo that is none is passed over."""
        self._nodes.recall(memos)

    def _place(self, topic: str) -> Place | None:
        """Return where a message belongs, None where it is of no node or a command to one."""
        if is_of_host(topic):
            return None
        place = self._topics.place(topic)
        return place if place.kind in self._takers else None

    def _message(
        self, node: Node, place: Place, payload: bytes, received_at: int, decoded: Decoded
    ) -> Payload:
        try:
            return read_payload(payload)
        except Refusal:
            # What the BIRTH would have changed is not known, so the one before holds no longer.
            if place.kind == "NBIRTH":
                node.end(received_at)
                node.birth.note(decoded.memos)
                self._nodes.note_activity(node)
            elif place.kind == "DBIRTH" and place.source in node.devices:
                device = node.devices[place.source]
                device.end(received_at)
                device.note(decoded.memos)
            raise

    def _node_birth(self, node: Node, arrival: Arrival) -> None:
        reader = Reader(self._settings, self._table, arrival)
        defined = reader.define()
        session = session_of(metric for metric, _ in defined)
        since = node.begin(arrival.message.seq, arrival.received_at)
        self._begin(node, node.birth, arrival, defined, session, since)
        reader.take_birth(defined, node.birth.metrics)

    def _device_birth(self, node: Node, arrival: Arrival) -> None:
        self._follow(node, arrival)
        if not node.birth.is_in_force:
            self._ask(node, arrival)
        device = self._nodes.device(node, arrival.place.source, arrival.decoded.memos)
        reader = Reader(self._settings, self._table, arrival)
        defined = reader.define()
        since = node.since(device, arrival.received_at)
        self._begin(node, device, arrival, defined, node.birth.session, since)
        reader.take_birth(defined, device.metrics)

    def _begin(
        self,
        node: Node,
        birth: Birth,
        arrival: Arrival,
        defined: Defined,
        session: int | None,
        since: int,
    ) -> None:
        """Remember a BIRTH in place of the one before, which ends even where there is no room."""
        memos = arrival.decoded.memos
        body = body_of([row for _, row in defined])
        metrics = birth.metrics if body == birth.body else self._metrics(arrival.place, defined)
        birth.end(arrival.received_at)
        try:
            self._nodes.admit(node, birth, len(metrics.names), memos)
            birth.begin(body, metrics, session, node.birth.era, since)
        finally:
            birth.note(memos)
            self._nodes.note_activity(node)

    def _data(self, node: Node, arrival: Arrival) -> None:
        self._follow(node, arrival)
        birth = self._nodes.birth(arrival.place)
        in_force = birth if birth is not None and birth.is_in_force else None
        reader = Reader(self._settings, self._table, arrival)
        reader.take_data(None if in_force is None else in_force.metrics)
        if in_force is not None and reader.unit_changed:
            # Other metrics may have changed too; all that is known of the source ends here.
            in_force.end(arrival.received_at)
            in_force.note(arrival.decoded.memos)
        if reader.needs_birth and node.birth.lacking_since is None:
            node.birth.lacking_since = arrival.received_at
            node.birth.note(arrival.decoded.memos)
        if in_force is None or reader.asks_birth:
            self._ask(node, arrival)

    def _node_death(self, node: Node, arrival: Arrival) -> None:
        session = session_of(Reader(self._settings, self._table, arrival).metrics())
        if session is not None and node.birth.session not in (None, session):
            return  # the will of an earlier session, which came late (section 6.4.25)
        node.end(arrival.received_at)
        node.birth.note(arrival.decoded.memos)
        self._nodes.note_activity(node)

    def _device_death(self, node: Node, arrival: Arrival) -> None:
        self._follow(node, arrival)
        device = node.devices.get(arrival.place.source)
        if device is None:
            # What was not understood of it before cannot be told from what comes after.
            node.birth.lacking_since = None
            node.birth.note(arrival.decoded.memos)
        else:
            device.end(arrival.received_at)
            device.note(arrival.decoded.memos)

    def _follow(self, node: Node, arrival: Arrival) -> None:
        """Count a message, and ask for a rebirth where one before it is missing."""
        if not node.follows(arrival.message.seq):
            self._ask(node, arrival)

    def _ask(self, node: Node, arrival: Arrival) -> None:
        """Ask a node for its BIRTHs (section 6.4.23), unless it was asked a short while ago."""
        if node.may_be_asked(arrival.received_at, self._settings.rebirth_interval):
            command = rebirth_command(max(arrival.received_at, 0) // _MILLISECOND)
            arrival.decoded.requests.append(Request(command_topic(node.name), command))

    def _metrics(self, place: Place, defined: Defined) -> Metrics:
        return Metrics(self._table.definition(place.device, row) for _, row in defined)


def codec(settings: SparkplugSettings) -> Codec:
    """Return the codec of these settings."""
    return SparkplugCodec(settings)
