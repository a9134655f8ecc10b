import pytest

from simulators.limits import POLICY_FOLDER
from simulators.physics import generator
from simulators.scoring.climates import CLIMATES
from simulators.scoring.faults import KINDS
from simulators.scoring.poison import POISONS, poisoned
from simulators.scoring.tally import POLICIES
from simulators.scoring.trial import make_trial
from twins.inputs import Input
from twins.readings import Quality, Reading


def temperatures(inputs: list[Input], sensor: str) -> list[Reading]:
    return [
        one
        for one in inputs
        if isinstance(one, Reading) and one.quantity == "temperature" and one.sensor == sensor
    ]


def test_every_shipped_policy_has_a_climate() -> None:
    assert set(POLICIES) == {file.stem for file in POLICY_FOLDER.glob("*.toml")}


def test_a_seed_makes_the_same_shipment_again_and_another_one_another() -> None:
    one = make_trial("vaccine-2-8", 4, is_poisoned=True)
    assert one == make_trial("vaccine-2-8", 4, is_poisoned=True)
    assert one.world != make_trial("vaccine-2-8", 5, is_poisoned=True).world


def test_poison_changes_the_sensors_and_not_the_world() -> None:
    sound, lying = (make_trial("frozen-20", 3, is_poisoned=one) for one in (False, True))
    assert sound.world == lying.world
    assert (sound.poison, sound.victim) == ("", -1)
    assert lying.poison in POISONS
    assert len(lying.fleet.sensors) == 3


@pytest.mark.parametrize("policy", ["vaccine-2-8", "ultra-cold-70", "fine-art"])
def test_a_sound_sensor_errs_by_no_more_than_is_stated(policy: str) -> None:
    for seed in range(4):
        trial = make_trial(policy, seed, is_poisoned=False)
        truth = trial.world.levels["temperature"]
        for sensor in trial.fleet.sensors:
            read = {one.seq: one.value / 1000 for one in temperatures(trial.inputs, sensor.name)}
            assert len(read) == len(sensor.moments)
            errors = [
                abs(read[place] - truth[moment // 60_000_000])
                for place, moment in enumerate(sensor.moments)
            ]
            assert max(errors) <= CLIMATES[policy].error["temperature"]


def test_shipments_have_every_fault_that_is_named() -> None:
    trials = [make_trial("blood-red-cells", seed, is_poisoned=False) for seed in range(40)]
    faults = {one.kind.split(" of ")[0] for trial in trials for one in trial.world.disturbances}
    assert faults == set(KINDS)
    fleets = [trial.fleet for trial in trials]
    assert any(fleet.gaps for fleet in fleets)
    assert any(fleet.repeats for fleet in fleets)
    assert {len(fleet.sensors) for fleet in fleets} == {1, 2, 3}
    assert any(sensor.is_doubtful for fleet in fleets for sensor in fleet.sensors)
    stored = next(trial for trial in trials if trial.fleet.stored and not trial.fleet.gaps)
    assert any(one.quality & Quality.HISTORICAL for one in temperatures(stored.inputs, "t1"))


@pytest.mark.parametrize("name", POISONS)
def test_a_poison_changes_the_values_of_its_victim_alone(name: str) -> None:
    columns = [
        [(at * 300_000_000, 5.0 + sensor / 10 + at % 7 / 100) for at in range(200)]
        for sensor in range(3)
    ]
    found = poisoned(name, columns, 1, generator("poison"))
    assert (found[0], found[2]) == (columns[0], columns[2])
    assert [at for at, _ in found[1]] == [at for at, _ in columns[1]]
    assert found[1] != columns[1]
