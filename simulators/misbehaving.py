"""A device that sends nothing but mistakes, to see each of them answered, counted and kept."""

from __future__ import annotations

import msgspec

from twins.readings import MICROSECONDS

from .physics import generator
from .samples import TOPIC_ROOT
from .shipment import Message

DAY = 86_400 * MICROSECONDS
HOUR = 3_600 * MICROSECONDS


class MisbehavingDevice(msgspec.Struct, frozen=True):
    """The device, its messages in order of sending, and how many must end in quarantine."""

    id: str
    messages: tuple[Message, ...]
    expected_quarantined: int


def misbehaving_device(seed: int, now: int, rounds: int = 3) -> MisbehavingDevice:
    """Return a device whose every message is one mistake; each carries one element.

    Args:
        seed: Names its id and its values.
        now: Microseconds UTC; its messages are sent within the hour before.
        rounds: How often it makes every mistake.
    """
    rng = generator(f"misbehaving/{seed}")
    device = f"misbehaving-{seed % 10_000:04d}"
    messages: list[Message] = []
    for number in range(rounds):
        send_at = now - HOUR + number * HOUR // (rounds + 1)
        messages.extend(
            Message(send_at + place * MICROSECONDS, device, f"{TOPIC_ROOT}/{device}/readings", text)
            for place, text in enumerate(_mistakes(round(rng.uniform(2, 8), 2), send_at, now))
        )
    return MisbehavingDevice(device, tuple(messages), len(messages))


def _mistakes(value: float, observed_at: int, now: int) -> list[bytes]:
    """Return invalid JSON, a missing unit, NaN, a time a day ahead, an unknown quantity."""
    sound: dict[str, object] = {
        "sensor": "t1",
        "quantity": "temperature",
        "value": value,
        "unit": "Cel",
        "observed_at_us": observed_at,
    }
    encode = msgspec.json.encode
    without_unit = {key: entry for key, entry in sound.items() if key != "unit"}
    return [
        encode(sound)[:-9],
        encode(without_unit),
        # RFC 8259 section 6 knows no NaN, yet many device libraries write it.
        encode(sound).replace(encode(value), b"NaN", 1),
        encode({**sound, "observed_at_us": now + DAY}),
        encode({**sound, "quantity": "happiness"}),
    ]
