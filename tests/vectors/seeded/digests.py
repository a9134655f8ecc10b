"""What the seeded shipments come to, as digests: `python -m tests.vectors.seeded.digests`.

It writes `tests/vectors/digests.json` and is run again when the rules of judging change on purpose.
`--print` writes to standard output instead. `--without-c` folds with `decimal` in pure Python.
"""

from __future__ import annotations

import sys

if "--without-c" in sys.argv:
    # `decimal` takes its implementation in Python where the one in C cannot be imported.
    sys.modules["_decimal"] = None  # type: ignore[assignment]

import hashlib
import json
import zlib
from decimal import Decimal
from pathlib import Path
from types import FunctionType
from typing import Any

from contracts.canonical import digest
from tests.vectors.seeded.policies import POLICIES
from tests.vectors.seeded.shipments import ASSET, shipment
from twins.checkpoint import past_from_bytes, past_to_bytes, present_to_bytes, twin_from_bytes
from twins.policy.condition_policy import parse_policy
from twins.twin import AssetTwin, advance
from twins.verdict.condition import RULES, assess, condition_document

FILE = Path(__file__).resolve().parents[1] / "digests.json"
SHIPMENTS = 32
AT_ONCE = 211
"""Inputs between two checkpoints, from which folding goes on."""


def digests() -> dict[str, Any]:
    """Fold and judge every seeded shipment."""
    told = "tests/vectors/seeded: digests of what the twins make of it; Apache-2.0, as the project"
    return {"source": told, "rules": RULES, "shipments": [_judged(n) for n in range(SHIPMENTS)]}


def decimal_is_in_python() -> bool:
    """Tell whether `decimal` runs in pure Python."""
    return isinstance(Decimal.exp, FunctionType)


def _judged(number: int) -> dict[str, Any]:
    document = POLICIES[number % len(POLICIES)]
    policy = parse_policy(document, digest(document), document["id"])
    made = shipment(number)
    twin = AssetTwin(ASSET)
    for start in range(0, len(made.inputs), AT_ONCE):
        twin = advance(twin, made.inputs[start : start + AT_ONCE], policy)
        past = past_from_bytes(past_to_bytes(twin.past))
        twin = twin_from_bytes(present_to_bytes(twin), past)
    condition = assess(twin, policy, made.as_of)
    running = [one.kind.value for one in condition.sensors.running]
    return {
        "policy": document["id"],
        "inputs": len(made.inputs),
        "rules": {one.rule: one.count for one in condition.rules_fired},
        "found": sorted({*running, *condition.sensors.counts}),
        "condition": digest(condition_document(condition)).hex(),
        # Compressed bytes differ between versions of zlib.
        "present": _sha256(zlib.decompress(present_to_bytes(twin))),
        "past": _sha256(past_to_bytes(twin.past)),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def text_of(found: dict[str, Any]) -> str:
    """Return the digests as they stand in the file."""
    return json.dumps(found, indent=1) + "\n"


def main() -> None:
    """Write the digests."""
    if "--without-c" in sys.argv and not decimal_is_in_python():
        message = "decimal still runs in C"
        raise SystemExit(message)
    text = text_of(digests())
    if "--print" in sys.argv:
        sys.stdout.write(text)
    else:
        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
