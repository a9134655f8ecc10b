import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.bootstrap.checking import check_settings
from gateway.codecs.registry import FORMATS
from gateway.errors import UnreadableFile, WrongSetting
from gateway.settings import Settings, SourceSettings, SubscriberSettings
from gateway.settings_file import load_settings

REFERENCE = Path(__file__).resolve().parents[3] / "config" / "gateway.toml"


def uncommented() -> dict[str, Any]:
    """Return the reference with every commented-out setting in force."""
    lines = REFERENCE.read_text("utf-8").splitlines()
    return tomllib.loads("\n".join(re.sub(r"^#(?=[\[a-z\]]|  \{)", "", line) for line in lines))


def sections(model: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield name, value


def written(folder: Path, text: str) -> Path:
    file = folder / "gateway.toml"
    file.write_text(text, "utf-8")
    return file


def refused(folder: Path, text: str) -> WrongSetting:
    file = written(folder, text)
    with pytest.raises(WrongSetting) as caught:
        check_settings(load_settings(file), file)
    assert caught.value.file == str(file)
    assert caught.value.file == str(file)
    for part in (str(file), caught.value.key, caught.value.allowed):
        assert part in str(caught.value)
    return caught.value


def test_reference_loads_and_equals_the_defaults() -> None:
    assert load_settings(REFERENCE) == Settings()


def test_reference_can_be_used_as_it_is() -> None:
    check_settings(load_settings(REFERENCE), REFERENCE)


def test_reference_names_every_key_of_every_section() -> None:
    stated = uncommented()
    assert set(stated) == set(Settings.model_fields)
    for name, section in sections(Settings()):
        assert set(stated[name]) == set(type(section).model_fields), name
    assert set(stated["subscriber"][0]) == set(SubscriberSettings.model_fields)
    assert {key for one in stated["source"] for key in one} == set(SourceSettings.model_fields)


def test_reference_shows_the_defaults_of_a_subscriber() -> None:
    stated = uncommented()["subscriber"][0]
    assert SubscriberSettings.model_validate(stated) == SubscriberSettings(url=stated["url"])


def test_reference_shows_every_codec_with_options_that_it_takes(tmp_path: Path) -> None:
    sources = uncommented()["source"]
    assert {one["codec"] for one in sources} == set(FORMATS)
    check_settings(Settings.model_validate(uncommented()), tmp_path)


def test_reference_names_every_option_of_every_codec() -> None:
    text = REFERENCE.read_text("utf-8")
    options = {name for one in FORMATS.values() for name in one.settings.model_fields}
    assert {name for name in options if not re.search(rf"\b{name}\b", text)} == set()


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "")) == Settings()


