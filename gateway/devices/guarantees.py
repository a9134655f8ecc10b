"""What is guaranteed for the readings of a device, by how they are seen to arrive.

Computed from what was observed of the device and never better than the worst of it: one message of
QoS 0 is enough for "may be lost".
"""

from __future__ import annotations

import enum
from collections.abc import Set as AbstractSet

import msgspec

from twins.readings import ClockSource


class Loss(enum.StrEnum):
    """Whether a reading can fail to reach the journal."""

    KEPT_FROM_A_FILE = "kept_from_a_file"
    KEPT_ONCE_ACKNOWLEDGED = "kept_once_acknowledged"
    KEPT_AS_THE_BROKER_KEEPS = "kept_as_the_broker_keeps"
    MAY_BE_LOST = "may_be_lost"


class Repetition(enum.StrEnum):
    """Whether a reading can be counted twice."""

    KNOWN_FROM_A_FILE = "known_from_a_file"
    KNOWN_BY_TIME = "known_by_time"
    KNOWN_BEHIND_THE_NETWORK = "known_behind_the_network"
    KNOWN_BY_COUNTER = "known_by_counter"
    TAKEN_ONCE_PER_SESSION = "taken_once_per_session"
    KNOWN_IF_MARKED = "known_if_marked"
    MAY_COUNT_TWICE = "may_count_twice"


class Order(enum.StrEnum):
    """In which order readings are judged."""

    AS_OBSERVED = "as_observed"
    AS_ARRIVED = "as_arrived"


class Time(enum.StrEnum):
    """Whose clock says when a reading was observed."""

    OF_A_FILE = "of_a_file"
    OF_THE_DEVICE = "of_the_device"
    OF_THE_NETWORK = "of_the_network"
    OF_ARRIVAL = "of_arrival"


class Authenticity(enum.StrEnum):
    """Who vouches that a reading is the device's."""

    SIGNED = "signed"
    SIGNED_BUT_REPEATABLE = "signed_but_repeatable"
    BY_FILE = "by_file"
    BY_CONNECTION = "by_connection"
    BY_BROKER = "by_broker"


Promise = Loss | Repetition | Order | Time | Authenticity

SENTENCES: dict[Promise, str] = {
    Loss.KEPT_FROM_A_FILE: (
        "Every reading that was taken from a file is kept; what was not taken, because the import "
        "was interrupted or the logger went on measuring, another import of the file or of a new "
        "export brings."
    ),
    Loss.KEPT_ONCE_ACKNOWLEDGED: (
        "No reading that the gateway has acknowledged is lost; the device sends again what was not "
        "acknowledged, as long as it keeps it."
    ),
    Loss.KEPT_AS_THE_BROKER_KEEPS: (
        "The broker acknowledges to the device before the gateway has a reading; until then it is "
        "kept as safely as the broker keeps it."
    ),
    Loss.MAY_BE_LOST: (
        "A reading may be lost before it reaches the gateway: it arrives with QoS 0, which nobody "
        "acknowledges."
    ),
    Repetition.KNOWN_FROM_A_FILE: (
        "The same file again, or a longer export of the same logger, counts nothing twice: each "
        "measurement is known by its time."
    ),
    Repetition.KNOWN_BY_TIME: (
        "A reading that arrives again is known by its own time and counted once."
    ),
    Repetition.KNOWN_BEHIND_THE_NETWORK: (
        "What the network or server sends again is counted once; a reading that the device itself "
        "sends them twice gets two times there, and is counted twice unless they sort it out."
    ),
    Repetition.KNOWN_BY_COUNTER: (
        "A reading that arrives again is known by the device's counter and counted once, unless "
        "many others came since; where the counter restarts and comes to an old number with its "
        "old value within two minutes, that reading may be taken for a repetition."
    ),
    Repetition.TAKEN_ONCE_PER_SESSION: (
        "A message is taken once (QoS 2) as long as nobody on its way loses the MQTT session; what "
        "the sender sends again after that is counted twice."
    ),
    Repetition.KNOWN_IF_MARKED: (
        "A message that the device sends again and marks as repeated is counted once within seven "
        "days; one that it sends again as new may be counted twice."
    ),
    Repetition.MAY_COUNT_TWICE: (
        "A reading that arrives again cannot be told from a new one, and is counted twice."
    ),
    Order.AS_OBSERVED: (
        "Readings are judged in the order of their own times, in whatever order they arrive."
    ),
    Order.AS_ARRIVED: (
        "Readings are judged in the order in which they arrive; one that was held up on the way "
        "stands at a wrong place."
    ),
    Time.OF_A_FILE: (
        "The time is that of the logger's clock, in the zone that the file or its importer stated; "
        "an error of the clock is not corrected."
    ),
    Time.OF_THE_DEVICE: (
        "The time is the device's own; an error of its clock is not corrected, and a time that "
        "lies ahead of the gateway by more than the tolerance is refused."
    ),
    Time.OF_THE_NETWORK: (
        "The time is that of the network or server that received the reading first; how long the "
        "device held it before is not seen."
    ),
    Time.OF_ARRIVAL: (
        "The time is that of arrival at the gateway; how long a reading was on its way is not "
        "seen, and one that was stored and sent later gets a wrong time."
    ),
    Authenticity.SIGNED: (
        "Each reading carries the device's signature: whoever forwards it can neither change it "
        "nor send an old one as new."
    ),
    Authenticity.SIGNED_BUT_REPEATABLE: (
        "Each reading carries the device's signature and cannot be changed; but nothing in it "
        "keeps whoever forwards it from sending an old one as new."
    ),
    Authenticity.BY_FILE: (
        "Readings are not signed: they are the logger's as surely as nobody changed the file "
        "before it was imported."
    ),
    Authenticity.BY_CONNECTION: (
        "Readings are not signed: they are the device's as surely as nobody else may connect or "
        "publish in its name."
    ),
    Authenticity.BY_BROKER: (
        "Readings are not signed: they are the device's as surely as the broker lets nobody else "
        "publish in its name and changes nothing itself."
    ),
}
"""What each promise says to people."""


