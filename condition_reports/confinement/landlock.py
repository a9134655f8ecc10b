"""Landlock: the kernel lets a process reach no file any more, and no port but those listed.

Numbers and layouts are those of linux/landlock.h; what a kernel knows goes by its ABI version
(Documentation/userspace-api/landlock.rst): moving files from 2 on, cutting them from 3, TCP from 4,
device controls from 5, signals and abstract sockets of other processes from 6.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from .system import IS_LINUX, system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_NET_PORT = ctypes.c_int(2)
_NO_FLAGS = ctypes.c_uint32(0)

_FILES_OF_VERSION_1 = (1 << 13) - 1
_FILES_SINCE = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP_SINCE = 4
_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_SCOPES_SINCE = 6
_SCOPES = (1 << 0) | (1 << 1)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PortRule(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def landlock_version() -> int:
    """Return the ABI version that the kernel offers; 0 where it offers none."""
    if not IS_LINUX:
        return 0
    try:
        return system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError:
        return 0


def knows_tcp(version: int) -> bool:
    """Tell whether an ABI version can forbid connections."""
    return version >= _TCP_SINCE


def restrict(version: int, ports: Iterable[int] = ()) -> None:
    """Let this process open no file and reach no port any more; what is open stays open.

    Args:
        version: What `landlock_version` said.
        ports: TCP ports that may be connected to all the same.

    Raises:
        OSError: The kernel refuses.
    """
    wanted = _Ruleset(files=_FILES_OF_VERSION_1)
    for since, right in _FILES_SINCE.items():
        wanted.files |= right if version >= since else 0
    if knows_tcp(version):
        wanted.network = _BIND_TCP | _CONNECT_TCP
    if version >= _SCOPES_SINCE:
        wanted.scoped = _SCOPES
    # An older kernel refuses a longer layout only where what it does not know is not 0.
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    ruleset = system_call(_CREATE_RULESET, ctypes.byref(wanted), size, _NO_FLAGS)
    try:
        for port in ports if knows_tcp(version) else ():
            rule = ctypes.byref(_PortRule(_CONNECT_TCP, port))
            system_call(_ADD_RULE, ctypes.c_int(ruleset), _NET_PORT, rule, _NO_FLAGS)
        system_call(_RESTRICT_SELF, ctypes.c_int(ruleset), _NO_FLAGS)
    finally:
        os.close(ruleset)
