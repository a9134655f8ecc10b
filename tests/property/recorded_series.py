"""Recorded series as readings, and what is judged of them moment by moment, by pandas and NumPy.

Nothing here is shared with the twins but the record of a reading. Values are milli-°C, times are
microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from twins.readings import ClockSource, Reading

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SECOND = 1_000_000
RESOLUTION = 10
"""Milli-°C in a step of a logger."""

LEAST_TO_OUTVOTE = 3
"""Sensors of which one cannot outvote the others."""

Integers = npt.NDArray[np.int64]


def recorded(name: str) -> pd.DataFrame:
    """Return a file's readings of one sensor: sensor, at, seq and value, in the file's order."""
    table = pd.read_csv(VECTORS / name, parse_dates=["timestamp"])
    celsius = (table["value"] - 32) * 5 / 9
    return pd.DataFrame(
        {
            "sensor": "a",
            "at": table["timestamp"].astype("datetime64[us]").astype("int64"),
            "seq": range(1, len(table) + 1),
            "value": (celsius * 1000).round().astype("int64"),
        }
    )


def three_of(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return three sensors that measure the same, each at its own times, with noise and losses."""
    dice = np.random.default_rng(seed)
    table = table.sort_values(["at", "seq"]).drop_duplicates("at", keep="last")
    sensors = []
    for sensor, minutes, noise, lost in (("a", 0, 0, 0.02), ("b", 2, 300, 0.1), ("c", 3, 600, 0.2)):
        one = table[dice.random(len(table)) >= lost].copy()
        one["sensor"] = sensor
        one["at"] += minutes * 60 * SECOND
        read = one["value"] + dice.normal(0, noise, len(one))
        one["value"] = (read / RESOLUTION).round().astype("int64") * RESOLUTION
        sensors.append(one)
    return pd.concat(sensors, ignore_index=True)


def readings_of(table: pd.DataFrame) -> list[Reading]:
    """Return the readings in event order; a sensor is a device of its own."""
    ordered = table.sort_values(["at", "sensor", "seq"])
    return [
        Reading(1, sensor, "air", "temperature", value, at, ClockSource.DEVICE, seq)
        for sensor, at, seq, value in zip(
            ordered["sensor"].tolist(),
            ordered["at"].tolist(),
            ordered["seq"].tolist(),
            ordered["value"].tolist(),
            strict=True,
        )
    ]


@dataclass(frozen=True)
class Judged:
    """What is judged from each moment to the next.

    Attributes:
        moments: When it may change; the last one is the end.
        span: Microseconds to the next one.
        speaking: Number of sensors that are judged: those that speak, none while others are waited
            for.
        is_repeated: Judged before the newest value of the same moment, or the milder one of two;
            what is inside changes nothing then.
        upper: What upper boundaries judge; meaningless where none speaks.
        lower: What lower boundaries judge, likewise.
        held: Value of each sensor in the order of their names.
        held_since: When it was read; -1 where the sensor does not speak.
        observed_by_sensor: Microseconds for which each sensor spoke.
        weighted_by_sensor: Σ microseconds · value likewise.
    """

    moments: Integers
    span: Integers
    speaking: Integers
    is_repeated: npt.NDArray[np.bool_]
    upper: Integers
    lower: Integers
    held: Integers
    held_since: Integers
    observed_by_sensor: list[int]
    weighted_by_sensor: list[int]


