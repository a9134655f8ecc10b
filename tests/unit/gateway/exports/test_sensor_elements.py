from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.exports.sensor_elements import MEASURED, sensor_elements
from gateway.exports.stated_condition import StatedFinding, StatedSensors, stated_condition
from tests.unit.gateway.exports.checking import is_uri
from tests.unit.twins.samples import at, bind, boundary, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy
from twins.policy.limits import CoreModel
from twins.readings import QUANTITIES, Quality
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.verdict.condition import RULES, condition_document

PAGE = "https://twins.example/assets/box-1"
WARM = policy(boundary("above-8", 8_000, delay=60))
WATCHED = replace(
    policy(),
    sensors=SensorLimits(
        quantities={"temperature": QuantityLimits(stuck_after=at(2_400), largest_step=1_000)}
    ),
)


def told(
    *inputs: Input, by: ConditionPolicy = WARM, as_of: float = 1_000, page: str = PAGE
) -> list[dict[str, Any]]:
    condition = judge([bind(0), *inputs], by, as_of)
    found: list[dict[str, Any]] = sensor_elements(
        stated_condition(condition_document(condition)), page
    )
    return found


def test_series_states_least_most_and_mean_with_unit_and_time() -> None:
    # Held for 100 s each and until 1000 s; by hand (5.0·100 + 6.5·100 + 2.0·800) / 1000 = 2.75.
    (found,) = told(read(0, 5_000), read(100, 6_500), read(200, 2_000))
    (report, _) = found["sensorReport"]
    assert report == {
        "type": "Temperature",
        "minValue": Decimal(2),
        "maxValue": Decimal("6.5"),
        "meanValue": Decimal("2.75"),
        "uom": "CEL",
    }
    metadata = found["sensorMetadata"]
    assert metadata["startTime"] == "1970-01-01T00:00:00.000Z"
    assert metadata["endTime"] == "1970-01-01T00:03:20.000Z"
    assert metadata["deviceID"] == "urn:cargotwin:device:obj:d1"
    assert metadata["cargotwin:sensor"] == "air"


def test_mean_kinetic_temperature_is_a_report_with_its_own_method() -> None:
    (found,) = told(read(0, 5_000), read(100, 5_000))
    kinetic = found["sensorReport"][1]
    # Of a constant temperature it is that temperature.
    assert kinetic["value"] == 5
    assert kinetic["dataProcessingMethod"] == "urn:cargotwin:method:mean_kinetic_temperature"


def test_element_points_at_the_readings_the_rules_and_the_policy() -> None:
    (found,) = told(read(0, 5_000), read(100, 5_000))
    metadata = found["sensorMetadata"]
    assert metadata["rawData"] == (
        "https://twins.example/api/v1/assets/box-1/readings?quantity=temperature"
        "&from=1970-01-01T00:00:00.000Z&to=1970-01-01T00:01:40.001Z"
    )
    assert metadata["dataProcessingMethod"] == f"urn:cargotwin:rules:{RULES}"
    assert metadata["bizRules"] == f"urn:cargotwin:policy:sample:{'00' * 32}"
    assert all(is_uri(metadata[name]) for name in ("rawData", "dataProcessingMethod", "bizRules"))


def test_element_points_at_what_is_known_of_the_device() -> None:
    (found,) = told(read(0, 5_000), read(100, 5_000))
    address = "https://twins.example/api/v1/devices/d1"
    assert found["sensorMetadata"]["deviceMetadata"] == address


def test_gateway_without_a_page_points_at_no_readings_and_no_device() -> None:
    (found,) = told(read(0, 5_000), page="")
    assert not {"rawData", "deviceMetadata"} & found["sensorMetadata"].keys()


def test_excursion_is_an_alarm_with_its_interval_its_extreme_and_its_rule() -> None:
    _, alarm = told(
        read(0, 5_000), read(100, 9_000), read(200, 9_700), read(300, 8_500), read(400, 5_000)
    )
    assert alarm["sensorReport"] == [
        {
            "type": "Temperature",
            "exception": "ALARM_CONDITION",
            "time": "1970-01-01T00:03:20.000Z",
            "value": Decimal("9.7"),
            "uom": "CEL",
        }
    ]
    metadata = alarm["sensorMetadata"]
    assert metadata["startTime"] == "1970-01-01T00:01:40.000Z"
    assert metadata["endTime"] == "1970-01-01T00:06:40.000Z"
    assert str(metadata["bizRules"]).endswith("#above-8")


def test_excursion_that_lasts_ends_at_the_moment_that_is_judged() -> None:
    _, alarm = told(read(0, 9_000), read(100, 9_000), as_of=500)
    assert alarm["sensorMetadata"]["endTime"] == "1970-01-01T00:08:20.000Z"


