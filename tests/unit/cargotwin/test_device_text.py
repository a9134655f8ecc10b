"""Devices as the terminal shows them."""

import json
import tomllib

from cargotwin.device_text import lines_of, source_blocks, state_text
from gateway.devices.discovery import Heard, unread_devices
from gateway.devices.guarantees import Observed
from gateway.ports import DeviceRecord
from gateway.web.device_documents import Document, Way, record_document, unread_document
from tests.unit.gateway.codecs.samples import RECEIVED_AT
from twins.readings import ClockSource

NAIVE = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}

QUESTION = {"need": "zone", "text": "?", "choices": [], "example": "UTC", "is_optional": False}


def documents(*messages: tuple[str, object]) -> list[Document]:
    heard = [
        Heard(topic, "c", 1, RECEIVED_AT, RECEIVED_AT, ((RECEIVED_AT, json.dumps(one).encode()),))
        for topic, one in messages
    ]
    return [unread_document(one) for one in unread_devices(heard)]


def test_source_is_said_once_for_all_devices_of_a_kind() -> None:
    items = documents(
        ("tele/attic/SENSOR", NAIVE),
        ("tele/cellar/SENSOR", NAIVE),
        ("zigbee2mqtt/fridge", {"temperature": 4, "linkquality": 9}),
    )
    tasmota, zigbee = source_blocks(items)
    assert tasmota.count("[[source]]") == 1
    assert 'zone = "?zone?"' in tasmota
    (source,) = tomllib.loads(zigbee)["source"]
    assert source == {"filter": "zigbee2mqtt/#", "codec": "zigbee2mqtt"}
    # All of them together are a file that can be read.
    both = tomllib.loads(f"{tasmota}\n\n{zigbee}\n")["source"]
    assert [one["codec"] for one in both] == ["tasmota", "zigbee2mqtt"]
    assert not any("[[source]]" in line for one in items for line in lines_of(one))


def test_lines_of_a_device_name_it_and_say_what_is_open() -> None:
    (one,) = documents(("tele/cellar/SENSOR", NAIVE))
    lines = lines_of(one)
    assert lines[0] == "cellar  no format reads it yet, 1 message kept"
    assert lines[-1] == (
        'needs      zone: In which time zone is the device\'s clock? --option "zone=Europe/Berlin"'
    )


def test_warning_of_a_device_is_shown() -> None:
    one = record_document(DeviceRecord("plant:line", (), ()), None, "no answer has come")
    assert state_text(one) == "waits for its BIRTH"
    assert "warning    no answer has come" in lines_of(one)


def test_wrong_zone_is_named_in_clock_and_guarantee() -> None:
    observed = Observed(
        qos_lowest=1,
        via_broker=False,
        clock_sources={ClockSource.DEVICE},
        has_seq=False,
        is_signed=False,
    )
    way = Way("d-1", observed, -3_600_000_000)
    one = record_document(DeviceRecord("d-1", (), ()), way)
    (clock,) = [line for line in lines_of(one) if line.startswith("clock")]
    assert "the likely cause is a wrong time zone" in clock
    assert "wrong time zone" in str(one["guarantee"])


def test_answers_that_cannot_be_of_one_device_alone_are_said_to_be_of_all() -> None:
    (fridge,) = documents(("zigbee2mqtt/fridge", {"temperature": 4, "linkquality": 9}))
    note = "note       the answers hold for every device on "
    guess = fridge["formats"][0]  # type: ignore[index]  # a list in parsed JSON
    shared = {**fridge, "formats": [guess | {"questions": [QUESTION]}]}
    assert f"{note}zigbee2mqtt/#" in lines_of(shared)
    (own,) = documents(("tele/cellar/SENSOR", NAIVE))
    assert not any(line.startswith(note) for line in lines_of(own))
