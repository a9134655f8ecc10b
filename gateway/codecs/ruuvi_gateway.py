"""Ruuvi Gateway: Bluetooth advertisements of tags, over MQTT or as its HTTP history.

By MQTT one message for each advertisement, `ruuvi/{gateway}/{tag}`; by HTTP an object `tags` of
many. Source: docs.ruuvi.com, "Ruuvi Gateway data formats"; measurements stand in `data`
(`ruuvi_df5`). The device is the tag: the address that its data state, else the one under which it
was heard.

The time is when the gateway heard the advertisement (`ts`, `timestamp`: text in whole seconds), so
a network time; a gateway that was set to send none, or whose own clock is not set yet, leaves the
time of arrival. `seq` is the number of the measurement. Two gateways that hear one measurement in
the same second give the same reading; a second apart they give two of the same value, which agree.

Advertisements of other makers' devices and messages without `data` carry no reading; other data
formats of Ruuvi are a fault, so that a tag that is not read does not look like a silent one.
"""

from __future__ import annotations

import msgspec

from twins.readings import ClockSource, Quality

from . import measuring, ruuvi_df5, unset_clock
from .base import Codec, CodecSettings, Decoded, Guess, Refusal
from .json_text import JsonObject, as_object, parse_object
from .refusals import InvalidField
from .times import Moment, admitted, epoch

_GATEWAY_KEY = "gw_mac"
_GATEWAY_AND_TAG = 2
"""Levels of the topic behind its prefix."""


class RuuviGatewayCodec:
    """Decodes what a Ruuvi Gateway relays."""

    name = "ruuvi_gateway"

    def __init__(self, settings: CodecSettings) -> None:
        self._settings = settings

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        try:
            members = parse_object(payload)
            data = members.get("data")
            if not isinstance(data, dict):
                if data is not None:
                    self._tag(topic.rpartition("/")[2], members, received_at, decoded)
                return decoded
            tags = as_object(data.get("tags", {}))
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        for address, tag in tags.items():
            try:
                self._tag(address, as_object(tag), received_at, decoded)
            except Refusal as refusal:
                decoded.refuse(refusal, address)
        return decoded

    def _tag(self, heard_as: str, tag: JsonObject, received_at: int, decoded: Decoded) -> None:
        data = ruuvi_df5.manufacturer_data(_advertisement(tag))
        if data is None:
            return
        said = ruuvi_df5.measurements(data)
        device = measuring.checked_device(said.address or heard_as)
        moment = _moment(tag, received_at)
        moment = admitted(moment, received_at, self._settings)
        reserved = msgspec.structs.replace(moment, quality=moment.quality | Quality.SENTINEL)
        for field in said.fields:
            channel = measuring.Channel(device, field.name, field.quantity, field.unit)
            when = moment if field.is_available else reserved
            decoded.add(measuring.reading(channel, field.value, when, said.seq))


def codec(settings: CodecSettings) -> Codec:
    """Return the codec of these settings."""
    return RuuviGatewayCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a Ruuvi Gateway sent a message: it names itself and relays an advertisement."""
    try:
        members = parse_object(payload)
        data = members.get("data")
        if isinstance(data, dict):
            is_found = _GATEWAY_KEY in data and "tags" in data
            return Guess(topic, {}, 95) if is_found else None
        if _GATEWAY_KEY not in members or not _advertisement(members):
            return None
    except Refusal:
        return None
    prefix = topic.split("/")[:-_GATEWAY_AND_TAG]
    if not prefix:
        return Guess(topic, {}, 90)
    return Guess("/".join([*prefix, "+", "+"]), {}, 100 if prefix == ["ruuvi"] else 90)


def _advertisement(tag: JsonObject) -> bytes:
    text = tag.get("data")
    allowed = "an advertisement in hex"
    if not isinstance(text, str):
        raise InvalidField("data", text, allowed)
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InvalidField("data", text, allowed) from error


def _moment(tag: JsonObject, received_at: int) -> Moment:
    heard_at = tag.get("ts", tag.get("timestamp"))
    if heard_at is None:
        return Moment(received_at, ClockSource.GATEWAY)
    return unset_clock.moment(epoch(heard_at, "epoch_s"), ClockSource.NETWORK, received_at)
