"""Which devices send messages that no format reads, and what formats would make of them.

Nothing is decided here, and nothing of unit or zone is assumed: a person chooses a format, answers
what it still needs, and only then is anything judged. This module is pure.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import msgspec

from gateway.codecs.base import Codec, Decoded, Fault, Guess
from gateway.codecs.recognition import CLEAR, UNLIKELY, guessed, joined
from gateway.codecs.registry import InvalidCodecOption, codec_named
from gateway.devices.clocks import offset_us
from gateway.devices.configuring import Configured, own_filter
from gateway.devices.guarantees import Observed, guarantee
from gateway.devices.questions import Question, questions
from gateway.mqtt.topics import matches
from twins.readings import ClockSource, Reading

PREVIEWED = 20
"""Readings and faults that are shown of a device."""

_TOPICS_REMEMBERED = 2_048


class Heard(msgspec.Struct, frozen=True):
    """The newest messages of one topic that no format reads.

    Attributes:
        topic: Topic name.
        client: Client id of the newest.
        messages: How many are kept.
        first_at: When the oldest of them came, microseconds UTC.
        last_at: When the newest came.
        payloads: The newest with their times of arrival, oldest first.
        qos: QoS of the newest, None where that is not known (any more).
        via_broker: Whether it came through a broker.
    """

    topic: str
    client: str
    messages: int
    first_at: int
    last_at: int
    payloads: tuple[tuple[int, bytes], ...]
    qos: int | None = None
    via_broker: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """A format that a device's messages may be of.

    Attributes:
        codec: Name of the format.
        guess: How it would be configured for all devices of this kind, and what it still needs.
        own_filter: Topic filter of this device alone.
        readings: The device's readings as far as the format reads them without answers.
        faults: What it could not use.
        is_in_force: Whether it reads the device's topics by now; its options are what it is set to.
        clock_offset_us: How far the device's clock is ahead by it, see `clocks`; None where no
            reading tells, and where it is not in force.
    """

    codec: str
    guess: Guess
    own_filter: str
    readings: tuple[Reading, ...]
    faults: tuple[Fault, ...]
    is_in_force: bool = False
    clock_offset_us: int | None = None


class Unread(msgspec.Struct, frozen=True):
    """A device whose messages no format reads, as far as devices can be told apart.

    Attributes:
        device: Its id, empty where the messages do not show it without answers.
        heard: Its topics.
        candidates: Formats that it may speak, the likeliest first.
    """

    device: str
    heard: tuple[Heard, ...]
    candidates: tuple[Candidate, ...]

    @property
    def name(self) -> str:
        """Id of the device, else its first topic."""
        return self.device or self.heard[0].topic

    @property
    def messages(self) -> int:
        """How many messages are kept."""
        return sum(one.messages for one in self.heard)

    @property
    def first_at(self) -> int:
        """When the oldest kept message came."""
        return min(one.first_at for one in self.heard)

    @property
    def newest(self) -> Heard:
        """The topic that was heard last."""
        return max(self.heard, key=lambda one: one.last_at)

    @property
    def is_without_readings(self) -> bool:
        """Whether its format is known, needs nothing, and finds no reading in its messages."""
        if not self.candidates or self.candidates[0].guess.certainty < CLEAR:
            return False
        return not any(one.readings or one.faults or one.guess.needs for one in self.candidates)

    def messages_in_order(self) -> list[tuple[str, bytes]]:
        """Return topic and payload of the newest messages, in order of arrival."""
        return [(topic, payload) for _, topic, payload in _in_order(self.heard)]

    def asked(self, candidate: Candidate) -> tuple[Question, ...]:
        """Return what a person must say before a format can read it."""
        return questions(candidate.guess.needs, self.heard[0].topic, candidate.codec)


class Preview(msgspec.Struct, frozen=True):
    """What a configured format makes of a device's messages.

    Attributes:
        readings: By device, oldest first.
        faults: What it could not use.
        clock_offset_us: How far the clock is ahead by it, see `clocks`; None where nothing tells.
    """

    readings: dict[str, tuple[Reading, ...]]
    faults: tuple[Fault, ...]
    clock_offset_us: int | None


def unread_devices(heard: Sequence[Heard]) -> tuple[Unread, ...]:
    """Return the devices behind topics that no format reads, the surest format first."""
    groups: dict[tuple[str, str], _Group] = {}
    for one in heard:
        payloads = tuple(payload for _, payload in one.payloads)
        for codec, guess in _guesses(one.topic, payloads):
            key = (codec, own_filter(codec, guess.filter, one.topic))
            if key in groups:
                groups[key].add(one, guess)
            else:
                groups[key] = _Group(*key, one, guess)
    devices: dict[str, Unread] = {}
    owners: dict[str, str] = {}
    for group in sorted(groups.values(), key=lambda one: -one.certainty):
        for unread in group.devices():
            if not is_aside(unread, devices.keys()):
                _merge(unread, devices, owners)
    for one in heard:
        if one.topic not in owners:
            _merge(_unrecognised(one, devices), devices, owners)
    found = (one for one in devices.values() if not one.is_without_readings)
    return tuple(sorted(found, key=_surest_first))


def is_aside(unread: Unread, devices: Container[str]) -> bool:
    """Tell whether topics are only what a known device tells beside its readings.

    Such as Tasmota's STATE beside its SENSOR: a level names the device, and little speaks for any
    format.
    """
    if unread.device or any(one.guess.certainty >= UNLIKELY for one in unread.candidates):
        return False
    return all(any(level in devices for level in one.topic.split("/")) for one in unread.heard)


def previewed(configured: Configured, heard: Sequence[Heard]) -> Preview:
    """Return what a configured format makes of messages.

    Raises:
        InvalidCodecOption: The configuration lacks something, or an answer cannot be one.
    """
    codec = codec_named(configured.codec, configured.options)
    readings: dict[str, list[Reading]] = {}
    faults: list[Fault] = []
    arrivals: list[tuple[int, Reading]] = []
    for received_at, topic, payload in _in_order(heard):
        if matches(configured.filter, topic):
            decoded = codec.decode(topic, payload, received_at)
            faults += decoded.faults
            for reading in _readings(decoded):
                readings.setdefault(reading.device, []).append(reading)
                arrivals.append((received_at, reading))
    by_device = {device: tuple(own) for device, own in readings.items()}
    return Preview(by_device, tuple(faults), offset_us(arrivals))


def expected(unread: Unread, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return what would be guaranteed for a device, as its newest messages came.

    Nothing where it is not known how they came.
    """
    ways = [(one.qos, one.via_broker) for one in unread.heard if one.qos is not None]
    if len(ways) < len(unread.heard) or not readings:
        return ()
    observed = Observed(
        qos_lowest=min(qos for qos, _ in ways),
        via_broker=any(via_broker for _, via_broker in ways),
        clock_sources={ClockSource(one.clock_source) for one in readings},
        has_seq=all(one.seq is not None for one in readings),
        is_signed=all(one.signature is not None for one in readings),
    )
    return guarantee(observed).sentences()


