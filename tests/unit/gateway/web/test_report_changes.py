import msgspec

from contracts.canonical import canonical_bytes
from gateway.web.report_changes import changes_since
from tests.unit.twins.samples import bind, boundary, commission, fold, hand_over, policy, read
from twins.inputs import HandoverPhase, Input
from twins.twin import settled_at
from twins.verdict.condition import Condition, assess, condition_document

BY = policy(
    boundary(is_latched=False),
    boundary("cold", 2_000, is_upper=False),
    minimum_coverage_ppm=500_000,
)
CALM = read(10, 5_000)


def judged(until: int, *inputs: Input) -> Condition:
    """Return what is judged `until` seconds after the beginning."""
    at = until * 1_000_000
    return assess(settled_at(fold([commission(0), bind(0), *inputs], BY), at, BY), BY, at)


def published(condition: Condition) -> bytes:
    stated = {"condition": condition_document(condition)}
    return canonical_bytes({"name": "a box", "properties": {"cargotwin": stated}})


def since(before: Condition, now: Condition) -> list[str]:
    found = changes_since(published(before), now, BY)
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in found]


def test_report_that_still_says_it_all_is_told_no_change() -> None:
    assert since(judged(60, CALM), judged(60, CALM)) == []
    assert changes_since(None, judged(60, CALM), BY) == []


def test_coverage_that_fell_since_stands_beside_that_of_the_report() -> None:
    # A reading speaks for 900 s: from 10 s to 910 s, of 1,200 s that is 75 %.
    assert since(judged(60, CALM), judged(1_200, CALM)) == [
        "Observed then: 83.33 % of the planned time; now: 75.00 %."
    ]


def test_verdict_rules_and_holder_that_changed_since_are_told() -> None:
    passed = [hand_over(HandoverPhase.OFFERED, 20), hand_over(HandoverPhase.ACCEPTED, 30)]
    found = since(judged(60, CALM), judged(60, CALM, read(40, 9_000), *passed))
    assert found == [
        "Judged then: Within limits, severity none; now: Outside limits, severity major.",
        "Held then by maker; now by carrier.",
        "New since then: Temperature above 8 °C.",
    ]


def test_rule_that_late_readings_disproved_is_told_as_kept_again() -> None:
    wrong, right = judged(60, CALM, read(40, 1_000)), judged(60, CALM, read(40, 5_000))
    assert since(wrong, right)[-1] == "Kept again: rule cold."


def test_document_that_cannot_be_read_is_not_taken_for_one_that_agrees() -> None:
    (said,) = changes_since(msgspec.json.encode({"properties": {}}), judged(60, CALM), BY)
    assert said.startswith("What it stated cannot be compared: ")
