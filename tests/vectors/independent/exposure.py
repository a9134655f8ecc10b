"""Windows of mean kinetic temperature and the shelf life (SPECIFICATION section 9).

Both are of the upper value of temperature as a step function of time.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from .boundaries import Judgement
from .mean_kinetic import PRECISE, factor, kelvin, mean_kinetic_celsius
from .quantities import STEPS, decimal_text, steps
from .rule import of_section, rule

HOUR, DAY = 3_600_000_000, 86_400_000_000
LARGEST = 2**53 - 1
"""In a document."""

SHELF_UNIT = 10**24
MILLION = 1_000_000


class Span(NamedTuple):
    """A value and from when until when it stands."""

    since: int
    until: int
    value: int


def spans_of(judged: Iterable[Judgement]) -> list[Span]:
    """Return where a value is judged for some time, neighbours with one value as one."""
    found: list[Span] = []
    for one in judged:
        value = one.value(is_upper=True)
        if value is None or one.at == one.until:
            continue
        if found and found[-1].until == one.at and found[-1].value == value:
            found[-1] = found[-1]._replace(until=one.until)
        else:
            found.append(Span(one.at, one.until, value))
    return found


def kinetic_of(spans: Iterable[Span]) -> str | None:
    return mean_kinetic_celsius((one.value, one.until - one.since) for one in spans)


def excursions(spans: Sequence[Span], above: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for one in spans:
        if one.value <= above:
            continue
        if found and found[-1][1] == one.since:
            found[-1] = (found[-1][0], one.until)
        else:
            found.append((one.since, one.until))
    return found


def window_of(policy: dict[str, Any], judged: Iterable[Judgement]) -> dict[str, Any] | None:
    """Return the highest window that a policy asks for."""
    section = policy.get("mean_kinetic_temperature", {})
    if "window_h" not in section:
        return None
    above = steps(section["above"], "temperature")
    return highest_window(spans_of(judged), section["window_h"] * HOUR, above)


def highest_window(spans: Sequence[Span], length: int, above: int) -> dict[str, Any] | None:
    """Return the window with the highest mean kinetic temperature.

    Args:
        spans: What is judged.
        length: Of a window.
        above: What an excursion is above.
    """
    outings = excursions(spans, above)
    if not outings:
        return None
    begin, end = spans[0].since, spans[-1].until
    if end - begin < length:
        chosen = (begin, end)
    else:
        edges = {edge for one in spans for edge in (one.since, one.until)}
        candidates: set[int] = set()
        for p, q in outings:
            first, last = (q - length, p) if q - p <= length else (p, q - length)
            first, last = max(first, begin), min(last, end - length)
            some = {first, last} | edges | {edge - length for edge in edges}
            candidates |= {one for one in some if first <= one <= last}
        best = max(
            ((_mean(_cut(spans, one, one + length)), -one) for one in candidates),
            default=None,
        )
        if best is None:
            return None
        chosen = (-best[1], -best[1] + length)
    inside = _cut(spans, *chosen)
    return {
        "begins_at": chosen[0],
        "ends_at": chosen[1],
        "observed": sum(one.until - one.since for one in inside),
        "mean_kinetic_celsius": kinetic_of(inside),
    }


def _cut(spans: Sequence[Span], begin: int, end: int) -> list[Span]:
    cut = [Span(max(one.since, begin), min(one.until, end), one.value) for one in spans]
    return [one for one in cut if one.since < one.until]


def _mean(spans: Sequence[Span]) -> Fraction:
    total = sum((one.until - one.since) * factor(one.value) for one in spans)
    return Fraction(total, sum(one.until - one.since for one in spans))


def rate(section: dict[str, Any], value: int) -> int:
    """Return how quickly the life is used up at a value, in 10^-24."""
    reference = steps(section["reference"], "temperature")
    model = section["model"]
    if model == "arrhenius":
        joule = int((Decimal(repr(section["activation_kj_per_mol"])) * 1000).to_integral_value())
        over = PRECISE.divide(Decimal(joule), Decimal("8.3144"))
        at_reference = PRECISE.divide(over, kelvin(reference))
        power = PRECISE.subtract(at_reference, PRECISE.divide(over, kelvin(value)))
        result = PRECISE.exp(power)
    elif model == "q10":
        base = Decimal(int((Decimal(repr(section["q10"])) * 10**6).to_integral_value()))
        share = PRECISE.divide(Decimal(value - reference), Decimal(10_000))
        result = PRECISE.exp(PRECISE.multiply(PRECISE.ln(base.scaleb(-6)), share))
    else:
        least = steps(section["minimum"], "temperature")
        share = PRECISE.divide(Decimal(max(0, value - least)), Decimal(reference - least))
        result = PRECISE.multiply(share, share)
    return int(PRECISE.to_integral_value(result.scaleb(24, PRECISE)))


def life_of(section: dict[str, Any]) -> int:
    return int((Decimal(repr(section["days"])) * DAY).to_integral_value())


def shelf_life(
    section: dict[str, Any],
    spans: Sequence[Span],
    now: int | None,
    as_of: int,
    planned: tuple[int, int] | None,
    *,
    is_closed: bool,
) -> dict[str, Any]:
    """Return the member `shelf_life`.

    Args:
        section: Of the policy.
        spans: What is judged.
        now: The value that is judged now.
        as_of: Now.
        planned: Begin and end of planned time.
        is_closed: Whether the shipment is.
    """
    silences = silences_of(spans, planned, steps(section["reference"], "temperature"))
    used = sum((one.until - one.since) * rate(section, one.value) for one in (*spans, *silences))
    life = life_of(section)
    left = max(-LARGEST, (life * SHELF_UNIT - used) // SHELF_UNIT)
    used_up_at = None
    if now is not None and not is_closed:
        speed = rate(section, now)
        if left <= 0:
            used_up_at = as_of
        elif speed and (moment := as_of + left * SHELF_UNIT // speed) <= LARGEST:
            used_up_at = moment
    unobserved = sum(one.until - one.since for one in silences)
    return {"life": life, "left": left, "unobserved": unobserved, "used_up_at": used_up_at}


def silences_of(
    spans: Sequence[Span], planned: tuple[int, int] | None, reference: int
) -> list[Span]:
    """Return planned time in which nothing is judged, with the temperature that it counts as."""
    if planned is None:
        return []
    begin, end = planned
    if not spans:
        return [Span(begin, end, reference)]
    found = [Span(begin, spans[0].since, spans[0].value)]
    found += [
        Span(one.until, later.since, max(one.value, later.value)) for one, later in pairwise(spans)
    ]
    return [*found, Span(spans[-1].until, end, spans[-1].value)]


def fired(policy: dict[str, Any], kinetic: str | None, left: int | None) -> list[dict[str, Any]]:
    """Return the rules of both that fire.

    Args:
        policy: With or without their sections.
        kinetic: What is limited: M of what is judged, or of the highest window.
        left: Of the shelf life.
    """
    found = []
    limit, life = policy.get("mean_kinetic_temperature"), policy.get("shelf_life")
    if (
        limit is not None
        and kinetic is not None
        and Decimal(kinetic) > Decimal(repr(limit["limit"]))
    ):
        shown = decimal_text(steps(limit["limit"], "temperature"), STEPS["temperature"])
        text = f"Mean kinetic temperature not above {shown} °C"
        if "window_h" in limit:
            text += f" over what was observed of any {limit['window_h']} h with an excursion"
        found.append(rule("mean_kinetic_temperature", *of_section(limit, "non_conformant"), text))
    if life is None or left is None:
        return found
    warned = int((Decimal(repr(life.get("warn_left", 0))) * MILLION).to_integral_value())
    if left <= 0:
        text = "Shelf life not used up"
        found.append(rule("shelf_life", *of_section(life, "non_conformant"), text))
    elif left * MILLION < warned * life_of(life):
        text = f"At least {decimal_text(warned, MILLION // 100)} % of the shelf life left"
        found.append(rule("shelf_life_left", 1, "conformant", text))
    return found
