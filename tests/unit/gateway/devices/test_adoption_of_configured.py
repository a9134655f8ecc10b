"""Bringing in devices that a configured source reads by now."""

import msgspec
import pytest

from gateway.devices.adoption import adopt
from gateway.errors import CommandRefused
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.devices.asking import ASKED, ELEVEN, HEARD, SENSOR, TEN, adopted, tasmota
from tests.unit.gateway.intake.running_intake import NOW


async def test_wide_answers_that_a_narrower_source_would_not_let_count_are_refused(
    one: Adopting,
) -> None:
    await one.hear("home/tele/fridge/SENSOR", tasmota("2026-11-20T12:00:00", 4))
    one.configure(
        "home/tele/fridge/SENSOR", "tasmota", topic="home/tele/{device}/SENSOR", zone="Asia/Kolkata"
    )
    asked = msgspec.structs.replace(ASKED, device="fridge", filter="home/tele/+/SENSOR")
    with pytest.raises(CommandRefused, match=r"home/tele/fridge/SENSOR is read as tasmota"):
        await adopted(one, asked)
    assert one.asked("source.confirm") == []


async def test_kept_readings_that_a_later_configured_source_explains_are_taken_without_a_question(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    (unread,) = one.unread()
    assert (unread.device, unread.candidates[0].is_in_force) == ("cellar", True)
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN, options={}))
    assert (done.decoded, done.readings) == (3, 2)
    assert one.values("a-1") == [(ELEVEN, 5_000), (ELEVEN + 1_800_000_000, 6_000)]
    assert one.asked("source.confirm") == []


async def test_device_that_a_configured_source_reads_by_now_takes_what_was_kept_before(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.hear(SENSOR, tasmota("2026-11-20T12:45:00", 7), received_at=NOW + 60_000_000)
    assert one.status.device("cellar") is not None
    found = one.unread()
    for known in (found, ()):  # Whether it is listed as kept beside that or not.
        done = await adopt(
            msgspec.structs.replace(ASKED, since=ELEVEN, options={}),
            known,
            one.status,
            one,
            now=NOW,
            patience_s=0.1,
        )
        assert done.readings == 3
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000, 7_000]


async def test_source_of_another_zone_than_was_configured_is_said_of_the_device_alone(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Asia/Kolkata")
    assert (await adopted(one, ASKED)).since == TEN
    assert one.asked("source.confirm")[0]["filter"] == SENSOR


async def test_device_that_only_its_payload_names_is_taken_by_a_later_source(
    one: Adopting,
) -> None:
    senml = b'[{"bn":"urn:dev:ow:10e2","u":"Cel","v":5,"bt":1795172400}]'
    await one.hear("plant/up", senml)
    one.configure("plant/up", "senml")
    done = await adopted(one, msgspec.structs.replace(ASKED, device="urn:dev:ow:10e2", options={}))
    # 1795172400 is 2026-11-20T11:00:00Z.
    assert (done.since, done.decoded) == (ELEVEN, 1)
