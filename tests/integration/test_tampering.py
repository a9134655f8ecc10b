"""Somebody changes a data folder behind the gateway's back: `cargotwin verify` must say no."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from typer.testing import Result

from gateway.store.entries import (
    CODEC_VERSION,
    Batch,
    Entry,
    PolicyFiled,
    decode_entries,
)
from gateway.store.journal import GENESIS, chain_of
from tests.fakes.journals import encode_entries
from tests.integration.gateway_process import GatewayProcess, invoke, running_gateway
from tests.servers import free_port
from tests.servers.places import REPOSITORY
from twins.inputs import decode, encode
from twins.readings import Reading

pytestmark = pytest.mark.integration

SERIES = REPOSITORY / "tests" / "vectors" / "nab_ambient_temperature.csv"
FIRST = "2013-07-04T00:00:00Z"
ASSET = "tampered-1"
STORES = ("journal.db", "ledger.db")
OK, NO, UNCHECKED = 0, 1, 2

Tampering = Callable[[Path], None]
Entries = list[Entry]


@pytest.fixture(scope="module")
def chain() -> Iterator[GatewayProcess]:
    """Run the gateway whose chain everything is compared with."""
    with running_gateway() as gateway:
        gateway.enter("asset", "add", ASSET, "--policy", "vaccine-2-8", "--at", FIRST)
        bind = ["--device", "t-logger", "--interval", "3600", "--at", FIRST]
        gateway.enter("asset", "bind", ASSET, *bind)
        as_device = ["--device", "t-logger", "--quantity", "temperature", "--unit", "F"]
        gateway.enter("replay", SERIES, *as_device, "--zone", "UTC")
        gateway.wait_calm()
        gateway.enter("asset", "milestone", ASSET, "close", "--at", "2013-07-07T00:00:00Z")
        gateway.wait_calm()
        yield gateway


@pytest.fixture(scope="module")
def original(chain: GatewayProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the data folder, taken while its gateway runs."""
    folder = tmp_path_factory.mktemp("original")
    for name in STORES:
        with (
            closing(sqlite3.connect(chain.data / name)) as source,
            closing(sqlite3.connect(folder / name)) as target,
        ):
            source.backup(target)
    shutil.copy(chain.data / "settings.json", folder)
    return folder


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "copy"))


def verify(copy: Path, rpc: str, *more: str) -> Result:
    return invoke("verify", ASSET, "--data", copy, "--rpc", rpc, *more)


def change(copy: Path, store: str, statement: str, *values: object) -> None:
    """Change rows of a store; exactly the rows that a test means, at least one."""
    with closing(sqlite3.connect(copy / store)) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


def batches(copy: Path) -> list[Batch]:
    with closing(sqlite3.connect(copy / "journal.db")) as journal:
        return [Batch(*row) for row in journal.execute("SELECT * FROM batch ORDER BY id")]


def flip_in_blob(copy: Path, needle: bytes, offset: int) -> None:
    """Flip the lowest bit of one byte of the batch that holds `needle`."""
    batch = next(one for one in batches(copy) if needle in one.blob)
    blob = bytearray(batch.blob)
    blob[blob.index(needle) + offset] ^= 1
    change(copy, "journal.db", "UPDATE batch SET blob = ? WHERE id = ?", bytes(blob), batch.id)


def rewrite(copy: Path, forge: Callable[[Entries], Entries]) -> None:
    """Change entries as one who knows the format does: with a hash chain that is whole again."""
    previous = GENESIS
    rows = []
    for batch in batches(copy):
        blob = encode_entries(forge(decode_entries(batch)))
        previous = chain_of(previous, batch.id, batch.committed_at, CODEC_VERSION, blob)
        rows.append((batch.id, batch.committed_at, CODEC_VERSION, blob, previous))
    with closing(sqlite3.connect(copy / "journal.db")) as journal, journal:
        journal.execute("DELETE FROM batch")
        journal.executemany("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", rows)


def is_reading(entry: Entry) -> bool:
    return bytes(entry.record)[1] == 1 and isinstance(decode(bytes(entry.record)), Reading)