class Observed(msgspec.Struct, frozen=True):
    """How the readings of a device were seen to arrive.

    Attributes:
        qos_lowest: Lowest QoS of any message with readings. A way in that answers after the commit
            and knows no packet ids, such as HTTP, counts as 1.
        via_broker: Whether any of them came through a broker.
        clock_sources: Whose clocks gave their times; empty before the first reading.
        has_seq: Whether every reading has the device's own counter.
        is_signed: Whether every reading has a signature of the device that was checked.
        from_file: Whether every reading was imported from the file of a logger.
    """

    qos_lowest: int
    via_broker: bool
    clock_sources: AbstractSet[ClockSource]
    has_seq: bool
    is_signed: bool
    from_file: bool = False


class Guarantee(msgspec.Struct, frozen=True):
    """What is guaranteed for the readings of a device, no better than the least of them."""

    loss: Loss
    repetition: Repetition
    order: Order
    time: Time
    authenticity: Authenticity

    def sentences(self) -> tuple[str, ...]:
        """Return what it says to people, one sentence for each promise."""
        return tuple(
            SENTENCES[promise]
            for promise in (self.loss, self.repetition, self.order, self.time, self.authenticity)
        )


_OF_FILES = Guarantee(
    loss=Loss.KEPT_FROM_A_FILE,
    repetition=Repetition.KNOWN_FROM_A_FILE,
    order=Order.AS_OBSERVED,
    time=Time.OF_A_FILE,
    authenticity=Authenticity.BY_FILE,
)


def guarantee(observed: Observed) -> Guarantee:
    """Return what is guaranteed for a device."""
    if observed.from_file:
        return _OF_FILES
    time = _time(observed)
    return Guarantee(
        loss=_loss(observed),
        repetition=_repetition(observed, time),
        order=Order.AS_ARRIVED if time is Time.OF_ARRIVAL else Order.AS_OBSERVED,
        time=time,
        authenticity=_authenticity(observed, time),
    )


def _loss(observed: Observed) -> Loss:
    if observed.qos_lowest == 0:
        return Loss.MAY_BE_LOST
    return Loss.KEPT_AS_THE_BROKER_KEEPS if observed.via_broker else Loss.KEPT_ONCE_ACKNOWLEDGED


def _time(observed: Observed) -> Time:
    if not observed.clock_sources or ClockSource.GATEWAY in observed.clock_sources:
        return Time.OF_ARRIVAL
    if ClockSource.NETWORK in observed.clock_sources:
        return Time.OF_THE_NETWORK
    return Time.OF_THE_DEVICE


def _repetition(observed: Observed, time: Time) -> Repetition:
    if time is Time.OF_THE_DEVICE:
        return Repetition.KNOWN_BY_TIME
    if time is Time.OF_THE_NETWORK:
        return Repetition.KNOWN_BEHIND_THE_NETWORK
    if observed.has_seq and ClockSource.NETWORK not in observed.clock_sources:
        return Repetition.KNOWN_BY_COUNTER
    exactly_once = 2
    if observed.qos_lowest == exactly_once:
        # A broker delivers the lower QoS of both ways (MQTT 5 §3.8.4), so both are exactly once.
        return Repetition.TAKEN_ONCE_PER_SESSION
    if observed.qos_lowest == 0 or observed.via_broker:
        # A broker passes on with DUP 0 what a device sent it twice (MQTT 5 §3.3.1.1).
        return Repetition.MAY_COUNT_TWICE
    return Repetition.KNOWN_IF_MARKED


def _authenticity(observed: Observed, time: Time) -> Authenticity:
    if observed.is_signed:
        # A time within the signed payload makes a copy the same reading; of signed readings without
        # one, only counters beyond all before are taken.
        is_unique = time is not Time.OF_ARRIVAL or observed.has_seq
        return Authenticity.SIGNED if is_unique else Authenticity.SIGNED_BUT_REPEATABLE
    return Authenticity.BY_BROKER if observed.via_broker else Authenticity.BY_CONNECTION
