import json

import pytest

from gateway.codecs.base import Guess
from gateway.codecs.recognition import recognised
from gateway.codecs.registry import codec_named
from gateway.devices.configuring import Configured, configured, filter_of_all, own_filter
from gateway.errors import CommandRefused
from twins.readings import Reading

RECEIVED_AT = 1_780_000_000_000_000
LEVEL = "level of the topic that names the device"


def guess_of(topic: str, *payloads: object) -> tuple[str, Guess, list[tuple[str, bytes]]]:
    messages = [(topic, json.dumps(one).encode()) for one in payloads]
    best = recognised(messages, RECEIVED_AT)[0]
    return best.codec, best.guess, messages


NAIVE = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}


@pytest.mark.parametrize(
    ("codec", "topic_filter", "topic", "own"),
    [
        ("tasmota", "tele/+/SENSOR", "tele/d-1/SENSOR", "tele/d-1/SENSOR"),
        ("shelly_gen2", "+/status/+", "s-1/status/wifi", "s-1/status/+"),
        ("zigbee2mqtt", "zigbee2mqtt/#", "zigbee2mqtt/x", "zigbee2mqtt/#"),
        ("chirpstack_v4", "application/a/device/+/event/+", "application/a/device/e/event/up",
         "application/a/device/e/event/+"),
        ("sparkplug_b", "spBv1.0/#", "spBv1.0/g/DDATA/n/d", "spBv1.0/g/+/n/#"),
        ("senml", "plant/senml", "plant/senml", "plant/senml"),
    ],
)  # fmt: skip
def test_filter_is_narrowed_to_one_device(
    codec: str, topic_filter: str, topic: str, own: str
) -> None:
    assert own_filter(codec, topic_filter, topic) == own


def test_zone_is_answered_by_a_zone_or_by_leaving_time_to_the_gateway() -> None:
    codec, guess, messages = guess_of("tele/d-1/SENSOR", NAIVE)
    assert configured(codec, guess, messages, {}).open == ("zone",)
    assert configured(codec, guess, messages, {"zone": ""}).open == ("zone",)
    zone = configured(codec, guess, messages, {"zone": "Europe/Berlin"})
    assert (zone.open, zone.options) == ((), {"zone": "Europe/Berlin"})
    arrival = configured(codec, guess, messages, {"naive_time": "gateway"})
    assert (arrival.open, arrival.options) == ((), {"naive_time": "gateway"})


def test_guess_itself_is_left_as_it_is() -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 4})
    before = json.dumps(guess.options)
    configured(codec, guess, messages, {"quantity of t": "temperature", LEVEL: "plant"})
    assert json.dumps(guess.options) == before


def test_number_that_is_no_measurement_needs_no_unit() -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 4, "uptime": 9})
    answers = {
        LEVEL: "truck-7",
        "quantity of t": "temperature",
        "unit of t": "°C",
        "quantity of uptime": "ignore",
    }
    one = configured(codec, guess, messages, answers)
    assert one.open == ()
    assert [field["path"] for field in one.options["fields"]] == ["t"]


def test_field_that_some_messages_lack_may_be_absent() -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 4}, {"t": 5, "rh": 50})
    fields = configured(codec, guess, messages, {}).options["fields"]
    assert [(one["path"], one.get("optional", False)) for one in fields] == [
        ("t", False),
        ("rh", True),
    ]


@pytest.mark.parametrize(
    ("answer", "template"), [("site", "{device}/a/a"), ("2", "site/{device}/a")]
)
def test_level_is_named_by_its_text_or_its_number(answer: str, template: str) -> None:
    codec, guess, messages = guess_of("site/a/a", {"t": 4})
    one = configured(codec, guess, messages, {LEVEL: answer})
    assert (one.options["topic"], one.filter) == (template, "site/a/a")


@pytest.mark.parametrize("answer", ["a", "0", "4", "-1", "x", 7])
def test_level_that_there_is_not_is_refused(answer: object) -> None:
    codec, guess, messages = guess_of("site/a/a", {"t": 4})
    with pytest.raises(CommandRefused, match="allowed is one of site, 2, 3"):
        configured(codec, guess, messages, {LEVEL: answer})


