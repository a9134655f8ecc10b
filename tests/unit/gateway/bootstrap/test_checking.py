import re
from pathlib import Path

import pytest

from gateway.bootstrap.checking import usable_settings
from gateway.errors import WrongSetting, WrongSettings

EVERYTHING_WRONG = """
data = 5
listner = 1
[listener]
prot = 1883
port = 70000
host = "0.0.0.0"
[web]
host = "gateway"
names = ["A", 5]
[[source]]
codec = "tasmota"
[[source]]
filter = "a/#/b"
codec = "modbus"
[[source]]
filter = "tele/#"
codec = "tasmota"
options = { zone = "Mars/Olympus", colour = 1 }
[[subscriber]]
url = "mqtt://"
topic_filters = ["a", "b/#/c"]
"""


def mistakes_of(folder: Path, text: str) -> tuple[WrongSetting, ...]:
    file = folder / "gateway.toml"
    file.write_text(text, "utf-8")
    try:
        usable_settings(file)
    except WrongSettings as error:
        return error.mistakes
    except WrongSetting as error:
        return (error,)
    return ()


def keys_of(folder: Path, text: str) -> list[str]:
    return sorted(one.key for one in mistakes_of(folder, text))


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    assert keys_of(tmp_path, EVERYTHING_WRONG) == [
        "data",
        "listener.host",
        "listener.port",
        "listener.prot",
        "listner",
        "source.0.filter",
        "source.1.codec",
        "source.1.filter",
        "source.2.options.colour",
        "source.2.options.zone",
        "subscriber.0.topic_filters",
        "subscriber.0.url",
        "web.host",
        "web.names.0",
        "web.names.1",
    ]


def test_several_mistakes_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(EVERYTHING_WRONG, "utf-8")
    with pytest.raises(WrongSettings) as caught:
        usable_settings(file)
    first, *lines = str(caught.value).splitlines()
    assert first == f"{file}: 15 mistakes"
    assert lines == [f"  {one.sentence}" for one in caught.value.mistakes]


def test_a_key_that_is_nearly_right_is_answered_with_the_right_one(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, "[listener]\nprot = 1884")
    assert "did you mean port?" in mistake.sentence
    (mistake,) = mistakes_of(tmp_path, '[[source]]\nfiltre="#"\nfilter="#"\ncodec="senml"')
    assert "did you mean filter?" in mistake.sentence


def test_a_section_of_its_kind_is_counted_from_one_as_people_do(tmp_path: Path) -> None:
    good = '[[source]]\nfilter = "a/#"\ncodec = "senml"\n'
    (mistake,) = mistakes_of(tmp_path, f'{good}[[source]]\nfilter = "b/#"\ncodec = "x"')
    assert mistake.sentence.startswith("source.1.codec ([[source]] number 2) is 'x'")


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ('[source]\nfilter = "#"\ncodec = "senml"', "[[source]]"),
        ("[[web]]\nport = 1", "[web]"),
        ("listener = 1883", "[listener]"),
    ],
)
def test_wrong_brackets_are_answered_with_the_right_ones(
    tmp_path: Path, text: str, brackets: str
) -> None:
    (mistake,) = mistakes_of(tmp_path, text)
    assert mistake.allowed.endswith(f" {brackets}")


def test_what_only_follows_from_another_mistake_is_not_named(tmp_path: Path) -> None:
    text = '[listener]\nhost = "0.0.0.0"\naccounts_file = 5'
    assert keys_of(tmp_path, text) == ["listener.accounts_file"]
    text = '[web]\nhost = "0.0.0.0"\ntoken_file = 5'
    assert keys_of(tmp_path, text) == ["web.token_file"]
    text = '[[source]]\nfilter = "#"\ncodec = 5\noptions = { colour = 1 }'
    assert keys_of(tmp_path, text) == ["source.0.codec"]
    text = '[listener]\ncertificate_file = "no/such"\nkey_file = "no/such"'
    assert keys_of(tmp_path, text) == ["listener.certificate_file", "listener.key_file"]


