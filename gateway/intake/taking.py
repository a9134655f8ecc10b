"""How a message was taken, and the MQTT 5 reason codes by which its sender hears of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.mqtt.reason_codes import ReasonCode

SUCCESS: Final = int(ReasonCode.SUCCESS)
NO_MATCHING_SUBSCRIBERS: Final = int(ReasonCode.NO_MATCHING_SUBSCRIBERS)
"""Kept, but no asset takes it yet: MQTT 5 §3.4.2.1's word for a message that nobody wants."""
NOT_AUTHORIZED: Final = int(ReasonCode.NOT_AUTHORIZED)
PAYLOAD_FORMAT_INVALID: Final = int(ReasonCode.PAYLOAD_FORMAT_INVALID)


class Taken(NamedTuple):
    """How a message was taken.

    Attributes:
        code: MQTT 5 reason code.
        records: How many records it gave, now or when it came first.
        faults: Why parts of it could not be used.
        is_kept: Whether it is on disk, taken or in quarantine.
    """

    code: int
    records: int = 0
    faults: tuple[str, ...] = ()
    is_kept: bool = True
