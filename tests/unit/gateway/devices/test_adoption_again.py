"""Bringing a device in a second time: after a break, for another asset, with other answers."""

from pathlib import Path

import msgspec
import pytest

from gateway.devices.adoption import adopt
from gateway.errors import CommandRefused, IntakeAway
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.devices.asking import ASKED, ELEVEN, HEARD, SENSOR, TEN, adopted, tasmota
from tests.unit.gateway.intake.running_intake import ADD, BIND, NOW, TIMED


async def test_second_asset_is_told_of_the_first(one: Adopting) -> None:
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    await one.submit(dict(BIND) | {"observed_at_us": TEN})
    done = await adopted(one, msgspec.structs.replace(ASKED, device="d-1", asset="a-2", options={}))
    assert done.other_assets == ("a-1",)
    assert len(one.values("a-1")) == len(one.values("a-2")) == 1


async def test_adoption_that_broke_off_is_finished_by_asking_again(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    submit, breaks_at = one.submit, "asset.bind"

    class Breaking:
        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            if command["command"] == breaks_at:
                raise IntakeAway(Path("intake.sock"), "it was stopped")
            return await submit(command)

    with pytest.raises(IntakeAway):
        await adopt(ASKED, one.unread(), one.status, Breaking(), now=NOW)
    assert one.values("a-1") == []
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)


async def test_oldest_reading_is_not_guessed_while_they_are_being_derived(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    one.is_behind = True
    with pytest.raises(CommandRefused, match="still being derived"):
        await adopted(one, ASKED)
    assert one.asked("asset.bind") == []
    # What was decoded by the first try is waited for by the second.
    with pytest.raises(CommandRefused, match="still being derived"):
        await adopted(one, ASKED)
    one.derive()
    one.is_behind = False
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)


async def test_asset_takes_from_a_chosen_moment_what_is_derived_later(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    one.is_behind = True
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN))
    assert (done.readings, done.decoded) == (None, 3)
    one.derive()
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000]


async def test_message_that_somebody_else_settled_meanwhile_is_no_hindrance(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    found = one.unread()
    one.is_behind = True
    newest = one.status.quarantined(1, None)[0].position
    await one.submit(
        {"command": "quarantine.discard", "position": newest, "reason": "x", "by": "quality"}
    )
    asked = msgspec.structs.replace(ASKED, since=TEN)
    done = await adopt(asked, found, one.status, one, now=NOW, patience_s=0.1)
    assert done.decoded == 2
    one.derive()
    assert [value for _, value in one.values("a-1")] == [4_000, 5_000]


async def test_adoption_that_broke_off_between_kept_messages_is_finished_by_asking_again(
    one: Adopting,
) -> None:
    # 64 commands go at once; intake is away before the second lot.
    older = [tasmota(f"2026-11-20T10:{n // 60:02d}:{n % 60:02d}", 4) for n in range(100)]
    await one.hear(SENSOR, *older)
    submit = one.submit

    class Breaking:
        lots = 0

        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            self.lots += command["command"] == "many"
            if self.lots > 1:
                raise IntakeAway(Path("intake.sock"), "it was stopped")
            return await submit(command)

    asked = msgspec.structs.replace(ASKED, since=None)
    with pytest.raises(IntakeAway):
        await adopt(asked, one.unread(), one.status, Breaking(), now=NOW)
    assert one.unread() == ()
    done = await adopted(one, asked)
    # 10:00:00 in Berlin, the oldest.
    assert (done.since, done.decoded, done.readings) == (TEN - 3_600_000_000, 36, 100)


async def test_mapped_device_is_asked_for_again_by_its_topic(one: Adopting) -> None:
    topic = "freezer/sensor/upper/state"
    await one.hear(topic, b"-18.5")
    asked = msgspec.structs.replace(
        ASKED, device=topic, options={"unit": "°F", "quantity": "temperature"}
    )
    await adopted(one, asked)
    assert (await adopted(one, asked)).device == "freezer"


async def test_device_that_is_read_already_is_not_taken_with_other_answers(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await adopted(one, ASKED)
    await one.submit(dict(ADD) | {"asset": "a-2"})
    other = msgspec.structs.replace(ASKED, asset="a-2", options={"zone": "UTC"})
    with pytest.raises(CommandRefused, match="quality said otherwise"):
        await adopted(one, other)
    assert len(one.asked("asset.bind")) == 1
    same = msgspec.structs.replace(ASKED, asset="a-2")
    assert (await adopted(one, same)).readings == 3


async def test_travel_that_has_ended_is_not_begun_within_itself(one: Adopting) -> None:
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    await one.submit(dict(BIND) | {"observed_at_us": TEN})
    end = ELEVEN + 60_000_000
    await one.submit(
        {"command": "asset.unbind", "asset": "a-1", "device": "d-1", "observed_at_us": end}
    )
    asked = msgspec.structs.replace(ASKED, device="d-1", options={})
    for since in (None, ELEVEN, end - 1):
        with pytest.raises(CommandRefused, match="was ended at 2026-11-20T11:01:00Z"):
            await adopted(one, msgspec.structs.replace(asked, since=since))
    assert len(one.asked("asset.bind")) == 1
    assert (await adopted(one, msgspec.structs.replace(asked, since=end))).readings == 0


async def test_closed_asset_takes_no_further_device(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await one.submit({"command": "milestone", "asset": "a-1", "name": "close"})
    with pytest.raises(CommandRefused, match="asset a-1 is closed"):
        await adopted(one, ASKED)
    assert one.asked("source.confirm") == []