def a_reading(copy: Path) -> Entry:
    entries = [entry for batch in batches(copy) for entry in decode_entries(batch)]
    return [entry for entry in entries if is_reading(entry)][20]


def flip_a_reading(copy: Path) -> None:
    reading = a_reading(copy)
    flip_in_blob(copy, bytes(reading.record), len(bytes(reading.record)) // 2)


def flip_the_policy(copy: Path) -> None:
    flip_in_blob(copy, b'"limit":8', len('"limit":'))


def flip_a_received_at(copy: Path) -> None:
    # A message is an array of six (0x96) whose first element is 0xcf and eight bytes of time.
    head = msgspec.msgpack.encode(msgspec.structs.astuple(a_reading(copy))[:5])
    flip_in_blob(copy, b"\x96" + head[1:], 9)


def delete_a_batch(copy: Path) -> None:
    middle = batches(copy)[len(batches(copy)) // 2]
    change(copy, "journal.db", "DELETE FROM batch WHERE id = ?", middle.id)


def delete_the_first_batch(copy: Path) -> None:
    change(copy, "journal.db", "DELETE FROM batch WHERE id = 1")


def change_a_reading(copy: Path) -> None:
    target = a_reading(copy)
    reading = decode(bytes(target.record))
    assert isinstance(reading, Reading)
    colder = msgspec.structs.replace(reading, value=reading.value - 1)
    forged = msgspec.structs.replace(target, record=msgspec.Raw(encode(colder)))
    rewrite(copy, lambda entries: [forged if one == target else one for one in entries])


def delete_a_reading(copy: Path) -> None:
    target = a_reading(copy)
    rewrite(copy, lambda entries: [one for one in entries if one != target])


def add_a_reading(copy: Path) -> None:
    target = a_reading(copy)
    reading = decode(bytes(target.record))
    assert isinstance(reading, Reading)
    between = msgspec.structs.replace(reading, observed_at=reading.observed_at + 1, seq=9_999)
    forged = msgspec.structs.replace(target, record=msgspec.Raw(encode(between)))
    rewrite(copy, lambda entries: [x for one in entries for x in with_after(one, target, forged)])


def with_after(one: Entry, target: Entry, forged: Entry) -> Entries:
    return [one, forged] if one == target else [one]


def swap_two_readings(copy: Path) -> None:
    target = a_reading(copy)

    def swap(entries: Entries) -> Entries:
        if target in entries:
            place = entries.index(target)
            entries[place - 1], entries[place] = entries[place], entries[place - 1]
        return entries

    rewrite(copy, swap)


def loosen_the_policy(copy: Path) -> None:
    def forge(entry: Entry) -> Entry:
        if bytes(entry.record)[1] != 8:
            return entry
        filed = msgspec.msgpack.decode(entry.record, type=PolicyFiled)
        loose = filed.document.replace(b'"limit":8', b'"limit":80')
        assert loose != filed.document
        record = msgspec.Raw(msgspec.msgpack.encode(PolicyFiled(1, loose)))
        return msgspec.structs.replace(entry, record=record)

    rewrite(copy, lambda entries: [forge(one) for one in entries])


def flip_a_document(copy: Path) -> None:
    with closing(sqlite3.connect(copy / "ledger.db")) as ledger:
        query = "SELECT digest, bytes FROM document JOIN version USING (digest) WHERE version = 1"
        digest, stored = ledger.execute(query).fetchone()
    forged = stored.replace(b'"severity":', b'"severitz":', 1)
    assert forged != stored
    change(copy, "ledger.db", "UPDATE document SET bytes = ? WHERE digest = ?", forged, digest)


def delete_the_newest_version(copy: Path) -> None:
    newest = "SELECT max(version) FROM version"
    change(copy, "ledger.db", f"DELETE FROM version WHERE version = ({newest})")  # noqa: S608 - constant


def delete_every_document(copy: Path) -> None:
    change(copy, "ledger.db", "DELETE FROM document")


JOURNAL = [
    flip_a_reading,
    flip_the_policy,
    flip_a_received_at,
    delete_a_batch,
    delete_the_first_batch,
    change_a_reading,
    delete_a_reading,
    add_a_reading,
    swap_two_readings,
    loosen_the_policy,
]
LEDGER = [flip_a_document, delete_the_newest_version, delete_every_document]
FLIPPED = [
    ("journal.db", "batch", "chain"),
    ("journal.db", "batch", "committed_at"),
    ("journal.db", "batch", "codec_version"),
    ("ledger.db", "asset_key", "key"),
    ("ledger.db", "document", "digest"),
    ("ledger.db", "document", "bytes"),
    *(
        ("ledger.db", "version", column)
        for column in (
            "digest",
            "as_of",
            "published_at",
            "reason",
            "disposition",
            "severity",
            "writer",
            "evidence_size",
            "evidence_root",
            "milestones",
            "decisions",
            "report",
        )
    ),
    ("ledger.db", "chain", "chain_id"),
    ("ledger.db", "chain", "contract"),
]


@pytest.mark.parametrize("tamper", [*JOURNAL, *LEDGER], ids=lambda one: one.__name__)
def test_verify_says_no_to_a_folder_that_was_tampered_with(
    chain: GatewayProcess, copy: Path, tamper: Tampering
) -> None:
    tamper(copy)
    found = verify(copy, chain.rpc_url)
    assert found.exit_code == NO, found.stderr
    assert "not verified" in found.stdout


@pytest.mark.parametrize(("store", "table", "column"), FLIPPED)
def test_verify_says_no_when_one_byte_of_a_stored_column_was_changed(
    chain: GatewayProcess, copy: Path, store: str, table: str, column: str
) -> None:
    with closing(sqlite3.connect(copy / store)) as connection, connection:
        connection.create_function("flipped", 1, flipped)
        row = "(SELECT max(rowid) FROM batch)" if table == "batch" else ""
        where = f"WHERE id = {row}" if row else ""
        statement = f"UPDATE {table} SET {column} = flipped({column}) {where}"  # noqa: S608 - constants
        assert connection.execute(statement).rowcount > 0
    found = verify(copy, chain.rpc_url)
    assert found.exit_code == NO, found.stderr


def flipped(value: bytes | str | int) -> bytes | str | int:
    """Return a stored value with the lowest bit of its last byte flipped."""
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, str):
        return value[:-1] + chr(ord(value[-1]) ^ 1)
    return value[:-1] + bytes([value[-1] ^ 1])


def test_verify_of_an_untouched_copy_says_yes_and_names_its_trust_roots(
    chain: GatewayProcess, copy: Path
) -> None:
    found = verify(copy, chain.rpc_url, "--json")
    assert found.exit_code == OK, found.stderr
    roots = "\n".join(msgspec.json.decode(found.stdout.encode())["trust_roots"])
    contract = chain.chain()["contract"]
    assert "supplied by the operator of this data folder" in roots
    assert contract in roots
    assert chain.rpc_url in roots
    assert "block " in roots
    assert "embedded chain: one operator runs it, so it proves nothing to third parties" in roots
    told = verify(copy, chain.rpc_url)
    for root in roots.splitlines():
        assert root in told.stdout


def test_verify_reads_the_folder_that_it_is_given_and_not_the_one_that_was_copied(
    chain: GatewayProcess, copy: Path
) -> None:
    change(copy, "ledger.db", "DELETE FROM version")
    found = verify(copy, chain.rpc_url)
    assert found.exit_code == UNCHECKED
    assert "nothing was published" in found.stderr


def test_verify_cannot_check_while_the_chain_is_away(copy: Path) -> None:
    found = verify(copy, f"http://127.0.0.1:{free_port()}")
    assert found.exit_code == UNCHECKED
    assert "could not check" in found.stdout
    assert "this rests on" in found.stdout


def test_verify_cannot_check_an_asset_that_nobody_published(
    chain: GatewayProcess, copy: Path
) -> None:
    found = invoke("verify", "nobody", "--data", copy, "--rpc", chain.rpc_url)
    assert found.exit_code == UNCHECKED
    assert "nothing was published for asset nobody" in found.stderr


def test_verify_says_no_where_another_contract_is_named(chain: GatewayProcess, copy: Path) -> None:
    found = verify(copy, chain.rpc_url, "--contract", "0x" + "11" * 20)
    assert found.exit_code == NO, found.stderr
