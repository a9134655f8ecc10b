"""What the draft process and its supervisor say to each other, over two pipes and nothing else.

A frame is a big-endian u32 length and that many bytes of msgpack. First comes which writer is
wanted, and the answer whether it is ready; then plans and drafts. A plan is shapes and slot names:
no value and no device text ever crosses these pipes.
"""

from __future__ import annotations

import struct
from typing import Annotated, BinaryIO, TypeVar

import msgspec

from twins.errors import CargotwinError

from .confinement.confine import Confinement
from .plan import Plan
from .writers.loading import WriterSpecification
from .writers.writer import Draft, WriterIdentity

HEAD_BYTES = 4
LONGEST_FRAME = 256 << 10
"""Some thousand statements; what is longer is no plan and no draft."""
_LENGTH = struct.Struct(">I")

Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.:\-]{0,64}\Z")]
"""Why there is no draft, in a word: it is published with the report."""
Words = Annotated[str, msgspec.Meta(max_length=500)]


class Assignment(msgspec.Struct, frozen=True):
    """The first frame: which writer is wanted, and how much memory it may take for its work."""

    writer: WriterSpecification
    memory_bytes: int


class Ready(msgspec.Struct, frozen=True):
    """The answer to it.

    Attributes:
        identity: Who writes; None where nobody can.
        error: Why, in a word.
        problem: Why, for people.
        confinement: What holds the process in bounds.
    """

    identity: WriterIdentity | None = None
    error: Code = ""
    problem: Words = ""
    confinement: Confinement = Confinement()


class DraftRequest(msgspec.Struct, frozen=True):
    """Ask for a draft. `job` comes back with the answer."""

    job: int
    seed: int
    plan: Plan


class DraftResponse(msgspec.Struct, frozen=True):
    """A draft, or why there is none."""

    job: int
    draft: Draft | None = None
    error: Code = ""


class BrokenFrame(CargotwinError):
    """What came over the pipe is no frame; the process on the other side must be replaced."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"broken frame on the draft pipe: {reason}")


Message = TypeVar("Message", Assignment, Ready, DraftRequest, DraftResponse)


def framed(message: Assignment | Ready | DraftRequest | DraftResponse) -> bytes:
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


def message_in(body: bytes, kind: type[Message]) -> Message:
    """Return the message in a frame's body.

    Raises:
        BrokenFrame: It is none of this kind.
    """
    try:
        return msgspec.msgpack.decode(body, type=kind)
    # Of text that is no UTF-8, and of what is nested too deep, msgspec lets Python speak.
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenFrame(str(error)) from error


def next_message(reader: BinaryIO, kind: type[Message]) -> Message | None:
    """Return the next message of a pipe, None when the other side has closed it.

    Raises:
        BrokenFrame: The other side speaks something else, or stopped inside a frame.
    """
    head = reader.read(HEAD_BYTES)
    if not head:
        return None
    if len(head) < HEAD_BYTES:
        raise BrokenFrame("the pipe ended inside a head")
    length = body_length(head)
    body = reader.read(length)
    if len(body) < length:
        raise BrokenFrame("the pipe ended inside a body")
    return message_in(body, kind)
