"""Devices as JSON and as pages show them: values with units, clocks by name, what is needed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.devices.clocks import clock_text, notable_offset_us, zone_sentence
from gateway.devices.configuring import Configured, configured
from gateway.devices.discovery import Candidate, Unread, expected
from gateway.devices.guarantees import Observed, guarantee
from gateway.devices.names import names_of
from gateway.devices.source_block import source_block
from gateway.ports import DeviceRecord, UnboundDevice
from twins.readings import MICROSECONDS, ClockSource, Quality, Reading
from twins.sensors.findings import SensorFinding

from .values import optional_rfc3339, raw_text, rfc3339, value_of, value_text

CLOCKS = {
    ClockSource.DEVICE: "the device's clock",
    ClockSource.NETWORK: "the clock of network or server",
    ClockSource.GATEWAY: "the time of arrival",
}
"""Whose clock a reading's time is of, for people."""

_REMARKS = {
    Quality.SENTINEL: (
        "The device says by a reserved number that it has no value: check the sensor."
    ),
    Quality.IMPLAUSIBLE: "The value is beyond what can be: check the sensor and the unit.",
    Quality.HISTORICAL: "The device stored it and sent it later.",
    Quality.CONFLICT: "Two different values came for this moment: none of them is used.",
}
_SUSPECT_CLOCKS = {
    ClockSource.DEVICE: (
        "Its time names no offset to UTC and is read in the zone that was set for its format: it "
        "is as wrong as this zone, and has no single meaning in the hour in which clocks go back. "
        "Have the device send UTC, or an offset, where it can."
    ),
    ClockSource.NETWORK: (
        "The times of network and server do not agree, or the device's own was never set, so this "
        "one may be off. Set the clock of the radio gateway, and that of the device."
    ),
    ClockSource.GATEWAY: (
        "The device's own time could not be used, so this is the time of arrival: its clock was "
        "never set, is far off, or names no zone. Set its clock, or the zone of its format."
    ),
}
"""What a suspect clock means, by whose time stands there."""

_SHOWN_BYTES = 240

Document = dict[str, object]


