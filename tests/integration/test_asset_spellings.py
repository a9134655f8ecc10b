"""An asset that people name by its GS1 key, however they write it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cargotwin.console import MISTAKE, NO
from tests.integration.gateway_process import GatewayProcess, eventually, invoke

# Check digits by the calculation of GS1 General Specifications, section 7.9, by hand.
SSCC = "106141412345678908"
CANONICAL = f"gs1:00:{SSCC}"


def test_asset_added_by_a_digital_link_is_met_by_every_spelling_of_its_key(
    gateway: GatewayProcess,
) -> None:
    data = ("--data", gateway.data)
    policy = ("--policy", "vaccine-2-8")
    link = f"https://example.com/track/00/{SSCC}?s=1"
    added = invoke("asset", "add", link, *policy, *data)
    assert f"added asset {CANONICAL}" in added.stderr
    eventually("the twin", lambda: gateway.has_asset(CANONICAL))
    again = invoke("asset", "add", f"(00){SSCC}", *policy, *data)
    assert (again.exit_code, "asset_exists" in again.stderr) == (NO, True)
    bound = invoke("asset", "bind", f"(00){SSCC}", "--device", "d", "--interval", "60", *data)
    assert f"to asset {CANONICAL}" in bound.stderr
    for spelling in (link, f"(00) {SSCC}", CANONICAL):
        assert f"  GS1 key    SSCC {SSCC}\n" in invoke("asset", "show", spelling, *data).stdout
        shown = invoke("asset", "show", spelling, "--json", *data).stdout
        assert json.loads(shown)["id"] == CANONICAL


@pytest.mark.parametrize(
    "wrong",
    [
        "(00)106141412345678907",
        "https://id.gs1.org/00/106141412345678907",
        "gs1:00:106141412345678907",
    ],
)
def test_new_asset_with_a_wrong_check_digit_is_refused_with_the_right_one(
    gateway: GatewayProcess, wrong: str
) -> None:
    add = ("asset", "add", wrong, "--policy", "vaccine-2-8", "--data", gateway.data)
    done = invoke(*add)
    assert done.exit_code == MISTAKE
    assert "check digit 8 expected, not 7" in done.stderr


def test_new_asset_by_a_urn_keeps_it_and_a_wrong_urn_is_refused(gateway: GatewayProcess) -> None:
    urn = "urn:epc:id:sgtin:0614141.812345.6789"
    add = ("--policy", "vaccine-2-8", "--data", gateway.data)
    assert f"added asset {urn} " in invoke("asset", "add", urn, *add).stderr
    wrong = invoke("asset", "add", "urn:epc:id:sgtin:0614141.12345.6789", *add)
    assert wrong.exit_code == MISTAKE
    assert "6 digits follow a company prefix of 7 digits" in wrong.stderr


ITEM = "urn:epc:id:sgtin:0614141.112345.4711"
# The check digit by hand: 1+0·3… over 1061414112345 as section 7.9 says.
ITEM_SPELLINGS = (
    "https://id.gs1.org/01/10614141123459/21/4711",
    "(01)10614141123459(21)4711",
    "gs1:01:10614141123459:21:4711",
    ITEM,
)


def test_asset_added_as_a_urn_is_the_asset_of_every_spelling_for_every_command(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    data = ("--data", gateway.data)
    holder = ("--policy", "vaccine-2-8", "--holder", "maker")
    assert invoke("asset", "add", ITEM, *holder, *data).exit_code == 0
    again = invoke("asset", "add", ITEM_SPELLINGS[0], *holder, *data)
    assert again.exit_code == NO
    assert f"asset {ITEM} exists already" in again.stderr
    eventually("the twin", lambda: gateway.has_asset(ITEM))
    link = ITEM_SPELLINGS[0]
    bound = invoke("asset", "bind", link, "--device", "spelled", "--interval", "60", *data)
    assert (bound.exit_code, "travels with" in bound.stderr) == (0, False)
    bound = invoke("asset", "bind", link, "--device", "spelled", "--interval", "60", *data)
    assert "travels with" not in bound.stderr
    eventually("a version", lambda: gateway.asset(ITEM)["version"])
    for spelling in ITEM_SPELLINGS:
        for command in ("report", "explain"):
            assert invoke(command, spelling, *data).exit_code == 0
        shown = json.loads(invoke("asset", "show", spelling, "--json", *data).stdout)
        assert shown["id"] == ITEM
        assert f'"{ITEM}"' in invoke("verify", spelling, "--json", *data).stdout
        assert invoke("export", spelling, *data).exit_code == 0
    pass_on_in_every_spelling(gateway, tmp_path)


def pass_on_in_every_spelling(gateway: GatewayProcess, folder: Path) -> None:
    key = folder / "key.pem"
    secret = Ed25519PrivateKey.generate()
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key.chmod(0o600)
    link, elements, canonical, _ = ITEM_SPELLINGS
    to = ("--from", "maker", "--to", "carrier", "--data", gateway.data)
    offer = invoke("custody", "offer", link, *to, "--key", key)
    assert offer.exit_code == 0, offer.stderr
    assert gateway.asset(ITEM)["custody"]["state"] == "offered"
    typed = json.loads(invoke("custody", "accept", elements, *to, "--typed-data").stdout)
    assert typed["message"]["asset"] == ITEM
    accepted = invoke("custody", "accept", canonical, *to)
    assert accepted.exit_code == 0, accepted.stderr
    assert gateway.asset(ITEM)["custody"]["holder"] == "carrier"