def test_each_wrong_line_of_webhook_tokens_is_named_without_its_token(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("\nsecret-1 morse\n\nsecret-2 senml\nsecret-3 senml a/#/b\n", "utf-8")
    found = mistakes_of(tmp_path, f"[web]\ningest_token_file = '{tokens}'")
    assert [one.key for one in found] == ["web.ingest_token_file"] * 2
    assert ["line 2" in found[0].sentence, "line 5" in found[1].sentence] == [True, True]
    assert "secret" not in "".join(one.sentence for one in found)


def test_options_that_contradict_each_other_are_named_together(tmp_path: Path) -> None:
    fields = '[{ path = "t", quantity = "temperature", unit = "C" }]'
    options = f'{{ topic = "plant/+", fields = {fields} }}'
    text = f'[[source]]\nfilter = "plant/#"\ncodec = "mapping"\noptions = {options}'
    (mistake,) = mistakes_of(tmp_path, text)
    assert mistake.key == "source.0.options"
    assert "{device} in topic or by device_path" in mistake.sentence


def test_a_writer_that_lacks_its_model_or_its_token_is_named(tmp_path: Path) -> None:
    assert keys_of(tmp_path, '[report]\nmodel = "no/such"') == ["report.model"]
    assert keys_of(tmp_path, '[report]\nwriter = "llm"') == ["report.llm.name"]
    (tmp_path / "empty").touch()
    for token_file in ("away", "empty"):
        server = f'url = "http://h/v1"\nname = "m"\ntoken_file = "{tmp_path / token_file}"'
        text = f'[report]\nwriter = "llm"\n[report.llm]\n{server}'
        assert keys_of(tmp_path, text) == ["report.llm.token_file"]


def test_a_folder_of_policies_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert keys_of(tmp_path, 'policies = "no/such"') == ["policies"]


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    text = '[[subscriber]]\nurl = "tcp://user:secret@host"\n[influx]\nurl = "ws://user:secret@h"'
    text += '\n[web]\npublic_url = "https://user:secret@host"'
    sentences = "".join(one.sentence for one in mistakes_of(tmp_path, text))
    assert "public_url" in sentences
    assert "secret" not in sentences


def test_another_data_folder_than_the_files_is_checked_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(f'data = "/{"x" * 120}"', "utf-8")
    assert usable_settings(file, "short").data == "short"
    with pytest.raises(WrongSetting, match="data is"):
        usable_settings(file)


@pytest.mark.parametrize("name", ["ca_file", "certificate_file"])
def test_a_file_that_a_subscriber_cannot_use_for_tls_is_named(tmp_path: Path, name: str) -> None:
    junk = tmp_path / "junk"
    junk.write_text("no PEM")
    broker = '[[subscriber]]\nurl = "mqtts://broker"\n'
    (mistake,) = mistakes_of(tmp_path, f"{broker}{name} = '{junk}'")
    assert mistake.key == f"subscriber.0.{name}"
    assert f"{name} '{junk}' cannot be used" in mistake.sentence
    (mistake,) = mistakes_of(tmp_path, f"{broker}{name} = 'no/such'")
    assert "the path of a file that exists" in mistake.sentence


@pytest.mark.parametrize(
    "text",
    [
        '[[subscriber]]\nurl = "gw:s3cret@broker:1883"',
        '[[subscriber]]\nurl = "tcp://gw:s3cret/x@broker:1883"',
        '[[subscriber]]\nurl = "mqtt://gw:pw/s3cret@broker:1883"',
        '[[subscriber]]\nurl = "mqtt://gw:12/s3cret@broker:1883"',
        '[[subscriber]]\nurl = "mqtt:/gw:s3cret@broker:1883"',
        '[[subscriber]]\nurl = ["mqtt://gw:s3cret@broker"]',
        '[subscriber]\nurl = "mqtt://gw:pw/s3cret@broker"',
        'subscriber = "mqtt://gw:pw/s3cret@broker"',
        '[influx]\nurl = "htp://gw:pw s3cret@host"',
        '[influx]\nurl = "htp://gw:pw@s3cret@host"',
        '[influx]\ntoken_file = "s3cret"',
        '[chain]\nrpc = "htps://eth.example/v2/s3cret"',
        '[chain]\nrpc = "htps://eth.example:s3cret"',
        '[web]\npublic_url = "https://gw:pw/s3cret@host?"',
        '[[subscriber]]\nurl = "mqtt://h"\npassword = "s3cret"',
        '[influx]\ntoken = "s3cret"',
        '[web]\ntoken = "s3cret"',
        'password = "s3cret"',
        "[web]\ntoken = 53",
        '[[subscriber]]\nurl = "mqtt://h"\npassword = 53',
        '[[source]]\nfilter = "a/#"\ncodec = "senml"\noptions = { token = "s3cret" }',
    ],
)
def test_no_secret_is_shown_of_a_setting_that_is_refused(tmp_path: Path, text: str) -> None:
    sentences = [one.sentence for one in mistakes_of(tmp_path, text)]
    assert sentences
    assert not re.search("s3cret|53", "".join(sentences))


def test_an_address_that_is_refused_is_shown_as_far_as_it_holds_no_secret(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, '[influx]\nurl = "htp://gw:pw@influx.example:8086/x"')
    assert "is 'htp://…@influx.example:8086/…'; allowed: http://host:port" in mistake.sentence
    (mistake,) = mistakes_of(tmp_path, '[[subscriber]]\nurl = "broker:1883"')
    assert "is 'broker:1883'; allowed: mqtt://host:port" in mistake.sentence


SENML = '[[source]]\nfilter = "{}"\ncodec = "senml"\n'
TASMOTA = '[[source]]\nfilter = "{}"\ncodec = "tasmota"\n'
BROKER = '[[subscriber]]\nurl = "{}"\n'


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[listener]\nport = 8080", ["web.port"]),
        ("[listener]\nport = 8545", ["chain.rpc_port"]),
        ("[web]\nport = 8545", ["chain.rpc_port"]),
        ('[web]\nport = 8545\n[chain]\nrpc = "http://node"', []),
        ("[listener]\nport = 8080\nenabled = false", []),
        ("[listener]\nport = 0\n[web]\nport = 0", []),
        ('[listener]\nport = 8080\nhost = "127.0.0.2"', []),
        ('[listener]\nport = 8080\nhost = "::1"', []),
        (
            '[listener]\nport = 8080\nhost = "0.0.0.0"\nallow_unauthenticated = true',
            ["web.port"],
        ),
        (BROKER.format("mqtt://a") * 2, ["subscriber.1.client_id"]),
        (BROKER.format("mqtt://a") + BROKER.format("mqtts://A:1883"), ["subscriber.1.client_id"]),
        (BROKER.format("mqtt://a") + BROKER.format("mqtt://b"), []),
        (BROKER.format("mqtt://a") + BROKER.format("mqtt://a:1884"), []),
        (BROKER.format("mqtt://a") * 2 + 'client_id = "other"', []),
        ('[chain]\nrpc = "http://:x"', ["chain.rpc"]),
        ('[chain]\nrpc = "http://:8545"', ["chain.rpc"]),
        ('[chain]\nrpc = "http://node:0"', ["chain.rpc"]),
        ('[chain]\nrpc = "http://two words"', ["chain.rpc"]),
        ('[chain]\nrpc = "https://eth.example/v2/key"', []),
        ('[influx]\nenabled = true\nurl = "http://"', ["influx.url"]),
        ('[influx]\nurl = "http://"', []),
        (SENML.format("a/#") * 2, ["source.1.filter"]),
        (SENML.format("a/#") + SENML.format("a/+"), []),
        (
            TASMOTA.format("tele/+/SENSOR") + 'options = { topic = "tele/{device}/STATE" }',
            ["source.0.options.topic"],
        ),
        (TASMOTA.format("home/+/SENSOR"), ["source.0.options.topic"]),
        (TASMOTA.format("+/lab/SENSOR"), []),
        (TASMOTA.format("tele/lab/SENSOR/#"), []),
        (TASMOTA.format("tele/lab/SENSOR/+"), ["source.0.options.topic"]),
        (
            TASMOTA.format("a/b") + 'options = { topic = "a/t-{device}" }',
            ["source.0.options.topic"],
        ),
        (TASMOTA.format("a/t-b") + 'options = { topic = "a/t-{device}" }', []),
    ],
)
def test_settings_that_are_right_each_but_cannot_work_together_are_named(
    tmp_path: Path, text: str, keys: list[str]
) -> None:
    assert keys_of(tmp_path, text) == keys