@pytest.mark.parametrize(
    ("text", "key", "found", "allowed"),
    [
        ("colour = 1", "colour", 1, "data, policies, listener"),
        ("[listener]\nprot = 1", "listener.prot", 1, "enabled, host, port"),
        ('[listener]\nport = "1883"', "listener.port", "1883", "a whole number"),
        ("[listener]\nport = 70000", "listener.port", 70_000, "65535"),
        ("[listener]\nport = 1883.0", "listener.port", 1883.0, "a whole number"),
        ('[listener]\nhost = "gateway"', "listener.host", "gateway", "an IP address"),
        ("[listener]\nmaximum_packet_bytes = 100", "listener.maximum_packet_bytes", 100, "1024"),
        ("[intake]\nkeep_raw = 1", "intake.keep_raw", 1, "true or false"),
        (
            "[intake]\nmaximum_payload_bytes = 16777217",
            "intake.maximum_payload_bytes",
            16_777_217,
            "16777216",
        ),
        (
            "[intake]\nmaximum_series_per_device = 0",
            "intake.maximum_series_per_device",
            0,
            "1",
        ),
        (
            "[intake]\nmaximum_series_per_device = 1001",
            "intake.maximum_series_per_device",
            1_001,
            "1000",
        ),
        ('[web]\nnames = ["http://a"]', "web.names.0", "http://a", "a host name in small letters"),
        ('[web]\nnames = ["a:80"]', "web.names.0", "a:80", "a host name in small letters"),
        ('[web]\nnames = ["A"]', "web.names.0", "A", "a host name in small letters"),
        ('[web]\npublic_url = "a.example"', "web.public_url", "a.example", "https://host"),
        ('[web]\npublic_url = "https://a/?b"', "web.public_url", "https://a/?b", "https://host"),
        ("[intake]\nfuture_tolerance_s = -1", "intake.future_tolerance_s", -1, "0"),
        (
            '[[subscriber]]\nurl = "tcp://host"',
            "subscriber.0.url",
            "tcp://host",
            "mqtts://host:port",
        ),
        ('[[subscriber]]\nurl = "mqtt://h"\ntls = 1', "subscriber.0.tls", 1, "topic_filters"),
        ('[[subscriber]]\nurl = "mqtt://h"\nqos = 3', "subscriber.0.qos", 3, "2"),
        ("[listener]\nmaximum_sessions = 0", "listener.maximum_sessions", 0, "1"),
        ('[influx]\napi = "v3"', "influx.api", "v3", '"v1" or "v2"'),
        ('[chain]\nrpc = "ipc"', "chain.rpc", "ipc", "embedded"),
        ('[chain]\ncontract = "0x12"', "chain.contract", "0x12", "40 hexadecimal digits"),
        ("[chain]\nconfirmations = 0", "chain.confirmations", 0, "1"),
        ('[chain]\nbase_uri = "ftp://x"', "chain.base_uri", "ftp://x", "ipfs://"),
        ('[report]\nwriter = "poet"', "report.writer", "poet", '"template"'),
        ("[report]\ndraft_timeout_s = 0.0", "report.draft_timeout_s", 0.0, "more than 0"),
        ('[[source]]\nfilter = ""\ncodec = "cargotwin"', "source.0.filter", "", "not empty"),
    ],
)
def test_a_wrong_setting_is_refused_with_file_key_found_and_allowed(
    tmp_path: Path, text: str, key: str, found: object, allowed: str
) -> None:
    error = refused(tmp_path, text)
    assert (error.key, error.found) == (key, found)
    assert allowed in error.allowed


def test_an_unknown_codec_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    error = refused(tmp_path, '[[source]]\nfilter = "a/#"\ncodec = "modbus"')
    assert (error.key, error.found) == ("source.0.codec", "modbus")
    assert all(name in error.allowed for name in FORMATS)


@pytest.mark.parametrize(
    ("codec", "options", "key"),
    [
        ("tasmota", '{ zone = "Mars/Olympus" }', "source.0.options.zone"),
        ("tasmota", "{ colour = 1 }", "source.0.options.colour"),
        ("zigbee2mqtt", "{ base_topic = 5 }", "source.0.options.base_topic"),
        ("cargotwin", "{ future_tolerance_seconds = -1 }", "source.0.options."),
        ("mapping", "{ topic = 'a/{device}' }", "source.0.options.fields"),
    ],
)
def test_a_wrong_option_of_a_codec_is_refused_by_name(
    tmp_path: Path, codec: str, options: str, key: str
) -> None:
    text = f'[[source]]\nfilter = "a/#"\ncodec = "{codec}"\noptions = {options}'
    assert refused(tmp_path, text).key.startswith(key)


def test_a_listener_beyond_this_machine_is_refused_unless_allowed_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, '[listener]\nhost = "0.0.0.0"')
    assert (error.key, error.found) == ("listener.host", "0.0.0.0")  # noqa: S104 - must be refused
    for remedy in ("accounts_file", "client_ca_file", "allow_unauthenticated"):
        assert remedy in error.allowed
    allowed = '[listener]\nhost = "0.0.0.0"\nallow_unauthenticated = true'
    assert load_settings(written(tmp_path, allowed)).listener.allow_unauthenticated


def test_passwords_in_clear_beyond_this_machine_are_refused_unless_allowed_by_name(
    tmp_path: Path,
) -> None:
    open_door = '[listener]\nhost = "0.0.0.0"\naccounts_file = "accounts.json"'
    error = refused(tmp_path, open_door)
    assert error.key == "listener.certificate_file"
    assert "allow_passwords_in_clear" in error.allowed
    for remedy in ("allow_passwords_in_clear = true", 'certificate_file = "gateway.pem"'):
        assert load_settings(written(tmp_path, f"{open_door}\n{remedy}")).listener.accounts_file


