"""For which devices the sender of a message may speak: a device speaks only for itself."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final, NamedTuple, Protocol

import msgspec

from gateway.access.handover_signatures import PartyKeys
from gateway.codecs.base import AddressedCodec, Codec, Record
from gateway.mqtt.ports import DeviceRights, Grant, Publish
from gateway.mqtt.rights import may_publish, may_speak_for
from gateway.mqtt.session_state import principal_of
from gateway.senders import is_brought, token_of
from twins.readings import Reading

WITHOUT_RIGHT: Final = "not_authorized"
"""Reason in quarantine of a message that its sender had no right to send."""

_EVERYTHING: Final = Grant("", None, ())
_NOBODY: Final[frozenset[str]] = frozenset()


class Speakers(PartyKeys, Protocol):
    """Knows what the accounts say."""

    def grant_of(self, client: str) -> Grant:
        """Return what a client of the listener may do now.

        Args:
            client: As in `Publish.client`.
        """

    @property
    def devices_of_accounts(self) -> Container[str]:
        """Ids that are the name of an account, or that one names among its devices.

        A topic that names one of them entitles nobody to speak for it.
        """


class Everybody:
    """Lets every client speak for every device: there are no accounts."""

    def grant_of(self, client: str) -> Grant:
        """Return that nothing is withheld."""
        del client
        return _EVERYTHING

    @property
    def devices_of_accounts(self) -> Container[str]:
        """Return that no device has an account."""
        return _NOBODY

    def signers_of(self, party: str) -> frozenset[str]:
        """Return that no party has a key."""
        del party
        return _NOBODY

    def party_of(self, signer: str) -> str | None:
        """Return that no key is known."""
        del signer
        return None


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
        limited: Tokens of webhooks that were held to devices.
    """

    def __init__(
        self, speakers: Speakers, brokers: frozenset[str], limited: Iterable[str] = ()
    ) -> None:
        self._speakers = speakers
        self._brokers = brokers
        self._limited = set(limited)

    def rights_of(self, client: str) -> DeviceRights | None:
        """Return for which devices a client may speak, None for all."""
        return None if client in self._brokers else self._speakers.grant_of(client).devices

    def of(self, publish: Publish, codec: Codec | None) -> Mandate | None:
        """Return for whom a client's message may speak, None for all."""
        return self.with_rights(self.rights_of(publish.client), codec, publish.topic)

    def with_rights(
        self, rights: DeviceRights | None, codec: Codec | None, topic: str
    ) -> Mandate | None:
        """Return for whom a message may speak whose sender has these rights, None for all."""
        if rights is None:
            return None
        of_topic = codec.subject_of(topic) if isinstance(codec, AddressedCodec) else None
        if rights.by_topic and of_topic in self._speakers.devices_of_accounts:
            rights = msgspec.structs.replace(rights, by_topic=False)
        return Mandate(rights, of_topic)

    def may_open_lane(self, rights: DeviceRights | None, device: str) -> bool:
        """Tell whether senders of these rights may speak for the device that a topic names."""
        if rights is None:
            return True
        has_account = device in self._speakers.devices_of_accounts
        return may_speak_for(rights, device, None if has_account else device)

    def note_limited(self, client: str) -> bool:
        """Note a webhook that is held to devices; tell whether it was not known as such."""
        token = token_of(client)
        is_new = token not in self._limited
        self._limited.add(token)
        return is_new

    def needs_voucher(self, client: str, reason: str) -> bool:
        """Tell whether what is kept of a webhook is taken only where a person vouches for it.

        Its rights stood in its request and are not kept: nobody can ask them again.

        Args:
            client: Its sender.
            reason: Why it is in quarantine.
        """
        if not is_brought(client):
            return False
        return reason == WITHOUT_RIGHT or token_of(client) in self._limited

    def refusal_of_kept(
        self, client: str, codec: Codec, topic: str, records: Iterable[Record] = ()
    ) -> str | None:
        """Return why a message that was kept may not count, None where it may.

        What its sender may do today decides; of what came by the door `needs_voucher` tells.

        Args:
            client: Its sender.
            codec: What decodes it.
            topic: Its topic.
            records: What it says.
        """
        grant = self._speakers.grant_of(client)
        if grant.devices is None or client in self._brokers or is_brought(client):
            return None
        if not may_publish(grant, topic):
            return refusal_of_topic(client, topic)
        mandate = self.with_rights(grant.devices, codec, topic)
        device = None if mandate is None else mandate.withheld(records)
        return None if device is None else refusal_to(client, device)


def refusal_of_topic(client: str, topic: str) -> str:
    """Return what to tell of a message to a topic to which its sender has no right."""
    return f"{client} has no right to publish to {topic}; grant it one"


def refusal_to(client: str, device: str) -> str:
    """Return what to tell of a message that speaks for a device for which its sender may not."""
    if is_brought(client):
        return (
            f"the token of this webhook does not reach as far as {device}; if its sender relays "
            f"that device, add device={device} to its line in web.ingest_token_file"
        )
    account = principal_of(client)
    return (
        f"{account} has no right to speak for {device}; if it relays that device, name all that it "
        f"relays with `cargotwin access change {account} --devices …`"
    )


def refusal_without_voucher(position: int) -> str:
    """Return what to tell of a kept message of a webhook for which nobody has vouched."""
    return (
        "the token of this webhook was held to devices, and what it may bring cannot be asked "
        f"again; look with `cargotwin quarantine show {position}` whose readings these are, and "
        f"if they are right, name it alone: `cargotwin quarantine redecode {position}`"
    )