def test_other_answers_are_options_of_the_format() -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 4, "ts": 1_780_000_000})
    one = configured(codec, guess, messages, {"time.path": "ts", "time.format": "epoch_s"})
    assert one.options["time"] == {"path": "ts", "format": "epoch_s"}
    with pytest.raises(CommandRefused, match="no option"):
        configured(codec, guess, messages, {"topic.x": "y"})


def test_filter_of_a_persons_choice_is_kept() -> None:
    codec, guess, messages = guess_of("tele/d-1/SENSOR", NAIVE)
    assert configured(codec, guess, messages, {}, "tele/+/SENSOR").filter == "tele/+/SENSOR"


def test_number_in_tenths_is_multiplied_before_its_unit_counts() -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 45})
    answers = {
        LEVEL: "truck-7",
        "quantity of t": "temperature",
        "unit of t": "°C",
        "scale of t": "0.1",
    }
    one = configured(codec, guess, messages, answers)
    (field,) = one.options["fields"]
    assert field["scale"] == 0.1
    decoded = codec_named(codec, one.options).decode(*messages[0], RECEIVED_AT)
    assert [each.value for each in decoded.records if isinstance(each, Reading)] == [4_500]
    assert configured(codec, guess, messages, {"scale of t": ""}).options == guess.options


@pytest.mark.parametrize("answer", ["a tenth", "0,1", "nan", "inf"])
def test_scale_that_is_no_number_is_refused(answer: str) -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 45})
    with pytest.raises(CommandRefused, match=r"a number such as 0\.1"):
        configured(codec, guess, messages, {"scale of t": answer})


def test_scale_of_a_payload_that_is_nothing_but_a_number_is_that_number_s() -> None:
    messages = [("freezer/sensor/upper/state", b"-185")]
    best = recognised(messages, RECEIVED_AT)[0]
    answers = {"unit": "°C", "quantity": "temperature", "scale": "0.1"}
    one = configured(best.codec, best.guess, messages, answers)
    assert [field["scale"] for field in one.options["fields"]] == [0.1]


@pytest.mark.parametrize(
    "answers",
    [
        {"fields": "x"},
        {"fields": [1]},
        {"fields": {"a": 1}},
        {"fields": [{"quantity": "temperature"}]},
        {"fields": "x", "unit of t": "C"},
        {"fields.a": "x"},
        {"topic": 5},
        {"topic": ["plant"]},
    ],
)
def test_list_or_table_of_another_shape_is_refused(answers: dict[str, object]) -> None:
    codec, guess, messages = guess_of("plant/truck-7", {"t": 4})
    with pytest.raises(CommandRefused, match="is no option"):
        configured(codec, guess, messages, answers)


@pytest.mark.parametrize(
    ("codec", "answers"),
    [
        ("sparkplug_b", {"metrics": "x"}),
        ("sparkplug_b", {"metrics": [{"quantity": "temperature"}]}),
        ("sparkplug_b", {"metrics.a": "x", "unit of t": "C"}),
        ("sparkplug_b", {"devices": "x", "id of the device g/n": "y"}),
        ("chirpstack_v4", {"decoder": "x", "decoder of device e": "milesight_em300_th"}),
        ("chirpstack_v4", {"fields": "x", "quantity of t": "temperature"}),
        ("chirpstack_v4", {"fields": {"t": 1}}),
        ("chirpstack_v4", {"fields.t": "x", "unit of t": "C"}),
    ],
)
def test_table_of_another_format_is_refused_in_another_shape(
    codec: str, answers: dict[str, object]
) -> None:
    guess = Guess("a/+/b", {}, 100, ())
    with pytest.raises(CommandRefused, match="is no option"):
        configured(codec, guess, [("a/x/b", b"{}")], answers)


def test_name_within_a_level_stands_for_that_level_of_all_devices() -> None:
    one = Configured("mapping", "plant/sensor-7", {"topic": "plant/sensor-{device}"}, ())
    # `sensor-+` would be no filter that takes anything (MQTT 5 section 4.7.1.3).
    assert filter_of_all(one, "plant/+") == "plant/+"
