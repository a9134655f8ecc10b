"""Settings of the configurable mapping, checked when the gateway starts."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from . import units
from .base import CodecSettings, Refusal
from .times import zone_of
from .topic_template import TopicTemplate

_STRICT = ConfigDict(extra="forbid", frozen=True)


class FieldSettings(BaseModel):
    """One measured field.

    Attributes:
        path: Where the number stands, dotted; `$` where the payload is nothing but the number.
        quantity: What it measures.
        unit: Its unit; or
        unit_path: where the payload states its unit.
        sensor: Name of the sensor; the topic's `{sensor}`, else the quantity, where it is empty.
        scale: The number is multiplied by it before the unit counts: 0.1 for tenths.
        optional: Whether messages without the field are in order.
    """

    model_config = _STRICT

    path: str = Field(min_length=1)
    quantity: str
    unit: str | None = None
    unit_path: str | None = None
    sensor: str = ""
    scale: float = 1.0
    optional: bool = False

    @model_validator(mode="after")
    def _one_unit(self) -> FieldSettings:
        if (self.unit is None) == (self.unit_path is None):
            message = f"{self.path}: give either unit or unit_path"
            raise ValueError(message)
        if not math.isfinite(self.scale) or self.scale == 0:
            message = f"{self.path}: scale is a finite number other than 0"
            raise ValueError(message)
        check_quantity_and_unit(self.quantity, self.unit)
        return self


class TimeSettings(BaseModel):
    """Where the time stands and how it is written.

    Attributes:
        path: Where it stands, dotted.
        format: `rfc3339` with offset, an integer epoch, or `naive` local time.
        zone: IANA zone of naive times.
    """

    model_config = _STRICT

    path: str = Field(min_length=1)
    format: Literal["rfc3339", "epoch_s", "epoch_ms", "epoch_us", "naive"] = "rfc3339"
    zone: str | None = None

    @model_validator(mode="after")
    def _zone_where_naive(self) -> TimeSettings:
        if (self.format == "naive") != (self.zone is not None):
            message = "format naive needs a zone, and only naive takes one"
            raise ValueError(message)
        check_zone(self.zone)
        return self


class MappingSettings(CodecSettings):
    """Settings of the codec `mapping`.

    Attributes:
        topic: Topic template; `{device}` and `{sensor}` are taken, other names are of no interest.
        fields: What is measured.
        time: Where the time stands; the gateway's clock is taken where it is left out.
        device_path: Where the payload names the device, if the topic does not.
        seq_path: Where the device's own counter stands.
    """

    topic: str
    fields: tuple[FieldSettings, ...] = Field(min_length=1)
    time: TimeSettings | None = None
    device_path: str = ""
    seq_path: str = ""

    @field_validator("topic")
    @classmethod
    def _is_template(cls, text: str) -> str:
        TopicTemplate(text)
        return text

    @model_validator(mode="after")
    def _one_device(self) -> MappingSettings:
        if ("device" in TopicTemplate(self.topic).names) == bool(self.device_path):
            message = "name the device either by {device} in topic or by device_path"
            raise ValueError(message)
        return self


def check_quantity_and_unit(quantity: str, unit: str | None) -> None:
    """Check a setting's quantity, and its unit where it gives one.

    Raises:
        ValueError: No record names the quantity, or the unit does not measure it.
    """
    customary = units.UNITS[quantity][0].spellings[0] if quantity in units.UNITS else ""
    try:
        units.conversion(quantity, customary if unit is None else unit)
    except Refusal as refusal:
        raise ValueError(str(refusal)) from refusal


def check_zone(zone: str | None) -> str | None:
    """Return a setting's zone.

    Raises:
        ValueError: There is no such zone.
    """
    if zone is not None:
        zone_of(zone)
    return zone