class Way(msgspec.Struct, frozen=True):
    """How a device is seen to send, as intake tells it."""

    device: str
    observed: Observed
    clock_offset_us: int | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is guaranteed for its readings, and what a wrong zone takes from it."""
        zone = zone_sentence(self.clock_offset_us)
        return (*guarantee(self.observed).sentences(), *([zone] if zone else []))


def unread_document(unread: Unread) -> Document:
    """Return a device whose messages no format reads yet."""
    newest = unread.newest
    best = unread.candidates[0] if unread.candidates else None
    return {
        "id": unread.name,
        "device": unread.device or None,
        "names": list(names_of(unread)),
        "state": "unread",
        "topics": [one.topic for one in unread.heard],
        "readings": 0,
        "messages": unread.messages,
        "first_at": rfc3339(unread.first_at),
        "last_at": rfc3339(newest.last_at),
        "payload": payload_document(newest.payloads[-1][1]) if newest.payloads else None,
        "formats": [candidate_document(unread, one) for one in unread.candidates],
        "needs": list(best.guess.needs) if best else ["format"],
        # What is guaranteed hangs on what is still needed: with a zone, a time is the device's own.
        "guarantee": list(expected(unread, best.readings)) if best and not best.guess.needs else [],
        "clock_offset_s": None,
        "clock_text": "",
        "warning": "",
        "assets": [],
        "bindings": [],
        "series": [],
    }


def candidate_document(unread: Unread, one: Candidate) -> Document:
    """Return a format that a device may speak."""
    return {
        "format": one.codec,
        "certainty_percent": one.guess.certainty,
        "filter": one.own_filter,
        "filter_of_all": one.guess.filter,
        "is_in_force": one.is_in_force,
        "options": as_guessed(unread, one).options,
        "needs": list(one.guess.needs),
        "questions": msgspec.to_builtins(unread.asked(one)),
        "preview": [reading_document(reading) for reading in one.readings],
        "faults": [{"reason": each.reason, "detail": each.detail} for each in one.faults],
        # What reads it by now is configured already.
        "source": "" if one.is_in_force else source_block(as_guessed(unread, one)),
    }


def as_guessed(unread: Unread, one: Candidate) -> Configured:
    """Return a format as the messages show it, for all devices of the kind."""
    if one.is_in_force:
        return Configured(one.codec, one.guess.filter, one.guess.options, ())
    messages = unread.messages_in_order()
    return configured(one.codec, one.guess, messages, {}, one.guess.filter)


def payload_document(payload: bytes) -> Document:
    """Return a payload as far as people can read it."""
    return {
        "text": raw_text(payload, _SHOWN_BYTES),
        "hex": payload[:_SHOWN_BYTES].hex(),
        "size_bytes": len(payload),
    }


def reading_document(reading: Reading) -> Document:
    """Return a reading with its unit and whose clock its time is of."""
    return {
        "device": reading.device,
        "sensor": reading.sensor,
        "quantity": reading.quantity,
        **(value_of(reading.value, reading.quantity) or {}),
        "reads": value_text(reading.value, reading.quantity),
        "at": rfc3339(reading.observed_at),
        "observed_at_us": reading.observed_at,
        "clock": CLOCKS[ClockSource(reading.clock_source)],
        "marks": marks_of(reading.quality),
        "remarks": remarks_of(reading.quality, reading.clock_source),
    }


def unbound_document(
    device: UnboundDevice, record: DeviceRecord, way: Way | None, warning: str = ""
) -> Document:
    """Return a device that a format reads and no asset carries."""
    return record_document(record, way, warning) | {
        "readings": device.readings,
        "first_at": rfc3339(device.first_at),
        "last_at": rfc3339(device.last_at),
    }


def record_document(record: DeviceRecord, way: Way | None, warning: str = "") -> Document:
    """Return what is known of a device that a format reads; `warning` is what hinders it."""
    firsts = [one.first_at for one in record.series]
    lasts = [one.last_at for one in record.series]
    offset = notable_offset_us(way.clock_offset_us) if way is not None else None
    return {
        "id": record.device,
        "device": record.device,
        "names": [],
        "state": "bound" if record.assets else "unbound",
        "topics": [],
        "readings": sum(one.readings for one in record.series),
        "messages": 0,
        "first_at": optional_rfc3339(min(firsts, default=None)),
        "last_at": optional_rfc3339(max(lasts, default=None)),
        "payload": None,
        "formats": [],
        "needs": [],
        "guarantee": list(way.sentences) if way is not None else [],
        "clock_offset_s": None if offset is None else offset / MICROSECONDS,
        "clock_text": "" if offset is None else clock_text(offset),
        "warning": warning,
        "assets": list(record.assets),
        "bindings": [
            {
                "asset": one.asset,
                "since": rfc3339(one.since),
                "until": optional_rfc3339(one.until),
            }
            for one in record.bindings
        ],
        "series": series_documents(record),
    }


def series_documents(record: DeviceRecord) -> list[Document]:
    """Return a device's series, each with its newest reading."""
    return [
        {
            "sensor": one.sensor,
            "quantity": one.quantity,
            "readings": one.readings,
            "first_at": rfc3339(one.first_at),
            "last_at": rfc3339(one.last_at),
            "last": value_of(one.last, one.quantity),
            "reads": value_text(one.last, one.quantity),
            "clock": CLOCKS[ClockSource(one.clock_source)],
            "marks": marks_of(one.quality),
            "remarks": remarks_of(one.quality, one.clock_source),
        }
        for one in record.series
    ]


def marks_of(quality: int) -> list[str]:
    """Return what speaks against a reading, in words."""
    return [str(one.name).lower() for one in Quality(quality) if one.name]


def remarks_of(quality: int, clock_source: int) -> list[str]:
    """Return what each mark means and what to do, in the order of the marks."""
    remarks = _REMARKS | {Quality.CLOCK_SUSPECT: _SUSPECT_CLOCKS[ClockSource(clock_source)]}
    return [remarks[one] for one in Quality(quality)]


def replay_document(found: SensorFinding) -> Document:
    """Return where a device repeats its own earlier readings."""
    return {
        "quantity": found.quantity,
        "sensor": found.sensor,
        "since": rfc3339(found.since),
        "until": optional_rfc3339(found.until),
        "text": found.text,
    }


def warning_of(device: str, assets: Sequence[str]) -> str:
    """Return what to say of a device that travels with several assets; nothing for others."""
    if len(assets) <= 1:
        return ""
    names = ", ".join(assets)
    return (
        f"{device} travels with {len(assets)} shipments at once ({names}). All of them keep "
        "getting its readings: end its travel with those that it has left by `cargotwin asset "
        "unbind`."
    )
