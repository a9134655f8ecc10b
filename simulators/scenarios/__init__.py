"""Named, seeded journeys with ground-truth labels: one module per scenario."""

from __future__ import annotations

from simulators.incidents import Scenario
from twins.errors import ConfigurationFault

from . import (
    custody_dispute,
    drop,
    excursion,
    freeze,
    late_data,
    nominal,
    opened,
    sensor_stuck,
    silent_device,
)

SCENARIOS: dict[str, Scenario] = {
    module.SCENARIO.name: module.SCENARIO
    for module in (
        nominal,
        excursion,
        freeze,
        drop,
        opened,
        late_data,
        sensor_stuck,
        silent_device,
        custody_dispute,
    )
}
"""Every scenario by its name."""


class UnknownScenario(ConfigurationFault):
    """No scenario has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no scenario {name!r}; there are: {', '.join(SCENARIOS)}")


def scenario_named(name: str) -> Scenario:
    """Return the scenario of that name.

    Raises:
        UnknownScenario: There is none.
    """
    if name not in SCENARIOS:
        raise UnknownScenario(name)
    return SCENARIOS[name]
