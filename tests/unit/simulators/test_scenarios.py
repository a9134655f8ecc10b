import functools
import random

import pytest

from simulators.fleet import single
from simulators.incidents import Incidents, Journey, Scenario, lasting
from simulators.journey import TooShortJourney, make_shipment
from simulators.limits import read_limits
from simulators.logger import INTERVAL
from simulators.samples import Sample
from simulators.scenarios import SCENARIOS, UnknownScenario, scenario_named
from simulators.score import score
from simulators.shipment import LabelKind, Shipment
from simulators.truth import stretches
from tests.unit.simulators.folding import inputs_of, judge, records_in
from twins.custody.possession import CustodyState
from twins.inputs import observed_at
from twins.policy.condition_policy import Disposition, Severity
from twins.readings import Quality, Reading
from twins.twin import AssetTwin
from twins.verdict.condition import Condition

NOW = 1_795_168_800_000_000  # 2026-11-20T10:00:00Z
SEEDS = range(20)
NAMES = [
    "nominal", "excursion", "freeze", "drop", "opened",
    "late_data", "sensor_stuck", "silent_device", "custody_dispute",
]  # fmt: skip


@functools.cache
def of(scenario: str, seed: int) -> Shipment:
    policies = scenario_named(scenario).policies
    return single(scenario, seed, NOW, policies[seed % len(policies)])


@functools.cache
def judged(scenario: str, seed: int) -> tuple[AssetTwin, Condition]:
    return judge(of(scenario, seed))