def test_a_conflict_that_only_follows_from_another_mistake_is_not_named(tmp_path: Path) -> None:
    assert keys_of(tmp_path, "[listener]\nport = 70000\n[web]\nport = 1883") == ["listener.port"]
    text = BROKER.format("tcp://a") + BROKER.format("mqtt://127.0.0.1")
    assert keys_of(tmp_path, text) == ["subscriber.0.url"]
    text = SENML.format("") + SENML.format("#") + TASMOTA.format("")
    assert keys_of(tmp_path, text) == ["source.0.filter", "source.2.filter"]


def test_a_wrong_file_hides_no_mistake_that_does_not_follow_from_it(tmp_path: Path) -> None:
    text = '[web]\ntoken_file = "no/such"\npublic_url = "https://user@host"\ningest_token_file = 5'
    assert keys_of(tmp_path, text) == ["web.ingest_token_file", "web.public_url", "web.token_file"]
    text = '[listener]\nkey_file = 5\naccounts_file = "no/such"\nhost = "0.0.0.0"'
    assert keys_of(tmp_path, text) == [
        "listener.accounts_file",
        "listener.certificate_file",
        "listener.key_file",
    ]
    text = '[[subscriber]]\nurl = "mqtt://"\nca_file = 5\ntopic_filters = ["a/#/b"]'
    assert keys_of(tmp_path, text) == [
        "subscriber.0.ca_file",
        "subscriber.0.topic_filters",
        "subscriber.0.url",
    ]


def test_a_folder_without_a_policy_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "notes.toml").write_text('title = "no policy"', "utf-8")
    assert keys_of(tmp_path, f"policies = '{folder}'") == ["policies"]
    shipped = Path(__file__).resolve().parents[4] / "config" / "policies" / "vaccine-2-8.toml"
    (folder / "vaccine-2-8.toml").write_bytes(shipped.read_bytes())
    assert keys_of(tmp_path, f"policies = '{folder}'") == []
