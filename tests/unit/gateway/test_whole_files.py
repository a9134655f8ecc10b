import fcntl
import os
import stat
from pathlib import Path

import pytest

from gateway.errors import UnreadableFile
from gateway.whole_files import changing, replaced


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kept.json"
    path.write_bytes(b"old")
    return path


def test_file_is_replaced_at_the_end_and_nothing_is_left_beside_it(file: Path) -> None:
    with replaced(file, 0o600) as new:
        new.write(b"new")
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_change_that_breaks_off_leaves_the_old_file(file: Path) -> None:
    def break_off() -> None:
        with replaced(file, 0o600) as new:
            new.write(b"ne")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


def test_draft_that_a_killed_command_of_the_same_process_id_left_is_no_hindrance(
    file: Path,
) -> None:
    file.with_name(f".{file.name}.{os.getpid()}").write_bytes(b"half")
    with replaced(file, 0o600) as new:
        new.write(b"new")
    assert file.read_bytes() == b"new"
    assert list(file.parent.iterdir()) == [file]


def test_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "inside").touch()
    with (
        pytest.raises(UnreadableFile, match="taken: cannot be written"),
        replaced(folder, 0o600) as new,
    ):
        new.write(b"new")


def test_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFile, match="gone: No such file or directory; make the folder"),
        changing(tmp_path / "gone" / "kept.json"),
    ):
        pass


def test_folder_is_held_until_the_change_is_done(file: Path) -> None:
    other = os.open(file.parent, os.O_RDONLY)
    try:
        with changing(file), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)
