"""Messages that are known beside what was journalled: those unheard, and those refused."""

from gateway.intake import refused, unheard
from gateway.intake.refused import Refused
from gateway.intake.unheard import Unheard
from gateway.store.journal import PUBLISH_KEY_LIFETIME_US

KEY = ("client", 1, b"digest")


def test_each_of_messages_alike_is_known_for_seven_days_of_its_own() -> None:
    known = Unheard()
    known.note(*KEY, 0)
    known.note(*KEY, 10)
    later = PUBLISH_KEY_LIFETIME_US + 5
    assert [known.take(*KEY, later) for _ in range(2)] == [True, False]


def test_oldest_unheard_messages_are_forgotten_first() -> None:
    known = Unheard()
    for number in range(unheard.MOST_MESSAGES + 1):
        known.note("client", number, b"digest", number)
    now = unheard.MOST_MESSAGES
    assert [known.take("client", number, b"digest", now) for number in (0, 1)] == [False, True]


def test_oldest_refused_messages_are_forgotten_first() -> None:
    known = Refused()
    for number in range(refused.MOST_MESSAGES + 1):
        known.note("client", number, b"digest", is_kept=True)
    assert [known.is_kept("client", number, b"digest") for number in (0, 1)] == [False, True]
