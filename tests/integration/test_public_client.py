"""Strangers with nothing of ours: JSON-RPC by hand, and Foundry's cast."""

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.integration.gateway_process import GatewayProcess, Json, eventually, fetch
from tests.servers import find

pytestmark = pytest.mark.integration

OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"

# Runs in an interpreter that sees neither this checkout nor any installed package. The selectors
# are the first four bytes of keccak256 of `ownerOf(uint256)`, `tokenURI(uint256)` (ERC-721) and
# `metadataDigest(uint256)`.
STRANGER = """
import hashlib, json, sys, urllib.request
rpc, contract, token, web = sys.argv[1:]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
def call(selector):
    data = "0x" + selector + format(int(token), "064x")
    body = {"jsonrpc": "2.0", "id": 1, "method": "eth_call",
            "params": [{"to": contract, "data": data}, "latest"]}
    request = urllib.request.Request(rpc, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    return bytes.fromhex(json.load(opener.open(request))["result"][2:])
owner = "0x" + call("6352211e")[12:].hex()
text = call("c87b56dd")
uri = text[64:64 + int.from_bytes(text[32:64], "big")].decode()
digest = call("0b872712").hex()
document = opener.open(web + "/ipfs/" + uri.removeprefix("ipfs://")).read()
print(json.dumps({"owner": owner, "uri": uri, "digest": digest,
                  "sha256": hashlib.sha256(document).hexdigest(),
                  "name": json.loads(document)["name"]}))
"""


def stranger_reads(gateway: GatewayProcess, token: str, folder: Path) -> Json:
    contract = gateway.chain()["contract"]
    command = [sys.executable, "-I", "-S", "-c", STRANGER]
    done = subprocess.run(
        [*command, gateway.rpc_url, contract, token, gateway.url],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    read: Json = json.loads(done.stdout)
    return read


def head_of(gateway: GatewayProcess, asset: str) -> Json | None:
    found: Json | None = gateway.asset(asset)["token"]["head"]
    return found


def test_stranger_reads_owner_uri_and_digest_and_the_document_hashes_to_it(
    demo_again: GatewayProcess, tmp_path: Path
) -> None:
    demo_again.wait_calm()
    for summary in demo_again.items("/api/v1/assets")[:3]:
        # After a start the gateway asks the chain for one token after the other.
        eventually("the token's head", partial(head_of, demo_again, summary["id"]))
        asset = demo_again.asset(summary["id"])
        read = stranger_reads(demo_again, asset["token"]["id"], tmp_path)
        assert read["digest"] == read["sha256"]
        # CIDv1, raw, sha2-256 in base 16: the multibase prefix f, then 01 55 12 20.
        assert read["uri"] == f"ipfs://f01551220{read['sha256']}"
        assert read["owner"] == asset["token"]["head"]["owner"].lower()
        assert read["name"] == asset["title"]


def test_token_belongs_to_the_owner_that_the_asset_was_added_for(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    gateway.enter("asset", "add", "owned-1", "--policy", "vaccine-2-8", "--owner", OWNER)
    gateway.wait_calm()
    token = gateway.asset("owned-1")["token"]["id"]
    assert stranger_reads(gateway, token, tmp_path)["owner"] == OWNER.lower()


def test_command_that_the_demo_prints_works_in_cast(
    demo_again: GatewayProcess, tmp_path: Path
) -> None:
    cast = find("cast")
    demo_again.wait_calm()
    contract = demo_again.chain()["contract"]
    first = demo_again.items("/api/v1/assets")[0]["id"]
    eventually("the token's head", partial(head_of, demo_again, first))
    asset = demo_again.asset(first)
    token = asset["token"]["id"]
    read = stranger_reads(demo_again, token, tmp_path)
    expected = {
        "tokenURI(uint256)(string)": f'"{read["uri"]}"',
        "metadataDigest(uint256)(bytes32)": f"0x{read['digest']}",
        "ownerOf(uint256)(address)": asset["token"]["head"]["owner"],
    }
    for signature, answer in expected.items():
        done = subprocess.run(
            [cast, "call", *(contract, signature, token), "--rpc-url", demo_again.rpc_url],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.decode().strip() == answer


def test_metadata_address_answers_the_document_that_the_token_names(
    demo_again: GatewayProcess,
) -> None:
    demo_again.wait_calm()
    asset = demo_again.asset(demo_again.items("/api/v1/assets")[0]["id"])
    by_token = fetch(f"{demo_again.url}/metadata/{asset['token']['id']}")
    cid = re.sub("^ipfs://", "", asset["token"]["uri"])
    assert by_token == fetch(f"{demo_again.url}/ipfs/{cid}")
