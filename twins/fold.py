"""Inputs folded into a twin, one by one.

The working copies that `twins.twin.advance` makes; nothing of it outlives a batch. Inputs come in
event order. A reading takes effect when time has moved past its moment; everything else takes
effect at its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from .custody.possession import pass_custody
from .inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Commissioned,
    Decision,
    EventKey,
    Handover,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    PolicyAssigned,
    observed_at,
    statement_of,
)
from .judging.channel import Channel, ChannelSums, Shipment, copied_channel
from .judging.channel_fold import ChannelFold
from .judging.channel_rules import rules_by_quantity
from .judging.excursion_log import added_to
from .judging.excursions import Excursion, Run, is_outside
from .judging.moment import Circumstances
from .judging.series import (
    Series,
    SeriesSums,
    copied,
    copied_sums,
    seq_of,
    settle,
    silence,
    speak,
    take,
)
from .milestones import Milestones
from .past import Past
from .policy.condition_policy import ConditionPolicy, Phase, hold_of
from .position.location_events import ImpossibleTravel, LocationEvent
from .position.track import (
    LATITUDE,
    finding_of,
    pending_fixes,
    route_plan_of,
    track_of,
)
from .readings import QUANTITIES, UNUSABLE, Reading
from .sensors.health import calibration_found, running_findings
from .sensors.watch import health_of, watch_of, watch_settled
from .state import AssetTwin, OutOfOrderInput
from .temperature.exposure import ExposureSums, exposure_of
from .wear.fatigue import Fatigue, feed
from .wear.shocks import PULSE_QUANTITIES, ShockSums, pulses_of, with_peak, with_pulse

_BEFORE_ALL = -(2**63)
"""Earlier than any moment that a record can carry."""

in_event_order = attrgetter("device", "sensor", "quantity")
"""Places readings of one moment."""


class Fold:
    """Working copies of a twin while inputs are folded."""

    def __init__(self, twin: AssetTwin, policy: ConditionPolicy) -> None:
        self.policy = policy
        self.twin = twin
        self.now = twin.last_key[0] if twin.last_key else _BEFORE_ALL
        self.bound = dict(twin.bound)
        self.holds = {device: hold_of(policy, every) for device, every in twin.bound.items()}
        self.calibrated = dict(twin.calibrated)
        self.rules = rules_by_quantity(policy)
        self.sums = {one.key: copied_sums(one) for one in twin.past.series}
        self.series = {one.key: copied(one) for one in twin.series}
        self.members: dict[str, list[Series]] = defaultdict(list)
        for one in self.series.values():
            self.members[one.quantity].append(one)
        self.pending = sorted(
            [one for one in self.series.values() if one.is_pending], key=in_event_order
        )
        """In event order, as if the batch before had not ended here."""
        self.planned_from = twin.planned_from
        self.closed_at = twin.closed_at
        self.commissioned = twin.commissioned
        self.assigned = twin.assigned
        self.custody = twin.custody
        self.milestones = Milestones(twin.milestones, twin.milestone_faults, twin.shown_milestones)
        self.decisions = twin.decisions
        self.plan = twin.plan
        self.track = track_of(
            twin.asset, twin.location, twin.past.track, twin.plan, policy.location
        )
        heard = {one.device for one in twin.series}
        self.shipment = Shipment(
            Circumstances(twin.phase, twin.custody.holder), self._judged_from(), self.bound, heard
        )
        self.begins_anew = twin.past.begins_anew
        self.before_start = twin.past.before_start
        self.after_close = twin.past.after_close
        self.over = twin.past.excursions
        self.ended: list[Excursion] = []
        self.shocks = twin.past.shocks
        self.unjudged = twin.past.unjudged
        self.channels: dict[str, ChannelFold] = {}
        known = {one.quantity: one for one in twin.past.channels}
        for channel in twin.channels:
            self._add_channel(copied_channel(channel), known.get(channel.quantity))

    def add(self, record: Input) -> None:
        """Fold one input."""
        moment = observed_at(record)
        if moment > self.now:
            self.settle_all()
            self.now = moment
        elif moment < self.now:
            raise OutOfOrderInput(self.twin.asset, moment)
        if isinstance(record, Reading):
            self._read(record)
        elif isinstance(record, Binding):
            self._bind(record)
        elif isinstance(record, Handover):
            self._pass(record)
        elif isinstance(record, Milestone):
            self._reach(record)
        elif isinstance(record, Commissioned):
            self._commission(record)
        elif isinstance(record, Plan):
            self._plan(record)
        elif not isinstance(record, Packing):
            # What a packing brings comes as bindings of its own (`twins.packing`).
            self._note(record)

    def settle_all(self) -> None:
        """Let every pending reading take effect."""
        if not self.pending:
            return
        if self.track.is_followed:
            # First, so that what else was read then is judged in the phase that begins with it.
            self._show(self.track.follow(pending_fixes(self.pending), self.holds))
        read: dict[str, list[Series]] = defaultdict(list)
        for one in self.pending:
            sound = read[one.quantity]
            if self._settle(one) or one.same_moment:
                sound.append(one)
        self.pending.clear()
        for quantity, sound in read.items():
            if QUANTITIES[quantity].is_level:
                fold = self.channels[quantity]
                fold.compare([one for one in sound if one.is_sound], self.now)
                if any(one.same_moment for one in sound):
                    fold.judge_extremes(sound, self.now)
                fold.judge(self.now)
        if self.policy.shock is not None:
            told = (one for name in PULSE_QUANTITIES for one in read.get(name, ()))
            for pulse in pulses_of(told):
                self.shocks = with_pulse(self.shocks, self.policy.shock, pulse)

    def speak_to(self, moment: int) -> None:
        """Count every held value and what is judged up to a moment."""
        for one in self.series.values():
            speak(one, self._sums_of(one), moment)
        for fold in self._levels():
            fold.speak_to(moment)

    def judge_all(self, moment: int) -> None:
        """Judge again what may have changed at a moment, nothing of which is pending."""
        for fold in self._levels():
            if fold.channel.judged_until <= moment:
                fold.judge(moment)

    def hear_out(self, moment: int) -> None:
        """Judge at the end what still waits for others."""
        for fold in self._levels():
            fold.hear_out(moment)

    def _levels(self) -> list[ChannelFold]:
        """Return the channels whose readings hold; those of events know no time."""
        return [one for name, one in self.channels.items() if QUANTITIES[name].is_level]

    def frozen(self, last_key: EventKey | None) -> AssetTwin:
        """Return the folded twin, everything in an order that does not tell of batches."""
        channels = [self.channels[quantity] for quantity in sorted(self.channels)]
        return AssetTwin(
            asset=self.twin.asset,
            last_key=last_key,
            commissioned=self.commissioned,
            assigned=self.assigned,
            bound=dict(sorted(self.bound.items())),
            calibrated=dict(sorted(self.calibrated.items())),
            planned_from=self.planned_from,
            closed_at=self.closed_at,
            phase=self.shipment.then.phase,
            series=tuple(self.series[key] for key in sorted(self.series)),
            channels=tuple(fold.channel for fold in channels),
            custody=self.custody,
            milestones=self.milestones.reached,
            milestone_faults=self.milestones.faults,
            decisions=self.decisions,
            plan=self.plan,
            location=self.track.now,
            shown_milestones=self.milestones.shown,
            past=Past(
                begins_anew=self.begins_anew,
                series=tuple(self.sums[key] for key in sorted(self.sums)),
                channels=tuple(fold.sums for fold in channels),
                excursions=added_to(self.over, self.ended, self.policy),
                before_start=self.before_start,
                after_close=self.after_close,
                shocks=self.shocks,
                track=self.track.past,
                unjudged=self.unjudged,
            ),
        )

    def _read(self, reading: Reading) -> None:
        hold = self.holds.get(reading.device)
        if hold is None:
            # Whether the log took it depends on when its binding came; the twin must not.
            return
        if self.closed_at is not None:
            self._pass_over(reading)
            return
        one = self._series_of(reading)
        if not one.is_pending:
            if one.is_level:
                speak(one, self._sums_of(one), reading.observed_at)
                self.channels[one.quantity].speak_to(reading.observed_at)
            self.pending.append(one)
        # Same instant, other seq: the earlier one is complete and held for no time.
        elif one.last_seq != seq_of(reading) and self._settle(one):
            one.same_moment = [*one.same_moment, (one.last_seq, one.last_value)]
        take(one, reading, hold)

    def _pass_over(self, reading: Reading) -> None:
        """Count a reading that came after the close, and whether it is outside a limit."""
        self.unjudged += 1
        limits = self.rules[reading.quantity].boundaries
        is_outside_any = any(is_outside(one, reading.value) for one in limits)
        self.after_close += is_outside_any and not reading.quality & UNUSABLE

    def _series_of(self, reading: Reading) -> Series:
        key = (reading.quantity, reading.device, reading.sensor)
        one = self.series.get(key)
        if one is None:
            is_level = QUANTITIES[reading.quantity].is_level
            one = Series(reading.device, reading.sensor, reading.quantity, is_level)
            if self.policy.sensors is not None:
                calibrated_at = self.calibrated.get(one.device)
                one.health = health_of(one, self.holds[reading.device], calibrated_at)
            self.series[key] = one
            if one.device not in self.shipment.heard:
                self._judge_again_from_here()
                self.shipment.heard.add(one.device)
            fold = self.channels.get(one.quantity)
            if fold is None:
                self._begin_channel(one.quantity, None)
            elif one.is_level:
                # It speaks from now on, and changes nothing of what was judged before.
                fold.speak_to(self.now)
                fold.channel.judged_until = self.now
            self.members[one.quantity].append(one)
        return one

    def _sums_of(self, one: Series) -> SeriesSums:
        sums = self.sums.get(one.key)
        if sums is None:
            sums = self.sums[one.key] = SeriesSums(one.device, one.sensor, one.quantity)
        return sums

    def _settle(self, one: Series) -> bool:
        """Let a reading take effect; return whether it is sound."""
        sums = self._sums_of(one)
        is_sound = settle(one, sums)
        if self.policy.sensors is not None:
            watch_settled(one, sums.log, self.policy.sensors, is_sound=is_sound)
        if not is_sound:
            return False
        if not one.is_level:
            self.channels[one.quantity].judge_event(one)
            if one.quantity == "acceleration":
                budget = self.policy.wear
                self.shocks = with_peak(self.shocks, budget, one.last_value, one.last_at)
        self._tire(one, sums, (one.last_value,))
        return True

    def _tire(self, one: Series, sums: SeriesSums, values: Sequence[int]) -> None:
        """Count the cycles of values, where the quantity fatigues the asset."""
        half_damage = self.rules[one.quantity].half_damage
        if half_damage is not None:
            fatigue = Fatigue(one.residue)
            feed(fatigue, values, half_damage)
            sums.half_cycles += fatigue.half_cycles
            sums.damage += fatigue.damage

    def _begin_channel(self, quantity: str, gap_since: int | None) -> None:
        """Begin to judge a quantity; one that is required is not observed yet."""
        rules = self.rules[quantity]
        channel = Channel(
            quantity,
            spoken_until=self.now,
            judged_until=self.now,
            observed_until=gap_since,
            gap_since=gap_since,
            silent_since=self.planned_from,
            runs=[Run(one.id) for one in (*rules.boundaries, *rules.core_boundaries)],
            exposure=exposure_of(rules, self.now) if quantity == "temperature" else None,
            watch=watch_of(rules),
        )
        self._add_channel(channel)

    def _add_channel(self, channel: Channel, sums: ChannelSums | None = None) -> None:
        quantity = channel.quantity
        rules = self.rules[quantity]
        found = ChannelSums(quantity) if sums is None else replace(sums, log=replace(sums.log))
        if channel.exposure is not None:
            found.exposure = replace(found.exposure) if found.exposure else ExposureSums()
        self.channels[quantity] = ChannelFold(
            channel,
            found,
            self.members[quantity],
            rules,
            self.shipment,
            self.ended,
        )

    def _bind(self, binding: Binding) -> None:
        if binding.action is BindingAction.DELETE:
            self._detach(binding.device)
            return
        self._judge_again_from_here()
        self.bound[binding.device] = binding.expected_interval
        hold = self.holds[binding.device] = hold_of(self.policy, binding.expected_interval)
        for one in self.series.values():
            if one.device == binding.device and one.health is not None and one.is_level:
                one.health.hold = hold
        if isinstance(binding, CalibratedBinding) and self.closed_at is None:
            self._calibrate(binding)
        if self.planned_from is None and self.closed_at is None:
            self._begin()

    def _calibrate(self, binding: CalibratedBinding) -> None:
        """Take when a device was calibrated; where the calibration before had ended is told."""
        self.calibrated[binding.device] = binding.calibrated_at
        limits = self.policy.sensors
        for one in self.series.values():
            if one.device != binding.device or one.health is None or limits is None:
                continue
            due = calibration_found(one.health, limits)
            one.health.calibrated_at = binding.calibrated_at
            if due is not None and calibration_found(one.health, limits) is None:
                self._sums_of(one).log.add(replace(due, until=self.now))

    def _judge_again_from_here(self) -> None:
        """Let what changes now be judged from now on, and not before."""
        if self.closed_at is None:
            for fold in self._levels():
                fold.speak_to(self.now)
                fold.channel.judged_until = self.now

    def _detach(self, device: str) -> None:
        self._judge_again_from_here()
        self.bound.pop(device, None)
        self.holds.pop(device, None)
        if self.closed_at is not None:
            return
        self.track.detach(device)
        for one in self.series.values():
            if one.device == device and one.is_level:
                speak(one, self._sums_of(one), self.now)
                silence(one)
                self._watch_anew(one)

    def _watch_anew(self, one: Series) -> None:
        """Begin to watch a sensor anew: where it was meanwhile, nobody can tell."""
        limits = self.policy.sensors
        if one.health is None or limits is None:
            return
        for found in running_findings(one.health, limits):
            self._sums_of(one).log.add(replace(found, until=self.now))
        one.health = health_of(one, one.health.hold, one.health.calibrated_at)

    def _begin(self) -> None:
        """Begin the planned time, and with it all that is judged."""
        self.planned_from = self.now
        self.shipment.judged_from = self._judged_from()
        for quantity in self.policy.observation.required:
            self._begin_channel(quantity, self.now)

    def _begin_anew(self) -> None:
        """Begin again: what was read before is kept and not judged."""
        self.speak_to(self.now)
        self.begins_anew = True
        self.unjudged += sum(one.readings for one in self.sums.values())
        self.before_start += sum(one.count for one in self.over) + len(self.ended)
        self.before_start += sum(
            run.excursion is not None and run.excursion.alarmed_at < self.now
            for fold in self.channels.values()
            for run in fold.channel.runs
        )
        self.series.clear()
        self.shipment.heard.clear()
        self.sums.clear()
        self.members.clear()
        self.channels.clear()
        self.over = ()
        self.ended.clear()
        self.shocks = ShockSums()
        self.track.begin_anew()
        self._begin()

    def _judged_from(self) -> int:
        if self.planned_from is None:
            return _BEFORE_ALL
        return self.planned_from + self.policy.observation.ignore_first

    def _pass(self, handover: Handover) -> None:
        before = self.custody.holder
        signer = handover.signer or ""
        self.custody, _ = pass_custody(self.custody, statement_of(handover), signer)
        if self.custody.holder != before:
            if self.closed_at is None:
                self.speak_to(self.now)
            self._go_on_with(self.shipment.then.phase)

    def _go_on_with(self, phase: Phase) -> None:
        """Let what is judged from now on be judged in other circumstances."""
        self.shipment.then = Circumstances(phase, self.custody.holder)
        if self.closed_at is None:
            for fold in self._levels():
                fold.channel.judged_until = min(fold.channel.judged_until, self.now)

    def _reach(self, milestone: Milestone) -> None:
        is_closed = self.closed_at is not None
        self._enter(
            self.milestones.state(milestone, self.shipment.then.phase, is_closed=is_closed),
            milestone.name,
        )

    def _enter(self, phase: Phase | None, name: MilestoneName) -> None:
        """Enter the phase behind a milestone, where there is one."""
        if phase is None:
            return
        if name is MilestoneName.START:
            self._begin_anew()
        elif name is MilestoneName.CLOSE:
            self.speak_to(self.now)
            self.hear_out(self.now)
            self.closed_at = self.now
        elif phase is not self.shipment.then.phase:
            self.speak_to(self.now)
            self._go_on_with(phase)

    def _plan(self, plan: Plan) -> None:
        if self.closed_at is None:
            self.plan = plan
            self.track.plan = route_plan_of(plan)

    def _show(self, events: Sequence[LocationEvent]) -> None:
        """Take in what fixes of this moment, or of many that begin no phase, show."""
        for event in events:
            if isinstance(event, ImpossibleTravel):
                one = self.series[LATITUDE, event.later.device, event.later.sensor]
                self._sums_of(one).log.add(finding_of(event))
        is_closed = self.closed_at is not None
        for found in self.track.milestones_of(events):
            # It is known, and a phase begins, with the fix that shows it.
            shown = replace(found, observed_at=self.now)
            before = self.shipment.then.phase
            phase = self.milestones.show(shown, before, is_closed=is_closed)
            self._enter(phase, shown.name)

    def _commission(self, record: Commissioned) -> None:
        if self.commissioned is not None:
            return
        self.commissioned = record
        if self.closed_at is None:
            self.speak_to(self.now)
        self.custody = replace(self.custody, holder=record.holder, since=record.observed_at)
        self._go_on_with(self.shipment.then.phase)

    def _note(self, record: PolicyAssigned | Decision) -> None:
        if isinstance(record, PolicyAssigned):
            self.assigned = record
        else:
            self.decisions = (*self.decisions, record)
