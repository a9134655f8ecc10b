from simulators.score import score
from simulators.shipment import Label, LabelKind
from twins.judging.excursions import Excursion

MINUTE = 60_000_000


def label(began_at: int, kind: LabelKind = LabelKind.EXCURSION, boundary: str = "warm") -> Label:
    return Label(kind, boundary, "temperature", "d", "t1", began_at * MINUTE, None)


def found(began_at: int, alarmed_at: int, boundary: str = "warm") -> Excursion:
    return Excursion(
        boundary, "d", "t1", "temperature", began_at * MINUTE, alarmed_at * MINUTE, None, 0, 0, 0
    )


def test_perfect_findings_score_one() -> None:
    result = score([found(10, 40), found(90, 120)], [label(10), label(90)])
    assert (result.precision, result.recall) == (1.0, 1.0)
    assert result.longest_delay == result.mean_delay == 30 * MINUTE


def test_a_missed_label_lowers_recall_alone() -> None:
    result = score([found(10, 40)], [label(10), label(90)])
    assert (result.precision, result.recall) == (1.0, 0.5)


def test_an_invented_finding_lowers_precision_alone() -> None:
    result = score([found(10, 40), found(300, 310)], [label(10)])
    assert (result.precision, result.recall) == (0.5, 1.0)


def test_a_finding_of_another_boundary_or_far_away_does_not_count() -> None:
    assert score([found(10, 40, "cold"), found(21, 40)], [label(10)]).found == 0


def test_a_label_is_paired_once() -> None:
    assert score([found(10, 40), found(12, 40)], [label(10)]).invented == 1


def test_a_label_that_is_no_excursion_is_left_out() -> None:
    result = score([], [label(10, LabelKind.SILENCE)])
    assert (result.missed, result.recall, result.precision) == (0, 1.0, 1.0)
