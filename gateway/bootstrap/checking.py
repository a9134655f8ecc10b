"""What settings alone decide, built on trial: every mistake shows before anything starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from gateway.access.accounts import read_accounts
from gateway.codecs.registry import FORMATS, UnknownCodec, wrong_options
from gateway.door import socket_of
from gateway.errors import WrongSetting, refuse_mistakes
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.settings import InvalidMqttSetting, broker_address
from gateway.mqtt.tls import UnusableTlsFile, client_context, server_context
from gateway.mqtt.topics import check_topic_filter
from gateway.policies import read_policy_file
from gateway.settings import EMBEDDED, Settings, SubscriberSettings
from gateway.settings_file import beside, read_settings
from gateway.web.webhook_tokens import WrongTokenLine, token_lines
from twins.errors import ConfigurationFault

from . import listener_settings, option_defaults, secret_in, subscriber_settings
from .conflicts import conflicts, unmatched_topic

_FILE = "the path of a file that exists"


def usable_settings(file: Path, data: str = "") -> Settings:
    """Return a file's settings, with everything checked that they alone decide.

    Args:
        file: The configuration file.
        data: Data folder to use instead of the file's.

    Raises:
        UnreadableFile: The file is missing or is no TOML.
        WrongSetting: One setting cannot be used.
        WrongSettings: Several cannot.
    """
    found = read_settings(file)
    settings = found.settings.model_copy(update={"data": data}) if data else found.settings
    refuse_mistakes(file, (*found.mistakes, *beside(found.mistakes, _mistakes(settings, file))))
    return settings


def check_settings(settings: Settings, file: Path) -> None:
    """Check what settings alone decide, beyond the form of each.

    Raises:
        WrongSetting: One setting cannot be used; names file and key.
        WrongSettings: Several cannot.
    """
    refuse_mistakes(file, tuple(_mistakes(settings, file)))


def _mistakes(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    try:
        socket_of(settings.folder)
    except WrongSetting as error:
        yield WrongSetting(file, error.key, error.found, error.allowed)
    if settings.policies and not _has_policy(settings.policy_folder):
        allowed = "the path of a folder of policies (*.toml), or empty for the shipped ones"
        yield WrongSetting(file, "policies", settings.policies, allowed)
    files = list(_wrong_files(settings, file))
    yield from files
    for number in range(len(settings.source)):
        yield from _wrong_source(settings, file, number)
    # What follows opens some of the files.
    yield from beside(files, _wrong_listener(settings, file))
    for number in range(len(settings.subscriber)):
        yield from beside(files, _wrong_subscriber(settings, file, number))
    yield from _wrong_addresses(settings, file)
    yield from _wrong_writer(settings, file)
    yield from conflicts(settings, file)
    yield from _wrong_tokens(settings, file, files)


def _wrong_writer(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    report = settings.report
    if report.writer == "llm" and not report.llm.name:
        allowed = 'the name of a model, which report.writer = "llm" needs'
        yield WrongSetting(file, "report.llm.name", report.llm.name, allowed)
    if report.model and not Path(report.model).is_dir():
        allowed = "the path of a folder that `cargotwin train` made, or empty for the shipped one"
        yield WrongSetting(file, "report.model", report.model, allowed)


def _has_policy(folder: Path) -> bool:
    for path in folder.glob("*.toml"):
        try:
            read_policy_file(path)
        except ConfigurationFault:
            continue  # said when it is asked for
        return True
    return False


def _wrong_files(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    for key, name in _files(settings):
        if name and not Path(name).is_file():
            yield WrongSetting(file, key, name, _FILE)
        elif name and key.endswith("token_file") and not _has_secret(name):
            # An empty token would open what it is to close.
            yield WrongSetting(file, key, name, "a file that holds a token and can be read")


def _has_secret(name: str) -> bool:
    try:
        return bool(secret_in(name))
    except OSError:
        return False


def _files(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each setting that names a file which must be there, and what it names."""
    yield "influx.token_file", settings.influx.token_file
    if settings.report.writer == "llm":
        yield "report.llm.token_file", settings.report.llm.token_file
        yield "report.llm.ca_file", settings.report.llm.ca_file
    yield "web.token_file", settings.web.token_file
    yield "web.ingest_token_file", settings.web.ingest_token_file
    for name in ("certificate_file", "key_file", "client_ca_file", "accounts_file"):
        yield f"listener.{name}", getattr(settings.listener, name)
    for number, one in enumerate(settings.subscriber):
        for name in ("ca_file", "certificate_file", "key_file"):
            yield f"subscriber.{number}.{name}", getattr(one, name)


