"""Nothing goes wrong."""

import random

from simulators.incidents import Incidents, Journey, Scenario


def choose(_journey: Journey, _rng: random.Random) -> Incidents:
    """Return no incident."""
    return Incidents()


SCENARIO = Scenario(
    "nominal", ("vaccine-2-8", "frozen-20", "chilled-produce", "fragile-electronics"), choose
)
