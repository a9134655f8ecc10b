"""How far each stage of a reading's journey is, in words."""

from __future__ import annotations

from collections.abc import Mapping

from twins.verdict.counts import counted


def stage_words(
    behind: Mapping[str, int], problems: Mapping[str, str], *, is_mirrored: bool
) -> dict[str, str]:
    """Return a sentence for each stage: what waits, and what hinders it.

    Args:
        behind: How many items wait, by stage.
        problems: What hinders a stage; others may be hindered too.
        is_mirrored: Whether readings are mirrored to another store at all.
    """
    waiting = {
        "derive": f"{counted(behind['derive'], 'batch', 'batches')} behind",
        "publish": f"{counted(behind['publish'], 'twin waits', 'twins wait')} to be judged",
        "report": f"{counted(behind['report'], 'report waits', 'reports wait')} for words",
        "chain": f"{counted(behind['chain'], 'version waits', 'versions wait')} for the chain",
        "telemetry": (
            f"{counted(behind['telemetry'], 'reading waits', 'readings wait')} for the mirror"
        ),
    }
    done = {
        "derive": "up to date",
        "publish": "up to date",
        "report": "every report worded",
        "chain": "every version confirmed",
        "telemetry": "up to date" if is_mirrored else "off: readings are mirrored nowhere",
    }
    words = {stage: waiting[stage] if behind[stage] else done[stage] for stage in waiting}
    hindered = {
        stage: f"{waiting[stage]}: {problem}" if stage in waiting and behind[stage] else problem
        for stage, problem in problems.items()
    }
    return words | hindered
