"""What every device format shares: its answer, its faults and its settings.

A codec takes the bytes of one message and never raises on what they hold. Each bad element becomes
a `Fault` whose detail tells the device's owner what to do; the good elements of the same message
are still decoded. A message that is legitimate and carries no measurement, such as a Tasmota STATE,
gives neither records nor faults.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from twins.errors import DeviceFault
from twins.inputs import Handover, Milestone
from twins.readings import ClockSource, Reading


class Reason(enum.StrEnum):
    """Why an input, or an element of it, could not be used."""

    INVALID_JSON = "invalid_json"
    DUPLICATE_KEY = "duplicate_key"
    TOO_DEEPLY_NESTED = "too_deeply_nested"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    MISSING_UNIT = "missing_unit"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_QUANTITY = "unknown_quantity"
    NOT_A_NUMBER = "not_a_number"
    VALUE_TOO_LARGE = "value_too_large"
    NAIVE_TIME = "naive_time"
    INVALID_TIME = "invalid_time"
    TIME_IN_FUTURE = "time_in_future"
    INVALID_IDENTIFIER = "invalid_identifier"
    RESERVED_FIELD = "reserved_field"
    NO_READING = "no_reading"
    UNKNOWN_TOPIC = "unknown_topic"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    TOO_MANY_RECORDS = "too_many_records"
    FORMAT_FAILED = "format_failed"
    INVALID_PROTOBUF = "invalid_protobuf"
    BIRTH_MISSING = "birth_missing"
    TOO_MANY_BIRTHS = "too_many_births"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_SIGNER = "unknown_signer"
    UNSIGNED = "unsigned"
    WRONG_SIGNER = "wrong_signer"
    REPLAYED = "replayed"


class Fault(msgspec.Struct, frozen=True):
    """Why something of a message could not be used.

    Attributes:
        reason: The named reason, for counting.
        detail: What the device's owner has to change, in people's words.
    """

    reason: Reason
    detail: str


Record = Reading | Handover | Milestone
"""What a device can say."""


class Request(msgspec.Struct, frozen=True):
    """A message that the gateway shall publish, such as Sparkplug's rebirth command.

    Attributes:
        topic: Topic name.
        payload: The application message.
    """

    topic: str
    payload: bytes


class Memo(msgspec.Struct, frozen=True):
    """What a format has to know of earlier messages; kept with the batch that taught it.

    Attributes:
        key: What it is about, unique within the format.
        value: What to remember; empty forgets it.
    """

    key: str
    value: bytes


class Decoded(msgspec.Struct):
    """What one message says.

    Attributes:
        records: What could be used, in the order of the payload.
        faults: What could not be used, and why.
        requests: What the gateway shall publish in answer.
        memos: What the format must know after a restart.
    """

    records: list[Record] = msgspec.field(default_factory=list)
    faults: list[Fault] = msgspec.field(default_factory=list)
    requests: list[Request] = msgspec.field(default_factory=list)
    memos: list[Memo] = msgspec.field(default_factory=list)

    @property
    def needs_publish_identity(self) -> bool:
        """Whether a reading carries neither a time nor a counter of its own.

        Then only the PUBLISH itself tells a repetition from a second reading.
        """
        return any(
            isinstance(one, Reading) and one.seq is None and one.clock_source == ClockSource.GATEWAY
            for one in self.records
        )

    def add(self, reading: Reading) -> None:
        """Keep a reading."""
        self.records.append(reading)

    def refuse(self, refusal: Refusal, where: str = "") -> None:
        """Keep why an element could not be used; `where` names it for people."""
        self.faults.append(refusal.fault(where))


class Codec(Protocol):
    """One device format."""

    @property
    def name(self) -> str:
        """The format's name in settings and in the journal."""

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; `received_at` is in microseconds UTC."""


@runtime_checkable
class RememberingCodec(Codec, Protocol):
    """A format whose messages are read with what earlier ones taught."""

    def recall(self, memos: Iterable[Memo]) -> None:
        """Know again what was remembered before a restart."""

    def decode_again(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message that came earlier says by what is known today.

        Nothing is learnt from it and nothing asked for; `received_at` is when it came first.
        """


@runtime_checkable
class AddressedCodec(Codec, Protocol):
    """A format whose topics name the device that a message is of.

    A format that learns from messages has to be one, so that who may teach it is known before.
    """

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the device, None where the topic names none."""


SwiftReader = Callable[[bytes, int], "list[Reading] | None"]
"""From a payload and its time of arrival to its readings; None leaves it to `Codec.decode`."""

IsKnown = Callable[[str, str, str], bool]
"""Whether readings of (device, sensor, quantity) were taken before."""


class ShortWay(NamedTuple):
    """How the sound readings of one topic are read.

    What is read is exactly what `decode` gives, without faults; every series of it is known and
    every time is the device's own.

    Attributes:
        device: Id of the topic's device.
        read: Reads a payload.
        read_counted: The same, where every reading must carry the device's counter.
    """

    device: str
    read: SwiftReader
    read_counted: SwiftReader


@runtime_checkable
class SwiftCodec(Codec, Protocol):
    """A format with a short way for the sound readings that make up most of what it reads."""

    def swift(self, topic: str, is_known: IsKnown) -> ShortWay | None:
        """Return the short way for messages of a topic, None where there is none."""


class Guess(msgspec.Struct, frozen=True):
    """That a message looks like a format, and how it would be configured.

    Attributes:
        filter: Topic filter that would take messages of this kind.
        options: Options of the format that the message itself shows.
        certainty: 1 to 100; 100 where nothing else looks like this.
        needs: What a person must still say before anything is judged, such as "zone" or "unit of
            pressure"; nothing of it is assumed.
    """

    filter: str
    options: dict[str, object]
    certainty: int
    needs: tuple[str, ...] = ()


class CodecSettings(BaseModel):
    """Settings of every format.

    Attributes:
        future_tolerance_seconds: How far a device's clock may run ahead of the gateway's.
        future_time: What becomes of a time further ahead: `refuse` quarantines it, `gateway` takes
            the time of arrival and marks the clock as suspect.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    future_tolerance_seconds: int = Field(default=300, ge=0)
    future_time: Literal["refuse", "gateway"] = "refuse"

    @property
    def future_tolerance(self) -> int:
        """The tolerance in microseconds."""
        return self.future_tolerance_seconds * 1_000_000


class Refusal(DeviceFault):
    """An element of a message that breaks a rule; caught inside the codec and kept as a fault."""

    reason: ClassVar[Reason]

    def fault(self, where: str = "") -> Fault:
        """Return the fault to keep."""
        text = str(self)
        return Fault(self.reason, f"{where}: {text}" if where else text)


SHOWN_CHARACTERS = 60


def shown(value: object) -> str:
    """Return a value as a message for people shows it: short, printable, on one line."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
