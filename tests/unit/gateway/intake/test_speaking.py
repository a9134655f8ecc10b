"""A device speaks only for itself: what an account may say of which device, on every way in."""

import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.access.accounts import Account, changed_accounts
from gateway.access.gatekeepers import AccountsFile
from gateway.intake.taking import (
    NO_MATCHING_SUBSCRIBERS,
    NOT_AUTHORIZED,
    PAYLOAD_FORMAT_INVALID,
)
from gateway.mqtt.connecting import Will
from gateway.mqtt.ports import Publish
from gateway.mqtt.wills import LastWill, Wills
from gateway.store.entries import Quarantined, decode_record
from gateway.store.journal import JournalReader, position_of
from tests.unit.gateway.codecs.samples import payload as sample
from tests.unit.gateway.codecs.sparkplug_messages import float_value, metric, nbirth
from tests.unit.gateway.codecs.sparkplug_messages import payload as sparkplug
from tests.unit.gateway.intake.running_intake import (
    ADD,
    BIND,
    NOW,
    TIMED,
    TIMELESS,
    Running,
    running,
)
from tests.unit.gateway.mqtt.memory_sink import until

TAKEN = NO_MATCHING_SUBSCRIBERS
TAG = "F4:1F:0C:28:CB:D6"  # of the published message of the Ruuvi Gateway
EUI = "24e124136b502217"
FLOAT = 9  # Sparkplug 3.0, section 6.4.16
SENML = [{"bn": "urn:dev:mac:0024befffe804ff1:", "n": "inside", "u": "Cel", "v": 5.0}]
MAPPING = {
    "topic": "plant/{line}/state",
    "device_path": "id",
    "fields": [{"path": "t", "quantity": "temperature", "unit": "°C"}],
}
CHIRPSTACK = {
    "device": "device_name",
    "fields": {"temperature": {"quantity": "temperature", "unit": "°C"}},
}
SPARKPLUG = {"metrics": [{"name": "Temp", "quantity": "temperature", "unit": "°C"}]}
NAMED_BY_PAYLOAD = [
    ("senml", {}, "up/senml", json.dumps(SENML).encode(), "urn:dev:mac:0024befffe804ff1"),
    ("mapping", MAPPING, "plant/4/state", b'{"id": "victim", "t": 5.0}', "victim"),
    ("ruuvi_gateway", {}, f"ruuvi/gw1/{TAG}", sample("ruuvi_gateway", 0), TAG),
    (
        "chirpstack_v4",
        CHIRPSTACK,
        f"application/1/device/{EUI}/event/up",
        b'{"deviceInfo": {"deviceName": "victim"}, "object": {"temperature": 5.0}}',
        "victim",
    ),
]
FORMATS = [one[0] for one in NAMED_BY_PAYLOAD]


class Site:
    """An intake that asks a file of accounts."""

    def __init__(self, intake: Running, file: Path, accounts: AccountsFile) -> None:
        self.intake = intake
        self._file = file
        self._accounts = accounts
        self._packet_id = 0
        accounts.on_change(intake.reception.forget_lanes)

    def change(self, *accounts: Account) -> None:
        with changed_accounts(self._file) as changed:
            changed.clear()
            changed.update({one.name: one for one in accounts})
        self._accounts.refresh()

    def message(self, client: str, topic: str, payload: bytes) -> Publish:
        self._packet_id += 1
        return Publish(
            client, topic, payload, self._packet_id, 1, dup=False, retain=False, received_at=NOW
        )

    async def sent(self, client: str, topic: str, payload: bytes) -> int:
        (code,) = await self.intake.take(self.message(client, topic, payload))
        return code

    def devices(self) -> set[str]:
        return {one.device for one in self.intake.readings()}

    def quarantined(self) -> list[Quarantined]:
        with JournalReader(self.intake.folder / "journal.db") as reader:
            records = [
                decode_record(entry.record)
                for batch in reader.checked()
                for entry in self.intake.entries(batch)
            ]
        return [one for one in records if isinstance(one, Quarantined)]


@asynccontextmanager
async def site(folder: Path, *accounts: Account) -> AsyncIterator[Site]:
    file = folder / "accounts.json"
    with changed_accounts(file) as changed:
        changed.update({one.name: one for one in accounts})
    speakers = AccountsFile(file)
    async with running(folder, 1 << 24, speakers) as one:
        one.reception.devices._maximum_series = 32
        yield Site(one, file, speakers)


