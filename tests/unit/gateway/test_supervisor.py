import asyncio
import itertools
import json
import logging
import os
import sys
from pathlib import Path

import pytest

from gateway.errors import AlreadyRunning
from gateway.settings import Settings
from gateway.supervisor import (
    PROCESSES,
    SETTINGS_FILE,
    Supervisor,
    address_file,
    lock_folder,
    read_addresses,
    with_fixed_ports,
    write_addresses,
)
from tests.servers.places import REPOSITORY
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until

# Stands in for Python: it is called as `python -m gateway.bootstrap NAME SETTINGS`. The read ends
# with standard input, or with a signal.
CHILD = """#!/bin/sh
name=$3
cd "$(dirname "$4")" || exit 9
date +%s%N >>"$name.starts"
{body}
"""
DIES = "exit 3"
# The trap stands before the process says that it listens, or a signal could come between.
WAITS = "trap 'echo term >>\"$name.ends\"; exit 0' TERM\necho '{}' >\"$name.json\"\nread -r line"
IS_DEAF = "trap '' TERM\necho '{}' >\"$name.json\"\nwhile :; do sleep 1; done"
IS_SLOW = "while [ ! -e go ]; do sleep 0.01; done\n" + WAITS
SECOND_NS = 1_000_000_000


class Children:
    """A data folder, and the processes that run there instead of the gateway's own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "data"
        self.program = folder / "child"
        self.supervisor = Supervisor(Settings(data=str(self.folder)))
        self.ready = asyncio.Event()
        monkeypatch.setattr(sys, "executable", str(self.program))

    def do(self, body: str) -> None:
        self.program.write_text(CHILD.format(body=body).replace("{{}}", "{}"))
        self.program.chmod(0o755)

    def starts(self, name: str) -> list[int]:
        """Return when a process was started, in nanoseconds."""
        file = self.folder / f"{name}.starts"
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def ends(self, name: str) -> str:
        """Return what a process wrote when it was told to end."""
        file = self.folder / f"{name}.ends"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Children:
    return Children(tmp_path, monkeypatch)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_gateway_is_ready_when_both_processes_listen_and_not_before(
    children: Children,
) -> None:
    children.do(IS_SLOW)
    children.folder.mkdir()
    for name in PROCESSES:
        # What an earlier run wrote says nothing of this one.
        write_addresses(children.folder, name, {"web": "http://old"})
    async with running(children.supervisor.run(children.ready)):
        await until(lambda: all(children.starts(name) for name in PROCESSES))
        assert not children.ready.is_set()
        assert not any(address_file(children.folder, name).exists() for name in PROCESSES)
        (children.folder / "go").touch()
        await until(children.ready.is_set)
        assert children.supervisor.pids().keys() == set(PROCESSES)


async def test_processes_are_given_the_settings_and_the_code(children: Children) -> None:
    children.do(f'printf "%s " "$@" "$PYTHONPATH" >"$name.called"\n{WAITS}')
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
    settings = children.folder / SETTINGS_FILE
    stored = Settings.model_validate(json.loads(settings.read_text()))
    assert stored == Settings(data=str(children.folder))
    for name in PROCESSES:
        called = (children.folder / f"{name}.called").read_text()
        assert called.startswith(f"-m gateway.bootstrap {name} {settings} ")
        assert str(REPOSITORY) in called


async def test_settings_are_their_owners_alone_also_where_an_earlier_run_left_them_open(
    children: Children,
) -> None:
    children.do(WAITS)
    children.folder.mkdir()
    settings = children.folder / SETTINGS_FILE
    settings.touch(0o644)
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
    assert settings.stat().st_mode & 0o777 == 0o600


async def test_nothing_in_a_data_folder_can_be_read_by_others(children: Children) -> None:
    before = os.umask(0o022)
    try:
        children.do(f"mkdir keys.$name\necho secret >keys.$name/attester\n{WAITS}")
        async with running(children.supervisor.run(children.ready)):
            await until(children.ready.is_set)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    found = {path: path.stat().st_mode for path in children.folder.rglob("*")}
    assert {path.name for path in found} > {"lock", "settings.json", "intake.json", "attester"}
    found[children.folder] = children.folder.stat().st_mode
    assert {path: mode for path, mode in found.items() if mode & 0o077} == {}


async def test_settings_that_an_earlier_version_left_readable_are_so_no_more(
    children: Children,
) -> None:
    children.do(WAITS)
    children.folder.mkdir()
    settings = children.folder / SETTINGS_FILE
    settings.write_text("{}")
    settings.chmod(0o644)
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
    assert settings.stat().st_mode & 0o077 == 0


async def test_process_that_dies_is_started_again_and_the_other_goes_on(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.supervisor._RESTART_DELAYS_S", (0.01,))
    children.do(f'if [ "$name" = derive ]; then {DIES}; fi\n{WAITS}')
    async with running(children.supervisor.run(children.ready)):
        await until(lambda: len(children.starts("derive")) >= 3)
        assert children.supervisor.restarts["derive"] >= 2
        assert children.supervisor.restarts["intake"] == 0
    assert len(children.starts("intake")) == 1


async def test_process_that_dies_early_again_and_again_is_started_later_each_time(
    children: Children, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delays_s = (0.02, 0.08, 0.2)
    monkeypatch.setattr("gateway.supervisor._RESTART_DELAYS_S", delays_s)
    children.do(DIES)
    with caplog.at_level(logging.WARNING, "gateway.supervisor"):
        async with running(children.supervisor.run(children.ready)):
            await until(lambda: len(children.starts("intake")) >= 5)
    said = [one for one in caplog.messages if one.startswith("intake")]
    assert said[:4] == [
        f"intake ended with 3; starting it again in {delay} s" for delay in (*delays_s, 0.2)
    ]
    pauses = [later - sooner for sooner, later in itertools.pairwise(children.starts("intake"))]
    for pause, delay in zip(pauses, (*delays_s, 0.2), strict=False):
        assert pause >= delay * SECOND_NS


async def test_process_that_ran_long_enough_is_started_again_at_once(
    children: Children, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gateway.supervisor._HEALTHY_S", 0.0)
    children.do(f'if [ "$name" = derive ] && [ ! -e twice ]; then touch twice; {DIES}; fi\n{WAITS}')
    with caplog.at_level(logging.WARNING, "gateway.supervisor"):
        async with running(children.supervisor.run(children.ready)):
            await until(children.ready.is_set)
    assert caplog.messages == ["derive ended with 3; starting it again in 0.0 s"]


async def test_processes_are_ended_by_sigterm_and_are_gone(children: Children) -> None:
    children.do(WAITS)
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
        pids = children.supervisor.pids()
        assert all(is_running(pid) for pid in pids.values())
    assert [children.ends(name) for name in PROCESSES] == ["term\n", "term\n"]
    assert not any(is_running(pid) for pid in pids.values())


async def test_process_that_does_not_end_when_asked_is_killed(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.supervisor._STOP_TIMEOUT_S", 0.05)
    children.do(f'if [ "$name" = derive ]; then {IS_DEAF}; fi\n{WAITS}')
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
        pids = children.supervisor.pids()
    assert not any(is_running(pid) for pid in pids.values())


async def test_folder_in_use_is_refused_and_left_as_it_is(children: Children) -> None:
    children.do(WAITS)
    lock = lock_folder(children.folder)
    write_addresses(children.folder, "derive", {"web": "http://first"})
    with pytest.raises(AlreadyRunning, match="another gateway works on") as caught:
        await children.supervisor.run(children.ready)
    assert caught.value.folder == children.folder
    assert not (children.folder / SETTINGS_FILE).exists()
    assert read_addresses(children.folder, "derive")["web"] == "http://first"
    assert children.supervisor.pids() == {}
    lock.close()


async def test_folder_is_free_again_after_its_gateway_has_stopped(children: Children) -> None:
    children.do(WAITS)
    async with running(children.supervisor.run(children.ready)):
        await until(children.ready.is_set)
        with pytest.raises(AlreadyRunning):
            lock_folder(children.folder)
    lock_folder(children.folder).close()


def test_every_port_that_was_left_open_is_fixed_and_no_other() -> None:
    settings = Settings.model_validate(
        {"listener": {"port": 0}, "web": {"port": 0}, "chain": {"rpc_port": 9_999}}
    )
    fixed = with_fixed_ports(settings)
    assert fixed.listener.port > 0
    assert fixed.web.port > 0
    assert fixed.chain.rpc_port == 9_999
    assert with_fixed_ports(fixed) == fixed


def test_addresses_are_read_as_they_were_written_with_the_process_id(tmp_path: Path) -> None:
    write_addresses(tmp_path, "derive", {"web": "http://127.0.0.1:1"})
    write_addresses(tmp_path, "derive", {"web": "http://127.0.0.1:2"})
    found = read_addresses(tmp_path, "derive")
    assert found == {"pid": os.getpid(), "web": "http://127.0.0.1:2"}
    assert [file.name for file in tmp_path.iterdir()] == ["derive.json"]


def test_process_that_does_not_run_has_no_addresses(tmp_path: Path) -> None:
    assert read_addresses(tmp_path, "intake") == {}
