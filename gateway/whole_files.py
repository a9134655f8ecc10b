"""Files that commands change while processes read them: by one command at a time, and whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gateway.errors import UnreadableFile


@contextlib.contextmanager
def changing(path: Path) -> Iterator[None]:
    """Be the only one who changes the files of a folder; what was changed is on disk at the end.

    Whoever comes second waits.

    Raises:
        UnreadableFile: The folder cannot be used.
    """
    try:
        folder = os.open(path.absolute().parent, os.O_RDONLY)
    except OSError as error:
        raise UnreadableFile(path.parent, f"{error.strerror}; make the folder first") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def replaced(path: Path, mode: int) -> Iterator[BinaryIO]:
    """Give a file to be written, which then takes the place of another.

    A crash leaves the old one or the new one.

    Args:
        path: What is replaced; it may be missing.
        mode: Who may do what with the new one, as chmod(2) has it; the umask takes from it.

    Raises:
        UnreadableFile: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # A command that was killed may have had the same process id, as in a container.
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise UnreadableFile(path, f"cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
