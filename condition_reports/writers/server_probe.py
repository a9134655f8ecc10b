"""What a server is, found out before it is asked for a report.

Some servers take a JSON schema and ignore it. So each is asked once for something that no model
would say by chance; a server that gives it does keep schemas. Answers are checked either way: the
finding is for the provenance record and for people.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from .errors import NoDraft
from .openai_protocol import Message, Said, Server

Keeping = Literal["kept", "ignored", "refused"]

_KEY = "quiet_lantern"
_WORD = "zebra-plum-orbit"
_QUESTION = (Message("user", "What is the capital of France? Answer with its name alone."),)
_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {_KEY: {"type": "string", "enum": [_WORD]}},
    "required": [_KEY],
    "additionalProperties": False,
}
_REFUSALS = ("server_status_400", "server_status_422", "server_status_501")
_ODD = re.compile(r"[^\w.:+()/@ -]+", re.ASCII)
_LONGEST_NAME = 100


class Probed(msgspec.Struct, frozen=True):
    """What is known of a server.

    Attributes:
        model: What it calls the model, without the folder that a local one lies in.
        software: What it calls itself; "" where it does not.
        schema: Whether it kept a schema, ignored it, or refused a request that had one.
    """

    model: str
    software: str
    schema: Keeping


def probe_schema(server: Server) -> Probed:
    """Return what a server for conversations is.

    Raises:
        NoDraft: It does not answer.
    """
    try:
        said = server.chat(_QUESTION, 0, _SCHEMA, server.deadline())
    except NoDraft as error:
        if error.code not in _REFUSALS:
            raise
        return probed(server.chat(_QUESTION, 0, None, server.deadline()), "refused")
    return probed(said, "kept" if _is_kept(said.text) else "ignored")


def probed(said: Said, schema: Keeping) -> Probed:
    """Return what an answer tells of its server."""
    return Probed(model_named(said), _printable(said.software), schema)


def model_named(said: Said) -> str:
    """Return what a server calls its model, fit for a public record."""
    return public_name(said.model)


def public_name(name: str) -> str:
    """Return a name as a public record may hold it: short, of plain characters, without a folder.

    A folder's path may tell of people.
    """
    is_path = name.startswith(("/", ".", "~"))
    return _printable(name.rpartition("/")[2] if is_path else name)


def _is_kept(text: str) -> bool:
    try:
        return bool(msgspec.json.decode(text) == {_KEY: _WORD})
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return False


def _printable(name: str) -> str:
    return _ODD.sub("", name)[:_LONGEST_NAME].strip()
