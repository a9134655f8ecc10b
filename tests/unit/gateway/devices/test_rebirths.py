"""Sparkplug devices that wait for a BIRTH, among many messages of others."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.devices import rebirths
from gateway.devices.rebirths import unanswered, warning_of
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import NOW, publish

SECOND = 1_000_000
QUIET, LOUD = "spBv1.0/g/DDATA/n/quiet", "spBv1.0/g/DDATA/n/loud"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        found.configure("spBv1.0/#", "sparkplug_b")
        yield found


def data(seq: int) -> bytes:
    return sparkplug.payload([sparkplug.metric(None, sparkplug.double_value(1.0), alias=7)], seq)


async def hear_many(one: Adopting, count: int) -> None:
    """Have a device send a message each second."""
    messages = [
        msgspec.structs.replace(
            publish(data(number % 256), topic=LOUD, packet_id=None),
            received_at=NOW + number * SECOND,
        )
        for number in range(count)
    ]
    for start in range(0, count, 200):
        await one.intake.take(*messages[start : start + 200])
    one.derive()


async def test_device_is_not_hidden_by_a_thousand_messages_of_another(one: Adopting) -> None:
    await one.hear(QUIET, data(1), received_at=NOW - SECOND)
    await hear_many(one, 1_100)
    waiting = unanswered(one.status)
    assert {device: each.since for device, each in waiting.items()} == {
        "g:n:quiet": NOW - SECOND,
        "g:n:loud": NOW,
    }
    assert not any(each.is_cut_off for each in waiting.values())


async def test_moment_that_is_not_the_first_is_not_said_to_be_it(
    one: Adopting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebirths, "_MOST_PAGES", 1)
    await hear_many(one, 600)
    (each,) = unanswered(one.status).values()
    assert (each.since, each.is_cut_off) == (NOW + 100 * SECOND, True)
    assert "since before 12:01" in warning_of("g:n:loud", "12:01", is_cut_off=True)
    assert "since 12:01" in warning_of("g:n:loud", "12:01")
