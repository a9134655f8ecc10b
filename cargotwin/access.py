"""`cargotwin access …`: who may connect to the gateway, and whose signatures count."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cargotwin.console import JsonOption, explained, people, print_json
from gateway.access.accounts import (
    Account,
    AccountExists,
    UnknownAccount,
    WrongAccount,
    changed_accounts,
    read_accounts,
)
from gateway.access.passwords import SALT_BYTES, StoredPassword, stored_password
from gateway.access.signing_keys import key_of_text, text_of_key
from gateway.errors import UnreadableFile

access = typer.Typer(
    help="Who may connect to the gateway, and whose signatures count.", no_args_is_help=True
)

GENERATED_BYTES = 24
_STANDARD_INPUT = "-"

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


@access.command("add")
def add(
    name: NameArgument,
    publish: Annotated[
        list[str] | None,
        typer.Option(help="Topic filter, again for more; {name} is the name. Else its own topics."),
    ] = None,
    subscribe: Annotated[
        list[str] | None, typer.Option(help="Topic filter, likewise. Else the custody answers.")
    ] = None,
    certificate: Annotated[
        str,
        typer.Option(help="Common name of its client certificate; then no password is made up."),
    ] = "",
    signing_key: Annotated[
        str, typer.Option(help="Its Ed25519 public key: a file (PEM or JWK), a JWK, or its x.")
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
            password = _password(name, password_file)
        account = Account(
            name=name,
            password=_stored(password),
            certificate=certificate or None,
            messages_per_s=messages_per_s,
            maximum_connections=maximum_connections,
            signing_key=_signing_key(signing_key) if signing_key else None,
            must_sign=must_sign,
        )
        if publish is not None:
            account = msgspec.structs.replace(account, publish=tuple(publish))
        if subscribe is not None:
            account = msgspec.structs.replace(account, subscribe=tuple(subscribe))
        with changed_accounts(accounts) as changed:
            if name in changed:
                raise AccountExists(name, accounts)
            changed[name] = account
    _tell(f"added account {name} to {accounts}", name, None if password_file else password, as_json)


@access.command("remove")
def remove(
    name: NameArgument, accounts: FileOption = DEFAULT_FILE, as_json: JsonOption = False
) -> None:
    """Remove an account; a connection that it has open stays until it ends."""
    with explained(), changed_accounts(accounts) as changed:
        removed = changed.pop(name, None)
        if removed is None:
            raise UnknownAccount(name, accounts)
    done = f"removed account {name} from {accounts}"
    if removed.signing_key is not None:
        done += f"; what {name} signs is refused from now on"
    if removed.must_sign:
        done += ", and readings in its name are taken UNSIGNED from whoever may publish them"
    _tell(done, name, None, as_json)


@access.command("password")
def password(
    name: NameArgument,
    password_file: PasswordOption = "",
    accounts: FileOption = DEFAULT_FILE,
    as_json: JsonOption = False,
) -> None:
    """Give an account a new password; the old one ends with the next connection."""
    with explained():
        new = _password(name, password_file)
        stored = _stored(new)
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
        shown = (f"{key}={_shown(value)}" for key, value in item.items() if key != "name" and value)
        people.print(f"{item['name']}  {' '.join(shown)}", soft_wrap=True, markup=False)


def _document(account: Account) -> dict[str, object]:
    fields = {**msgspec.structs.asdict(account), "password": account.password is not None}
    for key, filters in (
        ("publish", account.grant.publish),
        ("subscribe", account.grant.subscribe),
    ):
        fields[key] = list(filters or ())
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


def _password(name: str, file: str) -> bytes:
    """Return the password that a file holds, without the end of its line, or a new one."""
    if not file:
        return secrets.token_urlsafe(GENERATED_BYTES).encode("ascii")
    if file == _STANDARD_INPUT:
        content = sys.stdin.buffer.read()
    else:
        try:
            content = Path(file).read_bytes()
        except OSError as error:
            raise UnreadableFile(file, f"{error.strerror}; name the file of a password") from error
    found = content.removesuffix(b"\n").removesuffix(b"\r")
    if not found or b"\n" in found:
        raise WrongAccount(name, "password", "is not one line of text")
    return found


def _stored(new: bytes | None) -> StoredPassword | None:
    return None if new is None else stored_password(new, secrets.token_bytes(SALT_BYTES))


def _signing_key(text: str) -> str:
    """Return a key as an account holds it, from what a person gave: a file of it, or itself."""
    if text.lstrip().startswith("{") or not Path(text).is_file():
        return text_of_key(key_of_text(text))
    try:
        return text_of_key(key_of_text(Path(text).read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(text, f"holds no public key: {error}") from error
