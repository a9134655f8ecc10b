"""Bringing devices in, by a real intake and what is derived of it."""

import msgspec
import pytest

from gateway.devices.asked import Adopted
from gateway.devices.discovery import is_aside
from gateway.errors import CommandRefused
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.devices.asking import ASKED, ELEVEN, HEARD, SENSOR, TEN, adopted, tasmota
from tests.unit.gateway.intake.running_intake import NOW, TIMED, publish


async def test_asset_takes_kept_readings_from_the_chosen_moment_on_and_none_before(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    assert one.status.device("cellar") is None
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN))
    assert done == Adopted("cellar", "a-1", ELEVEN, 2, 3, 0, 0, ())
    assert one.values("a-1") == [(ELEVEN, 5_000), (ELEVEN + 1_800_000_000, 6_000)]
    await one.hear(SENSOR, tasmota("2026-11-20T12:45:00", 7), received_at=NOW + 60_000_000)
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000, 7_000]
    assert one.unread() == ()


async def test_all_kept_readings_count_where_all_are_asked_for(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)
    assert [value for _, value in one.values("a-1")] == [4_000, 5_000, 6_000]


async def test_nothing_is_changed_while_an_answer_is_open(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    with pytest.raises(CommandRefused, match="tasmota still needs: zone"):
        await adopted(one, msgspec.structs.replace(ASKED, options={}))
    assert [each["command"] for each in one.submitted] == ["asset.add"]
    assert one.status.device("cellar") is None


async def test_answers_of_one_device_are_not_taken_for_another(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await one.hear("tele/lisbon/SENSOR", HEARD[0])
    await adopted(one, ASKED)
    (unread,) = one.unread()
    assert (unread.device, unread.candidates[0].guess.needs) == ("lisbon", ("zone",))
    assert one.status.device("lisbon") is None
    wide = msgspec.structs.replace(
        ASKED, device="lisbon", filter="tele/+/SENSOR", options={"zone": "Europe/Lisbon"}
    )
    # Lisbon is on UTC in November (WET); 11:00 there is 11:00 UTC.
    assert (await adopted(one, wide)).since == ELEVEN
    assert one.asked("source.confirm")[-1]["filter"] == "tele/+/SENSOR"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"asset": "nowhere"}, "there is no asset nowhere"),
    ({"by": "two words"}, "party"),
    ({"expected_interval_s": 0}, "expected_interval_s"),
    ({"since": -1}, "since is a moment"),
    ({"since": NOW * 2}, "since is a moment"),
    ({"device": "stranger"}, "nothing is known of 'stranger'"),
    ({"format": "senml"}, "look like tasmota"),
    ({"filter": "a/#/b"}, "no topic filter"),
    ({"filter": "zigbee2mqtt/#"}, "takes none of"),
    ({"options": {"zone": "Mars"}}, "Mars"),
    ({"options": {"zone": "UTC", "colour": "red"}}, "colour"),
]


