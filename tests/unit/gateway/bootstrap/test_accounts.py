import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.access.accounts import Account
from gateway.access.signing_keys import text_of_key
from gateway.bootstrap import accounts_of, routing_table
from gateway.codecs.base import Reason
from gateway.errors import UnreadableFile
from gateway.settings import Settings
from tests.unit.gateway.access.test_gatekeepers import write
from tests.unit.gateway.codecs.samples import RECEIVED_AT, reasons
from tests.unit.gateway.codecs.signing import DEVICE, KEY, TOPIC

UNSIGNED = b'{"quantity": "temperature", "value": 4.25, "unit": "Cel"}'


def settings(accounts: Path) -> Settings:
    return Settings.model_validate({"listener": {"accounts_file": str(accounts)}})


def test_nothing_is_taken_in_while_nobody_knows_who_must_sign(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    path.write_text("{broken")
    path.chmod(0o600)
    with pytest.raises(UnreadableFile, match="put back a copy"):
        accounts_of(settings(path))


def test_who_must_sign_stays_so_while_the_file_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    write(path, Account(name=DEVICE, signing_key=text_of_key(KEY), must_sign=True))
    accounts = accounts_of(settings(path))
    assert accounts is not None
    table = routing_table(settings(path), accounts)
    path.write_text("{broken")
    accounts.refresh()
    assert accounts.problem
    assert reasons(table.decode(TOPIC, UNSIGNED, RECEIVED_AT)) == [Reason.UNSIGNED]


def test_without_accounts_file_there_are_no_accounts() -> None:
    assert accounts_of(Settings()) is None


def test_process_that_cannot_start_says_why_in_one_line_and_ends_as_a_mistake(
    tmp_path: Path,
) -> None:
    accounts = tmp_path / "accounts.json"
    accounts.write_text("{broken")
    accounts.chmod(0o600)
    file = tmp_path / "settings.json"
    asked = {"data": str(tmp_path), "listener": {"port": 0, "accounts_file": str(accounts)}}
    file.write_text(json.dumps(asked))
    ended = subprocess.run(
        [sys.executable, "-m", "gateway.bootstrap", "intake", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert f"intake ERROR {accounts}: is no file of accounts" in line
    assert "put back a copy" in line
