"""What the twin finds on simulated shipments is what truly happened to them.

Raise `CARGOTWIN_EXAMPLES` to 10000 for 500 shipments with sound and 500 with poisoned sensors.
"""

from simulators.scoring.tally import run_all, tallied, tasks, total
from tests.property.arrivals import EXAMPLES

SHIPMENTS = max(24, EXAMPLES // 20)
"""Two of each policy at least."""

IN_PROCESSES = 500


def test_every_excursion_is_found_and_no_other_though_a_sensor_lies() -> None:
    result = tallied(run_all(tasks(SHIPMENTS, seed=0), 2 if SHIPMENTS >= IN_PROCESSES else 1))
    assert result.shortfalls() == []
    sound, poisoned = total(result.sound), total(result.poisoned)
    assert sound.shipments == poisoned.shipments == SHIPMENTS
    # A score of nothing would be perfect too.
    assert min(sound.must, poisoned.must) > SHIPMENTS
    assert sound.either < sound.must / 4
