"""A device whose clock needs a zone, what it said, and how it is asked for."""

import json

from gateway.devices.adoption import adopt
from gateway.devices.asked import Adopted, Adoption
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import NOW

# 2026-11-20T11:00:00Z, an hour before the messages arrive.
ELEVEN = 1_795_172_400_000_000
TEN = ELEVEN - 3_600_000_000
SENSOR = "tele/cellar/SENSOR"
ASKED = Adoption("cellar", "a-1", 60, "quality", options={"zone": "Europe/Berlin"})


def tasmota(time: str, celsius: float) -> bytes:
    return json.dumps({"Time": time, "AM2301": {"Temperature": celsius}, "TempUnit": "C"}).encode()


# Berlin is an hour ahead of UTC in November (CET): 10:00, 11:00 and 11:30 UTC.
HEARD = [
    tasmota("2026-11-20T11:00:00", 4),
    tasmota("2026-11-20T12:00:00", 5),
    tasmota("2026-11-20T12:30:00", 6),
]


async def adopted(one: Adopting, asked: Adoption) -> Adopted:
    return await adopt(asked, one.unread(), one.status, one, now=NOW, patience_s=0.1)
