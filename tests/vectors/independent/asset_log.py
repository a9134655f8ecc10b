"""Which records an asset's log takes from a journal (SPECIFICATION sections 3.1 and 6)."""

import json
from collections.abc import Iterable

from .history import Record
from .message_pack import pack


def asset_log(journal: Iterable[Record], asset: str) -> list[Record]:
    log: list[Record] = []
    seen: set[bytes] = set()
    readings: list[Record] = []
    bindings: dict[str, list[tuple[int, str]]] = {}
    for record in journal:
        if pack(record) in seen or record[0] in {0, 8}:
            continue
        seen.add(pack(record))
        if record[0] == 1:
            readings.append(record)
            if _travels(bindings.get(record[2], []), record[6]):
                log.append(record)
        elif _asset_of(record) == asset:
            log.append(record)
            if record[0] in {3, 12}:
                bindings.setdefault(record[3], []).append((record[5], record[2]))
            if record[0] in {3, 12} and record[2] == "ADD":
                mine = [one for one in readings if one[2] == record[3] and one not in log]
                log += [one for one in mine if _travels(bindings[record[3]], one[6])]
    return log


def _travels(bindings: Iterable[tuple[int, str]], moment: int) -> bool:
    """Tell whether the newest binding up to a moment is an ADD; at one instant a DELETE wins."""
    before = [one for one in bindings if one[0] <= moment]
    return bool(before) and max(before)[1] == "ADD"


def _asset_of(record: Record) -> str:
    if record[0] == 2:
        return str(json.loads(record[2])["asset"])
    return str(record[4] if record[0] in {3, 12} else record[2])
