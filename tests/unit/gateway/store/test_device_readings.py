"""Single devices and topics without a format, by a real intake and what is derived of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.ports import DeviceBinding, DeviceSeries
from gateway.store.device_readings import LARGEST_PAYLOAD_BYTES, PAYLOADS
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import ADD, BIND, NOW, TIMED, TOPIC, publish

SECOND = 1_000_000
ELEVEN = NOW - 3_600 * SECOND


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        yield found


async def test_topic_without_format_is_told_with_its_newest_messages(one: Adopting) -> None:
    await one.hear("site/door", *(b"%d" % number for number in range(7)))
    await one.hear("site/gate", b"x" * (LARGEST_PAYLOAD_BYTES + 1), received_at=NOW + 60 * SECOND)
    gate, door = one.status.unread_topics()
    assert (gate.topic, gate.messages, gate.payloads) == ("site/gate", 1, ())
    assert (door.topic, door.client, door.messages) == ("site/door", "client", 7)
    assert (door.first_at, door.last_at) == (NOW, NOW + 6 * SECOND)
    assert door.payloads == tuple(
        (NOW + number * SECOND, b"%d" % number) for number in range(7 - PAYLOADS, 7)
    )
    assert door.qos is None


async def test_what_a_format_reads_or_nobody_may_send_is_no_topic_without_format(
    one: Adopting,
) -> None:
    await one.hear(TOPIC, TIMED, b"{")
    forged = msgspec.structs.replace(publish(b"5", topic="site/door"), is_permitted=False)
    await one.intake.take(forged)
    one.derive()
    assert one.status.unread_topics() == ()


async def test_settled_message_is_told_no_more(one: Adopting) -> None:
    await one.hear("site/door", b"1", b"2")
    first, _ = sorted(entry.position for entry in one.status.quarantined(10, None))
    await one.submit(
        {"command": "quarantine.discard", "position": first, "reason": "noise", "by": "quality"}
    )
    (door,) = one.status.unread_topics()
    assert (door.messages, [payload for _, payload in door.payloads]) == (1, [b"2"])


async def test_topic_is_told_again_when_its_format_is_gone(one: Adopting) -> None:
    await one.hear("zigbee2mqtt/x", b'{"temperature": 4}', b"{")
    for entry in one.status.quarantined(10, None):
        await one.submit(
            {
                "command": "quarantine.redecode",
                "position": entry.position,
                "codec": "zigbee2mqtt",
                "by": "quality",
            }
        )
    # One stays in quarantine, but its topic was read since.
    assert one.status.unread_topics() == ()
    await one.hear("zigbee2mqtt/x", b'{"temperature": 5}', received_at=NOW + 90 * SECOND)
    (topic,) = one.status.unread_topics()
    assert topic.messages == 2


async def test_device_is_told_with_its_series_and_bindings(one: Adopting) -> None:
    assert one.status.device("d-1") is None
    await one.hear(TOPIC, TIMED)
    await one.hear(TOPIC, b'{"quantity":"humidity","value":50.5,"unit":"%"}')
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.submit(dict(BIND) | {"observed_at_us": ELEVEN})
    await one.submit(dict(BIND) | {"asset": "a-2", "observed_at_us": ELEVEN})
    ended = {"command": "asset.unbind", "asset": "a-2", "device": "d-1", "observed_at_us": NOW}
    await one.submit(ended)
    found = one.status.device("d-1")
    assert found is not None
    assert found.series == (
        DeviceSeries("humidity", "humidity", 1, NOW, NOW, 50_500, 3, 0),
        DeviceSeries("temperature", "temperature", 1, ELEVEN, ELEVEN, 5_000, 1, 0),
    )
    assert set(found.bindings) == {
        DeviceBinding("a-1", ELEVEN, None),
        DeviceBinding("a-2", ELEVEN, NOW),
    }
    assert found.assets == ("a-1",)


async def test_readings_are_counted_from_a_moment_on(one: Adopting) -> None:
    await one.hear(TOPIC, TIMED, TIMED.replace(b"11:00:00", b"11:00:01"))
    assert [one.status.readings_since("d-1", ELEVEN + place) for place in (0, 1, SECOND + 1)] == [
        2,
        1,
        0,
    ]
    assert one.status.readings_since("nobody", 0) == 0


async def test_device_that_was_bound_and_never_sent_is_known(one: Adopting) -> None:
    await one.submit(dict(BIND) | {"device": "d-9"})
    found = one.status.device("d-9")
    assert found is not None
    assert (found.series, found.assets) == ((), ("a-1",))
