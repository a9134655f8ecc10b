"""The draft process: plans in, drafts out.

It loads one writer, gives up all that wording needs no more (files, network, other processes), says
what of that holds, and answers until its pipe closes. A supervisor may kill it at any moment.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO
from urllib.parse import urlsplit

from twins.errors import CargotwinError

from .confinement.confine import confine
from .confinement.system import IS_LINUX, die_with_parent, give_way_as_group
from .draft_frames import Assignment, DraftRequest, DraftResponse, Ready, framed, next_message
from .grammar import frames
from .plan import Plan, SectionPlan, StatementPlan
from .shapes import Kind, Section
from .slots import slots_in
from .writers.loading import HttpSpecification, WriterSpecification, load_writer
from .writers.writer import Writer

_LONGEST_PROBLEM = 500
_HTTPS_PORT, _HTTP_PORT = 443, 80


def handle(request: DraftRequest, writer: Writer) -> DraftResponse:
    """Return the answer to one request; a writer that fails is an answer, not a crash."""
    try:
        return DraftResponse(request.job, writer.draft(request.plan, request.seed))
    # A model's code may raise anything; the supervised boundary turns it into a named answer.
    except Exception as error:  # noqa: BLE001 - a supervised boundary: whatever code it runs may raise
        return DraftResponse(request.job, error=_code_of(error))


def begin(reader: BinaryIO, answers: BinaryIO) -> Writer | None:
    """Load the writer that the first frame asks for, shut the process in, and say what came of it.

    Return the writer, or None where it cannot be had.

    Raises:
        BrokenFrame: The first frame is something else.
    """
    assignment = next_message(reader, Assignment)
    if assignment is None:
        return None
    port = server_port(assignment.writer)
    try:
        writer = load_writer(assignment.writer)
        # Whatever is loaded at first use must be loaded while files can be opened. A client has
        # asked its server already.
        identity = writer.identity
        if port is None:
            writer.draft(_first_plan(), 0)
    # As above: what a model's files make its libraries raise is not known.
    except Exception as error:  # noqa: BLE001 - a supervised boundary: whatever code it runs may raise
        problem = _told(error)[:_LONGEST_PROBLEM]
        _send(answers, Ready(error=_code_of(error), problem=problem))
        return None
    confinement = confine(assignment.memory_bytes, server_port=port)
    _send(answers, Ready(identity, confinement=confinement))
    return writer


def serve(reader: BinaryIO, answers: BinaryIO, writer: Writer) -> None:
    """Answer requests until the other side closes its end.

    Raises:
        BrokenFrame: The other side speaks something else.
    """
    while (request := next_message(reader, DraftRequest)) is not None:
        _send(answers, handle(request, writer))


def server_port(wanted: WriterSpecification) -> int | None:
    """Return the TCP port of the server that a writer asks; None where it asks none."""
    if not isinstance(wanted, HttpSpecification):
        return None
    parts = urlsplit(wanted.url)
    return parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes to standard error."""
    if IS_LINUX:
        die_with_parent()
        # Before the first import of a model: afterwards no file can be written.
        give_way_as_group()
    os.environ.clear()
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        writer = begin(sys.stdin.buffer, answers)
        if writer is not None:
            serve(sys.stdin.buffer, answers, writer)


def _send(answers: BinaryIO, message: Ready | DraftResponse) -> None:
    answers.write(framed(message))
    answers.flush()


def _code_of(error: Exception) -> str:
    """Return the code that an error of ours names itself by, or the name of a foreign one."""
    code = getattr(error, "code", None)
    return code if isinstance(error, CargotwinError) and isinstance(code, str) else _name_of(error)


def _name_of(error: Exception) -> str:
    return type(error).__name__[:64]


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, CargotwinError) else f"{_name_of(error)}: {error}"


def _first_plan() -> Plan:
    """Return a plan of one statement."""
    kind = Kind.SHOCKS_NONE
    statement = StatementPlan(kind, "", tuple(sorted(slots_in(frames(kind)[0]))))
    return Plan((SectionPlan(Section.SHOCKS, (statement,)),))


if __name__ == "__main__":
    main()
