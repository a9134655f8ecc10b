"""The temperature sensor repeats one value for hours and looks perfectly healthy."""

import random

from simulators.incidents import Incidents, Journey, Scenario, lasting


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return a stuck spell; the goods are sound, so no limit is broken."""
    spell = lasting(journey.between(0.2, 0.5, rng), rng.uniform(5.0, 8.0))
    return Incidents(stuck=(spell,))


SCENARIO = Scenario("sensor_stuck", ("frozen-20", "vaccine-2-8", "chilled-produce"), choose)
