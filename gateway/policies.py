"""Condition policies as files and as filed documents."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from twins.policy.condition_policy import ConditionPolicy, check_policy, parse_policy

from .errors import UnreadableFile


def digest_of(document: bytes) -> bytes:
    """Return the policy digest: SHA-256 of the RFC 8785 bytes."""
    return hashlib.sha256(document).digest()


@lru_cache(maxsize=256)
def policy_of(document: bytes) -> ConditionPolicy:
    """Return the policy of a filed document.

    Raises:
        InvalidPolicy: The document breaks a rule of the policy's schema.
    """
    parsed: dict[str, Any] = msgspec.json.decode(document)
    return parse_policy(parsed, digest_of(document), str(parsed.get("id", "policy")))


def read_policy_file(path: Path) -> dict[str, Any]:
    """Return the parsed TOML of a policy file, checked.

    Raises:
        UnreadableFile: The file is missing or is no TOML.
        InvalidPolicy: It breaks a rule of the policy's schema.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(path, f"is no TOML: {error}") from error
    check_policy(document, str(path))
    return document


def find_policy(folder: Path, name: str) -> dict[str, Any]:
    """Return the policy of a name in a folder, or of a path.

    Raises:
        UnreadableFile: There is no such policy; names those that there are.
    """
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in folder.glob("*.toml"))) or "none"
        raise UnreadableFile(path, f"no such policy; {folder} has: {known}")
    return read_policy_file(path)
