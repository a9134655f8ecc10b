"""Passwords and public keys of accounts, as a person gives them to a command."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from gateway.access.accounts import WrongAccount
from gateway.access.passwords import SALT_BYTES, StoredPassword, stored_password
from gateway.access.signing_keys import key_of_text, text_of_key
from gateway.errors import UnreadableFile

GENERATED_BYTES = 24
_STANDARD_INPUT = "-"


def new_password(name: str, file: str) -> bytes:
    """Return the password that a file holds, without the end of its line, or a made up one.

    Args:
        name: The account's name.
        file: Path of the file, `-` for standard input, empty for none.

    Raises:
        UnreadableFile: The file cannot be read.
        WrongAccount: It holds no single line.
    """
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


def as_stored(new: bytes | None) -> StoredPassword | None:
    """Return what an account keeps of a new password, None where there is none."""
    return None if new is None else stored_password(new, secrets.token_bytes(SALT_BYTES))


def signing_key_of(text: str) -> str:
    """Return a key as an account holds it, from what a person gave: a file of it, or itself.

    Raises:
        InvalidSigningKey: It is no Ed25519 public key.
        UnreadableFile: The file cannot be read.
    """
    if text.lstrip().startswith("{") or not Path(text).is_file():
        return text_of_key(key_of_text(text))
    try:
        return text_of_key(key_of_text(Path(text).read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(text, f"holds no public key: {error}") from error
