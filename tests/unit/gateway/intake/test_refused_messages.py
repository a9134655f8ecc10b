"""What becomes of messages that their sender had no right to send, and of their repetitions."""

import base64
from pathlib import Path

import msgspec
import pytest

from gateway.access.accounts import Account
from gateway.intake.speaking import Speakers
from gateway.intake.taking import NOT_AUTHORIZED, PAYLOAD_FORMAT_INVALID
from gateway.store.journal import position_of
from tests.unit.gateway.intake.running_intake import EVERYBODY, TIMED, TIMELESS, Running, running
from tests.unit.gateway.intake.test_speaking import MAPPING, TAKEN, site

LIMITED = {"names": ["press-*"], "by_topic": False}
FORGED = b'{"id": "victim", "t": 5.0}'
TOPIC = "cargotwin/v1/d-c/readings"
WIDE = Account(name="gw1", publish=("cargotwin/v1/+/readings",))
NARROW = msgspec.structs.replace(WIDE, devices=("d-b",))


def brought(payload: bytes = FORGED, **more: object) -> dict[str, object]:
    return {
        "command": "ingest",
        "codec": "mapping",
        "topic": "plant/4/state",
        "payload": base64.b64encode(payload).decode(),
        "client": "webhook:dock",
        "rights": LIMITED,
    } | more


def keyed(payload: bytes = TIMELESS, **more: object) -> dict[str, object]:
    return brought(payload, codec="cargotwin", topic=TOPIC, key="k-1", **more)


def again(position: int = position_of(1, 0), **more: object) -> dict[str, object]:
    return {"command": "quarantine.redecode", "position": position, "by": "quality"} | more


def kept(one: Running) -> int:
    return one.journal.counters().get("quarantined_not_authorized", 0)


@pytest.mark.parametrize("speakers", [EVERYBODY, None], ids=["open", "accounts"])
async def test_refused_forgery_of_a_webhook_is_decoded_again_only_where_a_person_vouches_for_it(
    tmp_path: Path, speakers: Speakers | None
) -> None:
    if speakers is not None:
        async with running(tmp_path, speakers=speakers) as one:
            await _is_vouched_for(one)
    else:
        async with site(tmp_path, Account(name="gw1")) as guarded:
            await _is_vouched_for(guarded.intake)


async def _is_vouched_for(one: Running) -> None:
    one.route("plant/+/state", "mapping", MAPPING)
    assert (await one.door.handle(brought()))["code"] == NOT_AUTHORIZED
    refused = await one.door.handle(again())
    assert (refused["code"], refused["records"]) == (NOT_AUTHORIZED, 0)
    assert f"quarantine redecode {position_of(1, 0)}" in str(refused["faults"])
    assert one.readings() == []
    assert (await one.door.handle(again(vouched=True)))["records"] == 1
    assert [reading.device for reading in one.readings()] == ["victim"]


async def test_faulty_payload_of_a_webhook_held_to_devices_is_not_taken_as_another_ones_later(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        one.route("plant/+/state", "mapping", {**MAPPING, "device_path": "name"})
        assert (await one.door.handle(brought()))["code"] == PAYLOAD_FORMAT_INVALID
    async with running(tmp_path) as one:
        one.route("plant/+/state", "mapping", MAPPING)
        assert (await one.door.handle(again()))["code"] == NOT_AUTHORIZED
        assert (await one.door.handle(again(vouched=True)))["records"] == 1


async def test_faulty_payload_of_an_unlimited_webhook_is_decoded_again_as_before(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        one.route("plant/+/state", "mapping", {**MAPPING, "device_path": "name"})
        await one.door.handle(brought(rights=None, client="webhook:lab", key="k-1"))
        one.route("plant/+/state", "mapping", MAPPING)
        assert (await one.door.handle(again(codec="mapping")))["records"] == 1


async def test_key_of_a_refused_payload_is_free_once_the_right_is_there(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert (await one.door.handle(keyed()))["code"] == NOT_AUTHORIZED
        assert (await one.door.handle(keyed()))["code"] == NOT_AUTHORIZED
        assert kept(one) == 1
        taken = await one.door.handle(keyed(rights=None))
        assert (taken["code"], taken["records"]) == (TAKEN, 1)
        await one.door.handle(keyed(rights=None))
        assert len(one.readings()) == 1


@pytest.mark.parametrize("qos", [1, 2])
async def test_refused_message_is_taken_when_it_comes_again_with_the_right(
    tmp_path: Path, qos: int
) -> None:
    async with site(tmp_path, NARROW) as one:
        first = msgspec.structs.replace(one.message("gw1", TOPIC, TIMELESS), qos=qos)
        repeated = msgspec.structs.replace(first, dup=True)
        assert await one.intake.take(first) == [NOT_AUTHORIZED]
        assert await one.intake.take(repeated) == [NOT_AUTHORIZED]
        one.intake.intake.unheard([repeated])
        assert kept(one.intake) == 1
        one.change(WIDE)
        assert await one.intake.take(repeated) == [TAKEN]
        one.intake.intake.unheard([repeated])
        assert await one.intake.take(repeated) == [0]
        assert len(one.intake.readings()) == 1


async def test_refused_payload_that_is_not_kept_is_answered_so_and_known_by_nothing(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, 1 << 24) as one:
        large = b"[" + b" " * 200_000 + b"]"
        for number in range(6):
            answer = await one.door.handle(keyed(large, rights=LIMITED) | {"key": f"f-{number}"})
        assert answer["kept"] is False
        assert "not kept" in str(answer["faults"])
        padded = TIMELESS + b" " * 60_000
        assert (await one.door.handle(keyed(padded)))["kept"] is False
        one.now += 60_000_000
        assert "kept" not in await one.door.handle(keyed(padded))
        assert (await one.door.handle(keyed(padded, rights=None)))["records"] == 1


async def test_device_with_an_account_is_spoken_for_by_no_topic_of_another(tmp_path: Path) -> None:
    accounts = (
        Account(name="truck-7"),
        Account(name="gw2", publish=("up/#",), devices=("tag-7", "lone-*")),
        Account(name="bridge", publish=("cargotwin/v1/+/+", "zigbee2mqtt/+")),
    )
    payload = b'{"temperature": 4.0}'
    async with site(tmp_path, *accounts) as one:
        one.intake.route("zigbee2mqtt/+", "zigbee2mqtt", {})
        names = ("cellar", "truck-7", "tag-7", "lone-1", "gw2", "bridge")
        codes = [await one.sent("bridge", f"zigbee2mqtt/{name}", payload) for name in names]
        refused = NOT_AUTHORIZED
        assert codes == [TAKEN, refused, refused, TAKEN, refused, TAKEN]
        own = "cargotwin/v1/truck-7/readings"
        # The lane that the device itself opens is no way in for the bridge.
        for _ in range(3):
            assert await one.sent("truck-7", own, TIMED) == TAKEN
            assert await one.sent("bridge", own, TIMED) == refused
        one.change(*accounts[:2], msgspec.structs.replace(accounts[2], devices=("truck-7",)))
        for _ in range(3):
            assert await one.sent("bridge", own, TIMED) == TAKEN
