"""Ids of assets, devices and parties: GS1 keys where they are given, plain local ids otherwise."""

from __future__ import annotations

import re
from typing import NewType

from twins.errors import InvalidIdentifier

from .digital_link import canonical_uri, parse_digital_link
from .element_string import parse_element_string
from .epc import is_epc_urn, parse_epc_urn
from .gs1 import Gs1Key, key_of_elements
from .gs1 import check_digit as check_digit  # noqa: PLC0414 - its public place; keys are below it

AssetId = NewType("AssetId", str)
DeviceId = NewType("DeviceId", str)
PartyId = NewType("PartyId", str)

# An id stands in MQTT topics, URLs, file names and SVG: no separator, no wildcard, no control
# character can be part of it. ":" and "." serve EPC URNs such as urn:epc:id:sgtin:….
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,95}")
_RULE = "1 to 96 letters, digits, '.', '_', ':' or '-', starting with a letter or digit"

_KEY = "gs1:"
_UNSAFE = re.compile(r"[^A-Za-z0-9_\-]")
_ESCAPE = re.compile(r"\.([0-9A-F]{2})")


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


def entered_id(text: str) -> str:
    """Return the id that a person means by a text: two spellings of a GS1 key mean the same.

    A key is `gs1:` and its AIs and values, such as `gs1:01:10614141123459:21:987`; in a value `.`
    and two hexadecimal digits stand for each character but letters, digits, `-` and `_`.

    What is a legal id stands as it is: devices may send an EPC URN, too, and it must be found under
    what they send. A Digital Link or an element string is none and becomes canonical; another text
    is given back for whoever checks ids.

    Raises:
        InvalidIdentifier: The text spells a GS1 key that is wrong.
    """
    key = None if _ID.fullmatch(text) else stated_key(text)
    return text if key is None else _written(key)


def stated_key(text: str) -> Gs1Key | None:
    """Return the GS1 key that a text spells in any of the forms; None where it is plain.

    Raises:
        InvalidIdentifier: It spells a key, but a wrong one.
    """
    if text.startswith("("):
        return parse_element_string(text)
    if text[:8].lower().startswith(("http://", "https://")):
        return parse_digital_link(text).key
    if is_epc_urn(text):
        return parse_epc_urn(text)
    return _read(text) if text.startswith(_KEY) else None


def identity_of(asset: str) -> str:
    """Return what two ids of the same thing have in common; an id without a right key is itself."""
    key = key_of(asset)
    return asset if key is None else _written(key)


def key_of(asset: str) -> Gs1Key | None:
    """Return the GS1 key that an asset's id states; None for a plain id.

    An id that only looks like a key, as older journals may hold, is a plain id, too.
    """
    try:
        return stated_key(asset)
    except InvalidIdentifier:
        return None


def digital_link_of(asset: str) -> str | None:
    """Return the canonical Digital Link URI of an asset's id; None for a plain id."""
    key = key_of(asset)
    return None if key is None else canonical_uri(key)


def _written(key: Gs1Key) -> str:
    def escaped(value: str) -> str:
        return _UNSAFE.sub(lambda one: f".{ord(one[0]):02X}", value)

    return _KEY + ":".join(f"{ai}:{escaped(value)}" for ai, value in key.elements)


def _read(text: str) -> Gs1Key:
    parts = [_ESCAPE.sub(lambda one: chr(int(one[1], 16)), one) for one in text.split(":")[1:]]
    if len(parts) % 2:
        raise InvalidIdentifier(
            "asset", text, "write a key as gs1:AI:value or gs1:AI:value:AI:value"
        )
    return key_of_elements(list(zip(parts[::2], parts[1::2], strict=True)), text)


def _checked(kind: str, text: str) -> str:
    if not _ID.fullmatch(text):
        raise InvalidIdentifier(kind, text, _RULE)
    return text
