"""Intake: what arrives becomes journal entries, and is acknowledged after the commit.

Publishes are decoded as they come; while one batch is being committed by the writer thread, the
next one grows. A batch is one transaction and one fsync; its acknowledgements leave together.
Input that cannot be used is journalled too, with its reason and raw bytes, and answered.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from gateway.codecs.base import Decoded
from gateway.commands import Command, PassCustody, UnbindDevice, parse_command, records_of
from gateway.errors import CommandRefused
from gateway.judgements import Judgements
from gateway.known_devices import KnownDevices, Refusal
from gateway.mqtt.ports import Publish
from gateway.store.journal import (
    POSITION_BITS,
    Entry,
    JournalWriter,
    PolicyFiled,
    Quarantined,
)
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Handover,
    Milestone,
    encode,
    statement_of,
)
from twins.readings import ClockSource, Reading

_log = logging.getLogger(__name__)

SUCCESS = 0x00
NO_MATCHING_SUBSCRIBERS = 0x10
"""Kept, but no asset takes it yet: MQTT 5 §3.4.2.1's word for a message that nobody wants."""
PAYLOAD_FORMAT_INVALID = 0x99

_DOOR = "door"
_RETRY_S = 1.0
_JUDGEMENT_S = 5.0
_DETAILS = 8
_BATCH_ENTRIES = 1 << (POSITION_BITS - 1)
"""A batch that has reached this is sealed: an entry's index must fit into its position."""
_CLOCK_STEP_US = 1_000_000
"""An arrival that lies further back than this was stamped after the clock was set back."""
_encoder = msgspec.msgpack.Encoder()


@dataclass(slots=True)
class _Pending:
    """What waits for the next commit."""

    entries: list[Entry] = field(default_factory=list)
    publish_keys: list[tuple[str, int, bytes]] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)
    answers: list[Callable[[], None]] = field(default_factory=list)
    size: int = 0

    def count(self, name: str, amount: int = 1) -> None:
        self.counters[name] = self.counters.get(name, 0) + amount

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.size += len(entry.record) + len(entry.raw or b"") + 64


