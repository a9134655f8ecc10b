"""What is asked at intake's local door: commands of people and programs, and how intake is."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import ValidationError

from gateway.codecs.base import Codec, Reason
from gateway.codecs.registry import InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable
from gateway.commands import (
    LAST_POSITION,
    MOST_COMMANDS,
    MOST_LESSONS,
    Command,
    PassCustody,
    ReachMilestone,
    Record,
    UnbindDevice,
    parse_command,
    records_of,
)
from gateway.door import refused
from gateway.errors import CommandRefused
from gateway.intake.handover_signatures import refusal_of_handover
from gateway.intake.judgements import Judgements, key_of_milestone, key_of_statement
from gateway.intake.kept_entries import KeptEntries, kept_message
from gateway.intake.known_formats import SOURCE, ConfirmedSource, confirmed_sources
from gateway.intake.pending import Batches
from gateway.intake.reception import Reception
from gateway.intake.repetitions import PACKET_ID_OF_KEYS, Repetitions
from gateway.intake.sink import Intake
from gateway.intake.speaking import refusal_without_voucher
from gateway.intake.taking import NOT_AUTHORIZED, PAYLOAD_FORMAT_INVALID, Taken
from gateway.mqtt.ports import DeviceRights, Publish
from gateway.mqtt.topics import matches
from gateway.senders import DOOR, with_key
from gateway.store.entries import Entry, Message, Quarantined
from gateway.store.journal import JournalWriter
from gateway.store.quarantine_records import QuarantineSettled
from twins.errors import CargotwinError, InvalidIdentifier
from twins.identity.identifiers import party_id
from twins.inputs import Handover, Packing

_JUDGEMENT_S = 5.0
_encoder = msgspec.msgpack.Encoder()

Document = dict[str, object]


class _Ingest(msgspec.Struct, frozen=True):
    codec: str
    topic: str
    payload: str
    client: str
    key: str = ""
    rights: DeviceRights | None = None
    """For which devices its sender may speak; a person who brings it, for all."""


class _ConfirmSource(msgspec.Struct, frozen=True):
    filter: str
    codec: str
    by: str
    options: dict[str, Any] = {}
    device: str = ""
    answers: dict[str, Any] = {}
    replace: bool = False
    lessons: Annotated[list[int], msgspec.Meta(max_length=MOST_LESSONS)] = []
    heard_until: int = 0


class _Many(msgspec.Struct, frozen=True):
    commands: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=MOST_COMMANDS)]

    def __post_init__(self) -> None:
        if any(one.get("command") == "many" for one in self.commands):
            message = "many does not hold another many"
            raise ValueError(message)


class _Ways(msgspec.Struct, frozen=True):
    devices: list[str] = []
    topics: list[str] = []
    sources: bool = False


class _Redecode(msgspec.Struct, frozen=True):
    position: Annotated[int, msgspec.Meta(ge=0, le=LAST_POSITION)]
    by: str
    codec: str = ""
    vouched: bool = False
    """Whether a person has looked at this one and vouches for its sender."""


class Doorkeeper:
    """Answers what comes through the door, after it is on disk.

    Args:
        intake: Commits.
        batches: What is not on disk yet.
        reception: Takes records and knows what exists.
        journal: For counters, and for what is decoded again.
        table: The formats.
        judgements: Those who wait for a twin's judgement.
        repetitions: Knows the keys of what was brought before.
        clock_us: Microseconds UTC.
        problems: Returns what hinders intake now, in people's words.
    """

    def __init__(
        self,
        intake: Intake,
        batches: Batches,
        reception: Reception,
        journal: JournalWriter,
        table: RoutingTable,
        judgements: Judgements,
        *,
        repetitions: Repetitions,
        clock_us: Callable[[], int],
        problems: Callable[[], Sequence[str]],
    ) -> None:
        self._intake = intake
        self._batches = batches
        self._reception = reception
        self._journal = journal
        self._table = table
        self._judgements = judgements
        self._repetitions = repetitions
        self._clock_us = clock_us
        self._problems = problems
        self._questions: dict[str, Callable[[Document], Awaitable[Document]]] = {
            "announce": self._announce,
            "source.confirm": self._confirm_source,
            "counters": self._tell_counters,
            "ingest": self._ingest,
            "many": self._handle_many,
            "problems": self._tell_problems,
            "quarantine.redecode": self._redecode,
            "ways": self._tell_ways,
        }
        self._kept = KeptEntries(journal, batches)
        self._confirmed = confirmed_sources(journal.kept(SOURCE))

    async def handle(self, document: Document) -> Document:
        """Answer a document from the door.

        A custody statement and a milestone are answered with the twin's judgement, where it comes
        in time.

        Raises:
            CommandRefused: The command breaks a rule.
        """
        name = document.get("command")
        if isinstance(name, str) and name in self._questions:
            return await self._questions[name](document)
        command = parse_command(document)
        if isinstance(command, (PassCustody, ReachMilestone)):
            return await self._judged(command)
        return {"batch": await self._journalled(command)}

    async def _handle_many(self, document: Document) -> Document:
        """Answer several commands, begun in their order; they share their commits."""
        asked = _read(document, _Many)
        answers = await asyncio.gather(*map(self._answered, asked.commands))
        return {"answers": answers}

    async def _answered(self, document: Document) -> Document:
        try:
            return {"ok": True, **await self.handle(document)}
        except CargotwinError as error:
            return refused(error)

    async def _tell_counters(self, _: Document) -> Document:
        return {"counters": self._journal.counters()}

    async def _tell_problems(self, _: Document) -> Document:
        return {"problems": list(self._problems())}

    async def _tell_ways(self, document: Document) -> Document:
        """Tell how the named devices and topics arrive; of all of them it would be a long line."""
        asked = _read(document, _Ways)
        observations, wanted = self._reception.observations, frozenset(asked.topics)
        return {
            "devices": [
                self._observed(device)
                for device in asked.devices
                if observations.of(device) is not None
            ],
            "topics": [
                {
                    "topic": one.topic,
                    "qos": one.qos,
                    "via_broker": observations.is_broker(one.client),
                }
                for one in self._reception.sightings.all()
                if one.topic in wanted
            ],
            "sources": self._sources(asked) if asked.sources else [],
        }

    def _sources(self, asked: _Ways) -> list[Document]:
        """Return what people confirmed of devices and topics, the first to match first."""
        devices, topics = frozenset(asked.devices), frozenset(asked.topics)

        def is_asked_for(topic_filter: str, source: ConfirmedSource) -> bool:
            if source.device in devices or topic_filter in topics:
                return True
            # Most filters are of one topic: comparing each with each would hold intake up.
            has_wildcard = "+" in topic_filter or "#" in topic_filter
            return has_wildcard and any(matches(topic_filter, topic) for topic in topics)

        return [
            {"filter": topic_filter, **msgspec.to_builtins(source)}
            for topic_filter, source in self._confirmed.items()
            if is_asked_for(topic_filter, source)
        ]

    def _observed(self, device: str) -> Document:
        observations = self._reception.observations
        return {
            "device": device,
            "is_bound": self._reception.devices.is_bound(device),
            "observed": msgspec.to_builtins(observations.of(device)),
            "clock_offset_us": observations.clock_offset_us(device),
        }

    async def _confirm_source(self, document: Document) -> Document:
        """Let a format read further topics from now on; a person has said what they mean."""
        asked = _read(document, _ConfirmSource)
        before = self._confirmed.get(asked.filter)
        if before is not None:
            is_same = (before.codec, before.options) == (asked.codec, asked.options)
            if is_same and asked.filter in self._table.filters:
                # A new codec in its place would have to learn again what this one knows.
                return {"batch": await self._intake.durable()}
            if not is_same and not asked.replace:
                reason = (
                    f"{before.by} said otherwise of {asked.filter}: {before.codec} with "
                    f"{before.options}; say replace if that was wrong"
                )
                raise CommandRefused("confirmed_otherwise", reason)
        lessons = self._lessons(asked)
        try:
            route = Route(filter=asked.filter, codec=asked.codec, options=asked.options)
            add = self._table.prepared(route)
        except ValidationError as error:
            reason = f"{asked.filter!r} is no topic filter"
            raise CommandRefused("invalid_filter", reason) from error
        except (UnknownCodec, InvalidCodecOption) as error:
            raise CommandRefused("invalid_source", str(error)) from error
        source = ConfirmedSource(asked.codec, asked.options, asked.by, asked.device, asked.answers)
        # Kept before it is in force: what comes later must find it after a restart, too.
        self._batches.pending.keep(SOURCE, asked.filter, source.to_bytes())
        self._confirmed[asked.filter] = source
        add()
        self._reception.forget_lanes()
        self._teach(asked.filter, lessons)
        return {"batch": await self._intake.durable()}

    def _lessons(self, asked: _ConfirmSource) -> list[tuple[Entry, Quarantined]]:
        """Return the kept messages that teach a source.

        Raises:
            CommandRefused: Others came after them, which may say otherwise; or one is not kept.
        """
        if asked.lessons and any(
            one.last_at > asked.heard_until and matches(asked.filter, one.topic)
            for one in self._reception.sightings.all()
        ):
            raise CommandRefused("heard_more", f"more has come on {asked.filter}; look again")
        found = [self._kept.at(position) for position in asked.lessons]
        return [one for one in found if one[1].reason == Reason.UNKNOWN_TOPIC]

    def _teach(self, topic_filter: str, lessons: Sequence[tuple[Entry, Quarantined]]) -> None:
        """Have a new source learn from what came before it; nothing of it is taken or asked for.

        Nothing comes between, so that all that it reads later did come later.
        """
        for entry, record in lessons:
            in_front = (one for one in self._table.filters if matches(one, record.topic))
            codec = self._table.route(record.topic)
            if codec is None or next(in_front) != topic_filter:
                continue
            mandates = self._reception.mandates
            if mandates.needs_voucher(entry.client, record.reason):
                continue
            if mandates.refusal_of_kept(entry.client, codec, record.topic) is None:
                self._reception.learn(kept_message(entry, record), codec)

    async def _announce(self, document: Document) -> Document:
        self._judgements.tell(document)
        return {}

    async def _judged(self, command: PassCustody | ReachMilestone) -> Document:
        # It is told of the asset as it is kept; one that is not there is refused below.
        asset = self._reception.assets.find(command.asset) or command.asset
        if isinstance(command, PassCustody):
            key = key_of_statement(asset, command.nonce, command.phase.value)
        else:
            stated = command.observed_at_us
            moment = self._clock_us() if stated is None else stated
            command = msgspec.structs.replace(command, observed_at_us=moment)
            key = key_of_milestone(asset, command.name.value, moment)
        judgement = self._judgements.expect(key)
        try:
            batch = await self._journalled(command)
            try:
                async with asyncio.timeout(_JUDGEMENT_S):
                    return {"batch": batch, **await judgement}
            except TimeoutError:
                return {"batch": batch, "answer": "not judged yet"}
        finally:
            judgement.cancel()

    async def _journalled(self, command: Command) -> int:
        now = self._clock_us()
        records = records_of(command, now, self._reception.assets)
        if isinstance(command, UnbindDevice) and not self._reception.devices.is_bound(
            command.device
        ):
            # A slip of the pen would leave the real device bound.
            raise CommandRefused("unknown_device", f"no asset was ever bound to {command.device}")
        for record in records:
            self._refuse_signature(record)
            if isinstance(record, Packing):
                self._reception.packings.refuse(record)
        # All are encoded before any is taken: a command is journalled whole or not at all.
        encoded = [msgspec.Raw(_encoder.encode(record)) for record in records]
        # What a command makes known belongs into the batch of its records.
        self._batches.seal_if_long()
        for record in records:
            if isinstance(record, QuarantineSettled):
                self._kept.at(record.position)
                self._kept.settle(record.position)
            self._reception.know(record)
        self._intake.add(Message(now, DOOR, None, dup=False, raw=None, records=encoded), "commands")
        return await self._intake.durable()

    def _refuse_signature(self, record: Record) -> None:
        """Refuse a handover that the party did not sign whose it is to state.

        Raises:
            CommandRefused: It is one.
        """
        if isinstance(record, Handover):
            refusal = refusal_of_handover(record, self._reception.party_keys)
            if refusal is not None:
                raise CommandRefused(str(refusal.reason), refusal.detail)

    async def _ingest(self, document: Document) -> Document:
        asked = _read(document, _Ingest)
        try:
            payload = base64.b64decode(asked.payload, validate=True)
        except binascii.Error as error:
            raise CommandRefused("malformed_command", f"payload is no base64: {error}") from error
        # With a key of its sender a message is known again; without one only by what it says.
        publish = Publish(
            client=with_key(asked.client, asked.key),
            topic=asked.topic,
            payload=payload,
            packet_id=PACKET_ID_OF_KEYS if asked.key else None,
            qos=1,
            dup=bool(asked.key),
            retain=False,
            received_at=self._clock_us(),
        )
        codec = self._codec(asked.codec, asked.topic)
        if asked.key and self._repetitions.is_key_of_another(publish):
            reason = f"the key {asked.key} came before with another payload or topic"
            raise CommandRefused("key_reused", reason)
        taken = self._reception.take_brought(publish, codec, asked.rights)
        if asked.key and taken.code != NOT_AUTHORIZED:
            self._repetitions.keep_key(publish)
        await self._intake.durable()
        return _answer(taken) if taken.is_kept else _answer(taken) | {"kept": False}

    async def _redecode(self, document: Document) -> Document:
        asked = _read(document, _Redecode)
        try:
            party_id(asked.by)
        except InvalidIdentifier as error:
            raise CommandRefused("invalid_value", error.diagnostics()) from error
        self._kept.refuse_settled(asked.position)
        entry, record = self._kept.at(asked.position)
        if record.reason == Reason.REPLAYED:
            reason = "it was signed and sent before; taken again it would count twice; discard it"
            raise CommandRefused("replayed", reason)
        mandates = self._reception.mandates
        if not asked.vouched and mandates.needs_voucher(entry.client, record.reason):
            return _answer(Taken(NOT_AUTHORIZED, 0, (refusal_without_voucher(asked.position),)))
        codec = (
            self._codec(asked.codec, record.topic)
            if asked.codec
            else self._table.route(record.topic)
        )
        if codec is None:
            reason = f"no format reads {record.topic}; name one with codec, or add a source"
            raise CommandRefused("unknown_topic", reason)
        publish = kept_message(entry, record)
        records, faults = self._reception.decoded_again(publish, codec)
        if not records and not faults:
            faults = (f"{codec.name} finds no reading in it",)
        if faults:
            return _answer(Taken(PAYLOAD_FORMAT_INVALID, 0, faults))
        self._batches.seal_if_long()
        self._kept.settle(asked.position)
        # At least QoS 1, where it had a packet id: whether it was 2 is not kept.
        seen = msgspec.structs.replace(publish, qos=int(entry.packet_id is not None))
        code = self._reception.add_late(seen, records)
        now = self._clock_us()
        settled = QuarantineSettled(1, asked.position, "decoded", codec.name, asked.by, now)
        message = Message(now, DOOR, None, dup=False, raw=None, records=(settled,))
        self._intake.add(message, "quarantine_decoded")
        await self._intake.durable()
        return _answer(Taken(code, len(records)))

    def _codec(self, name: str, topic: str) -> Codec:
        try:
            return self._table.codec_named(name, topic)
        except UnknownCodec as error:
            raise CommandRefused("unknown_codec", str(error)) from error
        except InvalidCodecOption as error:
            reason = f"{error}; add a [[source]] that configures it"
            raise CommandRefused("unconfigured_codec", reason) from error


def _answer(taken: Taken) -> Document:
    return {"code": taken.code, "records": taken.records, "faults": list(taken.faults)}


_DocumentT = TypeVar("_DocumentT", bound=msgspec.Struct)


def _read(document: Document, kind: type[_DocumentT]) -> _DocumentT:
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise CommandRefused("malformed_command", str(error)) from error
