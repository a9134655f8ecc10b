"""The ports of the gateway: small interfaces between its shells, each with a real fake in tests."""

from __future__ import annotations

from typing import Protocol

import msgspec

from condition_reports.report import ConditionReport
from contracts.chain import ChainHead
from twins.condition import Condition
from twins.policy import ConditionPolicy
from twins.twin import AssetTwin


class AssetSummary(msgspec.Struct, frozen=True):
    """One line of the fleet page; times in microseconds UTC.

    Attributes:
        id: Id of the asset.
        title: What people call it.
        policy: Id of its policy.
        policy_title: What the policy is for.
        disposition: CBV word.
        severity: 0 none, 1 minor, 2 major, 3 critical.
        reasons: Texts of the rules that fired, worst first.
        coverage_ppm: Observed share of the planned time.
        custody_state: held, offered or disputed.
        holder: The possessing party.
        last_reading_at: Time of the newest reading, None before the first.
        is_closed: Whether the shipment is closed.
        version: Newest published version, 0 before the first.
        is_anchored: Whether the newest published version is confirmed on the chain.
        next_step: What the newest report recommends first, empty before the first report.
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
        writer: template, tiny or llm.
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


class AssetDetail(msgspec.Struct, frozen=True):
    """Everything that one asset's page shows."""

    summary: AssetSummary
    twin: AssetTwin
    policy: ConditionPolicy
    condition: Condition
    report: ConditionReport | None
    versions: tuple[Version, ...]
    token_id: str
    token_uri: str
    head: ChainHead | None


class TimelineEntry(msgspec.Struct, frozen=True):
    """Something that happened to an asset, newest last.

    `kind` is one of commissioned, binding, milestone, custody, custody_refused, excursion,
    excursion_ended, decision, version.
    """

    at: int
    kind: str
    text: str
    severity: int = 0


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
    """A fired rule of one asset that wants a person."""

    id: str
    asset: str
    rule: str
    text: str
    severity: int
    since: int
    is_active: bool
    acknowledged_by: str
    acknowledged_at: int | None


class QuarantinedInput(msgspec.Struct, frozen=True):
    """An input that could not be used: why, from whom, and its bytes."""

    position: int
    received_at: int
    client: str
    topic: str
    reason: str
    detail: str
    raw: bytes


class UnboundDevice(msgspec.Struct, frozen=True):
    """A device whose readings are kept although no asset carries it."""

    device: str
    readings: int
    first_at: int
    last_at: int


class Page(msgspec.Struct, frozen=True):
    """A slice of a list and the cursor of the next one."""

    items: tuple[object, ...]
    next: str | None


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

    `stages` maps a stage (intake, derive, draft, telemetry, chain) to a sentence; `behind` maps it
    to the number of items that wait; `problems` lists what a person should look at.
    """

    version: str
    started_at: int
    stages: dict[str, str]
    behind: dict[str, int]
    problems: tuple[str, ...]
    counters: dict[str, int]
    chain: ChainStatus | None
    sqlite_version: str


class StatusSource(Protocol):
    """What the web reads; implemented by the derive process, and by a fake in tests."""

    def status(self) -> Status:
        """Return the state of the service."""

    def assets(self) -> tuple[AssetSummary, ...]:
        """Return every asset, the one that needs attention most first."""

    def asset(self, asset: str) -> AssetDetail | None:
        """Return one asset, or None where there is no such asset."""

    def timeline(self, asset: str) -> tuple[TimelineEntry, ...]:
        """Return what happened to an asset, oldest first."""

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

    def quarantined(self, limit: int, before: int | None) -> tuple[QuarantinedInput, ...]:
        """Return quarantined inputs, newest first."""

    def unbound_devices(self) -> tuple[UnboundDevice, ...]:
        """Return devices that send readings which no asset takes."""

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

    def publish(self, change: dict[str, object]) -> None:
        """Hand a change to every reader."""
