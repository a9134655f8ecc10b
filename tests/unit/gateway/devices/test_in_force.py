"""What today's formats make of messages that came before a format read their topics."""

import json

from gateway.codecs.route import Route, RoutingTable
from gateway.devices.discovery import Heard
from gateway.devices.in_force import kept_devices
from tests.unit.gateway.codecs.samples import RECEIVED_AT

BERLIN = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}
TASMOTA = Route(filter="tele/+/SENSOR", codec="tasmota", options={"zone": "Europe/Berlin"})


def heard(topic: str, *payloads: object) -> Heard:
    encoded = tuple((RECEIVED_AT, json.dumps(one).encode()) for one in payloads)
    return Heard(topic, "c", len(encoded), RECEIVED_AT, RECEIVED_AT, encoded, 1)


def test_format_that_reads_a_topic_by_now_needs_nothing_more() -> None:
    (one,) = kept_devices([heard("tele/cellar/SENSOR", BERLIN)], RoutingTable([TASMOTA]))
    (candidate,) = one.candidates
    assert (one.device, candidate.codec, candidate.is_in_force) == ("cellar", "tasmota", True)
    assert (candidate.guess.needs, candidate.guess.options) == ((), TASMOTA.options)
    # 12:00 in Berlin in January is 11:00 UTC.
    assert [reading.observed_at for reading in candidate.readings] == [1_769_857_200_000_000]


def test_topic_that_no_format_reads_is_guessed_as_before() -> None:
    attic = heard("tele/attic/SENSOR", BERLIN)
    narrow = Route(filter="tele/cellar/SENSOR", codec="tasmota", options=TASMOTA.options)
    cellar, guessed = kept_devices(
        [heard("tele/cellar/SENSOR", BERLIN), attic], RoutingTable([narrow])
    )
    assert (cellar.candidates[0].is_in_force, guessed.candidates[0].is_in_force) == (True, False)
    assert guessed.candidates[0].guess.needs == ("zone",)


def test_topic_of_which_its_format_reads_nothing_is_guessed_too() -> None:
    wide = Route(filter="#", codec="zigbee2mqtt", options={"base_topic": "home"})
    (one,) = kept_devices([heard("tele/cellar/SENSOR", BERLIN)], RoutingTable([wide]))
    assert (one.candidates[0].codec, one.candidates[0].is_in_force) == ("tasmota", False)


def test_topics_that_one_source_reads_of_one_device_are_one_candidate() -> None:
    source = Route(filter="s-1/status/+", codec="shelly_gen2")
    topics = [
        heard("s-1/status/temperature:0", {"id": 0, "tC": 20.1}),
        heard("s-1/status/humidity:0", {"id": 0, "rh": 50.5}),
    ]
    (one,) = kept_devices(topics, RoutingTable([source]))
    (candidate,) = one.candidates
    assert {reading.quantity for reading in candidate.readings} == {"temperature", "humidity"}
    assert len(one.heard) == 2


def test_what_a_device_tells_beside_its_readings_is_no_device() -> None:
    topics = [heard("tele/cellar/SENSOR", BERLIN), heard("tele/cellar/STATE", {"Uptime": 5})]
    assert [one.device for one in kept_devices(topics, RoutingTable([TASMOTA]))] == ["cellar"]


def test_several_devices_of_one_topic_are_told_apart() -> None:
    packs = [[{"n": f"urn:dev:ow:1{place}", "u": "Cel", "v": place}] for place in (4, 5)]
    found = kept_devices(
        [heard("plant/senml", *packs)], RoutingTable([Route(filter="plant/+", codec="senml")])
    )
    assert [one.device for one in found] == ["urn:dev:ow:14", "urn:dev:ow:15"]
