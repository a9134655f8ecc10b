"""The nodes that the gateway knows: their births, their sequence, and how many there may be."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.codecs.base import Memo
from gateway.codecs.refusals import InvalidName

from .births import Birth
from .metrics import Metrics, Row, Table
from .refusals import TooManyBirths
from .settings import SparkplugSettings
from .topics import Place, Topics

_SEQUENCE = 256
_NODE_NAMES = 2
_MOST_QUESTIONS = 5
"""Requests for rebirth within one interval, however often the node answers."""


class Node:
    """An edge node with its devices.

    Attributes:
        name: `group/node`.
        birth: Its own BIRTH.
        devices: The BIRTHs of its devices by their sources.
        answers_since: Since when its NBIRTH describes what the node sends, microseconds UTC.
    """

    __slots__ = (
        "_asked_at",
        "_is_asked",
        "_last_seq",
        "_questions",
        "answers_since",
        "birth",
        "devices",
        "name",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.birth = Birth(name)
        self.devices: dict[str, Birth] = {}
        self.answers_since = 0
        self._last_seq: int | None = None
        self._asked_at = 0
        self._questions = 0
        self._is_asked = False

    @property
    def births(self) -> Iterable[Birth]:
        """Its own BIRTH and those of its devices."""
        return (self.birth, *self.devices.values())

    def begin(self, seq: int | None, received_at: int) -> int:
        """Begin with an NBIRTH, which ends those of the devices; return since when it holds.

        It answers for what could not be read before it, unless the node had died in between.
        """
        lacking_since = self.birth.lacking_since
        self.answers_since = received_at if lacking_since is None else lacking_since
        self.birth.era = received_at
        self._last_seq = (seq or 0) % _SEQUENCE
        self._is_asked = False
        for device in self.devices.values():
            device.end(received_at)
        return self.answers_since

    def since(self, device: Birth, received_at: int) -> int:
        """Return since when a DBIRTH that comes now describes what the device sends."""
        is_first = not device.body or device.ended_at == self.birth.era
        return self.answers_since if is_first and self.birth.is_in_force else received_at

    def end(self, received_at: int) -> None:
        """End with an NDEATH, which ends the devices too."""
        if any(birth.is_in_force for birth in self.births):
            self.birth.era = received_at
        for birth in self.births:
            birth.end(received_at)
        self.birth.lacking_since = None
        self._last_seq = None

    def follows(self, seq: int | None) -> bool:
        """Return whether a message comes next, and count it (Sparkplug 3.0 section 6.4.5).

        A repetition is in order. A message without `seq` says nothing, or is the 0 that some
        encoders leave out. After a restart any message comes next.
        """
        expected = None if self._last_seq is None else (self._last_seq + 1) % _SEQUENCE
        if seq is None:
            self._last_seq = 0 if expected == 0 else None
            return True
        seq %= _SEQUENCE
        is_in_order = expected is None or seq in (expected, self._last_seq)
        self._last_seq = seq
        return is_in_order

    def may_be_asked(self, received_at: int, interval: int) -> bool:
        """Return whether it is time to ask for a rebirth, and note that it was.

        A node is asked once until it answers, and again after the interval. One that errs again
        after each answer is not asked without end.
        """
        if not 0 <= received_at - self._asked_at < interval:
            self._asked_at = received_at
            self._questions = 0
        elif self._is_asked or self._questions >= _MOST_QUESTIONS:
            return False
        self._questions += 1
        self._is_asked = True
        return True


class Nodes:
    """Every node that is known.

    Args:
        settings: Their most number.
        table: What metrics measure.
        topics: Ids of devices.
    """

    def __init__(self, settings: SparkplugSettings, table: Table, topics: Topics) -> None:
        self._settings = settings
        self._table = table
        self._topics = topics
        self._nodes: dict[str, Node] = {}
        self._idle: dict[str, None] = {}
        self._births = 0
        self._metrics = 0

    def birth(self, place: Place) -> Birth | None:
        """Return the BIRTH of a node or device, where it is known."""
        node = self._nodes.get(place.node)
        if node is None:
            return None
        return node.birth if place.source == place.node else node.devices.get(place.source)

    def node(self, name: str, memos: list[Memo]) -> Node:
        """Return a node, a new one where it is not known.

        Raises:
            TooManyBirths: There is no room for another.
        """
        node = self._nodes.get(name)
        if node is None:
            self._make_room(births=1, metrics=0, memos=memos, keep="")
            node = self._nodes[name] = Node(name)
            self._idle[name] = None
            self._births += 1
        return node

    def device(self, node: Node, source: str, memos: list[Memo]) -> Birth:
        """Return the birth of a device, a new one where it is not known.

        Raises:
            TooManyBirths: There is no room for another.
        """
        birth = node.devices.get(source)
        if birth is None:
            self._make_room(births=1, metrics=0, memos=memos, keep=node.name)
            birth = node.devices[source] = Birth(source)
            self._births += 1
        return birth

    def admit(self, node: Node, birth: Birth, count: int, memos: list[Memo]) -> None:
        """Make room for the metrics of a birth in place of those that it has.

        Raises:
            TooManyBirths: There is no room for them.
        """
        more = count - len(birth.metrics.names)
        self._make_room(births=0, metrics=more, memos=memos, keep=node.name)
        self._metrics += more

    def note_activity(self, node: Node) -> None:
        """Note whether a node is alive; those that are not make room first."""
        if node.birth.is_in_force:
            self._idle.pop(node.name, None)
        else:
            self._idle[node.name] = None

    def recall(self, memos: Iterable[Memo]) -> None:
        """Know again what was noted; what cannot be read any more is asked for anew."""
        for memo in sorted(memos, key=lambda memo: memo.key.count("/")):
            if not memo.value:
                continue
            names = memo.key.split("/")
            name = "/".join(names[:_NODE_NAMES])
            node = self._nodes.setdefault(name, Node(name))
            birth = node.birth
            if len(names) > _NODE_NAMES:
                birth = node.devices.setdefault(memo.key, Birth(memo.key))
            self._recall(node, birth, memo)
            self.note_activity(node)
        self._births = sum(1 for node in self._nodes.values() for _ in node.births)
        self._metrics = sum(
            len(birth.metrics.names) for node in self._nodes.values() for birth in node.births
        )

    def _recall(self, node: Node, birth: Birth, memo: Memo) -> None:
        def metrics_of(rows: list[Row]) -> Metrics:
            device = self._topics.device(memo.key)
            return Metrics(self._table.definition(device, row) for row in rows)

        try:
            birth.recall(memo.value, metrics_of)
        except (msgspec.DecodeError, InvalidName):
            return
        if birth is node.birth:
            node.answers_since = birth.era
        if birth.era != node.birth.era:
            birth.end(node.birth.era)

    def _make_room(self, *, births: int, metrics: int, memos: list[Memo], keep: str) -> None:
        while exceeded := self._exceeded(births, metrics):
            name = next((name for name in self._idle if name != keep), None)
            if name is None:
                raise TooManyBirths(*exceeded)
            self._forget(name, memos)

    def _exceeded(self, births: int, metrics: int) -> tuple[str, int] | None:
        """Return the setting that has no room for so many more, and its value."""
        if self._births + births > self._settings.maximum_births:
            return "maximum_births", self._settings.maximum_births
        if metrics > 0 and self._metrics + metrics > self._settings.maximum_metrics:
            return "maximum_metrics", self._settings.maximum_metrics
        return None

    def _forget(self, name: str, memos: list[Memo]) -> None:
        del self._idle[name]
        for birth in self._nodes.pop(name).births:
            self._births -= 1
            self._metrics -= len(birth.metrics.names)
            memos.append(Memo(birth.source, b""))
