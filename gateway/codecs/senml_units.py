"""What SenML's registered units measure (RFC 8428 section 12.1, RFC 8798)."""

from __future__ import annotations

from .refusals import MissingUnit, UnknownUnit

QUANTITIES = {
    "Cel": "temperature",
    "K": "temperature",
    "%RH": "humidity",
    "lx": "illuminance",
    "Pa": "pressure",
    "hPa": "pressure",
    "m/s2": "acceleration",
    "lat": "latitude",
    "lon": "longitude",
    "%EL": "battery",
}
"""The quantity of each unit that measures one of ours."""

# Without `C` and `F`, which are coulomb and farad and which devices mean as degrees, and without
# `%`, which leaves open of what: to pass over them in silence would hide a mistake.
_OTHERS = frozenset(
    # RFC 8428, RFC 8798 section 2, RFC 8798 section 3, in this order.
    "m kg g s A cd mol Hz rad sr N J W V Ohm S Wb T H lm Bq Gy Sv kat m2 m3 l m/s m3/s l/s W/m2 "  # noqa: SIM905 - as a list it would take ninety lines
    "cd/m2 bit bit/s pH dB dBW Bspl count / EL 1/s 1/min beat/min beats S/m "
    "B VA VAs var vars J/m kg/m3 deg "
    "ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm "
    "ug/m3 mm/h m/h ppm /100 /1000 mm cm km km/h".split()
)
_KNOWN = ", ".join(QUANTITIES)


def quantity_of(sensor: str, unit: str | None) -> str | None:
    """Return what a unit measures, None where that is no quantity of ours.

    Args:
        sensor: The sensor, for people; may be empty.
        unit: The unit as sent.

    Raises:
        MissingUnit: There is none.
        UnknownUnit: It is not registered, or does not say what is measured.
    """
    if unit is None:
        raise MissingUnit(sensor or "a value", _KNOWN)
    if unit in _OTHERS:
        return None
    if unit not in QUANTITIES:
        raise UnknownUnit(sensor or "any quantity", unit, _KNOWN)
    return QUANTITIES[unit]