class _Group:
    """Topics that one format would read as one kind of device."""

    def __init__(self, codec: str, topic_filter: str, first: Heard, guess: Guess) -> None:
        self._codec = codec
        self._filter = topic_filter
        self._heard = [first]
        self._guess = guess

    def add(self, heard: Heard, guess: Guess) -> None:
        if self._heard[-1] is not heard:
            self._heard.append(heard)
        self._guess = joined(self._guess, guess)

    @property
    def certainty(self) -> int:
        return self._guess.certainty

    def devices(self) -> Iterator[Unread]:
        """Yield each device of the group; a topic that shows none goes with it, or by itself."""
        topics, readings, faults = self._decoded()
        if len(readings) <= 1:
            device = next(iter(readings), "")
            yield self._unread(device, self._heard, readings.get(device, ()), faults)
            return
        for device, own in readings.items():
            heard = [one for one in self._heard if one.topic in topics[device]]
            yield self._unread(device, heard, own, faults)
        shown = set().union(*topics.values())
        for one in self._heard:
            if one.topic not in shown:
                yield self._unread("", [one], (), faults)

    def _decoded(
        self,
    ) -> tuple[dict[str, set[str]], dict[str, list[Reading]], dict[str, list[Fault]]]:
        """Return topics and readings of each device, and the faults of each topic."""
        topics: dict[str, set[str]] = {}
        readings: dict[str, list[Reading]] = {}
        faults: dict[str, list[Fault]] = {}
        codec = _codec(self._codec, self._guess.options)
        for received_at, topic, payload in _in_order(self._heard):
            decoded = codec.decode(topic, payload, received_at) if codec else Decoded()
            faults.setdefault(topic, []).extend(decoded.faults)
            for reading in _readings(decoded):
                topics.setdefault(reading.device, set()).add(topic)
                readings.setdefault(reading.device, []).append(reading)
        return topics, readings, faults

    def _unread(
        self,
        device: str,
        heard: Sequence[Heard],
        readings: Sequence[Reading],
        faults: Mapping[str, list[Fault]],
    ) -> Unread:
        own_faults = [fault for one in heard for fault in faults[one.topic]]
        candidate = Candidate(
            self._codec,
            self._guess,
            self._filter,
            tuple(readings[-PREVIEWED:]),
            tuple(own_faults[-PREVIEWED:]),
        )
        return Unread(device, tuple(heard), (candidate,))


