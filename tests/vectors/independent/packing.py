"""What a packed asset is folded from (SPECIFICATION section 6), looked at moment by moment."""

import json
from collections.abc import Iterable, Mapping, Sequence

from .history import Record, event_key, moment_of
from .message_pack import pack

ALWAYS = -(2**63)
Logs = Mapping[str, Sequence[Record]]


def folded(asset: str, logs: Logs) -> list[Record]:
    """Return the records that an asset is folded from, in event order."""
    held = {moment: _holders(asset, logs, moment) for moment in _changes(logs)}
    parents = sorted({one for some in held.values() for one in some} - {asset})
    found = [one for one in logs[asset] if one[0] not in {1, 3, 10, 12}]
    bound = _bindings(asset, logs, held)
    found += bound
    readings = {pack(one): one for name in (asset, *parents) for one in logs[name] if one[0] == 1}
    found += [one for one in readings.values() if is_bound(bound, one)]
    for name in parents:
        found += [
            one
            for one in logs[name]
            if one[0] in {2, 4, 11} and name in _holders(asset, logs, moment_of(one))
        ]
    found += _plans(asset, logs, held)
    return sorted(found, key=event_key)


def _changes(logs: Logs) -> list[int]:
    """Return every moment at which who holds what, or which device is bound, may change."""
    moments = {moment_of(one) for log in logs.values() for one in log if one[0] in {3, 10, 12}}
    return [ALWAYS, *sorted(moments)]


def _lasts(changes: Iterable[tuple[int, str]], moment: int) -> bool:
    """Tell whether the newest change up to a moment is an ADD; at one instant a DELETE wins."""
    before = [one for one in changes if one[0] <= moment]
    return bool(before) and max(before)[1] == "ADD"


def _holders(asset: str, logs: Logs, moment: int) -> set[str]:
    """Return an asset and all that holds it at a moment, directly or not."""
    found: set[str] = set()
    due = {asset}
    while due:
        found |= due
        packings = [one for child in due for one in logs[child] if one[0] == 10 and one[4] == child]
        pairs: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for one in packings:
            pairs.setdefault((one[3], one[4]), []).append((one[5], one[2]))
        due = {parent for (parent, _), some in pairs.items() if _lasts(some, moment)} - found
    return found


def _pair(logs: Logs, device: str, asset: str, moment: int) -> list[Record]:
    """Return the bindings of a pair up to a moment, in event order."""
    return sorted(
        (one for one in logs[asset] if one[0] in {3, 12} and one[3] == device and one[5] <= moment),
        key=event_key,
    )


def _speaks(bindings: Sequence[Record], moment: int) -> bool:
    return _lasts([(one[5], one[2]) for one in bindings], moment)


def _bindings(asset: str, logs: Logs, held: Mapping[int, set[str]]) -> list[Record]:
    found: list[Record] = []
    for device in sorted({one[3] for log in logs.values() for one in log if one[0] in {3, 12}}):
        brings = any(
            _speaks(_pair(logs, device, parent, moment), moment)
            for moment, holders in held.items()
            for parent in holders - {asset}
        )
        if brings:
            found += _made(asset, device, logs, held)
        else:
            found += [one for one in logs[asset] if one[0] in {3, 12} and one[3] == device]
    return found


def _made(asset: str, device: str, logs: Logs, held: Mapping[int, set[str]]) -> list[Record]:
    found: list[Record] = []
    before: tuple[int, int | None] | None = None
    for moment, holders in held.items():
        pairs = [_pair(logs, device, one, moment) for one in sorted(holders)]
        lasting = [one for one in pairs if _speaks(one, moment)]
        now: tuple[int, int | None] | None = None
        if lasting:
            every = min([one for one in pair if one[2] == "ADD"][-1][6] for pair in lasting)
            said = sorted((one for pair in lasting for one in pair if one[0] == 12), key=event_key)
            now = every, said[-1][7] if said else None
        if now is None and before is not None:
            found.append([3, 1, "DELETE", device, asset, moment, 0])
        elif now is not None and now != before:
            begun = [1, "ADD", device, asset, moment, now[0]]
            found.append([3, *begun] if now[1] is None else [12, *begun, now[1]])
        before = now
    return found


def is_bound(records: Sequence[Record], reading: Record) -> bool:
    """Tell whether the device of a reading is bound then, by the bindings of a log."""
    bindings = [one for one in records if one[0] in {3, 12} and one[3] == reading[2]]
    return _speaks(bindings, reading[6])


def _plans(asset: str, logs: Logs, held: Mapping[int, set[str]]) -> list[Record]:
    found: list[Record] = []
    before: set[str] = set()
    for moment, holders in held.items():
        entered = holders - before - {asset}
        known = [one for name in entered for one in logs[name] if one[0] == 11 and one[4] <= moment]
        if known:
            newest = max(known, key=event_key)
            if newest[4] < moment:
                found.append([*newest[:4], moment])
        before = holders
    return found


def subject_of(record: Record) -> str:
    """Return the asset that a record names; that of a packing is the child."""
    if record[0] == 2:
        return str(json.loads(record[2])["asset"])
    return str(record[4] if record[0] in {3, 10, 12} else record[2])
