"""The logger stops for good halfway: nobody knows how the goods arrived."""

import random

from simulators.incidents import Incidents, Journey, Scenario


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return the moment from which on nothing is sent."""
    return Incidents(silent_from=journey.between(0.4, 0.6, rng))


SCENARIO = Scenario(
    "silent_device", ("chilled-produce", "vaccine-2-8", "frozen-20", "fragile-electronics"), choose
)
