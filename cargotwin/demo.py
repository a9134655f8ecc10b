"""`cargotwin demo`: the whole journey on one machine, with a simulated fleet of known faults.

The fleet's shipments ended just before now; they are told over real MQTT in a few seconds. At the
end every token is verified, and the excursions of each asset are compared with the labels that the
simulator gave it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from cargotwin.console import people
from cargotwin.reporting import rpc_of
from cargotwin.status_client import StatusClient
from condition_reports.provenance import account_in
from contracts.verify import Outcome
from gateway.clock import now_us
from gateway.door import DoorClient
from gateway.policies import find_policy
from gateway.settings import Settings
from gateway.store.ledger import Ledger
from gateway.supervisor import Supervisor, read_addresses, with_fixed_ports
from gateway.verification import verify_asset
from simulators.agreement import disagreements
from simulators.devices import Progress
from simulators.fleet import fleet
from simulators.misbehaving import MisbehavingDevice, misbehaving_device
from simulators.shipment import Label, Shipment
from simulators.simulate import simulate_fleet
from twins.errors import CargotwinError
from twins.readings import MICROSECONDS
from twins.verdict.condition import RuleFired
from twins.verdict.counts import counted

RUNS_FILE = "demo.json"
_LOOK_S = 0.2
_STORY_S = 15.0
_STORY_SHARE = 0.4
"""Share of the given time in which the story is told; the rest is for anchoring and checking."""
_SETTLE_S = 120.0
_CALM_LOOKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a demo shall do; `seconds` 0 means that it runs until Ctrl-C."""

    data: Path
    headless: bool
    seconds: int
    shipments: int


@dataclass(slots=True)
class DemoResult:
    """What a demo did; `problems` say in words what did not happen, or not as it is labelled."""

    readings: int = 0
    quarantined: int = 0
    assets: int = 0
    excursions: int = 0
    reports: dict[str, int] = field(
        default_factory=lambda: {"template": 0, "tiny": 0, "llm": 0, "rejected": 0}
    )
    anchored: int = 0
    anchor_transactions: int = 0
    gas_used: int = 0
    verified: int = 0
    not_verified: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """Return the JSON object of the command."""
        return {key: value for key, value in asdict(self).items() if key != "problems"}


class StageMissing(CargotwinError):
    """A stage of the demo did not come to its end in time."""

    def __init__(self, stage: str, seconds: float) -> None:
        self.stage = stage
        super().__init__(f"{stage} did not happen within {seconds:g} s")


@dataclass(frozen=True, slots=True)
class _Story:
    """What this run tells, beside what earlier runs on the same folder told."""

    shipments: list[Shipment]
    misbehaving: MisbehavingDevice
    labels: dict[str, tuple[Label, ...]]
    """Excursions by asset: of this run and of every earlier one that was told to its end."""


async def run_demo(plan: Plan) -> DemoResult:
    """Run the demo to its end, or until it is cancelled.

    Raises:
        AlreadyRunning: Another gateway works on the data folder.
        StageMissing: A stage did not come to its end in time.
    """
    began = time.monotonic()
    settings = with_fixed_ports(_settings(plan.data))
    supervisor = Supervisor(settings)
    ready = asyncio.Event()
    service = asyncio.create_task(supervisor.run(ready), name="supervisor")
    try:
        await _first(ready, service)
        story = _story(plan)
        people.print(f"status page   [bold]{read_addresses(plan.data, 'derive')['web']}[/]")
        people.print(f"devices       {read_addresses(plan.data, 'intake')['mqtt']}")
        people.print(f"data          {plan.data.absolute()}")
        await _add_assets(plan.data, settings, story.shipments)
        await _chain_is_told(plan.data, story.shipments[0].asset, began)
        await _tell(plan, settings, story)
        _write_runs(plan.data, msgspec.structs.replace(_read_runs(plan.data), labels=story.labels))
        await _settled(plan.data)
        result = await _result(plan.data, settings, story)
        result.seconds = round(time.monotonic() - began, 1)
        _print_result(result)
        if not plan.headless:
            left = plan.seconds - (time.monotonic() - began)
            people.print("the gateway goes on; Ctrl-C ends it")
            await asyncio.wait([service], timeout=left if plan.seconds else None)
        return result
    finally:
        service.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await service