def test_the_nine_named_scenarios_exist() -> None:
    assert sorted(SCENARIOS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_repeats_byte_for_byte_with_its_seed_and_differs_with_another(name: str) -> None:
    assert single(name, 7, NOW) == single(name, 7, NOW)
    assert single(name, 7, NOW).messages != single(name, 8, NOW).messages


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_the_twin_finds_the_labelled_excursions_and_no_other(name: str, seed: int) -> None:
    shipment = of(name, seed)
    twin, condition = judged(name, seed)
    found = [
        (one.began_at, one.boundary, one.device, one.sensor, one.ended_at)
        for one in twin.excursions
    ]
    true = [
        (one.began_at, one.boundary, one.device, one.sensor, one.ended_at)
        for one in shipment.excursions
    ]
    assert sorted(found) == sorted(true)
    told = [one for rule in condition.rules_fired for one in rule.excursions]
    assert len(told) == len(true)
    assert score(told, shipment.labels).precision == score(told, shipment.labels).recall == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_no_run_outside_a_limit_comes_near_its_delay(name: str) -> None:
    for seed in SEEDS:
        shipment = of(name, seed)
        values = _values(shipment)
        for limit in read_limits(shipment.policy):
            mine = [one for one in values if one.quantity == limit.quantity]
            if limit.quantity == "acceleration" or not mine:
                continue
            runs = [run.outside for run in stretches(mine, limit, shipment.ends_at)]
            spent = [sum(runs)] if limit.mode == "cumulative" else runs
            for outside in spent:
                if outside and limit.delay_s:
                    assert abs(outside - limit.delay_s * 10**6) >= 2 * INTERVAL, (seed, limit.id)


def _values(shipment: Shipment) -> list[Sample]:
    return [
        Sample(one.device, one.sensor, one.quantity, one.value / 1000, one.observed_at, 0)
        for one in inputs_of(shipment)
        if isinstance(one, Reading)
    ]


@pytest.mark.parametrize("policy", SCENARIOS["nominal"].policies)
@pytest.mark.parametrize("seed", range(5))
def test_a_nominal_journey_is_conformant_and_covered(policy: str, seed: int) -> None:
    shipment = single("nominal", seed, NOW, policy)
    _, condition = judge(shipment)
    assert (condition.disposition, condition.severity) == (Disposition.CONFORMANT, Severity.NONE)
    assert condition.coverage.ratio_ppm > 980_000
    assert condition.custody.holders[-1] != shipment.holder
    assert condition.custody.handovers == 2
    assert condition.statistics.unjudged == 0
    assert not shipment.labels


@pytest.mark.parametrize("seed", SEEDS)
def test_an_excursion_passes_its_limits_and_ends_before_delivery(seed: int) -> None:
    shipment = of("excursion", seed)
    assert shipment.excursions
    assert all(label.ended_at is not None for label in shipment.excursions)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_freeze_damages_what_must_not_freeze(seed: int) -> None:
    shipment = of("freeze", seed)
    assert "frozen" in {label.boundary for label in shipment.excursions}
    assert judged("freeze", seed)[1].disposition is Disposition.DAMAGED


@pytest.mark.parametrize("seed", SEEDS)
def test_each_drop_beyond_a_limit_is_an_excursion_of_no_length(seed: int) -> None:
    labels = of("drop", seed).excursions
    assert labels
    assert all(one.quantity == "acceleration" and one.began_at == one.ended_at for one in labels)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_opening_shows_by_light_and_leaves_the_goods_sound(seed: int) -> None:
    shipment = of("opened", seed)
    assert {label.boundary for label in shipment.excursions} == {"opened"}
    _, condition = judged("opened", seed)
    assert condition.statistics.openings == len(shipment.excursions)
    assert condition.disposition is Disposition.CONFORMANT


@pytest.mark.parametrize("seed", SEEDS)
def test_late_data_is_sent_flagged_after_newer_readings_with_its_own_seqs(seed: int) -> None:
    shipment = of("late_data", seed)
    readings = [one for one in inputs_of(shipment) if isinstance(one, Reading)]
    historical = [one for one in readings if one.quality & Quality.HISTORICAL]
    late = [message for message in shipment.messages if b"historical" in message.payload]
    assert len(historical) == sum(message.readings for message in late) > 0
    seqs = [one.seq for one in readings]
    assert seqs == sorted(seqs)
    newest_before = max(
        message.send_at
        for message in shipment.messages
        if b"historical" not in message.payload and message.send_at <= late[-1].send_at
    )
    assert newest_before > max(one.observed_at for one in historical)
    assert judged("late_data", seed)[1].coverage.ratio_ppm > 980_000


@pytest.mark.parametrize("seed", SEEDS)
def test_late_data_hides_a_whole_excursion_until_it_arrives(seed: int) -> None:
    shipment = of("late_data", seed)
    arrives_at = min(m.send_at for m in shipment.messages if b"historical" in m.payload)
    assert shipment.excursions
    assert all((label.ended_at or NOW) < arrives_at for label in shipment.excursions)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stuck_sensor_repeats_one_value_and_breaks_no_limit(seed: int) -> None:
    shipment = of("sensor_stuck", seed)
    (label,) = shipment.labels
    assert label.kind is LabelKind.STUCK
    repeated = {
        one.value
        for one in inputs_of(shipment)
        if isinstance(one, Reading)
        and one.quantity == "temperature"
        and label.began_at <= one.observed_at < (label.ended_at or 0)
    }
    assert len(repeated) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_silent_device_is_no_excursion_but_too_little_coverage(seed: int) -> None:
    shipment = of("silent_device", seed)
    (label,) = shipment.labels
    assert (label.kind, label.ended_at) == (LabelKind.SILENCE, None)
    _, condition = judged("silent_device", seed)
    assert condition.disposition is Disposition.UNKNOWN
    coverage, *gaps = [rule.rule for rule in condition.rules_fired]
    assert coverage == "coverage:temperature"
    assert gaps in ([], ["gap:temperature"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_disputed_handover_leaves_the_custody_disputed(seed: int) -> None:
    shipment = of("custody_dispute", seed)
    (label,) = shipment.labels
    twin, condition = judged("custody_dispute", seed)
    assert twin.custody.state is CustodyState.DISPUTED
    assert label.kind is LabelKind.DISPUTE
    assert [rule.rule for rule in condition.rules_fired] == ["custody_disputed"]


def test_nothing_is_sent_after_the_end_or_before_it_was_read() -> None:
    for name in NAMES:
        shipment = of(name, 3)
        assert shipment.ends_at < NOW
        for message in shipment.messages:
            newest = max(observed_at(record) for record in records_in(message))
            assert newest <= message.send_at <= shipment.ends_at


def test_an_unknown_scenario_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownScenario, match="custody_dispute"):
        scenario_named("flood")


def test_an_incident_of_ones_own_makes_a_shipment() -> None:
    quiet = Scenario("quiet", ("frozen-20",), lambda _journey, _rng: Incidents())
    shipment = make_shipment(quiet, 1, NOW, serial=5, hours=24)
    assert shipment.policy == "frozen-20"
    assert shipment.ends_at - shipment.starts_at == 24 * 3_600_000_000
    assert shipment.labels == ()


def test_an_allowance_spent_by_a_second_failure_is_labelled_from_the_first() -> None:
    def choose(journey: Journey, rng: random.Random) -> Incidents:
        begun = [journey.between(share, share, rng) for share in (0.2, 0.6)]
        return Incidents(cooling_off=tuple(lasting(at, 2.5) for at in begun))

    twice = Scenario("twice", ("vaccine-2-8",), choose)
    shipment = make_shipment(twice, 1, NOW, serial=5, hours=36)
    warm = [one.observed_at for one in _values(shipment) if _is_above_8(one)]
    (in_sum,) = [one for one in shipment.excursions if one.boundary == "above-8-in-sum"]
    (at_once,) = [one for one in shipment.excursions if one.boundary == "above-8"]
    assert in_sum.began_at == warm[0] < at_once.began_at
    found = {(one.boundary, one.began_at, one.ended_at) for one in judge(shipment)[0].excursions}
    assert found == {(one.boundary, one.began_at, one.ended_at) for one in shipment.excursions}


def _is_above_8(sample: Sample) -> bool:
    return sample.quantity == "temperature" and sample.value > 8


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hours", [24, 72])
def test_incidents_fit_the_shortest_and_a_long_journey(name: str, hours: int) -> None:
    for seed in range(10):
        shipment = make_shipment(SCENARIOS[name], seed, NOW, serial=seed, hours=hours)
        found = {(one.began_at, one.boundary) for one in judge(shipment)[0].excursions}
        assert found == {(one.began_at, one.boundary) for one in shipment.excursions}
        assert all(message.send_at <= NOW for message in shipment.messages)


def test_a_journey_without_room_for_its_incidents_is_refused() -> None:
    with pytest.raises(TooShortJourney, match="at least 24"):
        make_shipment(SCENARIOS["nominal"], 1, NOW, serial=1, hours=3)
