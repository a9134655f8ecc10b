from simulators.agreement import disagreements
from simulators.shipment import Label, LabelKind
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.condition import RuleFired

MINUTE = 60_000_000


def label(minute: int, boundary: str = "warm", kind: LabelKind = LabelKind.EXCURSION) -> Label:
    return Label(kind, boundary, "temperature", "d", "t1", minute * MINUTE, None)


def rule(boundary: str, *minutes: int, count: int | None = None) -> RuleFired:
    excursions = tuple(
        Excursion(boundary, "d", "t1", "temperature", at * MINUTE, at * MINUTE, None, 0, 0, 0)
        for at in minutes
    )
    return RuleFired(
        f"boundary:{boundary}",
        Severity.MAJOR,
        Disposition.NON_CONFORMANT,
        "Not above 8 °C",
        count=len(minutes) if count is None else count,
        excursions=excursions,
    )


def test_findings_that_are_the_labelled_ones_leave_nothing_to_say() -> None:
    silence = label(300, boundary="", kind=LabelKind.SILENCE)
    assert disagreements("a-1", [rule("warm", 10, 90)], [label(10), label(90), silence]) == []


def test_rule_that_is_no_boundary_is_no_finding() -> None:
    fired = RuleFired("coverage:temperature", Severity.MINOR, Disposition.UNKNOWN, "Observed")
    assert disagreements("a-1", [fired], []) == []


def test_label_of_another_boundary_makes_up_for_nothing() -> None:
    assert disagreements("a-1", [rule("cold", 10)], [label(10)]) == [
        "asset a-1: boundary cold: of 0 labelled excursions 0 missing, and 1 found without a label",
        "asset a-1: boundary warm: of 1 labelled excursions 1 missing, and 0 found without a label",
    ]


def test_finding_at_another_time_is_not_the_labelled_one() -> None:
    assert disagreements("a-1", [rule("warm", 10, 200)], [label(10), label(90)]) == [
        "asset a-1: boundary warm: of 2 labelled excursions 1 missing, and 1 found without a label"
    ]


def test_excursions_that_are_counted_and_not_listed_stand_for_labels() -> None:
    labels = [label(10), label(90), label(150)]
    assert disagreements("a-1", [rule("warm", 10, count=3)], labels) == []


def test_count_that_differs_from_the_labels_is_named_though_all_that_is_listed_agrees() -> None:
    labels = [label(10), label(90), label(150)]
    (too_few,) = disagreements("a-1", [rule("warm", 10, count=2)], labels)
    assert too_few.endswith("of 3 labelled excursions 1 missing, and 0 found without a label")
    (too_many,) = disagreements("a-1", [rule("warm", 10, count=5)], labels)
    assert too_many.endswith("of 3 labelled excursions 0 missing, and 2 found without a label")
