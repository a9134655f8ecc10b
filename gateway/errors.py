"""Errors of the gateway, by the families of `twins.errors`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from twins.errors import CargotwinError, ConfigurationFault, DeviceFault, TransientFault

_LONGEST_SHOWN = 80
_ENTRY = re.compile(r"(source|subscriber)\.(\d+)")
_ADDRESSES = frozenset({"url", "rpc", "public_url", "base_uri"})
_HIDDEN = "not shown, as it may hold a secret"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[\w.\-]*)(?::\d{1,5})?")


def shown(value: object) -> str:
    """Return a setting's value as a message shows it: short, and no table, which may hold any."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        return "a list of tables"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return _cut(text)


def shown_setting(key: str, value: object) -> str:
    """Return the value of a key as a message shows it, without what may be a secret.

    Args:
        key: The key, dotted.
        value: What stands there.
    """
    name = key.rpartition(".")[2]
    if name in _ADDRESSES:
        return _shown_address(value)
    if name.endswith("token_file"):
        # Whoever takes it for the token's own place writes the token there.
        return _HIDDEN
    return shown(value)


def _shown_address(value: object) -> str:
    """Return scheme, host and port of an address; all else in it may be a password or a key."""
    if not isinstance(value, str):
        return _HIDDEN if isinstance(value, list | tuple | Mapping) else shown(value)
    scheme = _SCHEME.match(value)
    rest = value[scheme.end() :] if scheme else value
    user, at, place = rest.rpartition("@")
    host = re.split(r"[/?#\s]", place, maxsplit=1)[0]
    # Before the host anything but a user name means that it is not certain which part is the host.
    if re.search(r"[/?#]", user) or not _HOST.fullmatch(host) or not (scheme or host):
        return _HIDDEN if value else shown(value)
    tail = "/…" if place != host else ""
    return _cut(repr(f"{scheme[0] if scheme else ''}{'…@' if at else ''}{host}{tail}"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


class WrongSetting(ConfigurationFault):
    """A setting in a configuration file cannot be used.

    Attributes:
        file: The file it stands in.
        key: Its key, dotted.
        found: What stands there.
        allowed: What may stand there.
        sentence: The key, what is wrong with it and what to write.
    """

    def __init__(
        self, file: Path | str, key: str, found: object, allowed: str, told: str = ""
    ) -> None:
        self.file = str(file)
        self.key = key
        self.found = found
        self.allowed = allowed
        entry = _ENTRY.match(key)
        # Keys count from 0, as in JSON; people from 1.
        place = f"{key} ([[{entry[1]}]] number {int(entry[2]) + 1})" if entry else key
        self.sentence = f"{place} {told or f'is {shown_setting(key, found)}; allowed: {allowed}'}"
        super().__init__(f"{file}: {self.sentence}")


class WrongSettings(ConfigurationFault):
    """Several settings in a configuration file cannot be used.

    Attributes:
        mistakes: What is wrong with each.
    """

    def __init__(self, file: Path | str, mistakes: Sequence[WrongSetting]) -> None:
        self.mistakes = tuple(mistakes)
        lines = "".join(f"\n  {one.sentence}" for one in mistakes)
        super().__init__(f"{file}: {len(mistakes)} mistakes{lines}")


def refuse_mistakes(file: Path | str, mistakes: Sequence[WrongSetting]) -> None:
    """Raise what is wrong with a configuration file, if anything is.

    Raises:
        WrongSetting: One setting is wrong.
        WrongSettings: Several are.
    """
    if len(mistakes) == 1:
        raise mistakes[0]
    if mistakes:
        raise WrongSettings(file, mistakes)


class UnreadableFile(ConfigurationFault):
    """A file that a person named cannot be read or parsed."""

    def __init__(self, file: Path | str, reason: str) -> None:
        self.file = str(file)
        super().__init__(f"{file}: {reason}")


class IntakeAway(TransientFault):
    """The intake process does not answer on its local socket."""

    def __init__(self, socket: Path, reason: str) -> None:
        self.socket = socket
        super().__init__(
            f"no gateway answers at {socket} ({reason}); start one with `cargotwin gateway` or "
            "name its data folder with --data"
        )


class CommandRefused(DeviceFault):
    """Intake refused a command and says why.

    Attributes:
        code: Name of the rule that it broke.
    """

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")


class JournalDamaged(CargotwinError):
    """The journal's bytes are not what was committed."""

    def __init__(self, batch: int, reason: str) -> None:
        self.batch = batch
        self.reason = reason
        super().__init__(f"journal batch {batch}: {reason}; restore the data folder from a copy")


class LedgerDamaged(CargotwinError):
    """A row of the ledger is not what was written."""

    def __init__(self, row: str) -> None:
        self.row = row
        super().__init__(
            f"the ledger's row of {row} is not what was written; "
            "restore the data folder from a copy"
        )


class DocumentTooLarge(CargotwinError):
    """A version's metadata document is larger than a document may be; nothing was published."""

    def __init__(self, asset: str, size: int, largest: int) -> None:
        self.asset = asset
        self.size = size
        super().__init__(
            f"asset {asset}: its document has {size} bytes, at most {largest} may be published; "
            "it lists every sensor that was heard and every holder. Unbind a device that is not "
            "needed from the moment at which it was bound (--at): its readings then are left out. "
            "Or go on with the goods as another asset, with fewer sensors"
        )


class NotYetDerived(TransientFault):
    """An asset's twin is being rebuilt from the journal."""

    def __init__(self, asset: str) -> None:
        self.asset = asset
        super().__init__(f"asset {asset} is not derived from the journal yet; wait a moment")


class EmbeddedChainMissing(ConfigurationFault):
    """The embedded chain's packages are not installed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the embedded chain needs the extra cargotwin[demo] ({reason}); install it, or set "
            "chain.rpc to the address of a node"
        )


class AlreadyRunning(ConfigurationFault):
    """Another gateway works on the same data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"another gateway works on {folder}; stop it or choose another --data")


class UnknownAsset(CargotwinError):
    """No version was ever published for the asset in this data folder."""

    def __init__(self, asset: str, folder: Path) -> None:
        self.asset = asset
        super().__init__(
            f"nothing was published for asset {asset} in {folder}; "
            "`cargotwin asset list` names them"
        )
