"""Small made shipments for the vectors; their times are minutes after a start."""

from typing import Any

import rfc8785

from .evidence import sha256
from .history import Record

MINUTE = 60_000_000
START = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
ASSET = "urn:epc:id:sscc:0614141.1234567890"
BOX, TAG = "logger-7", "tag-1"

POLICY: dict[str, Any] = {
    "schema": 1,
    "id": "vector-2-8",
    "title": "Made for vectors, 2 to 8 °C",
    "source": "made up",
    "observation": {"required": ["temperature"], "minimum_coverage": 0.95, "severity": "major"},
    "boundary": [
        {
            "id": "above-8",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "hysteresis": 0.3,
            "delay_s": 600,
            "severity": "major",
            "title": "Not above 8 °C for 10 minutes or longer",
        },
        {
            "id": "above-8-in-sum",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "hysteresis": 0.3,
            "delay_s": 1800,
            "mode": "cumulative",
            "severity": "minor",
            "title": "Not above 8 °C for 30 minutes in sum",
        },
        {
            "id": "frozen",
            "quantity": "temperature",
            "side": "lower",
            "limit": -0.5,
            "severity": "critical",
            "disposition": "damaged",
            "title": "Never below -0.5 °C",
        },
        {
            "id": "opened",
            "quantity": "illuminance",
            "side": "upper",
            "limit": 50.0,
            "severity": "minor",
            "disposition": "container_open",
            "latched": False,
            "title": "Closed box: not more than 50 lx",
        },
        {
            "id": "shock",
            "quantity": "acceleration",
            "side": "upper",
            "limit": 40.0,
            "severity": "minor",
            "latched": False,
            "title": "No shock above 40 g",
        },
    ],
    "mean_kinetic_temperature": {"limit": 7.5, "severity": "major"},
    "wear": {
        "shock_from": 20.0,
        "shock_full": 7,
        "handling_full": 9,
        "exposure_full_s": 43_200,
    },
}

TINY_POLICY: dict[str, Any] = {
    "schema": 1,
    "id": "tiny",
    "title": "Tiny",
    "source": "made up",
    "observation": {"required": ["humidity"], "minimum_coverage": 0.5, "severity": "minor"},
}


def policy_digest(policy: dict[str, Any]) -> bytes:
    return sha256(rfc8785.dumps(policy))


def at(minutes: float) -> int:
    return START + round(minutes * MINUTE)


def celsius(
    minutes: float,
    milli: int,
    *,
    device: str = BOX,
    seq: int | None = None,
    quality: int = 0,
    clock_source: int = 1,
) -> Record:
    when = at(minutes)
    return [1, 1, device, "air", "temperature", milli, when, clock_source, seq, quality, None]


def lux(minutes: float, milli: int) -> Record:
    return [1, 1, BOX, "light", "illuminance", milli, at(minutes), 1, None, 0, None]


def shock(minutes: float, milli: int) -> Record:
    return [1, 1, BOX, "shell", "acceleration", milli, at(minutes), 1, None, 0, None]


def statement(phase: str, minutes: float, giver: str, taker: str, nonce: str) -> dict[str, Any]:
    return {
        "schema": "cargotwin.handover.v1",
        "asset": ASSET,
        "from": giver,
        "to": taker,
        "phase": phase,
        "nonce": nonce,
        "place": "0614141000005",
        "seal": "",
        "observed_at": at(minutes),
    }


def handover(phase: str, minutes: float, giver: str, taker: str, nonce: str) -> Record:
    return [2, 1, rfc8785.dumps(statement(phase, minutes, giver, taker, nonce)), None, None]


def bind(minutes: float, device: str, seconds: int) -> Record:
    return [3, 1, "ADD", device, ASSET, at(minutes), seconds * 1_000_000]


def detach(minutes: float, device: str) -> Record:
    return [3, 1, "DELETE", device, ASSET, at(minutes), 0]


def milestone(minutes: float, name: str) -> Record:
    return [4, 1, ASSET, name, at(minutes), "Rotterdam"]


def begin(policy: dict[str, Any] = POLICY) -> list[Record]:
    return [
        [7, 1, ASSET, "0x" + "ab" * 20, "maker", "Insulin <1 pallet> & data", at(0)],
        [5, 1, ASSET, policy["id"], policy_digest(policy), at(0)],
    ]


def troubled() -> list[Record]:
    """Two warm spells, a gap, a freeze that no second reading confirms, a shock, an opening, a
    conflict, a handover, late records, a detached second device, a close and a decision; in the
    order of the log, which is not that of the events.
    """
    return [
        *begin(),
        bind(1, BOX, 300),
        bind(1, TAG, 60),
        milestone(2, "start"),
        celsius(5, 4_250, seq=1),
        celsius(10, 5_125, seq=2),
        celsius(15, 8_000, seq=3),
        celsius(20, 8_900, seq=4),
        celsius(25, 9_400, seq=5),
        celsius(35, 7_800, seq=7),
        celsius(40, 7_700, seq=8),
        celsius(45, 8_100, seq=9),
        celsius(50, 8_200, seq=10, quality=4),
        celsius(62, 6_000, seq=11),
        celsius(62, 6_500, seq=11),
        celsius(67, -40_000, seq=12, quality=1),
        celsius(70, 8_500, seq=13),
        # It is late, and it divides the first warm spell no more than the reading before it did.
        celsius(30, 9_400, seq=6),
        lux(30, 10_000),
        lux(31, 900_000),
        lux(33, 12_000),
        shock(12, 22_500),
        shock(13, 55_000),
        shock(14, 19_999),
        shock(14.5, 55_000),
        celsius(5, 4_000, device=TAG, clock_source=3),
        celsius(6, 4_100, device=TAG, quality=8),
        celsius(7, -600, device=TAG),
        celsius(8, 500, device=TAG),
        detach(11, TAG),
        celsius(12, 30_000, device=TAG),
        handover("accepted", 30, "maker", "carrier", "n1"),
        handover("offered", 30, "maker", "carrier", "n1"),
        handover("accepted", 41, "carrier", "shop", "n1"),
        # Nothing comes for longer than the hold of 15 minutes.
        celsius(120, 5_000, seq=14),
        celsius(120, 5_500, seq=15),
        celsius(125, 5_001, seq=16),
        handover("offered", 126, "carrier", "shop", "n2"),
        milestone(130, "close"),
        celsius(130, 5_100, seq=17),
        [6, 1, ASSET, "quarantined", "quality", "Too warm for too long", at(140)],
    ]


def disputed() -> list[Record]:
    """An open shipment under dispute whose device has fallen silent in a warm spell."""
    return [
        *begin(),
        bind(0, BOX, 60),
        celsius(1, 5_000),
        celsius(2, 8_001),
        lux(2, 51_000),
        *(shock(3 + number / 10, 41_000 + 100 * (number % 7)) for number in range(23)),
        handover("offered", 4, "maker", "carrier", "n1"),
        handover("disputed", 5, "maker", "carrier", "n1"),
        handover("offered", 6, "maker", "other", "n2"),
    ]


def silent() -> list[Record]:
    """A bound device that has never said anything."""
    return [*begin(TINY_POLICY), bind(0, BOX, 600)]
