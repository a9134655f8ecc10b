import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cargotwin.cli import application
from gateway.access.accounts import Account, read_accounts
from gateway.access.passwords import is_password
from tests.unit.gateway.access.test_signing_keys import KEY, PEM, PEM_KEY, X

RUNNER = CliRunner()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "accounts.json"


def access(file: Path, *words: str, given: bytes | None = None) -> Result:
    return RUNNER.invoke(application, ["access", *words, "--accounts", str(file)], input=given)


def account(file: Path, name: str) -> Account:
    return read_accounts(file)[name]


def can_log_in(file: Path, name: str, password: str) -> bool:
    stored = account(file, name).password
    return stored is not None and is_password(password.encode(), stored)


def test_an_added_account_has_the_password_that_is_printed_once(file: Path) -> None:
    result = access(file, "add", "truck-7")
    assert result.exit_code == 0
    assert can_log_in(file, "truck-7", result.stdout.strip())
    assert len(result.stdout.strip()) >= 32
    assert result.stdout.strip() not in file.read_text()
    assert result.stdout.strip() not in result.stderr


def test_json_names_the_account_and_its_new_password(file: Path) -> None:
    access(file, "add", "truck-7")
    document = json.loads(access(file, "password", "truck-7", "--json").stdout)
    assert document["name"] == "truck-7"
    assert can_log_in(file, "truck-7", document["password"])


@pytest.mark.parametrize("given", [b"from the vault", b"from the vault\n", b"from the vault\r\n"])
def test_a_given_password_is_taken_without_its_line_end_and_not_repeated(
    file: Path, given: bytes
) -> None:
    result = access(file, "add", "a", "--password-file", "-", given=given)
    assert (result.exit_code, result.stdout) == (0, "")
    assert can_log_in(file, "a", "from the vault")


def test_a_password_is_taken_from_a_file(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open sesame\n")
    access(file, "add", "a", "--password-file", str(secret))
    assert can_log_in(file, "a", "open sesame")


@pytest.mark.parametrize("given", [b"", b"\n", b"two\nlines\n"])
def test_what_is_no_single_line_is_no_password(file: Path, given: bytes) -> None:
    result = access(file, "add", "a", "--password-file", "-", given=given)
    assert result.exit_code == 2
    assert not file.exists()


def test_everything_that_is_said_of_an_account_is_in_the_file(file: Path) -> None:
    words = (
        "--publish tele/{name}/SENSOR --publish x/# --subscribe y --certificate device.cn "
        "--must-sign --messages-per-s 20 --maximum-connections 2"
    )
    result = access(file, "add", "a", *words.split(), "--signing-key", X)
    assert (result.exit_code, result.stdout) == (0, "")
    assert account(file, "a") == Account(
        name="a",
        certificate="device.cn",
        publish=("tele/{name}/SENSOR", "x/#"),
        subscribe=("y",),
        messages_per_s=20,
        maximum_connections=2,
        signing_key=X,
        must_sign=True,
    )


def test_an_account_without_password_can_sign_and_never_connects(file: Path) -> None:
    assert access(file, "add", "a", "--no-password", "--signing-key", X).exit_code == 0
    assert account(file, "a") == Account(name="a", signing_key=X)


def test_a_certificate_and_a_password_are_both_demanded_where_both_are_given(file: Path) -> None:
    access(file, "add", "a", "--certificate", "cn")
    new = access(file, "password", "a").stdout.strip()
    assert account(file, "a").certificate == "cn"
    assert can_log_in(file, "a", new)


def test_a_signing_key_is_taken_from_a_file_or_as_it_is(file: Path, tmp_path: Path) -> None:
    pem = tmp_path / "device.pem"
    pem.write_text(PEM)
    jwk = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": X})
    assert access(file, "add", "a", "--no-password", "--signing-key", str(pem)).exit_code == 0
    assert access(file, "add", "b", "--no-password", "--signing-key", jwk).exit_code == 0
    accounts = read_accounts(file)
    assert (accounts.signing_key("a"), accounts.signing_key("b")) == (PEM_KEY, KEY)


def test_a_new_password_ends_the_old_one(file: Path) -> None:
    old = access(file, "add", "a").stdout.strip()
    new = access(file, "password", "a").stdout.strip()
    assert can_log_in(file, "a", new)
    assert not can_log_in(file, "a", old)


def test_a_removed_account_is_gone_and_the_others_stay(file: Path) -> None:
    for name in ("a", "b"):
        access(file, "add", name, "--no-password")
    assert access(file, "remove", "a").exit_code == 0
    assert list(read_accounts(file)) == ["b"]


@pytest.mark.parametrize("output", [[], ["--json"]], ids=["people", "json"])
@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (["--signing-key", X, "--must-sign"], ["signs is refused", "taken UNSIGNED"], []),
        (["--signing-key", X], ["signs is refused"], ["UNSIGNED"]),
        ([], [], ["refused", "UNSIGNED"]),
    ],
)
def test_whoever_removes_a_device_that_signs_is_told_what_that_opens(
    file: Path, words: list[str], said: list[str], unsaid: list[str], output: list[str]
) -> None:
    access(file, "add", "a", "--no-password", *words)
    result = access(file, "remove", "a", *output)
    told = " ".join(result.stderr.split())
    assert all(one in told for one in said)
    assert not any(one in told for one in unsaid)