def _wrong_source(settings: Settings, file: Path, number: int) -> Iterator[WrongSetting]:
    key, one = f"source.{number}", settings.source[number]
    try:
        check_topic_filter(one.filter)
    except MqttFault as error:
        yield _wrong_filter(file, f"{key}.filter", one.filter, error)
    try:
        found = wrong_options(one.codec, option_defaults(settings) | one.options)
        for wrong in found:
            # What several options are wrong together for is named by all of them.
            place = f"{key}.options" if wrong.key == "options" else f"{key}.options.{wrong.key}"
            yield WrongSetting(file, place, wrong.found, wrong.problem, wrong.problem)
        if not found:
            yield from unmatched_topic(one, file, key)
    except UnknownCodec:
        yield WrongSetting(file, f"{key}.codec", one.codec, f"one of {', '.join(FORMATS)}")


def _wrong_filter(file: Path, key: str, found: str, error: MqttFault) -> WrongSetting:
    allowed = f"an MQTT topic filter such as sensors/+/up; {error.problem}"
    return WrongSetting(file, key, found, f"{allowed} (MQTT 5 §{error.clause})")


def _wrong_listener(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    listener = settings.listener
    try:
        server_context(listener_settings(settings))
    except InvalidMqttSetting as error:
        yield WrongSetting(file, f"listener.{error.key}", error.found, error.allowed)
    except UnusableTlsFile as error:
        key = f"listener.{error.key.partition(',')[0]}"
        yield WrongSetting(file, key, error.path, "", f"cannot be used: {error}")
    if listener.accounts_file:
        try:
            read_accounts(Path(listener.accounts_file))
        except ConfigurationFault as error:
            told = f"cannot be used: {error}"
            yield WrongSetting(file, "listener.accounts_file", listener.accounts_file, "", told)


def _wrong_subscriber(settings: Settings, file: Path, number: int) -> Iterator[WrongSetting]:
    key, one = f"subscriber.{number}", settings.subscriber[number]
    try:
        broker_address(one.url)
    except InvalidMqttSetting as error:
        told = f"is {error.found}; allowed: {error.allowed}"
        yield WrongSetting(file, f"{key}.url", error.found, error.allowed, told)
    for topic_filter in one.topic_filters:
        try:
            check_topic_filter(topic_filter)
        except MqttFault as error:
            yield _wrong_filter(file, f"{key}.topic_filters", topic_filter, error)
    if one.key_file and not one.certificate_file:
        allowed = "the path of the certificate that the key is for"
        yield WrongSetting(file, f"{key}.certificate_file", "", allowed)
    yield from _wrong_tls(one, file, key)


def _wrong_tls(one: SubscriberSettings, file: Path, key: str) -> Iterator[WrongSetting]:
    try:
        client_context(subscriber_settings(one))
    except InvalidMqttSetting:
        return  # named before
    except UnusableTlsFile as error:
        place = f"{key}.{error.key.partition(',')[0]}"
        yield WrongSetting(file, place, error.path, "", f"cannot be used: {error}")


def _wrong_tokens(
    settings: Settings, file: Path, wrong: Iterable[WrongSetting]
) -> Iterator[WrongSetting]:
    key, name = "web.ingest_token_file", settings.web.ingest_token_file
    if not name or any(one.key == key for one in wrong):
        return
    text = Path(name).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines()):
        try:
            # Empty lines before it give a line its number.
            token_lines("\n" * number + line)
        except WrongTokenLine as error:
            told = f"names {name}: {str(error).removeprefix(f'{key}: ')}"
            yield WrongSetting(file, key, name, "", told)


def _wrong_addresses(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    allowed = "http(s)://host, with a port and a path where it has them"
    if settings.chain.rpc != EMBEDDED and not _is_address(settings.chain.rpc):
        yield WrongSetting(file, "chain.rpc", settings.chain.rpc, allowed)
    if settings.influx.enabled and not _is_address(settings.influx.url):
        yield WrongSetting(file, "influx.url", settings.influx.url, allowed)
    url = settings.web.public_url
    if url and (not _is_address(url) or urlsplit(url).username is not None):
        yield WrongSetting(file, "web.public_url", url, f"{allowed}, and no user name")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:
        return False
