"""Everything together: what a process may still do with its model loaded, and what enforces it."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import msgspec

from . import call_filter, landlock
from .system import IS_LINUX, give_up_privileges

_SOCKETS_OF_A_CLIENT = 8
_LANDLOCK, _DESCRIPTORS, _FILTER = "Landlock", "descriptor limit", "system call filter"


class Confinement(msgspec.Struct, frozen=True):
    """What enforces each promise; one that nothing enforces on this machine does not hold.

    Attributes:
        files: No file is opened.
        network: No connection is made; of a client none but TCP to its server's port.
        processes: No other process is started.
        memory: No more memory is taken than allowed.
    """

    files: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()


def confine(memory_bytes: int, *, server_port: int | None = None) -> Confinement:
    """Take from this process what it does not need any more, for good, and say what holds.

    Args:
        memory_bytes: How much address space it may take beyond what it has.
        server_port: TCP port of the server that it asks; None where it asks none.
    """
    is_client = server_port is not None
    memory = _memory_limited(memory_bytes)
    files, network, processes = [], [], []
    is_private = _privileges_given_up()
    version = landlock.landlock_version() if is_private else 0
    if version and _landlocked(version, server_port):
        files.append(_LANDLOCK)
        network += [_LANDLOCK] if landlock.knows_tcp(version) else []
    _limit(resource.RLIMIT_CORE, 0)
    descriptors = _SOCKETS_OF_A_CLIENT if is_client else 0
    if _limit(resource.RLIMIT_NOFILE, descriptors) and not is_client:
        files.append(_DESCRIPTORS)
        network.append(_DESCRIPTORS)
    # Root is exempt from this limit.
    if os.geteuid() and _limit(resource.RLIMIT_NPROC, 0):
        processes.append("process limit")
    if is_private and _calls_filtered(as_client=is_client):
        files.append(_FILTER)
        network += [] if is_client else [_FILTER]
        processes.append(_FILTER)
    return Confinement(tuple(files), tuple(network), tuple(processes), memory)


def _memory_limited(memory_bytes: int) -> tuple[str, ...]:
    is_limited = _limit(resource.RLIMIT_AS, _address_space_bytes() + memory_bytes)
    return ("address space limit",) if is_limited and IS_LINUX else ()


def _address_space_bytes() -> int:
    """Return how much address space this process has, 0 where nobody says."""
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[0]) * resource.getpagesize() if sizes.exists() else 0


def _limit(kind: int, value: int) -> bool:
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _privileges_given_up() -> bool:
    if not IS_LINUX:
        return False
    try:
        give_up_privileges()
    except OSError:
        return False
    return True


def _landlocked(version: int, server_port: int | None) -> bool:
    try:
        landlock.restrict(version, () if server_port is None else (server_port,))
    except OSError:
        return False
    return True


def _calls_filtered(*, as_client: bool) -> bool:
    if not call_filter.knows_machine():
        return False
    try:
        call_filter.allow_work_alone(as_client=as_client)
    except OSError:
        return False
    return True
