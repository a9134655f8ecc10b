"""Devices of one Sparkplug node: their topics are read together, and answers are of one of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.devices.adoption import adopt
from gateway.devices.asked import Adopted, Adoption
from gateway.errors import CommandRefused
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import ADD, NOW

SENT_MS = NOW // 1_000 - 60_000
FAHRENHEIT, CELSIUS = {"unit of Temperature": "°F"}, {"unit of Temperature": "°C"}


def birth(value: float, seq: int) -> bytes:
    metric = sparkplug.metric(
        "Temperature", sparkplug.double_value(value), datatype=sparkplug.DOUBLE, timestamp=SENT_MS
    )
    return sparkplug.payload([metric], seq, timestamp=SENT_MS)


def data(value: float, seq: int) -> bytes:
    moment = SENT_MS + seq * 1_000
    metric = sparkplug.metric(
        "Temperature", sparkplug.double_value(value), datatype=sparkplug.DOUBLE, timestamp=moment
    )
    return sparkplug.payload([metric], seq, timestamp=moment)


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    """Give a node with two devices, a of which sends in °F and b in °C."""
    async with adopting(tmp_path) as found:
        await found.submit(dict(ADD) | {"asset": "a-2"})
        await found.hear("spBv1.0/g/NBIRTH/n", sparkplug.nbirth(session=1))
        await found.hear("spBv1.0/g/DBIRTH/n/a", birth(68.0, 1), received_at=NOW + 1)
        await found.hear("spBv1.0/g/DBIRTH/n/b", birth(20.0, 2), received_at=NOW + 2)
        yield found


async def adopted(one: Adopting, device: str, asset: str, **said: object) -> Adopted:
    asked = msgspec.structs.replace(Adoption(device, asset, 60, "quality"), **said)
    found = [each for each in one.unread() if not one.status.known_devices([each.device])]
    return await adopt(asked, found, one.status, one, now=NOW, patience_s=0.1)


async def test_unit_of_one_device_is_not_taken_for_its_sibling_s(one: Adopting) -> None:
    done = await adopted(one, "g:n:a", "a-1", options=FAHRENHEIT)
    # What its sibling and its node sent is not said to be a fault of it.
    assert (done.decoded, done.without_reading, done.refused) == (1, 0, 0)
    # 68 °F is 20 °C.
    assert [value for _, value in one.values("a-1")] == [20_000]
    assert one.status.device("g:n:b") is None
    with pytest.raises(CommandRefused, match="still needs: unit of Temperature"):
        await adopted(one, "g:n:b", "a-2")
    await adopted(one, "g:n:b", "a-2", options=CELSIUS)
    assert [value for _, value in one.values("a-2")] == [20_000]


async def test_answers_of_the_sibling_leave_those_of_the_first_as_they_are(one: Adopting) -> None:
    await adopted(one, "g:n:a", "a-1", options=FAHRENHEIT)
    await adopted(one, "g:n:b", "a-2", options=CELSIUS)
    await one.hear("spBv1.0/g/DDATA/n/a", data(50.0, 3), received_at=NOW + 3)
    await one.hear("spBv1.0/g/DDATA/n/b", data(10.0, 4), received_at=NOW + 4)
    # 50 °F is 10 °C.
    assert [value for _, value in one.values("a-1")] == [20_000, 10_000]
    assert [value for _, value in one.values("a-2")] == [20_000, 10_000]


async def test_what_a_sibling_sent_before_its_own_answers_is_taken_with_them(
    one: Adopting,
) -> None:
    await adopted(one, "g:n:a", "a-1", options=FAHRENHEIT)
    await one.hear("spBv1.0/g/DDATA/n/b", data(10.0, 3), received_at=NOW + 3)
    done = await adopted(one, "g:n:b", "a-2", options=CELSIUS)
    assert done.decoded == 2
    assert [value for _, value in one.values("a-2")] == [20_000, 10_000]


async def test_both_may_be_asked_for_again_with_their_own_answers_and_with_no_others(
    one: Adopting,
) -> None:
    await adopted(one, "g:n:a", "a-1", options=FAHRENHEIT)
    await adopted(one, "g:n:b", "a-2", options=CELSIUS)
    for device, right, wrong in (("g:n:a", FAHRENHEIT, CELSIUS), ("g:n:b", CELSIUS, FAHRENHEIT)):
        with pytest.raises(CommandRefused, match=f"{device} is read as sparkplug_b"):
            await adopted(one, device, "a-1", options=wrong)
        await adopted(one, device, "a-1", options=right)


async def test_metric_that_one_device_lets_be_ignored_is_still_asked_of_its_sibling(
    one: Adopting,
) -> None:
    done = await adopted(one, "g:n:a", "a-1", options=FAHRENHEIT | {"quantity of Spare": "ignore"})
    assert done.readings == 1
    (said,) = one.asked("source.confirm")
    assert said["options"]["metrics"] == [  # type: ignore[index]  # parsed JSON
        {"name": "Temperature", "quantity": "temperature", "unit": "°F", "device": "g:n:a"},
        {"name": "Spare", "quantity": "ignore", "device": "g:n:a"},
    ]


async def test_answers_for_all_devices_are_those_of_all(one: Adopting) -> None:
    await adopted(one, "g:n:a", "a-1", filter="spBv1.0/#", options=CELSIUS)
    (said,) = one.asked("source.confirm")
    assert "device" not in said["options"]["metrics"][0]  # type: ignore[index]  # parsed JSON