def _settings(data: Path) -> Settings:
    """Return defaults with the usual ports where they are free, and any free port where not."""
    return Settings.model_validate(
        {
            "data": str(data),
            "listener": {"port": _free_or_any(1883)},
            "web": {"port": _free_or_any(8080)},
            "chain": {"rpc_port": _free_or_any(8545)},
            "report": {"writer": "tiny"},
        }
    )


def _free_or_any(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


async def _first(ready: asyncio.Event, service: asyncio.Task[None]) -> None:
    """Wait until the service listens; if it ends before, let its error out."""
    waiting = asyncio.ensure_future(ready.wait())
    await asyncio.wait([waiting, service], return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        waiting.cancel()
        await service


def _story(plan: Plan) -> _Story:
    """Return a fleet that no earlier run on this folder had."""
    before = _read_runs(plan.data)
    now = now_us()
    shipments = fleet(seed=before.started * 1_000, count=plan.shipments, now=now)
    misbehaving = misbehaving_device(before.started, now)
    _write_runs(plan.data, msgspec.structs.replace(before, started=before.started + 1))
    labels = {shipment.asset: shipment.excursions for shipment in shipments}
    return _Story(shipments, misbehaving, before.labels | labels)


class _Runs(msgspec.Struct, frozen=True):
    """Earlier runs on a data folder: how many were started, and by asset what was told of it."""

    started: int = 0
    labels: dict[str, tuple[Label, ...]] = {}


def _read_runs(data: Path) -> _Runs:
    file = data / RUNS_FILE
    return msgspec.json.decode(file.read_bytes(), type=_Runs) if file.exists() else _Runs()


def _write_runs(data: Path, runs: _Runs) -> None:
    (data / RUNS_FILE).write_bytes(msgspec.json.encode(runs))


async def _add_assets(data: Path, settings: Settings, shipments: list[Shipment]) -> None:
    door = DoorClient(data)
    for shipment in shipments:
        await door.submit(
            {
                "command": "asset.add",
                "asset": shipment.asset,
                "policy": find_policy(settings.policy_folder, shipment.policy),
                "holder": shipment.holder,
                "title": shipment.title,
                "observed_at_us": shipment.starts_at,
            }
        )
        for device in shipment.devices:
            await door.submit(
                {
                    "command": "asset.bind",
                    "asset": shipment.asset,
                    "device": device.id,
                    "expected_interval_s": device.expected_interval // MICROSECONDS,
                    "observed_at_us": shipment.starts_at,
                }
            )


async def _chain_is_told(data: Path, asset: str, began: float) -> None:
    """Wait for the first token of this run, and print where a public client finds it."""
    client = StatusClient(data)

    async def is_anchored() -> bool:
        service = await client.get("/api/v1/service")
        with _ledger(data) as ledger:
            return service["chain"] is not None and _is_anchored(ledger, asset)

    await _eventually("the first token", is_anchored)
    seconds = time.monotonic() - began
    chain = (await client.get("/api/v1/service"))["chain"]
    token = (await client.get(f"/api/v1/assets/{asset}"))["token"]
    people.print(f"first token   after {seconds:.1f} s")
    people.print(f"chain         {chain['rpc_url']}  chain id {chain['chain_id']}  (embedded)")
    people.print(f"contract      {chain['contract']}")
    people.print(
        f"try           cast call {chain['contract']} 'tokenURI(uint256)(string)' "
        f"{token['id']} --rpc-url {chain['rpc_url']}",
        soft_wrap=True,
    )


def _is_anchored(ledger: Ledger, asset: str) -> bool:
    anchored = ledger.anchored(asset, 1)
    return anchored is not None and anchored.block is not None


@contextlib.contextmanager
def _ledger(data: Path) -> Iterator[Ledger]:
    with Ledger(data / "ledger.db", read_only=True) as ledger:
        yield ledger


async def _tell(plan: Plan, settings: Settings, story: _Story) -> None:
    starts_at = min(shipment.starts_at for shipment in story.shipments)
    ends_at = max(shipment.ends_at for shipment in story.shipments)
    told_in = plan.seconds * _STORY_SHARE if plan.seconds else _STORY_S
    hours = (ends_at - starts_at) / MICROSECONDS / 3600
    people.print(
        f"telling {hours:.0f} hours of {counted(len(story.shipments), 'shipment')} "
        f"in {told_in:.0f} s"
    )
    with people.status("") as line:

        def show(progress: Progress) -> None:
            line.update(
                f"{progress.acknowledged:,} of {counted(progress.messages, 'message')} "
                f"acknowledged, {counted(progress.readings, 'reading')}"
            )

        await simulate_fleet(
            f"mqtt://127.0.0.1:{settings.listener.port}",
            story.shipments,
            misbehaving=story.misbehaving,
            speed=(ends_at - starts_at) / MICROSECONDS / told_in,
            on_progress=show,
        )


async def _settled(data: Path) -> None:
    """Wait until derive has caught up and every version is on the chain, and stays so."""
    client = StatusClient(data)
    calm = 0

    async def is_calm() -> bool:
        nonlocal calm
        behind = (await client.get("/api/v1/service"))["behind"]
        calm = calm + 1 if not any(behind.values()) else 0
        return calm > _CALM_LOOKS

    await _eventually("anchoring of every version", is_calm)


async def _result(data: Path, settings: Settings, story: _Story) -> DemoResult:
    client = StatusClient(data)
    service = await client.get("/api/v1/service")
    counters = service["counters"]
    result = DemoResult(
        readings=counters.get("readings", 0),
        quarantined=counters.get("quarantined", 0),
        gas_used=service["chain"]["gas_used"],
    )
    items = await client.items("/api/v1/assets")
    result.assets = len(items)
    fired: dict[str, list[RuleFired]] = {}
    for item in items:
        condition = (await client.get(f"/api/v1/assets/{item['id']}"))["condition_document"]
        fired[item["id"]] = msgspec.convert(condition["rules_fired"], list[RuleFired])
        result.excursions += sum(rule.count for rule in fired[item["id"]])
    _count_versions(data, result)
    for item in items:
        found = await verify_asset(settings, item["id"], rpc_url=rpc_of(settings))
        if found.outcome is Outcome.OK:
            result.verified += 1
        else:
            result.not_verified += 1
            wrong = [one for one in found.checks if one.outcome is not Outcome.OK]
            result.problems.append(f"asset {item['id']}: {wrong[0].name}: {wrong[0].detail}")
    result.problems += _missing_stages(result)
    for asset, labels in story.labels.items():
        result.problems += disagreements(asset, fired.get(asset, ()), labels)
    return result


def _count_versions(data: Path, result: DemoResult) -> None:
    with _ledger(data) as ledger:
        for asset in ledger.assets():
            for version in ledger.versions(asset):
                # Words that a person edited count as those of their writer.
                account = account_in(version.condition_report().provenance)
                result.reports[account.writer.kind] += 1
                result.reports["rejected"] += len(account.reject_codes)
        result.anchored = result.anchor_transactions = ledger.confirmed()


def _missing_stages(result: DemoResult) -> list[str]:
    stages: dict[str, int] = {
        "intake": result.readings,
        "quarantine": result.quarantined,
        "twins": result.assets,
        "reports": sum(count for who, count in result.reports.items() if who != "rejected"),
        "anchoring": result.anchored,
        "verification": result.verified,
    }
    return [f"stage {stage} did not happen" for stage, count in stages.items() if not count]


def _print_result(result: DemoResult) -> None:
    people.print(
        f"{counted(result.readings, 'reading')}, "
        f"{counted(result.quarantined, 'input')} in quarantine, "
        f"{counted(result.assets, 'asset')}, {counted(result.excursions, 'excursion')}; "
        f"{counted(result.anchored, 'version')} anchored; "
        f"[bold]{counted(result.verified, 'token')} verified, {result.not_verified} not[/] "
        f"after {result.seconds} s",
        soft_wrap=True,
    )


async def _eventually(stage: str, look: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `look` says so.

    Raises:
        StageMissing: It does not within the time that any stage may take.
    """
    deadline = time.monotonic() + _SETTLE_S
    while not await look():
        if time.monotonic() > deadline:
            raise StageMissing(stage, _SETTLE_S)
        await asyncio.sleep(_LOOK_S)
