"""The twin of an asset: everything its inputs say, folded in event order.

`advance` is pure as a whole: a frozen twin and a batch of inputs in, a new twin out. Inside it
works on copies, because a million readings cannot each make a new value. Nothing here depends on
when or in which batch an input arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import cast

from .inputs import Input, event_key, observed_at
from .packed_fold import PackedFold
from .policy.condition_policy import ConditionPolicy
from .readings import Reading
from .state import AssetTwin, OutOfOrderInput

__all__ = ["AssetTwin", "OutOfOrderInput", "advance", "settled_at"]


def advance(twin: AssetTwin, inputs: Sequence[Input], policy: ConditionPolicy) -> AssetTwin:
    """Return the twin after more inputs.

    Args:
        twin: The twin so far.
        inputs: Inputs in the order of `event_key`, each once, all after the twin's newest one.
        policy: The policy that judges the asset.

    Raises:
        OutOfOrderInput: The first input does not lie after the twin, or one goes back in time. The
            order within one moment is not checked again: it is the caller's promise.
    """
    if not inputs:
        return twin
    if twin.last_key is not None and event_key(inputs[0]) <= twin.last_key:
        raise OutOfOrderInput(twin.asset, observed_at(inputs[0]))
    fold = PackedFold(twin, policy)
    for kind, some in groupby(inputs, type):
        if kind is Reading:
            fold.read_all(cast("list[Reading]", list(some)))
        else:
            for record in some:
                fold.add(record)
    return fold.frozen(event_key(inputs[-1]))


def settled_at(twin: AssetTwin, as_of: int, policy: ConditionPolicy) -> AssetTwin:
    """Return the twin as it stands at a moment: every value counted as far as it speaks.

    The result serves assessment only; folding goes on from the original, whose newest readings
    can still be contradicted.

    Raises:
        OutOfOrderInput: The moment lies before what the twin has folded.
    """
    if twin.last_key is not None and as_of < twin.last_key[0]:
        raise OutOfOrderInput(twin.asset, as_of)
    fold = PackedFold(twin, policy)
    fold.settle_all()
    if twin.closed_at is None:
        fold.speak_to(as_of)
        fold.judge_all(as_of)
        fold.hear_out(as_of)
    return fold.frozen(twin.last_key)
