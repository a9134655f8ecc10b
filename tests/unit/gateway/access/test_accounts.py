import json
import threading
from pathlib import Path

import pytest

from gateway.access.accounts import Account, Accounts, WrongAccount, changed_accounts, read_accounts
from gateway.access.passwords import DECOY
from gateway.errors import UnreadableFile
from gateway.mqtt.ports import DeviceRights
from gateway.mqtt.rights import may_speak_for
from tests.unit.gateway.access.test_signing_keys import KEY, X


def written(folder: Path, *accounts: dict[str, object]) -> Path:
    file = folder / "accounts.json"
    file.write_text(json.dumps({"schema": "cargotwin.accounts.v1", "accounts": accounts}))
    file.chmod(0o600)
    return file


def test_an_account_may_publish_its_own_topics_and_hear_answers_unless_it_says_otherwise(
    tmp_path: Path,
) -> None:
    grant = read_accounts(written(tmp_path, {"name": "truck-7"}))["truck-7"].grant
    assert grant.principal == "truck-7"
    assert grant.publish == ("cargotwin/v1/truck-7/#",)
    assert grant.subscribe == ("cargotwin/v1/answers/+",)
    assert (grant.messages_per_s, grant.maximum_connections) == (None, None)


def test_the_name_is_filled_into_every_topic_filter_and_limits_are_granted(tmp_path: Path) -> None:
    account = {
        "name": "a",
        "publish": ["tele/{name}/SENSOR", "x/{name}/{name}"],
        "subscribe": ["spBv1.0/+/NCMD/{name}"],
        "messages_per_s": 20,
        "maximum_connections": 2,
    }
    grant = read_accounts(written(tmp_path, account))["a"].grant
    assert grant.publish == ("tele/a/SENSOR", "x/a/a")
    assert grant.subscribe == ("spBv1.0/+/NCMD/a",)
    assert (grant.messages_per_s, grant.maximum_connections) == (20, 2)


def test_what_is_changed_is_read_back_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    first = Account(name="a", password=DECOY, certificate="cn", signing_key=X, must_sign=True)
    with changed_accounts(file) as accounts:
        accounts["a"] = first
    with changed_accounts(file) as accounts:
        accounts["b"] = Account(name="b")
    found = read_accounts(file)
    assert list(found.values()) == [first, Account(name="b")]
    assert found.by_certificate["cn"].name == "a"
    assert found.signing_key("a") == KEY
    assert found.signing_key("b") is None
    assert found.must_sign == {"a"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["accounts.json"]


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = written(tmp_path, {"name": "a"})
    before = file.read_bytes()
    with pytest.raises(WrongAccount), changed_accounts(file) as accounts:
        accounts["b"] = Account(name="b", publish=("a/#/b",))
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["accounts.json"]


def test_two_that_change_the_file_at_once_both_take_effect(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"

    def add(name: str) -> None:
        with changed_accounts(file) as accounts:
            accounts[name] = Account(name=name)

    names = {f"d{number}" for number in range(8)}
    threads = [threading.Thread(target=add, args=(one,)) for one in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(read_accounts(file)) == names


@pytest.mark.parametrize(
    ("account", "key"),
    [
        ({"name": "a/b"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "webhook"}, "name"),
        ({"name": "webhook:dock"}, "name"),
        ({"name": "import"}, "name"),
        ({"name": "door"}, "name"),
        ({"name": "a", "publish": ["a/#/b"]}, "publish"),
        ({"name": "a", "publish": ["{device}/x"]}, "publish"),
        ({"name": "a", "subscribe": [""]}, "subscribe"),
        ({"name": "a", "must_sign": True}, "must_sign"),
        ({"name": "a", "signing_key": "short"}, "signing_key"),
    ],
)
def test_an_account_that_cannot_be_used_is_named_with_its_entry(
    tmp_path: Path, account: dict[str, object], key: str
) -> None:
    with pytest.raises(WrongAccount) as caught:
        read_accounts(written(tmp_path, account))
    assert (caught.value.account, caught.value.key) == (account["name"], key)


@pytest.mark.parametrize(
    ("second", "key"),
    [
        ({"name": "a"}, "name"),
        ({"name": "b", "certificate": "x"}, "certificate"),
        ({"name": "b", "signing_key": X}, "signing_key"),
    ],
)
def test_two_accounts_that_could_be_taken_for_each_other_are_refused(
    tmp_path: Path, second: dict[str, object], key: str
) -> None:
    with pytest.raises(WrongAccount) as caught:
        read_accounts(
            written(tmp_path, {"name": "a", "certificate": "x", "signing_key": X}, second)
        )
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1, column 1 is no JSON"),
        ("[]", "it is not a table of keys and values"),
        ('{"accounts": [\n {"name": "a"\n', "line 3, column 1 is no JSON"),
        # RFC 8259 section 8.1: no byte order mark.
        ('\ufeff{"accounts": []}', "it is no JSON of RFC 8259 in UTF-8"),
        ('{"accounts": [{"name": "a", "publsh": "SECRET"}]}', "publsh is no key here"),
        ('{"accounts": [{"name": 5}]}', "accounts[0].name is not text in quotation marks"),
        ('{"accounts": [{}]}', "accounts[0].name is missing"),
        ('{"schema": "SECRET", "accounts": []}', 'schema is not "cargotwin.accounts.v1"'),
        (
            '{"accounts": [{"name": "a", "messages_per_s": 0}]}',
            "accounts[0].messages_per_s is not a whole number from 1 to 1000000",
        ),
        (
            '{"accounts": [{"name": "a", "password": {"salt": "SECRET", "hash": "SECRET"}}]}',
            "accounts[0].password.salt is not",
        ),
    ],
)
def test_a_file_of_another_form_is_refused_in_words_that_repeat_no_secret(
    tmp_path: Path, content: str, said: str
) -> None:
    file = written(tmp_path)
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="is no file of accounts") as refused:
        read_accounts(file)
    assert said in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_a_file_that_others_can_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = written(tmp_path)
    file.chmod(0o640)
    with pytest.raises(UnreadableFile, match=f"chmod 600 {file}"):
        read_accounts(file)


