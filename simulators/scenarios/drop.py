"""The goods fall, once or twice, and bounce."""

import random

from simulators.incidents import Drop, Incidents, Journey, Scenario
from twins.readings import MICROSECONDS


def choose(journey: Journey, rng: random.Random) -> Incidents:
    """Return one or two falls, each with a weaker second impact seconds later."""
    drops: list[Drop] = []
    for earliest in (0.1, 0.5)[: rng.choice((1, 2))]:
        at = journey.between(earliest, earliest + 0.3, rng)
        bounce_at = at + rng.randint(1, 3) * MICROSECONDS
        drops.append(Drop(at, rng.uniform(90.0, 140.0)))
        drops.append(Drop(bounce_at, rng.uniform(28.0, 36.0)))
    return Incidents(drops=tuple(drops))


SCENARIO = Scenario("drop", ("fragile-electronics", "vaccine-2-8", "chilled-produce"), choose)
