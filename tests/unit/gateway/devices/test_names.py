"""Under which names a device is found. Payloads: tests/vectors/payloads names their sources."""

import json
from collections.abc import Sequence

import pytest

from gateway.devices.discovery import Heard, Unread, unread_devices
from gateway.devices.names import LONGEST_NAME, addressed, existing, names_of, namesakes
from tests.unit.gateway.codecs.samples import PAYLOADS, RECEIVED_AT

UPLINK = {
    "time": "2026-05-31T12:00:00+00:00",
    "deviceInfo": {"devEui": "24e124136b502217", "deviceName": "Cold room 3"},
    "fPort": 85,
    "data": "AXVcA2c0AQRoZQ==",
}


def heard(topic: str, payload: object) -> Heard:
    encoded = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Heard(topic, "c", 1, RECEIVED_AT, RECEIVED_AT, ((RECEIVED_AT, encoded),), 1)


def birth() -> bytes:
    encoded = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
    return bytes.fromhex(encoded[0]["hex"])


FOUND = unread_devices(
    [
        heard("application/a/device/24e124136b502217/event/up", UPLINK),
        heard("spBv1.0/plant/NBIRTH/line", birth()),
        heard("plant/senml", [{"bn": "urn:dev:ow:10e2", "u": "Cel", "v": 5}]),
    ]
)


def find_unread(found: Sequence[Unread], name: str) -> Unread | None:
    return addressed(found, name) or next(iter(namesakes(found, name)), None)


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("application/a/device/24e124136b502217/event/up", "application"),
        ("24e124136b502217", "application"),
        ("24E124136B502217", "application"),
        ("Cold room 3", "application"),
        ("cold ROOM 3", "application"),
        ("plant:line", "spBv1.0"),
        ("plant/line", "spBv1.0"),
        ("line", "spBv1.0"),
        ("spBv1.0/plant/NBIRTH/line", "spBv1.0"),
        ("urn:dev:ow:10e2", "plant"),
        ("plant/senml", "plant"),
    ],
)
def test_device_is_found_by_its_id_its_topic_and_what_its_system_calls_it(
    name: str, topic: str
) -> None:
    found = find_unread(FOUND, name)
    assert found is not None
    assert found.heard[0].topic.split("/")[0] == topic


def test_every_id_of_the_list_finds_its_device() -> None:
    assert [find_unread(FOUND, one.name) for one in FOUND] == list(FOUND)


def test_name_of_no_device_finds_none() -> None:
    assert find_unread(FOUND, "cellar") is None
    assert find_unread((), "cellar") is None


def test_display_name_of_two_devices_finds_both_and_an_id_one_of_them() -> None:
    found = unread_devices(
        [
            heard(f"application/a/device/{eui}/event/up", UPLINK | {"deviceInfo": {
                "devEui": eui, "deviceName": "Cold room 3"
            }})
            for eui in ("24e124136b502217", "24e124136b502218")
        ]
    )  # fmt: skip
    assert namesakes(found, "cold room 3") == list(found)
    exact = find_unread(found, "24e124136b502218")
    assert exact is not None
    assert "24e124136b502218" in exact.heard[0].topic


def test_id_of_one_device_is_not_taken_for_the_display_name_of_another() -> None:
    first = Unread("line", (heard("x/line", b"open"),), ())
    assert find_unread((*FOUND, first), "line") is first


def test_other_names_are_told_beside_the_id() -> None:
    (chirpstack,) = (one for one in FOUND if one.heard[0].topic.startswith("application"))
    assert set(names_of(chirpstack)) == {"24e124136b502217", "Cold room 3"}


def test_devices_that_there_are_are_told_the_likest_first() -> None:
    ids = [f"truck-{number}" for number in range(20)] + ["cellar"]
    text = existing("celar", ids)
    assert text.startswith("there are cellar, ")
    assert "and 13 more" in text
    assert existing("x", []) == "no device waits to be brought in"


def test_name_of_any_length_is_cut_and_still_finds_its_device() -> None:
    long = "N" * 15_000
    payload = UPLINK | {"deviceInfo": {"devEui": "24e124136b502217", "deviceName": long}}
    (one,) = unread_devices([heard("application/a/device/24e124136b502217/event/up", payload)])
    assert max(map(len, names_of(one))) == LONGEST_NAME == 96
    assert find_unread([one], long) is one
