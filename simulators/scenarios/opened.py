"""Somebody opens the container on the way, once or twice."""

import random

from simulators.incidents import Incidents, Journey, Scenario, lasting


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return openings of about a quarter of an hour: light at once, hardly any warmth."""
    openings = tuple(
        lasting(journey.between(earliest, earliest + 0.2, rng), rng.uniform(0.2, 0.27))
        for earliest in (0.15, 0.6)[: rng.choice((1, 2))]
    )
    return Incidents(openings=openings)


SCENARIO = Scenario(
    "opened", ("frozen-20", "vaccine-2-8", "chilled-produce", "fragile-electronics"), choose
)
