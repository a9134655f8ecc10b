"""Options of a format into which a person's answers are put one by one.

An answer stands under the words of the need, such as `zone` or `unit of data.t`; under any other
key it is an option of the format, dotted. This module is pure.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any

from gateway.codecs.mapping import WHOLE
from gateway.devices.questions import DECODER, ID, IGNORE, LEVEL, SCALED, ZONE, level
from gateway.errors import CommandRefused

MAPPING = "mapping"
SPARKPLUG = "sparkplug_b"
_MEASURED = ("quantity", "unit")
_SCALE = "scale"
_WITHOUT_ZONE = "naive_time"
_DEVICES_KEYS = {DECODER: "decoder", ID: "devices"}
"""Tables with an entry for each device, by how the words of the need begin."""

_EVERY = "*"
_ENTRIES = {MAPPING: ("fields", "path"), SPARKPLUG: ("metrics", "name")}
"""Lists of what numbers measure, and what names the number there; a table in other formats."""


def stated(answers: Mapping[str, object]) -> dict[str, object]:
    """Return what is said; an empty answer says nothing."""
    return {key: value for key, value in answers.items() if value not in ("", None)}


class Draft:
    """A configuration into which answers are put one by one.

    Args:
        codec: Name of the format.
        options: Its options, which stay as they are.
        topic: A topic of the device.
        device: Its id; what is set for it alone comes before what is set for all.

    Attributes:
        options: The options with the answers.
        names_device: Whether it was said which level of the topic names the device.
        measured: The numbers of which it was said what they measure.
    """

    def __init__(
        self, codec: str, options: Mapping[str, Any], topic: str = "", device: str = ""
    ) -> None:
        self.codec = codec
        self.options: dict[str, Any] = copy.deepcopy(dict(options))
        self.names_device = False
        self.measured: set[str] = set()
        self._topic = topic
        self._device = device
        self._ignored: set[str] = set()

    def take(self, key: str, value: object, *, is_need: bool) -> None:
        """Put one answer where it belongs.

        Args:
            key: The words of the need, or an option.
            value: The answer.
            is_need: Whether a "quantity", "unit" or "scale" without a name is that of the only
                number; else it is an option.

        Raises:
            CommandRefused: It cannot be an answer.
        """
        what, _, path = key.partition(" of ")
        table = next((begin for begin in _DEVICES_KEYS if key.startswith(begin)), None)
        if key == LEVEL:
            self._name_device(level(value, self._topic))
        elif key == ZONE:
            # With a zone nothing is left to the time of arrival.
            self.options.pop(_WITHOUT_ZONE, None)
            self.options[ZONE] = value
        elif table is not None:
            self._table(_DEVICES_KEYS[table])[key.removeprefix(table)] = value
        elif what in _MEASURED and (path or is_need):
            self._measure(what, path or self._only_path(), str(value))
        elif what == _SCALE and self.codec in SCALED and (path or is_need):
            self._measure(what, path or self._only_path(), _number(key, value))
        else:
            self._set_option(key, value)
        self._check_shapes(key)

    def covers(self, need: str, said: Mapping[str, object]) -> bool:
        """Tell whether a need is met by another answer than its own."""
        if need == ZONE:
            return _WITHOUT_ZONE in said
        if need == "unit":
            return said.get("quantity") == IGNORE
        return need.removeprefix("unit of ") in self._ignored

    def _name_device(self, place: int) -> None:
        levels = self._topic.split("/")
        self.options["topic"] = "/".join([*levels[:place], "{device}", *levels[place + 1 :]])
        self.names_device = True

    def _measure(self, what: str, path: str, answer: str | float) -> None:
        self.measured.add(path)
        if answer == IGNORE:
            self._ignore(path)
        elif path not in self._ignored:
            self._entry(path)[what] = answer

    def _entry(self, path: str) -> dict[str, Any]:
        """Return the part of the options that says what one number measures."""
        if self.codec in _ENTRIES:
            name, key = _ENTRIES[self.codec]
            entries = self.options.setdefault(name, [])
            named = [one for one in entries if one[key] == path]
            own = [one for one in named if one.get("device", _EVERY) == self._device]
            of_all = [one for one in named if one.get("device", _EVERY) == _EVERY]
            found = next(iter([*own, *of_all]), None)
            if found is None:
                found = {key: path}
                entries.append(found)
            return found
        entry: dict[str, Any] = self._table("fields").setdefault(path, {})
        return entry

    def _ignore(self, path: str) -> None:
        self._ignored.add(path)
        entry = self._entry(path)
        if self.codec == SPARKPLUG:
            entry["quantity"] = IGNORE
            entry.pop("unit", None)
            entry.pop("scale", None)
        elif self.codec == MAPPING:
            self.options["fields"].remove(entry)
        else:
            del self.options["fields"][path]

    def _only_path(self) -> str:
        return str(self.options["fields"][0]["path"]) if self.options.get("fields") else WHOLE

    def _table(self, name: str) -> dict[str, Any]:
        table = self.options.setdefault(name, {})
        if not isinstance(table, dict):
            raise _no_option(name, f"{name} is {table!r} already, and no table")
        return table

    def _set_option(self, key: str, value: object) -> None:
        *parents, last = key.split(".")
        place = self.options
        for name in parents:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise _no_option(key, f"{name} is no table")
        place[last] = value

    def _check_shapes(self, key: str) -> None:
        """Refuse what further answers, and people who look at it, could not go on with.

        Raises:
            CommandRefused: A list or table of the format is something else by an answer.
        """
        options = self.options
        if "topic" in options and not isinstance(options["topic"], str):
            raise _no_option(key, "topic is a text")
        if self.codec in _ENTRIES:
            name, named_by = _ENTRIES[self.codec]
            entries = options.get(name, [])
            if not isinstance(entries, list) or not all(
                isinstance(one, dict) and isinstance(one.get(named_by), str) for one in entries
            ):
                raise _no_option(key, f"{name} is a list of tables, each with a {named_by}")
            return
        fields = options.get("fields", {})
        entries = fields.values() if isinstance(fields, dict) else [None]
        if not all(isinstance(one, dict) for one in entries):
            raise _no_option(key, "fields is a table of tables, each named by a field")


def _no_option(key: str, reason: str) -> CommandRefused:
    return CommandRefused("invalid_option", f"{key} is no option: {reason}")


def _number(key: str, answer: object) -> float:
    """Return an answer that is a number.

    Raises:
        CommandRefused: It is none.
    """
    try:
        number = float(str(answer))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        allowed = "a number such as 0.1, with a point"
        raise CommandRefused("invalid_option", f"{key} is {str(answer)!r}; allowed is {allowed}")
    return number
