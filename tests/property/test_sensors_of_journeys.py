"""Three sensors on simulated journeys: sound ones bring no finding, a poisoned one is named.

Raise `CARGOTWIN_EXAMPLES` to 5000 for 500 journeys.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from simulators.incidents import Journey
from simulators.limits import read_limits
from simulators.logger import measure
from simulators.physics import MICROSECONDS_PER_HOUR as HOUR
from simulators.physics import generator
from simulators.products import product_of
from simulators.scenarios import SCENARIOS
from tests.property.arrivals import EXAMPLES
from twins.sensors.agreement import (
    Agreement,
    Held,
    disagreement_found,
    is_disagreeing_at,
    weigh,
)
from twins.sensors.copied_series import (
    Witnesses,
    copies_among,
    running_copies,
    watch_witness,
)
from twins.sensors.findings import FindingKind, FindingLog, SensorFinding, Subject
from twins.sensors.health import Health, is_trusted, running_findings, watch_median, watch_value
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.sensors.voices import median

JOURNEYS = EXAMPLES // 10
POISONED = 5
ENDS_AT = 500_000 * HOUR
HOLD = HOUR // 4
LIMITS = SensorLimits(
    quantities={
        "temperature": QuantityLimits(
            stuck_after=12 * HOUR, largest_step=1_000, disagreement=1_500, drift=500
        )
    }
)
RULES = LIMITS.of("temperature")

Series = list[tuple[int, int]]


def journey(seed: int, *, resolution: int = 100, apart: int = 200) -> list[Series]:
    """Return what three sensors with their own errors read, in milli-°C."""
    rng = generator(f"sensors/{seed}")
    scenario = SCENARIOS[rng.choice(["nominal", "excursion", "freeze", "opened", "late_data"])]
    policy = rng.choice(scenario.policies)
    starts_at = ENDS_AT - rng.choice([24, 36, 48]) * HOUR
    way = Journey(starts_at, starts_at + HOUR, ENDS_AT - 2 * HOUR, ENDS_AT - HOUR, ENDS_AT)
    incidents = scenario.choose(way, rng)
    found = []
    for sensor in range(3):
        samples = measure(
            "d1",
            product_of(policy),
            way,
            incidents,
            limits=read_limits(policy),
            stream=f"{seed}/{sensor}",
        )
        error = rng.randint(-apart, apart)
        found.append(
            [
                (one.observed_at, (round(one.value * 1000) + error) // resolution * resolution)
                for one in samples
                if one.quantity == "temperature"
            ]
        )
    return found


@dataclass
class Watch:
    """Every rule on three sensors, folded in order of time."""

    healths: list[Health] = field(
        default_factory=lambda: [
            Health(Subject("d1", f"t{one}", "temperature"), hold=HOLD) for one in range(3)
        ]
    )
    agreement: Agreement = field(default_factory=lambda: Agreement("temperature", hold=HOLD))
    witnesses: Witnesses = field(default_factory=lambda: Witnesses("temperature"))
    logs: list[FindingLog] = field(default_factory=lambda: [FindingLog() for _ in range(3)])
    log: FindingLog = field(default_factory=FindingLog)
    held: dict[int, Held] = field(default_factory=dict)
    untrusted: list[int] = field(default_factory=lambda: [0, 0, 0])

    def fold(self, series: list[Series]) -> list[SensorFinding]:
        events = sorted(
            (at, sensor, value) for sensor, one in enumerate(series) for at, value in one
        )
        for at, sensor, value in events:
            self._take(sensor, at, value)
        found = [*self.log.newest, *running_copies(self.witnesses)]
        if is_disagreeing_at(self.agreement, events[-1][0]):
            found.append(disagreement_found(self.agreement, None, events[-1][0]))
        for health, log in zip(self.healths, self.logs, strict=True):
            found += [*log.newest, *running_findings(health, LIMITS)]
        return found

    def _take(self, sensor: int, at: int, value: int) -> None:
        health, log = self.healths[sensor], self.logs[sensor]
        watch_value(health, log, at, value, -1, LIMITS)
        self.held[sensor] = Held("d1", f"t{sensor}", value, at)
        held = list(self.held.values())
        if len(held) == 3:
            middle = median((one.device, one.value) for one in held)
            watch_median(health, log, at, value, middle, LIMITS)
        weigh(self.agreement, self.log, at, held, RULES.disagreement)
        watch_witness(self.witnesses, self.log, "d1", f"t{sensor}", at, value)
        is_copy = ("d1", f"t{sensor}") in copies_among(self.witnesses)
        is_sound = is_trusted(health, LIMITS) and not is_copy
        self.untrusted[sensor] += not is_sound


@pytest.mark.parametrize("resolution", [10, 100])
def test_sound_sensors_bring_no_finding_and_lose_no_trust(resolution: int) -> None:
    for seed in range(JOURNEYS):
        watch = Watch()
        assert watch.fold(journey(seed, resolution=resolution)) == []
        assert watch.untrusted == [0, 0, 0]


def offset(series: Series, _rng: random.Random) -> Series:
    return [(at, value + (2_500 if place > 60 else 0)) for place, (at, value) in enumerate(series)]


def stuck(series: Series, _rng: random.Random) -> Series:
    return [(at, series[min(place, 20)][1]) for place, (at, _) in enumerate(series)]


def spikes(series: Series, rng: random.Random) -> Series:
    last = len(series) - 1
    return [
        (at, value + (20_000 if 0 < place < last and rng.random() < 0.05 else 0))
        for place, (at, value) in enumerate(series)
    ]


def drift(series: Series, _rng: random.Random) -> Series:
    return [(at, value + 20 * place) for place, (at, value) in enumerate(series)]


def noise(series: Series, rng: random.Random) -> Series:
    return [(at, value + round(rng.gauss(0, 5_000))) for at, value in series]


@pytest.mark.parametrize(
    ("poison", "kind"),
    [
        (offset, FindingKind.DRIFT),
        (offset, FindingKind.DISAGREEMENT),
        (stuck, FindingKind.STUCK),
        (spikes, FindingKind.SPIKE),
        (drift, FindingKind.DRIFT),
        (noise, FindingKind.SPIKE),
    ],
)
def test_poisoned_sensor_is_named_and_no_other(
    poison: Callable[[Series, random.Random], Series], kind: FindingKind
) -> None:
    for seed in range(POISONED):
        series = journey(seed)
        series[2] = poison(series[2], generator(f"poison/{seed}"))
        watch = Watch()
        found = watch.fold(series)
        assert kind in {one.kind for one in found}
        assert {one.sensor for one in found} == {"t2"}
        assert watch.untrusted[:2] == [0, 0]
        assert watch.untrusted[2] > 0


def test_copied_series_is_found_and_its_sensor_not_trusted() -> None:
    for seed in range(POISONED):
        series = journey(seed)
        series[2] = [(at + 3_000_000, value) for at, value in series[0]]
        watch = Watch()
        (found,) = watch.fold(series)
        assert (found.kind, found.sensor) == (FindingKind.COPIED_SERIES, "t2")
        assert watch.untrusted[:2] == [0, 0]
        # It takes 32 changes, of which there are fewer than readings.
        assert watch.untrusted[2] > len(series[2]) // 2
