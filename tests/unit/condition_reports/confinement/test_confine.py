"""What is told of a confinement, on this machine and on lesser ones. What holds is tested in
tests/faults/test_hostile_writer.py; here a process confines itself and says what it was told."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from condition_reports.confinement import call_filter, landlock
from condition_reports.confinement.confine import Confinement

ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's")

PREAMBLE = """
import msgspec, os, sys
sys.path.insert(0, {root!r})
from condition_reports.confinement import call_filter, confine, landlock, system
{change}
found = confine.confine(100_000_000, server_port={port})
os.write(1, msgspec.json.encode(found))
"""


def confined(change: str = "", port: int | None = None) -> Confinement:
    script = PREAMBLE.format(root=str(ROOT), change=change, port=port)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Confinement)


WITHOUT_LANDLOCK = "landlock.landlock_version = lambda: 0"
WITHOUT_FILTER = "call_filter._MACHINES = {}"
WITHOUT_TCP = "landlock.knows_tcp = lambda version: False"
REFUSING = """
def refuse(*arguments):
    raise OSError(1, "Operation not permitted")
confine.give_up_privileges = refuse
"""


@pytest.mark.skipif(
    not (landlock.landlock_version() >= 4 and call_filter.knows_machine()),
    reason="this machine has not all of it",
)
def test_every_promise_holds_where_the_kernel_has_all() -> None:
    found = confined()
    assert found.files == ("Landlock", "descriptor limit", "system call filter")
    assert found.network == found.files
    assert "system call filter" in found.processes
    assert found.memory == ("address space limit",)


def test_machine_without_landlock_or_with_unknown_calls_says_what_is_left() -> None:
    assert "Landlock" not in confined(WITHOUT_LANDLOCK).files
    assert "system call filter" not in confined(WITHOUT_FILTER).processes
    least = confined(f"{WITHOUT_LANDLOCK}\n{WITHOUT_FILTER}")
    assert (least.files, least.network) == (("descriptor limit",), ("descriptor limit",))


def test_nothing_is_claimed_that_the_kernel_refused() -> None:
    found = confined(REFUSING)
    assert {"Landlock", "system call filter"}.isdisjoint(
        {*found.files, *found.network, *found.processes}
    )


def test_client_of_a_server_is_told_to_reach_a_network_that_only_landlock_bounds() -> None:
    assert "descriptor limit" not in confined(port=8000).network
    assert confined(WITHOUT_TCP, port=8000).network == ()
    assert confined(WITHOUT_LANDLOCK, port=8000).network == ()
