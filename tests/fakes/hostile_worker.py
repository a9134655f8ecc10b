"""A draft process whose writer attacks the machine it runs on; the folder of `tiny`, or
the name of a model on a server, says how.

What it comes to do is told as the code of its error: `done` where nothing stopped it.
"""

import contextlib
import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from condition_reports import worker
from condition_reports.plan import Plan
from condition_reports.writers.errors import NoDraft, UnusableModel
from condition_reports.writers.loading import (
    HttpSpecification,
    TinySpecification,
    WriterSpecification,
)
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import (
    Decoding,
    Draft,
    DraftSection,
    ModelIdentity,
    WriterIdentity,
)

DIGEST = "ab" * 32
MODEL = ModelIdentity("hostile")
IDENTITY = WriterIdentity("tiny", "1", DIGEST, MODEL)


def read_a_file(argument: str) -> None:
    Path(argument).read_bytes()


def list_a_folder(argument: str) -> None:
    list(Path(argument).iterdir())


def write_a_file(argument: str) -> None:
    Path(argument).write_text("taken", encoding="utf-8")


def connect(argument: str) -> None:
    with socket.socket() as one:
        one.connect(("127.0.0.1", int(argument)))


def connect_by_another_protocol(argument: str) -> None:
    # Multipath TCP (RFC 8684), a stream too; Python 3.11 has no name for it.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as one:
        one.connect(("127.0.0.1", int(argument)))


def connect_by_sending(argument: str) -> None:
    # MSG_FASTOPEN (RFC 7413), 0x20000000 on Linux: the first data connects.
    with socket.socket() as one:
        one.sendto(b"taken", 0x20000000, ("127.0.0.1", int(argument)))


def send_a_datagram(argument: str) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendto(b"taken", ("127.0.0.1", int(argument)))


def listen(_argument: str) -> None:
    socket.create_server(("127.0.0.1", 0)).close()


def connect_by_a_socket_file(argument: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(argument)


def fork(_argument: str) -> None:
    if os.fork() == 0:
        os._exit(0)


def run_a_program(_argument: str) -> None:
    subprocess.run(["true"], check=True)


def look_into_the_parent(_argument: str) -> None:
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


def signal_the_parent(_argument: str) -> None:
    os.kill(os.getppid(), 0)


def look_at_the_environment(_argument: str) -> None:
    # Python's own copy, and what the kernel keeps of the start.
    left = [name for name in os.environ if name != "LC_CTYPE"]
    if left:
        raise NoDraft("environment", left[0])
    Path("/proc/self/environ").read_bytes()


def look_at_descriptors(_argument: str) -> None:
    """Find open descriptors but standard ones and the pipe of answers."""
    found = 0
    for one in range(4, 256):
        try:
            os.write(one, b"")
            found += 1
        except OSError:
            pass
    if not found:
        raise PermissionError


def lift_a_limit(_argument: str) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def eat_memory(_argument: str) -> None:
    eaten = []
    while True:
        eaten.append(b"x" * 10_000_000)


def loop_for_ever(_argument: str) -> None:
    while True:
        pass


def sleep_in_a_thread(_argument: str) -> None:
    threading.Thread(target=lambda: time.sleep(60)).start()
    time.sleep(60)


def write_garbage(_argument: str) -> None:
    for one in range(1, 10):
        with contextlib.suppress(OSError):
            os.write(one, b"\xff" * 100)
    time.sleep(60)


def flood_standard_error(_argument: str) -> None:
    while True:
        os.write(2, b"flood " * 1_000)


def end(_argument: str) -> None:
    os._exit(0)


def crash(_argument: str) -> None:
    ctypes.string_at(0)


class HostileWriter:
    def __init__(self, attack: str, argument: str, *, is_client: bool) -> None:
        self._attack: Callable[[str], None] = globals()[attack]
        self._argument = argument
        self.identity = msgspec.structs.replace(IDENTITY, kind="llm" if is_client else "tiny")
        # The first draft of a local model is asked for before the process is shut in.
        self._is_shut_in = is_client

    def draft(self, plan: Plan, seed: int) -> Draft:
        if not self._is_shut_in:
            self._is_shut_in = True
            return TemplateWriter().draft(plan, seed)
        try:
            self._attack(self._argument)
        except (OSError, ValueError) as error:
            raise NoDraft("refused", str(error)) from error
        raise NoDraft("done", self._attack.__name__)


class LyingWriter:
    """Says of itself, or in its drafts, what must not be published."""

    def __init__(self, lie: str) -> None:
        self._lie = lie

    @property
    def identity(self) -> WriterIdentity:
        if self._lie == "kind":
            return WriterIdentity("llm", "1", DIGEST, MODEL)
        if self._lie == "digest":
            return WriterIdentity("tiny", "1", "trust me", MODEL)
        if self._lie == "version":
            return WriterIdentity("tiny", "1\u202e" * 10_000, DIGEST, MODEL)
        return IDENTITY

    def draft(self, plan: Plan, seed: int) -> Draft:
        draft = TemplateWriter().draft(plan, seed)
        if self._lie == "decoding":
            return Draft(draft.sections, Decoding("greedy", constraint_sha256="trust me\n" * 1_000))
        if self._lie == "length":
            longer = (DraftSection(one.section, one.text * 100) for one in draft.sections)
            return Draft(tuple(longer))
        if self._lie == "text":
            other = (DraftSection(one.section, "All is well.") for one in draft.sections)
            return Draft(tuple(other))
        return draft


def load_writer(wanted: WriterSpecification) -> HostileWriter | LyingWriter:
    assert isinstance(wanted, TinySpecification | HttpSpecification)
    is_client = isinstance(wanted, HttpSpecification)
    # The C library's name service and its codec are loaded by a client's first question.
    socket.getaddrinfo("127.0.0.1", 80)
    told = wanted.name if isinstance(wanted, HttpSpecification) else wanted.folder
    attack, _, argument = told.partition(" ")
    if attack == "fail_to_load":
        raise UnusableModel("model_missing", "there is none")
    if attack == "crash_at_the_start":
        sys.exit(3)
    if attack == "lie":
        return LyingWriter(argument)
    return HostileWriter(attack, argument, is_client=is_client)


if __name__ == "__main__":
    worker.load_writer = load_writer
    worker.main()
