"""Which writer the settings ask for."""

from __future__ import annotations

from pathlib import Path

from condition_reports.writers.loading import (
    HttpSpecification,
    TemplateSpecification,
    TinySpecification,
    TransformersSpecification,
    WriterSpecification,
)
from gateway.errors import WrongSetting
from gateway.settings import LanguageModelSettings, ReportSettings

from .models_file import ModelChoice

MEGABYTE = 1_000_000
_MEMORY_MB = 256
_BIG_MODEL_MEMORY_MB = 8_192
_GRACE_S = 5.0
"""What a server's own timeout has, to be named as such, before the process is taken for hanging."""


def wanted_writer(report: ReportSettings) -> WriterSpecification:
    """Return what the draft process is told to load; keys are read from their files here.

    Raises:
        WrongSetting: `llm` is wanted and no model is named, or its key cannot be read.
    """
    if report.writer == "template":
        return TemplateSpecification()
    if report.writer == "tiny":
        return TinySpecification(_absolute(report.model))
    model = report.llm
    if not model.name:
        allowed = "the name of a model, for report.writer is llm"
        raise WrongSetting("settings", "report.llm.name", "", allowed)
    if model.url:
        return _on_a_server(model, report.draft_timeout_s)
    return TransformersSpecification(
        model=_absolute(model.name),
        revision=model.revision,
        allow_download=model.allow_download,
        temperature=model.temperature,
        threads=model.threads,
    )


def choice_in(report: ReportSettings) -> ModelChoice:
    """Return whom the settings choose."""
    folder = _absolute(report.model) if report.writer == "tiny" else ""
    return ModelChoice(writer=report.writer, folder=folder)


def settings_for(choice: ModelChoice, report: ReportSettings) -> ReportSettings:
    """Return the settings as they would be if they chose another."""
    return report.model_copy(update={"writer": choice.writer, "model": choice.folder})


def draft_timeout_s(report: ReportSettings) -> float:
    """Return the seconds after which a draft process is taken for one that hangs."""
    is_on_a_server = report.writer == "llm" and report.llm.url
    return report.draft_timeout_s + (_GRACE_S if is_on_a_server else 0)


def memory_bytes(report: ReportSettings) -> int:
    """Return what the draft process may hold."""
    runs_big_model = report.writer == "llm" and not report.llm.url
    usual = _BIG_MODEL_MEMORY_MB if runs_big_model else _MEMORY_MB
    return (report.memory_mb or usual) * MEGABYTE


def _on_a_server(model: LanguageModelSettings, timeout_s: float) -> HttpSpecification:
    return HttpSpecification(
        url=model.url,
        name=model.name,
        key=_key_in(model.token_file),
        ca_file=_absolute(model.ca_file),
        dialect=model.dialect,
        temperature=model.temperature,
        maximum_tokens=model.maximum_tokens,
        thinking=model.thinking,
        connect_timeout_s=model.connect_timeout_s,
        timeout_s=timeout_s,
    )


def _key_in(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        allowed = f"a file that can be read ({error})"
        raise WrongSetting("settings", "report.llm.token_file", file, allowed) from error


def _absolute(path: str) -> str:
    """Return a path that another working folder does not change; the id of a hub model as it is."""
    return str(Path(path).absolute()) if path and Path(path).exists() else path
