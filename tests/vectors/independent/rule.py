"""A rule that fires (SPECIFICATION section 11)."""

from typing import Any

SEVERITIES = {"minor": 1, "major": 2, "critical": 3}


def rule(name: str, severity: int, disposition: str, text: str, count: int = 0) -> dict[str, Any]:
    """Return one that is of no boundary."""
    return {
        "rule": name,
        "severity": severity,
        "disposition": disposition,
        "text": text,
        "count": count,
        "newest_alarm_at": None,
        "excursions": [],
    }


def of_section(section: dict[str, Any], default: str) -> tuple[int, str]:
    """Return severity and disposition that a section of the policy states."""
    return SEVERITIES[section["severity"]], section.get("disposition", default)
