import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.recognition import recognised
from gateway.codecs.registry import InvalidCodecOption, codec_named
from gateway.devices.configuring import Configured, configured
from gateway.devices.source_block import joint, source_block
from twins.readings import Reading

RECEIVED_AT = 1_780_000_000_000_000

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
options = st.recursive(
    texts
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def test_block_is_the_section_that_a_person_would_write() -> None:
    one = Configured("tasmota", "tele/d-1/SENSOR", {"zone": "Europe/Berlin"}, ())
    assert source_block(one).splitlines() == [
        "[[source]]",
        'filter = "tele/d-1/SENSOR"',
        'codec = "tasmota"',
        'options = { zone = "Europe/Berlin" }',
    ]


def proposed(topic: str, *payloads: object) -> Configured:
    """Return the source of all devices of a kind, as discovery proposes it."""
    messages = [
        (topic, one if isinstance(one, bytes) else json.dumps(one).encode()) for one in payloads
    ]
    best = recognised(messages, RECEIVED_AT)[0]
    return configured(best.codec, best.guess, messages, {}, best.guess.filter)


def test_question_stands_in_the_place_of_an_answer_with_what_to_write() -> None:
    naive = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}
    assert source_block(proposed("tele/d-1/SENSOR", naive)).splitlines() == [
        "[[source]]",
        'filter = "tele/+/SENSOR"',
        'codec = "tasmota"',
        "# Put an answer in the place of each question.",
        "[source.options]",
        "# In which time zone is the device's clock? For instance Europe/Berlin.",
        'zone = "?zone?"',
    ]


def test_mapping_asks_for_level_quantity_and_unit_of_each_number() -> None:
    block = source_block(proposed("plant/truck-7", {"t": 41, "rh": 7}))
    lines = block.splitlines()
    assert 'topic = "plant/?level of the topic that names the device?"' in lines
    assert any("device_path" in line for line in lines)
    assert sum("In which unit is" in line for line in lines) == 2
    (source,) = tomllib.loads(block)["source"]
    assert source["options"]["fields"][0] == {
        "path": "t",
        "sensor": "t",
        "quantity": "?quantity of t?",
        "unit": "?unit of t?",
    }


UNANSWERED = {
    "tasmota": ("tele/d-1/SENSOR", {"Time": "2026-01-31T12:00:00", "A": {"Temperature": 4}}),
    "mapping": ("plant/truck-7", {"data": {"t": 41}}),
    "plain number": ("freezer/sensor/upper/state", b"-18.5"),
    "the things stack": (
        "v3/a@t/devices/dev1/up",
        {"uplink_message": {"f_port": 1, "decoded_payload": {"temperature": 1}}},
    ),
    "chirpstack": (
        "application/a/device/24e124136b502217/event/up",
        {"fPort": 85, "data": "AXVcA2c0AQRoZQ=="},
    ),
}


@pytest.mark.parametrize("family", UNANSWERED)
def test_gateway_does_not_start_with_a_source_before_its_questions_are_answered(
    family: str,
) -> None:
    topic, payload = UNANSWERED[family]
    one = proposed(topic, payload)
    assert one.open
    (source,) = tomllib.loads(source_block(one))["source"]
    assert source["filter"] == one.filter
    with pytest.raises(InvalidCodecOption):
        codec_named(source["codec"], source["options"])


def test_answers_in_the_place_of_the_questions_make_the_source_whole() -> None:
    block = source_block(proposed("plant/truck-7", {"t": 41}))
    answers = {
        "?level of the topic that names the device?": "{device}",
        "?quantity of t?": "temperature",
        "?unit of t?": "K",
    }
    for question, answer in answers.items():
        block = block.replace(question, answer)
    (source,) = tomllib.loads(block)["source"]
    decoded = codec_named(source["codec"], source["options"]).decode(
        "plant/truck-9", b'{"t": 280}', RECEIVED_AT
    )
    (reading,) = decoded.records
    assert isinstance(reading, Reading)
    # 280 K is 6.85 °C.
    assert (reading.device, reading.value) == ("truck-9", 6_850)


def test_question_of_a_hostile_name_stays_a_comment() -> None:
    one = Configured("things_stack_v3", "a/#", {}, ("unit of x\n[[source]]\r",))
    (source,) = tomllib.loads(source_block(one))["source"]
    assert source["codec"] == "things_stack_v3"


def test_devices_of_one_kind_have_one_source_with_all_that_they_send() -> None:
    first = proposed("plant/truck-7", {"t": 41})
    second = proposed("plant/truck-8", {"t": 41, "rh": 7})
    other = proposed("tele/d-1/SENSOR", {"Time": "2026-01-31T12:00:00Z", "A": {"Temperature": 4}})
    one, tasmota = joint([first, other, second, first])
    assert tasmota == other
    assert [(each["path"], each.get("optional", False)) for each in one.options["fields"]] == [
        ("t", False),
        ("rh", True),
    ]
    assert one.open == second.open
    assert joint([]) == ()


@given(topic_filter=texts, found=st.dictionaries(texts, options, max_size=3))
def test_block_says_what_it_was_made_of(topic_filter: str, found: dict[str, object]) -> None:
    (source,) = tomllib.loads(source_block(Configured("c", topic_filter, found, ())))["source"]
    assert source["filter"] == topic_filter
    assert source.get("options", {}) == found
