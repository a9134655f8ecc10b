"""A chain that is not ours: anvil stands for any EVM node, as a user would set one up."""

import json
import re
from pathlib import Path

import pytest

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    cargotwin,
    eventually,
    rpc,
    running_gateway,
    short_folder,
)
from tests.servers import Server, configured, free_port

pytestmark = pytest.mark.integration

ONE_ETHER = hex(10**18)
MINT_DEADLINE_S = 30.0


def deploy(node: Server, key: Path) -> Json:
    """Make a key, fund its account and deploy the contract with it, as the documentation says."""
    command: list[str | Path] = ["contracts", "deploy", "--rpc", node.url, "--key", key, "--json"]
    penniless = cargotwin(*command)
    assert penniless.returncode != 0
    said = penniless.stderr.decode()
    assert "Traceback" not in said
    account = re.search(r"account (0x[0-9a-fA-F]{40})", said)
    assert account, said
    fund(node, account[1])
    done = cargotwin(*command)
    assert done.returncode == 0, done.stderr.decode()
    deployed: Json = json.loads(done.stdout)
    return deployed


def test_token_on_another_chain_verifies_against_any_of_its_nodes(anvil: Server) -> None:
    with short_folder() as folder:
        deployed = deploy(anvil, folder / "data" / "keys" / "anchorer")
        gateway = GatewayProcess(
            folder, chain=f'rpc = "{anvil.url}"\ncontract = "{deployed["contract"]}"'
        )
        try:
            gateway.start()
            check_a_token(gateway, anvil, deployed)
        finally:
            gateway.close()


def check_a_token(gateway: GatewayProcess, node: Server, deployed: Json) -> None:
    gateway.enter("asset", "add", "elsewhere-1", "--policy", "frozen-20")
    gateway.wait_calm()
    chain = gateway.chain()
    assert (chain["contract"], chain["chain_id"]) == (deployed["contract"], 31337)
    assert not chain["is_embedded"]
    done = gateway.run("verify", "elsewhere-1", "--rpc", node.url, "--json")
    assert done.returncode == 0, done.stderr.decode()
    roots = json.loads(done.stdout)["trust_roots"]
    assert any(node.url in root for root in roots)
    assert not any("embedded" in root for root in roots)


def test_gateway_without_money_says_which_account_needs_it_and_goes_on(anvil: Server) -> None:
    with running_gateway(chain=f'rpc = "{anvil.url}"') as gateway:
        gateway.enter("asset", "add", "penniless-1", "--policy", "frozen-20")
        eventually("the twin", lambda: gateway.has_asset("penniless-1"))

        fund(anvil, eventually("the account", lambda: account_without_funds(gateway)))
        eventually(
            "the token",
            lambda: any(one["is_anchored"] for one in gateway.items("/api/v1/assets")),
            MINT_DEADLINE_S,
        )


def test_versions_wait_in_order_while_the_chain_is_away(tmp_path: Path) -> None:
    node = configured.anvil(tmp_path, free_port())
    with running_gateway(chain=f'rpc = "{node.url}"') as gateway:
        gateway.enter("asset", "add", "patient-1", "--policy", "frozen-20")
        eventually("the first version", lambda: versions_waiting(gateway) == 1)
        gateway.enter("asset", "milestone", "patient-1", "departure")
        eventually("the second version", lambda: versions_waiting(gateway) == 2)
        assert gateway.run("verify", "patient-1").returncode == 2
        node.start()
        try:
            fund(node, eventually("the account", lambda: account_without_funds(gateway)))
            gateway.wait_calm()
            assert gateway.asset("patient-1")["token"]["head"]["version"] == 2
            assert gateway.run("verify", "patient-1").returncode == 0
        finally:
            node.stop()


def versions_waiting(gateway: GatewayProcess) -> int:
    waiting: int = gateway.get("/api/v1/service")["behind"]["chain"]
    return waiting


def account_without_funds(gateway: GatewayProcess) -> str:
    """Return the account that the status page asks to be funded, empty while it does not."""
    problem = gateway.get("/api/v1/service")["stages"]["chain"]
    found = re.search(r"account (0x[0-9a-fA-F]{40}) .*send it funds", problem)
    return found[1] if found else ""


def fund(node: Server, account: str) -> None:
    rpc(node.url, "anvil_setBalance", account, ONE_ETHER)
