"""Sparkplug devices whose BIRTH is missing although the gateway has asked for it.

A node is asked by `Node Control/Rebirth` (Sparkplug 3.0 section 6.4.23); one that may not subscribe
to its commands, or has that turned off, never answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gateway.codecs.base import AddressedCodec, Codec, Reason
from gateway.codecs.registry import codec_named
from gateway.codecs.route import RoutingTable
from gateway.ports import QuarantineEntry, QuarantineFilter, StatusSource

_PAGE = 500
_MOST_PAGES = 10
_WAITING = QuarantineFilter(state="open", reason=Reason.BIRTH_MISSING.value)


class Waiting(msgspec.Struct, frozen=True):
    """That messages of a device want a BIRTH.

    Attributes:
        since: When the oldest of them came that was looked at, microseconds UTC.
        is_cut_off: Whether older ones were not looked at.
    """

    since: int
    is_cut_off: bool = False


def unanswered(source: StatusSource) -> dict[str, Waiting]:
    """Return the devices whose newest messages still want a BIRTH, by their ids.

    The newest 5,000 messages are looked at, so that a list of devices is not waited for.
    """
    if Reason.BIRTH_MISSING not in source.open_by_reason():
        return {}
    formats = source.formats()
    entries = _Newest(source)
    since: dict[str, int] = {}
    answered: set[str] = set()
    for device, entry in _by_device(entries, formats):
        if device in answered:
            continue
        if _wants_birth(entry, formats):
            since[device] = entry.received_at
        else:
            # What came before it is of an earlier session.
            answered.add(device)
    return {
        device: Waiting(moment, entries.are_cut_off and device not in answered)
        for device, moment in since.items()
    }


def warning_of(device: str, since: str, *, is_cut_off: bool = False) -> str:
    """Return what to say of such a device.

    Args:
        device: Id of the device.
        since: The moment in people's words.
        is_cut_off: Whether it began before that.
    """
    begun = f"since before {since}" if is_cut_off else f"since {since}"
    return (
        f"Messages of {device} cannot be read {begun}: the BIRTH that says what they mean is "
        "missing. The gateway has asked for it (a rebirth), and no answer has come. Check that its "
        "node subscribes to its NCMD topic and may do so, and obeys Node Control/Rebirth; or "
        "restart the node. What is kept can be decoded again after its BIRTH."
    )


class _Newest:
    """The newest messages that want a BIRTH, newest first.

    Attributes:
        are_cut_off: Whether there are older ones, known after the last.
    """

    def __init__(self, source: StatusSource) -> None:
        self._source = source
        self.are_cut_off = False

    def __iter__(self) -> Iterator[QuarantineEntry]:
        before: int | None = None
        for _ in range(_MOST_PAGES):
            page = self._source.quarantined(_PAGE, before, _WAITING)
            if not page:
                return
            yield from page
            before = page[-1].position
        self.are_cut_off = bool(self._source.quarantined(1, before, _WAITING))


def _by_device(
    entries: Iterable[QuarantineEntry], formats: RoutingTable
) -> Iterable[tuple[str, QuarantineEntry]]:
    codecs: dict[str, Codec] = {}
    for entry in entries:
        route = formats.route_of(entry.topic)
        if route is None:
            continue
        # As it is without signatures: these do not change whose a topic is.
        codec = codecs.get(route.filter) or codec_named(route.codec, route.options)
        codecs[route.filter] = codec
        device = codec.subject_of(entry.topic) if isinstance(codec, AddressedCodec) else None
        if device is not None:
            yield device, entry


def _wants_birth(entry: QuarantineEntry, formats: RoutingTable) -> bool:
    codec = formats.route(entry.topic)
    if codec is None:
        return False
    says = formats.decode_again(codec, entry.topic, entry.raw, entry.received_at)
    return any(fault.reason == Reason.BIRTH_MISSING for fault in says.faults)
