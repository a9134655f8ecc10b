"""A `StatusSource` over made shipments: every twin, verdict and document in it is real."""

import hashlib
from collections.abc import Collection, Sequence

import msgspec

from condition_reports.actions import ACTION_SENTENCES, Action, actions_of
from condition_reports.facts import facts_of
from condition_reports.provenance import Account, provenance_of
from condition_reports.report import ConditionReport, SectionText
from condition_reports.writers.template import TemplateWriter
from contracts.canonical import canonical_bytes, cid_of
from contracts.chain import BlockReference, ChainHead
from gateway.alarms import alarms_of
from gateway.codecs.base import Decoded
from gateway.codecs.route import RoutingTable
from gateway.devices.discovery import Heard
from gateway.ports import (
    EVERY_INPUT,
    Alarm,
    AssetDetail,
    AssetSummary,
    Bucket,
    ChainStatus,
    DeviceBinding,
    DeviceRecord,
    DeviceSeries,
    LateReadings,
    QuarantineCounts,
    QuarantinedInput,
    QuarantineEntry,
    QuarantineFilter,
    SeriesBuckets,
    Settlement,
    Status,
    TimelineEntry,
    UnboundDevice,
    Version,
)
from gateway.releases import released_at
from tests.fakes.report_status import REPORTS
from tests.fakes.shipments import HOSTILE, HOUR, MINUTE, NOON, Shipment
from twins.identity.asset_names import AssetNames
from twins.inputs import Handover, Input, Milestone, statement_of
from twins.readings import Reading
from twins.sensors.findings import SensorFinding
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import condition_document

PICTURE = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAg"
    "MCAxMCAxMCI+PHJlY3Qgd2lkdGg9IjEwIiBoZWlnaHQ9IjEwIiBmaWxsPSIjMGI2ZTc1Ii8+PC9zdmc+"
)
BUCKETS = 300


