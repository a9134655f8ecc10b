"""What is checked before anything of bringing a device in is changed."""

from __future__ import annotations

import datetime as dt

from gateway.commands import FUTURE_TOLERANCE_US, LONGEST_INTERVAL_S, check_calibration
from gateway.devices.asked import Adoption
from gateway.errors import CommandRefused
from gateway.ports import StatusSource
from twins.errors import CargotwinError
from twins.identity.identifiers import party_id

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EARLIEST = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
"""A clock that shows an earlier time was never set; the bound of the LoRaWAN formats too."""


def check(asked: Adoption, source: StatusSource, now: int) -> None:
    """Refuse what a later step would refuse, before anything is changed."""
    if asked.since is not None and not 0 <= asked.since <= now + FUTURE_TOLERANCE_US:
        allowed = "since is a moment from 1970-01-01T00:00:00Z to now, or all"
        raise CommandRefused("invalid_time", allowed)
    try:
        party_id(asked.by)
    except CargotwinError as error:
        raise CommandRefused("invalid_value", error.diagnostics()) from error
    if not 0 < asked.expected_interval_s <= LONGEST_INTERVAL_S:
        allowed = f"expected_interval_s must be from 1 to {LONGEST_INTERVAL_S} seconds"
        raise CommandRefused("invalid_interval", allowed)
    check_calibration(asked.calibrated_at, now)
    detail = source.asset(asked.asset)
    if detail is None:
        reason = f"there is no asset {asked.asset}; add it with `cargotwin asset add`"
        raise CommandRefused("unknown_asset", reason)
    if detail.summary.is_closed:
        reason = (
            f"asset {asked.asset} is closed; if the device did travel with it, say so with "
            "`cargotwin asset bind`"
        )
        raise CommandRefused("closed_asset", reason)


def check_not_ended(source: StatusSource, device: str, asset: str, since: int) -> None:
    """Refuse a moment from which a device would not travel with an asset until it is ended anew.

    A further beginning before the end of a travel changes nothing of that end.
    """
    record = source.device(device)
    ends = [
        one.until
        for one in (record.bindings if record is not None else ())
        if one.asset == asset and one.until is not None and since < one.until
    ]
    if ends:
        reason = (
            f"the travel of {device} with {asset} was ended at {_moment_text(max(ends))}; name "
            "that moment or a later one from which its readings count again"
        )
        raise CommandRefused("travel_ended", reason)


def check_is_set(device: str, oldest: int) -> None:
    """Refuse a device's oldest reading as the beginning where its clock was never set then.

    Decades without a reading would be planned time that nothing covers.
    """
    if oldest < (_EARLIEST - _EPOCH) // dt.timedelta(microseconds=1):
        reason = (
            f"the oldest kept reading of {device} is of {_moment_text(oldest)}, by a clock that "
            "was never set; name the moment from which its readings count"
        )
        raise CommandRefused("clock_never_set", reason)


def _moment_text(moment: int) -> str:
    """Return microseconds UTC as RFC 3339 has it."""
    return (_EPOCH + dt.timedelta(microseconds=moment)).isoformat().replace("+00:00", "Z")
