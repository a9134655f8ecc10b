"""The closing line of a test run: that everything ran, or what could not run and why."""

from collections import Counter
from collections.abc import Sequence

SKIPPED_PREFIX = "Skipped: "


def closing_line(ran: int, skip_reasons: Sequence[str], not_selected: int) -> str:
    """Return the line that ends a run.

    Args:
        ran: how many tests ran to a result.
        skip_reasons: one reason per test that was skipped.
        not_selected: how many tests the caller left out by choice.
    """
    left_out = f" ({not_selected} not selected)" if not_selected else ""
    if not skip_reasons:
        return f"everything ran: {ran} tests{left_out}"
    counted = Counter(reason.removeprefix(SKIPPED_PREFIX) for reason in skip_reasons)
    reasons = "; ".join(f"{count} x {reason}" for reason, count in sorted(counted.items()))
    return f"could not run: {len(skip_reasons)} tests ({reasons}){left_out}"
