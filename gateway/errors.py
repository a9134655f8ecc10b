"""Errors of the gateway, by the families of `twins.errors`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from twins.errors import CargotwinError, ConfigurationFault, DeviceFault, TransientFault

_LONGEST_SHOWN = 80
_USER_IN_URL = re.compile(r"://[^/@\s]*@")
_ENTRY = re.compile(r"(source|subscriber)\.(\d+)")


def shown(value: object) -> str:
    """Return a setting's value as a message shows it: short, and without a password of a URL."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    text = _USER_IN_URL.sub("://…@", text)
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
        self.sentence = f"{place} {told or f'is {shown(found)}; allowed: {allowed}'}"
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
            "unbind devices that send many sensors"
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
