"""The shape of the facts: every value a ready string, every count an integer, an absence "".

Nothing else may be stated in a report. Times, levels, durations and shares are written by
`figures`, names and titles by `device_text`.
"""

from __future__ import annotations

import msgspec

from twins.custody.possession import CustodyState
from twins.policy.condition_policy import Disposition, Severity


class DoubtFact(msgspec.Struct, frozen=True):
    """A sensor that cannot be believed, or several of those not told by name, and what they read.

    `doubts` says in words why. `is_left_out` where others can be believed, whose readings alone
    the level states then.
    """

    sensor: str
    lowest: str
    highest: str
    doubts: str
    is_left_out: bool


class LevelFact(msgspec.Struct, frozen=True):
    """What the sensors of one quantity read, together: those in no doubt, where there are any.

    `lowest` is "" where no reading was usable. Means are time-weighted, one per sensor; they are
    "" where no reading held for any time. `kinetic` is the mean kinetic temperature of what was
    judged of all sensors together; "" where some are left out.
    """

    quantity: str
    sensors: int
    lowest: str = ""
    lowest_at: str = ""
    highest: str = ""
    highest_at: str = ""
    lowest_mean: str = ""
    highest_mean: str = ""
    kinetic: str = ""
    doubted: tuple[DoubtFact, ...] = ()


class OutsideFact(msgspec.Struct, frozen=True):
    """Observed time outside the limits of a quantity, those that overlap taken together.

    `is_brief` says that every spell of it is over, and that each alone was too short for an
    excursion: no sum decides, and none was one.
    """

    quantity: str
    outside: str
    is_brief: bool


class ExcursionFact(msgspec.Struct, frozen=True):
    """One excursion. `period` is "" while it lasts; `allowed` is "" but for a cumulative limit.

    `outside` is observed time outside: of this excursion, or in sum for a cumulative limit.
    `shown_by` names the devices whose readings made the alarm, or that showed the extreme.
    `custody` says who held the asset meanwhile; of several also for how long, which sums to
    `outside` in whole minutes.
    """

    rule: str
    shown_by: str
    quantity: str
    side: str
    limit: str
    began_at: str
    period: str
    outside: str
    extreme: str
    allowed: str
    custody: str


class MoreFact(msgspec.Struct, frozen=True):
    """How many excursions are counted and not told, and of which quantities on which side."""

    excursions: int
    of: str


class KineticFact(msgspec.Struct, frozen=True):
    """A mean kinetic temperature and its limit: of a window with an excursion, or of all time.

    `period` is "" where it is that of the whole observed time.
    """

    kinetic: str
    limit: str
    is_above: bool = True
    period: str = ""


class NearFact(msgspec.Struct, frozen=True):
    """A worst value within the sensors' stated accuracy of a limit; `standing` is as it was read.

    `standing` is "inside" or "outside".
    """

    quantity: str
    value: str
    limit: str
    accuracy: str
    standing: str


class PeaksFact(msgspec.Struct, frozen=True):
    """How many peaks lay outside one limit of acceleration."""

    peaks: int
    side: str
    limit: str


class ShockFact(msgspec.Struct, frozen=True):
    """Shocks. `threshold` is "" where the policy counts none; `peak` is "" where none was read.

    `is_observed` says whether any sensor told anything of a shock. `drop` is the greatest
    equivalent drop height, "" where none can be told. `damaging` shocks lie beyond the damage
    boundary; of `undecided` ones too little is known to exclude that.
    """

    count: int
    threshold: str
    peak: str
    peak_at: str
    custody: str
    outside: tuple[PeaksFact, ...]
    is_observed: bool
    drop: str
    drop_at: str
    damaging: int
    undecided: int


class EnclosureFact(msgspec.Struct, frozen=True):
    """Openings of the enclosure, and by which quantities they can be told.

    `watched` are those with a usable reading, `unobserved` the policy's others, each "" where there
    is none.
    """

    watched: str
    unobserved: str
    openings: int
    opened_at: str
    custody: str
    is_open: bool


class WearFact(msgspec.Struct, frozen=True):
    """The wear index as a percentage, and the names of what it comes from."""

    is_used: bool
    index: str
    causes: str


class CustodyFact(msgspec.Struct, frozen=True):
    """Who holds the asset. `holder` is "" where no custodian is on record.

    `chain` names the custodians from the first to the present one. `due_at` is "" unless the open
    offer is overdue. `shares` divides the time outside of the quantity `outside_of`, several
    limits at once counted once, among its custodians; "" where fewer than two have any, where an
    excursion told says so, and where several quantities were outside, whose times may overlap.
    `taken_by` is who accepted what the asset stands in, and was not handed the asset; "" else.
    """

    state: CustodyState
    holder: str
    since: str
    handovers: int
    chain: str
    offered_to: str
    settled_disputes: int
    refused: int
    due_at: str
    late_answers: int
    seal_mismatches: int
    outside: str
    outside_of: str
    shares: str
    taken_by: str = ""


class GapFact(msgspec.Struct, frozen=True):
    """A gap that is longer than the policy allows."""

    quantity: str
    gap: str
    allowed: str


class WatchedFact(msgspec.Struct, frozen=True):
    """How much was observed of a quantity that another rule than coverage needs."""

    quantity: str
    ratio: str
    longest_gap: str


