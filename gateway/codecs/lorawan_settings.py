"""Settings that every LoRaWAN network server has: what is measured, and who reads the bytes."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from . import dragino_lht65, milesight
from .base import CodecSettings
from .mapping_settings import check_quantity_and_unit
from .raw_payload import PayloadDecoder

DECODERS: dict[str, PayloadDecoder] = {**dragino_lht65.DECODERS, **milesight.DECODERS}
"""Every decoder of device bytes that settings may name."""


class DecodedField(BaseModel):
    """What a field that the server decoded measures.

    Attributes:
        quantity: The quantity.
        unit: Its unit.
        sensor: Name of the sensor; the field's own where it is empty.
        sentinels: Numbers by which the device says that it has no value, such as 327.67.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: str
    unit: str
    sensor: str = ""
    sentinels: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _is_measurable(self) -> DecodedField:
        check_quantity_and_unit(self.quantity, self.unit)
        return self


FIELDS: dict[str, DecodedField] = {
    name: DecodedField(quantity=quantity, unit=unit)
    for quantity, unit, names in (
        ("temperature", "°C", ("temperature_c", "temperature_celsius", "temp_c")),
        ("temperature", "°F", ("temperature_f", "temperature_fahrenheit", "temp_f")),
        ("humidity", "%", ("humidity_percent", "relative_humidity_percent")),
        ("illuminance", "lx", ("illuminance_lux", "illuminance_lx", "light_lux")),
        ("pressure", "hPa", ("pressure_hpa",)),
        ("pressure", "Pa", ("pressure_pa",)),
        ("battery", "%", ("battery_percent",)),
    )
    for name in names
}
"""Fields whose names leave no doubt about what they measure and in which unit."""


class LorawanSettings(CodecSettings):
    """Settings that every LoRaWAN network server has.

    Attributes:
        fields: Fields that the server decoded, dotted, and what they measure; they join `FIELDS`.
        decoder: Name of the decoder of the devices' bytes; or one for each pattern of device ids
            (`*` any text, `?` any character), the first pattern that fits. The server's fields are
            read where none is named.
        location_sources: Sources of locations that are measured positions, such as `SOURCE_GPS`;
            none by default, because the usual source is a place typed into the registry.
    """

    fields: dict[str, DecodedField] = Field(default_factory=dict)
    decoder: str | dict[str, str] = ""
    location_sources: tuple[str, ...] = ()

    @field_validator("decoder")
    @classmethod
    def _is_known(cls, decoder: str | dict[str, str]) -> str | dict[str, str]:
        named = decoder.values() if isinstance(decoder, dict) else [decoder] if decoder else []
        for name in named:
            if name not in DECODERS:
                message = f"{name!r} is no decoder, allowed is one of {', '.join(sorted(DECODERS))}"
                raise ValueError(message)
        return decoder

    def decoder_of(self, device: str) -> PayloadDecoder | None:
        """Return the decoder that is named for a device."""
        if isinstance(self.decoder, str):
            return DECODERS.get(self.decoder)
        for pattern, name in self.decoder.items():
            if fnmatchcase(device, pattern):
                return DECODERS[name]
        return None