@pytest.mark.parametrize(
    ("codec", "options", "topic", "payload", "device"), NAMED_BY_PAYLOAD, ids=FORMATS
)
async def test_device_that_only_a_payload_names_is_refused_until_it_is_granted(
    tmp_path: Path, codec: str, options: dict[str, object], topic: str, payload: bytes, device: str
) -> None:
    async with site(tmp_path, Account(name="gw1", publish=("#",))) as one:
        one.intake.route(topic, codec, options)
        assert await one.sent("gw1", topic, payload) == NOT_AUTHORIZED
        assert one.devices() == set()
        (kept,) = one.quarantined()
        assert (kept.reason, kept.topic) == ("not_authorized", topic)
        assert device in kept.detail
        assert "`cargotwin access change gw1 --devices" in kept.detail
        one.change(Account(name="gw1", publish=("#",), devices=(device[:3] + "*",)))
        assert await one.sent("gw1", topic, payload) == TAKEN
        assert one.devices() == {device}


@pytest.mark.parametrize(
    ("codec", "topic", "payload", "device"),
    [
        ("cargotwin", "cargotwin/v1/d-1/readings", TIMED, "d-1"),
        ("zigbee2mqtt", "zigbee2mqtt/cellar", b'{"temperature": 5.0}', "cellar"),
        (
            "tasmota",
            "tele/cellar/SENSOR",
            b'{"Time":"2026-11-20T11:00:00Z","DS18B20":{"Temperature":5.0},"TempUnit":"C"}',
            "cellar",
        ),
        ("shelly_gen2", "cellar/status/temperature:0", b'{"id": 0, "tC": 5.0}', "cellar"),
    ],
)
async def test_device_that_the_topic_names_is_granted_with_the_topic(
    tmp_path: Path, codec: str, topic: str, payload: bytes, device: str
) -> None:
    async with site(tmp_path, Account(name="bridge", publish=("#",))) as one:
        if codec != "cargotwin":
            one.intake.route(topic, codec, {})
        assert await one.sent("bridge", topic, payload) == TAKEN
        assert one.devices() == {device}


async def test_account_speaks_for_its_name_and_for_no_other_level_of_its_filters(
    tmp_path: Path,
) -> None:
    topic = "plant/press-4/state"
    async with site(tmp_path, Account(name="gw1", publish=("plant/press-4/#",))) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        codes = [
            await one.sent("gw1", topic, b'{"id": "%s", "t": 5.0}' % name)
            for name in (b"gw1", b"press-4", b"plant", b"state")
        ]
        assert codes == [TAKEN, NOT_AUTHORIZED, NOT_AUTHORIZED, NOT_AUTHORIZED]


async def test_message_that_names_one_foreign_device_is_not_taken_at_all(tmp_path: Path) -> None:
    both = b'[{"id": "gw1", "t": 5.0}, {"id": "victim", "t": 5.0}]'
    async with site(tmp_path, Account(name="gw1", publish=("#",))) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        message = one.message("gw1", "plant/4/state", both)
        assert await one.intake.take(message) == [NOT_AUTHORIZED]
        assert await one.intake.take(msgspec.structs.replace(message, dup=True)) == [NOT_AUTHORIZED]
        assert one.devices() == set()
        assert len(one.quarantined()) == 1
        assert one.intake.journal.counters()["duplicate_publishes"] == 1


async def test_named_devices_bind_topics_too(tmp_path: Path) -> None:
    wide = Account(name="gw1", publish=("cargotwin/v1/+/+",), devices=("tag-*",))
    async with site(tmp_path, wide) as one:
        names = ("tag-7", "gw1", "victim")
        codes = [await one.sent("gw1", f"cargotwin/v1/{name}/readings", TIMED) for name in names]
        assert codes == [TAKEN, TAKEN, NOT_AUTHORIZED]
        assert one.devices() == {"tag-7", "gw1"}


async def test_lane_that_one_client_opened_is_closed_to_those_who_may_not_speak_for_its_device(
    tmp_path: Path,
) -> None:
    wide = ("cargotwin/v1/+/readings",)
    accounts = (Account(name="a", publish=wide), Account(name="b", publish=wide, devices=("d-9",)))
    topic = "cargotwin/v1/d-1/readings"
    async with site(tmp_path, *accounts) as one:
        for _ in range(3):
            assert await one.sent("a", topic, TIMED) == TAKEN
        assert await one.sent("b", topic, TIMED) == NOT_AUTHORIZED
        assert await one.sent("a", topic, TIMED) == TAKEN
        for _ in range(3):
            assert await one.sent("b", "cargotwin/v1/d-9/readings", TIMED) == TAKEN
        mixed = [
            one.message("b", topic, TIMED),
            one.message("b", topic.replace("1/r", "9/r"), TIMED),
        ]
        assert await one.intake.take(*mixed) == [NOT_AUTHORIZED, TAKEN]
        assert len(one.intake.readings()) == 8


