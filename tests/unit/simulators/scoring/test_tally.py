from simulators.scoring.tally import Outcome, Task, tallied, tasks, total
from simulators.scoring.verdict import Verdict

SECOND = 1_000_000


def outcome(poison: str = "", policy: str = "wine", **figures: int) -> Outcome:
    verdict = Verdict("warm", delays=(30 * SECOND, 90 * SECOND), **figures)
    return Outcome(Task(policy, 1, bool(poison)), poison, [verdict])


def test_what_was_missed_lowers_recall_and_what_was_invented_precision() -> None:
    result = tallied([outcome(must=4, found=3, findings=5, false=1)])
    tally = result.sound["wine"]
    assert (tally.recall, tally.precision) == (0.75, 0.8)
    assert (tally.median_delay, tally.worst_delay) == (60 * SECOND, 90 * SECOND)
    assert len(result.wrong) == 1


def test_nothing_may_be_missed_or_invented_with_sound_sensors() -> None:
    assert tallied([outcome(must=1000, found=1000, findings=1000)]).shortfalls() == []
    assert tallied([outcome(must=1000, found=999, findings=1000, false=1)]).shortfalls() == [
        "sound sensors: recall 0.9990 is below 1.0",
        "sound sensors: precision 0.9990 is below 1.0",
    ]


def test_one_in_a_hundred_may_with_a_poisoned_one() -> None:
    assert tallied([outcome("drift", must=100, found=99, findings=100, false=1)]).shortfalls() == []
    (one,) = tallied([outcome("drift", must=100, found=98, findings=100)]).shortfalls()
    assert one == "one of three sensors poisoned: recall 0.9800 is below 0.99"


def test_sums_are_kept_by_policy_and_by_poison() -> None:
    result = tallied(
        [outcome(must=1), outcome("drift", must=2), outcome("noise", "frozen-20", must=4)]
    )
    assert {name: one.must for name, one in result.poisoned.items()} == {"wine": 2, "frozen-20": 4}
    assert {name: one.must for name, one in result.by_poison.items()} == {"drift": 2, "noise": 4}
    assert total(result.poisoned).must == 6
    assert total(result.poisoned).shipments == 2


def test_a_boundary_that_nothing_broke_for_certain_is_named() -> None:
    assert tallied([outcome(must=0, either=3)]).unexercised() == ["wine warm"]


def test_shipments_are_of_all_policies_in_turn_with_and_without_poison() -> None:
    some = tasks(13, seed=7)
    assert len(some) == 26
    assert [(one.seed, one.is_poisoned) for one in some if one.policy == some[0].policy] == [
        (7, False), (7, True), (8, False), (8, True),
    ]  # fmt: skip
