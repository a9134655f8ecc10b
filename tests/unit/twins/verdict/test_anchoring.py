import msgspec
import pytest

from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    commission,
    decide,
    fold,
    hand_over,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.anchoring import (
    AnchorReason,
    Claims,
    RuleClaim,
    Standing,
    anchor_reason,
    claims_in,
    standing_of,
)
from twins.verdict.condition import assess, condition_document

PUBLISHED = Standing(Disposition.CONFORMANT, Severity.MINOR, "maker", 1, 1, 1)


def test_first_version_is_a_mint() -> None:
    assert anchor_reason(None, PUBLISHED) is AnchorReason.MINT


def test_unchanged_standing_is_a_heartbeat() -> None:
    assert anchor_reason(PUBLISHED, PUBLISHED) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"disposition": Disposition.DAMAGED}, AnchorReason.DISPOSITION),
        ({"severity": Severity.NONE}, AnchorReason.SEVERITY),
        ({"severity": Severity.MAJOR}, AnchorReason.SEVERITY),
        ({"holder": "carrier"}, AnchorReason.CUSTODY),
        ({"handovers": 3}, AnchorReason.CUSTODY),
        ({"milestones": 2}, AnchorReason.MILESTONE),
        ({"decisions": 2}, AnchorReason.DECISION),
        ({"decisions": 2, "severity": Severity.MAJOR}, AnchorReason.SEVERITY),
        ({"milestones": 2, "disposition": Disposition.UNKNOWN}, AnchorReason.DISPOSITION),
    ],
)
def test_change_is_anchored_for_the_weightiest_reason(
    change: dict[str, object], reason: AnchorReason
) -> None:
    assert anchor_reason(PUBLISHED, msgspec.structs.replace(PUBLISHED, **change)) is reason


def test_standing_is_taken_from_twin_and_condition() -> None:
    by = policy(boundary())
    inputs = [
        commission(),
        bind(0),
        milestone(1, MilestoneName.START),
        read(1, 9_000),
        hand_over(HandoverPhase.OFFERED, 2),
        hand_over(HandoverPhase.ACCEPTED, 3),
        decide(4),
    ]
    twin = fold(inputs, by)
    assert standing_of(twin, assess(twin, by, at(60))) == Standing(
        Disposition.NON_CONFORMANT, Severity.MAJOR, "carrier", 1, 1, 1
    )


WARM: list[Input] = [
    commission(),
    bind(0),
    read(0, 5_000),
    *(read(minute * 60, 9_000) for minute in range(1, 4)),
    read(240, 5_000),
]
"""Three minutes above 8 °C, in the maker's hands."""


def claims(*more: Input) -> Claims:
    by = policy(boundary())
    return claims_in(condition_document(assess(fold([*WARM, *more], by), by, at(600))))


def test_condition_claims_its_rules_its_holder_and_who_is_liable_for_how_many_minutes() -> None:
    assert claims() == Claims(
        rules=(RuleClaim("boundary:above-8", 2, "non_conformant", 1, (9_000, 9_000)),),
        holder="maker",
        liability=(("maker", 3),),
    )


def test_reading_within_what_is_claimed_changes_no_claim() -> None:
    assert claims(read(90, 8_900), read(300, 4_000)) == claims()


def test_what_is_said_of_sensors_alone_is_no_claim() -> None:
    # A device that is late all the time is silent at every moment that is judged.
    rule = {"severity": 1, "disposition": "conformant", "count": 2, "excursions": []}
    fired = [{"rule": name, **rule} for name in ("sensors", "sensors_before")]
    custody = {"holder": "maker", "liability": []}
    assert claims_in({"rules_fired": fired, "custody": custody}) == Claims((), "maker", ())


@pytest.mark.parametrize(
    "late",
    [
        pytest.param([read(90, 30_000)], id="a higher extreme"),
        pytest.param([read(360, 9_000), read(361, 5_000)], id="another excursion"),
        pytest.param([read(240.5, 8_500), read(500, 5_000)], id="more minutes"),
        pytest.param(
            [hand_over(HandoverPhase.OFFERED, 119), hand_over(HandoverPhase.ACCEPTED, 120)],
            id="another holder",
        ),
    ],
)
def test_late_input_that_matters_changes_what_is_claimed(late: list[Input]) -> None:
    assert claims(*late) != claims()
