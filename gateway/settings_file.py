"""Settings read from one commented TOML file and checked strictly; all that is wrong is found."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from .errors import UnreadableFile, WrongSetting, refuse_mistakes
from .setting_mistakes import Mistake, Place, mistakes
from .settings import ListenerSettings, Settings


class ReadSettings(NamedTuple):
    """What a file of settings says.

    Attributes:
        settings: What it says, with stand-ins for what is wrong.
        mistakes: What is wrong.
    """

    settings: Settings
    mistakes: tuple[WrongSetting, ...]


def load_settings(path: Path) -> Settings:
    """Return the settings of a TOML file.

    Raises:
        UnreadableFile: The file is missing or is no TOML.
        WrongSetting: A key is unknown or its value is not allowed; names file, key and both.
        WrongSettings: Several are.
    """
    found = read_settings(path)
    refuse_mistakes(path, found.mistakes)
    return found.settings


def parse_settings(document: dict[str, object], path: Path | str) -> Settings:
    """Return the settings that a parsed document states.

    Raises:
        WrongSetting: A key is unknown or its value is not allowed.
        WrongSettings: Several are.
    """
    found = _read(document, path)
    refuse_mistakes(path, found.mistakes)
    return found.settings


def read_settings(path: Path) -> ReadSettings:
    """Return the settings of a TOML file with everything that is wrong with them.

    Raises:
        UnreadableFile: The file is missing or is no TOML.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(
            path, f"{error.strerror}; copy config/gateway.toml and edit it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(path, f"is no TOML: {error}") from error
    return _read(document, path)


def _read(document: dict[str, Any], path: Path | str) -> ReadSettings:
    found: tuple[Mistake, ...] = ()
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        found = mistakes(error, document, Settings)
        settings = Settings.model_validate(_with_stand_ins(document, found))
    wrong = [WrongSetting(path, one.key, one.found, one.allowed, one.told) for one in found]
    further = beside(wrong, open_doors(settings, path))
    return ReadSettings(settings, (*wrong, *further))


_STAND_INS: dict[str, dict[str, Any]] = {
    "subscriber": {"url": "mqtt://127.0.0.1"},
    "source": {"filter": "\0", "codec": "cargotwin"},
}
"""What stands in for keys without a default, so that the rest can be checked; the filter is one
that nobody can have written (MQTT 5 §1.5.4-2)."""


def _with_stand_ins(document: Mapping[str, Any], found: Sequence[Mistake]) -> dict[str, Any]:
    """Return a document without what is wrong with it."""
    wrong = {one.place for one in found}
    result: dict[str, Any] = {}
    for section, value in document.items():
        if (section,) in wrong:
            continue
        if isinstance(value, dict):
            keys = {place[1] for place in wrong if place[0] == section}
            result[section] = {key: one for key, one in value.items() if key not in keys}
        elif section in _STAND_INS:
            result[section] = [
                _STAND_INS[section] | _usable(entry, {p[2:3] for p in wrong if p[:2] == place})
                for place, entry in (((section, number), one) for number, one in enumerate(value))
            ]
        else:
            result[section] = value
    return result


def _usable(entry: object, wrong: Collection[Place]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        return {}
    keys = {key for place in wrong for key in place}
    # Options are those of the format: without it nothing can be said of them.
    keys |= {"options"} if "codec" in keys else set()
    return {key: one for key, one in entry.items() if key not in keys}


def beside(
    found: Sequence[WrongSetting], others: Iterable[WrongSetting]
) -> tuple[WrongSetting, ...]:
    """Return further mistakes, without those that may only follow from what was found before."""
    wrong = [one.key for one in found]
    return tuple(one for one in others if not any(_may_follow(one.key, key) for key in wrong))


_JUDGED_BY = {
    "listener.host": {
        "listener.accounts_file",
        "listener.client_ca_file",
        "listener.allow_unauthenticated",
    },
    "listener.certificate_file": {
        "listener.accounts_file",
        "listener.allow_passwords_in_clear",
    },
    "listener.key_file": {"listener.certificate_file"},
    "listener.client_ca_file": {"listener.certificate_file"},
    "subscriber.certificate_file": {"subscriber.key_file"},
    "web.host": {"web.token_file"},
    "web.port": {"listener.port", "listener.host", "listener.enabled", "web.host"},
    "chain.rpc_port": {
        *("listener.port", "listener.host", "listener.enabled"),
        *("web.port", "web.host", "chain.rpc"),
    },
    "subscriber.client_id": {"subscriber.client_id", "subscriber.url"},
    "source.options.topic": {"source.filter"},
}
"""Keys that others are judged by; of a list's entries without their number."""

_COMPARED = frozenset({"subscriber.client_id"})
"""Keys that are judged by those of the other entries of their list."""


def _may_follow(key: str, wrong: str) -> bool:
    if key == wrong:
        return True
    kind, wrong_kind = (_NUMBER.sub("", one) for one in (key, wrong))
    judges = _JUDGED_BY.get(kind, ())
    # A section that is wrong as a whole is wrong in each of its keys.
    if not any(one == wrong_kind or one.startswith(f"{wrong_kind}.") for one in judges):
        return False
    return kind in _COMPARED or _NUMBER.findall(key) == _NUMBER.findall(wrong)


_NUMBER = re.compile(r"\.\d+\b")


def open_doors(settings: Settings, path: Path | str) -> Iterator[WrongSetting]:
    """Give what listens beyond this machine without authentication, unless told so by name."""
    listener = settings.listener
    if listener.enabled and not ipaddress.ip_address(listener.host).is_loopback:
        yield from _open_listener(listener, path)
    web = settings.web
    if not ipaddress.ip_address(web.host).is_loopback and not web.token_file:
        allowed = "a loopback address such as 127.0.0.1, or web.token_file must be set"
        yield WrongSetting(path, "web.host", web.host, allowed)


def _open_listener(listener: ListenerSettings, path: Path | str) -> Iterator[WrongSetting]:
    is_authenticated = bool(listener.accounts_file or listener.client_ca_file)
    if not is_authenticated and not listener.allow_unauthenticated:
        yield WrongSetting(
            path,
            "listener.host",
            listener.host,
            "a loopback address such as 127.0.0.1, or listener.accounts_file or "
            "listener.client_ca_file must be set, or listener.allow_unauthenticated = true if "
            "every host that reaches this address may write",
        )
    if listener.accounts_file and not (
        listener.certificate_file or listener.allow_passwords_in_clear
    ):
        yield WrongSetting(
            path,
            "listener.certificate_file",
            listener.certificate_file,
            "the path of a certificate, so that passwords travel encrypted, or "
            "listener.allow_passwords_in_clear = true if everyone on the way may read them",
        )
