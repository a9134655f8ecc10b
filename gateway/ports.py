"""The ports of the gateway: small interfaces between its shells, each with a real fake in tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Protocol

import msgspec

from condition_reports.report import ConditionReport
from contracts.chain import ChainHead
from gateway.codecs.base import Decoded
from gateway.codecs.route import RoutingTable
from gateway.devices.discovery import Heard
from gateway.reports.status import ReportStatus
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy
from twins.sensors.findings import SensorFinding
from twins.twin import AssetTwin
from twins.verdict.condition import Condition


class AssetSummary(msgspec.Struct, frozen=True):
    """One line of the fleet page; times in microseconds UTC.

    Attributes:
        id: Id of the asset.
        title: What people call it.
        policy: Id of its policy.
        policy_title: What the policy is for.
        disposition: CBV word.
        severity: 0 none, 1 minor, 2 major, 3 critical.
        reasons: What happened where rules fired, worst first.
        coverage_ppm: Observed share of the planned time.
        custody_state: held, offered or disputed.
        holder: The possessing party.
        last_reading_at: Time of the newest reading, None before the first.
        is_closed: Whether the shipment is closed.
        version: Newest published version, 0 before the first.
        is_anchored: Whether the newest published version is confirmed on the chain.
        next_step: What the newest report recommends first, empty before the first report.
        released_at: When quality released it; None where nobody did, or where something calls for
            a person that the release does not answer.
    """

    id: str
    title: str
    policy: str
    policy_title: str
    disposition: str
    severity: int
    reasons: tuple[str, ...]
    coverage_ppm: int
    custody_state: str
    holder: str
    last_reading_at: int | None
    is_closed: bool
    version: int
    is_anchored: bool
    next_step: str
    released_at: int | None = None


class Version(msgspec.Struct, frozen=True):
    """One published metadata version of an asset.

    Attributes:
        version: 1, 2, 3, …
        digest: SHA-256 of the document's RFC 8785 bytes, hex.
        cid: CIDv1 of the same bytes.
        as_of: The moment that it judges.
        published_at: When the document was written.
        reason: Why: mint, disposition, severity, custody, milestone, decision.
        disposition: CBV word.
        severity: 0 to 3.
        writer: template, tiny or llm, or human where a person edited the words.
        evidence_size: Leaves of the asset's input log that it covers.
        evidence_root: RFC 6962 root over these leaves, hex.
        state: queued, sent, confirmed or failed.
        transaction: Hash of the transaction, empty before it is sent.
        block: Block number, None before it is mined.
    """

    version: int
    digest: str
    cid: str
    as_of: int
    published_at: int
    reason: str
    disposition: str
    severity: int
    writer: str
    evidence_size: int
    evidence_root: str
    state: str
    transaction: str
    block: int | None


class Containment(msgspec.Struct, frozen=True):
    """An interval in which an asset stands in another; `until` is None where it still does.

    `asset` is the other one of the two: what holds, or what is held.
    """

    asset: str
    since: int
    until: int | None


class AssetDetail(msgspec.Struct, frozen=True):
    """Everything that one asset's page shows.

    `key_holders` says of the keys that accounts name whose they are.
    """

    summary: AssetSummary
    twin: AssetTwin
    policy: ConditionPolicy
    condition: Condition
    report: ConditionReport | None
    versions: tuple[Version, ...]
    token_id: str
    token_uri: str
    head: ChainHead | None
    contained_in: tuple[Containment, ...] = ()
    contains: tuple[Containment, ...] = ()
    key_holders: Mapping[str, str] = {}


class TimelineEntry(msgspec.Struct, frozen=True):
    """Something that happened to an asset, newest last.

    `kind` is one of commissioned, binding, packing, milestone, milestone_refused, custody,
    custody_refused, custody_overdue, excursion, excursion_ended, sensor, sensor_ended, decision,
    late_readings, version.
    """

    at: int
    kind: str
    text: str
    severity: int = 0


class LateReadings(msgspec.Struct, frozen=True):
    """Readings in a row of one sensor that came after later ones, when their time had gone by.

    Attributes:
        device: Id of the device.
        sensor: Its sensor.
        quantity: What was measured.
        readings: How many.
        first_at: When the first was observed, microseconds UTC.
        last_at: When the last was.
        came_at: When the last of them to come was committed.
    """

    device: str
    sensor: str
    quantity: str
    readings: int
    first_at: int
    last_at: int
    came_at: int


class Bucket(msgspec.Struct, frozen=True, array_like=True):
    """Readings of one sensor within one step: start (µs UTC), minimum, mean, maximum, count."""

    start: int
    minimum: int
    mean: int
    maximum: int
    count: int


class SeriesBuckets(msgspec.Struct, frozen=True):
    """One sensor's buckets, oldest first, values in the quantity's integer steps."""

    device: str
    sensor: str
    quantity: str
    step: int
    buckets: tuple[Bucket, ...]


class Alarm(msgspec.Struct, frozen=True):
    """A fired rule of one asset that wants a person.

    `text` says what happened, and `since` is None where nobody knows it. What made a rule fire may
    be over (`is_active`), and the verdict that it makes stay all the same (`is_latched`). Where the
    shipment is closed it lasts to `closed_at` and no longer, as nothing is judged behind the close;
    None where it goes on.
    """

    id: str
    asset: str
    rule: str
    text: str
    severity: int
    since: int | None
    is_active: bool
    acknowledged_by: str
    acknowledged_at: int | None
    is_latched: bool = False
    closed_at: int | None = None


class QuarantinedInput(msgspec.Struct, frozen=True):
    """An input that could not be used: why, from whom, and its bytes."""

    position: int
    received_at: int
    client: str
    topic: str
    reason: str
    detail: str
    raw: bytes


class Settlement(msgspec.Struct, frozen=True):
    """What became of a quarantined input.

    Attributes:
        outcome: decoded or discarded.
        reason: Why it was discarded, or the format that decoded it.
        by: The party or role.
        settled_at: Microseconds UTC.
    """

    outcome: str
    reason: str
    by: str
    settled_at: int


class QuarantineEntry(QuarantinedInput, frozen=True):
    """A quarantined input, and what became of it; None while it is open."""

    settlement: Settlement | None = None


class QuarantineFilter(msgspec.Struct, frozen=True):
    """Which quarantined inputs are wanted; an empty text wants any.

    Attributes:
        state: open, settled or all.
        reason: Name of the rule that they broke.
        topic: MQTT topic filter.
        device: Id of the device: a level of their topic, or their client id.
    """

    state: Literal["open", "settled", "all"] = "all"
    reason: str = ""
    topic: str = ""
    device: str = ""


class QuarantineCounts(msgspec.Struct, frozen=True):
    """How many quarantined inputs there are, by state.

    Attributes:
        open: Those that wait for somebody.
        settled: Those that were decoded again or discarded.
        is_all: False where only the newest `QUARANTINE_COUNTED` were looked at.
    """

    open: int
    settled: int
    is_all: bool = True

    @property
    def all(self) -> int:
        """How many there are of both."""
        return self.open + self.settled


EVERY_INPUT = QuarantineFilter()
QUARANTINE_COUNTED = 10_000
"""Quarantined inputs are counted up to here: a page must not wait for a million of them."""
QUARANTINE_PAGE_BYTES = 8 << 20
"""A page of quarantined inputs ends with the one whose bytes reach this."""


class UnboundDevice(msgspec.Struct, frozen=True):
    """A device whose readings are kept although no asset carries it."""

    device: str
    readings: int
    first_at: int
    last_at: int


class DeviceSeries(msgspec.Struct, frozen=True):
    """One sensor's quantity of a device, and its newest reading.

    Attributes:
        sensor: Name of the sensor.
        quantity: What it measures.
        readings: How many are kept.
        first_at: Time of the oldest, microseconds UTC.
        last_at: Time of the newest.
        last: Value of the newest, in the quantity's integer steps.
        clock_source: Whose clock gave its time, a `ClockSource`.
        quality: Its marks, a `Quality`.
    """

    sensor: str
    quantity: str
    readings: int
    first_at: int
    last_at: int
    last: int
    clock_source: int
    quality: int


class DeviceBinding(msgspec.Struct, frozen=True):
    """That a device travels with an asset; `until` is None while it does."""

    asset: str
    since: int
    until: int | None


class DeviceRecord(msgspec.Struct, frozen=True):
    """What is kept of a device, and with which assets it travels or travelled."""

    device: str
    series: tuple[DeviceSeries, ...]
    bindings: tuple[DeviceBinding, ...]

    @property
    def assets(self) -> tuple[str, ...]:
        """The assets that it travels with until somebody ends it."""
        return tuple(sorted(one.asset for one in self.bindings if one.until is None))


class ChainStatus(msgspec.Struct, frozen=True):
    """Where tokens live, and what that proves."""

    rpc_url: str
    chain_id: int
    contract: str
    is_embedded: bool
    block: int
    queued: int
    confirmed: int
    gas_used: int


class Status(msgspec.Struct, frozen=True):
    """How the service itself is: each stage with how far it is behind.

    `stages` maps a stage (derive, publish, telemetry, chain, …) to a sentence; `behind` maps it to
    the number of items that wait; `problems` lists what a person should look at; `reports` says how
    they are worded.
    """

    version: str
    started_at: int
    stages: dict[str, str]
    behind: dict[str, int]
    problems: tuple[str, ...]
    counters: dict[str, int]
    chain: ChainStatus | None
    sqlite_version: str
    reports: ReportStatus | None = None


class StatusSource(Protocol):
    """What the web reads; implemented by the derive process, and by a fake in tests."""

    def status(self) -> Status:
        """Return the state of the service."""

    def assets(self) -> tuple[AssetSummary, ...]:
        """Return every asset, the one that needs attention most first."""

    def asset(self, asset: str) -> AssetDetail | None:
        """Return one asset by any spelling of its key, or None where there is no such asset."""

    def timeline(self, asset: str) -> tuple[TimelineEntry, ...]:
        """Return what happened to an asset, oldest first."""

    def late_readings(self, asset: str) -> tuple[LateReadings, ...]:
        """Return the newest readings of an asset that came late, in the order of their coming."""

    def inputs(self, asset: str) -> tuple[Input, ...]:
        """Return an asset's inputs other than readings, in journal order; none without an asset."""

    def readings(
        self, asset: str, quantity: str, start: int | None, end: int | None, step: int
    ) -> tuple[SeriesBuckets, ...]:
        """Return bucketed readings; `step` in microseconds, 0 for about 300 buckets."""

    def document(self, digest: str) -> bytes | None:
        """Return the exact bytes of a published document by its SHA-256 (hex)."""

    def metadata_of_token(self, token_id: str) -> bytes | None:
        """Return the newest published document of a token."""

    def proof(self, asset: str) -> dict[str, object] | None:
        """Return what a verifier needs to name and check the newest version."""

    def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms, the one that needs attention most first."""

    def quarantined(
        self, limit: int, before: int | None, wanted: QuarantineFilter = EVERY_INPUT
    ) -> tuple[QuarantineEntry, ...]:
        """Return the wanted quarantined inputs, newest first."""

    def quarantined_at(self, position: int) -> QuarantineEntry | None:
        """Return the quarantined input at a place of the journal, or None where there is none."""

    def quarantine_counts(self, wanted: QuarantineFilter) -> QuarantineCounts:
        """Return how many quarantined inputs are as wanted, whatever their state."""

    def open_by_reason(self) -> dict[str, int]:
        """Return how many quarantined inputs of each reason are open, most frequent first."""

    def preview(self, entry: QuarantinedInput, codec: str = "") -> Decoded:
        """Return what a quarantined input says to today's formats; nothing is kept.

        Args:
            entry: The input.
            codec: Name of a format; the one that its topic is routed to where it is empty.

        Raises:
            ConfigurationFault: There is no such format, or it needs settings that there are not.
        """

    def formats(self) -> RoutingTable:
        """Return today's formats as intake has them, to be read with and not to be kept."""

    def unbound_devices(self) -> tuple[UnboundDevice, ...]:
        """Return devices that send readings which no asset takes."""

    def bound_devices(self) -> tuple[str, ...]:
        """Return the devices that an asset carries or carried, in the order of their names."""

    def device(self, device: str) -> DeviceRecord | None:
        """Return what is kept of a device; None where nothing is and no asset ever carried it."""

    def known_devices(self, names: Collection[str]) -> set[str]:
        """Return those of the names that are devices with readings, or that an asset carried."""

    def readings_since(self, device: str, moment: int) -> int:
        """Return how many readings of a device were observed from a moment on."""

    def replays(self, device: str) -> tuple[SensorFinding, ...]:
        """Return where a device repeats a long stretch of its own newest readings."""

    def unread_topics(self) -> tuple[Heard, ...]:
        """Return the newest topics that no format reads; how they came is not known here."""

    def metrics(self) -> str:
        """Return the metrics in the Prometheus text format."""


class Commands(Protocol):
    """What a person or a page may ask for; every command goes through intake's one door."""

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        """Journal a command and return its answer.

        Raises:
            CargotwinError: Intake is away, or refused the command and says why.
        """


class LiveEvents(Protocol):
    """Changes as they happen, for server-sent events."""

    def subscribe(self) -> EventStream:
        """Return a bounded stream of changes; close it when the reader goes."""


class EventStream(Protocol):
    """One reader's changes."""

    async def next(self) -> dict[str, object]:
        """Return the next change: {"kind", "asset", …}."""

    def close(self) -> None:
        """Stop the stream."""


class LivePublisher(Protocol):
    """Where changes are announced to whoever watches."""

    @property
    def has_readers(self) -> bool:
        """Whether anybody watches."""

    def publish(self, change: dict[str, object]) -> None:
        """Hand a change to every reader."""
