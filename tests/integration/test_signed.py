"""Signed readings on their way into the journal, and what nobody can make of a copy of them."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.evidence import is_signed
from gateway.access.accounts import Account, changed_accounts
from gateway.access.passwords import stored_password
from gateway.access.signing_keys import text_of_key
from gateway.store.entries import decode_entries
from gateway.store.journal import JournalReader
from tests.integration.clients import Call, by_paho
from tests.integration.gateway_process import eventually
from tests.integration.intake_process import IntakeProcess, running_intake
from tests.unit.gateway.codecs.signing import DEVICE, KEY, compact, flattened
from tests.vectors.independent import ed25519
from twins.inputs import encode

pytestmark = pytest.mark.integration

PASSWORD = "open sesame"  # noqa: S105 - of this test alone
TOPIC = f"cargotwin/v1/{DEVICE}/readings"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("access") / "accounts.json"
    with changed_accounts(file) as changed:
        changed[DEVICE] = Account(name=DEVICE, signing_key=text_of_key(KEY), must_sign=True)
        # A bridge brings the messages of all devices; it has none of their keys.
        stored = stored_password(PASSWORD.encode(), bytes(16))
        changed["bridge"] = Account(name="bridge", password=stored, publish=("#",))
    return file


@pytest.fixture(scope="module")
def intake(accounts: Path) -> Iterator[IntakeProcess]:
    with running_intake(listener={"accounts_file": str(accounts)}) as running:
        yield running


def reading(value: float, **more: object) -> bytes:
    now = {"observed_at_us": time.time_ns() // 1000}
    fields = {"quantity": "temperature", "value": value, "unit": "Cel", **now, **more}
    return json.dumps(fields).encode()


def bring(intake: IntakeProcess, payload: bytes, topic: str = TOPIC) -> None:
    call = Call(port=intake.port, client_id="bridge", user_name="bridge", password=PASSWORD)
    by_paho(call, topic, [payload.decode()])


def counted(intake: IntakeProcess, name: str) -> int:
    return intake.counters().get(name, 0)


def taken(intake: IntakeProcess) -> set[bytes]:
    return {encode(one) for one in intake.readings(DEVICE)}


@pytest.mark.parametrize("envelope", [compact, flattened])
def test_signed_reading_is_journalled_with_its_signature_and_its_payload(
    intake: IntakeProcess, envelope: Callable[[bytes], bytes]
) -> None:
    before = taken(intake)
    signed = envelope(reading(4.25))
    bring(intake, signed)
    eventually("the reading", lambda: len(taken(intake)) == len(before) + 1)
    (record,) = taken(intake) - before
    assert is_signed(record)
    with JournalReader(intake.data / "journal.db") as journal:
        entries = [one for batch in journal.checked() for one in decode_entries(batch)]
    assert [bytes(one.raw or b"") for one in entries if bytes(one.record) == record] == [signed]


def test_copy_that_is_sent_again_is_the_same_record(intake: IntakeProcess) -> None:
    signed = compact(reading(4.5))
    bring(intake, signed)
    bring(intake, compact(reading(4.75)))
    before, readings = taken(intake), counted(intake, "readings")
    bring(intake, signed)
    eventually("the copy", lambda: counted(intake, "readings") > readings)
    assert taken(intake) == before


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (reading(4.25), "unsigned"),
        (compact(reading(4.25))[:-86] + b"A" * 86, "bad_signature"),
        (compact(reading(4.25), {"alg": "EdDSA", "kid": "bridge"}), "unknown_signer"),
        (compact(reading(4.25), {"alg": "none", "kid": DEVICE}), "bad_signature"),
    ],
    ids=["unsigned", "forged", "unknown", "none"],
)
def test_whoever_has_not_the_key_cannot_speak_for_the_device(
    intake: IntakeProcess, payload: bytes, reason: str
) -> None:
    before, refused = taken(intake), counted(intake, f"quarantined_{reason}")
    bring(intake, payload)
    eventually("the refusal", lambda: counted(intake, f"quarantined_{reason}") == refused + 1)
    assert taken(intake) == before


def test_copy_of_a_reading_without_clock_is_refused_also_after_a_crash(
    intake: IntakeProcess,
) -> None:
    first, second = (
        compact(reading(value, observed_at_us=None, seq=seq)) for value, seq in ((7, 1), (8, 2))
    )
    for payload in (first, second):
        bring(intake, payload)
    eventually("both", lambda: {1, 2} <= {one.seq for one in intake.readings(DEVICE)})
    before = taken(intake)
    for round_ in (1, 2):
        bring(intake, first)
        eventually("the refusal", lambda: counted(intake, "quarantined_replayed") == round_)  # noqa: B023 - called in this round
        intake.kill()
        intake.start()
    assert taken(intake) == before


def test_device_that_must_sign_from_now_on_is_refused_unsigned_within_moments(
    intake: IntakeProcess, accounts: Path
) -> None:
    topic = "cargotwin/v1/late/readings"
    for _ in range(3):
        bring(intake, reading(5), topic)
    eventually("its readings", lambda: len(intake.readings("late")) == 3)
    with changed_accounts(accounts) as changed:
        key = text_of_key(ed25519.public_key(bytes(32)))
        changed["late"] = Account(name="late", signing_key=key, must_sign=True)
    refused = counted(intake, "quarantined_unsigned")

    def is_refused() -> bool:
        bring(intake, reading(5), topic)
        return counted(intake, "quarantined_unsigned") > refused

    eventually("a refusal", is_refused)
