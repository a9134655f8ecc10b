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


def test_a_folder_of_policies_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert keys_of(tmp_path, 'policies = "no/such"') == ["policies"]
    assert keys_of(tmp_path, f"policies = '{tmp_path}'") == []


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