def test_the_list_says_what_each_may_do_and_nothing_of_its_password(file: Path) -> None:
    access(file, "add", "a", "--password-file", "-", given=b"open sesame")
    access(file, "add", "b", "--no-password", "--signing-key", X)
    stored = account(file, "a").password
    assert stored is not None
    plain = access(file, "list")
    document = json.loads(access(file, "list", "--json").stdout)
    assert [one["name"] for one in document["items"]] == ["a", "b"]
    assert [one["password"] for one in document["items"]] == [True, False]
    assert document["items"][0]["publish"] == ["cargotwin/v1/a/#"]
    assert document["items"][1]["signing_key"] == X
    for text in (plain.output, json.dumps(document)):
        assert "cargotwin/v1/a/#" in text
        assert "salt" not in text
        assert "hash" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "known"], "is in"),
        (["remove", "nobody"], "holds no account nobody"),
        (["password", "nobody"], "holds no account nobody"),
        (["add", "a/b"], "letters, digits"),
        (["add", "a", "--publish", "x/#/y"], "#"),
        (["add", "a", "--must-sign"], "needs a signing_key"),
        (["add", "a", "--signing-key", "no/such.pem"], "Ed25519 public key"),
        (["add", "a", "--password-file", "no/such"], "no/such"),
    ],
)
def test_a_mistake_changes_nothing_and_says_what_to_do(
    file: Path, words: list[str], said: str
) -> None:
    access(file, "add", "known", "--no-password")
    before = file.read_bytes()
    result = access(file, *words)
    assert result.exit_code == 2
    assert said in result.output
    assert file.read_bytes() == before


def test_a_change_leaves_alone_what_it_does_not_state(file: Path) -> None:
    words = "--publish x/# --subscribe y --messages-per-s 20 --maximum-connections 2"
    access(file, "add", "a", "--no-password", "--signing-key", X, *words.split())
    result = access(file, "change", "a", "--devices", "tag-*", "--devices", "{name}-2")
    assert (result.exit_code, result.stdout) == (0, "")
    assert account(file, "a") == Account(
        name="a",
        publish=("x/#",),
        subscribe=("y",),
        devices=("tag-*", "{name}-2"),
        messages_per_s=20,
        maximum_connections=2,
        signing_key=X,
    )


def test_a_change_replaces_lists_and_takes_away_what_is_given_empty(file: Path) -> None:
    words = "--publish x/# --devices tag-1 --certificate cn --messages-per-s 20"
    access(file, "add", "a", *words.split(), "--maximum-connections", "2", "--signing-key", X)
    words = "--publish z/1 --devices-of-topics --messages-per-s 0 --maximum-connections 0"
    result = access(file, "change", "a", *words.split(), "--certificate", "", "--signing-key", "")
    assert result.exit_code == 0
    assert account(file, "a") == Account(name="a", publish=("z/1",))
    told = " ".join(result.stderr.split())
    assert "what a signs is refused" in told
    assert "nobody can connect as it" in told


def test_a_changed_password_is_the_one_in_the_file(file: Path) -> None:
    access(file, "add", "a", "--no-password")
    access(file, "change", "a", "--password-file", "-", given=b"open sesame")
    assert can_log_in(file, "a", "open sesame")
    access(file, "change", "a", "--no-password")
    assert account(file, "a").password is None


@pytest.mark.parametrize(("words", "is_told"), [(["--may-be-unsigned"], True), ([], False)])
def test_whoever_lets_readings_be_unsigned_is_told_so(
    file: Path, words: list[str], *, is_told: bool
) -> None:
    access(file, "add", "a", "--no-password", "--signing-key", X, "--must-sign")
    result = access(file, "change", "a", "--messages-per-s", "5", *words)
    assert account(file, "a").must_sign is not is_told
    assert ("UNSIGNED" in result.stderr) is is_told


def test_the_list_names_the_devices_for_which_each_may_speak(file: Path) -> None:
    access(file, "add", "gw1", "--no-password", "--devices", "gw1:*", "--devices", "tag-7")
    access(file, "add", "b", "--no-password")
    plain = access(file, "list").output.splitlines()
    assert "devices=gw1,gw1:*,tag-7" in plain[0]
    assert "devices=those that its topics name" in plain[1]
    items = json.loads(access(file, "list", "--json").stdout)["items"]
    assert [one["devices"] for one in items] == [["gw1", "gw1:*", "tag-7"], None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody", "--devices", "x"], "holds no account nobody"),
        (["known"], "nothing is said that shall change"),
        (["known", "--devices", "x", "--devices-of-topics"], "contradict"),
        (["known", "--password-file", "-", "--no-password"], "contradict"),
        (["known", "--devices", "gw1/*"], "group:node:*"),
        (["known", "--devices", "a*b"], "one *"),
        (["known", "--publish", "x/#/y"], "#"),
        (["known", "--must-sign"], "needs a signing_key"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing_and_says_why(
    file: Path, words: list[str], said: str
) -> None:
    access(file, "add", "known", "--no-password")
    before = file.read_bytes()
    result = access(file, "change", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert file.read_bytes() == before


def test_wallet_of_a_party_is_kept_changed_and_taken_away(file: Path) -> None:
    first, second = (f"0x{digit * 40}" for digit in "12")
    assert access(file, "add", "carrier", "--no-password", "--wallet", first).exit_code == 0
    assert account(file, "carrier").wallet == first
    assert first in access(file, "list").stdout
    assert access(file, "change", "carrier", "--wallet", second).exit_code == 0
    assert account(file, "carrier").wallet == second
    told = access(file, "change", "carrier", "--wallet", "").stderr
    assert account(file, "carrier").wallet is None
    assert "handovers in the name of carrier need no signature" in " ".join(told.split())


def test_wallet_that_is_no_address_is_refused(file: Path) -> None:
    result = access(file, "add", "carrier", "--no-password", "--wallet", "carrier.eth")
    assert result.exit_code == 2
    assert not file.exists()
