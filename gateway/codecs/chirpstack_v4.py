"""ChirpStack v4 events as JSON: `application/{id}/device/{dev_eui}/event/{event}`.

ChirpStack writes the protobuf JSON mapping (proto3): top-level fields that are 0, false or empty
are left out, so an absent `fCnt` or `fPort` is 0. `object`, the result of the device profile's
codec, is a `google.protobuf.Struct` and keeps its zeros.

| event | read as |
|---|---|
| `up` | `object`, or the bytes of `data` with a `decoder` (`lorawan.py`); `fCnt` is `seq` |
| `status` | the battery by the network's own request (DevStatusAns), sensor `device_status` |
| `location` | position, where `location_sources` names its source |

All others carry no reading. In a status, `externalPowerSource` and `batteryLevelUnavailable` say
that there is no level; without them an absent `batteryLevel` is 0 %. The time of an uplink is the
radio gateway's, else the server's; it is checked against `nsTime` where the event has it.

An uplink that is encrypted end to end has a `joinServerContext`: its `data` is what the radio
carried, and the server has no key to read it.

Format: ChirpStack documentation, "Event types" (chirpstack-docs, commit 9d9b5bb4), and
`api/proto/integration/integration.proto` of ChirpStack.
"""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from . import lorawan, measuring
from .base import Codec, Decoded, Guess, Refusal
from .json_text import JsonObject, as_object, parse_object
from .lorawan import Stated, Uplink, UplinkReader
from .lorawan_settings import DecodedField, LorawanSettings
from .refusals import InvalidField, MissingField
from .topic_template import TopicTemplate

_TOPIC = "application/{application}/device/{device}/event/{event}"
_UPLINK, _STATUS, _LOCATION = "up", "status", "location"
_BATTERY = DecodedField(quantity="battery", unit="%", sensor="device_status")


class ChirpstackSettings(LorawanSettings):
    """Settings of the codec `chirpstack_v4`; `fields` are those of `object`.

    Attributes:
        topic: ChirpStack's `event_topic`, with the placeholders device and event.
        device: What names a device: its DevEUI in the topic, or its name in the event.
    """

    topic: str = _TOPIC
    device: Literal["dev_eui", "device_name"] = "dev_eui"

    @field_validator("topic")
    @classmethod
    def _names_device_and_event(cls, text: str) -> str:
        if not {"device", "event"} <= set(TopicTemplate(text).names):
            message = f"topic {text!r} needs {{device}} and {{event}}"
            raise ValueError(message)
        return text


class ChirpstackCodec:
    """Decodes events of ChirpStack v4."""

    name = "chirpstack_v4"

    def __init__(self, settings: ChirpstackSettings) -> None:
        self._settings = settings
        self._topic = TopicTemplate(settings.topic)
        self._reader = UplinkReader(settings)

    def subject_of(self, topic: str) -> str | None:
        """Return the DevEUI of the topic, None where the event names the device."""
        return self._topic.device(topic) if self._settings.device == "dev_eui" else None

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        levels = self._topic.match(topic)
        if levels is None or levels["event"] not in (_UPLINK, _STATUS, _LOCATION):
            return decoded
        try:
            members = parse_object(payload)
            uplink = self._event(levels, members, received_at)
            self._reader.read(uplink, received_at, decoded)
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    def _event(self, levels: dict[str, str], members: JsonObject, received_at: int) -> Uplink:
        device = measuring.checked_device(self._device(levels, members))
        moment = lorawan.network_moment(
            members.get("time"),
            _server_time(members),
            received_at,
            self._settings,
        )
        if levels["event"] == _UPLINK:
            content = members.get("object")
            return Uplink(
                device=device,
                moment=moment,
                seq=measuring.checked_seq(members.get("fCnt", 0)),
                port=lorawan.port("fPort", members.get("fPort", 0)),
                content=None if content is None else as_object(content),
                payload=lorawan.payload_bytes("data", members.get("data")),
                is_encrypted=members.get("joinServerContext") is not None,
            )
        stated = _battery(members) if levels["event"] == _STATUS else self._position(members)
        return Uplink(device, moment, None, 0, None, b"", stated)

    def _device(self, levels: dict[str, str], members: JsonObject) -> str:
        if self._settings.device == "dev_eui":
            return levels["device"]
        name = as_object(members.get("deviceInfo", {})).get("deviceName")
        if not isinstance(name, str):
            raise MissingField("deviceInfo.deviceName", "it names the device")
        return name

    def _position(self, members: JsonObject) -> tuple[Stated, ...]:
        place = as_object(members.get("location", {}))
        # UNKNOWN is the enumeration's 0, which proto3 JSON leaves out.
        if place.get("source", "UNKNOWN") not in self._settings.location_sources:
            return ()
        return tuple(lorawan.positions("location", "location", place))


def codec(settings: ChirpstackSettings) -> Codec:
    """Return the codec of these settings."""
    return ChirpstackCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Return how events of this application would be configured, if this is one."""
    levels = TopicTemplate(_TOPIC).match(topic)
    if levels is None:
        return None
    try:
        members = parse_object(payload)
        as_object(members["deviceInfo"])
    except (Refusal, KeyError):
        return None
    needs: tuple[str, ...] = ()
    if levels["event"] == _UPLINK:
        needs = lorawan.needs(levels["device"], members.get("object"), members.get("data"))
    return Guess(f"application/{levels['application']}/device/+/event/+", {}, 100, needs)


def _battery(members: JsonObject) -> tuple[Stated, ...]:
    for flag in ("externalPowerSource", "batteryLevelUnavailable"):
        if members.get(flag):
            return ()
    return (Stated("batteryLevel", _BATTERY, members.get("batteryLevel", 0)),)


def _server_time(members: JsonObject) -> object:
    """Return the network server's own time of the first reception that has one."""
    receptions = members.get("rxInfo", [])
    if not isinstance(receptions, list):
        raise InvalidField("rxInfo", receptions, "an array")
    for reception in receptions:
        if isinstance(reception, dict) and reception.get("nsTime") is not None:
            return reception["nsTime"]
    return None
