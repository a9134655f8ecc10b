"""Sensor elements of an EPCIS event: what the sensors saw, summed up, and each alarm.

An EPCIS 2.0 `sensorElement` carries business-level figures and points by `rawData` to the readings.
Types and alert types are those of the GS1 Web vocabulary, units codes of UN/ECE Recommendation 20.
An interval outside a limit is an element of its own with `ALARM_CONDITION`. What puts a sensor's
values in doubt is one with `ERROR_CONDITION`, and so is a sensor without one sound value. Positions
say where people went, and a battery says nothing about the goods: neither is exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

from twins.readings import QUANTITIES, decimal_text

from .event import Json, moment_text
from .names import device_uri, own, policy_uri
from .stated_condition import StatedCondition, StatedExcursion, StatedFinding, StatedSeries

_Measured = StatedSeries | StatedExcursion | StatedFinding

MEASURED = {
    "temperature": "Temperature",
    "humidity": "RelativeHumidity",
    "illuminance": "Illuminance",
    "acceleration": "Acceleration",
    "pulse_duration": "Time",
    "velocity_change": "Speed",
    "free_fall": "Time",
    "pressure": "Pressure",
    "tilt": "Angle",
    "contact": "Dimensionless",
}
"""Measurement type of each quantity that is exported."""

_BOUNDARY = "boundary:"
_AXIS = re.compile(r"(?:.*[_.-])?([xyzXYZ])")
_MEAN_KINETIC = "urn:cargotwin:method:mean_kinetic_temperature"
_CORE = "urn:cargotwin:method:core_temperature"
_METHOD = "urn:cargotwin:rules:{rules}"
_HALF = 500
"""Microseconds in half a millisecond: `moment_text` rounds."""
_ALARM = "ALARM_CONDITION"
_ERROR = "ERROR_CONDITION"
_NO_ERROR = {"battery_low", "calibration_due", "gap", "missing", "silent"}
"""Findings that put no value in doubt; coverage tells of silence."""


def sensor_elements(condition: StatedCondition, page: str) -> list[Json]:
    """Return the sensor elements of a condition: per series, per excursion, per finding.

    Args:
        condition: The condition.
        page: Address of the asset's page, by which its readings are found; empty where it has none.
    """
    return [*_series(condition, page), *_alarms(condition, page), *_errors(condition, page)]


def _series(condition: StatedCondition, page: str) -> Iterator[Json]:
    for one in condition.statistics.series:
        if one.quantity in MEASURED:
            metadata = _metadata(condition, one, page, one.first_at, one.last_at)
            metadata["bizRules"] = policy_uri(condition.policy, condition.policy_digest)
            yield {"sensorMetadata": metadata, "sensorReport": _reports(one)}


def _alarms(condition: StatedCondition, page: str) -> Iterator[Json]:
    for rule in condition.rules_fired:
        name = rule.rule.removeprefix(_BOUNDARY)
        for one in rule.excursions:
            if one.quantity not in MEASURED:
                continue
            end = condition.as_of if one.ended_at is None else one.ended_at
            metadata = _metadata(condition, one, page, one.began_at, end)
            metadata["bizRules"] = policy_uri(condition.policy, condition.policy_digest, name)
            report: Json = {
                "type": MEASURED[one.quantity],
                "exception": _ALARM,
                "time": moment_text(one.extreme_at),
                "value": _units(one.extreme, one.quantity),
            }
            if not one.device:
                # What no device read was estimated of the product's core.
                report["dataProcessingMethod"] = _CORE
            yield {"sensorMetadata": metadata, "sensorReport": [report | _unit(one)]}


def _errors(condition: StatedCondition, page: str) -> Iterator[Json]:
    for one in (*condition.sensors.running, *condition.sensors.over):
        if one.quantity not in MEASURED or one.kind in _NO_ERROR:
            continue
        end = condition.as_of if one.until is None else one.until
        metadata = _metadata(condition, one, page, one.since, end)
        report = {"type": MEASURED[one.quantity], "exception": _ERROR} | _unit(one)
        yield {
            "sensorMetadata": metadata | {own("finding"): one.kind},
            "sensorReport": [report],
        }


def _metadata(
    condition: StatedCondition,
    one: _Measured,
    page: str,
    start: int,
    end: int,
) -> Json:
    metadata: Json = {"startTime": moment_text(start), "endTime": moment_text(end)}
    host = page.removesuffix(f"/assets/{condition.asset}")
    if one.device:
        metadata["deviceID"] = device_uri(one.device)
    if one.device and page:
        metadata["deviceMetadata"] = f"{host}/api/v1/devices/{quote(one.device, safe=':')}"
    if page:
        metadata["rawData"] = _readings_address(host, condition.asset, one.quantity, start, end)
    metadata["dataProcessingMethod"] = _METHOD.format(rules=condition.rules)
    return metadata | ({own("sensor"): one.sensor} if one.sensor else {})


def _readings_address(host: str, asset: str, quantity: str, start: int, end: int) -> str:
    """Return where the gateway serves the readings, between the whole milliseconds around them."""
    span = f"from={moment_text(start - _HALF)}&to={moment_text(end + _HALF)}"
    return f"{host}/api/v1/assets/{quote(asset, safe=':')}/readings?quantity={quantity}&{span}"


def _reports(one: StatedSeries) -> list[Json]:
    measured: Json = {"type": MEASURED[one.quantity]}
    if one.minimum is None or one.maximum is None:
        return [measured | {"exception": _ERROR} | _unit(one)]
    figures: Json = {
        "minValue": _units(one.minimum, one.quantity),
        "maxValue": _units(one.maximum, one.quantity),
    }
    if one.mean is not None:
        figures["meanValue"] = _units(one.mean, one.quantity)
    reports = [measured | figures | _unit(one)]
    if one.mean_kinetic_celsius is not None:
        kinetic: Json = {
            "dataProcessingMethod": _MEAN_KINETIC,
            "value": Decimal(one.mean_kinetic_celsius).normalize() + 0,
        }
        reports.append(measured | kinetic | _unit(one))
    return reports


def _unit(one: _Measured) -> Json:
    """Return the unit, and of which axis the value is where the sensor's name says so."""
    unit: Json = {"uom": QUANTITIES[one.quantity].uom}
    axis = _AXIS.fullmatch(one.sensor) if one.quantity == "acceleration" else None
    return unit if axis is None else {"component": axis[1].lower()} | unit


def _units(steps: int, quantity: str) -> Decimal:
    """Return integer steps in the quantity's unit, exact."""
    return Decimal(decimal_text(steps, QUANTITIES[quantity].scale))
