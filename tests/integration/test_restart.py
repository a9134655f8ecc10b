"""A data folder that is opened again: nothing of what was published is lost or moved."""

import re
import socket
import sqlite3

import pytest

from tests.integration.conftest import Demo
from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    invoke,
    running_gateway,
    short_folder,
)

pytestmark = pytest.mark.integration


def tokens(gateway: GatewayProcess) -> dict[str, tuple[str, int]]:
    """Return each asset's token id and confirmed version."""
    gateway.wait_calm()
    # What the chain says of each token is read one by one after the start.
    eventually("every token read", lambda: all(one["token"]["head"] for one in _assets(gateway)))
    assets = _assets(gateway)
    return {one["id"]: (one["token"]["id"], one["token"]["head"]["version"]) for one in assets}


def _assets(gateway: GatewayProcess) -> list[Json]:
    return [gateway.asset(one["id"]) for one in gateway.items("/api/v1/assets")]


def test_gateway_on_a_demos_folder_has_the_same_contract_on_the_same_chain(
    demo: Demo, demo_again: GatewayProcess
) -> None:
    chain = demo_again.chain()
    assert f"contract      {chain['contract']}" in demo.said
    assert re.search(rf"chain id {chain['chain_id']}\b", demo.said)


def test_gateway_on_a_demos_folder_has_every_token_and_every_version(
    demo: Demo, demo_again: GatewayProcess
) -> None:
    found = tokens(demo_again)
    assert len(found) == demo.result["assets"]
    assert sum(version for _, version in found.values()) >= demo.result["anchored"]


def test_gateway_on_a_demos_folder_counts_what_was_counted(
    demo: Demo, demo_again: GatewayProcess
) -> None:
    counters = demo_again.counters()
    assert counters["readings"] == demo.result["readings"]
    assert counters["quarantined"] == demo.result["quarantined"]


def test_every_token_of_a_demo_verifies_after_the_restart(demo_again: GatewayProcess) -> None:
    for asset in tokens(demo_again):
        done = invoke("verify", asset, "--data", demo_again.data, "--rpc", demo_again.rpc_url)
        assert done.exit_code == 0, f"{asset}: {done.stderr}"


def test_second_gateway_on_the_same_folder_is_refused(demo_again: GatewayProcess) -> None:
    with short_folder() as folder:
        second = GatewayProcess(folder, data=demo_again.data)
        done = second.run_to_its_end()
    assert done.returncode == 2
    assert b"another gateway works on" in done.stderr


def test_gateway_stops_on_sigterm_with_a_device_connected_and_leaves_no_process() -> None:
    with (
        running_gateway() as gateway,
        socket.create_connection(("127.0.0.1", gateway.mqtt_port)),
    ):
        # `stop` fails where a process outlives its gateway.
        assert gateway.stop() == 0


def test_derived_data_is_rebuilt_to_the_same_twin_when_it_is_deleted(
    demo_again: GatewayProcess,
) -> None:
    # An open shipment's condition may move on with the clock: its devices have fallen silent.
    ids = [one["id"] for one in demo_again.items("/api/v1/assets") if one["is_closed"]]
    assert ids
    demo_again.wait_calm()
    before = {asset: demo_again.asset(asset)["condition_document"] for asset in ids}
    assert demo_again.stop() == 0
    for file in demo_again.data.glob("derived.db*"):
        file.unlink()
    demo_again.start()
    demo_again.wait_calm()
    assert {asset: demo_again.asset(asset)["condition_document"] for asset in ids} == before
    with sqlite3.connect(demo_again.data / "derived.db") as derived:
        assert derived.execute("SELECT count(*) FROM fresh").fetchone()[0] > 0
    derived.close()
