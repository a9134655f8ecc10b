"""Derive: follows the journal and keeps everything up to date that follows from it.

Twins, evidence, published versions, the mirror and the status page live here. None of it can hold
up intake: this process only reads the journal, and may be killed and started again at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import msgspec

from gateway.door import DoorClient
from gateway.errors import IntakeAway
from gateway.ports import LivePublisher
from gateway.publishing import Publisher
from gateway.status import DerivedStatus
from gateway.store.journal import Batch, JournalReader
from gateway.twin_book import AssetState, Slice, TwinBook
from twins.custody import CustodyFault
from twins.errors import CargotwinError
from twins.inputs import Handover, HandoverPhase, statement_of
from twins.readings import MICROSECONDS

_log = logging.getLogger(__name__)

SLICE_BATCHES = 16
ANSWERS_TOPIC = "cargotwin/v1/answers/{asset}"
_POLL_S = 1.0
_ASSESS_S = 1.0


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
        self._published = published
        self._last_batch = progress
        self._clock_us = clock_us
        self._told = asyncio.Event()
        self._dirty: dict[str, None] = dict.fromkeys(book.assets)
        self._publish_wanted = asyncio.Event()
        self._publish_wanted.set()
        self._heard_at: dict[str, int] = {}
        self._answers: set[asyncio.Task[None]] = set()

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
            batches = self._journal.after(self._last_batch, SLICE_BATCHES)
            if batches:
                self._absorb(batches)
                # The page and the queue get their turn between two slices.
                await asyncio.sleep(0)
                continue
            await _wait_at_most(self._told, _POLL_S)

    async def publish_forever(self) -> None:
        """Publish every asset whose standing changed, until cancelled."""
        while True:
            await self._publish_wanted.wait()
            self._publish_wanted.clear()
            while self._dirty:
                asset = next(iter(self._dirty))
                del self._dirty[asset]
                await self._publish(asset)

    async def notice_silence_forever(self) -> None:
        """Judge an asset anew when nothing came for an expected interval, until cancelled.

        While a backlog comes in faster than time, the newest reading lies in the past without any
        device being silent; silence is therefore counted from the last arrival.
        """
        while True:
            await asyncio.sleep(_ASSESS_S)
            now = self._clock_us()
            for asset, state in self._book.assets.items():
                if self._is_silent(asset, state, now):
                    self._status.silent_as_of[asset] = now
                    self._heard_at[asset] = now
                    self._want_publishing(asset)

    def _is_silent(self, asset: str, state: AssetState, now: int) -> bool:
        twin = state.twin
        if twin.closed_at is not None or not twin.bound:
            return False
        heard_at = self._heard_at.setdefault(asset, now)
        return now - heard_at > max(MICROSECONDS, *twin.bound.values())

    def _absorb(self, batches: list[Batch]) -> None:
        refused_before = {
            asset: len(state.twin.custody.refusals) for asset, state in self._book.assets.items()
        }
        found = self._book.absorb(batches)
        self._last_batch = batches[-1].id
        now = self._clock_us()
        for asset in found.inputs:
            self._heard_at[asset] = now
            self._status.silent_as_of.pop(asset, None)
            self._want_publishing(asset)
        self._answer_handovers(found, refused_before)
        self._announce(found)

    def _want_publishing(self, asset: str) -> None:
        self._dirty[asset] = None
        self._publish_wanted.set()

    async def _publish(self, asset: str) -> None:
        state = self._book.assets[asset]
        rewound_to, state.rewound_to = state.rewound_to, None
        published = await self._publisher.publish_if_changed(
            state.twin,
            state.policy,
            state.evidence,
            as_of=self._status.as_of(asset),
            rewound_to=rewound_to,
        )
        if published is None:
            return
        self._published()
        self._live.publish(
            {
                "kind": "version",
                "asset": asset,
                "version": published.version,
                "disposition": published.disposition,
                "severity": published.severity,
            }
        )

    def _answer_handovers(self, found: Slice, refused_before: dict[str, int]) -> None:
        """Tell whoever listens how each handover statement of the slice was taken."""
        for asset, inputs in found.inputs.items():
            statements = [one for one in inputs if isinstance(one, Handover)]
            if not statements:
                continue
            refusals = self._book.assets[asset].twin.custody.refusals
            newly = refusals[refused_before.get(asset, 0) :]
            faults = {(one.nonce, one.phase): one.fault for one in newly}
            for handover in statements:
                self._send_answer(asset, handover, faults)

    def _send_answer(
        self, asset: str, handover: Handover, faults: dict[tuple[str, HandoverPhase], CustodyFault]
    ) -> None:
        statement = statement_of(handover)
        fault = faults.get((statement.nonce, statement.phase))
        answer = {
            "asset": asset,
            "phase": statement.phase.value,
            "nonce": statement.nonce,
            "from": statement.from_party,
            "to": statement.to_party,
            "answer": "taken" if fault is None else fault.value,
        }
        self._live.publish({"kind": "custody", **answer})
        task = asyncio.get_running_loop().create_task(
            self._announce_answer(asset, answer), name=f"custody answer {asset}"
        )
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _announce_answer(self, asset: str, answer: dict[str, str]) -> None:
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
            _log.warning("custody answer for asset=%s was not sent: %s", asset, error)

    def _announce(self, found: Slice) -> None:
        for asset, inputs in found.inputs.items():
            self._live.publish({"kind": "inputs", "asset": asset, "count": len(inputs)})


async def _wait_at_most(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
