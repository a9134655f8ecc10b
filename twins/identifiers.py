"""Ids of assets, devices and parties: GS1 keys where they are given, plain local ids otherwise."""

from __future__ import annotations

import re
from typing import NewType

from .errors import InvalidIdentifier

AssetId = NewType("AssetId", str)
DeviceId = NewType("DeviceId", str)
PartyId = NewType("PartyId", str)

# An id stands in MQTT topics, URLs, file names and SVG: no separator, no wildcard, no control
# character can be part of it. ":" and "." serve EPC URNs such as urn:epc:id:sgtin:….
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,95}")
_RULE = "1 to 96 letters, digits, '.', '_', ':' or '-', starting with a letter or digit"


def asset_id(text: str) -> AssetId:
    """Return the text as an asset's id.

    Raises:
        InvalidIdentifier: The text is not a legal id.
    """
    return AssetId(_checked("asset", text))


def device_id(text: str) -> DeviceId:
    """Return the text as a device's id.

    Raises:
        InvalidIdentifier: The text is not a legal id.
    """
    return DeviceId(_checked("device", text))


def party_id(text: str) -> PartyId:
    """Return the text as a party's id.

    Raises:
        InvalidIdentifier: The text is not a legal id.
    """
    return PartyId(_checked("party", text))


def check_digit(digits: str) -> int:
    """Return the check digit of a GS1 key given without it.

    Weights 3 and 1 alternate from the right; GS1 General Specifications, section 7.9.

    Raises:
        InvalidIdentifier: The text holds something else than digits.
    """
    if not digits.isascii() or not digits.isdigit():
        raise InvalidIdentifier("GS1", digits, "digits only")
    total = sum(int(digit) * (3 - 2 * (place % 2)) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def _checked(kind: str, text: str) -> str:
    if not _ID.fullmatch(text):
        raise InvalidIdentifier(kind, text, _RULE)
    return text
