"""Every rule that an element of a message can break, one class per rule.

```
Refusal
├── InvalidJson, DuplicateKey, TooDeeplyNested, NotAnObject      the payload as a whole
├── MissingField, InvalidField, ReservedField, InvalidName       a field
├── MissingUnit, UnknownUnit, UnknownQuantity                    what is measured
├── NotANumber, ValueTooLarge                                    the value
├── NaiveTime, InvalidTime, TimeInFuture                         the time
├── NoReading, UnknownTopic, PayloadTooLarge, TooManyRecords     the message as a whole
└── BadSignature, UnknownSigner, Unsigned, Replayed              who says it
```
"""

from __future__ import annotations

from twins.readings import MICROSECONDS

from .base import Reason, Refusal, shown
from .wrong_zone import span_text, zone_error_us


class InvalidJson(Refusal):
    """The payload is no JSON text (RFC 8259)."""

    reason = Reason.INVALID_JSON

    def __init__(self, problem: str) -> None:
        super().__init__(f"the payload is not JSON: {problem}; send UTF-8 JSON (RFC 8259)")


class DuplicateKey(Refusal):
    """An object names a key twice (RFC 7493 section 2.3 forbids it)."""

    reason = Reason.DUPLICATE_KEY

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {shown(key)} stands twice in one object; send it once")


class TooDeeplyNested(Refusal):
    """The payload nests deeper than any device format."""

    reason = Reason.TOO_DEEPLY_NESTED

    def __init__(self) -> None:
        super().__init__("the payload is nested too deeply; send a flat object")


class NotAnObject(Refusal):
    """Something else stands where a JSON object belongs."""

    reason = Reason.NOT_AN_OBJECT

    def __init__(self, found: object) -> None:
        super().__init__(f"a JSON object belongs here, found {shown(found)}")


class MissingField(Refusal):
    """A field that the format needs is absent."""

    reason = Reason.MISSING_FIELD

    def __init__(self, field: str, remedy: str = "") -> None:
        super().__init__(f"{field} is missing; {remedy or f'send {field}'}")


class InvalidField(Refusal):
    """A field holds something that it must not hold."""

    reason = Reason.INVALID_FIELD

    def __init__(self, field: str, found: object, allowed: str) -> None:
        super().__init__(f"{field} is {shown(found)}, allowed is {allowed}")


class ReservedField(Refusal):
    """A field has a meaning that this version does not act on; ignoring it would mislead."""

    reason = Reason.RESERVED_FIELD

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is reserved and not checked by this version; send without it")


class InvalidName(Refusal):
    """An id or the name of a sensor breaks the rules of ids."""

    reason = Reason.INVALID_IDENTIFIER

    def __init__(self, problem: str) -> None:
        super().__init__(problem)


class MissingUnit(Refusal):
    """A value comes without its unit; no unit is ever assumed."""

    reason = Reason.MISSING_UNIT

    def __init__(self, quantity: str, known: str) -> None:
        super().__init__(f"{quantity} has no unit; send one of {known}")


class UnknownUnit(Refusal):
    """The unit does not measure the quantity, or is not known."""

    reason = Reason.UNKNOWN_UNIT

    def __init__(self, quantity: str, unit: object, known: str) -> None:
        super().__init__(f"{shown(unit)} is no unit of {quantity}; send one of {known}")


class UnknownQuantity(Refusal):
    """The quantity is none that a record may name."""

    reason = Reason.UNKNOWN_QUANTITY

    def __init__(self, quantity: object, known: str) -> None:
        super().__init__(f"{shown(quantity)} is no known quantity; send one of {known}")


class NotANumber(Refusal):
    """NaN, an infinity, a string, a truth value or null stands where a number belongs."""

    reason = Reason.NOT_A_NUMBER

    def __init__(self, value: object) -> None:
        super().__init__(f"{shown(value)} is not a finite number; send a JSON number")


class ValueTooLarge(Refusal):
    """The value cannot be written as an integer of canonical JSON."""

    reason = Reason.VALUE_TOO_LARGE

    def __init__(self, quantity: str, value: float) -> None:
        super().__init__(f"{quantity} of {value!r} is beyond what a record can hold (2^53 - 1)")


