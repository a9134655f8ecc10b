"""Derive: follows the journal and keeps everything up to date that follows from it.

Twins, evidence, published versions, the mirror and the status page live here. None of it can hold
up intake: this process only reads the journal, and may be killed and started again at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import msgspec

from gateway.door import DoorClient
from gateway.errors import IntakeAway
from gateway.happenings import Happenings
from gateway.ports import LivePublisher
from gateway.publishing import Publisher
from gateway.refolds import AssetState
from gateway.slices import Slice
from gateway.statement_answers import told_of_milestone, told_of_statement
from gateway.status import DerivedStatus
from gateway.store.entries import Batch
from gateway.store.journal import JournalReader
from gateway.store.ledger import Published
from gateway.twin_book import TwinBook
from twins.errors import CargotwinError
from twins.policy.condition_policy import HOLD_AT_LEAST
from twins.readings import MICROSECONDS
from twins.twin import AssetTwin

_log = logging.getLogger(__name__)

READ_BATCHES = 256
READ_BYTES = 2 << 20
"""What is read of the journal at once ends with the batch that reaches this."""
SLICE_RECORDS = 20_000
"""The page gets its turn after so many records, in the middle of a batch too."""
ANSWERS_TOPIC = "cargotwin/v1/answers/{asset}"
_POLL_S = 1.0
_ASSESS_S = 1.0
_SILENCE_AT_LEAST = 10 * MICROSECONDS
"""An asset whose quickest device sends more often is looked at no sooner than this."""
_COMING_BACK = 30 * MICROSECONDS
"""After a start, devices may be silent for so long at least before they are missed."""
_RETRY_S = 5.0
_GATHER_S = 0.1
"""Pause of who has caught up: many readings of an asset cost little more than one."""
_PUBLISH_S = 0.5
"""Pause between two rounds over the assets whose standing may have changed."""
_LONGEST_PAUSE_S = 2.0
"""How long publishing gives way at most while more batches wait than are read at once."""
_TURN_S = 0.05
"""How long publishing goes on before new batches get their turn."""
_ANSWERS_WAITING = 1_000


class Derive:
    """The loop over the journal.

    Args:
        journal: Read-only view of the journal.
        book: Every twin.
        publisher: Writes versions.
        status: What the page reads; told of silence and problems.
        door: To follow intake, and to send custody answers out.
        live: Where changes are announced to readers of the page.
        published: Told whenever a version was written.
        progress: Last batch that the book has absorbed.
        clock_us: Microseconds UTC.
    """

    def __init__(
        self,
        *,
        journal: JournalReader,
        book: TwinBook,
        publisher: Publisher,
        status: DerivedStatus,
        door: DoorClient,
        live: LivePublisher,
        published: Callable[[], None],
        progress: int,
        clock_us: Callable[[], int],
    ) -> None:
        self._journal = journal
        self._book = book
        self._publisher = publisher
        self._status = status
        self._door = door
        self._live = live
        self._happenings = Happenings(live)
        self._published = published
        self._last_batch = progress
        self._clock_us = clock_us
        self._told = asyncio.Event()
        self._dirty: dict[str, None] = dict.fromkeys(book.assets)
        self._publish_wanted = asyncio.Event()
        self._publish_wanted.set()
        self._caught_up = asyncio.Event()
        self._publishing = 0
        status.publish_depth = lambda: len(self._dirty) + self._publishing
        self._heard_at: dict[str, int] = {}
        # Of assets from which nothing comes: what was folded, and when the next alarm is due.
        self._quiet: dict[str, tuple[AssetTwin, int | None]] = {}
        # Telling is a courtesy; the judgement itself stands in the twin. The oldest gives way.
        self._answers: deque[tuple[str, dict[str, object]]] = deque(maxlen=_ANSWERS_WAITING)
        self._answer_wanted = asyncio.Event()

    async def follow_intake(self) -> None:
        """Be told of new batches, until cancelled; intake may come and go."""
        while True:
            try:
                await self._door.follow(lambda _batch: self._told.set())
            except IntakeAway as away:
                _log.info("%s", away)
            self._told.set()
            await asyncio.sleep(_POLL_S)

    async def absorb_forever(self) -> None:
        """Take new batches as they come, until cancelled."""
        while True:
            self._told.clear()
            batches = self._journal.after(self._last_batch, READ_BATCHES, READ_BYTES)
            absorbed = self._book.absorbed_in_parts(
                batches, SLICE_RECORDS, defers=_is_full(batches)
            )
            with contextlib.closing(absorbed) as parts:
                for found in parts:
                    if found is not None:
                        self._tell(found)
                    # The page and the queue get their turn between two parts.
                    await asyncio.sleep(0)
            if not batches:
                self._caught_up.set()
                await _wait_at_most(self._told, _POLL_S)
                continue
            self._last_batch = batches[-1].id
            if _is_full(batches):
                self._caught_up.clear()
            else:
                self._caught_up.set()
                await asyncio.sleep(_GATHER_S)

    def publish_soon(self, asset: str) -> None:
        """Publish an asset in the next round if its standing has changed."""
        self._dirty[asset] = None
        self._publish_wanted.set()

    async def publish_forever(self) -> None:
        """Publish every asset whose standing changed, until cancelled.

        An asset that gets inputs all the time is judged once in a round, not once for each slice.
        """
        while True:
            await self._publish_wanted.wait()
            self._publish_wanted.clear()
            await self._publish_round()
            await asyncio.sleep(_PUBLISH_S)
            # What is judged while batches wait is judged again soon.
            await _wait_at_most(self._caught_up, _LONGEST_PAUSE_S)

    async def _publish_round(self) -> None:
        dirty, self._dirty = self._dirty, {}
        turn_ends = time.monotonic() + _TURN_S
        for left, asset in zip(range(len(dirty), 0, -1), dirty, strict=True):
            self._publishing = left
            self._publish_or_note(asset)
            if time.monotonic() >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + _TURN_S
        self._publishing = 0

    async def notice_silence_forever(self) -> None:
        """Judge an asset anew when nothing came for an expected interval, until cancelled.

        While a backlog comes in faster than time, the newest reading lies in the past without any
        device being silent; silence is therefore counted from the last arrival. Of an arrival
        before the start nobody knows more than what it told: silence may last already, and devices
        get some time to come back.
        """
        while True:
            await asyncio.sleep(_ASSESS_S)
            now = self._clock_us()
            for asset, state in self._book.assets.items():
                if self._is_silent(asset, state, now):
                    self._judge_at(asset, now)
                    self._heard_at[asset] = now
                elif (announced := self._announced(asset, state, now)) is not None:
                    self._judge_at(asset, announced)

    def _judge_at(self, asset: str, moment: int) -> None:
        self._status.silent_as_of[asset] = moment
        self._quiet.pop(asset, None)
        self.publish_soon(asset)

    def _announced(self, asset: str, state: AssetState, now: int) -> int | None:
        """Return the moment at which a value that is held raises an alarm, once it is past.

        A logger that reads seldom would else raise it with its next reading only.
        """
        heard_at = self._heard_at.get(asset)
        if heard_at is None or now - heard_at <= _SILENCE_AT_LEAST:
            return None
        known = self._quiet.get(asset)
        if known is None or known[0] is not state.segment:
            known = self._quiet[asset] = state.segment, self._status.announced_at(asset)
        announced = known[1]
        return announced if announced is not None and announced < now else None

    def _is_silent(self, asset: str, state: AssetState, now: int) -> bool:
        twin = state.twin
        if twin.closed_at is not None or twin.planned_from is None:
            return False
        # Without a device nobody will ever be heard again, and the planned time goes on.
        patience = max(min(twin.bound.values(), default=HOLD_AT_LEAST), _SILENCE_AT_LEAST)
        heard_at = self._heard_at.get(asset)
        if heard_at is None:
            # Since the start nothing came of it. What waits in the journal has arrived as well.
            if not self._caught_up.is_set() or self._book.is_refolding(asset):
                return False
            newest_input = twin.last_key[0] if twin.last_key else twin.planned_from
            came_back_at = now - patience + _COMING_BACK
            heard_at = self._heard_at[asset] = min(max(newest_input, came_back_at), now)
        return now - heard_at > patience

    async def answer_forever(self) -> None:
        """Tell whoever listens how statements and milestones were taken, until cancelled."""
        while True:
            await self._answer_wanted.wait()
            self._answer_wanted.clear()
            while self._answers:
                await self._announce_answer(*self._answers.popleft())

    def _tell(self, found: Slice) -> None:
        """Tell everybody of what was new in a slice."""
        now = self._clock_us()
        for asset in (*found.inputs, *found.packed):
            self._heard_at[asset] = now
            self.publish_soon(asset)
        self._answer_handovers(found)
        self._answer_milestones(found)
        self._announce(found)

    def _publish_or_note(self, asset: str) -> None:
        """Publish an asset; if that fails, say so on the page and try again later."""
        try:
            self._publish(asset)
        # A supervised boundary: whatever one asset's inputs make fail must not stop the others.
        except Exception as error:  # noqa: BLE001 - one asset must not stop the others
            _log.exception("publishing asset=%s failed", asset)
            self._status.problems[f"publish {asset}"] = f"{type(error).__name__}: {error}"
            asyncio.get_running_loop().call_later(_RETRY_S, self.publish_soon, asset)
        else:
            self._status.problems.pop(f"publish {asset}", None)

    def _publish(self, asset: str) -> None:
        state = self._book.assets.get(asset)
        # A twin that is folded again is told of, and published, when it is whole.
        if state is None or self._book.is_refolding(asset):
            return
        as_of = self._status.as_of(asset)
        self._happenings.look(state.twin, state.policy, as_of)
        left = untold = self._book.take_unpublished(asset)
        try:
            published = self._publisher.publish_if_changed(
                state.twin,
                state.policy,
                state.evidence,
                as_of=as_of,
                untold=untold,
                twin_at=partial(self._book.twin_at, asset),
            )
            if published is not None:
                left = None
        finally:
            if untold is not None:
                self._book.settle_unpublished(asset, left)
        if published is not None:
            self.tell_of_version(published)

    def tell_of_version(self, published: Published) -> None:
        """Tell whoever anchors and whoever listens of a version that is on disk."""
        self._published()
        self._live.publish(
            {
                "kind": "version",
                "asset": published.asset,
                "version": published.version,
                "disposition": published.disposition,
                "severity": published.severity,
            }
        )

    def _answer_handovers(self, found: Slice) -> None:
        """Tell whoever listens how each handover statement of the slice was taken."""
        for asset, statements in found.statements.items():
            state = self._book.assets.get(asset)
            if state is None:
                continue
            for statement in statements:
                self._answer("custody", asset, told_of_statement(state.twin, statement))

    def _answer_milestones(self, found: Slice) -> None:
        """Tell whoever listens how each milestone of the slice was taken."""
        for asset, milestones in found.milestones.items():
            state = self._book.assets.get(asset)
            if state is not None:
                for one in milestones:
                    self._answer("milestone", asset, told_of_milestone(state.twin, one))

    def _answer(self, kind: str, asset: str, answer: dict[str, object]) -> None:
        self._live.publish({"kind": kind, **answer})
        self._answers.append((asset, answer))
        self._answer_wanted.set()

    async def _announce_answer(self, asset: str, answer: dict[str, object]) -> None:
        payload = msgspec.json.encode(answer).decode()
        command: dict[str, object] = {
            "command": "announce",
            "topic": ANSWERS_TOPIC.format(asset=asset),
            "payload": payload,
        }
        try:
            await self._door.submit(command)
        except CargotwinError as error:
            # The judgement stands in the twin; only the courtesy of telling it is lost.
            _log.warning("answer for asset=%s was not sent: %s", asset, error)

    def _announce(self, found: Slice) -> None:
        for asset, inputs in found.inputs.items():
            self._live.publish({"kind": "inputs", "asset": asset, "count": len(inputs)})


def _is_full(batches: list[Batch]) -> bool:
    """Tell whether more batches may have waited than were read at once."""
    return len(batches) >= READ_BATCHES or sum(len(one.blob) for one in batches) >= READ_BYTES


async def _wait_at_most(event: asyncio.Event, seconds: float) -> None:
    # Not wait_for: that of Python 3.11 can swallow a cancellation (python/cpython #86296).
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
