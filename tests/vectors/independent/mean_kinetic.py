"""Mean kinetic temperature (SPECIFICATION section 9)."""

from collections.abc import Iterable
from decimal import Context, Decimal

PRECISE = Context(prec=110)


def kelvin(milli_celsius: int) -> Decimal:
    return Decimal(milli_celsius).scaleb(-3) + Decimal("273.15")


def factor(milli_celsius: int) -> int:
    power = PRECISE.exp(PRECISE.divide(Decimal(-10_000), kelvin(milli_celsius)))
    return int(PRECISE.to_integral_value(power.scaleb(75, PRECISE)))


def mean_kinetic_celsius(spans: Iterable[tuple[int, int]]) -> str | None:
    """Return M of values and the times for which they stand."""
    some = list(spans)
    weight = sum(span for _, span in some)
    total = sum(span * factor(value) for value, span in some)
    if not total:
        return None
    mean = PRECISE.divide(Decimal(total), Decimal(weight)).scaleb(-75, PRECISE)
    exact = PRECISE.divide(Decimal(-10_000), PRECISE.ln(mean))
    celsius = PRECISE.quantize(PRECISE.subtract(exact, Decimal("273.15")), Decimal("0.0001"))
    return str(abs(celsius) if celsius == 0 else celsius)
