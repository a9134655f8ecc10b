"""What the twin says of a shipment, beside what it ought to say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import msgspec

from simulators.limits import POLICY_FOLDER, Limit
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

from .kinetic import kinetic_band
from .labels import Bands, Broken, Envelope, bands, envelope
from .seeing import HOUR, MINUTE
from .sensing import PEAK_ERROR
from .trial import ASSET, EPOCH, Trial
from .world import lagged

KINETIC = "mean_kinetic_temperature"
CORE_STEPS = 16
"""SPECIFICATION section 9: the core is stated each sixteenth of its time constant."""


class Verdict(msgspec.Struct, frozen=True):
    """How the findings for one boundary of one shipment agree with its labels.

    Attributes:
        boundary: Id of the boundary, or `KINETIC`.
        true: How often it was truly broken.
        must: How often it must be found broken.
        found: How many of these were found.
        either: What sensors cannot tell, found or not.
        findings: How many the twin found.
        false: How many of these lie in no label.
        short: Of the false ones, those that began or ended while fewer than three sensors spoke.
        delays: Of each that was found, microseconds from the true alarm to the twin's.
    """

    boundary: str
    true: int = 0
    must: int = 0
    found: int = 0
    either: int = 0
    findings: int = 0
    false: int = 0
    short: int = 0
    delays: tuple[int, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether anything was missed or invented."""
        return self.found < self.must or self.false > 0


