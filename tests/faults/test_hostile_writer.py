"""A writer attacks the machine from inside the draft process, and is contained."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from condition_reports.confinement.landlock import landlock_version
from condition_reports.release import plan_for, release
from condition_reports.writers.loading import HttpSpecification, TinySpecification
from gateway.reports.draft_process import DraftAway, DraftProcess
from gateway.reports.drafting import Drafting, Words
from tests.unit.condition_reports import scenes
from tests.unit.gateway.mqtt.memory_sink import until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock"),
]

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)
MEMORY_BYTES = 150_000_000


@asynccontextmanager
async def attacked(
    attack: str, timeout_s: float = 10.0, *, server: str = ""
) -> AsyncIterator[DraftProcess]:
    process = DraftProcess(
        lambda: HttpSpecification(server, attack) if server else TinySpecification(attack),
        timeout_s=timeout_s,
        memory_bytes=MEMORY_BYTES,
        program="tests.fakes.hostile_worker",
    )
    try:
        yield process
    finally:
        await process.close()


def text_in(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def code_of(attack: str, *, server: str = "") -> str:
    """Return why there is no draft."""
    async with attacked(attack, server=server) as process:
        with pytest.raises(DraftAway) as away:
            await process.draft(PLAN, 3)
        return away.value.code


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "attester"
    file.write_text("key", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "attack",
    [
        "read_a_file /etc/passwd",
        "list_a_folder /",
        "fork",
        "run_a_program",
        "look_into_the_parent",
        "signal_the_parent",
        "look_at_the_environment",
        "look_at_descriptors",
        "lift_a_limit",
    ],
)
async def test_writer_reaches_nothing_outside_its_process(attack: str) -> None:
    assert await code_of(attack) == "refused"


async def test_writer_reads_and_writes_no_file_of_the_data_folder(secret: Path) -> None:
    assert await code_of(f"read_a_file {secret}") == "refused"
    assert await code_of(f"write_a_file {secret}") == "refused"
    assert text_in(secret) == "key"


async def test_writer_connects_to_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert await code_of(f"connect {server.getsockname()[1]}") == "refused"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "door"))
        one.listen()
        assert await code_of(f"connect_by_a_socket_file {tmp_path / 'door'}") == "refused"


async def test_client_of_a_server_reaches_that_servers_port_alone(secret: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as wanted,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        ports = [one.getsockname()[1] for one in (wanted, other)]
        server = f"http://127.0.0.1:{ports[0]}/v1"
        assert await code_of(f"connect {ports[0]}", server=server) == "done"
        for attack in (
            f"connect {ports[1]}",
            f"connect_by_another_protocol {ports[1]}",
            f"connect_by_sending {ports[1]}",
            f"send_a_datagram {ports[1]}",
            "listen",
            "fork",
            "run_a_program",
            "look_at_the_environment",
            f"read_a_file {secret}",
            "read_a_file /etc/passwd",
        ):
            assert await code_of(attack, server=server) == "refused", attack


async def test_writer_that_eats_memory_is_stopped_before_the_machine_feels_it() -> None:
    assert await code_of("eat_memory") in {"MemoryError", "memory_exceeded"}


async def test_process_that_holds_more_than_it_may_is_killed() -> None:
    async with attacked("sleep_in_a_thread") as process:
        await process.start()
        process.memory_limit_bytes = 1_000_000
        with pytest.raises(DraftAway, match="memory_exceeded"):
            await process.draft(PLAN, 3)
        assert process.pid is None


@pytest.mark.parametrize("attack", ["loop_for_ever", "sleep_in_a_thread", "flood_standard_error"])
async def test_writer_that_does_not_come_back_is_killed_in_time(attack: str) -> None:
    async with attacked(attack, timeout_s=0.5) as process:
        await process.start()
        pid = process.pid
        began = time.monotonic()
        with pytest.raises(DraftAway, match="timeout"):
            await process.draft(PLAN, 3)
        assert time.monotonic() - began < 5
    assert pid is not None
    assert not _is_running(pid)


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("write_garbage", "broken_frame"),
        ("end", "process_ended"),
        ("crash", "process_ended"),
        ("crash_at_the_start", "process_ended"),
        ("fail_to_load", "model_missing"),
        ("lie kind", "broken_frame"),
        ("lie digest", "broken_frame"),
        ("lie version", "broken_frame"),
        ("lie decoding", "broken_frame"),
        ("lie length", "broken_frame"),
    ],
)
async def test_writer_that_talks_nonsense_gives_no_draft(attack: str, code: str) -> None:
    assert await code_of(attack) == code


async def test_process_is_replaced_after_it_was_ended() -> None:
    async with attacked("end") as process:
        for start in (1, 2):
            with pytest.raises(DraftAway, match="process_ended"):
                await process.draft(PLAN, 3)
            assert process.starts == start


async def worded(attack: str) -> Words:
    async with attacked(attack, timeout_s=0.5) as process:
        return await Drafting(process).words(FACTS, PLAN, 3)


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ("read_a_file /etc/passwd", "refused"),
        ("loop_for_ever", "timeout"),
        ("write_garbage", "broken_frame"),
        ("lie text", "verifier_rejected:missing_slot"),
    ],
)
async def test_report_is_the_templates_and_says_why(attack: str, reason: str) -> None:
    words = await worded(attack)
    report = release(FACTS, words.attempts, seed=3, fallback_reason=words.reason)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    assert (report.writer, writer["fallback_reason"]) == ("template", reason)


STARTER = """
import asyncio
from tests.faults.test_hostile_writer import PLAN, attacked

async def main():
    async with attacked("loop_for_ever", timeout_s=60) as process:
        await process.start()
        print(process.pid, flush=True)
        await process.draft(PLAN, 3)

asyncio.run(main())
"""


async def test_process_ends_with_whoever_started_it() -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    pid = int(await starter.stdout.readline())
    assert _is_running(pid)
    starter.kill()
    await starter.wait()
    await until(lambda: not _is_running(pid))


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2]
    except OSError:
        return False
    return state != "Z"
