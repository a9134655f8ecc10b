"""`cargotwin access …`: who may connect to the gateway, and whose signatures count."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cargotwin.console import JsonOption, explained, people, print_json, print_line
from cargotwin.credentials import as_stored, new_password, signing_key_of
from gateway.access.accounts import (
    Account,
    AccountExists,
    UnknownAccount,
    changed_accounts,
    read_accounts,
)
from twins.errors import ConfigurationFault


class NothingToChange(ConfigurationFault):
    """A change names nothing that shall be otherwise."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"nothing is said that shall change of {name}; `cargotwin access change --help` lists "
            "what can"
        )


class ContradictingChange(ConfigurationFault):
    """Two options say different things of one entry."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} contradict each other; give one of them")


access = typer.Typer(
    help="Who may connect to the gateway, and whose signatures count.", no_args_is_help=True
)

OF_TOPICS = "those that its topics name"
"""What is shown of an account whose devices are not named."""

NameArgument = Annotated[str, typer.Argument(help="User name: the id of the device or party.")]
FileOption = Annotated[
    Path,
    typer.Option(
        "--accounts",
        help="The file that listener.accounts_file names; made if it is not there.",
        envvar="CARGOTWIN_ACCOUNTS",
    ),
]
PasswordOption = Annotated[
    str,
    typer.Option(
        "--password-file", help="File that holds the password; - for standard input. Else made up."
    ),
]
DEFAULT_FILE = Path("accounts.json")


PublishOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Topic filter to publish to, again for more; {name} is the name. An account without "
        "any has its own topics, cargotwin/v1/{name}/#."
    ),
]
SubscribeOption = Annotated[
    list[str] | None,
    typer.Option(help="Topic filter to subscribe to, likewise; else the custody answers."),
]
DevicesOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Id of a device that it relays, or how ids begin and then *; again for more. It then "
        "speaks for these and its own name alone; an account that names none, for its own name and "
        "the devices that its topics name, but for none that only a payload names."
    ),
]


@access.command("add")
def add(
    name: NameArgument,
    publish: PublishOption = None,
    subscribe: SubscribeOption = None,
    devices: DevicesOption = None,
    certificate: Annotated[
        str,
        typer.Option(help="Common name of its client certificate; then no password is made up."),
    ] = "",
    signing_key: Annotated[
        str, typer.Option(help="Its Ed25519 public key: a file (PEM or JWK), a JWK, or its x.")
    ] = "",
    wallet: Annotated[
        str, typer.Option(help="Address of the wallet that signs its handovers, 0x….")
    ] = "",
    must_sign: Annotated[
        bool, typer.Option("--must-sign", help="Refuse its readings unless that key signed them.")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="It never connects: a broker brings its messages.")
    ] = False,
    messages_per_s: Annotated[
        int | None, typer.Option(help="Rate above which its messages wait.", min=1)
    ] = None,
    maximum_connections: Annotated[
        int | None, typer.Option(help="Connections at once.", min=1)
    ] = None,
    password_file: PasswordOption = "",
    accounts: FileOption = DEFAULT_FILE,
    as_json: JsonOption = False,
) -> None:
    """Add an account; a password that was made up is printed once and kept nowhere."""
    with explained():
        password = None
        if password_file or not (certificate or no_password):
            password = new_password(name, password_file)
        account = Account(
            name=name,
            password=as_stored(password),
            certificate=certificate or None,
            devices=_tuple(devices),
            messages_per_s=messages_per_s,
            maximum_connections=maximum_connections,
            signing_key=signing_key_of(signing_key) if signing_key else None,
            wallet=wallet or None,
            must_sign=must_sign,
        )
        topics = _stated(publish=_tuple(publish), subscribe=_tuple(subscribe))
        account = msgspec.structs.replace(account, **topics)
        with changed_accounts(accounts) as changed:
            if name in changed:
                raise AccountExists(name, accounts)
            changed[name] = account
    _tell(
        f"added account {name} to {accounts}; the gateway whose listener.accounts_file names "
        "that file takes it within a second",
        name,
        None if password_file else password,
        as_json,
    )


@access.command("change")
def change(
    name: NameArgument,
    publish: PublishOption = None,
    subscribe: SubscribeOption = None,
    devices: DevicesOption = None,
    devices_of_topics: Annotated[
        bool,
        typer.Option("--devices-of-topics", help="Name no devices any more: those of its topics."),
    ] = False,
    certificate: Annotated[
        str | None,
        typer.Option(help='Common name of its client certificate; "" for any or none.'),
    ] = None,
    signing_key: Annotated[
        str | None,
        typer.Option(help='Its Ed25519 public key, as in `access add`; "" for none.'),
    ] = None,
    wallet: Annotated[
        str | None,
        typer.Option(help='Address of the wallet that signs its handovers; "" for none.'),
    ] = None,
    must_sign: Annotated[
        bool | None,
        typer.Option(
            "--must-sign/--may-be-unsigned",
            help="Refuse its readings unless that key signed them, or take them unsigned too.",
        ),
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Take its password away.")
    ] = False,
    messages_per_s: Annotated[
        int | None, typer.Option(help="Rate above which its messages wait; 0 for none.", min=0)
    ] = None,
    maximum_connections: Annotated[
        int | None, typer.Option(help="Connections at once; 0 for any number.", min=0)
    ] = None,
    password_file: Annotated[
        str,
        typer.Option(
            "--password-file",
            help="File that holds its new password; - for standard input. `access password` makes "
            "one up.",
        ),
    ] = "",
    accounts: FileOption = DEFAULT_FILE,
    as_json: JsonOption = False,
) -> None:
    """Change what an account may do; what is not stated stays as it is.

    A list takes the place of the one before. Within a second it holds for open connections too.
    """
    with explained():
        if devices is not None and devices_of_topics:
            raise ContradictingChange("--devices", "--devices-of-topics")
        if password_file and no_password:
            raise ContradictingChange("--password-file", "--no-password")
        changes = _stated(
            publish=_tuple(publish),
            subscribe=_tuple(subscribe),
            devices=_tuple(devices),
            must_sign=must_sign,
        )
        changes |= _stated_or_taken_away(
            certificate=certificate,
            signing_key=signing_key and signing_key_of(signing_key),
            wallet=wallet,
            messages_per_s=messages_per_s,
            maximum_connections=maximum_connections,
        )
        if devices_of_topics:
            changes["devices"] = None
        if password_file or no_password:
            password = new_password(name, password_file) if password_file else None
            changes["password"] = as_stored(password)
        if not changes:
            raise NothingToChange(name)
        with changed_accounts(accounts) as changed:
            before = changed.get(name)
            if before is None:
                raise UnknownAccount(name, accounts)
            changed[name] = after = msgspec.structs.replace(before, **changes)
    _tell(f"changed account {name} in {accounts}{_opened(before, after)}", name, None, as_json)


@access.command("remove")
def remove(
    name: NameArgument, accounts: FileOption = DEFAULT_FILE, as_json: JsonOption = False
) -> None:
    """Remove an account; its connections end as soon as the gateway has read the file again."""
    with explained(), changed_accounts(accounts) as changed:
        removed = changed.pop(name, None)
        if removed is None:
            raise UnknownAccount(name, accounts)
    _tell(f"removed account {name} from {accounts}{_opened(removed, None)}", name, None, as_json)


@access.command("password")
def password(
    name: NameArgument,
    password_file: PasswordOption = "",
    accounts: FileOption = DEFAULT_FILE,
    as_json: JsonOption = False,
) -> None:
    """Give an account a new password; the old one ends with the next connection."""
    with explained():
        new = new_password(name, password_file)
        stored = as_stored(new)
        with changed_accounts(accounts) as changed:
            if name not in changed:
                raise UnknownAccount(name, accounts)
            changed[name] = msgspec.structs.replace(changed[name], password=stored)
    _tell(f"new password of account {name}", name, None if password_file else new, as_json)


@access.command("list")
def list_accounts(accounts: FileOption = DEFAULT_FILE, as_json: JsonOption = False) -> None:
    """List the accounts: what each may do, and nothing of its password."""
    with explained():
        items = [_document(one) for one in read_accounts(accounts).values()]
    if as_json:
        print_json({"items": items, "next": None})
        return
    for item in items:
        item["devices"] = item["devices"] or OF_TOPICS
        shown = (f"{key}={_shown(value)}" for key, value in item.items() if key != "name" and value)
        print_line(f"{item['name']}  {' '.join(shown)}")


def _opened(before: Account, after: Account | None) -> str:
    """Return what is refused and what is open from now on that was not before."""
    said = ""
    if before.signing_key is not None and (after is None or after.signing_key is None):
        said += f"; what {before.name} signs is refused from now on"
    signed = before.signing_key is not None or before.wallet is not None
    if signed and (after is None or (after.signing_key is None and after.wallet is None)):
        said += f"; handovers in the name of {before.name} need no signature from now on"
    if before.must_sign and (after is None or not after.must_sign):
        said += ", and readings in its name are taken UNSIGNED from whoever may publish them"
    if after is not None and after.password is None and after.certificate is None:
        said += "; without password and certificate nobody can connect as it"
    return said


def _stated(**entries: object) -> dict[str, Any]:
    """Return the entries of an account that a person states, without those left out."""
    return {key: value for key, value in entries.items() if value is not None}


def _stated_or_taken_away(**entries: str | int | None) -> dict[str, Any]:
    """Return the same, where an empty text or 0 takes an entry away."""
    return {key: value or None for key, value in entries.items() if value is not None}


def _tuple(words: list[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def _document(account: Account) -> dict[str, object]:
    fields = {**msgspec.structs.asdict(account), "password": account.password is not None}
    for key, filters in (
        ("publish", account.grant.publish),
        ("subscribe", account.grant.subscribe),
    ):
        fields[key] = list(filters or ())
    if account.devices is not None and account.grant.devices is not None:
        fields["devices"] = list(account.grant.devices.names)
    return fields


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _tell(done: str, name: str, made_up: bytes | None, as_json: bool) -> None:  # noqa: FBT001 - as the option of each command
    """Say what was done; a password goes to standard output, where a program can take it."""
    if as_json:
        print_json({"name": name, "password": made_up.decode() if made_up else None})
    elif made_up is not None:
        sys.stdout.write(f"{made_up.decode()}\n")
    people.print(done, soft_wrap=True, markup=False)
