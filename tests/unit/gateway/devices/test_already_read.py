"""What is said of a device that a format reads by now, and which device a name is of."""

import json

import msgspec
import pytest

from gateway.devices.adoption import adopt
from gateway.devices.asked import Adopted, Adoption
from gateway.errors import CommandRefused
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.devices.asking import ELEVEN, tasmota
from tests.unit.gateway.intake.running_intake import ADD, NOW, TIMED

ASKED = Adoption("lisbon", "a-1", 60, "quality")
EUI = "24e124136b50221a"
EUI_TOPIC = f"application/a/device/{EUI}/event/up"


def uplink(name: str) -> bytes:
    return json.dumps(
        {
            "time": "2026-11-20T11:30:00+00:00",
            "deviceInfo": {"devEui": EUI, "deviceName": name},
            "fCnt": 1,
            "fPort": 85,
            "object": {"temperature_c": 25.5},
        }
    ).encode()


async def adopted(one: Adopting, **said: object) -> Adopted:
    asked = msgspec.structs.replace(ASKED, **said)
    found = [each for each in one.unread() if not one.status.known_devices([each.device])]
    return await adopt(asked, found, one.status, one, now=NOW, patience_s=0.1)


async def test_other_zone_than_that_of_a_wide_filter_of_another_device_is_refused(
    one: Adopting,
) -> None:
    await one.hear("tele/cellar/SENSOR", tasmota("2026-11-20T12:00:00", 4))
    await adopted(one, device="cellar", filter="tele/+/SENSOR", options={"zone": "Europe/Berlin"})
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T12:00:00", 5))
    lisbon = {"asset": "a-2", "options": {"zone": "Europe/Lisbon"}}
    with pytest.raises(CommandRefused, match=r"Berlin.*tele/\+/SENSOR.*\[\[source\]\]"):
        await adopted(one, **lisbon)
    assert one.values("a-2") == []
    # 12:00 in Berlin in November (CET) is 11:00 UTC.
    done = await adopted(one, asset="a-2", options={"zone": "Europe/Berlin"})
    assert (done.since, done.readings) == (ELEVEN, 1)


SAID: list[dict[str, object]] = [
    {"options": {"zone": "Europe/Lisbon"}},
    {"options": {"zone": "Europe/Lisbon"}, "replace": True},
    {"options": {"naive_time": "gateway"}},
    {"format": "senml"},
    {"filter": "tele/lisbon/SENSOR"},
    {"options": {"unit of t": "°F"}},
]


@pytest.mark.parametrize("said", SAID)
async def test_nothing_that_is_said_against_a_configured_source_is_thrown_away(
    one: Adopting, said: dict[str, object]
) -> None:
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T12:00:00", 5))
    with pytest.raises(CommandRefused, match=r"lisbon is read as tasmota.*\[\[source\]\]"):
        await adopted(one, **said)
    assert one.asked("asset.bind") == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"options": {"zone": "Europe/Berlin"}},
        {"format": "tasmota", "filter": "tele/+/SENSOR", "options": {"zone": ""}},
    ],
)
async def test_what_agrees_with_a_configured_source_brings_a_device_in(
    one: Adopting, said: dict[str, object]
) -> None:
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T12:00:00", 5))
    assert (await adopted(one, **said)).since == ELEVEN


async def test_answers_that_can_be_compared_with_nothing_are_refused(one: Adopting) -> None:
    one.configure("plant/up", "senml")
    await one.hear("plant/up", b'[{"bn":"urn:dev:ow:10e2","u":"Cel","v":5,"bt":1795172400}]')
    (record,) = one.status.unbound_devices()
    with pytest.raises(CommandRefused, match=r"is read already.*leave the answers out"):
        await adopted(one, device=record.device, options={"zone": "Europe/Berlin"})
    assert (await adopted(one, device=record.device)).since == ELEVEN


