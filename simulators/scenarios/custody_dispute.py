"""The goods arrive in order, and the consignee disputes that they were handed over."""

import random

from simulators.incidents import Incidents, Journey, Scenario


def choose(_journey: Journey, _rng: random.Random) -> Incidents:
    """Return a disputed last handover."""
    return Incidents(is_disputed=True)


SCENARIO = Scenario(
    "custody_dispute",
    ("fragile-electronics", "vaccine-2-8", "frozen-20", "chilled-produce"),
    choose,
)
