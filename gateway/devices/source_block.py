"""A `[[source]]` of gateway.toml, ready to paste (TOML 1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from gateway.devices.questions import Configured

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def source_block(one: Configured) -> str:
    """Return the section that configures a format, and what must still be said as comments.

    While something is open, what would stand in for it is left out.
    """
    options = dict(one.options)
    if one.open:
        options.pop("naive_time", None)
    lines = ["[[source]]", f"filter = {_value(one.filter)}", f"codec = {_value(one.codec)}"]
    if options:
        lines.append(f"options = {_value(options)}")
    lines += [f"# still needed: {_one_line(need)}" for need in one.open]
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        members = [f"{_key(str(key))} = {_value(member)}" for key, member in value.items()]
        return f"{{ {', '.join(members)} }}" if members else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_value, value))}]"
    # Strings, numbers and truth values are written as in JSON, but for DEL: TOML escapes it too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)


def _one_line(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in text)