def test_a_missing_file_is_refused_with_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cargotwin access add"):
        read_accounts(tmp_path / "none.json")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFile, match="make the folder first"),
        changed_accounts(tmp_path / "none" / "accounts.json"),
    ):
        pass


def test_no_accounts_know_nobody() -> None:
    assert (len(Accounts()), Accounts().must_sign) == (0, frozenset())


def test_an_account_speaks_for_what_its_topics_name_unless_it_names_devices(tmp_path: Path) -> None:
    # A file from before devices were named holds no such entry.
    (account,) = read_accounts(
        written(tmp_path, {"name": "gw1", "publish": ["tele/{name}/+", "plant/press-4/#"]})
    ).values()
    assert account.grant.devices == DeviceRights(("gw1",), by_topic=True)


def test_devices_of_accounts_are_their_names_and_what_they_name_but_for_those_that_must_sign() -> (
    None
):
    accounts = Accounts(
        [
            Account(name="gw1", devices=("{name}:probe", "tag-7")),
            Account(name="signer", signing_key=X, must_sign=True),
        ]
    )
    assert accounts.devices == {"gw1", "gw1:probe", "tag-7"}


def test_named_devices_take_the_place_of_those_that_topics_name(tmp_path: Path) -> None:
    account = {"name": "gw1", "publish": ["tele/#"], "devices": ["{name}:*", "tag-7", "gw1"]}
    grant = read_accounts(written(tmp_path, account))["gw1"].grant
    assert grant.devices == DeviceRights(("gw1", "gw1:*", "tag-7"), by_topic=False)


def test_an_account_that_names_no_device_at_all_speaks_for_itself_alone(tmp_path: Path) -> None:
    grant = read_accounts(written(tmp_path, {"name": "a", "devices": []}))["a"].grant
    assert grant.devices == DeviceRights(("a",), by_topic=False)


def test_an_account_may_be_let_speak_for_every_device(tmp_path: Path) -> None:
    devices = read_accounts(written(tmp_path, {"name": "a", "devices": ["*"]}))["a"].grant.devices
    assert devices is not None
    assert may_speak_for(devices, "any:thing", None)


@pytest.mark.parametrize("name", ["gw1/*", "a*b", "", "**", "+", "{device}", "-a", "ä"])
def test_what_is_no_id_and_no_beginning_of_one_is_no_device(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongAccount, match="a device's id") as caught:
        read_accounts(written(tmp_path, {"name": "a", "devices": [name]}))
    assert caught.value.key == "devices"