async def test_rights_that_end_end_for_open_lanes_at_once(tmp_path: Path) -> None:
    topic = "cargotwin/v1/d-1/readings"
    wide = Account(name="a", publish=("cargotwin/v1/+/readings",))
    async with site(tmp_path, wide) as one:
        for _ in range(3):
            assert await one.sent("a", topic, TIMED) == TAKEN
        one.change(msgspec.structs.replace(wide, devices=("d-9",)))
        assert await one.sent("a", topic, TIMED) == NOT_AUTHORIZED
        one.change(wide)
        assert await one.sent("a/other", topic, TIMED) == TAKEN
        one.change()
        assert await one.sent("a", topic, TIMED) == NOT_AUTHORIZED


async def test_birth_of_a_node_that_is_not_the_senders_teaches_nothing(tmp_path: Path) -> None:
    data = "spBv1.0/g/NDATA/n"
    own = nbirth(metric("Temp", float_value(4.0), alias=1, datatype=FLOAT))
    foreign = nbirth(metric("Else", float_value(4.0), alias=1, datatype=FLOAT), session=1)
    wide = ("spBv1.0/#",)
    accounts = (
        Account(name="n", publish=wide, devices=("g:n",)),
        Account(name="m", publish=wide, devices=("g:m*",)),
    )
    async with site(tmp_path, *accounts) as one:
        one.intake.route("spBv1.0/#", "sparkplug_b", SPARKPLUG)
        assert await one.sent("n", "spBv1.0/g/NBIRTH/n", own) == TAKEN
        assert await one.sent("m", "spBv1.0/g/NBIRTH/n", foreign) == NOT_AUTHORIZED
        by_alias = sparkplug([metric(None, float_value(5.0), alias=1)], seq=1)
        assert await one.sent("n", data, by_alias) == TAKEN
        assert [(r.device, r.value) for r in one.intake.readings()] == [
            ("g:n", 4_000),
            ("g:n", 5_000),
        ]
        assert one.intake.announced == []


async def test_will_speaks_for_nobody_else(tmp_path: Path) -> None:
    async with site(tmp_path, Account(name="gw1", publish=("#",))) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        wills = Wills(one.intake.intake, lambda: NOW)
        will = Will("plant/4/state", b'{"id": "victim", "t": 5.0}', qos=1)
        wills.client_lost(LastWill("gw1/c", "gw1", will, is_permitted=True))
        await until(lambda: bool(one.quarantined()))
        assert one.quarantined()[0].reason == "not_authorized"
        assert one.devices() == set()


async def test_kept_message_is_decoded_again_with_its_senders_right_of_today(
    tmp_path: Path,
) -> None:
    gateway = Account(name="gw1", publish=("#",))
    async with site(tmp_path, gateway) as one:
        unread = await one.sent("gw1/c", "plant/4/state", b'{"id": "victim", "t": 5.0}')
        assert unread == PAYLOAD_FORMAT_INVALID
        one.intake.route("plant/+/state", "mapping", MAPPING)
        again: dict[str, object] = {
            "command": "quarantine.redecode",
            "position": position_of(1, 0),
            "by": "quality",
        }
        refused = await one.intake.door.handle(again)
        assert (refused["code"], refused["records"]) == (PAYLOAD_FORMAT_INVALID, 0)
        assert "no right to speak for victim" in str(refused["faults"])
        one.change()
        assert "no right" in str((await one.intake.door.handle(again))["faults"])
        one.change(msgspec.structs.replace(gateway, devices=("victim",)))
        assert (await one.intake.door.handle(again))["records"] == 1
        assert one.devices() == {"victim"}


async def test_refused_readings_without_time_are_two_when_they_are_taken_after_all(
    tmp_path: Path,
) -> None:
    gateway = Account(name="gw1", publish=("#",))
    async with site(tmp_path, gateway) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        two = [
            one.message("gw1", "plant/4/state", b'{"id": "d-1", "t": %d}' % value)
            for value in (5, 6)
        ]
        assert await one.intake.take(*two) == [NOT_AUTHORIZED] * 2
        one.change(msgspec.structs.replace(gateway, devices=("d-1",)))
        for index in range(2):
            again: dict[str, object] = {
                "command": "quarantine.redecode",
                "position": position_of(1, index),
                "by": "quality",
            }
            assert (await one.intake.door.handle(again))["records"] == 1
        readings = one.intake.readings()
        assert [reading.value for reading in readings] == [5_000, 6_000]
        assert len({reading.observed_at for reading in readings}) == 2


