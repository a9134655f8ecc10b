"""Whose signature a handover needs, by the rules and through every way in."""

import json
from pathlib import Path

import msgspec
import pytest
from eth_account import Account as Wallet

from contracts.typed_handover import typed_handover
from gateway.access.accounts import Account
from gateway.access.handover_signatures import statement_bytes
from gateway.access.signing_keys import text_of_key
from gateway.errors import CommandRefused
from gateway.intake.handover_signatures import refusal_of_handover
from gateway.intake.taking import PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.store.entries import decode_record
from gateway.store.journal import JournalReader
from tests.unit.gateway.intake.running_intake import ADD, NOW, Running
from tests.unit.gateway.intake.test_speaking import site
from tests.vectors.independent import ed25519
from twins.inputs import Handover, HandoverPhase, HandoverStatement

SECRETS = {
    "maker": bytes([1]) * 32,
    "carrier": bytes([2]) * 32,
    "thief": bytes([3]) * 32,
    "stranger": bytes([4]) * 32,
}
WALLET_SECRET = bytes([7]) * 32
WALLET = Wallet.from_key(WALLET_SECRET).address.lower()


def signer(name: str) -> str:
    return f"ed25519:{ed25519.public_key(SECRETS[name]).hex()}"


SIGNERS = {name: signer(name) for name in ("maker", "carrier", "thief")}


class Keys:
    """Who has which keys: nobody knows those of the stranger, and the shop has none."""

    def signers_of(self, party: str) -> frozenset[str]:
        return frozenset({SIGNERS[party]} if party in SIGNERS else ())

    def party_of(self, signer: str) -> str | None:
        return next((party for party, own in SIGNERS.items() if signer == own), None)


def statement(
    phase: HandoverPhase, giver: str = "maker", taker: str = "carrier"
) -> HandoverStatement:
    return HandoverStatement("a-1", giver, taker, NOW, phase, "n-1")


def signed(one: HandoverStatement, by: str | None) -> Handover:
    message = statement_bytes(one)
    if by is None:
        return Handover(1, message)
    return Handover(1, message, signer(by), ed25519.sign(SECRETS[by], message))


def reason(
    phase: HandoverPhase, by: str | None, giver: str = "maker", taker: str = "carrier"
) -> str:
    refusal = refusal_of_handover(signed(statement(phase, giver, taker), by), Keys())
    return "" if refusal is None else refusal.reason


GIVER = [HandoverPhase.OFFERED, HandoverPhase.WITHDRAWN]
RECEIVER = [HandoverPhase.ACCEPTED, HandoverPhase.REFUSED]


@pytest.mark.parametrize(
    ("phases", "by", "expected"),
    [
        (GIVER, "maker", ""),
        (GIVER, "carrier", "wrong_signer"),
        (GIVER, None, "unsigned"),
        (RECEIVER, "carrier", ""),
        (RECEIVER, "maker", "wrong_signer"),
        (RECEIVER, None, "unsigned"),
        ([HandoverPhase.DISPUTED], "maker", ""),
        ([HandoverPhase.DISPUTED], "carrier", ""),
        ([HandoverPhase.DISPUTED], None, "unsigned"),
        (list(HandoverPhase), "thief", "wrong_signer"),
        (list(HandoverPhase), "stranger", "unknown_signer"),
    ],
)
def test_statement_of_a_party_with_a_key_needs_that_key(
    phases: list[HandoverPhase], by: str | None, expected: str
) -> None:
    assert {reason(phase, by) for phase in phases} == {expected}


@pytest.mark.parametrize(
    ("phase", "by", "expected"),
    [
        (HandoverPhase.ACCEPTED, None, ""),
        (HandoverPhase.ACCEPTED, "stranger", ""),
        (HandoverPhase.ACCEPTED, "maker", "wrong_signer"),
        (HandoverPhase.OFFERED, None, "unsigned"),
        (HandoverPhase.DISPUTED, None, ""),
        (HandoverPhase.DISPUTED, "stranger", ""),
        (HandoverPhase.DISPUTED, "thief", "wrong_signer"),
    ],
)
def test_party_without_a_key_may_speak_unsigned_or_by_a_key_that_nobody_knows(
    phase: HandoverPhase, by: str | None, expected: str
) -> None:
    assert reason(phase, by, taker="shop") == expected


@pytest.mark.parametrize("taker", ["carrier", "shop"])
def test_signature_that_does_not_verify_is_refused_as_bad(taker: str) -> None:
    by = "carrier" if taker == "carrier" else "stranger"
    good = signed(statement(HandoverPhase.ACCEPTED, taker=taker), by)
    for bad in (
        msgspec.structs.replace(good, signature=bytes(64)),
        msgspec.structs.replace(good, signature=None),
    ):
        refusal = refusal_of_handover(bad, Keys())
        assert refusal is not None
        assert refusal.reason == "bad_signature"


def test_signature_without_a_signer_is_refused_as_bad() -> None:
    good = signed(statement(HandoverPhase.ACCEPTED, taker="shop"), "stranger")
    refusal = refusal_of_handover(msgspec.structs.replace(good, signer=None), Keys())
    assert refusal is not None
    assert refusal.reason == "bad_signature"


