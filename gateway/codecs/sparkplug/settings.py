"""Settings of the codec `sparkplug_b`, checked when the gateway starts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gateway.codecs.base import CodecSettings, Refusal
from gateway.codecs.mapping_settings import check_quantity_and_unit
from gateway.codecs.measuring import checked_device, checked_sensor

NO_MEASUREMENTS = (
    "bdSeq",
    "Node Control/*",
    "Device Control/*",
    "Node Info/*",
    "Device Info/*",
    "Properties/*",
    "_types_/*",
)
"""Metrics of the protocol itself and descriptions of the device (Sparkplug 3.0 section 6.4.19)."""

PASSED_OVER = "ignore"
"""In the place of a quantity: the metric is no measurement."""


class MetricSettings(BaseModel):
    """What a metric measures.

    Attributes:
        name: Name of the metric; `*` stands for any text, slashes too.
        quantity: What it measures; `ignore` where it is passed over.
        unit: Its unit; the BIRTH's `engUnit` counts where it is left out.
        sensor: Name of the sensor; made of the metric's name where it is empty.
        scale: The number is multiplied by it before the unit counts: 0.1 for tenths.
        device: Ids of the devices that it is for; `*` stands for any text.
        true_is: What the true of a Boolean metric says about a contact.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    quantity: str
    unit: str | None = None
    sensor: str = ""
    scale: float = 1.0
    device: str = Field(default="*", min_length=1)
    true_is: Literal["closed", "open"] | None = None

    @model_validator(mode="after")
    def _is_measurable(self) -> MetricSettings:
        if self.quantity != PASSED_OVER:
            check_quantity_and_unit(self.quantity, self.unit)
        if not math.isfinite(self.scale) or self.scale == 0:
            message = f"{self.name}: scale is a finite number other than 0"
            raise ValueError(message)
        if self.true_is is not None and self.quantity != "contact":
            message = f"{self.name}: true_is is for the quantity contact"
            raise ValueError(message)
        return self

    @field_validator("sensor")
    @classmethod
    def _is_sensor(cls, text: str) -> str:
        return _checked(checked_sensor, text) if text else text


class SparkplugSettings(CodecSettings):
    """Settings of the codec `sparkplug_b`.

    Attributes:
        metrics: What metrics measure; the first that fits counts.
        unit_property: Key of the property that states a metric's unit.
        other_metrics: `report` numbers that no entry of `metrics` fits, or `ignore` them.
        ignored: Names of metrics that are passed over unless `metrics` names them without `*`.
        devices: Ids of devices by `group/node` or `group/node/device`, where the id made of these
            names is not wanted or not legal.
        rebirth_interval_seconds: How long a node has to answer before it is asked again.
        maximum_births: Most nodes and devices that are remembered.
        maximum_metrics: Most metrics of all of them together.
    """

    metrics: tuple[MetricSettings, ...] = ()
    unit_property: str = Field(default="engUnit", min_length=1)
    other_metrics: Literal["report", "ignore"] = "report"
    ignored: tuple[str, ...] = NO_MEASUREMENTS
    devices: dict[str, str] = Field(default_factory=dict)
    rebirth_interval_seconds: int = Field(default=60, ge=1)
    maximum_births: int = Field(default=10_000, ge=1)
    maximum_metrics: int = Field(default=200_000, ge=1)

    @field_validator("devices")
    @classmethod
    def _are_devices(cls, devices: dict[str, str]) -> dict[str, str]:
        for device in devices.values():
            _checked(checked_device, device)
        if len(set(devices.values())) != len(devices):
            message = "two of them have one id; readings of both would be taken for one device's"
            raise ValueError(message)
        return devices

    @property
    def rebirth_interval(self) -> int:
        """The interval in microseconds."""
        return self.rebirth_interval_seconds * 1_000_000


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except Refusal as refusal:
        raise ValueError(str(refusal)) from refusal
