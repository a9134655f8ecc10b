"""What the tests of the codecs share: published messages, moments, and short forms of answers."""

import calendar
import json
import time
from pathlib import Path

from gateway.codecs.base import Decoded, Reason
from twins.readings import Reading

PAYLOADS = Path(__file__).parents[3] / "vectors" / "payloads"
DEVICE, NETWORK, GATEWAY = 1, 2, 3


def at(text: str) -> int:
    """Return `2026-01-31 12:00:00` UTC in microseconds, by another way than the code under test."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) * 1_000_000


RECEIVED_AT = at("2026-06-01 12:00:00")


def payload(name: str, place: int) -> bytes:
    samples = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))["samples"]
    return json.dumps(samples[place]["payload"]).encode()


def values(decoded: Decoded) -> list[tuple[str, str, int]]:
    """Return (sensor, quantity, steps) of each reading."""
    return [(one.sensor, one.quantity, one.value) for one in readings(decoded)]


def readings(decoded: Decoded) -> list[Reading]:
    assert all(isinstance(one, Reading) for one in decoded.records)
    return [one for one in decoded.records if isinstance(one, Reading)]


def reasons(decoded: Decoded) -> list[Reason]:
    return [fault.reason for fault in decoded.faults]