class FakeStatusSource:
    """Answers from memory; fills the port `StatusSource`."""

    def __init__(
        self,
        shipments: Sequence[Shipment],
        quarantined: Sequence[QuarantinedInput] = (),
        devices: Sequence[UnboundDevice] = (),
    ) -> None:
        self.shipments = {one.id: one for one in shipments}
        self.documents: dict[str, bytes] = {}
        self.problems: tuple[str, ...] = ()
        self.settlements: dict[int, Settlement] = {}
        self._quarantined = quarantined
        self._devices = devices
        self.heard: list[Heard] = []
        self.late: dict[str, tuple[LateReadings, ...]] = {}
        self.replayed: dict[str, tuple[SensorFinding, ...]] = {}
        self.records: dict[str, DeviceRecord] = {one.device: _record(one) for one in devices}
        self._details = {one.id: self._detail(one) for one in shipments}

    def status(self) -> Status:
        return Status(
            version="0.1.0",
            started_at=NOON - 5 * HOUR,
            stages={
                "intake": "takes readings on 127.0.0.1:1883",
                "derive": "folds twins",
                "draft": "writes reports",
                "telemetry": "mirror is off",
                "chain": "embedded chain, block 41",
            },
            behind={"intake": 0, "derive": 0, "draft": 2, "telemetry": 0, "chain": 1},
            problems=self.problems,
            counters={"readings": 1_234_567, "quarantined": len(self._quarantined)},
            chain=ChainStatus(
                rpc_url="http://127.0.0.1:8545",
                chain_id=31_337,
                contract="0x5FbDB2315678afecb367f032d93F642f64180aa3",
                is_embedded=True,
                block=41,
                queued=1,
                confirmed=9,
                gas_used=812_345,
            ),
            sqlite_version="3.40.1",
            reports=REPORTS,
        )

    def assets(self) -> tuple[AssetSummary, ...]:
        summaries = (one.summary for one in self._details.values())
        return tuple(
            sorted(summaries, key=lambda one: (-one.severity, one.disposition == "conformant"))
        )

    def asset(self, asset: str) -> AssetDetail | None:
        found = AssetNames(self._details).find(asset)
        return None if found is None else self._details[found]

    def timeline(self, asset: str) -> tuple[TimelineEntry, ...]:
        shipment = self.shipments[asset]
        entries = [
            TimelineEntry(NOON - HOUR, "excursion", rule.text, rule.severity)
            for rule in shipment.condition.rules_fired
        ]
        for record in shipment.inputs:
            if isinstance(record, Milestone):
                entries.append(TimelineEntry(record.observed_at, "milestone", record.name))
            if isinstance(record, Handover):
                said = statement_of(record)
                text = f"{said.phase}: {said.from_party} to {said.to_party}"
                entries.append(TimelineEntry(said.observed_at, "custody", text))
        return tuple(sorted(entries, key=lambda one: one.at))

    def late_readings(self, asset: str) -> tuple[LateReadings, ...]:
        return self.late.get(asset, ())

    def inputs(self, asset: str) -> tuple[Input, ...]:
        records = self.shipments[asset].inputs
        return tuple(one for one in records if not isinstance(one, Reading))

    def readings(
        self, asset: str, quantity: str, start: int | None, end: int | None, step: int
    ) -> tuple[SeriesBuckets, ...]:
        readings = [one for one in self.shipments[asset].readings if one.quantity == quantity]
        if start is not None:
            readings = [one for one in readings if one.observed_at >= start]
        if end is not None:
            readings = [one for one in readings if one.observed_at < end]
        if not readings:
            return ()
        times = [one.observed_at for one in readings]
        step = step or max(1, (max(times) - min(times)) // BUCKETS + 1)
        keys = sorted({(one.device, one.sensor) for one in readings})
        return tuple(_bucketed(readings, device, sensor, step) for device, sensor in keys)

    def document(self, digest: str) -> bytes | None:
        return self.documents.get(digest)

    def metadata_of_token(self, token_id: str) -> bytes | None:
        for detail in self._details.values():
            if detail.token_id == token_id:
                return self.documents[detail.versions[-1].digest]
        return None

    def proof(self, asset: str) -> dict[str, object] | None:
        detail = self._details[asset]
        if not detail.versions:
            return None
        return {"asset": asset, "digest": detail.versions[-1].digest}

    def alarms(self) -> tuple[Alarm, ...]:
        found = [
            alarm
            for one in self._details.values()
            for alarm in alarms_of(one.twin, one.policy, one.condition)
        ]
        return tuple(sorted(found, key=lambda one: (-one.severity, one.since or 0)))

    def quarantined(
        self, limit: int, before: int | None, wanted: QuarantineFilter = EVERY_INPUT
    ) -> tuple[QuarantineEntry, ...]:
        newest_first = sorted(map(self._entry, self._quarantined), key=lambda one: -one.position)
        chosen = (one for one in newest_first if before is None or one.position < before)
        return tuple(one for one in chosen if _is_wanted(one, wanted))[:limit]

    def quarantined_at(self, position: int) -> QuarantineEntry | None:
        return next(
            (self._entry(one) for one in self._quarantined if one.position == position), None
        )

    def quarantine_counts(self, wanted: QuarantineFilter) -> QuarantineCounts:
        chosen = msgspec.structs.replace(wanted, state="all")
        found = self.quarantined(len(self._quarantined), None, chosen)
        settled = sum(one.settlement is not None for one in found)
        return QuarantineCounts(len(found) - settled, settled)

    def open_by_reason(self) -> dict[str, int]:
        reasons = [one.reason for one in self._quarantined if one.position not in self.settlements]
        return {reason: reasons.count(reason) for reason in reasons}

    def preview(self, entry: QuarantinedInput, codec: str = "") -> Decoded:
        table = RoutingTable()
        if not codec:
            return table.decode(entry.topic, entry.raw, entry.received_at)
        return table.decode_by(
            table.codec_named(codec, entry.topic), entry.topic, entry.raw, entry.received_at
        )

    def _entry(self, one: QuarantinedInput) -> QuarantineEntry:
        fields = msgspec.structs.asdict(one)
        return QuarantineEntry(**fields, settlement=self.settlements.get(one.position))

    def formats(self) -> RoutingTable:
        return RoutingTable()

    def unbound_devices(self) -> tuple[UnboundDevice, ...]:
        return tuple(one for one in self._devices if not self.records[one.device].bindings)

    def bound_devices(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, one in self.records.items() if one.bindings))

    def device(self, device: str) -> DeviceRecord | None:
        return self.records.get(device)

    def known_devices(self, names: Collection[str]) -> set[str]:
        return {name for name in names if self.device(name) is not None}

    def readings_since(self, device: str, moment: int) -> int:
        record = self.records.get(device)
        series = record.series if record is not None else ()
        return sum(one.readings for one in series if one.first_at >= moment)

    def replays(self, device: str) -> tuple[SensorFinding, ...]:
        return self.replayed.get(device, ())

    def unread_topics(self) -> tuple[Heard, ...]:
        return tuple(self.heard)

    def metrics(self) -> str:
        return "# TYPE cargotwin_readings_total counter\ncargotwin_readings_total 1234567\n"

    def _detail(self, shipment: Shipment) -> AssetDetail:
        versions = self._published(shipment) if shipment.inputs else ()
        report = _report(shipment) if shipment.inputs else None
        token = str(len(shipment.id) * 1_000 + len(shipment.inputs)) if versions else ""
        return AssetDetail(
            summary=_summary(shipment, versions, report),
            twin=shipment.twin,
            policy=shipment.policy,
            condition=shipment.condition,
            report=report,
            versions=versions,
            token_id=token,
            token_uri=f"ipfs://{versions[-1].cid}" if versions else "",
            head=_head(int(token), versions[0]) if versions else None,
        )

    def _published(self, shipment: Shipment) -> tuple[Version, ...]:
        condition = shipment.condition
        mint = self._version(shipment, 1, "mint", "conformant", 0, "confirmed")
        if not condition.severity:
            return (mint,)
        word = condition.disposition
        return (mint, self._version(shipment, 2, "severity", word, condition.severity, "queued"))

    def _version(
        self, shipment: Shipment, number: int, reason: str, word: str, severity: int, state: str
    ) -> Version:
        body = canonical_bytes(
            {
                "name": shipment.title,
                "image": PICTURE,
                "version": number,
                "asset": shipment.id,
                "properties": {"cargotwin": {"condition": condition_document(shipment.condition)}},
            }
        )
        digest = hashlib.sha256(body).digest()
        self.documents[digest.hex()] = body
        is_sent = state == "confirmed"
        return Version(
            version=number,
            digest=digest.hex(),
            cid=cid_of(digest),
            as_of=NOON - (3 - number) * HOUR,
            published_at=NOON - (3 - number) * HOUR + MINUTE,
            reason=reason,
            disposition=word,
            severity=severity,
            writer="template",
            evidence_size=len(shipment.inputs),
            evidence_root="cd" * 32,
            state=state,
            transaction="0x" + hashlib.sha256(digest).hexdigest() if is_sent else "",
            block=17 if is_sent else None,
        )


