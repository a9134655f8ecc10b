"""Which devices sent what is kept undecoded, by the formats that there are today.

Messages that came before a format read their topics stay kept, and a later [[source]] or a person's
word of another device may explain them. This module is pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.codecs.base import Fault, Guess
from gateway.codecs.route import Route, RoutingTable
from gateway.devices.clocks import offset_us
from gateway.devices.configuring import own_filter
from gateway.devices.discovery import (
    PREVIEWED,
    Candidate,
    Heard,
    Unread,
    is_aside,
    unread_devices,
)
from twins.readings import Reading

_CERTAIN = 100


def kept_devices(heard: Sequence[Heard], formats: RoutingTable) -> tuple[Unread, ...]:
    """Return the devices behind kept messages, the surest format first.

    Where today's formats find readings, a device has the format that reads it, and nothing of it is
    asked; the others have formats that they may speak.

    Args:
        heard: The topics of which messages are kept undecoded.
        formats: Today's formats.
    """
    explained: dict[str, Unread] = {}
    others: list[Heard] = []
    for one in heard:
        found = _explained(one, formats)
        if not found:
            others.append(one)
        for unread in found:
            known = explained.get(unread.device)
            explained[unread.device] = unread if known is None else _joined(known, unread)
    guessed: list[Unread] = []
    for unread in unread_devices(others):
        if unread.device in explained:
            explained[unread.device] = _joined(explained[unread.device], unread)
        elif not is_aside(unread, explained.keys()):
            guessed.append(unread)
    return (*sorted(explained.values(), key=lambda one: one.device), *guessed)


def _explained(heard: Heard, formats: RoutingTable) -> list[Unread]:
    """Return the devices of which today's formats find readings on a topic."""
    route, codec = formats.route_of(heard.topic), formats.route(heard.topic)
    if route is None or codec is None:
        return []
    arrivals: dict[str, list[tuple[int, Reading]]] = {}
    faults: list[Fault] = []
    for received_at, payload in heard.payloads:
        decoded = formats.decode_again(codec, heard.topic, payload, received_at)
        faults += decoded.faults
        for record in decoded.records:
            if isinstance(record, Reading):
                arrivals.setdefault(record.device, []).append((received_at, record))
    return [
        Unread(device, (heard,), (_candidate(route, heard.topic, own, faults),))
        for device, own in arrivals.items()
    ]


def _candidate(
    route: Route, topic: str, arrivals: Sequence[tuple[int, Reading]], faults: Sequence[Fault]
) -> Candidate:
    return Candidate(
        route.codec,
        Guess(route.filter, route.options, _CERTAIN),
        own_filter(route.codec, route.filter, topic),
        tuple(reading for _, reading in arrivals[-PREVIEWED:]),
        tuple(faults[-PREVIEWED:]),
        is_in_force=True,
        clock_offset_us=offset_us(arrivals),
    )


def _told(*candidates: Candidate) -> list[int]:
    return [one.clock_offset_us for one in candidates if one.clock_offset_us is not None]


def _joined(known: Unread, more: Unread) -> Unread:
    """Return a device with what else is kept of it; what one route reads is one candidate."""
    candidates = list(known.candidates)
    for one in more.candidates:
        place = next(
            (
                place
                for place, each in enumerate(candidates)
                if one.is_in_force and each.is_in_force and each.guess == one.guess
            ),
            None,
        )
        if place is None:
            candidates.append(one)
        else:
            before = candidates[place]
            candidates[place] = Candidate(
                before.codec,
                before.guess,
                before.own_filter,
                (before.readings + one.readings)[-PREVIEWED:],
                (before.faults + one.faults)[-PREVIEWED:],
                is_in_force=True,
                clock_offset_us=max(_told(before, one), default=None),
            )
    return Unread(known.device, known.heard + more.heard, tuple(candidates))
