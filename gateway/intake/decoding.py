"""What a message says, and when it came: a format that stumbles harms nobody but its message."""

from __future__ import annotations

import logging
from typing import Final

import msgspec

from gateway.codecs.base import Codec, Decoded, Record
from gateway.codecs.refusals import FormatFailed, TooManyRecords
from gateway.codecs.route import RoutingTable
from gateway.intake.pending import MOST_ENTRIES
from gateway.mqtt.ports import Publish
from twins.readings import ClockSource, Reading

_log = logging.getLogger(__name__)

_CLOCK_STEP_US: Final = 1_000_000
"""An arrival that lies further back than this was stamped after the clock was set back."""


class Decoding:
    """Decodes messages in the order of their arrival.

    Args:
        table: Which format reads which topic.
    """

    def __init__(self, table: RoutingTable) -> None:
        self._table = table
        self._arrived_at = 0

    def decoded(self, publish: Publish, codec: Codec | None, *, again: bool = False) -> Decoded:
        """Return what a message says; `again` where it came earlier and is decoded once more."""
        topic, payload, received_at = publish.topic, publish.payload, publish.received_at
        try:
            if codec is None:
                decoded = self._table.decode(topic, payload, received_at)
            elif again:
                decoded = self._table.decode_again(codec, topic, payload, received_at)
            else:
                decoded = self._table.decode_by(codec, topic, payload, received_at)
        # A supervised boundary: formats are written by many hands, and one that stumbles over a
        # message must hold up neither its sender nor anybody else.
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("a format stumbled over a message of topic=%s", topic)
            return Decoded(faults=[FormatFailed(error).fault()])
        if len(decoded.records) > MOST_ENTRIES:
            fault = TooManyRecords(len(decoded.records), MOST_ENTRIES).fault()
            return Decoded(faults=[fault])
        return decoded

    def stamped(self, publish: Publish, decoded: Decoded) -> Publish:
        """Give a message without time an arrival of its own, and its readings too.

        A faulty message may turn out to be one.
        """
        if not decoded.faults and not any(map(is_clockless, decoded.records)):
            return publish
        apart = self.apart(publish)
        later = apart.received_at - publish.received_at
        if later:
            decoded.records = [_moved(one, later) for one in decoded.records]
        return apart

    def apart(self, publish: Publish) -> Publish:
        """Give a message an arrival that no other one has that may be without time.

        Two readings of a device without a clock, come in one network packet, would else be taken
        for one reading that contradicts itself.
        """
        later = self._arrived_at + 1 - publish.received_at
        if 0 < later <= _CLOCK_STEP_US:
            publish = msgspec.structs.replace(publish, received_at=publish.received_at + later)
        self._arrived_at = publish.received_at
        return publish


def is_clockless(record: Record) -> bool:
    """Tell whether a record is a reading without a time of its own."""
    return isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY


def _moved(record: Record, later: int) -> Record:
    if isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY:
        return msgspec.structs.replace(record, observed_at=record.observed_at + later)
    return record
