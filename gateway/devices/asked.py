"""What a person says of a device to bring it in, and what became of it."""

from __future__ import annotations

from typing import Any

import msgspec


class Adoption(msgspec.Struct, frozen=True):
    """What a person says of a device.

    Attributes:
        device: Its id, or a topic of it where no id shows.
        asset: Id of the asset that it travels with.
        expected_interval_s: Planned seconds between two readings.
        by: The party or role that says it.
        since: The moment from which its readings count, microseconds UTC; None for all of them.
        format: Name of the format; the likeliest where it is empty.
        filter: Topics that the format shall read; the device's own where it is empty.
        options: Answers to what the format needs, and options of it.
        replace: Whether this takes the place of what was said of the same filter before.
        calibrated_at: When it was calibrated, microseconds UTC; None where that is not said.
    """

    device: str
    asset: str
    expected_interval_s: int
    by: str
    since: int | None = None
    format: str = ""
    filter: str = ""
    options: dict[str, Any] = {}
    replace: bool = False
    calibrated_at: int | None = None


class Adopted(msgspec.Struct, frozen=True):
    """What became of it.

    Attributes:
        device: Id of the device.
        asset: Id of the asset.
        since: From when on its readings count, microseconds UTC.
        readings: How many kept readings the asset took; None where they are still being derived.
        decoded: Messages that were kept undecoded and are readings now.
        without_reading: Such messages that carry none; they stay in quarantine.
        refused: Such messages that are faulty; they stay in quarantine.
        needs_birth: Whether what stays may need a new BIRTH of the device to be read.
        other_assets: Further assets that the device travels with; all of them get its readings.
    """

    device: str
    asset: str
    since: int
    readings: int | None
    decoded: int
    without_reading: int
    refused: int
    other_assets: tuple[str, ...]
    needs_birth: bool = False
