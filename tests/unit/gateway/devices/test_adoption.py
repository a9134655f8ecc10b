"""Bringing devices in, by a real intake and what is derived of it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.devices.adoption import adopt
from gateway.devices.asked import Adopted, Adoption
from gateway.devices.discovery import is_aside
from gateway.errors import CommandRefused, IntakeAway
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.codecs.samples import PAYLOADS
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import ADD, BIND, NOW, TIMED, publish

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


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        yield found


async def adopted(one: Adopting, asked: Adoption) -> Adopted:
    return await adopt(asked, one.unread(), one.status, one, now=NOW, patience_s=0.1)


async def test_asset_takes_kept_readings_from_the_chosen_moment_on_and_none_before(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    assert one.status.device("cellar") is None
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN))
    assert done == Adopted("cellar", "a-1", ELEVEN, 2, 3, 0, 0, ())
    assert one.values("a-1") == [(ELEVEN, 5_000), (ELEVEN + 1_800_000_000, 6_000)]
    await one.hear(SENSOR, tasmota("2026-11-20T12:45:00", 7), received_at=NOW + 60_000_000)
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000, 7_000]
    assert one.unread() == ()


async def test_all_kept_readings_count_where_all_are_asked_for(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)
    assert [value for _, value in one.values("a-1")] == [4_000, 5_000, 6_000]


async def test_nothing_is_changed_while_an_answer_is_open(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    with pytest.raises(CommandRefused, match="tasmota still needs: zone"):
        await adopted(one, msgspec.structs.replace(ASKED, options={}))
    assert [each["command"] for each in one.submitted] == ["asset.add"]
    assert one.status.device("cellar") is None


async def test_answers_of_one_device_are_not_taken_for_another(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await one.hear("tele/lisbon/SENSOR", HEARD[0])
    await adopted(one, ASKED)
    (unread,) = one.unread()
    assert (unread.device, unread.candidates[0].guess.needs) == ("lisbon", ("zone",))
    assert one.status.device("lisbon") is None
    wide = msgspec.structs.replace(
        ASKED, device="lisbon", filter="tele/+/SENSOR", options={"zone": "Europe/Lisbon"}
    )
    # Lisbon is on UTC in November (WET); 11:00 there is 11:00 UTC.
    assert (await adopted(one, wide)).since == ELEVEN
    assert one.asked("source.confirm")[-1]["filter"] == "tele/+/SENSOR"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"asset": "nowhere"}, "there is no asset nowhere"),
    ({"by": "two words"}, "party"),
    ({"expected_interval_s": 0}, "expected_interval_s"),
    ({"since": -1}, "since is a moment"),
    ({"since": NOW * 2}, "since is a moment"),
    ({"device": "stranger"}, "nothing is known of 'stranger'"),
    ({"format": "senml"}, "look like tasmota"),
    ({"filter": "a/#/b"}, "no topic filter"),
    ({"filter": "zigbee2mqtt/#"}, "takes none of"),
    ({"options": {"zone": "Mars"}}, "Mars"),
    ({"options": {"zone": "UTC", "colour": "red"}}, "colour"),
]


async def test_what_cannot_be_is_refused_before_anything_changes(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    for wrong, reason in WRONG:
        with pytest.raises(CommandRefused, match=reason):
            await adopted(one, msgspec.structs.replace(ASKED, **wrong))
    assert {each["command"] for each in one.submitted} == {"asset.add", "ways"}


async def test_device_whose_messages_carry_no_reading_is_refused(one: Adopting) -> None:
    await one.hear(SENSOR, b'{"Time":"2026-11-20T12:00:00Z","AM2301":{"Temperature":null}}')
    with pytest.raises(CommandRefused, match="finds no reading of tele/cellar/SENSOR"):
        await adopted(one, msgspec.structs.replace(ASKED, device=SENSOR, format="tasmota"))


async def test_answers_complete_a_mapping(one: Adopting) -> None:
    topic = "freezer/sensor/upper/state"
    await one.hear(topic, b"-18.5", b"-18.4")
    asked = msgspec.structs.replace(
        ASKED, device=topic, options={"unit": "°F", "quantity": "temperature"}
    )
    done = await adopted(one, asked)
    # (-18.5 - 32) * 5/9 = -28.0556 °C; (-18.4 - 32) * 5/9 = -28 °C.
    assert done.device == "freezer"
    assert [value for _, value in one.values("a-1")] == [-28_056, -28_000]


async def test_one_of_several_devices_of_a_topic_is_named(one: Adopting) -> None:
    topic = "plant/senml"
    packs = [b'[{"n":"urn:dev:ow:1%d","u":"Cel","v":%d}]' % (place, place) for place in (4, 5)]
    await one.hear(topic, *packs)
    with pytest.raises(CommandRefused, match="urn:dev:ow:14, urn:dev:ow:15; name one"):
        await adopted(one, msgspec.structs.replace(ASKED, device=topic, options={}))
    done = await adopted(one, msgspec.structs.replace(ASKED, device="urn:dev:ow:15", options={}))
    assert (done.device, done.decoded, done.readings) == ("urn:dev:ow:15", 2, 1)
    # The other one is read by now too, and waits for an asset of its own.
    assert [each.device for each in one.status.unbound_devices()] == ["urn:dev:ow:14"]


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


async def test_device_that_a_format_reads_is_only_bound(one: Adopting) -> None:
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    done = await adopted(one, msgspec.structs.replace(ASKED, device="d-1", options={}))
    assert (done.since, done.readings, done.decoded) == (ELEVEN, 1, 0)
    assert one.asked("source.confirm") == []


async def test_messages_without_reading_stay_open_as_bad_ones_do_and_are_told(
    one: Adopting,
) -> None:
    await one.hear("shelly1/status/temperature:0", b'{"id":0,"tC":20.1}', b'{"id":0,"tC":"x"}')
    await one.hear("shelly1/status/wifi", b'{"sta_ip":"x"}')
    done = await adopted(one, msgspec.structs.replace(ASKED, device="shelly1", options={}))
    assert (done.decoded, done.without_reading, done.refused) == (1, 1, 1)
    settled = [entry.settlement for entry in one.status.quarantined(10, None)]
    assert [each.outcome if each else "open" for each in settled] == ["open", "open", "decoded"]
    assert all(is_aside(each, {"shelly1"}) for each in one.unread())


async def test_message_whose_sender_had_no_right_is_never_taken(one: Adopting) -> None:
    await one.hear(SENSOR, HEARD[0])
    forged = msgspec.structs.replace(
        publish(HEARD[1], topic=SENSOR), is_permitted=False, packet_id=7
    )
    await one.intake.take(forged)
    one.derive()
    done = await adopted(one, ASKED)
    assert (done.decoded, done.readings) == (1, 1)
    assert [value for _, value in one.values("a-1")] == [4_000]


async def test_many_kept_messages_are_decoded_in_pages(one: Adopting) -> None:
    payloads = [b"%d.5" % number for number in range(510)]
    for start in range(0, len(payloads), 255):
        await one.intake.take(
            *(
                msgspec.structs.replace(
                    publish(payload, topic="freezer/sensor/a/state"), packet_id=None
                )
                for payload in payloads[start : start + 255]
            )
        )
    one.derive()
    asked = msgspec.structs.replace(
        ASKED, device="freezer/sensor/a/state", options={"unit": "%", "quantity": "humidity"}
    )
    done = await adopted(one, asked)
    assert (done.decoded, done.readings, done.refused) == (510, 510, 0)


async def test_second_asset_is_told_of_the_first(one: Adopting) -> None:
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    await one.submit(dict(BIND) | {"observed_at_us": TEN})
    done = await adopted(one, msgspec.structs.replace(ASKED, device="d-1", asset="a-2", options={}))
    assert done.other_assets == ("a-1",)
    assert len(one.values("a-1")) == len(one.values("a-2")) == 1


async def test_adoption_that_broke_off_is_finished_by_asking_again(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    submit, breaks_at = one.submit, "asset.bind"

    class Breaking:
        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            if command["command"] == breaks_at:
                raise IntakeAway(Path("intake.sock"), "it was stopped")
            return await submit(command)

    with pytest.raises(IntakeAway):
        await adopt(ASKED, one.unread(), one.status, Breaking(), now=NOW)
    assert one.values("a-1") == []
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)


async def test_oldest_reading_is_not_guessed_while_they_are_being_derived(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    one.is_behind = True
    with pytest.raises(CommandRefused, match="still being derived"):
        await adopted(one, ASKED)
    assert one.asked("asset.bind") == []
    # What was decoded by the first try is waited for by the second.
    with pytest.raises(CommandRefused, match="still being derived"):
        await adopted(one, ASKED)
    one.derive()
    one.is_behind = False
    done = await adopted(one, ASKED)
    assert (done.since, done.readings) == (TEN, 3)


async def test_asset_takes_from_a_chosen_moment_what_is_derived_later(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    one.is_behind = True
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN))
    assert (done.readings, done.decoded) == (None, 3)
    one.derive()
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000]


async def test_message_that_somebody_else_settled_meanwhile_is_no_hindrance(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    found = one.unread()
    one.is_behind = True
    newest = one.status.quarantined(1, None)[0].position
    await one.submit(
        {"command": "quarantine.discard", "position": newest, "reason": "x", "by": "quality"}
    )
    asked = msgspec.structs.replace(ASKED, since=TEN)
    done = await adopt(asked, found, one.status, one, now=NOW, patience_s=0.1)
    assert done.decoded == 2
    one.derive()
    assert [value for _, value in one.values("a-1")] == [4_000, 5_000]


async def test_messages_of_other_devices_and_of_other_reasons_are_left_alone(
    one: Adopting,
) -> None:
    await one.hear("zigbee2mqtt/fridge", b'{"temperature": 4.5, "linkquality": 90}')
    await one.hear("other/thing", b'{"door": "open"}')
    await one.hear("vendor/x", b"\x01\x02")
    await one.hear("cargotwin/v1/d-1/readings", b"no json")
    asked = msgspec.structs.replace(ASKED, device="fridge", filter="#", options={})
    done = await adopted(one, asked)
    assert (done.decoded, done.without_reading, done.refused) == (1, 0, 0)
    left = {each.topic for each in one.status.quarantined(10, None) if each.settlement is None}
    assert left == {"other/thing", "vendor/x", "cargotwin/v1/d-1/readings"}


async def test_other_device_of_a_wide_filter_has_answers_of_its_own(
    one: Adopting,
) -> None:
    await one.hear("plant/dev1/up", b'{"t": 5.1}')
    await one.hear("plant/dev2/up", b'{"hum": 50.5}')
    asked = msgspec.structs.replace(
        ASKED,
        device="plant/dev1/up",
        format="mapping",
        filter="plant/+/up",
        options={
            "level of the topic that names the device": "dev1",
            "quantity of t": "temperature",
            "unit of t": "C",
        },
    )
    done = await adopted(one, asked)
    assert (done.device, done.decoded) == ("dev1", 1)
    (unread,) = one.unread()
    assert unread.name == "plant/dev2/up"
    # What is said of one device is more specific than what is said of all.
    other = {
        "level of the topic that names the device": "dev2",
        "quantity of hum": "humidity",
        "unit of hum": "%",
    }
    done = await adopted(
        one,
        msgspec.structs.replace(ASKED, device="plant/dev2/up", format="mapping", options=other),
    )
    assert (done.device, done.decoded) == ("dev2", 1)
    assert one.values("a-1", "humidity")[0][1] == 50_500
    await one.hear("plant/dev1/up", b'{"t": 6}', received_at=NOW + 60_000_000)
    assert [value for _, value in one.values("a-1")] == [5_100, 6_000]


async def test_wide_answers_that_a_narrower_source_would_not_let_count_are_refused(
    one: Adopting,
) -> None:
    await one.hear("home/tele/fridge/SENSOR", tasmota("2026-11-20T12:00:00", 4))
    one.configure(
        "home/tele/fridge/SENSOR", "tasmota", topic="home/tele/{device}/SENSOR", zone="Asia/Kolkata"
    )
    asked = msgspec.structs.replace(ASKED, device="fridge", filter="home/tele/+/SENSOR")
    with pytest.raises(CommandRefused, match=r"home/tele/fridge/SENSOR is read as tasmota"):
        await adopted(one, asked)
    assert one.asked("source.confirm") == []


async def test_adoption_that_broke_off_between_kept_messages_is_finished_by_asking_again(
    one: Adopting,
) -> None:
    # 64 commands go at once; intake is away before the second lot.
    older = [tasmota(f"2026-11-20T10:{n // 60:02d}:{n % 60:02d}", 4) for n in range(100)]
    await one.hear(SENSOR, *older)
    submit = one.submit

    class Breaking:
        lots = 0

        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            self.lots += command["command"] == "many"
            if self.lots > 1:
                raise IntakeAway(Path("intake.sock"), "it was stopped")
            return await submit(command)

    asked = msgspec.structs.replace(ASKED, since=None)
    with pytest.raises(IntakeAway):
        await adopt(asked, one.unread(), one.status, Breaking(), now=NOW)
    assert one.unread() == ()
    done = await adopted(one, asked)
    # 10:00:00 in Berlin, the oldest.
    assert (done.since, done.decoded, done.readings) == (TEN - 3_600_000_000, 36, 100)


async def test_mapped_device_is_asked_for_again_by_its_topic(one: Adopting) -> None:
    topic = "freezer/sensor/upper/state"
    await one.hear(topic, b"-18.5")
    asked = msgspec.structs.replace(
        ASKED, device=topic, options={"unit": "°F", "quantity": "temperature"}
    )
    await adopted(one, asked)
    assert (await adopted(one, asked)).device == "freezer"


async def test_device_that_is_read_already_is_not_taken_with_other_answers(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await adopted(one, ASKED)
    await one.submit(dict(ADD) | {"asset": "a-2"})
    other = msgspec.structs.replace(ASKED, asset="a-2", options={"zone": "UTC"})
    with pytest.raises(CommandRefused, match="quality said otherwise"):
        await adopted(one, other)
    assert len(one.asked("asset.bind")) == 1
    same = msgspec.structs.replace(ASKED, asset="a-2")
    assert (await adopted(one, same)).readings == 3


async def test_travel_that_has_ended_is_not_begun_within_itself(one: Adopting) -> None:
    await one.hear("cargotwin/v1/d-1/readings", TIMED)
    await one.submit(dict(BIND) | {"observed_at_us": TEN})
    end = ELEVEN + 60_000_000
    await one.submit(
        {"command": "asset.unbind", "asset": "a-1", "device": "d-1", "observed_at_us": end}
    )
    asked = msgspec.structs.replace(ASKED, device="d-1", options={})
    for since in (None, ELEVEN, end - 1):
        with pytest.raises(CommandRefused, match="was ended at 2026-11-20T11:01:00Z"):
            await adopted(one, msgspec.structs.replace(asked, since=since))
    assert len(one.asked("asset.bind")) == 1
    assert (await adopted(one, msgspec.structs.replace(asked, since=end))).readings == 0


async def test_closed_asset_takes_no_further_device(one: Adopting) -> None:
    await one.hear(SENSOR, *HEARD)
    await one.submit({"command": "milestone", "asset": "a-1", "name": "close"})
    with pytest.raises(CommandRefused, match="asset a-1 is closed"):
        await adopted(one, ASKED)
    assert one.asked("source.confirm") == []


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


async def test_two_topics_of_one_device_may_have_answers_of_their_own(one: Adopting) -> None:
    upper, lower = "freezer/sensor/upper/state", "freezer/sensor/lower/state"
    await one.hear(upper, b"-18.5")
    await one.hear(lower, b"45.5")
    first = msgspec.structs.replace(
        ASKED, device=upper, filter=upper, options={"unit": "°C", "quantity": "temperature"}
    )
    second = msgspec.structs.replace(
        ASKED, device=lower, filter=lower, options={"unit": "%", "quantity": "humidity"}
    )
    for asked in (first, second, first, second):
        assert (await adopted(one, asked)).device == "freezer"
    assert [value for _, value in one.values("a-1")] == [-18_500]
    assert len(one.values("a-1", "humidity")) == 1


async def test_kept_readings_that_a_later_configured_source_explains_are_taken_without_a_question(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    (unread,) = one.unread()
    assert (unread.device, unread.candidates[0].is_in_force) == ("cellar", True)
    done = await adopted(one, msgspec.structs.replace(ASKED, since=ELEVEN, options={}))
    assert (done.decoded, done.readings) == (3, 2)
    assert one.values("a-1") == [(ELEVEN, 5_000), (ELEVEN + 1_800_000_000, 6_000)]
    assert one.asked("source.confirm") == []


async def test_device_that_a_configured_source_reads_by_now_takes_what_was_kept_before(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    await one.hear(SENSOR, tasmota("2026-11-20T12:45:00", 7), received_at=NOW + 60_000_000)
    assert one.status.device("cellar") is not None
    found = one.unread()
    for known in (found, ()):  # Whether it is listed as kept beside that or not.
        done = await adopt(
            msgspec.structs.replace(ASKED, since=ELEVEN, options={}),
            known,
            one.status,
            one,
            now=NOW,
            patience_s=0.1,
        )
        assert done.readings == 3
    assert [value for _, value in one.values("a-1")] == [5_000, 6_000, 7_000]


async def test_source_of_another_zone_than_was_configured_is_said_of_the_device_alone(
    one: Adopting,
) -> None:
    await one.hear(SENSOR, *HEARD)
    one.configure("tele/+/SENSOR", "tasmota", zone="Asia/Kolkata")
    assert (await adopted(one, ASKED)).since == TEN
    assert one.asked("source.confirm")[0]["filter"] == SENSOR


async def test_device_that_only_its_payload_names_is_taken_by_a_later_source(
    one: Adopting,
) -> None:
    senml = b'[{"bn":"urn:dev:ow:10e2","u":"Cel","v":5,"bt":1795172400}]'
    await one.hear("plant/up", senml)
    one.configure("plant/up", "senml")
    done = await adopted(one, msgspec.structs.replace(ASKED, device="urn:dev:ow:10e2", options={}))
    # 1795172400 is 2026-11-20T11:00:00Z.
    assert (done.since, done.decoded) == (ELEVEN, 1)
