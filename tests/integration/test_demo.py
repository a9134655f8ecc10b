"""The whole journey in one command, as a stranger sees it."""

import re
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.integration.conftest import Demo
from tests.integration.gateway_process import CARGOTWIN, eventually, short_folder
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

KEYS = {
    "readings",
    "quarantined",
    "assets",
    "excursions",
    "reports",
    "anchored",
    "anchor_transactions",
    "gas_used",
    "verified",
    "not_verified",
    "seconds",
}
FIRST_TOKEN_S = 15.0
MEMORY_MIB = 400
ENDED_S = 20.0


def test_demo_ends_with_one_json_object_of_the_documented_keys(demo: Demo) -> None:
    assert len(demo.output.decode().strip().splitlines()) == 1
    assert set(demo.result) == KEYS
    assert set(demo.result["reports"]) == {"template", "tiny", "llm", "rejected"}


def test_demo_goes_through_every_stage_and_finds_what_was_labelled(demo: Demo) -> None:
    # Exit code 0 says that the excursions found are those that the simulator labelled.
    assert demo.exit_code == 0, demo.said
    result = demo.result
    stages = ("readings", "quarantined", "excursions", "anchored", "anchor_transactions")
    assert all(result[stage] > 0 for stage in (*stages, "gas_used", "seconds"))
    assert result["reports"]["tiny"] > 0
    assert result["assets"] >= 12
    assert (result["verified"], result["not_verified"]) == (result["assets"], 0)


def test_demo_anchors_its_first_token_soon_after_the_command(demo: Demo) -> None:
    assert demo.first_token_s < FIRST_TOKEN_S


def test_demo_needs_little_memory_with_all_its_processes(demo: Demo) -> None:
    assert 0 < demo.most_memory_bytes < MEMORY_MIB * 2**20


def test_demo_tells_a_public_client_where_to_look(demo: Demo) -> None:
    assert re.search(r"status page +http://127\.0\.0\.1:\d+", demo.said)
    assert re.search(r"chain +http://127\.0\.0\.1:\d+ +chain id \d+", demo.said)
    assert re.search(r"contract +0x[0-9a-fA-F]{40}", demo.said)
    assert re.search(r"cast call 0x[0-9a-fA-F]{40} '\S+' \d+ --rpc-url http://", demo.said)


def test_demo_that_is_ended_leaves_no_process_behind(tmp_path: Path) -> None:
    with short_folder() as folder, (tmp_path / "said").open("wb") as said:
        command = [*CARGOTWIN, "demo", "--data", str(folder / "data")]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=said, stderr=said)
        try:
            told = tmp_path / "said"
            eventually("its first words", lambda: "first token" in told.read_text(), 60)
            started = psutil.Process(process.pid).children(recursive=True)
        finally:
            process.terminate()
            process.wait(30)
        # Intake, derive and draft; `wait_procs` knows a process from a later one of its number.
        assert len(started) >= 2
        _, alive = psutil.wait_procs(started, ENDED_S)
        assert [one.cmdline() for one in alive] == []
