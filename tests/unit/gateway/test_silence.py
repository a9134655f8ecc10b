from pathlib import Path

import pytest

from tests.unit.gateway.deriving import (
    MINTED,
    Deriving,
    absorbed,
    asked,
    minted,
    published,
    watched_twice,
)
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.twins.samples import ASSET, at, bind, close, detach, read

INTERVAL = at(10)
DAY = at(86_400)


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deriving:
    for pause in ("_POLL_S", "_ASSESS_S", "_RETRY_S", "_GATHER_S", "_PUBLISH_S"):
        monkeypatch.setattr(f"gateway.derive.{pause}", 0.005)
    return Deriving(tmp_path)


async def test_asset_is_silent_after_one_expected_interval_and_not_before(one: Deriving) -> None:
    one.write(*MINTED)
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    heard_at = one.clock.now
    async with running(one.derive.notice_silence_forever()):
        one.clock.now = heard_at + INTERVAL
        await watched_twice(one)
        assert one.status.silent_as_of == {}
        one.clock.now += 1
        await until(lambda: one.status.silent_as_of)
    assert one.status.silent_as_of == {ASSET: heard_at + INTERVAL + 1}


async def test_silence_is_published_once_it_changes_how_the_asset_stands(one: Deriving) -> None:
    one.write(*MINTED)
    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await published(one, 1)
        one.clock.now += INTERVAL + 1
        async with running(derive.notice_silence_forever()):
            await published(one, 2)
    silence = one.versions()[1]
    assert (silence.as_of, silence.disposition) == (one.clock.now, "unknown")


async def test_asset_of_two_devices_is_silent_after_the_shorter_interval(one: Deriving) -> None:
    one.write(*MINTED, bind(5, "d2", every=86_400))
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    async with running(one.derive.notice_silence_forever()):
        one.clock.now += INTERVAL
        await watched_twice(one)
        assert one.status.silent_as_of == {}
        one.clock.now += 1
        await until(lambda: one.status.silent_as_of)


async def test_nobody_is_silent_while_a_backlog_of_old_readings_comes_in(one: Deriving) -> None:
    one.write(*MINTED)
    derive = one.derive
    async with running(derive.absorb_forever(), derive.notice_silence_forever()):
        for second in range(20, 60, 10):
            await absorbed(one)
            one.clock.now += INTERVAL
            await watched_twice(one)
            one.write(read(second, 5_000))
        await absorbed(one)
        await watched_twice(one)
    assert one.status.silent_as_of == {}


async def test_late_reading_does_not_take_silence_back_and_silence_is_counted_anew_from_it(
    one: Deriving,
) -> None:
    one.write(*MINTED)
    derive = one.derive
    async with running(derive.absorb_forever(), derive.notice_silence_forever()):
        await absorbed(one)
        await watched_twice(one)
        one.clock.now += INTERVAL + 1
        await until(lambda: one.status.silent_as_of)
        silent_until = one.clock.now
        one.write(read(20, 5_000))
        await absorbed(one)
        one.clock.now += INTERVAL
        await watched_twice(one)
        assert one.status.silent_as_of == {ASSET: silent_until}
        assert one.status.as_of(ASSET) == silent_until


async def test_asset_whose_only_device_was_detached_is_silent_for_good(one: Deriving) -> None:
    one.write(*MINTED, detach(20))
    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await published(one, 1)
        async with running(derive.notice_silence_forever()):
            await watched_twice(one)
            assert one.status.silent_as_of == {}
            one.clock.now += 3 * DAY
            await until(lambda: one.status.silent_as_of)
            await until(lambda: one.versions()[-1].disposition == "unknown")


async def test_closed_asset_is_never_silent(one: Deriving) -> None:
    one.write(*MINTED, close(20))
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    one.clock.now += 100 * INTERVAL
    async with running(one.derive.notice_silence_forever()):
        # Another asset, to see that the watch goes on.
        one.take(*minted("box-2"))
        await watched_twice(one)
        one.clock.now += 100 * INTERVAL
        await until(lambda: one.status.silent_as_of)
    assert one.status.silent_as_of.keys() == {"box-2"}


async def test_restart_does_not_take_back_what_silence_had_told(one: Deriving) -> None:
    one.write(*MINTED)
    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await published(one, 1)
        one.clock.now += INTERVAL + 1
        async with running(derive.notice_silence_forever()):
            await published(one, 2)
    one.reopen()
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await asked(one, 1)
    assert [found.disposition for found in one.versions()] == ["conformant", "unknown"]


SLOW = [*MINTED, bind(11, every=100)]
"""From its newest input, at 11 s, the device may be silent for 100 s."""


