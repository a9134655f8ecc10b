"""The Things Stack v3 uplinks: `v3/{application}@{tenant}/devices/{device}/up`.

The server leaves out empty, zero and false fields of its own: an absent `f_cnt` is 0, an absent
`f_port` too. What a payload formatter made, `decoded_payload`, keeps its zeros. The time is the
network's: `settings.time`, which the radio gateway gave, checked against `received_at` of the
network server; else `received_at`. `seq` is the LoRaWAN frame counter.

How the payload is read, the server's fields or the device's bytes (`frm_payload`), is in
`lorawan.py`. An uplink that somebody simulated in the console is refused: no device measured it.
Downlink events, joins and uplinks without an application payload carry no reading.

`app_s_key` and `last_a_f_cnt_down` stand only in uplinks whose decryption the server was told to
skip ("Payload Crypto Override"); their `frm_payload` is what the radio carried.

Format: The Things Stack, "Data Formats" (lorawan-stack-docs, commit a189a525).
"""

from __future__ import annotations

from . import lorawan, measuring
from .base import Codec, Decoded, Guess, Refusal
from .json_text import JsonObject, as_object, parse_object
from .lorawan import Stated, Uplink, UplinkReader
from .lorawan_settings import LorawanSettings
from .refusals import InvalidField, NoReading
from .topic_template import TopicTemplate

_TOPIC = TopicTemplate("v3/{application}/devices/{device}/up")


class ThingsStackSettings(LorawanSettings):
    """Settings of the codec `things_stack_v3`; `fields` are those of `decoded_payload`."""


class ThingsStackCodec:
    """Decodes uplinks of The Things Stack v3."""

    name = "things_stack_v3"

    def __init__(self, settings: ThingsStackSettings) -> None:
        self._settings = settings
        self._reader = UplinkReader(settings)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where it names none."""
        return _TOPIC.device(topic)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        levels = _TOPIC.match(topic)
        if levels is None:
            return decoded
        try:
            device = measuring.checked_device(levels["device"])
            members = parse_object(payload)
            if "uplink_message" in members:
                uplink = self._uplink(device, members, received_at)
                self._reader.read(uplink, received_at, decoded)
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    def _uplink(self, device: str, members: JsonObject, received_at: int) -> Uplink:
        if members.get("simulated"):
            problem = "the uplink was simulated on the server; no device measured it"
            raise NoReading(problem)
        message = as_object(members["uplink_message"])
        settings = message.get("settings", {})
        if not isinstance(settings, dict):
            raise InvalidField("settings", settings, "an object")
        content = message.get("decoded_payload")
        return Uplink(
            device=device,
            moment=lorawan.network_moment(
                settings.get("time"),
                message.get("received_at", members.get("received_at")),
                received_at,
                self._settings,
            ),
            seq=measuring.checked_seq(message.get("f_cnt", 0)),
            port=lorawan.port("f_port", message.get("f_port", 0)),
            content=None if content is None else as_object(content),
            payload=lorawan.payload_bytes("frm_payload", message.get("frm_payload")),
            positions=self._positions(message),
            is_encrypted=_is_encrypted(message),
        )

    def _positions(self, message: JsonObject) -> tuple[Stated, ...]:
        if not self._settings.location_sources:
            return ()
        found: list[Stated] = []
        for name, location in as_object(message.get("locations", {})).items():
            place = as_object(location)
            if place.get("source") in self._settings.location_sources:
                found.extend(lorawan.positions(f"locations.{name}", name, place))
        return tuple(found)


def _is_encrypted(message: JsonObject) -> bool:
    """Tell whether the application server skipped the decryption of the payload."""
    return message.get("app_s_key") is not None or bool(message.get("last_a_f_cnt_down"))


def codec(settings: ThingsStackSettings) -> Codec:
    """Return the codec of these settings."""
    return ThingsStackCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Return how uplinks of this application would be configured, if this is one."""
    levels = _TOPIC.match(topic)
    if levels is None:
        return None
    try:
        message = as_object(parse_object(payload)["uplink_message"])
    except (Refusal, KeyError):
        return None
    content, data = message.get("decoded_payload"), message.get("frm_payload")
    needs = lorawan.needs(levels["device"], content, data)
    return Guess(f"v3/{levels['application']}/devices/+/up", {}, 100, needs)
