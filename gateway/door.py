"""Intake's local door: one JSON object a line over a Unix socket, each answered by one line.

People's commands come in here, and the derive process follows the journal here: after
`{"command": "follow"}` intake writes one line per committed batch. Only the user who started the
gateway can open the socket (mode 0600).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from twins.errors import CargotwinError

from .errors import CommandRefused, IntakeAway, WrongSetting

SOCKET_NAME = "intake.sock"
_LONGEST_PATH = 100
_LINE_LIMIT = 1 << 20
LARGEST_PAYLOAD_BYTES = 720_896
"""Base64 makes 961,195 bytes of it: with the rest of its command it fits into a line."""

Answer = dict[str, object]
Handler = Callable[[Answer], Awaitable[Answer]]


def socket_of(folder: Path) -> Path:
    """Return the door of a data folder.

    Raises:
        WrongSetting: The path is longer than a Unix socket's may be.
    """
    path = folder.absolute() / SOCKET_NAME
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise WrongSetting(
            "settings",
            "data",
            str(folder),
            f"a path of at most {_LONGEST_PATH - len(SOCKET_NAME)} bytes",
        )
    return path


class LineTooLong(CommandRefused):
    """A command is longer than a line may be."""

    def __init__(self) -> None:
        super().__init__("too_long", f"a command has at most {_LINE_LIMIT} bytes; make it shorter")


class AnswerTooLong(CommandRefused):
    """An answer is longer than a line may be."""

    def __init__(self) -> None:
        super().__init__(
            "too_long", f"the answer has over {_LINE_LIMIT} bytes; ask for less at once"
        )


class Door:
    """The serving side."""

    def __init__(self) -> None:
        self._handle: Handler
        self._followers: set[asyncio.StreamWriter] = set()
        self._clients: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None

    async def open(self, path: Path, handle: Handler) -> None:
        """Listen on a path and have `handle` answer each command.

        A socket that a dead process left is replaced.
        """
        self._handle = handle
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - one local inode, once at start
        self._server = await asyncio.start_unix_server(self._accept, path, limit=_LINE_LIMIT)
        path.chmod(0o600)  # noqa: ASYNC240 - one local inode, once at start

    def announce(self, batch: int) -> None:
        """Tell every follower of a committed batch; one that does not read is dropped."""
        line = msgspec.json.encode({"batch": batch}) + b"\n"
        for writer in tuple(self._followers):
            if writer.is_closing() or writer.transport.get_write_buffer_size() > _LINE_LIMIT:
                self._followers.discard(writer)
                writer.close()
            else:
                writer.write(line)

    async def close(self) -> None:
        """Stop listening and let every client go."""
        if self._server is not None:
            self._server.close()
        serving = dict(self._clients)
        for writer, task in serving.items():
            # Aborted, not closed: a client that reads nothing would hold the end up.
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*serving.values(), return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer), name="door")
        self._clients[writer] = task
        task.add_done_callback(lambda _: self._clients.pop(writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await _line_of(reader):
                answer = await self._answer(line, writer)
                writer.write(msgspec.json.encode(answer) + b"\n")
                await writer.drain()
        except ConnectionError:
            # The client went away: nothing was promised to it.
            return
        except LineTooLong as fault:
            writer.write(msgspec.json.encode(_refused(fault.code, fault.reason)) + b"\n")
        finally:
            self._followers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> Answer:
        try:
            document = msgspec.json.decode(line, type=dict[str, object])
            if document.get("command") == "follow":
                self._followers.add(writer)
                return {"ok": True}
            return {"ok": True, **await self._handle(document)}
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _refused("malformed_command", str(error))
        except RecursionError:
            return _refused("malformed_command", "it is nested too deeply")
        except CargotwinError as error:
            return refused(error)


class DoorClient:
    """The asking side; implements the `Commands` port."""

    def __init__(self, folder: Path) -> None:
        self._path = socket_of(folder)

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        """Send one command and return intake's answer.

        Raises:
            IntakeAway: No gateway answers.
            CommandRefused: Intake refused the command, or it or its answer is too long.
        """
        data = msgspec.json.encode(command) + b"\n"
        if len(data) > _LINE_LIMIT:
            raise LineTooLong
        reader, writer = await self._connect()
        try:
            writer.write(data)
            await writer.drain()
            line = await reader.readline()
        except ConnectionError as error:
            raise IntakeAway(self._path, str(error)) from error
        except ValueError as error:
            raise AnswerTooLong from error
        finally:
            writer.close()
        if not line:
            raise IntakeAway(self._path, "the connection was closed")
        answer = msgspec.json.decode(line, type=dict[str, object])
        if answer.pop("ok", False):
            return answer
        raise CommandRefused(str(answer.get("code")), str(answer.get("reason")))

    async def follow(self, told: Callable[[int], None]) -> None:
        """Call `told` with the id of each batch until the connection ends.

        Raises:
            IntakeAway: No gateway answers.
        """
        reader, writer = await self._connect()
        try:
            writer.write(b'{"command":"follow"}\n')
            while line := await reader.readline():
                batch = msgspec.json.decode(line, type=dict[str, object]).get("batch")
                if isinstance(batch, int):
                    told(batch)
        except ConnectionError as error:
            raise IntakeAway(self._path, str(error)) from error
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_unix_connection(self._path, limit=_LINE_LIMIT)
        except OSError as error:
            raise IntakeAway(self._path, error.strerror or str(error)) from error


async def _line_of(reader: asyncio.StreamReader) -> bytes:
    """Return the next line, empty at the end.

    Raises:
        LineTooLong: It is longer than a line may be.
    """
    try:
        return await reader.readline()
    except ValueError as error:
        raise LineTooLong from error


def refused(error: CargotwinError) -> Answer:
    """Return the answer to a command that met an error: its rule, or `failed` where it has none."""
    if isinstance(error, CommandRefused):
        return _refused(error.code, error.reason)
    return _refused("failed", error.diagnostics())


def _refused(code: str, reason: str) -> Answer:
    return {"ok": False, "code": code, "reason": reason}
