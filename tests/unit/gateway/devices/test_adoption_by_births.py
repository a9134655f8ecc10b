"""Bringing in devices whose names and units only a Sparkplug BIRTH says."""

import json

import msgspec
import pytest

from gateway.devices.asked import Adoption
from gateway.errors import CommandRefused
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.codecs.samples import PAYLOADS
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.devices.asking import ASKED, adopted
from tests.unit.gateway.intake.running_intake import NOW, publish


async def test_sparkplug_node_is_read_by_its_kept_birth_and_goes_on(one: Adopting) -> None:
    encoded = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
    birth = bytes.fromhex(encoded[0]["hex"])
    topic = "spBv1.0/plant/NBIRTH/line"
    await one.hear(topic, birth)
    asked = msgspec.structs.replace(
        ASKED, device=topic, options={"unit of Inputs/Temperature": "°C"}
    )
    done = await adopted(one, asked)
    # The encoder's description of the frame: 4.25 °C at 1486144502122 ms.
    assert (done.device, done.since) == ("plant:line", 1_486_144_502_122_000)
    assert one.values("a-1") == [(1_486_144_502_122_000, 4_250)]
    assert one.unread() == ()


PROBE = "spBv1.0/plant/{}/line/probe"


SENT_MS = NOW // 1_000 - 60_000


def probe_birth(alias: int) -> bytes:
    metric = sparkplug.metric(
        "Temperature", sparkplug.double_value(5.0), alias=alias, datatype=10, timestamp=SENT_MS
    )
    return sparkplug.payload([metric], 1, timestamp=SENT_MS)


def probe_data(alias: int, celsius: float, second: int) -> bytes:
    moment = SENT_MS + second * 1_000
    value = sparkplug.double_value(celsius)
    metric = sparkplug.metric(None, value, alias=alias, timestamp=moment)
    return sparkplug.payload([metric], 1 + second, timestamp=moment)


async def hear_probe(one: Adopting) -> Adoption:
    await one.hear("spBv1.0/plant/NBIRTH/line", sparkplug.nbirth(session=1))
    await one.hear(PROBE.format("DBIRTH"), probe_birth(7), received_at=NOW + 1)
    await one.hear(PROBE.format("DDATA"), probe_data(7, 6.0, 1), received_at=NOW + 2)
    (unread,) = one.unread()
    return msgspec.structs.replace(ASKED, device=unread.name, options={"unit of Temperature": "C"})


async def test_sparkplug_data_by_alias_is_read_by_the_kept_births_and_goes_on(
    one: Adopting,
) -> None:
    done = await adopted(one, await hear_probe(one))
    assert (done.device, done.decoded) == ("plant:line:probe", 2)
    await one.hear(PROBE.format("DDATA"), probe_data(7, 7.0, 2), received_at=NOW + 3)
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000, 7_000]


async def test_sparkplug_births_teach_nothing_where_something_newer_has_come(
    one: Adopting,
) -> None:
    asked = await hear_probe(one)
    # Not derived yet: in it alias 7 is something else.
    await one.intake.take(
        msgspec.structs.replace(
            publish(probe_birth(8), topic=PROBE.format("DBIRTH")), received_at=NOW + 9
        )
    )
    one.is_behind = True
    done = await adopted(one, msgspec.structs.replace(asked, since=0))
    one.is_behind = False
    one.derive()
    assert (done.decoded, done.needs_birth) == (1, True)
    await one.hear(PROBE.format("DDATA"), probe_data(7, 7.0, 2), received_at=NOW + 10)
    assert [value for _, value in one.values("a-1")] == [5_000]


async def test_births_older_than_what_was_heard_since_are_refused_as_lessons(
    one: Adopting,
) -> None:
    await hear_probe(one)
    position = min(each.position for each in one.status.quarantined(9, None))
    said = {
        "command": "source.confirm",
        "filter": "spBv1.0/plant/+/line/#",
        "codec": "sparkplug_b",
        "options": {},
        "by": "quality",
        "lessons": [position],
    }
    with pytest.raises(CommandRefused, match="heard_more"):
        await one.submit(said | {"heard_until": NOW + 1})
    await one.submit(said | {"heard_until": NOW + 2})
