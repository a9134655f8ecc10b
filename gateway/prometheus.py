"""The Prometheus text exposition format 0.0.4 (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Sample = tuple[str, Mapping[str, str], float]
"""What follows the family's name in that of the sample, its labels, and its value."""


def family(name: str, kind: str, text: str, samples: Iterable[Sample]) -> str:
    """Return a metric family.

    Args:
        name: Its name.
        kind: counter, gauge or histogram.
        text: What it counts.
        samples: Its samples.
    """
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    for suffix, labels, value in samples:
        told = ",".join(f'{label}="{_escaped(found)}"' for label, found in labels.items())
        lines.append(f"{name}{suffix}{{{told}}} {value}" if told else f"{name}{suffix} {value}")
    return "\n".join(lines) + "\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
