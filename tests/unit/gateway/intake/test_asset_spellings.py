"""One asset for every spelling of its key: by command and by what devices send."""

import asyncio
import json
from pathlib import Path

import pytest

from gateway.errors import CommandRefused
from gateway.intake.taking import PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.mqtt.ports import Publish
from gateway.store.journal import position_of
from tests.unit.gateway.intake.running_intake import ADD, NOW, OFFER, publish, running
from tests.unit.gateway.intake.test_intake_edges import quarantined, records
from tests.unit.gateway.mqtt.memory_sink import until
from tests.vectors.independent import ed25519
from twins.inputs import Handover, Milestone, statement_of

# One pallet; the check digit by hand, GS1 General Specifications section 7.9.
URN = "urn:epc:id:sscc:0614141.1234567890"
CANONICAL = "gs1:00:106141412345678908"
LINK = "https://example.com/00/106141412345678908"


def added(asset: str) -> dict[str, object]:
    return {**ADD, "asset": asset}


def told(word: str, **fields: object) -> Publish:
    payload = json.dumps({"observed_at_us": NOW, **fields}).encode()
    return publish(payload, topic=f"cargotwin/v1/dock/{word}")


OFFERED = {"from": "maker", "to": "carrier", "phase": "offered", "nonce": "n-1"}


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_asset_added_as_a_urn_cannot_be_added_as_a_link(
    tmp_path: Path, *, is_restarted: bool
) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(added(URN))
        if not is_restarted:
            with pytest.raises(CommandRefused, match=f"asset_exists: asset {URN}"):
                await one.door.handle(added(LINK))
    if is_restarted:
        async with running(tmp_path) as one:
            with pytest.raises(CommandRefused, match=f"asset_exists: asset {URN}"):
                await one.door.handle(added(LINK))


async def test_two_spellings_in_one_line_of_commands_make_one_asset(tmp_path: Path) -> None:
    both = [added(LINK), added(URN)]
    async with running(tmp_path) as one:
        answer = await one.door.handle({"command": "many", "commands": both})
    answers = answer["answers"]
    assert isinstance(answers, list)
    assert [each["ok"] for each in answers] == [True, False]
    assert f"asset {CANONICAL} exists" in json.dumps(answers[1])


async def test_custody_statement_under_another_spelling_is_answered_with_its_judgement(
    tmp_path: Path,
) -> None:
    payload = {"asset": URN, "nonce": "n-1", "phase": "offered", "answer": "taken"}
    judgement = {
        "command": "announce",
        "topic": f"cargotwin/v1/answers/{URN}",
        "payload": json.dumps(payload),
    }
    async with running(tmp_path) as one:
        await one.door.handle(added(URN))
        asked = asyncio.create_task(one.door.handle({**OFFER, "asset": LINK}))
        await until(lambda: one.journal.last_batch == 2)
        await one.door.handle(judgement)
        assert (await asked)["answer"] == "taken"


@pytest.mark.parametrize("spelling", [URN, CANONICAL, LINK, "(00)106141412345678908"])
async def test_milestone_and_unsigned_handover_of_a_device_name_the_asset_as_it_is_kept(
    tmp_path: Path, spelling: str
) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(added(URN))
        sent = (
            told("milestone", asset=spelling, name="start"),
            told("handover", asset=spelling, **OFFERED),
        )
        assert await one.take(*sent) == [SUCCESS, SUCCESS]
    kept = records(tmp_path)
    assert [each.asset for each in kept if isinstance(each, Milestone)] == [URN]
    assert [statement_of(each).asset for each in kept if isinstance(each, Handover)] == [URN]


async def test_scanned_key_with_a_wrong_check_digit_is_kept_aside_and_says_the_right_one(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        sent = told("milestone", asset="(00)106141412345678907", name="start")
        assert await one.take(sent) == [PAYLOAD_FORMAT_INVALID]
    (aside,) = quarantined(tmp_path)
    assert "check digit 8 expected, not 7" in aside.detail


async def test_signed_handover_of_another_spelling_is_kept_aside_and_says_which_id_to_sign(
    tmp_path: Path,
) -> None:
    secret = bytes([1]) * 32
    # RFC 8785 by hand: members by their names, no space.
    signed = (
        f'{{"asset":"{CANONICAL}","from":"maker","nonce":"n-1","observed_at":{NOW},'
        '"phase":"offered","place":"","seal":"","to":"carrier"}'
    ).encode()
    signature = {
        "signer": f"ed25519:{ed25519.public_key(secret).hex()}",
        "signature": ed25519.sign(secret, signed).hex(),
    }
    async with running(tmp_path) as one:
        await one.door.handle(added(URN))
        sent = told("handover", asset=CANONICAL, **OFFERED, **signature)
        assert await one.take(sent) == [PAYLOAD_FORMAT_INVALID]
    (aside,) = quarantined(tmp_path)
    assert (aside.reason, f"kept as {URN}" in aside.detail) == ("unknown_asset", True)


async def test_statement_that_waits_for_its_asset_is_decoded_under_the_id_it_is_kept_by(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        sent = told("milestone", asset=CANONICAL, name="start")
        assert await one.take(sent) == [PAYLOAD_FORMAT_INVALID]
        await one.door.handle(added(URN))
        redecode = {"command": "quarantine.redecode", "position": position_of(1, 0), "by": "qa"}
        assert (await one.door.handle(redecode))["records"] == 1
    assert [each.asset for each in records(tmp_path) if isinstance(each, Milestone)] == [URN]