class NaiveTime(Refusal):
    """A time without offset names no moment, and no zone is configured for it."""

    reason = Reason.NAIVE_TIME

    def __init__(self, text: str) -> None:
        super().__init__(
            f"the time {shown(text)} has no offset; send one such as +02:00, or configure the "
            "device's zone"
        )


class InvalidTime(Refusal):
    """A time names no moment."""

    reason = Reason.INVALID_TIME

    def __init__(self, found: object, allowed: str) -> None:
        super().__init__(f"the time {shown(found)} is none: {allowed}")


class TimeInFuture(Refusal):
    """A time lies further ahead of the gateway's clock than is tolerated.

    Args:
        ahead_us: By how much, microseconds.
        tolerated_us: How much is tolerated, microseconds.
    """

    reason = Reason.TIME_IN_FUTURE

    def __init__(self, ahead_us: int, tolerated_us: int) -> None:
        zone_us = zone_error_us(ahead_us)
        remedy = "set the device's clock"
        if zone_us is not None:
            remedy = (
                f"the likely cause is a wrong time zone ({span_text(zone_us)}): set the right one, "
                "on the device or as the zone of its times here"
            )
        super().__init__(
            f"the time lies {ahead_us / MICROSECONDS:.0f} s ahead of the gateway, "
            f"{tolerated_us / MICROSECONDS:g} s are tolerated; {remedy}"
        )


class NoReading(Refusal):
    """The message should carry readings and carries none."""

    reason = Reason.NO_READING

    def __init__(self, problem: str) -> None:
        super().__init__(problem)


class UnknownTopic(Refusal):
    """No configured format takes messages of this topic."""

    reason = Reason.UNKNOWN_TOPIC

    def __init__(self, topic: str, remedy: str) -> None:
        super().__init__(f"the topic {shown(topic)} belongs to no format; {remedy}")


class PayloadTooLarge(Refusal):
    """The message is larger than the gateway decodes."""

    reason = Reason.PAYLOAD_TOO_LARGE

    def __init__(self, size: int, maximum: int) -> None:
        super().__init__(f"the payload has {size} bytes, at most {maximum} are decoded; split it")


class BadSignature(Refusal):
    """A signed payload whose envelope cannot be used, or whose signature is not its signer's."""

    reason = Reason.BAD_SIGNATURE

    def __init__(self, problem: str) -> None:
        super().__init__(f"the signature cannot be accepted: {problem}")


class UnknownSigner(Refusal):
    """A signed payload names a signer whose key nobody gave."""

    reason = Reason.UNKNOWN_SIGNER

    def __init__(self, signer: str) -> None:
        super().__init__(
            f"no signing key of {shown(signer)} is known; give it with "
            "`cargotwin access add NAME --signing-key KEY`"
        )


class Unsigned(Refusal):
    """A device that must sign its readings sent one unsigned, or somebody else in its name."""

    reason = Reason.UNSIGNED

    def __init__(self, device: str) -> None:
        super().__init__(f"readings of {device} are taken only when it signs them")


class TooManyRecords(Refusal):
    """The message holds more records than one batch of the journal."""

    reason = Reason.TOO_MANY_RECORDS

    def __init__(self, found: int, maximum: int) -> None:
        super().__init__(
            f"the message holds {found} records, at most {maximum} are taken; split it"
        )


class Replayed(Refusal):
    """A signed payload without times whose counters are not beyond those that came before."""

    reason = Reason.REPLAYED

    def __init__(self, device: str, seq: int, highest: int) -> None:
        super().__init__(
            f"{device} signed seq {seq}, and seq {highest} was taken already; send observed_at, or "
            "give a device whose counter begins anew a new signing key"
        )


class FormatFailed(Refusal):
    """The format itself is at fault: it raised what it must not raise."""

    reason = Reason.FORMAT_FAILED

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"the format stumbled over this message ({type(error).__name__}); that is a fault of "
            "the format: mend it, then decode the message again"
        )
