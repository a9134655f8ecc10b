"""What the status page reads: the derive process's state, put in the words of the web's port."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.canonical import cid_of
from contracts.chain import ChainHead
from contracts.errors import without_secrets
from contracts.metadata import title_of, token_id_of
from gateway import __version__
from gateway.alarms import alarms_of
from gateway.codecs.base import Decoded
from gateway.codecs.route import RoutingTable
from gateway.devices.discovery import Heard
from gateway.devices.replays import newest_replays
from gateway.late_readings import late_entry, newest_late
from gateway.metrics import metrics_text
from gateway.ports import (
    EVERY_INPUT,
    Alarm,
    AssetDetail,
    AssetSummary,
    ChainStatus,
    Containment,
    DeviceBinding,
    DeviceRecord,
    LateReadings,
    QuarantineCounts,
    QuarantinedInput,
    QuarantineEntry,
    QuarantineFilter,
    SeriesBuckets,
    Status,
    TimelineEntry,
    UnboundDevice,
    Version,
)
from gateway.refolds import AssetState
from gateway.releases import released_at
from gateway.reports.metrics import report_metrics
from gateway.reports.status import ReportStatus
from gateway.stage_words import stage_words
from gateway.store.derived import DerivedStore
from gateway.store.device_readings import (
    devices_among,
    reading,
    unread_topics,
)
from gateway.store.journal import JournalReader
from gateway.store.ledger import Ledger, Published
from gateway.store.quarantine import QuarantineBook
from gateway.store.reading_chunks import EARLIEST
from gateway.timeline import timeline_of
from gateway.twin_book import TwinBook
from gateway.versions import recommended_first, version_of
from twins.bindings import FOREVER
from twins.identity.asset_names import AssetNames
from twins.identity.identifiers import key_of
from twins.inputs import Input
from twins.policy.condition_policy import Severity, hold_of
from twins.readings import MICROSECONDS
from twins.sensors.findings import SensorFinding
from twins.twin import AssetTwin, settled_at
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import Condition, assess
from twins.verdict.figures import announced_at

_BUCKETS = 300
_FINEST_STEP = MICROSECONDS


@dataclass(slots=True)
class ChainFacts:
    """What is known of the chain: set once it is reached, heads as they are confirmed."""

    rpc_url: str = ""
    chain_id: int = 0
    contract: str = ""
    is_embedded: bool = True
    block: int = 0
    problem: str = "the chain was not reached yet"
    heads: dict[str, ChainHead] = field(default_factory=dict)


class DerivedStatus:
    """Implements `StatusSource` on the derive process's own state.

    Args:
        book: Every twin.
        store: Derived data.
        ledger: What was published.
        journal: For how far behind derive is, and intake's counters.
        chain: What is known of the chain.
        base_uri: What stands before the CID in a token URI.
        clock_us: Microseconds UTC.
        formats: Returns today's formats, to show what a quarantined input says to them.
    """

    def __init__(
        self,
        *,
        book: TwinBook,
        store: DerivedStore,
        ledger: Ledger,
        journal: JournalReader,
        chain: ChainFacts,
        base_uri: str,
        clock_us: Callable[[], int],
        formats: Callable[[], RoutingTable],
    ) -> None:
        self._quarantine = QuarantineBook(store.connection)
        self._formats = formats
        self._book = book
        self._store = store
        self._ledger = ledger
        self._journal = journal
        self._chain = chain
        self._base_uri = base_uri
        self._clock_us = clock_us
        self._started_at = clock_us()
        self._names = AssetNames()
        self._conditions: dict[str, tuple[AssetTwin, int, Condition]] = {}
        self.refused: Callable[[], Mapping[str, str]] = dict
        """Assets whose transaction the chain refused for good, with its words."""
        self.key_holders: Callable[[], Mapping[str, str]] = dict
        """Of the keys that accounts name for handovers, whose they are."""
        self.silent_as_of: dict[str, int] = {}
        """Assets that have fallen silent, and up to when that is known."""
        self.problems: dict[str, str] = {}
        """Open problems of the service itself, by stage."""
        self.is_mirrored = False
        self.mirror_depth: Callable[[], int] = int
        self.publish_depth: Callable[[], int] = int
        self.reports: Callable[[], ReportStatus | None] = lambda: None
        """How the wording of reports is doing."""
        self.mirror_problem: Callable[[], str] = str

    def as_of(self, asset: str) -> int:
        """Return the moment at which an asset is judged now: its newest input, or later silence.

        It never lies before the moment that the newest version judges: neither a restart nor a
        late reading takes back what silence has told.
        """
        state = self._book.assets[asset]
        newest_input = state.twin.last_key[0] if state.twin.last_key else 0
        newest = self._ledger.newest(asset)
        published = newest.as_of if newest is not None else 0
        return max(newest_input, self.silent_as_of.get(asset, 0), published)

    def announced_at(self, asset: str) -> int | None:
        """Return when the next alarm is raised if what is judged now stays."""
        state, as_of = self._book.assets[asset], self.as_of(asset)
        return announced_at(settled_at(state.twin, as_of, state.policy), state.policy, as_of)

    def status(self) -> Status:
        """Return the state of the service."""
        reports = self.reports()
        behind = {
            "derive": self._journal.last_batch() - self._store.progress(),
            "publish": self.publish_depth(),
            "report": reports.waiting if reports else 0,
            "telemetry": self.mirror_depth(),
            "chain": self._ledger.queue_length(),
        }
        problems = self._problems()
        return Status(
            version=__version__,
            started_at=self._started_at,
            stages=stage_words(behind, problems, is_mirrored=self.is_mirrored),
            behind=behind,
            problems=tuple(f"{stage}: {text}" for stage, text in problems.items()),
            counters={**self._journal.counters(), **self._store.counters()},
            chain=self._chain_status(),
            sqlite_version=sqlite3.sqlite_version,
            reports=reports,
        )

    def assets(self) -> tuple[AssetSummary, ...]:
        """Return every asset, the one that needs attention most first."""
        summaries = [self._summary(asset) for asset in self._book.assets]
        return tuple(
            sorted(
                summaries,
                key=lambda one: (-one.severity, one.is_closed, one.coverage_ppm, one.id),
            )
        )

    def asset(self, asset: str) -> AssetDetail | None:
        """Return one asset by any spelling of its key, or None where there is no such asset."""
        asset = self._kept_id(asset)
        state = self._book.assets.get(asset)
        if state is None:
            return None
        newest = self._ledger.newest(asset)
        condition = self._condition(asset, state)
        return AssetDetail(
            summary=self._summary(asset),
            twin=settled_at(state.twin, self.as_of(asset), state.policy),
            policy=state.policy,
            condition=condition,
            report=newest.condition_report() if newest else None,
            versions=self._versions(asset),
            token_id=str(token_id_of(asset)),
            token_uri=self._base_uri + cid_of(newest.digest) if newest else "",
            head=self._chain.heads.get(asset),
            contained_in=_containments(self._book.parents_of(asset)),
            contains=_containments(self._book.children_of(asset)),
            key_holders=self.key_holders(),
        )

    def _kept_id(self, spelling: str) -> str:
        if spelling in self._book.assets or key_of(spelling) is None:
            return spelling
        for asset in self._book.assets:
            self._names.add(asset)
        return self._names.find(spelling) or spelling

    def timeline(self, asset: str) -> tuple[TimelineEntry, ...]:
        """Return what happened to an asset, oldest first."""
        state = self._book.assets.get(asset)
        if state is None:
            return ()
        as_of = self.as_of(asset)
        settled = settled_at(state.twin, as_of, state.policy)
        inputs = self._store.inputs_of(asset, 0)
        entries = timeline_of(settled, state.policy, inputs, self._versions(asset), as_of)
        late = map(late_entry, self.late_readings(asset))
        return tuple(sorted((*entries, *late), key=lambda one: one.at))

    def late_readings(self, asset: str) -> tuple[LateReadings, ...]:
        """Return the newest readings of an asset that came late, in the order of their coming."""
        state = self._book.assets.get(asset)
        if state is None:
            return ()
        bindings = self._book.bindings_of(asset)
        intervals = ((device, state.twin.bound.get(device, 0)) for device in bindings)
        holds = {device: hold_of(state.policy, every) for device, every in intervals}
        return newest_late(self._store.readings, self._journal, bindings, holds)

    def inputs(self, asset: str) -> tuple[Input, ...]:
        """Return an asset's inputs other than readings, in journal order; none without an asset."""
        return tuple(self._store.inputs_of(asset, EARLIEST))

    def readings(
        self, asset: str, quantity: str, start: int | None, end: int | None, step: int
    ) -> tuple[SeriesBuckets, ...]:
        """Return bucketed readings; `step` in microseconds, 0 for about 300 buckets."""
        state = self._book.assets.get(asset)
        if state is None or state.twin.last_key is None:
            return ()
        first = start if start is not None else (state.twin.planned_from or 0)
        last = end if end is not None else state.twin.last_key[0] + 1
        chosen = step or max(_FINEST_STEP, (last - first) // _BUCKETS)
        found: list[SeriesBuckets] = []
        for device, intervals in self._book.bindings_of(asset).items():
            spans = [(max(first, since), min(last, until)) for since, until in intervals]
            spans = [span for span in spans if span[0] < span[1]]
            found.extend(
                self._store.readings.buckets(key, spans, chosen)
                for key in self._store.readings.series_of(device, quantity)
            )
        return tuple(one for one in found if one.buckets)

    def document(self, digest: str) -> bytes | None:
        """Return the exact bytes of a published document by its SHA-256 (hex)."""
        return self._ledger.document(bytes.fromhex(digest))

    def metadata_of_token(self, token_id: str) -> bytes | None:
        """Return the newest published document of a token."""
        for asset in self._book.assets:
            if str(token_id_of(asset)) == token_id:
                newest = self._ledger.newest(asset)
                return self._ledger.document(newest.digest) if newest else None
        return None

    def proof(self, asset: str) -> dict[str, object] | None:
        """Return what a verifier needs to name and check the newest version."""
        newest = self._ledger.newest(asset)
        document = None if newest is None else self._ledger.document(newest.digest)
        if newest is None or document is None or asset not in self._book.assets:
            return None
        anchored = self._ledger.anchored(asset, newest.version)
        stated = json.loads(document)["properties"]["cargotwin"]
        return {
            "asset": asset,
            "version": newest.version,
            "document_digest": newest.digest.hex(),
            "cid": cid_of(newest.digest),
            "token_id": str(token_id_of(asset)),
            "contract": self._chain.contract,
            "chain_id": self._chain.chain_id,
            "chain_is_embedded": self._chain.is_embedded,
            "transaction": anchored.hash if anchored else None,
            "block": anchored.block if anchored else None,
            "evidence": stated["evidence"],
            "condition_digest": stated["condition_digest"],
            "check_with": f"cargotwin verify {asset}",
        }

    def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms, the one that needs attention most first."""
        found = [
            alarm
            for asset, state in self._book.assets.items()
            for alarm in alarms_of(state.twin, state.policy, self._condition(asset, state))
        ]
        return tuple(
            sorted(found, key=lambda one: (-one.severity, not one.is_active, -(one.since or 0)))
        )

    def quarantined(
        self, limit: int, before: int | None, wanted: QuarantineFilter = EVERY_INPUT
    ) -> tuple[QuarantineEntry, ...]:
        """Return the wanted quarantined inputs, newest first."""
        return self._quarantine.page(limit, before, wanted)

    def quarantined_at(self, position: int) -> QuarantineEntry | None:
        """Return the quarantined input at a place of the journal, or None where there is none."""
        return self._quarantine.at(position)

    def quarantine_counts(self, wanted: QuarantineFilter) -> QuarantineCounts:
        """Return how many quarantined inputs are as wanted, whatever their state."""
        return self._quarantine.counts(wanted)

    def open_by_reason(self) -> dict[str, int]:
        """Return how many quarantined inputs of each reason are open, most frequent first."""
        return self._quarantine.open_by_reason()

    def preview(self, entry: QuarantinedInput, codec: str = "") -> Decoded:
        """Return what a quarantined input says to today's formats; nothing is kept.

        Raises:
            ConfigurationFault: There is no such format, or it needs settings that there are not.
        """
        formats = self._formats()
        message = (entry.topic, entry.raw, entry.received_at)
        chosen = formats.codec_named(codec, entry.topic) if codec else formats.route(entry.topic)
        return (
            formats.decode(*message) if chosen is None else formats.decode_again(chosen, *message)
        )

    def formats(self) -> RoutingTable:
        """Return today's formats as intake has them, to be read with and not to be kept."""
        return self._formats()

    def unbound_devices(self) -> tuple[UnboundDevice, ...]:
        """Return devices that send readings which no asset takes."""
        return self._store.readings.devices(lambda device: not self._book.is_bound(device))

    def bound_devices(self) -> tuple[str, ...]:
        """Return the devices that an asset carries or carried, in the order of their names."""
        return tuple(
            sorted({one for asset in self._book.assets for one in self._book.bindings_of(asset)})
        )

    def device(self, device: str) -> DeviceRecord | None:
        """Return what is kept of a device; None where nothing is and no asset ever carried it."""
        series = self._store.readings.all_series_of(device)
        bindings = tuple(
            DeviceBinding(asset, since, None if until == FOREVER else until)
            for asset, intervals in self._book.assets_with(device).items()
            if asset in self._book.assets
            for since, until in intervals
        )
        return DeviceRecord(device, series, bindings) if series or bindings else None

    def known_devices(self, names: Collection[str]) -> set[str]:
        """Return those of the names that are devices with readings, or that an asset carried."""
        bound = {name for name in names if self._book.is_bound(name)}
        return bound | devices_among(self._store.connection, names)

    def readings_since(self, device: str, moment: int) -> int:
        """Return how many readings of a device were observed from a moment on."""
        return self._store.readings.count_since(device, moment)

    def replays(self, device: str) -> tuple[SensorFinding, ...]:
        """Return where a device repeats a long stretch of its own newest readings."""
        return newest_replays(self._store.readings, device)

    def unread_topics(self) -> tuple[Heard, ...]:
        """Return the newest topics that no format reads; how they came is not known here.

        May be called beside the loop: it reads by a connection of its own.
        """
        with reading(self._store.connection) as connection:
            return unread_topics(connection)

    def metrics(self) -> str:
        """Return the metrics in the Prometheus text format."""
        status = self.status()
        reports = report_metrics(status.reports) if status.reports else ""
        return metrics_text(status, self.assets()) + reports

    def _problems(self) -> dict[str, str]:
        found = dict(self.problems)
        mirror_problem = self.mirror_problem()
        if mirror_problem:
            found["telemetry"] = mirror_problem
        if self._chain.problem:
            found["chain"] = self._chain.problem
        reports = self.reports()
        if reports is not None and reports.problem:
            found["report"] = f"the template speaks where no draft comes: {reports.problem}"
        if reports is not None and reports.models_problem:
            found["models"] = f"not in force: {reports.models_problem}"
        refused = self.refused()
        if refused:
            asset, words = next(iter(refused.items()))
            more = f"; and {len(refused) - 1} more" if len(refused) > 1 else ""
            found["chain"] = f"asset {asset}: {words}{more}"
        return found

    def _chain_status(self) -> ChainStatus | None:
        if not self._chain.contract:
            return None
        return ChainStatus(
            # The path of a hosted node's address is often the key of its account.
            rpc_url=without_secrets(self._chain.rpc_url),
            chain_id=self._chain.chain_id,
            contract=self._chain.contract,
            is_embedded=self._chain.is_embedded,
            block=self._chain.block,
            queued=self._ledger.queue_length(),
            confirmed=self._ledger.confirmed(),
            gas_used=self._ledger.gas_used(),
        )

    def _condition(self, asset: str, state: AssetState) -> Condition:
        as_of = self.as_of(asset)
        known = self._conditions.get(asset)
        if known is not None and known[0] is state.twin and known[1] == as_of:
            return known[2]
        condition = assess(state.twin, state.policy, as_of)
        self._conditions[asset] = (state.twin, as_of, condition)
        return condition

    def _summary(self, asset: str) -> AssetSummary:
        state = self._book.assets[asset]
        condition = self._condition(asset, state)
        newest = self._ledger.newest(asset)
        anchored = self._ledger.anchored(asset, newest.version) if newest else None
        worst_first = sorted(condition.rules_fired, key=lambda one: -one.severity)
        readings = [one.last_at for one in condition.statistics.series]
        return AssetSummary(
            id=asset,
            title=title_of(state.twin),
            policy=state.policy.id,
            policy_title=state.policy.title,
            disposition=condition.disposition.value,
            severity=int(condition.severity),
            reasons=tuple(
                breach_words(one, state.policy)
                for one in worst_first
                if one.severity > Severity.NONE
            ),
            coverage_ppm=condition.coverage.ratio_ppm,
            custody_state=condition.custody.state.value,
            holder=condition.custody.holder,
            last_reading_at=max(readings, default=None),
            is_closed=state.twin.closed_at is not None,
            version=newest.version if newest else 0,
            is_anchored=anchored is not None and anchored.block is not None,
            next_step=recommended_first(newest) if newest else "",
            released_at=released_at(state.twin, state.policy, condition),
        )

    def _versions(self, asset: str) -> tuple[Version, ...]:
        return tuple(self._version(one) for one in self._ledger.versions(asset))

    def _version(self, published: Published) -> Version:
        anchored = self._ledger.anchored(published.asset, published.version)
        is_refused = published.asset in self.refused()
        return version_of(published, anchored, is_refused=is_refused)


def _containments(found: Mapping[str, Sequence[tuple[int, int]]]) -> tuple[Containment, ...]:
    return tuple(
        Containment(asset, since, None if until == FOREVER else until)
        for asset, intervals in found.items()
        for since, until in intervals
    )
