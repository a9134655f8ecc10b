"""The words in which policies and conditions speak: severity, disposition, phase."""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """How much a fired rule matters; the number is what the token's slot 2 carries."""

    NONE = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3


class Disposition(enum.StrEnum):
    """What the condition says of the goods, in words of CBV 2.0 section 7.2, worst last."""

    CONFORMANT = "conformant"
    UNKNOWN = "unknown"
    CONTAINER_OPEN = "container_open"
    NON_CONFORMANT = "non_conformant"
    DAMAGED = "damaged"


_RANK = {disposition: rank for rank, disposition in enumerate(Disposition)}


def worst_disposition(dispositions: list[Disposition]) -> Disposition:
    """Return the worst of the dispositions; `conformant` where there is none."""
    return max(dispositions, key=_RANK.__getitem__, default=Disposition.CONFORMANT)


class Phase(enum.StrEnum):
    """Where a shipment is on its way; its milestones divide it into these, in this order."""

    ORIGIN = "origin"
    TRANSIT = "transit"
    DESTINATION = "destination"
    DELIVERED = "delivered"