def made_quarantine() -> list[QuarantinedInput]:
    """Return three inputs that could not be used, one of them hostile."""
    return [
        QuarantinedInput(
            1,
            NOON - HOUR,
            "truck-9",
            "cargotwin/v1/truck-9/readings",
            "missing_unit",
            "reading 3 of 12 has no unit",
            b'{"quantity":"temperature","value":5.1}',
        ),
        QuarantinedInput(
            2, NOON - 30 * MINUTE, HOSTILE, HOSTILE, "invalid_json", HOSTILE, HOSTILE.encode()
        ),
        QuarantinedInput(
            3, NOON - MINUTE, "", "", "malformed_packet", "no MQTT (0x81)", bytes(range(256)) * 4
        ),
    ]


def made_devices() -> list[UnboundDevice]:
    """Return two devices that no asset carries."""
    return [
        UnboundDevice("logger-spare-1", 12_345, NOON - 40 * HOUR, NOON - MINUTE),
        UnboundDevice("ruuvi-c4d1", 3, NOON - 2 * HOUR, NOON - HOUR),
    ]


def _record(one: UnboundDevice) -> DeviceRecord:
    series = DeviceSeries(
        "probe", "temperature", one.readings, one.first_at, one.last_at, 4_200, 1, 0
    )
    return DeviceRecord(one.device, (series,), ())


