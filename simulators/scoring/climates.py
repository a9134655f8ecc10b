"""The usual climate of each shipped policy's goods.

Numbers are chosen within the policy's limits; what goes wrong is chosen against the limits.
"""

from __future__ import annotations

import msgspec

_CELSIUS = "temperature"
_PERCENT = "humidity"


class Climate(msgspec.Struct, frozen=True):
    """How it is around the goods when nothing goes wrong.

    Attributes:
        usual: Per quantity its mean.
        swing: Per quantity how far a day moves it.
        room: Per quantity what the room shows in which the logger lay before the start.
        air_minutes: Time constant with which the air in the box follows.
        starts_as_room: Whether the logger still shows the room when the shipment starts.
        error: Per quantity the largest error of a sound sensor.
        warm: Temperature outside on a hot day.
        cold: Temperature outside on a cold night.
    """

    usual: dict[str, float]
    swing: dict[str, float]
    room: dict[str, float] = msgspec.field(default_factory=lambda: {_CELSIUS: 21.0})
    air_minutes: float = 12.0
    starts_as_room: bool = False
    error: dict[str, float] = msgspec.field(default_factory=lambda: {_CELSIUS: 0.25})
    warm: float = 31.0
    cold: float = -6.0


CLIMATES = {
    "blood-platelets": Climate({_CELSIUS: 22.0}, {_CELSIUS: 0.3}, warm=41.0),
    "blood-red-cells": Climate({_CELSIUS: 4.0}, {_CELSIUS: 0.3}),
    "chilled-produce": Climate(
        {_CELSIUS: 2.4, _PERCENT: 92.0},
        {_CELSIUS: 0.3, _PERCENT: 1.0},
        error={_CELSIUS: 0.25, _PERCENT: 1.0},
    ),
    "crt-20-25": Climate({_CELSIUS: 22.0}, {_CELSIUS: 1.0}, warm=43.0, air_minutes=25.0),
    "fine-art": Climate(
        {_CELSIUS: 20.5, _PERCENT: 50.0, "tilt": 2.0},
        {_CELSIUS: 0.5, _PERCENT: 2.0, "tilt": 0.0},
        room={_CELSIUS: 27.5, _PERCENT: 66.0},
        air_minutes=8.0,
        starts_as_room=True,
        error={_CELSIUS: 0.25, _PERCENT: 1.0, "tilt": 1.0},
        warm=34.0,
    ),
    "fragile-electronics": Climate({_CELSIUS: 21.0}, {_CELSIUS: 2.0}, warm=52.0, cold=-16.0),
    "fresh-fish": Climate({_CELSIUS: 0.4}, {_CELSIUS: 0.3}),
    "frozen-20": Climate({_CELSIUS: -21.5}, {_CELSIUS: 0.3}),
    "insulin-in-use": Climate({_CELSIUS: 19.0}, {_CELSIUS: 2.0}, warm=38.0),
    "ultra-cold-70": Climate({_CELSIUS: -74.0}, {_CELSIUS: 0.5}, error={_CELSIUS: 0.5}),
    "vaccine-2-8": Climate({_CELSIUS: 4.8}, {_CELSIUS: 0.3}),
    "wine": Climate(
        {_CELSIUS: 14.0, _PERCENT: 68.0},
        {_CELSIUS: 1.0, _PERCENT: 2.0},
        room={_CELSIUS: 14.0},
        error={_CELSIUS: 0.25, _PERCENT: 1.0},
        warm=44.0,
        cold=-14.0,
    ),
}
"""The climate of every shipped policy, by its id."""
