"""What the command line calls: a scenario or a recorded series, sent to any broker or listener."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .broker import broker_at
from .devices import CONNECTIONS, PATIENCE_SECONDS, Progress, ProgressCallback, deliver
from .fleet import single
from .misbehaving import MisbehavingDevice
from .replay import ROWS_PER_MESSAGE, check_acceptable, read_series, series_messages
from .shipment import Shipment


async def simulate(
    broker_url: str,
    scenario: str,
    *,
    seed: int,
    now: int,
    speed: float | None = None,
    policy: str | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
    on_progress: ProgressCallback | None = None,
) -> tuple[Shipment, Progress]:
    """Send one shipment of a scenario, and return it with what was acknowledged.

    Args:
        broker_url: `mqtt://host:port` of a broker or of the gateway's own listener.
        scenario: Name of the scenario.
        seed: Names every random choice.
        now: Microseconds UTC; the shipment has ended just before.
        speed: Shipment seconds per second; None or 0 sends as fast as it is acknowledged.
        policy: Product class; the scenario's own unless stated.
        patience_seconds: How long the broker may stay away.
        on_progress: Called after each PUBACK.

    Raises:
        UnknownScenario: There is no such scenario.
        UnknownProduct: Nothing simulated has that policy.
        InvalidBrokerUrl: The address cannot be read.
        BrokerUnreachable: The broker stayed away.
    """
    broker = broker_at(broker_url)
    shipment = single(scenario, seed, now, policy)
    progress = await deliver(
        broker,
        shipment.messages,
        speed=speed,
        patience_seconds=patience_seconds,
        on_progress=on_progress,
    )
    return shipment, progress


async def simulate_fleet(
    broker_url: str,
    shipments: Iterable[Shipment],
    *,
    misbehaving: MisbehavingDevice | None = None,
    speed: float | None = None,
    connections: int = CONNECTIONS,
    patience_seconds: float = PATIENCE_SECONDS,
    on_progress: ProgressCallback | None = None,
) -> Progress:
    """Send many shipments side by side, with or without a device that makes mistakes.

    Raises:
        InvalidBrokerUrl: The address cannot be read.
        BrokerUnreachable: The broker stayed away.
    """
    messages = [message for shipment in shipments for message in shipment.messages]
    if misbehaving is not None:
        messages.extend(misbehaving.messages)
    return await deliver(
        broker_at(broker_url),
        messages,
        speed=speed,
        connections=connections,
        patience_seconds=patience_seconds,
        on_progress=on_progress,
    )


async def replay(
    broker_url: str,
    path: Path,
    *,
    device: str,
    quantity: str,
    unit: str,
    zone: str,
    speed: float | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
    on_progress: ProgressCallback | None = None,
) -> Progress:
    """Send a recorded series as the readings of one device.

    Without a speed nothing is waited for, however long the gaps, and rows share payloads. With a
    speed each row is sent alone at its own moment.

    Raises:
        UnreadableSeries: The file or a row cannot be read.
        UnknownZone: There is no such time zone.
        RefusedSeries: A gateway would refuse the rows.
        InvalidIdentifier: The id cannot be a device's.
        InvalidBrokerUrl: The address cannot be read.
        BrokerUnreachable: The broker stayed away.
    """
    broker = broker_at(broker_url)
    readings = read_series(path, quantity, unit, zone)
    rows_per_message = 1 if speed else ROWS_PER_MESSAGE
    messages = list(series_messages(readings, device, rows_per_message=rows_per_message))
    check_acceptable(path, messages)
    return await deliver(
        broker,
        messages,
        speed=speed,
        connections=1,
        patience_seconds=patience_seconds,
        on_progress=on_progress,
    )
