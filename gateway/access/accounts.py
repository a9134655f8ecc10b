"""Accounts: who may connect to the gateway, what about, and with whose key readings are signed.

They lie in one JSON file that its owner alone can read:

    {"schema": "cargotwin.accounts.v1", "accounts": [{"name": "truck-7", "password": {…}, …}]}

`cargotwin access` writes it, whole or not at all; the gateway reads it again when it has changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from typing_extensions import override

from gateway.access.handover_signatures import signer_of_key, signer_of_text
from gateway.access.passwords import StoredPassword
from gateway.access.signing_keys import InvalidSigningKey, key_of_text
from gateway.errors import UnreadableFile
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.ports import DeviceRights, Grant
from gateway.mqtt.rights import check_device_name
from gateway.mqtt.topics import check_topic_filter
from gateway.senders import is_reserved
from gateway.whole_files import changing, replaced
from twins.errors import ConfigurationFault, InvalidIdentifier
from twins.identity.identifiers import device_id
from twins.policy.shape_mistakes import shape_mistakes

OWN_TOPICS: Final = ("cargotwin/v1/{name}/#",)
"""What an account may publish to unless it says otherwise."""

ANSWERS: Final = ("cargotwin/v1/answers/+",)
"""What an account may subscribe to unless it says otherwise: how statements were taken."""

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_NAME: Final = "{name}"
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class WrongAccount(ConfigurationFault):
    """An account says something that it must not say.

    Attributes:
        account: Its name.
        key: Which of its entries.
        problem: What is wrong with it.
    """

    def __init__(self, account: str, key: str, problem: str) -> None:
        self.account = account
        self.key = key
        self.problem = problem
        super().__init__(f"account {account!r}: {key}: {problem}")


class AccountExists(ConfigurationFault):
    """An account of this name is there already."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        super().__init__(
            f"account {name} is in {file} already; give it a new password with "
            f"`cargotwin access password {name}`, or remove it first"
        )


class UnknownAccount(ConfigurationFault):
    """There is no account of this name."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        super().__init__(
            f"{file} holds no account {name}; `cargotwin access list` names those that there are"
        )


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A device or a party, and what it may do.

    Attributes:
        name: User name; for a device that signs, its id.
        password: What is kept of its password, None where it has none.
        certificate: Common name that its client certificate must bear, None for any or none. With
            a password as well, both are demanded; with neither, nobody can connect as it.
        publish: Topic filters that it may publish to; `{name}` stands for its name.
        subscribe: Topic filters that it may subscribe to, likewise.
        devices: Devices that it may speak for beside its own name: ids, or how ids begin and then
            `*`. None, as in a file that says nothing of it, is the narrow reading: those that its
            topics name and that no other account names, and none that only a payload names.
        messages_per_s: Rate above which the gateway reads no further from it for a while.
        maximum_connections: How many connections it may hold at once.
        signing_key: Ed25519 public key of its readings and of its handovers: `x` of a JWK (RFC 8037
            section 2).
        wallet: Address of the wallet that signs its handovers. A party with a key or a wallet has
            its handovers refused unless one of them signed them.
        must_sign: Whether its readings are refused unless that key signed them.
    """

    name: str
    password: StoredPassword | None = None
    certificate: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    publish: tuple[str, ...] = OWN_TOPICS
    subscribe: tuple[str, ...] = ANSWERS
    devices: tuple[str, ...] | None = None
    messages_per_s: Count | None = None
    maximum_connections: Count | None = None
    signing_key: str | None = None
    wallet: str | None = None
    must_sign: bool = False

    @cached_property
    def grant(self) -> Grant:
        """What it may do, with its name filled in."""
        return Grant(
            principal=self.name,
            publish=tuple(one.replace(_NAME, self.name) for one in self.publish),
            subscribe=tuple(one.replace(_NAME, self.name) for one in self.subscribe),
            messages_per_s=self.messages_per_s,
            maximum_connections=self.maximum_connections,
            devices=self._device_rights,
        )

    @property
    def _device_rights(self) -> DeviceRights:
        if self.devices is None:
            return DeviceRights((self.name,), by_topic=True)
        return DeviceRights(tuple(dict.fromkeys((self.name, *self.named_devices))))

    @property
    def named_devices(self) -> tuple[str, ...]:
        """The devices that it names, with its name filled in."""
        return tuple(one.replace(_NAME, self.name) for one in self.devices or ())

    def check(self) -> None:
        """Check what its types leave open.

        Raises:
            WrongAccount: An entry cannot be used.
        """
        try:
            device_id(self.name)
        except InvalidIdentifier as error:
            raise WrongAccount(self.name, "name", error.rule) from error
        if is_reserved(self.name):
            problem = "is kept for what webhooks, logger files and commands bring; choose another"
            raise WrongAccount(self.name, "name", problem)
        for key, filters in (("publish", self.grant.publish), ("subscribe", self.grant.subscribe)):
            for topic_filter in filters or ():
                self._check_filter(key, topic_filter)
        for name in self.devices or ():
            self._check_device(name)
        if self.must_sign and self.signing_key is None:
            raise WrongAccount(self.name, "must_sign", "needs a signing_key")
        if self.signing_key is not None:
            try:
                key_of_text(self.signing_key)
            except InvalidSigningKey as error:
                raise WrongAccount(self.name, "signing_key", str(error)) from error
        if self.wallet is not None and not _ADDRESS.fullmatch(self.wallet):
            problem = f"{self.wallet!r} is no address of the form 0x…40 hex digits"
            raise WrongAccount(self.name, "wallet", problem)

    def _check_filter(self, key: str, topic_filter: str) -> None:
        if "{" in topic_filter or "}" in topic_filter:
            raise WrongAccount(self.name, key, f"{topic_filter!r}: only {_NAME} may be in braces")
        try:
            check_topic_filter(topic_filter)
        except MqttFault as fault:
            raise WrongAccount(self.name, key, str(fault)) from fault

    def _check_device(self, name: str) -> None:
        try:
            check_device_name(name.replace(_NAME, self.name))
        except InvalidIdentifier as error:
            raise WrongAccount(self.name, "devices", f"{name!r}: {error.rule}") from error


