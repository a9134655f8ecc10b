"""A filter of system calls: what a writer at work needs, and nothing else.

It is a program of the classic packet filter (seccomp(2), linux/filter.h) and holds for every
thread. A call that is not listed fails with EPERM: a library that tries something needless goes on,
and one that cannot ends, which its supervisor knows how to handle. Numbers are those of the
kernel's asm/unistd_64.h and asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from .system import IS_LINUX, system_call

# By name: the number on x86-64 and on 64-bit ARM, None where that machine lacks the call.
_WORK = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "readv": (19, 65),
    "writev": (20, 66),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "getcpu": (309, 168),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}

# What a client of a server needs beside it; `socket` and `sendto` are looked at more closely.
_CLIENT = {
    "ioctl": (16, 29),
    "connect": (42, 203),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "shutdown": (48, 210),
    "getsockname": (51, 204),
    "getpeername": (52, 205),
    "setsockopt": (54, 208),
    "getsockopt": (55, 209),
    "fcntl": (72, 25),
}

_SOCKET = (41, 198)
_INTERNET = (2, 10)
"""AF_INET and AF_INET6 of linux/socket.h."""
_KIND_OF_SOCKET, _STREAM = 0xF, 1
"""What of a socket's type is no flag, and SOCK_STREAM: no datagram leaves, to nobody."""
_USUAL_PROTOCOL, _TCP = 0, 6
"""Of a stream that is TCP; Landlock's rules of ports hold for no other, such as Multipath TCP."""

_SEND = (44, 206)
_FAST_OPEN = 0x20000000
"""MSG_FASTOPEN: connects (RFC 7413) past Landlock's rules of ports."""

_CLONE = (56, 220)
_CLONE3 = 435
_THREAD = 0x10000
"""CLONE_THREAD: a thread of this process, not another process."""

_SECCOMP = (317, 277)
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By name as uname gives it: the column above, and AUDIT_ARCH of linux/audit.h."""

_LOAD_WORD, _EQUALS, _HAS_BITS, _AND, _RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_FIRST_ARGUMENT_AT, _SECOND_ARGUMENT_AT, _THIRD_ARGUMENT_AT, _FOURTH_ARGUMENT_AT = 16, 24, 32, 40
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000

_Instruction = tuple[int, int, int, int]
"""What to do, how many instructions to jump over where a test holds and where not, and a number."""
_PASS: _Instruction = (_RETURN, 0, 0, _ALLOW)
_REFUSE: _Instruction = (_RETURN, 0, 0, _FAIL | errno.EPERM)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def knows_machine() -> bool:
    """Tell whether the numbers of this machine's system calls are known here."""
    # A program of 32 bits calls by other numbers, on the same machine.
    return IS_LINUX and sys.maxsize > 1 << 32 and platform.machine() in _MACHINES


def allow_work_alone(*, as_client: bool) -> None:
    """Let every other system call fail from now on, in all threads and for good.

    Args:
        as_client: Whether TCP connections stay allowed, as a client of a server needs them.

    Raises:
        OSError: The kernel refuses.
    """
    column, architecture = _MACHINES[platform.machine()]
    calls = _WORK | _CLIENT if as_client else _WORK
    program = [
        *_of_machine(architecture),
        *(step for both in calls.values() for step in _allowing(both[column])),
        *(_allowing_streams(_SOCKET[column]) if as_client else ()),
        *(_allowing_sends(_SEND[column]) if as_client else ()),
        *_allowing_threads(_CLONE[column]),
        _REFUSE,
    ]
    code = b"".join(struct.pack("=HBBI", *one) for one in program)
    told = _Program(len(program), code)
    mode, flags = ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(_ALL_THREADS)
    thread = system_call(_SECCOMP[column], mode, flags, ctypes.byref(told))
    if thread:
        raise OSError(errno.EBUSY, f"thread {thread} cannot be filtered")


def _of_machine(architecture: int) -> list[_Instruction]:
    """Refuse calls by another machine's numbers, and have the number at hand."""
    return [
        (_LOAD_WORD, 0, 0, _MACHINE_AT),
        (_EQUALS, 1, 0, architecture),
        _REFUSE,
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
    ]


def _allowing(number: int | None) -> list[_Instruction]:
    return [] if number is None else [(_EQUALS, 0, 1, number), _PASS]


def _allowing_streams(socket: int) -> list[_Instruction]:
    version_4, version_6 = _INTERNET
    return [
        (_EQUALS, 0, 11, socket),
        (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUALS, 1, 0, version_4),
        (_EQUALS, 0, 7, version_6),
        (_LOAD_WORD, 0, 0, _SECOND_ARGUMENT_AT),
        (_AND, 0, 0, _KIND_OF_SOCKET),
        (_EQUALS, 0, 4, _STREAM),
        (_LOAD_WORD, 0, 0, _THIRD_ARGUMENT_AT),
        (_EQUALS, 1, 0, _USUAL_PROTOCOL),
        (_EQUALS, 0, 1, _TCP),
        _PASS,
        _REFUSE,
    ]


def _allowing_sends(send: int) -> list[_Instruction]:
    return [
        (_EQUALS, 0, 4, send),
        (_LOAD_WORD, 0, 0, _FOURTH_ARGUMENT_AT),
        (_HAS_BITS, 1, 0, _FAST_OPEN),
        _PASS,
        _REFUSE,
    ]


def _allowing_threads(clone: int) -> list[_Instruction]:
    return [
        # Of clone3 the filter cannot see what is asked for; the C library then takes clone.
        (_EQUALS, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        (_EQUALS, 0, 3, clone),
        (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT_AT),
        (_HAS_BITS, 0, 1, _THREAD),
        _PASS,
    ]
