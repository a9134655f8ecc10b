"""Plans of shipments as files and as the documents of their records."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import rfc8785

from twins.policy.shape_mistakes import Mistake
from twins.position.route import InvalidPlan, parse_plan, plan_mistakes
from twins.readings import MICROSECONDS

from .errors import CommandRefused, UnreadableFile

LARGEST_PLAN_BYTES = 262_144
_TICK = dt.timedelta(seconds=1) / MICROSECONDS
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def read_plan_file(path: Path) -> dict[str, Any]:
    """Return the plan of a JSON or TOML file, checked; times of TOML become microseconds UTC.

    Raises:
        UnreadableFile: The file is missing, or is neither.
        InvalidPlan: It breaks a rule of the plan's schema.
    """
    is_toml = path.suffix.lower() == ".toml"
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text) if is_toml else msgspec.json.decode(text)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableFile(path, f"is no {'TOML' if is_toml else 'JSON'}: {error}") from error
    document = _with_moments(found)
    mistakes = list(plan_mistakes(document))
    if mistakes or not isinstance(document, dict):
        raise InvalidPlan(mistakes)
    return document


def plan_document(plan: dict[str, Any]) -> bytes:
    """Return the RFC 8785 bytes of a plan, checked.

    Raises:
        CommandRefused: It has no such form, or is too large.
        InvalidPlan: It breaks a rule of the plan's schema.
    """
    try:
        document = rfc8785.dumps(plan)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        reason = f"the plan has no canonical JSON form: {error}"
        raise CommandRefused("invalid_plan", reason) from error
    if len(document) > LARGEST_PLAN_BYTES:
        reason = (
            f"the plan has {len(document)} bytes, at most {LARGEST_PLAN_BYTES} are taken; "
            "state fewer positions"
        )
        raise CommandRefused("plan_too_large", reason)
    parse_plan(document)
    return document


def _with_moments(found: object) -> object:
    if isinstance(found, dict):
        return {key: _with_moments(one) for key, one in found.items()}
    if isinstance(found, list):
        return [_with_moments(one) for one in found]
    if isinstance(found, dt.datetime):
        return _microseconds(found)
    return found


def _microseconds(moment: dt.datetime) -> int:
    if moment.tzinfo is None:
        allowed = "a time with its offset, such as 2026-05-04T10:00:00Z"
        told = f"is {moment.isoformat()}, without an offset"
        raise InvalidPlan([Mistake("arrives_by", None, allowed, told)])
    return (moment - _EPOCH) // _TICK
