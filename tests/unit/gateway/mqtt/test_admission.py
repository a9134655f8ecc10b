from gateway.mqtt.admission import Failures, Places
from gateway.mqtt.ports import Grant
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.settings import ListenerSettings


def test_failures_hold_each_further_answer_back_longer_up_to_a_bound() -> None:
    failures = Failures()
    delays_s = [failures.delay_s("10.0.0.1", float(now_s)) for now_s in range(8)]
    assert delays_s == [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert failures.delay_s("10.0.0.2", 8.0) == 0.0


def test_failures_are_forgotten_after_a_minute_of_peace() -> None:
    failures = Failures()
    for now_s in (0.0, 1.0, 2.0):
        failures.delay_s("10.0.0.1", now_s)
    assert failures.delay_s("10.0.0.1", 63.0) == 0.0


def test_failures_of_the_oldest_address_make_room() -> None:
    failures = Failures()
    failures.delay_s("first", 0.0)
    for number in range(4096):
        failures.delay_s(f"10.{number}", 1.0)
    assert failures.delay_s("first", 2.0) == 0.0


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
