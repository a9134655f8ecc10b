"""What a simulated shipment consists of: its parties, devices, messages, and the truth about it."""

from __future__ import annotations

import enum

import msgspec


class LabelKind(enum.StrEnum):
    """What a label is the truth about."""

    EXCURSION = "excursion"
    SILENCE = "silence"
    STUCK = "stuck"
    DISPUTE = "dispute"


class Label(msgspec.Struct, frozen=True):
    """Something that truly happened, to measure findings against.

    Attributes:
        kind: What it is.
        boundary: Id of the policy's boundary, empty where it is no excursion.
        quantity: What was measured, empty for a dispute.
        device: Device that saw it, or that fell silent.
        sensor: Its sensor, empty where the whole device is meant.
        began_at: Microseconds UTC; of an excursion its first reading outside.
        ended_at: First reading inside again; None where it lasts.
    """

    kind: LabelKind
    boundary: str
    quantity: str
    device: str
    sensor: str
    began_at: int
    ended_at: int | None


class SimulatedDevice(msgspec.Struct, frozen=True):
    """A device that travels with the asset; `expected_interval` is in microseconds."""

    id: str
    expected_interval: int


class Moment(msgspec.Struct, frozen=True):
    """A milestone that the shipment reaches; `name` is one of `twins.inputs.MilestoneName`."""

    name: str
    observed_at: int
    place: str


class HandoverStep(msgspec.Struct, frozen=True):
    """One statement about possession; `phase` is one of `twins.inputs.HandoverPhase`."""

    from_party: str
    to_party: str
    phase: str
    nonce: str
    place: str
    seal: str
    observed_at: int


class Message(msgspec.Struct, frozen=True):
    """One MQTT PUBLISH.

    Attributes:
        send_at: Microseconds UTC at which the device sends it.
        device: Id of the device.
        topic: Topic name.
        payload: Application message.
        readings: How many readings the payload carries.
    """

    send_at: int
    device: str
    topic: str
    payload: bytes
    readings: int = 0


class Shipment(msgspec.Struct, frozen=True):
    """A journey, with every message of it and the truth about it.

    Attributes:
        scenario: Name of the scenario.
        asset: Id of the asset, an SSCC as EPC URN.
        title: What people call it.
        policy: Id of the condition policy.
        owner: Party that owns the goods and the token.
        holder: Party in possession when the journey starts.
        devices: Devices to bind to the asset from `starts_at` on.
        scanner: Device that states handovers and milestones; it carries no sensor.
        starts_at: Microseconds UTC; not after the first reading.
        ends_at: Microseconds UTC; not before the last message.
        milestones: In order of time.
        handovers: In order of time.
        messages: In order of sending.
        labels: Ground truth, in order of time.
    """

    scenario: str
    asset: str
    title: str
    policy: str
    owner: str
    holder: str
    devices: tuple[SimulatedDevice, ...]
    scanner: str
    starts_at: int
    ends_at: int
    milestones: tuple[Moment, ...]
    handovers: tuple[HandoverStep, ...]
    messages: tuple[Message, ...]
    labels: tuple[Label, ...]

    @property
    def excursions(self) -> tuple[Label, ...]:
        """The labels that a correct judgement finds as excursions."""
        return tuple(label for label in self.labels if label.kind is LabelKind.EXCURSION)

    @property
    def readings(self) -> int:
        """Number of readings in all messages."""
        return sum(message.readings for message in self.messages)