# ---- through the ways in

SCANNER = Account(name="scanner", publish=("cargotwin/v1/scanner/#",))
TOPIC = "cargotwin/v1/scanner/handover"


def with_key(name: str) -> Account:
    return Account(name=name, signing_key=text_of_key(ed25519.public_key(SECRETS[name])))


CARRIER = Account(name="carrier", wallet=Wallet.from_key(WALLET_SECRET).address)


def payload(one: HandoverStatement, **more: object) -> bytes:
    fields: dict[str, object] = msgspec.to_builtins(one)
    fields["observed_at_us"] = fields.pop("observed_at")
    return json.dumps({**fields, **more}).encode()


def by_key(one: HandoverStatement, name: str) -> dict[str, object]:
    signature = ed25519.sign(SECRETS[name], statement_bytes(one)).hex()
    return {"signer": signer(name), "signature": signature}


def by_wallet(one: HandoverStatement) -> dict[str, object]:
    found = Wallet.sign_typed_data(WALLET_SECRET, full_message=typed_handover(one))
    return {"signer": WALLET, "signature": found.signature.to_0x_hex()}


def handovers(intake: Running) -> list[Handover]:
    with JournalReader(intake.folder / "journal.db") as reader:
        records = [
            decode_record(entry.record)
            for batch in reader.checked()
            for entry in intake.entries(batch)
        ]
    return [one for one in records if isinstance(one, Handover)]


OFFER = statement(HandoverPhase.OFFERED)
ACCEPTANCE = statement(HandoverPhase.ACCEPTED)


async def test_handovers_that_their_parties_signed_are_taken_with_signer_and_signature(
    tmp_path: Path,
) -> None:
    async with site(tmp_path, SCANNER, with_key("maker"), CARRIER) as one:
        await one.intake.door.handle(ADD)
        offered = payload(OFFER, **by_key(OFFER, "maker"))
        accepted = payload(ACCEPTANCE, **by_wallet(ACCEPTANCE))
        assert await one.sent("scanner", TOPIC, offered) == SUCCESS
        assert await one.sent("scanner", TOPIC, accepted) == SUCCESS
        kept = handovers(one.intake)
        assert [record.signer for record in kept] == [signer("maker"), WALLET]
        assert [record.statement for record in kept] == [
            statement_bytes(OFFER),
            statement_bytes(ACCEPTANCE),
        ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "unsigned"),
        (by_key(OFFER, "thief"), "unknown_signer"),
        (by_wallet(OFFER), "wrong_signer"),
        ({**by_key(OFFER, "maker"), "seal": "S-1"}, "bad_signature"),
        ({**by_key(OFFER, "maker"), "signature": "00"}, "bad_signature"),
    ],
    ids=["unsigned", "unknown", "wrong", "altered", "short"],
)
async def test_handover_that_its_party_did_not_sign_is_quarantined_by_name(
    tmp_path: Path, more: dict[str, object], expected: str
) -> None:
    async with site(tmp_path, SCANNER, with_key("maker"), CARRIER) as one:
        await one.intake.door.handle(ADD)
        code = await one.sent("scanner", TOPIC, payload(OFFER, **more))
        assert code == PAYLOAD_FORMAT_INVALID
        (kept,) = one.quarantined()
        assert (kept.reason, kept.topic) == (expected, TOPIC)
        assert handovers(one.intake) == []


async def test_handover_without_a_signature_is_taken_again_once_its_party_has_no_key(
    tmp_path: Path,
) -> None:
    async with site(tmp_path, SCANNER, with_key("maker")) as one:
        await one.intake.door.handle(ADD)
        assert await one.sent("scanner", TOPIC, payload(OFFER)) == PAYLOAD_FORMAT_INVALID
        one.change(SCANNER)
        assert await one.sent("scanner", TOPIC, payload(OFFER)) == SUCCESS


def command(one: HandoverStatement, **more: object) -> dict[str, object]:
    return {
        "command": "custody",
        "asset": one.asset,
        "phase": one.phase.value,
        "from_party": one.from_party,
        "to_party": one.to_party,
        "nonce": one.nonce,
        "observed_at_us": one.observed_at,
        **more,
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "unsigned"),
        ({"signer": "maker", "signature": "00"}, "bad_signature"),
        ({"signer": signer("maker")}, "bad_signature"),
        (by_key(ACCEPTANCE, "maker"), "bad_signature"),
        ({**by_key(OFFER, "maker"), "observed_at_us": None}, "invalid_time"),
    ],
)
async def test_custody_command_that_its_party_did_not_sign_is_refused_by_name(
    tmp_path: Path, more: dict[str, object], expected: str
) -> None:
    async with site(tmp_path, with_key("maker")) as one:
        await one.intake.door.handle(ADD)
        with pytest.raises(CommandRefused) as refused:
            await one.intake.door.handle(command(OFFER, **more))
        assert refused.value.code == expected
        assert handovers(one.intake) == []
        assert one.quarantined() == []
