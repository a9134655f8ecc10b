"""The draft process: plans in, drafts out, over two pipes and nothing else.

A frame is a big-endian u32 length and that many bytes of msgpack. What comes in is a plan, that
is shapes and slot names: no value, no device text, no key ever crosses this pipe. The process
has no reason to open a file or a socket, and a supervisor may kill it at any moment.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from twins.errors import CargotwinError

from .plan import Plan
from .writers.template import TemplateWriter
from .writers.writer import Draft, Writer, WriterIdentity

LONGEST_FRAME = 1 << 20
_LENGTH = struct.Struct(">I")


class DraftRequest(msgspec.Struct, frozen=True):
    """Ask a writer for a draft. `job` comes back with the answer."""

    job: int
    writer: str
    seed: int
    plan: Plan


class DraftResponse(msgspec.Struct, frozen=True):
    """A draft and who wrote it, or why there is none."""

    job: int
    identity: WriterIdentity | None = None
    draft: Draft | None = None
    error: str = ""


class BrokenFrame(CargotwinError):
    """What came over the pipe is no frame; the process on the other side must be replaced."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"broken frame on the draft pipe: {reason}")


_requests = msgspec.msgpack.Decoder(DraftRequest)
_responses = msgspec.msgpack.Decoder(DraftResponse)


def handle(request: DraftRequest, writers: Mapping[str, Writer]) -> DraftResponse:
    """Return the answer to one request; a writer that fails is an answer, not a crash."""
    writer = writers.get(request.writer)
    if writer is None:
        return DraftResponse(request.job, error=f"unknown_writer:{request.writer}")
    try:
        draft = writer.draft(request.plan, request.seed)
    # A model's code may raise anything; the supervised boundary turns it into a named answer.
    except Exception as error:  # noqa: BLE001
        return DraftResponse(request.job, writer.identity, error=type(error).__name__)
    return DraftResponse(request.job, writer.identity, draft)


def framed(message: DraftRequest | DraftResponse) -> bytes:
    """Return a message as one frame.

    Raises:
        BrokenFrame: The message is longer than a frame may be.
    """
    body = msgspec.msgpack.encode(message)
    if len(body) > LONGEST_FRAME:
        raise BrokenFrame(f"{len(body)} bytes, at most {LONGEST_FRAME} are allowed")
    return _LENGTH.pack(len(body)) + body


def body_length(head: bytes) -> int:
    """Return how many bytes follow a frame's head.

    Raises:
        BrokenFrame: More than a frame may have.
    """
    length: int = _LENGTH.unpack(head)[0]
    if length > LONGEST_FRAME:
        raise BrokenFrame(f"{length} bytes, at most {LONGEST_FRAME} are allowed")
    return length


def request_in(body: bytes) -> DraftRequest:
    """Return the request in a frame's body.

    Raises:
        BrokenFrame: It is none.
    """
    try:
        return _requests.decode(body)
    except msgspec.MsgspecError as error:
        raise BrokenFrame(str(error)) from error


def response_in(body: bytes) -> DraftResponse:
    """Return the response in a frame's body.

    Raises:
        BrokenFrame: It is none.
    """
    try:
        return _responses.decode(body)
    except msgspec.MsgspecError as error:
        raise BrokenFrame(str(error)) from error


def serve(reader: BinaryIO, writer: BinaryIO, writers: Mapping[str, Writer]) -> None:
    """Answer requests until the other side closes its end.

    Raises:
        BrokenFrame: The other side speaks something else.
    """
    while head := reader.read(_LENGTH.size):
        if len(head) < _LENGTH.size:
            raise BrokenFrame("the pipe ended inside a head")
        length = body_length(head)
        body = reader.read(length)
        if len(body) < length:
            raise BrokenFrame("the pipe ended inside a body")
        writer.write(framed(handle(request_in(body), writers)))
        writer.flush()


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        serve(sys.stdin.buffer, answers, {"template": TemplateWriter()})


if __name__ == "__main__":
    main()