async def test_later_source_of_the_confirmed_filter_is_what_counts(one: Adopting) -> None:
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T11:00:00", 5))
    await adopted(one, options={"zone": "Europe/Lisbon"})
    one.configure("tele/lisbon/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.submit(dict(ADD) | {"asset": "a-2"})
    with pytest.raises(CommandRefused, match="Berlin"):
        await adopted(one, asset="a-2", options={"zone": "Europe/Lisbon"})


async def test_dotted_answers_that_a_source_says_already_make_no_further_source(
    one: Adopting,
) -> None:
    await one.hear("plant/t7", b'{"t": 4.5, "ts": 1795172400}')
    one.configure(
        "plant/+",
        "mapping",
        topic="plant/{device}",
        fields=[{"path": "t", "quantity": "temperature", "unit": "C"}],
        time={"path": "ts", "format": "epoch_s"},
    )
    said = {"time.path": "ts", "unit of t": "C", "quantity of t": "temperature"}
    # 1795172400 is 2026-11-20T11:00:00Z.
    assert (await adopted(one, device="t7", options=said)).since == ELEVEN
    assert one.asked("source.confirm") == []


async def test_exact_id_of_a_known_device_comes_before_another_s_display_name(
    one: Adopting,
) -> None:
    await one.hear("cargotwin/v1/cellar/readings", TIMED)
    await one.hear(EUI_TOPIC, uplink("cellar"))
    assert (await adopted(one, device="cellar")).device == "cellar"


async def test_name_of_a_known_and_of_an_unread_device_is_refused_with_both(
    one: Adopting,
) -> None:
    await one.hear("cargotwin/v1/cellar/readings", TIMED)
    await one.hear(EUI_TOPIC, uplink("CELLAR"))
    with pytest.raises(CommandRefused, match=f"{EUI}.*cellar"):
        await adopted(one, device="CELLAR")
    assert one.asked("asset.bind") == []


async def test_display_name_that_is_a_topic_of_a_known_device_is_not_taken_for_it(
    one: Adopting,
) -> None:
    topic = "freezer/sensor/upper/state"
    await one.hear(topic, b"-18.5")
    answers = {"unit": "°C", "quantity": "temperature"}
    await adopted(one, device=topic, options=answers)
    await one.hear(EUI_TOPIC, uplink(topic))
    assert (await adopted(one, device=topic, options=answers)).device == "freezer"


async def test_device_eui_that_shows_is_found_in_any_case_of_letters(one: Adopting) -> None:
    await one.hear(EUI_TOPIC, uplink("Cold room 3"))
    (unread,) = one.unread()
    assert unread.device == EUI
    done = await adopted(one, device=EUI.upper())
    assert (done.device, one.values("a-1")[0][1]) == (EUI, 25_500)


async def test_device_that_was_bound_before_anything_read_it_is_brought_in_with_its_answers(
    one: Adopting,
) -> None:
    await one.submit(
        {"command": "asset.bind", "asset": "a-1", "device": "lisbon", "expected_interval_s": 60,
         "observed_at_us": ELEVEN - 3_600_000_000}
    )  # fmt: skip
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T12:00:00", 5))
    asked = msgspec.structs.replace(
        ASKED, options={"zone": "Europe/Berlin"}, since=ELEVEN - 3_600_000_000
    )
    await adopt(asked, one.unread(), one.status, one, now=NOW, patience_s=0.1)
    assert one.values("a-1") == [(ELEVEN, 5_000)]


async def test_all_readings_are_refused_where_the_oldest_is_of_a_clock_that_was_never_set(
    one: Adopting,
) -> None:
    await one.hear(
        "tele/lisbon/SENSOR", tasmota("1970-01-01T00:00:12", 4), tasmota("2026-11-20T11:00:00", 5)
    )
    said = {"options": {"zone": "UTC"}}
    with pytest.raises(CommandRefused, match=r"1970-01-01T00:00:12Z.*name the moment"):
        await adopted(one, **said)
    assert one.asked("asset.bind") == []
    assert (await adopted(one, **said, since=ELEVEN - 1)).readings == 1


async def test_second_shipment_may_be_asked_for_with_what_a_source_says(one: Adopting) -> None:
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.hear("tele/lisbon/SENSOR", tasmota("2026-11-20T12:00:00", 5))
    await adopted(one)
    await one.submit(dict(ADD) | {"asset": "a-2"})
    with pytest.raises(CommandRefused, match="lisbon is read"):
        await adopted(one, asset="a-2", options={"zone": "Europe/Lisbon"})
    done = await adopted(one, asset="a-2", options={"zone": "Europe/Berlin"})
    assert (done.since, done.other_assets) == (ELEVEN, ("a-1",))