def bound(record: DeviceRecord, asset: str, since: int) -> DeviceRecord:
    """Return a record with one more binding that nobody has ended."""
    binding = DeviceBinding(asset, since, None)
    return DeviceRecord(record.device, record.series, (*record.bindings, binding))


def _is_wanted(entry: QuarantineEntry, wanted: QuarantineFilter) -> bool:
    if wanted.state != "all" and (entry.settlement is None) != (wanted.state == "open"):
        return False
    return wanted.reason in {"", entry.reason} and wanted.topic in {"", entry.topic}


def _summary(
    shipment: Shipment, versions: tuple[Version, ...], report: ConditionReport | None
) -> AssetSummary:
    condition, twin = shipment.condition, shipment.twin
    return AssetSummary(
        id=shipment.id,
        title=shipment.title,
        policy=shipment.policy.id,
        policy_title=shipment.policy.title,
        disposition=condition.disposition,
        severity=condition.severity,
        reasons=tuple(breach_words(one, shipment.policy) for one in condition.rules_fired),
        coverage_ppm=condition.coverage.ratio_ppm,
        custody_state=condition.custody.state,
        holder=condition.custody.holder,
        last_reading_at=max((one.last_at for one in twin.series), default=None),
        is_closed=twin.closed_at is not None,
        version=versions[-1].version if versions else 0,
        is_anchored=bool(versions) and versions[-1].state == "confirmed",
        next_step=ACTION_SENTENCES[Action(report.actions[0])] if report else "",
        released_at=released_at(twin, shipment.policy, condition),
    )


def _report(shipment: Shipment) -> ConditionReport:
    text = (
        f"This report covers the shipment up to 2026-11-20 12:00 UTC. It is judged "
        f"{shipment.condition.disposition}.\n\nThe sensors observed the planned time only in part; "
        "what was not observed is not counted as compliant."
    )
    facts = facts_of(
        shipment.condition,
        title=shipment.title,
        policy=shipment.policy,
        custody=shipment.twin.custody,
        milestones=shipment.twin.milestones,
        decisions=shipment.twin.decisions,
    )
    return ConditionReport(
        schema=1,
        asset=shipment.id,
        as_of=NOON,
        text=text,
        sections=(SectionText("opening", text),),
        severity=shipment.condition.severity,
        actions=tuple(action.value for action in actions_of(facts)),
        writer="template",
        attempts=1,
        reject_codes=(),
        provenance=provenance_of(facts, text, Account(writer=TemplateWriter().identity, seed=0)),
    )


def _head(token: int, version: Version) -> ChainHead:
    return ChainHead(
        token_id=token,
        owner="0x" + "ab" * 20,
        token_uri=f"ipfs://{version.cid}",
        metadata_digest=bytes.fromhex(version.digest),
        version=version.version,
        as_of_us=version.as_of,
        severity=version.severity,
        locked=False,
        block=BlockReference(number=41, block_hash=b"\x11" * 32, timestamp=NOON // 1_000_000),
    )


def _bucketed(readings: Sequence[Reading], device: str, sensor: str, step: int) -> SeriesBuckets:
    mine = [one for one in readings if (one.device, one.sensor) == (device, sensor)]
    grouped: dict[int, list[int]] = {}
    for one in mine:
        grouped.setdefault(one.observed_at // step * step, []).append(one.value)
    buckets = tuple(
        Bucket(start, min(values), sum(values) // len(values), max(values), len(values))
        for start, values in sorted(grouped.items())
    )
    return SeriesBuckets(device, sensor, mine[0].quantity, step, buckets)


class FakeCommands:
    """Keeps what was submitted, and answers with its position."""

    def __init__(self) -> None:
        self.submitted: list[dict[str, object]] = []

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        self.submitted.append(msgspec.json.decode(msgspec.json.encode(command)))
        return {"position": len(self.submitted)}
