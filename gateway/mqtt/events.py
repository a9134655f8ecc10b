"""What an endpoint tells its shell about the bytes that it was given."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from .connecting import Connack, Connect, Disconnect
from .errors import MqttFault
from .ports import Publish


class ConnectRequested(msgspec.Struct, frozen=True):
    """A client wants in; nothing else is read before the shell accepts or rejects it.

    Attributes:
        client: Its client id, or the one that the server assigned.
        connect: The packet, with user name, password and will.
    """

    client: str
    connect: Connect


class ConnectionAnswered(msgspec.Struct, frozen=True):
    """The server accepted or refused our CONNECT."""

    connack: Connack


class Published(msgspec.Struct, frozen=True):
    """PUBLISH packets of one chunk, in order: all of them, as a rule."""

    publishes: list[Publish]


class Released(msgspec.Struct, frozen=True):
    """PUBREL packets of one chunk, by packet id, in order."""

    packet_ids: list[int]


class SubscriptionsAnswered(msgspec.Struct, frozen=True):
    """The server answered our SUBSCRIBE, one reason code per topic filter."""

    reason_codes: tuple[int, ...]


class SubscriptionsChanged(msgspec.Struct, frozen=True):
    """A session has other subscriptions now; the answer waits until that is durable."""


class Disconnected(msgspec.Struct, frozen=True):
    """The other side says goodbye."""

    disconnect: Disconnect


class Refused(msgspec.Struct, frozen=True):
    """The other side broke the protocol; the answer is queued and nothing more is read.

    Attributes:
        fault: What is wrong.
        head: The first bytes of the offending packet.
    """

    fault: MqttFault
    head: bytes


Event: TypeAlias = (
    ConnectRequested
    | ConnectionAnswered
    | Published
    | Released
    | SubscriptionsAnswered
    | SubscriptionsChanged
    | Disconnected
    | Refused
)
