"""Metrics of the wording of reports in the Prometheus text exposition format 0.0.4 (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from gateway.prometheus import Sample, family

from .statistics import WriterCounts
from .status import ReportStatus

_CIRCUITS = ("closed", "half_open", "open")


def report_metrics(status: ReportStatus) -> str:
    """Return the metrics of every writer, and of the process and the cache behind them."""
    writers = status.writers
    return "".join(
        (
            _by_code(writers, "draft_failures", "Requests without a draft.", _failures),
            _by_code(writers, "drafts_rejected", "Unsound drafts, by code.", _rejects),
            _single(writers, "first_drafts", "Reports with a first draft.", _firsts),
            _single(writers, "first_drafts_accepted", "Sound first drafts.", _accepted),
            _single(writers, "reports_drafted", "Reports with a sound draft at last.", _sound),
            _single(writers, "draft_retries", "Drafts after an unsound one.", _retries),
            _single(writers, "reports", "Published reports, by whose words.", _published),
            _single(writers, "report_words", "Words in published reports.", _words),
            family(
                "cargotwin_draft_seconds",
                "histogram",
                "How long drafts take.",
                [sample for one in writers for sample in _latency(one)],
            ),
            _by_code(
                writers,
                "report_fallbacks",
                "Template's words in a writer's place; of a shadow, those that would have been.",
                _fallbacks,
                label="reason",
            ),
            _counter("draft_cache_sections", "Sections looked up.", _looked_up(status)),
            _counter("draft_process_starts", "Draft processes started.", [("", {}, status.starts)]),
            _gauge("draft_process_bytes", "Memory it holds.", [("", {}, status.memory_bytes)]),
            _gauge("draft_circuit", "1 for the state that it is in.", _circuit(status)),
        )
    )


def _labels(one: WriterCounts) -> dict[str, str]:
    return {"writer": one.writer, "model": one.model, "role": one.role}


def _failures(one: WriterCounts) -> Mapping[str, int]:
    return one.failures


def _rejects(one: WriterCounts) -> Mapping[str, int]:
    return one.rejects


def _fallbacks(one: WriterCounts) -> Mapping[str, int]:
    return one.fallbacks


def _firsts(one: WriterCounts) -> int:
    return one.firsts


def _accepted(one: WriterCounts) -> int:
    return one.accepted_first


def _sound(one: WriterCounts) -> int:
    return one.accepted


def _retries(one: WriterCounts) -> int:
    return one.retries


def _published(one: WriterCounts) -> int:
    return one.published


def _words(one: WriterCounts) -> int:
    return one.words


def _by_code(
    writers: Iterable[WriterCounts],
    name: str,
    text: str,
    counts: Callable[[WriterCounts], Mapping[str, int]],
    label: str = "code",
) -> str:
    return _counter(
        name,
        text,
        [
            ("", {**_labels(one), label: code}, count)
            for one in writers
            for code, count in sorted(counts(one).items())
        ],
    )


def _single(
    writers: Iterable[WriterCounts], name: str, text: str, count: Callable[[WriterCounts], int]
) -> str:
    return _counter(name, text, [("", _labels(one), count(one)) for one in writers])


def _latency(one: WriterCounts) -> Iterator[Sample]:
    labels = _labels(one)
    for bound, drafts in one.latency.items():
        yield "_bucket", {**labels, "le": bound}, drafts
    yield "_sum", labels, one.seconds
    yield "_count", labels, one.drafts


def _looked_up(status: ReportStatus) -> list[Sample]:
    return [
        ("", {"found": "true"}, status.cache_hits),
        ("", {"found": "false"}, status.cache_misses),
    ]


def _circuit(status: ReportStatus) -> list[Sample]:
    return [("", {"state": state}, int(state == status.circuit)) for state in _CIRCUITS]


def _counter(name: str, text: str, samples: Iterable[Sample]) -> str:
    return family(f"cargotwin_{name}_total", "counter", text, samples)


def _gauge(name: str, text: str, samples: Iterable[Sample]) -> str:
    return family(f"cargotwin_{name}", "gauge", text, samples)
