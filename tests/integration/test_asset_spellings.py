"""An asset that people name by its GS1 key, however they write it."""

import json

import pytest

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
        assert f"  GS1 key    SSCC {SSCC}\n" in invoke("asset", "show", spelling, *data).stderr
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
