"""For which devices the sender of a message may speak: a device speaks only for itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from gateway.codecs.base import AddressedCodec, Codec, Record
from gateway.mqtt.ports import DeviceRights, Grant, Publish
from gateway.mqtt.rights import may_publish, may_speak_for
from gateway.mqtt.session_state import principal_of
from twins.readings import Reading

WEBHOOK: Final = "webhook"
IMPORT: Final = "import"
_EVERYTHING: Final = Grant("", None, ())
_OF_PEOPLE: Final = frozenset({WEBHOOK, IMPORT})
"""Senders that came in by intake's door: who may use it has said what they may bring."""


class Speakers(Protocol):
    """Knows what the accounts say."""

    def grant_of(self, client: str) -> Grant:
        """Return what a client of the listener may do now.

        Args:
            client: As in `Publish.client`.
        """


class Everybody:
    """Lets every client speak for every device: there are no accounts."""

    def grant_of(self, client: str) -> Grant:
        """Return that nothing is withheld."""
        del client
        return _EVERYTHING


class Mandate(NamedTuple):
    """For whom one message may speak.

    Attributes:
        rights: What its sender may do.
        of_topic: The device that its topic names, None where it names none. That one is spoken for
            whatever is said: a format learns from messages that hold no reading, too.
    """

    rights: DeviceRights
    of_topic: str | None

    def withheld(self, records: Iterable[Record] = ()) -> str | None:
        """Return a device that the message may not speak for and does, None where all is well.

        Args:
            records: What it says; nothing before it is decoded.
        """
        spoken = {one.device for one in records if isinstance(one, Reading)}
        if self.of_topic is not None:
            spoken.add(self.of_topic)
        may_not = (one for one in spoken if not may_speak_for(self.rights, one, self.of_topic))
        return next(may_not, None)


class Mandates:
    """Says for whom each message may speak, as the accounts are now.

    Args:
        speakers: What the accounts say.
        brokers: Client ids under which messages are taken from brokers: those vouch for their own.
    """

    def __init__(self, speakers: Speakers, brokers: frozenset[str]) -> None:
        self._speakers = speakers
        self._brokers = brokers

    def rights_of(self, client: str) -> DeviceRights | None:
        """Return for which devices a client may speak, None for all."""
        return None if client in self._brokers else self._speakers.grant_of(client).devices

    def of(self, publish: Publish, codec: Codec | None) -> Mandate | None:
        """Return for whom a client's message may speak, None for all."""
        return mandate_of(self.rights_of(publish.client), codec, publish.topic)

    def refusal_of_kept(
        self, client: str, codec: Codec, topic: str, records: Iterable[Record] = ()
    ) -> str | None:
        """Return why a message that was kept may not count, None where it may.

        What its sender may do today decides; what came by the door was measured when it came.

        Args:
            client: Its sender.
            codec: What decodes it.
            topic: Its topic.
            records: What it says.
        """
        grant = self._speakers.grant_of(client)
        is_withheld = grant.devices is not None and client not in self._brokers
        if not is_withheld or (not grant.publish and is_of_people(client)):
            return None
        if not may_publish(grant, topic):
            return refusal_of_topic(client, topic)
        mandate = mandate_of(grant.devices, codec, topic)
        device = None if mandate is None else mandate.withheld(records)
        return None if device is None else refusal_to(client, device)


def mandate_of(rights: DeviceRights | None, codec: Codec | None, topic: str) -> Mandate | None:
    """Return for whom a message may speak whose sender has these rights, None for all."""
    if rights is None:
        return None
    return Mandate(rights, codec.subject_of(topic) if isinstance(codec, AddressedCodec) else None)


def refusal_of_topic(client: str, topic: str) -> str:
    """Return what to tell of a message to a topic to which its sender has no right."""
    return f"{client} has no right to publish to {topic}; grant it one"


def refusal_to(client: str, device: str) -> str:
    """Return what to tell of a message that speaks for a device for which its sender may not."""
    if is_of_people(client):
        return (
            f"the token of this webhook does not reach as far as {device}; if its sender relays "
            f"that device, add device={device} to its line in web.ingest_token_file"
        )
    account = principal_of(client)
    return (
        f"{account} has no right to speak for {device}; if it relays that device, name all that it "
        f"relays with `cargotwin access change {account} --devices …`"
    )


def is_of_people(client: str) -> bool:
    """Tell whether a message came in by intake's door and not from a client of the listener."""
    # "webhook:NAME KEY" names its sender and the key of its message.
    return client.partition(" ")[0].partition(":")[0] in _OF_PEOPLE