async def test_what_cannot_be_is_refused_before_anything_changes(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    for wrong, reason in WRONG:
        with pytest.raises(CommandRefused, match=reason):
            await adopted(one, msgspec.structs.replace(ASKED, **wrong))
    assert {each["command"] for each in one.submitted} == {"asset.add", "ways"}


async def test_device_whose_messages_carry_no_reading_is_refused(one: Adopting) -> None:
    await one.hear(SENSOR, b'{"Time":"2026-11-20T12:00:00Z","AM2301":{"Temperature":null}}')
    with pytest.raises(CommandRefused, match="finds no reading of tele/cellar/SENSOR"):
        await adopted(one, msgspec.structs.replace(ASKED, device=SENSOR, format="tasmota"))


async def test_answers_complete_a_mapping(one: Adopting) -> None:
    topic = "freezer/sensor/upper/state"
    await one.hear(topic, b"-18.5", b"-18.4")
    asked = msgspec.structs.replace(
        ASKED, device=topic, options={"unit": "°F", "quantity": "temperature"}
    )
    done = await adopted(one, asked)
    # (-18.5 - 32) * 5/9 = -28.0556 °C; (-18.4 - 32) * 5/9 = -28 °C.
    assert done.device == "freezer"
    assert [value for _, value in one.values("a-1")] == [-28_056, -28_000]


async def test_one_of_several_devices_of_a_topic_is_named(one: Adopting) -> None:
    topic = "plant/senml"
    packs = [b'[{"n":"urn:dev:ow:1%d","u":"Cel","v":%d}]' % (place, place) for place in (4, 5)]
    await one.hear(topic, *packs)
    with pytest.raises(CommandRefused, match="urn:dev:ow:14, urn:dev:ow:15; name one"):
        await adopted(one, msgspec.structs.replace(ASKED, device=topic, options={}))
    done = await adopted(one, msgspec.structs.replace(ASKED, device="urn:dev:ow:15", options={}))
    assert (done.device, done.decoded, done.readings) == ("urn:dev:ow:15", 2, 1)
    # The other one is read by now too, and waits for an asset of its own.
    assert [each.device for each in one.status.unbound_devices()] == ["urn:dev:ow:14"]


async def test_device_that_a_format_reads_is_only_bound(one: Adopting) -> None:
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    done = await adopted(one, msgspec.structs.replace(ASKED, device="d-1", options={}))
    assert (done.since, done.readings, done.decoded) == (ELEVEN, 1, 0)
    assert one.asked("source.confirm") == []


async def test_messages_without_reading_stay_open_as_bad_ones_do_and_are_told(
    one: Adopting,
) -> None:
    await one.hear("shelly1/status/temperature:0", b'{"id":0,"tC":20.1}', b'{"id":0,"tC":"x"}')
    await one.hear("shelly1/status/wifi", b'{"sta_ip":"x"}')
    done = await adopted(one, msgspec.structs.replace(ASKED, device="shelly1", options={}))
    assert (done.decoded, done.without_reading, done.refused) == (1, 1, 1)
    settled = [entry.settlement for entry in one.status.quarantined(10, None)]
    assert [each.outcome if each else "open" for each in settled] == ["open", "open", "decoded"]
    assert all(is_aside(each, {"shelly1"}) for each in one.unread())


async def test_message_whose_sender_had_no_right_is_never_taken(one: Adopting) -> None:
    await one.hear(SENSOR, HEARD[0])
    forged = msgspec.structs.replace(
        publish(HEARD[1], topic=SENSOR), is_permitted=False, packet_id=7
    )
    await one.intake.take(forged)
    one.derive()
    done = await adopted(one, ASKED)
    assert (done.decoded, done.readings) == (1, 1)
    assert [value for _, value in one.values("a-1")] == [4_000]


async def test_many_kept_messages_are_decoded_in_pages(one: Adopting) -> None:
    payloads = [b"%d.5" % number for number in range(510)]
    for start in range(0, len(payloads), 255):
        await one.intake.take(
            *(
                msgspec.structs.replace(
                    publish(payload, topic="freezer/sensor/a/state"), packet_id=None
                )
                for payload in payloads[start : start + 255]
            )
        )
    one.derive()
    asked = msgspec.structs.replace(
        ASKED, device="freezer/sensor/a/state", options={"unit": "%", "quantity": "humidity"}
    )
    done = await adopted(one, asked)
    assert (done.decoded, done.readings, done.refused) == (510, 510, 0)


async def test_messages_of_other_devices_and_of_other_reasons_are_left_alone(
    one: Adopting,
) -> None:
    await one.hear("zigbee2mqtt/fridge", b'{"temperature": 4.5, "linkquality": 90}')
    await one.hear("other/thing", b'{"door": "open"}')
    await one.hear("vendor/x", b"\x01\x02")
    await one.hear("cargotwin/v1/d-1/readings", b"no json")
    asked = msgspec.structs.replace(ASKED, device="fridge", filter="#", options={})
    done = await adopted(one, asked)
    assert (done.decoded, done.without_reading, done.refused) == (1, 0, 0)
    left = {each.topic for each in one.status.quarantined(10, None) if each.settlement is None}
    assert left == {"other/thing", "vendor/x", "cargotwin/v1/d-1/readings"}


async def test_other_device_of_a_wide_filter_has_answers_of_its_own(
    one: Adopting,
) -> None:
    await one.hear("plant/dev1/up", b'{"t": 5.1}')
    await one.hear("plant/dev2/up", b'{"hum": 50.5}')
    asked = msgspec.structs.replace(
        ASKED,
        device="plant/dev1/up",
        format="mapping",
        filter="plant/+/up",
        options={
            "level of the topic that names the device": "dev1",
            "quantity of t": "temperature",
            "unit of t": "C",
        },
    )
    done = await adopted(one, asked)
    assert (done.device, done.decoded) == ("dev1", 1)
    (unread,) = one.unread()
    assert unread.name == "plant/dev2/up"
    # What is said of one device is more specific than what is said of all.
    other = {
        "level of the topic that names the device": "dev2",
        "quantity of hum": "humidity",
        "unit of hum": "%",
    }
    done = await adopted(
        one,
        msgspec.structs.replace(ASKED, device="plant/dev2/up", format="mapping", options=other),
    )
    assert (done.device, done.decoded) == ("dev2", 1)
    assert one.values("a-1", "humidity")[0][1] == 50_500
    await one.hear("plant/dev1/up", b'{"t": 6}', received_at=NOW + 60_000_000)
    assert [value for _, value in one.values("a-1")] == [5_100, 6_000]


async def test_two_topics_of_one_device_may_have_answers_of_their_own(one: Adopting) -> None:
    upper, lower = "freezer/sensor/upper/state", "freezer/sensor/lower/state"
    await one.hear(upper, b"-18.5")
    await one.hear(lower, b"45.5")
    first = msgspec.structs.replace(
        ASKED, device=upper, filter=upper, options={"unit": "°C", "quantity": "temperature"}
    )
    second = msgspec.structs.replace(
        ASKED, device=lower, filter=lower, options={"unit": "%", "quantity": "humidity"}
    )
    for asked in (first, second, first, second):
        assert (await adopted(one, asked)).device == "freezer"
    assert [value for _, value in one.values("a-1")] == [-18_500]
    assert len(one.values("a-1", "humidity")) == 1
