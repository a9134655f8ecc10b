"""The logger is out of reach for hours, and what it stores meanwhile holds an excursion."""

import random

from simulators.incidents import Incidents, Journey, Scenario, Span, lasting
from simulators.physics import MICROSECONDS_PER_HOUR


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return a radio gap with a cooling failure inside it; nobody knows until it is over."""
    offline_from = journey.between(0.05, 0.15, rng)
    failure = lasting(offline_from + MICROSECONDS_PER_HOUR // 2, rng.uniform(4.4, 5.2))
    # Chilled goods need about four hours to cool down again: the gap hides the whole excursion.
    # Frozen goods need ten, too long for a journey of a day.
    offline = Span(offline_from, failure.ended_at + 5 * MICROSECONDS_PER_HOUR)
    return Incidents(cooling_off=(failure,), offline=(offline,))


SCENARIO = Scenario("late_data", ("chilled-produce", "vaccine-2-8"), choose)
