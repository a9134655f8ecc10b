"""Calls of the C library that Python has no words for."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

IS_LINUX = sys.platform == "linux"

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9


def system_call(number: int, *arguments: object) -> int:
    """Return what a system call returns.

    Raises:
        OSError: It failed; says why.
    """
    return _checked(_library().syscall(ctypes.c_long(number), *arguments))


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that started it ends, however it ends."""
    _control(_PR_SET_PDEATHSIG, _SIGKILL)


def give_up_privileges() -> None:
    """Let no program that is started gain rights, and no other process look into this one.

    Raises:
        OSError: The kernel refuses.
    """
    _control(_PR_SET_NO_NEW_PRIVS, 1)
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
