"""How much memory another process holds."""

from __future__ import annotations

import resource
from pathlib import Path

_PAGE_BYTES = resource.getpagesize()


def resident_bytes(pid: int) -> int:
    """Return the resident set of a process; 0 where it is gone, or the system does not say."""
    try:
        sizes = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(sizes[1]) * _PAGE_BYTES
