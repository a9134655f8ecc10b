"""Both sides of a handover, by MQTT and by command, and the answers that they get."""

import asyncio
import json
import secrets
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from eth_account import Account

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    cargotwin,
    eventually,
    short_folder,
)

pytestmark = pytest.mark.integration

DEADLINE_S = 20.0


@pytest.fixture
def asset(gateway: GatewayProcess) -> str:
    name = f"custody-{secrets.token_hex(4)}"
    gateway.enter("asset", "add", name, "--policy", "vaccine-2-8", "--holder", "maker")
    eventually("the twin", lambda: gateway.has_asset(name))
    return name


def state(gateway: GatewayProcess, asset: str) -> tuple[str, str]:
    custody = gateway.asset(asset)["custody"]
    return custody["state"], custody["holder"]


async def answers(gateway: GatewayProcess, asset: str, statements: list[Json]) -> list[Json]:
    """Send statements as a device and return the gateway's answers, as a subscriber gets them."""
    received: list[Json] = []
    async with (
        asyncio.timeout(DEADLINE_S),
        aiomqtt.Client("127.0.0.1", gateway.mqtt_port) as client,
    ):
        await client.subscribe(f"cargotwin/v1/answers/{asset}", qos=1)
        for number, statement in enumerate(statements):
            now = {"asset": asset, "observed_at_us": time.time_ns() // 1000 + number}
            payload = json.dumps(statement | now)
            await client.publish("cargotwin/v1/dock-scanner/handover", payload, qos=1)
            message = await anext(client.messages)
            assert isinstance(message.payload, bytes)
            received.append(json.loads(message.payload))
    return received


def statement(phase: str, giver: str, taker: str, nonce: str) -> Json:
    return {"phase": phase, "from": giver, "to": taker, "nonce": nonce}


async def test_handover_over_mqtt_passes_possession_when_both_sides_spoke(
    gateway: GatewayProcess, asset: str
) -> None:
    told = await answers(
        gateway,
        asset,
        [
            statement("offered", "maker", "carrier", "n1"),
            statement("accepted", "maker", "carrier", "n1"),
        ],
    )
    assert [one["answer"] for one in told] == ["taken", "taken"]
    assert state(gateway, asset) == ("held", "carrier")


async def test_acceptance_by_the_wrong_party_over_mqtt_is_answered_and_changes_nothing(
    gateway: GatewayProcess, asset: str
) -> None:
    told = await answers(
        gateway,
        asset,
        [
            statement("offered", "maker", "carrier", "n1"),
            statement("accepted", "maker", "thief", "n1"),
        ],
    )
    assert [one["answer"] for one in told] == ["taken", "answered_by_wrong_party"]
    assert (told[1]["asset"], told[1]["nonce"], told[1]["to"]) == (asset, "n1", "thief")
    assert state(gateway, asset) == ("offered", "maker")
    (refused,) = gateway.asset(asset)["custody"]["refused_statements"]
    assert (refused["fault"], refused["to"]) == ("answered_by_wrong_party", "thief")


def custody(
    gateway: GatewayProcess, verb: str, asset: str, taker: str, nonce: str
) -> subprocess.CompletedProcess[bytes]:
    parties = ["--from", "maker", "--to", taker, "--nonce", nonce]
    return gateway.run("custody", verb, asset, *parties, "--json")


def test_custody_commands_pass_possession_when_both_sides_spoke(
    gateway: GatewayProcess, asset: str
) -> None:
    for verb in ("offer", "accept"):
        done = custody(gateway, verb, asset, "carrier", "n1")
        assert (done.returncode, json.loads(done.stdout)["answer"]) == (0, "taken")
    assert state(gateway, asset) == ("held", "carrier")


def test_custody_accept_by_the_wrong_party_says_so_and_ends_with_one(
    gateway: GatewayProcess, asset: str
) -> None:
    assert custody(gateway, "offer", asset, "carrier", "n1").returncode == 0
    done = custody(gateway, "accept", asset, "thief", "n1")
    assert done.returncode == 1
    assert json.loads(done.stdout)["answer"] == "answered_by_wrong_party"
    assert b"answered_by_wrong_party" in done.stderr
    assert state(gateway, asset) == ("offered", "maker")


def test_custody_statement_about_an_unknown_asset_is_refused_by_name(
    gateway: GatewayProcess,
) -> None:
    done = custody(gateway, "offer", "nobody-added-this", "carrier", "n1")
    assert done.returncode == 1
    assert b"unknown_asset" in done.stderr


def test_token_of_an_asset_with_a_refused_acceptance_verifies(
    gateway: GatewayProcess, asset: str
) -> None:
    custody(gateway, "offer", asset, "carrier", "n1")
    custody(gateway, "accept", asset, "thief", "n1")
    gateway.wait_calm()
    done = gateway.run("verify", asset)
    assert done.returncode == 0, done.stderr.decode()


def test_custody_accept_without_a_nonce_answers_the_open_offer(
    gateway: GatewayProcess, asset: str
) -> None:
    parties = ("--from", "maker", "--to", "carrier")
    assert gateway.run("custody", "accept", asset, *parties).returncode == 2
    assert gateway.run("custody", "offer", asset, *parties).returncode == 0
    eventually("the offer", lambda: state(gateway, asset) == ("offered", "maker"))
    assert gateway.run("custody", "accept", asset, *parties).returncode == 0
    assert state(gateway, asset) == ("held", "carrier")
    assert gateway.asset(asset)["custody"]["refused_statements"] == []


def new_key(folder: Path) -> Path:
    """Return a file with a new Ed25519 key."""
    path = folder / "party.pem"
    private = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.touch(0o600)
    path.write_bytes(private)
    return path


def public_key(path: Path) -> Path:
    """Return a file with the public key of a file with a key."""
    private = load_pem_private_key(path.read_bytes(), None)
    public = path.with_suffix(".pub.pem")
    encoded = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public.write_bytes(encoded)
    return public


def test_handover_signed_by_a_key_and_by_a_wallet_is_taken_and_verifies(
    gateway: GatewayProcess, asset: str, tmp_path: Path
) -> None:
    parties = ("--from", "maker", "--to", "carrier", "--nonce", "n1")
    offered = gateway.run("custody", "offer", asset, *parties, "--key", str(new_key(tmp_path)))
    assert offered.returncode == 0, offered.stderr.decode()
    at = ("--at", datetime.now(UTC).isoformat())
    shown = gateway.run("custody", "accept", asset, *parties, *at, "--typed-data")
    wallet = Account.create()
    signed = wallet.sign_typed_data(full_message=json.loads(shown.stdout))
    signature = ("--signature", signed.signature.to_0x_hex(), "--signer", wallet.address)
    other = gateway.run("custody", "accept", asset, *parties, *at, *signature, "--seal", "S-1")
    assert other.returncode == 1
    assert b"bad_signature" in other.stderr
    accepted = gateway.run("custody", "accept", asset, *parties, *at, *signature)
    assert accepted.returncode == 0, accepted.stderr.decode()
    assert state(gateway, asset) == ("held", "carrier")
    gateway.wait_calm()
    told = gateway.asset(asset)["custody"]["handover"]
    assert told["offered"]["signer"].startswith("ed25519:")
    assert [told[side]["signer_party"] for side in ("offered", "answered")] == [None, None]
    done = gateway.run("verify", asset)
    assert done.returncode == 0
    assert b"2 of 2 taken statements about possession are signed, 2 of them by keys" in done.stdout
    assert f"0x{wallet.address[2:].lower()}: no account ties this key".encode() in done.stdout


def test_key_that_an_account_names_is_told_with_its_party() -> None:
    with short_folder() as folder:
        accounts = folder / "accounts.toml"
        one = GatewayProcess(folder, listener=f'accounts_file = "{accounts}"\n')
        key = new_key(folder)
        add = ("access", "add", "maker", "--no-password", "--accounts", str(accounts))
        done = cargotwin(*add, "--signing-key", public_key(key))
        assert done.returncode == 0, done.stderr.decode()
        one.start()
        try:
            one.enter("asset", "add", "box-1", "--policy", "vaccine-2-8", "--holder", "maker")
            parties = ("--from", "maker", "--to", "carrier")
            one.enter("custody", "offer", "box-1", *parties, "--key", str(key))
            one.enter("custody", "accept", "box-1", *parties)
            told = one.asset("box-1")["custody"]["handover"]
            assert (told["offered"]["signer_party"], told["answered"]["signer"]) == ("maker", None)
        finally:
            one.stop()