class Accounts(Mapping[str, Account]):
    """Accounts by name, with what is asked of them often.

    Args:
        accounts: In the order of the file.

    Attributes:
        by_certificate: Those that demand one, by its common name.
        must_sign: Devices whose unsigned readings are refused.
        devices: Names of accounts and what stands among the devices of one, without those that
            must sign: these no topic entitles others to speak for.

    Raises:
        WrongAccount: One cannot be used, or contradicts another.
    """

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._accounts: dict[str, Account] = {}
        self.by_certificate: dict[str, Account] = {}
        self._keys: dict[str, bytes] = {}
        self._parties: dict[str, str] = {}
        by_key: dict[bytes, Account] = {}
        for one in accounts:
            one.check()
            if one.name in self._accounts:
                raise WrongAccount(one.name, "name", "stands twice")
            self._accounts[one.name] = one
            if one.certificate is not None:
                _only(one, "certificate", self.by_certificate.setdefault(one.certificate, one))
            if one.signing_key is not None:
                key = self._keys[one.name] = key_of_text(one.signing_key)
                # With one key for two, a payload of the one could be sent as the other's.
                _only(one, "signing_key", by_key.setdefault(key, one))
            for signer in self.signers_of(one.name):
                party = self._parties.setdefault(signer, one.name)
                _only(one, "wallet", self._accounts[party])
        self.must_sign = frozenset(one.name for one in self.values() if one.must_sign)
        named = (name for one in self.values() for name in (one.name, *one.named_devices))
        # Whoever carries the readings of a device that must sign, only its key can make them.
        self.devices = frozenset(named) - self.must_sign

    @override
    def __getitem__(self, name: str) -> Account:
        return self._accounts[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    @override
    def __len__(self) -> int:
        return len(self._accounts)

    def signing_key(self, name: str) -> bytes | None:
        """Return the Ed25519 public key of a device, 32 bytes, or None where it has none."""
        return self._keys.get(name)

    def signers_of(self, party: str) -> frozenset[str]:
        """Return the names of the keys with which a party signs handovers, as records hold them."""
        account, key = self._accounts.get(party), self._keys.get(party)
        found = [] if key is None else [signer_of_key(key)]
        if account is not None and account.wallet is not None:
            found.append(signer_of_text(account.wallet))
        return frozenset(found)

    def party_of(self, signer: str) -> str | None:
        """Return whose key it is, None where no account names it."""
        return self._parties.get(signer)

    @property
    def key_holders(self) -> Mapping[str, str]:
        """Of every key with which handovers may be signed, whose it is."""
        return self._parties


def _only(account: Account, key: str, holder: Account) -> None:
    if holder is not account:
        raise WrongAccount(account.name, key, f"is that of {holder.name} already")


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: Literal["cargotwin.accounts.v1"] = "cargotwin.accounts.v1"
    accounts: tuple[Account, ...] = ()


def read_accounts(path: Path) -> Accounts:
    """Return the accounts of a file.

    Raises:
        UnreadableFile: It is missing, no such file, or open to others.
        WrongAccount: An account cannot be used.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except OSError as error:
        remedy = "make it with `cargotwin access add`"
        raise UnreadableFile(path, f"{error.strerror}; {remedy}") from error
    if mode & _OTHERS:
        raise UnreadableFile(path, f"others can read it; run `chmod 600 {path}`")
    try:
        found = msgspec.json.decode(content, type=_File, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        remedy = "put back a copy, or remove it and make it anew with `cargotwin access add`"
        raise UnreadableFile(
            path, f"is no file of accounts: {_damage_of(content)}; {remedy}"
        ) from error
    return Accounts(found.accounts)


def _damage_of(content: bytes) -> str:
    """Return in words why a file holds no accounts; none of its values, which may be secret."""
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno} is no JSON"
    except UnicodeDecodeError as error:
        return f"byte {error.start} is not UTF-8"
    found = [
        f"{one.key or 'it'} {one.told or f'is not {one.allowed}'}"
        for one in shape_mistakes(document, _File)
    ]
    return ", ".join(found) or "it is no JSON of RFC 8259 in UTF-8"


@contextlib.contextmanager
def changed_accounts(path: Path) -> Iterator[dict[str, Account]]:
    """Give the accounts of a file to be changed, and write them back whole at the end.

    Of two that change the file at once, the second waits. A file that is missing holds none.

    Raises:
        UnreadableFile: The file, or its folder, cannot be used.
        WrongAccount: An account cannot be used, before or after.
    """
    with changing(path):
        accounts = dict(read_accounts(path)) if path.exists() else {}
        yield accounts
        _write(path, Accounts(accounts.values()))


def _write(path: Path, accounts: Accounts) -> None:
    content = msgspec.json.format(msgspec.json.encode(_File(accounts=tuple(accounts.values()))))
    with replaced(path, _OWNER_ONLY) as file:
        file.write(content + b"\n")
        if path.exists():
            # Whoever administers may be another user than the one that the gateway runs as.
            owner = path.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
