"""The draft process when all is well; what goes wrong is in tests/faults/test_hostile_writer.py."""

import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from condition_reports.release import plan_for
from condition_reports.writers.loading import (
    TemplateSpecification,
    TinySpecification,
    TransformersSpecification,
    WriterSpecification,
)
from condition_reports.writers.template import TemplateWriter
from gateway.errors import WrongSetting
from gateway.reports.draft_process import DraftAway, DraftProcess
from gateway.reports.memory import resident_bytes
from tests.unit.condition_reports import scenes

PLAN = plan_for(scenes.facts_from(scenes.excursion()))


def process_of(program: str = "condition_reports.worker") -> DraftProcess:
    return DraftProcess(
        TemplateSpecification, timeout_s=10, memory_bytes=256_000_000, program=program
    )


def niceness_of_group(pid: int) -> int | None:
    """Return the niceness of a process' session; None where the kernel has none."""
    group = Path(f"/proc/{pid}/autogroup")
    return int(group.read_text(encoding="ascii").split()[-1]) if group.exists() else None


@pytest.fixture
async def process() -> AsyncIterator[DraftProcess]:
    one = process_of()
    yield one
    await one.close()


async def test_drafts_are_the_writers_own_and_come_from_one_process(process: DraftProcess) -> None:
    template = TemplateWriter()
    assert await process.start() == template.identity
    pid = process.pid
    for seed in range(3):
        assert await process.draft(PLAN, seed) == template.draft(PLAN, seed)
    assert (process.pid, process.starts) == (pid, 1)
    assert 5_000_000 < process.held_bytes() < 256_000_000


async def test_process_gives_way_to_others_also_where_sessions_are_scheduled(
    process: DraftProcess,
) -> None:
    await process.start()
    assert process.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    # Between sessions this niceness is what counts: sched(7).
    assert niceness_of_group(process.pid) in {19, None}


async def test_closed_process_is_gone_and_the_next_draft_starts_another(
    process: DraftProcess,
) -> None:
    await process.start()
    pid = process.pid
    await process.close()
    await process.close()
    assert (process.pid, process.ready, process.held_bytes()) == (None, None, 0)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await process.draft(PLAN, 1)
    assert process.starts == 2


@pytest.mark.parametrize(
    "wanted",
    [TinySpecification("/nowhere"), TransformersSpecification("/nowhere")],
    ids=["damaged", "missing"],
)
async def test_writer_that_cannot_be_had_is_told_of_with_its_code_once(
    wanted: WriterSpecification,
) -> None:
    process = DraftProcess(lambda: wanted, timeout_s=10, memory_bytes=256_000_000)
    with pytest.raises(DraftAway) as caught:
        await process.start()
    assert caught.value.code in {"model_damaged", "model_missing", "model_extra_missing"}
    assert str(caught.value).count(caught.value.code) == 1
    assert "no model" not in caught.value.detail


async def test_settings_that_name_no_writer_start_no_process() -> None:
    def wanted() -> WriterSpecification:
        raise WrongSetting("gateway.toml", "report.llm.name", "", "a name")

    process = DraftProcess(wanted, timeout_s=1, memory_bytes=1)
    with pytest.raises(DraftAway, match=r"not_configured \(.*report\.llm\.name"):
        await process.draft(PLAN, 1)
    assert process.starts == 0


async def test_last_words_of_a_process_that_ends_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    process = process_of("no_such_module")
    with caplog.at_level(logging.WARNING), pytest.raises(DraftAway, match="process_ended"):
        await process.start()
    assert "No module named no_such_module" in caplog.text


def test_memory_of_a_process_is_what_the_kernel_says_and_none_of_one_that_is_gone() -> None:
    line = next(
        one
        for one in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        if one.startswith("VmRSS")
    )
    assert resident_bytes(os.getpid()) == pytest.approx(int(line.split()[1]) * 1024, rel=0.2)
    assert resident_bytes(2**22 + 1) == 0


async def test_other_model_than_was_checked_is_not_asked() -> None:
    process = DraftProcess(
        TemplateSpecification, timeout_s=10, memory_bytes=256_000_000, weights_sha256="ab" * 32
    )
    with pytest.raises(DraftAway, match=r"model_changed .*but abababababab were checked"):
        await process.start()
    assert process.pid is None


async def test_process_in_shadow_runs_while_nothing_else_does() -> None:
    process = DraftProcess(
        TemplateSpecification, timeout_s=10, memory_bytes=256_000_000, gives_way=True
    )
    await process.start()
    assert process.pid is not None
    assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    # Between sessions this niceness is what counts: sched(7).
    assert niceness_of_group(process.pid) in {19, None}
    await process.close()