def _merge(unread: Unread, devices: dict[str, Unread], owners: dict[str, str]) -> None:
    """Add a device, or join it with the one that is known by its id or has all of its topics."""
    claimed = {owners.get(one.topic, "") for one in unread.heard}
    name = unread.name
    if name not in devices and not unread.device and len(claimed) == 1 and "" not in claimed:
        name = claimed.pop()
    known = devices.get(name)
    if known is None:
        known = unread
    else:
        have = {one.topic for one in known.heard}
        more = tuple(one for one in unread.heard if one.topic not in have)
        is_clear = any(one.guess.certainty >= CLEAR for one in known.candidates)
        added = [
            one for one in unread.candidates if one.guess.certainty >= UNLIKELY or not is_clear
        ]
        known = Unread(known.device, known.heard + more, (*known.candidates, *added))
    devices[name] = known
    for one in unread.heard:
        owners.setdefault(one.topic, name)


def _unrecognised(heard: Heard, devices: Mapping[str, Unread]) -> Unread:
    """Return what a topic that shows no format belongs to: a device that it names, or a new one."""
    for level in heard.topic.split("/"):
        if level in devices and devices[level].device:
            return Unread(level, (heard,), ())
    return Unread("", (heard,), ())


def _surest_first(unread: Unread) -> tuple[int, str]:
    return (-max((one.guess.certainty for one in unread.candidates), default=0), unread.name)


@functools.lru_cache(maxsize=_TOPICS_REMEMBERED)
def _guesses(topic: str, payloads: tuple[bytes, ...]) -> tuple[tuple[str, Guess], ...]:
    """Return what the messages of one topic look like.

    People look again and again at topics of which some have new messages.
    """
    found = guessed([(topic, payload) for payload in payloads])
    return tuple((codec, guess) for (codec, _), guess in found.items())


def _in_order(heard: Iterable[Heard]) -> list[tuple[int, str, bytes]]:
    return sorted(
        (
            (received_at, one.topic, payload)
            for one in heard
            for received_at, payload in one.payloads
        ),
        key=lambda message: message[0],
    )


def _readings(decoded: Decoded) -> list[Reading]:
    return [one for one in decoded.records if isinstance(one, Reading)]


def _codec(name: str, options: Mapping[str, object]) -> Codec | None:
    """Return a format's codec, None where its options want a person's answers."""
    try:
        return codec_named(name, options)
    except InvalidCodecOption:
        return None
