"""How the wording of reports was doing at some moment, with everything that a page can show."""

from condition_reports.confinement.confine import Confinement
from gateway.reports.shadowing import ShadowStatus
from gateway.reports.statistics import WriterTally
from gateway.reports.status import ModelInForce, ReportStatus


def _tally(writer: str, model: str, reports: int) -> WriterTally:
    tally = WriterTally(writer, model)
    for _ in range(reports):
        tally.count_draft(0.125)
        tally.count_report("one two three four")
    return tally


def _of_a_model() -> WriterTally:
    tally = _tally("tiny", 'cargotwin-tiny <"1">', 40)
    tally.accepted_first = 38
    tally.firsts = 40
    tally.accepted = 39
    tally.count_rejected("wrong_level", is_first=False, is_retried=True)
    tally.fallbacks["verifier_rejected:wrong_level"] += 1
    tally.failures["timeout"] += 2
    return tally


def _of_a_shadow() -> WriterTally:
    tally = WriterTally("tiny", "cargotwin-tiny@july", "shadow")
    for thousandth in range(20):
        tally.count_draft(thousandth / 1_000)
    tally.firsts = tally.accepted = tally.accepted_first = 5
    tally.words = 50
    return tally


def _of_a_damaged_model() -> WriterTally:
    tally = WriterTally("tiny", "gone@1")
    tally.fallbacks["model_damaged"] = 1
    return tally


_SHADOW = _of_a_shadow().counts()
_LIVE = _of_a_model().counts()


REPORTS = ReportStatus(
    writer="tiny",
    model='cargotwin-tiny <"1">',
    circuit="half_open",
    problem="timeout: 30 s",
    waiting=2,
    starts=3,
    memory_bytes=52_400_000,
    memory_limit_bytes=256_000_000,
    confinement=Confinement(
        files=("Landlock", "system call filter"),
        network=("system call filter",),
        processes=("system call filter",),
        memory=(),
    ),
    cache_hits=900,
    cache_misses=100,
    fallbacks={"timeout": 2, "verifier_rejected:wrong_level": 1},
    writers=(
        _tally("template", "", 3).counts(),
        _LIVE,
        _SHADOW,
        _of_a_damaged_model().counts(),
    ),
    models=(
        ModelInForce(place="live", writer="tiny", model=_LIVE.model, folder="", counts=_LIVE),
        ModelInForce(
            place="shadow", writer="tiny", model=_SHADOW.model, folder="/july", counts=_SHADOW
        ),
        ModelInForce(place="before", writer="llm", model="granite", folder="", counts=None),
    ),
    shadow=ShadowStatus(problem="", waiting=1, left_out=7, starts=1, memory_bytes=50_000_000),
)