@lru_cache
def policy_of(name: str) -> ConditionPolicy:
    """Return a shipped policy as the twin reads it."""
    document = tomllib.loads((POLICY_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return parse_policy(document, bytes(32), name)


class Judged(msgspec.Struct, frozen=True):
    """A shipment and what the twin made of it."""

    trial: Trial
    excursions: tuple[Excursion, ...]
    condition: Condition


def judge(trial: Trial, policy: ConditionPolicy | None = None) -> Judged:
    """Return what the twin says of a shipment once it is closed.

    Args:
        trial: The shipment.
        policy: Another policy than its own, for a trial of what would be found.
    """
    rules = policy or policy_of(trial.policy)
    twin = advance(AssetTwin(ASSET), trial.inputs, rules)
    return Judged(trial, twin.excursions, assess(twin, rules, trial.ends_at + HOUR))


def verdicts(judged: Judged) -> list[Verdict]:
    """Return how the findings agree with the labels, boundary by boundary."""
    return [*_levels(judged), *_events(judged), *_kinetic(judged)]


def _levels(judged: Judged) -> Iterator[Verdict]:
    trial = judged.trial
    envelopes: dict[str, Envelope] = {}
    for limit in trial.rules.boundary:
        truth = trial.world.core if limit.of == "core" else trial.world.levels.get(limit.quantity)
        if truth is None:
            continue
        label = Bands()
        if _comes_near(trial, limit):
            key = f"{limit.quantity} {limit.of}"
            shown = envelopes[key] if key in envelopes else _envelope(trial, limit)
            envelopes[key] = shown
            looked, active = trial.seen[limit.quantity], _active(trial, limit)
            label = bands(limit, truth, shown, looked, active)
        findings = [one for one in judged.excursions if one.boundary == limit.id]
        yield _compared(trial, limit, label, findings)


def _comes_near(trial: Trial, limit: Limit) -> bool:
    """Tell whether what is measured comes within a sensor's error of the limit."""
    truth = trial.world.levels[limit.quantity][trial.world.plan.starts_at :]
    error = _error(trial, limit.quantity)
    if limit.side == "upper":
        return max(truth) + error > limit.limit
    return min(truth) - error < limit.limit


def _error(trial: Trial, quantity: str) -> float:
    return trial.climate.error.get(quantity, 1.0)


def _envelope(trial: Trial, limit: Limit) -> Envelope:
    truth, looked = trial.world.levels[limit.quantity], trial.seen[limit.quantity]
    air = envelope(truth, looked.since, _error(trial, limit.quantity))
    if limit.of != "core" or trial.rules.core is None:
        return air
    minutes = trial.rules.core.time_constant_s / 60
    plan, stated = trial.world.plan, 1 + round(minutes / CORE_STEPS)
    since = [max(plan.starts_at, minute - stated) for minute in range(plan.length)]
    since[: plan.starts_at] = range(plan.starts_at)
    low, high = lagged(air.low, plan, minutes), lagged(air.high, plan, minutes)
    return Envelope(envelope(low, since, 0.0).low, envelope(high, since, 0.0).high)


def _active(trial: Trial, limit: Limit) -> list[bool]:
    judged_from = trial.world.plan.starts_at + trial.rules.observation.ignore_first_s / 60
    return [
        minute >= judged_from and (limit.phases is None or phase in limit.phases)
        for minute, phase in enumerate(trial.world.plan.phases())
    ]


def _compared(trial: Trial, limit: Limit, label: Bands, findings: Sequence[Excursion]) -> Verdict:
    spans = [_broken(one) for one in findings]
    false = [one for one in spans if not any(may.holds(one) for may in label.may)]
    found, delays = 0, []
    for sure in label.must:
        cause = next((one for one in findings if _broken(one).holds(sure)), None)
        if cause is None:
            continue
        found += 1
        truth = next(one for one in label.true if one.holds(sure))
        delays.append(cause.alarmed_at - EPOCH - truth.alarmed_at * MINUTE)
    return Verdict(
        limit.id,
        true=len(label.true),
        must=len(label.must),
        found=found,
        either=len(label.either),
        findings=len(findings),
        false=len(false),
        short=sum(_is_short(trial.seen[limit.quantity].short, one) for one in false),
        delays=tuple(delays),
    )


def _is_short(short: AbstractSet[int], finding: Broken) -> bool:
    """Tell whether a finding began, or ended, while too few sensors spoke."""
    return finding.began_at in short or finding.ended_at in short


def _broken(excursion: Excursion) -> Broken:
    """Return an excursion in whole minutes, the one in which it ended included."""
    ended_at = excursion.ended_at
    return Broken(
        (excursion.began_at - EPOCH) // MINUTE,
        (excursion.alarmed_at - EPOCH) // MINUTE,
        None if ended_at is None else (ended_at - EPOCH) // MINUTE,
    )


def _events(judged: Judged) -> Iterator[Verdict]:
    trial = judged.trial
    for limit in trial.rules.boundary:
        if limit.quantity != "acceleration":
            continue
        peaks = {one.minute: one.peak_g for one in trial.world.blows}
        true = {minute for minute, peak in peaks.items() if peak > limit.limit}
        must = {minute for minute in true if peaks[minute] * (1 - PEAK_ERROR) > limit.limit}
        may = {minute for minute, peak in peaks.items() if peak * (1 + PEAK_ERROR) > limit.limit}
        told = [
            (one.began_at - EPOCH) // MINUTE
            for one in judged.excursions
            if one.boundary == limit.id
        ]
        yield Verdict(
            limit.id,
            true=len(true),
            must=len(must),
            found=len(must & set(told)),
            either=len(may - must),
            findings=len(told),
            false=sum(minute not in may for minute in told),
            delays=(0,) * len(must & set(told)),
        )


def _kinetic(judged: Judged) -> Iterator[Verdict]:
    trial = judged.trial
    limit = trial.rules.mean_kinetic_temperature
    if limit is None:
        return
    truth, looked = trial.world.levels["temperature"], trial.seen["temperature"]
    shown = envelope(truth, looked.since, _error(trial, "temperature"))
    label = kinetic_band(limit, truth, shown, looked.maybe)
    has_fired = any(one.rule == KINETIC for one in judged.condition.rules_fired)
    yield Verdict(
        KINETIC,
        true=int(label.is_true),
        must=int(label.is_must),
        found=int(label.is_must and has_fired),
        either=int(label.is_may and not label.is_must),
        findings=int(has_fired),
        false=int(has_fired and not label.is_may),
    )
