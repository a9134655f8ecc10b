"""The thermostat sticks and the cooling freezes goods that must not freeze."""

import random

from simulators.incidents import Incidents, Journey, Scenario, lasting


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return a spell of overcooling."""
    spell = lasting(journey.between(0.15, 0.45, rng), rng.uniform(4.0, 5.0))
    return Incidents(overcooling=(spell,))


SCENARIO = Scenario("freeze", ("vaccine-2-8", "chilled-produce"), choose)
