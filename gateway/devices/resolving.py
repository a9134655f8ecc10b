"""Which device people mean by a name: one rule for what is shown and for what is brought in.

What a device is called is said by whoever sends: it never comes before the id or topic of another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateway.devices.confirming import sources
from gateway.devices.discovery import Unread
from gateway.devices.names import addressed, namesakes, several, unknown
from gateway.devices.rebirths import unanswered
from gateway.ports import Commands, StatusSource


async def resolved(
    name: str, found: Sequence[Unread], source: StatusSource, commands: Commands
) -> Unread | str:
    """Return the device of a name: one that no format reads, or the id of one that is known.

    An exact id comes first, then a topic: one that no format reads, or that was confirmed for one
    device alone. Then it is the id in any case of letters, the last part of one, or what the
    device's system calls it.

    Args:
        name: What a person says.
        found: The devices of which messages are kept undecoded.
        source: What is derived from the journal.
        commands: Intake's door.

    Raises:
        CommandRefused: There is none, or several are called so.
        IntakeAway: Intake does not answer, and it is no exact id.
    """
    record = source.device(name)
    if record is not None and record.series:
        return name
    one = addressed(found, name)
    if one is not None and name in {one.device, one.name}:
        return one
    waiting = unanswered(source)
    if record is not None or name in waiting:
        return name
    if one is not None:
        return one
    for each in await sources(commands, "", [name]):
        if each.filter == name and source.device(each.device) is not None:
            return each.device
    return _called(name, found, source, waiting)


def _called(
    name: str, found: Sequence[Unread], source: StatusSource, waiting: Collection[str]
) -> Unread | str:
    """Return the one device that is called so.

    Raises:
        CommandRefused: There is none, or several.
    """
    ids = [*(one.device for one in source.unbound_devices()), *waiting]
    wanted = name.casefold()
    called: dict[str, Unread | str] = {
        one: one for one in ids if wanted in {one.casefold(), one.split(":")[-1].casefold()}
    }
    spelt = {name.lower(), name.upper(), name.replace("/", ":")}
    called |= {one: one for one in source.known_devices(spelt)}
    called |= {one.name: one for one in namesakes(found, name)}
    if len(called) > 1:
        raise several(name, list(called))
    if not called:
        raise unknown(name, [*ids, *(one.name for one in found)])
    return next(iter(called.values()))
