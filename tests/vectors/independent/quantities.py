"""Steps of the quantities (SPECIFICATION section 1)."""

from decimal import Decimal

STEPS = {
    "temperature": 1000,
    "humidity": 1000,
    "illuminance": 1000,
    "acceleration": 1000,
    "pulse_duration": 1000,
    "velocity_change": 1000,
    "free_fall": 1000,
    "pressure": 1,
    "tilt": 1000,
    "latitude": 10_000_000,
    "longitude": 10_000_000,
    "battery": 1000,
    "contact": 1,
}
EVENTS = {"acceleration", "pulse_duration", "velocity_change", "free_fall"}
OF_PLACE = {"illuminance", "contact"}


def steps(value: float, quantity: str) -> int:
    return int((Decimal(repr(value)) * STEPS[quantity]).to_integral_value())


def decimal_text(number: int, scale: int) -> str:
    """Return number ÷ scale as the shortest decimal text."""
    text = f"{Decimal(number) / Decimal(scale):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
