"""Builds who words reports: the models that are wanted, each with its draft process."""

from __future__ import annotations

from functools import partial

from gateway.reports.draft_process import DraftProcess
from gateway.reports.drafting import Drafting
from gateway.reports.exchange import ModelExchange
from gateway.reports.models_file import MODELS_FILE, ModelChoice
from gateway.reports.statistics import ReportStatistics, Role
from gateway.reports.wanted_writer import (
    choice_in,
    draft_timeout_s,
    memory_bytes,
    settings_for,
    wanted_writer,
)
from gateway.reports.wording import Wording
from gateway.settings import ReportSettings, Settings


def model_exchange(settings: Settings) -> ModelExchange:
    """Return who words reports, as the file of models says, or the settings where there is none."""
    report = settings.report
    return ModelExchange(
        settings.folder / MODELS_FILE,
        choice_in(report),
        partial(_drafting, report, ReportStatistics()),
        partial(
            Wording,
            most_waiting=report.maximum_waiting,
            longest_wait_s=report.longest_wait_s,
        ),
    )


def _drafting(
    settings: ReportSettings, statistics: ReportStatistics, choice: ModelChoice, role: Role
) -> Drafting:
    report = settings_for(choice, settings)
    process = DraftProcess(
        partial(wanted_writer, report),
        timeout_s=draft_timeout_s(report),
        memory_bytes=memory_bytes(report),
        weights_sha256=choice.weights_sha256,
        gives_way=role == "shadow",
    )
    return Drafting(process, statistics=statistics, role=role)
