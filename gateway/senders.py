"""Names of senders whose messages come in by intake's door and not over MQTT.

What they may bring is asked before the door, so no client of the listener may bear such a name.
"""

from __future__ import annotations

from typing import Final

WEBHOOK: Final = "webhook"
IMPORT: Final = "import"
"""Under which the files of loggers come in."""
DOOR: Final = "door"
"""Under which commands of people are journalled."""


def is_brought(client: str) -> bool:
    """Tell whether a message came in by the door: from `webhook[:TOKEN[:USER]]` or `import`."""
    sender = client.partition(" ")[0]
    return sender in {WEBHOOK, IMPORT} or sender.startswith(f"{WEBHOOK}:")


def is_reserved(name: str) -> bool:
    """Tell whether an account, or a client of the listener, may not bear a name."""
    return name == DOOR or is_brought(name)


def with_key(sender: str, key: str) -> str:
    """Return the client of a message with an Idempotency-Key.

    A space ends the sender: in it, ``%`` and the space are percent-encoded, so that two pairs of
    sender and key never meet in one name.
    """
    return f"{sender.replace('%', '%25').replace(' ', '%20')} {key}" if key else sender


def token_of(client: str) -> str:
    """Return the name of a webhook's token: its user is of the sender's own choice."""
    return ":".join(client.partition(" ")[0].split(":")[:2])
