"""Every device format by its name. A new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from gateway.setting_mistakes import mistakes
from twins.errors import ConfigurationFault

from . import (
    cargotwin,
    cargotwin_recognition,
    chirpstack_v4,
    mapping,
    mapping_recognition,
    ruuvi_gateway,
    senml,
    senml_recognition,
    shelly_gen2,
    sparkplug_b,
    tasmota,
    things_stack_v3,
    zigbee2mqtt,
)
from .base import Codec, CodecSettings, Guess
from .mapping_settings import MappingSettings
from .sparkplug.discovery import recognise as recognise_sparkplug
from .sparkplug.settings import SparkplugSettings

SettingsT = TypeVar("SettingsT", bound=CodecSettings)


class Format(Generic[SettingsT]):
    """A device format: what its settings are, and what makes its codec of them.

    Attributes:
        settings: Its settings.
        sample_topic: A topic that it reads by default; empty where settings alone decide.
        recognise: Tells from one message (topic, payload) whether it may be of this format.
    """

    def __init__(
        self,
        settings: type[SettingsT],
        codec: Callable[[SettingsT], Codec],
        sample_topic: str = "",
        recognise: Callable[[str, bytes], Guess | None] = lambda _topic, _payload: None,
    ) -> None:
        self.settings = settings
        self.sample_topic = sample_topic
        self.recognise = recognise
        self._codec = codec

    def codec(self, options: Mapping[str, object]) -> Codec:
        """Return the codec of these options.

        Raises:
            ValidationError: An option is unknown or holds what it must not hold.
        """
        return self._codec(self.settings.model_validate(options))


FORMATS: dict[str, Format[Any]] = {
    "cargotwin": Format(
        CodecSettings,
        cargotwin.codec,
        "cargotwin/v1/device/readings",
        cargotwin_recognition.recognise,
    ),
    "chirpstack_v4": Format(
        chirpstack_v4.ChirpstackSettings,
        chirpstack_v4.codec,
        "application/application/device/device/event/up",
        chirpstack_v4.recognise,
    ),
    "mapping": Format(MappingSettings, mapping.codec, "", mapping_recognition.recognise),
    "ruuvi_gateway": Format(
        CodecSettings, ruuvi_gateway.codec, "ruuvi/gateway/tag", ruuvi_gateway.recognise
    ),
    "senml": Format(senml.SenmlSettings, senml.codec, "senml", senml_recognition.recognise),
    "shelly_gen2": Format(
        shelly_gen2.ShellySettings,
        shelly_gen2.codec,
        "device/events/rpc",
        shelly_gen2.recognise,
    ),
    "sparkplug_b": Format(
        SparkplugSettings, sparkplug_b.codec, "spBv1.0/group/NBIRTH/node", recognise_sparkplug
    ),
    "tasmota": Format(
        tasmota.TasmotaSettings, tasmota.codec, "tele/device/SENSOR", tasmota.recognise
    ),
    "things_stack_v3": Format(
        things_stack_v3.ThingsStackSettings,
        things_stack_v3.codec,
        "v3/application/devices/device/up",
        things_stack_v3.recognise,
    ),
    "zigbee2mqtt": Format(
        zigbee2mqtt.Zigbee2mqttSettings,
        zigbee2mqtt.codec,
        "zigbee2mqtt/device",
        zigbee2mqtt.recognise,
    ),
}
"""Every format that settings may name."""


class UnknownCodec(ConfigurationFault):
    """A setting names a format that there is not."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"codec {name!r} is unknown, allowed is one of {', '.join(FORMATS)}")


class InvalidCodecOption(ConfigurationFault):
    """An option of a format is unknown, missing, or holds what it must not hold.

    Attributes:
        codec: The format.
        key: The option, dotted.
        found: What stands there.
        problem: What is wrong with it and what to write, in words that follow its name.
    """

    def __init__(self, codec: str, key: str, found: object, problem: str) -> None:
        self.codec = codec
        self.key = key
        self.found = found
        self.problem = problem
        super().__init__(f"codec {codec}: {key} {problem}")


def codec_named(name: str, options: Mapping[str, object] | None = None) -> Codec:
    """Return the codec of a format.

    Args:
        name: A key of `FORMATS`.
        options: The format's settings, as they stand in the configuration.

    Raises:
        UnknownCodec: There is no such format.
        InvalidCodecOption: An option is wrong; the first one is named.
    """
    if name not in FORMATS:
        raise UnknownCodec(name)
    try:
        return FORMATS[name].codec(options or {})
    except ValidationError as error:
        raise _wrong_options(name, options or {}, error)[0] from error


def wrong_options(name: str, options: Mapping[str, object]) -> tuple[InvalidCodecOption, ...]:
    """Return all that is wrong with options of a format.

    Raises:
        UnknownCodec: There is no such format.
    """
    if name not in FORMATS:
        raise UnknownCodec(name)
    try:
        FORMATS[name].codec(options)
    except ValidationError as error:
        return _wrong_options(name, options, error)
    return ()


def _wrong_options(
    name: str, options: Mapping[str, object], error: ValidationError
) -> tuple[InvalidCodecOption, ...]:
    return tuple(
        InvalidCodecOption(name, one.key or "options", one.found, one.told)
        for one in mistakes(error, options, FORMATS[name].settings)
    )
