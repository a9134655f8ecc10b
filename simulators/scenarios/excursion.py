"""The cooling fails for hours and is repaired."""

import random

from simulators.incidents import Incidents, Journey, Scenario, lasting


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return a failure long enough to pass the limits well beyond their delays."""
    failure = lasting(journey.between(0.15, 0.4, rng), rng.uniform(4.4, 5.2))
    return Incidents(cooling_off=(failure,))


SCENARIO = Scenario("excursion", ("vaccine-2-8", "frozen-20", "chilled-produce"), choose)
