"""What every device format shares: its answer, its faults and its settings.

A codec takes the bytes of one message and never raises on what they hold. Each bad element becomes
a `Fault` whose detail tells the device's owner what to do; the good elements of the same message
are still decoded. A message that is legitimate and carries no measurement, such as a Tasmota STATE,
gives neither records nor faults.
"""

from __future__ import annotations

import enum
from typing import ClassVar, Protocol

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


class Decoded(msgspec.Struct):
    """What one message says.

    Attributes:
        records: What could be used, in the order of the payload.
        faults: What could not be used, and why.
        needs_publish_identity: Whether a reading carries neither a time nor a counter of its own,
            so that only the PUBLISH itself tells a repetition from a second reading.
    """

    records: list[Record] = msgspec.field(default_factory=list)
    faults: list[Fault] = msgspec.field(default_factory=list)
    needs_publish_identity: bool = False

    def add(self, reading: Reading) -> None:
        """Keep a reading."""
        self.records.append(reading)
        if reading.seq is None and reading.clock_source == ClockSource.GATEWAY:
            self.needs_publish_identity = True

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


class CodecSettings(BaseModel):
    """Settings of every format.

    Attributes:
        future_tolerance_seconds: How far a device's clock may run ahead of the gateway's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    future_tolerance_seconds: int = Field(default=300, ge=0)

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