def test_certificates_of_clients_are_authentication_enough_beyond_this_machine(
    tmp_path: Path,
) -> None:
    text = '[listener]\nhost = "::"\ncertificate_file = "a"\nkey_file = "b"\nclient_ca_file = "c"'
    assert load_settings(written(tmp_path, text)).listener.client_ca_file == "c"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[listener]\nkey_file = '{pem}'", "listener.key_file"),
        ("[listener]\nclient_ca_file = '{pem}'", "listener.client_ca_file"),
        ('[[subscriber]]\nurl = "mqtts://h"\nkey_file = "{pem}"', "subscriber.0.certificate_file"),
    ],
)
def test_what_needs_a_certificate_is_refused_without_one(
    tmp_path: Path, text: str, key: str
) -> None:
    pem = tmp_path / "some.pem"
    pem.touch()
    assert refused(tmp_path, text.replace("{pem}", str(pem))).key == key


def test_a_certificate_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    pem = tmp_path / "some.pem"
    pem.touch()
    file = written(tmp_path, f"[listener]\ncertificate_file = '{pem}'")
    with pytest.raises(WrongSetting) as caught:
        check_settings(load_settings(file), file)
    assert (caught.value.key, caught.value.found) == ("listener.certificate_file", str(pem))
    assert "name a PEM chain" in str(caught.value)


def test_a_file_of_accounts_that_others_can_read_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    accounts = tmp_path / "accounts.json"
    accounts.write_text("{}")
    accounts.chmod(0o644)
    file = written(tmp_path, f"[listener]\naccounts_file = '{accounts}'")
    with pytest.raises(WrongSetting, match=r"listener\.accounts_file .*`chmod 600"):
        check_settings(load_settings(file), file)


def test_a_listener_that_is_off_may_name_any_address(tmp_path: Path) -> None:
    text = '[listener]\nenabled = false\nhost = "0.0.0.0"'
    assert not load_settings(written(tmp_path, text)).listener.enabled


def test_a_status_page_beyond_this_machine_needs_a_token(tmp_path: Path) -> None:
    error = refused(tmp_path, '[web]\nhost = "::"')
    assert (error.key, error.found) == ("web.host", "::")
    assert "token_file" in error.allowed


def test_a_data_folder_too_long_for_its_socket_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, f'data = "/{"x" * 120}"')
    assert error.key == "data"
    assert "a path of at most" in error.allowed


@pytest.mark.parametrize("content", [b"[listener", b"data = '\xff'"], ids=["cut", "not UTF-8"])
def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "gateway.toml"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is no TOML") as caught:
        load_settings(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_refused_with_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"config/gateway\.toml"):
        load_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[source]]\nfilter = "a/#/b"\ncodec = "cargotwin"', "source.0.filter"),
        ('[[subscriber]]\nurl = "mqtt://"', "subscriber.0.url"),
        (
            '[[subscriber]]\nurl = "mqtt://h"\ntopic_filters = ["a/#/b"]',
            "subscriber.0.topic_filters",
        ),
        ('[[subscriber]]\nurl = "mqtt://h"\nsession_expiry_s = 0', "subscriber.0.session_expiry_s"),
        ('[influx]\ntoken_file = "no/such/file"', "influx.token_file"),
        ('[web]\ntoken_file = "no/such/file"', "web.token_file"),
        ('[listener]\naccounts_file = "no/such/file"', "listener.accounts_file"),
        ('[listener]\nclient_ca_file = "no/such/file"', "listener.client_ca_file"),
        ('[[subscriber]]\nurl = "mqtts://h"\nca_file = "no/such"', "subscriber.0.ca_file"),
        ('[web]\npublic_url = "https://user:secret@host"', "web.public_url"),
        ('[web]\npublic_url = "https://host:http"', "web.public_url"),
        ('[web]\npublic_url = "https://:80"', "web.public_url"),
    ],
)
def test_a_setting_that_an_adapter_cannot_use_is_refused_before_anything_starts(
    tmp_path: Path, text: str, key: str
) -> None:
    assert refused(tmp_path, text).key == key