def judged(
    table: pd.DataFrame,
    *,
    hold: int,
    patience: int,
    until: int,
    more: list[int],
    limits: list[tuple[bool, int]],
    farthest: int | None,
) -> Judged:
    """Return what is judged of the sensors together.

    Args:
        table: Readings of one sensor or of three.
        hold: Microseconds for which a reading speaks at most.
        patience: For how long one or two of three wait for the others, by their interval.
        until: The moment of the judgement.
        more: Other moments at which something may change.
        limits: Boundaries as (is it an upper one, milli-°C).
        farthest: Milli-°C that sensors may lie apart; None where they may at will.
    """
    ordered = table.sort_values(["sensor", "at", "seq"])
    moments = pd.concat([table["at"], table["at"] + hold, pd.Series([*more, until])])
    at = np.sort(moments[moments <= until].unique()).astype(np.int64)
    patience = min(patience, hold * 4 // 5)
    begins = _waits(*_of_each(ordered, at, hold), at, limits, farthest)[0]
    at = np.unique(np.concatenate([at, begins[begins >= 0] + patience]))
    at = at[at <= until]
    held, since = _of_each(ordered, at, hold)
    begins, ends, is_open, is_certain = _waits(held, since, at, limits, farthest)
    is_early = (begins >= 0) & (np.minimum(ends, until + 1) < begins + patience) & is_open
    is_waiting, is_mild = is_early & ~is_certain, is_early & is_certain
    is_repeated = np.zeros(len(at), dtype=bool)
    if held.shape[1] == 1:
        at, held, since, is_repeated = _with_repeated(ordered, at, held, since)
        is_waiting = is_mild = is_repeated & False
    span = np.diff(at, append=until)
    values = np.sort(np.where(since >= 0, held, np.iinfo(np.int64).max), axis=1)
    count, rows = (since >= 0).sum(axis=1), np.arange(len(at))
    upper = values[rows, np.minimum(count // 2, held.shape[1] - 1)]
    lower = values[rows, np.maximum(count - 1, 0) // 2]
    return Judged(
        moments=at,
        span=span,
        speaking=np.where(is_waiting, 0, count),
        is_repeated=is_repeated | is_mild,
        upper=np.where(is_mild, lower, upper),
        lower=np.where(is_mild, upper, lower),
        held=held,
        held_since=since,
        observed_by_sensor=np.where(since >= 0, span[:, None], 0).sum(axis=0).tolist(),
        weighted_by_sensor=np.where(since >= 0, span[:, None] * held, 0).sum(axis=0).tolist(),
    )


def _of_each(ordered: pd.DataFrame, at: Integers, hold: int) -> tuple[Integers, Integers]:
    """Return for each sensor, by its name, what it says at each moment and when it was read."""
    columns = [_held(one, at, hold) for _, one in ordered.groupby("sensor")]
    return (
        np.stack([value for value, _ in columns], axis=1),
        np.stack([read for _, read in columns], axis=1),
    )


def _waits(
    held: Integers,
    since: Integers,
    at: Integers,
    limits: list[tuple[bool, int]],
    farthest: int | None,
) -> tuple[Integers, Integers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return since when one or two of three wait, until when at most, and what the others change.

    Since is -1 where they do not wait; the others may change something, and nothing of what the
    milder of two says.
    """
    count = (since >= 0).sum(axis=1)
    are_few = (since.shape[1] >= LEAST_TO_OUTVOTE) & (count > 0) & (count < LEAST_TO_OUTVOTE)
    highest = np.where(since >= 0, held, np.iinfo(np.int64).min).max(axis=1)
    lowest = np.where(since >= 0, held, np.iinfo(np.int64).max).min(axis=1)
    is_between = np.zeros(len(at), dtype=bool)
    are_outside = np.zeros(len(at), dtype=bool)
    for is_upper, limit in limits:
        high, low = (
            (highest > limit, lowest > limit)
            if is_upper
            else (
                highest < limit,
                lowest < limit,
            )
        )
        is_between |= high != low
        are_outside |= high & low
    are_apart = is_between.copy()
    if farthest is not None:
        are_apart |= (count > 0) & (highest - np.minimum(lowest, highest) > farthest)
    is_open = are_few & ((count == 1) | are_apart)
    stretch = pd.Series((~are_few).cumsum())
    first = pd.Series(np.where(is_open, at, np.nan)).groupby(stretch).transform("min")
    begins = np.where(are_few & (at >= first.fillna(np.inf)), first.fillna(-1), -1)
    ends = pd.Series(np.where(are_few, np.nan, at)).bfill().fillna(np.iinfo(np.int64).max)
    is_certain = (count == 2) & (are_outside | ~is_between)
    return begins.astype(np.int64), ends.to_numpy().astype(np.int64), is_open, is_certain


def _held(one: pd.DataFrame, at: Integers, hold: int) -> tuple[Integers, Integers]:
    """Return what a sensor's newest reading says at each moment, and when it was read."""
    read, values = one["at"].to_numpy(), one["value"].to_numpy()
    place = np.searchsorted(read, at, side="right") - 1
    since = read[np.maximum(place, 0)]
    is_speaking = (place >= 0) & (at < since + hold)
    return np.where(is_speaking, values[np.maximum(place, 0)], 0), np.where(is_speaking, since, -1)


def _with_repeated(
    one: pd.DataFrame, at: Integers, held: Integers, since: Integers
) -> tuple[Integers, Integers, Integers, npt.NDArray[np.bool_]]:
    """Add what was read before at the moment of a newer reading: it speaks for no time."""
    earlier = one[one.duplicated("at", keep="last")]
    read = earlier["at"].to_numpy()
    places = np.searchsorted(at, read)
    return (
        np.insert(at, places, read),
        np.insert(held, places, earlier[["value"]].to_numpy(), axis=0),
        np.insert(since, places, earlier[["at"]].to_numpy(), axis=0),
        np.insert(np.zeros(len(at), dtype=bool), places, values=True),
    )
