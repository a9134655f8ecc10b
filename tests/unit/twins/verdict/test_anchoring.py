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
from twins.inputs import HandoverPhase, MilestoneName
from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.anchoring import AnchorReason, Standing, anchor_reason, standing_of
from twins.verdict.condition import assess

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
