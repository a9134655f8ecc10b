"""Calls of the C library that Python has no words for."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from pathlib import Path

IS_LINUX = sys.platform == "linux"

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9

_CAPABILITY_VERSION_3 = 0x20080522
_CALLING_THREAD = 0

_LOWEST_NICENESS = "19"
_NOT_GROUPED = frozenset(
    {
        # The kernel has no groups;
        errno.ENOENT,
        # who may write below /proc is restricted, as in some containers;
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        # or another session's niceness was set within the last tenth of a second: sched(7).
        errno.EAGAIN,
    }
)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("thread", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def system_call(number: int, *arguments: object) -> int:
    """Return what a system call returns.

    Raises:
        OSError: It failed; says why.
    """
    return _checked(_library().syscall(ctypes.c_long(number), *arguments))


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that started it ends, however it ends."""
    _control(_PR_SET_PDEATHSIG, _SIGKILL)


def give_way_as_group() -> None:
    """Give the session that this process leads the lowest niceness.

    Between sessions it decides, and not that of a process: sched(7), autogroup. The session of
    somebody else is left as it is, and so is one whose kernel has no such groups or sets none now.

    Raises:
        OSError: It cannot be set for any other reason.
    """
    if os.getsid(0) != os.getpid():
        return
    try:
        Path("/proc/self/autogroup").write_text(_LOWEST_NICENESS, encoding="ascii")
    except OSError as error:
        if error.errno not in _NOT_GROUPED:
            raise


def give_up_privileges() -> None:
    """Keep no capability, let no program gain rights, and no other process look into this one.

    Capabilities are a thread's own (capabilities(7)): those that run already keep theirs, so that
    a library's threads are held by the filter of system calls alone.

    Raises:
        OSError: The kernel refuses.
    """
    _control(_PR_SET_NO_NEW_PRIVS, 1)
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, _CALLING_THREAD)
    # Two sets of 32 each in version 3 of linux/capability.h, all of them empty.
    none = (_CapabilitySets * 2)()
    _checked(_library().capset(ctypes.byref(header), ctypes.byref(none)))
    _control(_PR_SET_DUMPABLE, 0)


def _control(option: int, value: int) -> None:
    # prctl takes unsigned longs; those that are not needed must be 0.
    rest = [ctypes.c_ulong(one) for one in (value, 0, 0, 0)]
    _checked(_library().prctl(option, *rest))


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