class CoverageFact(msgspec.Struct, frozen=True):
    """Observed share of the planned time for the quantity that was observed least.

    `quantity` names with it those that were observed just as much. `planned` is "" where no device
    was ever bound. `minimum` is "" where the policy is content.
    `watched` are the other levels with a limit and a usable reading, where less than the policy's
    minimum was observed.
    """

    planned: str
    is_begun: bool
    quantity: str
    ratio: str
    longest_gap: str
    minimum: str
    is_complete: bool
    is_nothing: bool
    gaps: tuple[GapFact, ...] = ()
    watched: tuple[WatchedFact, ...] = ()


class QualityFact(msgspec.Struct, frozen=True):
    """Number of readings that were judged, of unusable and contradictory ones, and of the rest."""

    readings: int
    unusable: int
    conflicts: int
    unjudged: int


class SensorsFact(msgspec.Struct, frozen=True):
    """What stands against the sensors, and what did and is over: kinds, counts, and whose.

    `findings` leaves out what a level says of its sensors; `is_doubted` is whether any stands.
    """

    findings: str
    past_findings: str
    is_doubted: bool


class BudgetFact(msgspec.Struct, frozen=True):
    """The allowance of one cumulative limit.

    `used_up_at` is when it will be spent if what is judged now stays; "" where it will not.
    """

    rule: str
    quantity: str
    side: str
    limit: str
    used: str
    allowed: str
    left: str
    is_untouched: bool
    is_nearly_spent: bool
    is_spent: bool
    used_up_at: str


class LifeFact(msgspec.Struct, frozen=True):
    """The shelf life: what it was at first and what is left of it at the reference temperature.

    `left` is "" where it is used up. `least` is "" unless less is left than the policy warns of.
    `used_up_at` is when it will be used up at the temperature of now; "" where that never comes.
    `unobserved` is how much of the time that counts was assumed; "" where all of it was observed.
    """

    life: str
    reference: str
    left: str
    least: str
    used_up_at: str
    unobserved: str = ""


class MilestoneFact(msgspec.Struct, frozen=True):
    """The newest milestone."""

    name: str
    at: str


class RouteFact(msgspec.Struct, frozen=True):
    """What a policy finds of the way travelled; positions and names of stops are never told.

    `away_since` is "" where the asset is on its route.
    """

    away_since: str
    overdue_stops: int


class DecisionFact(msgspec.Struct, frozen=True):
    """The newest quality decision, and whether it knew of every alarm."""

    outcome: str
    by: str
    at: str
    is_current: bool


class Facts(msgspec.Struct, frozen=True):
    """The only values that a report may state.

    Attributes:
        schema: Version of this layout, 6.
        rules: Version of the rules that judged.
        asset: Id of the asset, fit to be shown.
        as_of: The moment that is judged, microseconds UTC.
        as_of_text: The same for people.
        title: What people call the asset, in quotation marks.
        policy: Id of the policy.
        policy_digest: Its digest, hex.
        policy_title: The product class in quotation marks.
        disposition: What the condition says of the goods.
        severity: The worst rule that fired.
        fired: Names of the rules that fired.
        is_finished: Whether the shipment was delivered or closed.
        milestone: The newest one.
        route: Where a rule about the way fired.
        levels: Temperature first, then every other level that the policy looks at.
        judged: Quantities with a limit and a usable reading, as words; "" where there is none.
        has_limits: Whether the policy limits any level.
        excursions: The weightiest, one that lasts and one on another side, by their beginning.
        more: What is not among them; None where nothing is.
        outside: Time outside the limits, where no excursion that is told has just as much.
        before_start: Excursions before the start, which are not judged.
        after_close: Readings outside a limit after the close, which are not judged.
        outvoted: Sensors that by themselves were outside a limit, and the median was not.
        outside_now: Levels beyond a limit now, as words, of which no excursion told says so.
        is_outside: Whether any level is beyond a limit now, or has an excursion that has not ended.
        kinetic: A mean kinetic temperature above its limit, or of a window that was judged.
        near: Worst values so close to a limit that the sensor may have erred.
        shocks: Where the policy or a sensor knows of shocks.
        enclosure: Where the policy knows of openings.
        wear: Where the policy has a wear budget.
        custody: Who holds the asset.
        coverage: How much was observed.
        quality: How good the readings are.
        sensors: What was found against the sensors.
        budgets: Allowances of cumulative limits.
        shelf_life: Where the policy knows of one.
        decision: What a person decided.
    """

    schema: int
    rules: int
    asset: str
    as_of: int
    as_of_text: str
    title: str
    policy: str
    policy_digest: str
    policy_title: str
    disposition: Disposition
    severity: Severity
    fired: tuple[str, ...]
    is_finished: bool
    milestone: MilestoneFact | None
    route: RouteFact | None
    levels: tuple[LevelFact, ...]
    judged: str
    has_limits: bool
    excursions: tuple[ExcursionFact, ...]
    more: MoreFact | None
    outside: tuple[OutsideFact, ...]
    before_start: int
    after_close: int
    outvoted: int
    outside_now: str
    is_outside: bool
    kinetic: KineticFact | None
    near: tuple[NearFact, ...]
    shocks: ShockFact | None
    enclosure: EnclosureFact | None
    wear: WearFact | None
    custody: CustodyFact
    coverage: CoverageFact
    quality: QualityFact
    sensors: SensorsFact
    budgets: tuple[BudgetFact, ...]
    shelf_life: LifeFact | None
    decision: DecisionFact | None