async def test_kept_message_whose_sender_had_no_right_to_its_topic_is_never_taken(
    tmp_path: Path,
) -> None:
    topic = "cargotwin/v1/victim/readings"
    again: dict[str, object] = {
        "command": "quarantine.redecode",
        "position": position_of(1, 0),
        "by": "quality",
    }
    async with site(tmp_path, Account(name="d-1")) as one:
        message = msgspec.structs.replace(one.message("d-1", topic, TIMED), is_permitted=False)
        assert await one.intake.take(message) == [NOT_AUTHORIZED]
        refused = await one.intake.door.handle(again)
        assert "no right to publish to" in str(refused["faults"])
        one.change(Account(name="d-1", publish=("cargotwin/v1/+/readings",)))
        assert (await one.intake.door.handle(again))["records"] == 1


async def test_kept_births_of_others_teach_a_new_source_nothing(tmp_path: Path) -> None:
    own = nbirth(metric("Temp", float_value(4.0), alias=1, datatype=FLOAT))
    wide = ("spBv1.0/#",)
    accounts = (
        Account(name="n", publish=wide, devices=("g:n",)),
        Account(name="m", publish=wide, devices=("g:m",)),
    )
    by_alias = sparkplug([metric(None, float_value(5.0), alias=1)], seq=1)
    for sender, code in (("n", TAKEN), ("m", PAYLOAD_FORMAT_INVALID)):
        folder = tmp_path / sender
        folder.mkdir()
        async with site(folder, *accounts) as one:
            await one.sent(sender, "spBv1.0/g/NBIRTH/n", own)
            confirm: dict[str, object] = {
                "command": "source.confirm",
                "filter": "spBv1.0/#",
                "codec": "sparkplug_b",
                "options": SPARKPLUG,
                "by": "quality",
                "lessons": [position_of(1, 0)],
                "heard_until": NOW,
            }
            await one.intake.door.handle(confirm)
            assert await one.sent("n", "spBv1.0/g/NDATA/n", by_alias) == code


async def test_broker_vouches_for_its_own_and_people_for_what_they_bring(tmp_path: Path) -> None:
    async with site(tmp_path) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        payload = b'{"id": "%s", "t": 5.0}'
        assert await one.sent("broker", "plant/4/state", payload % b"d-1") == TAKEN
        brought: dict[str, object] = {
            "command": "ingest",
            "codec": "mapping",
            "topic": "plant/4/state",
            "payload": base64.b64encode(payload % b"d-2").decode(),
            "client": "import",
        }
        assert (await one.intake.door.handle(brought))["code"] == TAKEN
        assert one.devices() == {"d-1", "d-2"}


async def test_webhook_is_held_to_the_devices_of_its_token(tmp_path: Path) -> None:
    payload = base64.b64encode(b'{"id": "victim", "t": 5.0}').decode()
    brought: dict[str, object] = {
        "command": "ingest",
        "codec": "mapping",
        "topic": "plant/4/state",
        "payload": payload,
        "client": "webhook:dock",
        "rights": {"names": ["press-*"], "by_topic": False},
    }
    async with site(tmp_path) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        answer = await one.intake.door.handle(brought)
        assert (answer["code"], answer["records"]) == (NOT_AUTHORIZED, 0)
        assert "device=victim" in str(answer["faults"])
        assert [kept.reason for kept in one.quarantined()] == ["not_authorized"]
        allowed = brought | {"rights": {"names": ["vict*"], "by_topic": False}}
        assert (await one.intake.door.handle(allowed))["code"] == TAKEN


async def test_foreign_devices_cannot_fill_the_journal(tmp_path: Path) -> None:
    large = json.dumps({"id": "victim", "t": 5.0, "filler": "x" * 200_000}).encode()
    async with site(tmp_path, Account(name="gw1", publish=("#",))) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        codes = [await one.sent("gw1", "plant/4/state", large) for _ in range(8)]
        assert codes == [NOT_AUTHORIZED] * 8
        # 1 MiB a minute holds five of 200 kB.
        assert len(one.quarantined()) == 5
        assert one.intake.journal.counters()["not_authorized_dropped"] == 3


async def test_log_names_an_account_once_that_speaks_for_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(tmp_path, Account(name="gw1", publish=("#",))) as one:
        one.intake.route("plant/+/state", "mapping", MAPPING)
        with caplog.at_level(logging.WARNING, "gateway.intake.reception"):
            for _ in range(3):
                await one.sent("gw1/c", "plant/4/state", b'{"id": "victim", "t": 5.0}')
        (line,) = caplog.messages
        assert "cargotwin access change gw1 --devices" in line


async def test_bound_device_of_an_account_is_taken_as_before(tmp_path: Path) -> None:
    async with site(tmp_path, Account(name="d-1")) as one:
        await one.intake.door.handle(dict(ADD))
        await one.intake.door.handle(dict(BIND))
        assert await one.sent("d-1", "cargotwin/v1/d-1/readings", TIMED) == 0
        assert await one.sent("d-1", "cargotwin/v1/d-1/readings", TIMELESS) == 0
