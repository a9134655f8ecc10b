"""Sparkplug devices whose BIRTH is missing although the gateway has asked for it.

A node is asked by `Node Control/Rebirth` (Sparkplug 3.0 section 6.4.23); one that may not subscribe
to its commands, or has that turned off, never answers.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.codecs.base import AddressedCodec, Codec, Reason
from gateway.codecs.registry import codec_named
from gateway.codecs.route import RoutingTable
from gateway.ports import QuarantineEntry, QuarantineFilter, StatusSource

_LOOKED_AT = 500
_WAITING = QuarantineFilter(state="open", reason=Reason.BIRTH_MISSING.value)


def unanswered(source: StatusSource) -> dict[str, int]:
    """Return the devices whose newest messages still want a BIRTH.

    Returns:
        When the oldest of these messages came, microseconds UTC, by id of the device.
    """
    if Reason.BIRTH_MISSING not in source.open_by_reason():
        return {}
    formats = source.formats()
    since: dict[str, int] = {}
    answered: set[str] = set()
    for device, entry in _by_device(source.quarantined(_LOOKED_AT, None, _WAITING), formats):
        if device in answered:
            continue
        if _wants_birth(entry, formats):
            since[device] = entry.received_at
        else:
            # What came before it is of an earlier session.
            answered.add(device)
    return since


def warning_of(device: str, since: str) -> str:
    """Return what to say of such a device; `since` is a moment in people's words."""
    return (
        f"Messages of {device} cannot be read since {since}: the BIRTH that says what they mean is "
        "missing. The gateway has asked for it (a rebirth), and no answer has come. Check that its "
        "node subscribes to its NCMD topic and may do so, and obeys Node Control/Rebirth; or "
        "restart the node. What is kept can be decoded again after its BIRTH."
    )


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
