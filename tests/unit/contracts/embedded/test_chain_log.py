from pathlib import Path

import pytest

from contracts.embedded.chain_log import ChainLog, Genesis, LoggedBlock
from contracts.errors import ChainLogInUse, DamagedChainLog

GENESIS = Genesis(7_632_750, 1_763_000_000, (b"\x11" * 20,), 1_000_000)
BLOCKS = [LoggedBlock(1_763_000_000 + n, (bytes([n]) * 100,), bytes([n]) * 32) for n in (1, 2, 3)]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    log, _ = ChainLog.open(tmp_path, GENESIS)
    for block in BLOCKS:
        log.append(block)
    log.close()
    return log.path


def reopened(path: Path) -> list[LoggedBlock]:
    log, blocks = ChainLog.open(path.parent, GENESIS)
    log.close()
    return list(blocks)


def test_a_log_gives_back_its_genesis_and_its_blocks(written: Path) -> None:
    other = Genesis(1, 2, (), 3)
    log, blocks = ChainLog.open(written.parent, other)
    log.close()
    assert log.genesis == GENESIS
    assert blocks == BLOCKS


def test_a_log_goes_on_where_it_ended(written: Path) -> None:
    more = LoggedBlock(1_763_000_009, (), b"\x09" * 32)
    log, _ = ChainLog.open(written.parent, GENESIS)
    log.append(more)
    log.close()
    assert reopened(written) == [*BLOCKS, more]


def test_a_log_torn_at_any_byte_of_its_last_record_loses_that_record_only(written: Path) -> None:
    whole = written.read_bytes()
    last = len(whole) - whole.rindex(BLOCKS[1].block_hash) - 32 - 4
    for cut in range(1, last):
        written.write_bytes(whole[:-cut])
        assert reopened(written) == BLOCKS[:2]
        assert len(written.read_bytes()) == len(whole) - last


def test_a_log_torn_within_its_genesis_begins_anew(written: Path) -> None:
    whole = written.read_bytes()
    for kept in (0, 5, 22, 25, 40):
        written.write_bytes(whole[:kept])
        assert reopened(written) == []


def test_a_tail_of_zeros_is_cut_off(written: Path) -> None:
    with written.open("ab") as file:
        file.write(bytes(4096))
    assert reopened(written) == BLOCKS


def test_a_changed_byte_before_the_last_record_is_refused(written: Path) -> None:
    whole = bytearray(written.read_bytes())
    last = whole.rindex(BLOCKS[1].block_hash) + 32 + 4
    for offset in range(0, last, 7):
        changed = whole.copy()
        changed[offset] ^= 1
        written.write_bytes(changed)
        with pytest.raises(DamagedChainLog, match="is damaged at byte"):
            ChainLog.open(written.parent, GENESIS)


def test_two_processes_cannot_share_a_log(tmp_path: Path) -> None:
    log, _ = ChainLog.open(tmp_path, GENESIS)
    with pytest.raises(ChainLogInUse, match="in use"):
        ChainLog.open(tmp_path, GENESIS)
    log.close()
    assert reopened(log.path) == []