def test_excursion_of_the_estimated_core_names_its_method_and_no_device() -> None:
    core = replace(boundary("core-above-8", 8_000), is_of_core=True)
    by = replace(policy(core), core=CoreModel(at(60)))
    *_, alarm = told(*[read(100 * number, 12_000) for number in range(9)], by=by)
    (report,) = alarm["sensorReport"]
    assert (report["exception"], report["value"]) == ("ALARM_CONDITION", 12)
    assert report["dataProcessingMethod"] == "urn:cargotwin:method:core_temperature"
    assert not {"deviceID", "deviceMetadata", "cargotwin:sensor"} & alarm["sensorMetadata"].keys()


def test_sensor_without_a_sound_value_is_in_error() -> None:
    (found,) = told(read(0, -273_149, quality=int(Quality.SENTINEL)))
    assert found["sensorReport"] == [
        {"type": "Temperature", "exception": "ERROR_CONDITION", "uom": "CEL"}
    ]


def test_what_was_found_against_a_sensor_is_an_error_with_its_kind_and_its_time() -> None:
    # A lone value 80 °C above both its neighbours, between which 1 °C is the most that can be.
    of_series, found = told(
        read(0, 5_000), read(60, 85_000), read(120, 5_000), read(180, 5_000), by=WATCHED
    )
    assert found["sensorReport"] == [
        {"type": "Temperature", "exception": "ERROR_CONDITION", "uom": "CEL"}
    ]
    metadata = found["sensorMetadata"]
    assert metadata["cargotwin:finding"] == "spike"
    assert (metadata["startTime"], metadata["endTime"]) == (
        "1970-01-01T00:01:00.000Z",
        "1970-01-01T00:02:00.000Z",
    )
    for name in ("deviceID", "cargotwin:sensor", "deviceMetadata"):
        assert metadata[name] == of_series["sensorMetadata"][name]


def test_finding_that_holds_now_ends_at_the_moment_that_is_judged() -> None:
    same = [read(100 * number, 5_000) for number in range(26)]
    _, found = told(*same, by=WATCHED, as_of=2_600)
    assert found["sensorMetadata"]["cargotwin:finding"] == "stuck"
    assert found["sensorMetadata"]["endTime"] == "1970-01-01T00:43:20.000Z"


def test_finding_about_a_quantity_names_no_device() -> None:
    stated = stated_condition(condition_document(judge([bind(0), read(0, 5_000)], WARM, 10)))
    finding = StatedFinding("disagreement", "", "", "temperature", 0, at(5))
    _, found = sensor_elements(replace(stated, sensors=StatedSensors((), (finding,))), PAGE)
    metadata = found["sensorMetadata"]
    assert isinstance(metadata, dict)
    assert not {"deviceID", "deviceMetadata", "cargotwin:sensor"} & metadata.keys()


@pytest.mark.parametrize("kind", ["battery_low", "calibration_due", "gap", "missing", "silent"])
def test_finding_that_puts_no_value_in_doubt_is_no_error(kind: str) -> None:
    stated = stated_condition(condition_document(judge([bind(0), read(0, 5_000)], WARM, 10)))
    finding = StatedFinding(kind, "d1", "air", "temperature", 0, None)
    with_it = replace(stated, sensors=StatedSensors((finding,)))
    assert sensor_elements(with_it, PAGE) == sensor_elements(stated, PAGE)


def test_axis_of_an_acceleration_is_its_component() -> None:
    found = told(
        read(10, 12_400, quantity="acceleration", sensor="acceleration_x"),
        read(10, 3_000, quantity="acceleration", sensor="Y"),
        read(10, 9_000, quantity="acceleration", sensor="shock"),
        read(10, 9_000, quantity="tilt", sensor="x"),
    )
    components = {
        one["sensorMetadata"]["cargotwin:sensor"]: one["sensorReport"][0].get("component")
        for one in found
        if one["sensorReport"][0]["type"] == "Acceleration"
    }
    assert components == {"acceleration_x": "x", "Y": "y", "shock": None}


def test_positions_and_batteries_are_not_exported() -> None:
    found = told(
        read(0, 5_000),
        read(10, 475_000_000, quantity="latitude"),
        read(10, 75_000_000, quantity="longitude"),
        read(10, 80_000, quantity="battery"),
    )
    assert [one["sensorReport"][0]["type"] for one in found] == ["Temperature"]


def test_every_quantity_is_exported_or_left_out_for_a_reason() -> None:
    assert set(QUANTITIES) - set(MEASURED) == {"latitude", "longitude", "battery"}


def test_moments_between_milliseconds_lie_within_the_readings_that_are_pointed_at() -> None:
    (found,) = told(read(0.0004, 5_000), read(100.0006, 5_000))
    address = str(found["sensorMetadata"]["rawData"])
    assert address.endswith("&from=1970-01-01T00:00:00.000Z&to=1970-01-01T00:01:40.001Z")
    assert at(100.0006) < at(100.001)
