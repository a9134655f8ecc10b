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


STATUS = 'print(open("/proc/self/status").read())'
DROPPED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from condition_reports.confinement import system
{STATUS}
system.give_up_privileges()
{STATUS}
"""


def test_process_keeps_no_capability_and_gains_none_though_root_started_it() -> None:
    done = subprocess.run([sys.executable, "-c", DROPPED], capture_output=True, check=True)
    lines = [line.split(":", 1) for line in done.stdout.decode().splitlines() if ":" in line]
    after = dict(lines[len(lines) // 2 :])
    # proc(5): the sets of a thread, as 64 bits in hexadecimal digits.
    for kept in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(after[kept], 16) == 0, kept
    assert after["NoNewPrivs"].strip() == "1"


AUTOGROUP = Path("/proc/self/autogroup")
GROUPED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from condition_reports.confinement import system
{{change}}
system.give_way_as_group()
"""


def grouped(change: str = "") -> subprocess.CompletedProcess[bytes]:
    shown = f'print(Path("{AUTOGROUP}").read_text() if Path("{AUTOGROUP}").exists() else "")'
    script = GROUPED.format(change=change) + shown
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, start_new_session=True
    )


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel has no autogroups")
def test_niceness_holds_between_sessions_too() -> None:
    done = grouped()
    assert done.returncode == 0, done.stderr
    # sched(7): "/autogroup-<number> nice <niceness>".
    assert done.stdout.split()[-2:] == [b"nice", b"19"]


def test_session_of_somebody_else_keeps_its_niceness() -> None:
    assert grouped("import os; os.getsid = lambda pid: 1").stdout.split()[-1:] != [b"19"]


@pytest.mark.parametrize("error", ["ENOENT", "EACCES", "EPERM", "EROFS", "EAGAIN"])
def test_kernel_without_groups_or_one_that_sets_none_now_stops_nobody(error: str) -> None:
    assert grouped(refusing_to_write(error)).returncode == 0


def test_what_else_goes_wrong_with_the_group_is_told() -> None:
    done = grouped(refusing_to_write("ENOSPC"))
    assert done.returncode == 1
    assert b"No space left" in done.stderr


def refusing_to_write(error: str) -> str:
    """Return code after which no file can be written, for the reason that errno(3) names."""
    reason = f"errno.{error}, os.strerror(errno.{error})"
    refusing = f"def refuse(*given, **named):\n    raise OSError({reason})"
    return f"import errno, os\n{refusing}\nPath.write_text = refuse"


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