async def restarted(one: Deriving, seconds: float, latest: float) -> None:
    """Start at a moment and go on to another; see the silence just behind it and not there."""
    one.take(*SLOW)
    one.clock.now = at(seconds)
    one.reopen()
    async with running(one.derive.absorb_forever(), one.derive.notice_silence_forever()):
        await watched_twice(one)
        await watched_twice(one)
        one.clock.now = at(latest)
        await watched_twice(one)
        assert one.status.silent_as_of == {}
        one.clock.now += 1
        await until(lambda: one.status.silent_as_of)
    assert one.status.silent_as_of == {ASSET: at(latest) + 1}


async def test_restart_sees_silence_that_lasts_already_once_devices_had_time_to_come_back(
    one: Deriving,
) -> None:
    await restarted(one, 500, 530)


async def test_restart_counts_silence_from_the_newest_input_on(one: Deriving) -> None:
    await restarted(one, 61, 111)


async def test_restart_calls_nobody_silent_before_the_journal_is_caught_up(one: Deriving) -> None:
    one.take(*MINTED)
    one.reopen()
    derive = one.derive
    one.write(read(20, 5_000))
    async with running(derive.notice_silence_forever()):
        await watched_twice(one)
        one.clock.now += 3 * DAY
        await watched_twice(one)
        assert one.status.silent_as_of == {}
        # What is read now is an arrival, and silence is counted from it.
        async with running(derive.absorb_forever()):
            await absorbed(one)
            one.clock.now += INTERVAL
            await watched_twice(one)
    assert one.status.silent_as_of == {}


async def test_input_of_the_future_does_not_put_silence_off_beyond_one_interval(
    one: Deriving,
) -> None:
    one.take(*MINTED)
    one.clock.now = at(5)
    one.reopen()
    derive = one.derive
    async with running(derive.absorb_forever(), derive.notice_silence_forever()):
        await watched_twice(one)
        await watched_twice(one)
        one.clock.now = at(5) + INTERVAL + 1
        await until(lambda: one.status.silent_as_of)


async def test_device_that_sends_each_second_is_missed_after_ten(one: Deriving) -> None:
    one.write(*MINTED, bind(5, every=1))
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    heard_at = one.clock.now
    async with running(one.derive.notice_silence_forever()):
        one.clock.now = heard_at + at(10)
        await watched_twice(one)
        assert one.status.silent_as_of == {}
        one.clock.now += 1
        await until(lambda: one.status.silent_as_of)


async def test_silence_that_lasts_is_looked_at_once_in_an_interval(one: Deriving) -> None:
    one.write(*MINTED)
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    async with running(one.derive.notice_silence_forever()):
        one.clock.now += INTERVAL + 1
        await until(lambda: one.status.silent_as_of)
        first = one.clock.now
        one.clock.now = first + INTERVAL
        await watched_twice(one)
        assert one.status.silent_as_of == {ASSET: first}
        one.clock.now += 1
        await until(lambda: one.status.silent_as_of == {ASSET: one.clock.now})


async def test_alarm_that_a_held_value_announces_is_raised_when_its_moment_is_past(
    one: Deriving,
) -> None:
    # LOOSE: above 12 °C for more than ten seconds is an excursion; the logger reads each hour.
    one.write(*MINTED, bind(5, every=3_600), read(30, 20_000))
    one.clock.now = at(31)
    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await published(one, 1)
        async with running(derive.notice_silence_forever()):
            one.clock.now = at(41)
            await watched_twice(one)
            assert one.status.silent_as_of == {}
            one.clock.now = at(41) + 1
            await published(one, 2)
            await watched_twice(one)
    alarm = one.versions()[1]
    assert (alarm.as_of, alarm.disposition) == (at(40), "non_conformant")
    assert len(one.versions()) == 2


async def test_alarm_that_a_held_value_announces_waits_while_readings_come_in(
    one: Deriving,
) -> None:
    one.write(*MINTED, bind(5, every=3_600), read(30, 20_000))
    async with running(one.derive.absorb_forever(), one.derive.notice_silence_forever()):
        await absorbed(one)
        # An old journal is read: its clock is not that of now.
        await watched_twice(one)
    assert one.status.silent_as_of == {}


async def test_asset_that_no_device_ever_travelled_with_is_never_silent(one: Deriving) -> None:
    one.write(*MINTED[:3], *minted("box-2"))
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    async with running(one.derive.notice_silence_forever()):
        one.clock.now += 3 * DAY
        await until(lambda: one.status.silent_as_of)
        await watched_twice(one)
    assert one.status.silent_as_of.keys() == {"box-2"}
