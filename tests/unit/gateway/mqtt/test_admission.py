import asyncio

from gateway.mqtt.admission import Failures, Places, Turns
from gateway.mqtt.ports import Grant
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.settings import ListenerSettings
from tests.unit.gateway.mqtt.memory_sink import until


def test_failures_let_each_further_attempt_wait_longer_up_to_a_bound() -> None:
    failures = Failures()
    for expected_s in (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0):
        assert failures.delay_s("10.0.0.1", 5.0) == expected_s
        assert failures.note("10.0.0.1", 5.0) == expected_s
    assert failures.delay_s("10.0.0.1", 12.0) == 1.0  # of the 8 s since the last one
    assert failures.delay_s("10.0.0.2", 5.0) == 0.0


def test_failures_are_forgotten_after_a_minute_of_peace() -> None:
    failures = Failures()
    for now_s in (0.0, 1.0, 2.0):
        failures.note("10.0.0.1", now_s)
    failures.note("10.0.0.1", 63.0)
    assert failures.delay_s("10.0.0.1", 63.0) == 0.25


def test_failures_of_the_oldest_address_make_room() -> None:
    failures = Failures()
    failures.note("first", 0.0)
    for number in range(4096):
        failures.note(f"10.{number}", 0.0)
    assert failures.delay_s("first", 0.0) == 0.0


async def test_turns_let_one_check_of_an_address_begin_at_a_time() -> None:
    turns = Turns()
    begun: list[str] = []
    for _ in range(3):
        assert turns.take("10.0.0.1", "anna", begun.append)
    assert turns.take("10.0.0.2", "anna", begun.append)
    await asyncio.sleep(0)
    assert begun == ["10.0.0.1", "10.0.0.2"]
    turns.end("10.0.0.1")
    await asyncio.sleep(0)
    assert begun == ["10.0.0.1", "10.0.0.2", "10.0.0.1"]
    turns.close()


async def test_turns_that_end_at_once_are_not_waited_for() -> None:
    turns = Turns()
    assert all(turns.take("10.0.0.1", "anna", turns.end) for _ in range(100))


async def test_turn_after_a_failure_waits_before_its_check() -> None:
    turns = Turns()
    begun: list[str] = []
    turns.note_failure("10.0.0.1")
    assert turns.take("10.0.0.1", "anna", begun.append)
    assert begun == []
    await asyncio.sleep(0.2)
    assert begun == []
    await until(lambda: begun == ["10.0.0.1"])
    turns.close()


async def test_user_that_was_admitted_has_turns_of_its_own() -> None:
    turns = Turns()
    begun: list[str] = []
    assert turns.take("10.0.0.1", "eve", begun.append)
    turns.note_failure("10.0.0.1")
    turns.note_admitted("10.0.0.1", "anna")
    assert turns.take("10.0.0.1", "anna", begun.append)
    assert begun == ["10.0.0.1", "10.0.0.1 anna"]
    turns.close()


async def test_turns_are_bounded() -> None:
    turns = Turns()
    begun: list[str] = []
    taken = [turns.take("10.0.0.1", None, begun.append) for _ in range(66)]
    assert taken == [True] * 65 + [False]
    assert len(begun) == 1
    turns.close()


def test_places_of_a_principal_are_free_again_when_it_leaves() -> None:
    places = Places(ListenerSettings())
    grant = Grant("anna", None, (), maximum_connections=1)
    assert places.seat(grant, None) is ReasonCode.SUCCESS
    assert places.seat(grant, None) is ReasonCode.QUOTA_EXCEEDED
    places.arrive("host")
    places.leave("host", "anna")
    assert places.seat(grant, None) is ReasonCode.SUCCESS


def test_places_of_an_address_are_counted_by_its_connections() -> None:
    places = Places(ListenerSettings(maximum_connections_per_address=1))
    places.arrive("host")
    assert not places.is_address_full("host")
    places.arrive("host")
    assert places.is_address_full("host")
    places.leave("host", None)
    assert not places.is_address_full("host")
