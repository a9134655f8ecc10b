"""Facts drawn by a seeded generator: every shape, the extremes more often than life has them."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from condition_reports.device_text import named, quoted
from condition_reports.fact_types import (
    BudgetFact,
    CoverageFact,
    CustodyFact,
    DecisionFact,
    DoubtFact,
    EnclosureFact,
    ExcursionFact,
    Facts,
    GapFact,
    KineticFact,
    LevelFact,
    LifeFact,
    MilestoneFact,
    MoreFact,
    NearFact,
    OutsideFact,
    PeaksFact,
    QualityFact,
    RouteFact,
    SensorsFact,
    ShockFact,
    WatchedFact,
    WearFact,
)
from condition_reports.figures import duration, level, moment, percent_down, percent_up, period
from twins.custody.possession import CustodyState
from twins.policy.condition_policy import Disposition, Severity

DAY = 86_400_000_000
START = 1_795_069_200_000_000
PARTIES = [
    "northlab",
    "coldhaul",
    "city-clinic",
    "urn:epc:id:pgln:4012345.00001",
    "Ögren & Co. A/S",
]
TITLES = [
    "Influenza vaccine, pallet 7",
    "Blåbär 12 (500 g)",
    "",
    "a" * 200,
    "No shock. It is fine.",
]
QUANTITIES = ["temperature", "relative humidity", "air pressure"]
SHOWN_BY = ["device logger-17", "devices a, b and “Ögren & Co”", "the core model"]
FIRED = ("shelf_life_left", "damage_boundary", "sensors", "custody_overdue")


def seeded(seed: int | str) -> Random:
    return Random(seed)  # noqa: S311 - facts must be drawn alike again, and guard no secret


def random_facts(random: Random) -> Facts:
    """Return facts of every kind at once, or of a few kinds: in a long report some give way."""
    facts = _crowded(random)
    if random.random() < 0.5:
        return facts
    custody = replace(facts.custody, settled_disputes=0, refused=0, late_answers=0)
    nothing: dict[str, object] = {
        **dict.fromkeys(("route", "more", "kinetic", "shocks", "enclosure", "wear")),
        **dict.fromkeys(("before_start", "after_close", "outvoted"), 0),
        **dict.fromkeys(("excursions", "outside", "near"), ()),
        "levels": facts.levels[:1],
        "custody": replace(custody, seal_mismatches=0, shares="", taken_by=""),
        "coverage": replace(facts.coverage, gaps=(), watched=()),
        "sensors": replace(facts.sensors, findings=""),
        "shelf_life": None,
        "decision": None,
    }
    absent = [name for name in nothing if random.random() < 0.8]
    calm = replace(facts, **{name: nothing[name] for name in absent})
    return calm if calm.excursions else replace(calm, more=None)


def _crowded(random: Random) -> Facts:
    judged = random.choice(["", "temperature", "temperature or relative humidity"])
    excursions = tuple(_excursion(random) for _ in range(random.choice([0, 0, 1, 2])))
    return Facts(
        schema=6,
        rules=2,
        asset=named(random.choice(["pallet-7", "urn:epc:id:sscc:4012345.1234567890"])),
        as_of=START,
        as_of_text=moment(START),
        title=quoted(random.choice(TITLES)),
        policy="vaccine-2-8",
        policy_digest="00" * 32,
        policy_title=quoted("Vaccines, 2 to 8 °C"),
        disposition=random.choice(list(Disposition)),
        severity=random.choice(list(Severity)),
        fired=random.choice([(), ("boundary:warm",), ("coverage:temperature",), FIRED]),
        is_finished=random.random() < 0.5,
        milestone=random.choice([None, MilestoneFact("departure", _moment(random))]),
        route=random.choice([None, RouteFact(random.choice(["", _moment(random)]), 2)]),
        levels=tuple(_level(random, name) for name in QUANTITIES[: random.randrange(1, 4)]),
        judged=judged,
        has_limits=bool(judged) or random.random() < 0.9,
        excursions=excursions if judged else (),
        more=_more(random) if judged and excursions else None,
        outside=_outside(random) if judged else (),
        before_start=random.choice([0, 0, 1, 4]),
        after_close=random.choice([0, 0, 1, 4]),
        outvoted=random.choice([0, 0, 1, 3]),
        outside_now=random.choice(["", "", "tilt", "temperature and tilt"]) if judged else "",
        is_outside=any(not one.period for one in excursions),
        kinetic=_kinetic(random),
        near=tuple(_near(random) for _ in range(random.choice([0, 0, 1, 2]))),
        shocks=_shocks(random),
        enclosure=_enclosure(random),
        wear=_wear(random),
        custody=_custody(random),
        coverage=_coverage(random),
        quality=_quality(random),
        sensors=_sensors(random),
        budgets=tuple(_budget(random, number) for number in range(random.randrange(3))),
        shelf_life=random.choice([None, _life(random)]),
        decision=random.choice([None, None, _decision(random)]),
    )


def _moment(random: Random) -> str:
    return moment(START - random.randrange(10 * DAY))


def _period(random: Random) -> str:
    begins_at = START - random.randrange(10 * DAY)
    return period(begins_at, begins_at + random.choice([0, DAY // 24, random.randrange(3 * DAY)]))


def _celsius(random: Random) -> str:
    return level(random.choice([0, -500, 8000, random.randrange(-196_000, 60_000)]), "temperature")


def _duration(random: Random) -> str:
    return duration(random.choice([0, 30_000_000, 7_200_000_000, random.randrange(9 * DAY)]))


def _party(random: Random) -> str:
    return named(random.choice(PARTIES))


def _held(random: Random) -> str:
    if random.random() < 0.1:
        return "held by nobody on record"
    share = random.choice(["", f" ({_duration(random)})"])
    names = [f"{named(one)}{share}" for one in random.sample(PARTIES, random.randrange(1, 4))]
    return f"held by {', then '.join(names)}"


def _kinetic(random: Random) -> KineticFact | None:
    window = random.choice(["", _period(random)])
    is_above = not window or random.random() < 0.5
    fact = KineticFact("25.0001 °C", "25.0 °C", is_above, window)
    return random.choice([None, fact])


def _near(random: Random) -> NearFact:
    standing = random.choice(["inside", "outside"])
    quantity = random.choice(QUANTITIES)
    return NearFact(quantity, _celsius(random), _celsius(random), "0.5 °C", standing)


def _more(random: Random) -> MoreFact | None:
    of = random.choice(["temperature high", "temperature low and relative humidity high"])
    return random.choice([None, MoreFact(random.choice([1, 7]), of)])


def _sensors(random: Random) -> SensorsFact:
    some = ["", "1 stuck sensor (air of d1)", "2 silent sensors (a of d1 and b) and 1 low battery"]
    findings = random.choice(some)
    return SensorsFact(findings, random.choice(some), bool(findings) or random.random() < 0.2)


def _life(random: Random) -> LifeFact:
    left = random.choice(["", _duration(random), _duration(random)])
    least = random.choice(["", "25.0 %"]) if left else ""
    until = random.choice(["", _moment(random)]) if left else ""
    unobserved = random.choice(["", _duration(random)])
    return LifeFact("12 d", "0.0 °C", left, least, until, unobserved)


def _level(random: Random, quantity: str) -> LevelFact:
    lowest, highest, mean, other, kinetic = (_celsius(random) for _ in range(5))
    match random.randrange(6):
        case 0:
            return LevelFact(quantity, 0)
        case 1:
            return LevelFact(quantity, 1, lowest, _moment(random), lowest, _moment(random))
        case 2:
            return LevelFact(quantity, 1, lowest, _moment(random), highest, _moment(random))
        case 3:
            means = (mean, mean, kinetic)
        case 4:
            means = (mean, other, kinetic)
        case _:
            means = (mean, other, "")
    told = (lowest, _moment(random), highest, _moment(random))
    return LevelFact(quantity, random.choice([1, 2]), *told, *means, _doubted(random))


def _doubted(random: Random) -> tuple[DoubtFact, ...]:
    sensors = random.sample(
        ["sensor a of d1", "sensor “Ö & Co” of d-2", "device d3", "5 further sensors"], 2
    )
    doubts = random.choice(["drift", "lone outliers and disagreement with other sensors"])
    is_left_out = random.random() < 0.5
    return tuple(
        DoubtFact(one, _celsius(random), _celsius(random), doubts, is_left_out)
        for one in sensors[: random.randrange(3)]
    )


def _outside(random: Random) -> tuple[OutsideFact, ...]:
    is_brief = random.random() < 0.5
    return tuple(
        OutsideFact(name, _duration(random), is_brief) for name in QUANTITIES[: random.randrange(3)]
    )


def _gaps(random: Random) -> tuple[GapFact, ...]:
    return tuple(
        GapFact(name, _duration(random), "4 h") for name in QUANTITIES[: random.randrange(3)]
    )


def _excursion(random: Random) -> ExcursionFact:
    return ExcursionFact(
        rule=random.choice(["warm", "cold"]),
        shown_by=random.choice(SHOWN_BY),
        quantity=random.choice(QUANTITIES),
        side=random.choice(["above", "below"]),
        limit=_celsius(random),
        began_at=_moment(random),
        period=random.choice(["", _period(random)]),
        outside=_duration(random),
        extreme=_celsius(random),
        allowed=random.choice(["", _duration(random)]),
        custody=_held(random),
    )


def _shocks(random: Random) -> ShockFact | None:
    count = random.choice([0, 0, 1, 2, 40])
    peak = level(random.randrange(1, 200_000), "acceleration")
    if random.random() < 0.2:
        return None
    drop = random.choice([("", ""), ("0.31 m", _moment(random))])
    damage = random.choice([(0, 0), (0, 0), (1, 0), (2, 7)])
    is_told = bool(drop[0]) or any(damage)
    if random.random() < 0.2:
        return ShockFact(0, "15.0 g", "", "", "", (), is_told, *drop, *damage)
    threshold = "15.0 g" if count or random.random() < 0.8 else ""
    outside = (PeaksFact(random.randrange(1, 4), "above", "50.0 g"),) if count else ()
    told = (peak, _moment(random), _held(random), outside)
    return ShockFact(count, threshold, *told, True, *drop, *damage)  # noqa: FBT003 - a member


def _enclosure(random: Random) -> EnclosureFact | None:
    if random.random() < 0.2:
        return None
    watched, unobserved = random.choice(
        [
            ("light", ""),
            ("light or door contact", ""),
            ("light", "door contact"),
            ("", "light or door contact"),
        ]
    )
    openings = random.choice([0, 0, 1, 3]) if watched else 0
    return EnclosureFact(
        watched=watched,
        unobserved=unobserved,
        openings=openings,
        opened_at=_moment(random) if openings else "",
        custody=_held(random) if openings else "",
        is_open=openings > 0 and random.random() < 0.5,
    )


def _wear(random: Random) -> WearFact | None:
    ppm = random.randrange(1, 1_000_001)
    used = WearFact(is_used=True, index=percent_up(ppm), causes="handling")
    return random.choice([None, WearFact(is_used=False, index="0.0 %", causes=""), used])


def _custody(random: Random) -> CustodyFact:
    holders = [named(one) for one in random.sample(PARTIES, random.randrange(1, 5))]
    state = random.choice(list(CustodyState))
    is_known = random.random() < 0.9
    return CustodyFact(
        state=state,
        holder=holders[-1] if is_known else "",
        since=_moment(random) if is_known else "",
        handovers=len(holders) - 1,
        chain=" to ".join(holders),
        offered_to="" if state is CustodyState.HELD else _party(random),
        settled_disputes=random.choice([0, 0, 1, 2]),
        refused=random.choice([0, 0, 1, 12]),
        due_at=_moment(random) if state is CustodyState.OFFERED and random.random() < 0.5 else "",
        late_answers=random.choice([0, 0, 1, 3]),
        seal_mismatches=random.choice([0, 0, 1, 2]),
        outside=_duration(random),
        outside_of="temperature",
        shares=random.choice(["", "1 h 05 min with northlab and less than 1 min with coldhaul"]),
        taken_by=random.choice(["", "", _party(random)]),
    )


def _coverage(random: Random) -> CoverageFact:
    ppm = random.choice([0, 1_000_000, random.randrange(1_000_000)])
    planned = random.choice(["", _duration(random), _duration(random)])
    is_begun = random.random() < 0.9
    watched = random.choice([(), (), (WatchedFact("light", "8.3 %", _duration(random)),)])
    return CoverageFact(
        planned=planned,
        is_begun=is_begun,
        quantity="temperature",
        ratio=percent_down(ppm),
        longest_gap=_duration(random),
        minimum=random.choice(["", "95.0 %"]),
        is_complete=ppm == 1_000_000,
        is_nothing=ppm == 0,
        gaps=_gaps(random),
        watched=watched if planned and is_begun else (),
    )


def _quality(random: Random) -> QualityFact:
    readings = random.choice([0, 1, 1, random.randrange(1, 100_000)])
    unusable = random.choice([0, readings, random.randrange(readings + 1)])
    return QualityFact(readings, unusable, random.choice([0, unusable]), random.choice([0, 1, 9]))


def _budget(random: Random, number: int) -> BudgetFact:
    used = random.choice([0, 7200, random.randrange(1, 7200)])
    return BudgetFact(
        rule=f"sum-{number}",
        quantity=QUANTITIES[number],
        side=random.choice(["above", "below"]),
        limit=_celsius(random),
        used=duration(used * 1_000_000),
        allowed="2 h",
        left=duration((7200 - used) * 1_000_000),
        is_untouched=used == 0,
        is_nearly_spent=5760 <= used < 7200,
        is_spent=used == 7200,
        used_up_at=random.choice(["", _moment(random)]) if 0 < used < 7200 else "",
    )


def _decision(random: Random) -> DecisionFact:
    outcome = random.choice(["released", "partially released", "quarantined", "rejected"])
    return DecisionFact(outcome, _party(random), _moment(random), random.random() < 0.5)