class Intake:
    """The sink of both MQTT shells, and the handler of the door.

    Args:
        journal: The writing connection.
        decode: Returns what a message says, from its topic, payload and time of arrival.
        clock_us: Microseconds UTC.
        committed: Told the id of each committed batch.
        announce: Publishes a message of the gateway's own to whoever subscribed.
        pending_maximum_bytes: Above this the MQTT shells stop reading.
        keep_raw: Whether payloads of good readings are kept too.
        maximum_series_per_device: Most pairs of sensor and quantity of one device.
        problems: Returns what hinders intake now, in people's words.
    """

    def __init__(
        self,
        journal: JournalWriter,
        decode: Callable[[str, bytes, int], Decoded],
        *,
        clock_us: Callable[[], int],
        committed: Callable[[int], None],
        announce: Callable[[str, bytes], None],
        pending_maximum_bytes: int,
        keep_raw: bool,
        maximum_series_per_device: int,
        problems: Callable[[], Sequence[str]],
    ) -> None:
        self._journal = journal
        self._decode = decode
        self._clock_us = clock_us
        self._committed = committed
        self._judgements = Judgements(announce)
        self._pending_maximum_bytes = pending_maximum_bytes
        self._keep_raw = keep_raw
        self._problems = problems
        self._assets = journal.known("asset")
        self._devices = KnownDevices(
            journal.known("device"), journal.known("series"), maximum_series_per_device
        )
        self._pending = _Pending()
        self._sealed: deque[_Pending] = deque()
        self._sealed_size = 0
        self._arrived_at = 0
        self._uncommitted_keys: set[tuple[str, int, bytes]] = set()
        self._wanted = asyncio.Event()
        self._waiting_for_room: list[Callable[[], None]] = []
        self._committing_size = 0

    @property
    def is_full(self) -> bool:
        """Whether connections must stop reading."""
        waiting = self._pending.size + self._sealed_size + self._committing_size
        return waiting > self._pending_maximum_bytes

    def on_room(self, callback: Callable[[], None]) -> None:
        """Call `callback` once when there is room again."""
        self._waiting_for_room.append(callback)

    def count(self, name: str, amount: int) -> None:
        """Add to a counter, with the next commit."""
        self._pending.count(name, amount)
        self._wanted.set()

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        """Decode a batch of publishes and answer them when they are on disk."""
        codes = [self._take(publish) for publish in publishes]
        self._pending.answers.append(lambda: answered(codes))
        self._wanted.set()

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        """Count and keep bytes that are no MQTT."""
        bytes_as_sent = Publish(
            client=client or address,
            topic="",
            payload=head,
            packet_id=None,
            qos=0,
            dup=False,
            retain=False,
            received_at=received_at,
        )
        self._quarantine(bytes_as_sent, "malformed_packet", reason)
        self._wanted.set()

    async def handle(self, document: dict[str, object]) -> dict[str, object]:
        """Journal a command from the door and answer when it is on disk.

        A custody statement is answered with the twin's judgement, where it comes in time.

        Raises:
            CommandRefused: The command breaks a rule.
        """
        if document.get("command") == "counters":
            return {"counters": self._journal.counters()}
        if document.get("command") == "problems":
            return {"problems": list(self._problems())}
        if document.get("command") == "announce":
            self._judgements.tell(document)
            return {}
        command = parse_command(document)
        if isinstance(command, PassCustody):
            return await self._judged(command)
        return {"batch": await self._journalled(command)}

    async def _judged(self, command: PassCustody) -> dict[str, object]:
        judgement = self._judgements.expect(command.asset, command.nonce, command.phase.value)
        try:
            batch = await self._journalled(command)
            try:
                async with asyncio.timeout(_JUDGEMENT_S):
                    return {"batch": batch, "answer": await judgement}
            except TimeoutError:
                return {"batch": batch, "answer": "not judged yet"}
        finally:
            judgement.cancel()

    async def _journalled(self, command: Command) -> int:
        now = self._clock_us()
        records = records_of(command, now, self._assets)
        if isinstance(command, UnbindDevice) and not self._devices.is_bound(command.device):
            # A slip of the pen would leave the real device bound.
            raise CommandRefused("unknown_device", f"no asset was ever bound to {command.device}")
        # All are encoded before any is taken: a command is journalled whole or not at all.
        encoded = [msgspec.Raw(_encoder.encode(record)) for record in records]
        self._seal_if_long()
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        for record, data in zip(records, encoded, strict=True):
            self._know(record)
            self._pending.add(Entry(now, _DOOR, None, dup=False, raw=None, record=data))
        self._pending.count("commands")
        self._pending.answers.append(
            lambda: None if done.done() else done.set_result(self._journal.last_batch)
        )
        self._wanted.set()
        return await done

    async def commit_forever(self) -> None:
        """Commit whatever waits, one batch after the other, until cancelled.

        A commit that fails (a full disk, say) is tried again with the same batch; nothing of it is
        acknowledged meanwhile, and the shells stop reading once too much waits.
        """
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="journal") as writer:
            while True:
                if not self._sealed:
                    await self._wanted.wait()
                    self._wanted.clear()
                batch = self._next_batch()
                self._committing_size = batch.size
                is_committed = False
                while not is_committed:
                    is_committed = await loop.run_in_executor(writer, self._commit, batch)
                    if not is_committed:
                        await asyncio.sleep(_RETRY_S)
                self._settle(batch)

    def _next_batch(self) -> _Pending:
        if self._sealed:
            batch = self._sealed.popleft()
            self._sealed_size -= batch.size
            return batch
        batch, self._pending = self._pending, _Pending()
        return batch

    def _seal_if_long(self) -> None:
        """Begin a new batch where the present one holds as many entries as a batch may."""
        if len(self._pending.entries) >= _BATCH_ENTRIES:
            self._sealed.append(self._pending)
            self._sealed_size += self._pending.size
            self._pending = _Pending()

    def _commit(self, batch: _Pending) -> bool:
        if not batch.entries and not batch.counters:
            return True
        try:
            self._journal.append(
                batch.entries,
                self._clock_us(),
                publish_keys=batch.publish_keys,
                known=batch.known,
                counters=batch.counters,
            )
        except sqlite3.Error as error:
            _log.error("journal commit failed, trying again: %s", error)
            return False
        return True

    def _settle(self, batch: _Pending) -> None:
        self._committing_size = 0
        self._uncommitted_keys.difference_update(batch.publish_keys)
        for answer in batch.answers:
            answer()
        if batch.entries:
            self._committed(self._journal.last_batch)
        if not self.is_full:
            waiting, self._waiting_for_room = self._waiting_for_room, []
            for callback in waiting:
                callback()

    def _take(self, publish: Publish) -> int:
        self._seal_if_long()
        decoded = self._decode(publish.topic, publish.payload, publish.received_at)
        if _has_no_time(decoded.records):
            if self._is_repeated(publish):
                self._pending.count("duplicate_publishes")
                is_refused = decoded.faults or any(map(self._refusal_of, decoded.records))
                return PAYLOAD_FORMAT_INVALID if is_refused else SUCCESS
            publish = self._stamped(publish)
            decoded = self._decode(publish.topic, publish.payload, publish.received_at)
        code = SUCCESS
        raw = publish.payload if self._keep_raw else None
        refusals = [Refusal(fault.reason, fault.detail) for fault in decoded.faults]
        for record in decoded.records:
            refusal = self._refusal_of(record)
            if refusal is None:
                code = max(code, self._take_record(publish, record, raw))
            else:
                refusals.append(refusal)
        if refusals:
            # One entry for the message: its payload is kept once, whatever many parts are bad.
            detail = "; ".join(refusal.detail for refusal in refusals[:_DETAILS])
            self._quarantine(publish, refusals[0].reason, detail)
            return PAYLOAD_FORMAT_INVALID
        return code

    def _refusal_of(self, record: Reading | Handover | Milestone) -> Refusal | None:
        if isinstance(record, Reading):
            return self._devices.refusal_of(record)
        asset = statement_of(record).asset if isinstance(record, Handover) else record.asset
        if asset in self._assets:
            return None
        return Refusal("unknown_asset", f"there is no asset {asset}; add it first")

    def _stamped(self, publish: Publish) -> Publish:
        """Return a publish without time with an arrival that no other such one has.

        Two readings of a device without a clock, come in one network packet, would else be taken
        for one reading that contradicts itself.
        """
        behind = self._arrived_at - publish.received_at
        if 0 <= behind < _CLOCK_STEP_US:
            publish = msgspec.structs.replace(publish, received_at=self._arrived_at + 1)
        self._arrived_at = publish.received_at
        return publish

    def _take_record(
        self, publish: Publish, record: Reading | Handover | Milestone, raw: bytes | None
    ) -> int:
        code = SUCCESS
        if isinstance(record, Reading):
            self._pending.count("readings")
            series = self._devices.note(record)
            if series is not None:
                self._pending.known.append(("series", series))
            if not self._devices.is_bound(record.device):
                self._pending.count("readings_of_unknown_devices")
                code = NO_MATCHING_SUBSCRIBERS
        else:
            self._pending.count("statements")
        entry = Entry(
            publish.received_at,
            publish.client,
            publish.packet_id,
            publish.dup,
            raw,
            msgspec.Raw(encode(record)),
        )
        self._pending.add(entry)
        return code

    def _is_repeated(self, publish: Publish) -> bool:
        """Tell whether a PUBLISH without identity was journalled before (DUP, MQTT 5 §3.3.1.1)."""
        if publish.packet_id is None:
            return False
        # A topic holds no U+0000 (§4.7.3), so the pair is told from every other.
        content = publish.topic.encode() + b"\0" + publish.payload
        key = (publish.client, publish.packet_id, hashlib.sha256(content).digest())
        if publish.dup and (
            key in self._uncommitted_keys or self._journal.has_publish(*key, self._clock_us())
        ):
            return True
        self._uncommitted_keys.add(key)
        self._pending.publish_keys.append(key)
        return False

    def _quarantine(self, publish: Publish, reason: str, detail: str) -> None:
        record = Quarantined(1, publish.topic, str(reason), detail)
        self._pending.add(
            Entry(
                publish.received_at,
                publish.client,
                publish.packet_id,
                publish.dup,
                publish.payload,
                msgspec.Raw(_encoder.encode(record)),
            )
        )
        self._pending.count("quarantined")
        self._pending.count(f"quarantined_{reason}")

    def _know(self, record: object) -> None:
        if isinstance(record, Commissioned):
            self._assets.add(record.asset)
            self._pending.known.append(("asset", record.asset))
        elif isinstance(record, Binding) and record.action is BindingAction.ADD:
            self._devices.bind(record.device)
            self._pending.known.append(("device", record.device))
        elif isinstance(record, PolicyFiled):
            self._pending.count("policies_filed")


def _has_no_time(records: Sequence[object]) -> bool:
    """Tell whether a reading has only the time of its arrival, which a repetition would change."""
    return any(
        isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY
        for record in records
    )
