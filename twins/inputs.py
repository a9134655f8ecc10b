"""Everything that a twin is folded from, as records, and the order in which they are folded.

An asset's input log is append-only in the order of arrival; a twin folds the same inputs in the
order of `event_key`. That is why arrival order, batching and duplicates cannot change a condition.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from itertools import islice
from operator import eq, lt

import msgspec

from .errors import DeviceFault
from .position.route import InvalidPlan, parse_plan
from .readings import QUANTITIES, UNUSABLE, Reading


class BindingAction(enum.StrEnum):
    """EPCIS 2.0 actions of AssociationEvents and AggregationEvents: begun, or ended."""

    ADD = "ADD"
    DELETE = "DELETE"


class HandoverPhase(enum.StrEnum):
    """What a handover statement says."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"


class MilestoneName(enum.StrEnum):
    """Moments of a shipment that divide it into phases."""

    START = "start"
    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    DELIVERY = "delivery"
    CLOSE = "close"


class Handover(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A party's statement about possession.

    Attributes:
        schema: Version of the record's layout, 1.
        statement: RFC 8785 bytes of a `HandoverStatement`; exactly what a party signs.
        signer: Name of the signing key (`ed25519:…` or an EVM address), where it is signed.
        signature: The signature over `statement`.
    """

    schema: int
    statement: bytes
    signer: str | None = None
    signature: bytes | None = None


class HandoverStatement(
    msgspec.Struct, frozen=True, rename={"from_party": "from", "to_party": "to"}
):
    """The fields of a handover, SPECIFICATION section 4.

    Attributes:
        asset: The asset whose possession passes.
        from_party: Who gives (EPCIS possessing_party before).
        to_party: Who receives.
        observed_at: Microseconds UTC.
        phase: A `HandoverPhase`.
        nonce: Ties an answer to its offer.
        place: Where, as a GLN or a plain name; empty where it is not stated.
        seal: Number of the seal, empty where there is none.
        schema: Name and version of the statement.
    """

    asset: str
    from_party: str
    to_party: str
    observed_at: int
    phase: HandoverPhase
    nonce: str
    place: str = ""
    seal: str = ""
    schema: str = "cargotwin.handover.v1"


class Binding(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """A device is attached to an asset, or detached from it.

    Attributes:
        schema: Version of the record's layout, 1.
        action: `ADD` from this moment, or `DELETE` up to it.
        device: Id of the device.
        asset: Id of the asset.
        observed_at: Microseconds UTC.
        expected_interval: Planned microseconds between two readings; 0 with `DELETE`.
    """

    schema: int
    action: BindingAction
    device: str
    asset: str
    observed_at: int
    expected_interval: int = 0


class CalibratedBinding(Binding, frozen=True, array_like=True, tag=12, gc=False, kw_only=True):
    """An `ADD` that also says when the device was calibrated.

    A kind of its own, so that the bytes of bindings that do not say it stay what they are.

    Attributes:
        calibrated_at: Microseconds UTC; of several of a device the last in event order counts.
    """

    calibrated_at: int


class Milestone(msgspec.Struct, frozen=True, array_like=True, tag=4, gc=False):
    """A moment of the shipment.

    Attributes:
        schema: Version of the record's layout, 1.
        asset: Id of the asset.
        name: Which moment.
        observed_at: Microseconds UTC.
        place: Where, empty where it is not stated.
    """

    schema: int
    asset: str
    name: MilestoneName
    observed_at: int
    place: str = ""


class PolicyAssigned(msgspec.Struct, frozen=True, array_like=True, tag=5, gc=False):
    """From this moment a policy judges the asset; the whole history is judged by the last one.

    Attributes:
        schema: Version of the record's layout, 1.
        asset: Id of the asset.
        policy: Id of the policy.
        policy_digest: SHA-256 of its canonical form.
        observed_at: Microseconds UTC.
    """

    schema: int
    asset: str
    policy: str
    policy_digest: bytes
    observed_at: int


class DecisionOutcome(enum.StrEnum):
    """What a quality decision says of the goods."""

    RELEASED = "released"
    PARTIALLY_RELEASED = "partially_released"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Decision(msgspec.Struct, frozen=True, array_like=True, tag=6, gc=False):
    """A quality decision by a person.

    Attributes:
        schema: Version of the record's layout, 1.
        asset: Id of the asset.
        outcome: What was decided.
        by: Id of the person's party or role; never a personal name.
        reason: Why, in a person's words.
        observed_at: Microseconds UTC.
    """

    schema: int
    asset: str
    outcome: DecisionOutcome
    by: str
    reason: str
    observed_at: int


class Commissioned(msgspec.Struct, frozen=True, array_like=True, tag=7, gc=False):
    """The asset exists from here on (CBV bizStep commissioning).

    Attributes:
        schema: Version of the record's layout, 1.
        asset: Id of the asset.
        owner: EVM address that owns the token; empty where no token is wanted.
        holder: Party in possession at that moment.
        title: What people call the asset.
        observed_at: Microseconds UTC.
    """

    schema: int
    asset: str
    owner: str
    holder: str
    title: str
    observed_at: int


class Packing(msgspec.Struct, frozen=True, array_like=True, tag=10, gc=False):
    """An asset is packed into another, or taken out of it (an EPCIS AggregationEvent).

    It stands in the log of the child alone: what an asset holds says nothing of its own condition.

    Attributes:
        schema: Version of the record's layout, 1.
        action: `ADD` from this moment, or `DELETE` up to it.
        parent: Id of the asset that holds the other.
        child: Id of the other.
        observed_at: Microseconds UTC.
    """

    schema: int
    action: BindingAction
    parent: str
    child: str
    observed_at: int


class Plan(msgspec.Struct, frozen=True, array_like=True, tag=11, gc=False):
    """Where a shipment is to go, and by which way; the newest one in event order counts.

    Attributes:
        schema: Version of the record's layout, 1.
        asset: Id of the asset.
        document: RFC 8785 bytes of a plan; see `twins.position.route`.
        observed_at: Microseconds UTC.
    """

    schema: int
    asset: str
    document: bytes
    observed_at: int


Input = (
    Reading
    | Handover
    | Binding
    | CalibratedBinding
    | Milestone
    | PolicyAssigned
    | Decision
    | Commissioned
    | Packing
    | Plan
)
"""One entry of an asset's input log."""

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Input] = msgspec.msgpack.Decoder(Input)
_statement_decoder = msgspec.json.Decoder(HandoverStatement)

EventKey = tuple[int, int, str, str, str, int, bytes]
"""Sorts inputs into the order in which every twin folds them."""


class InvalidRecord(DeviceFault):
    """Bytes that are no record of any known layout, or a record that no twin can be folded with."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"not a record: {reason}")


def encode(record: Input) -> bytes:
    """Return the record's msgpack bytes; these are what evidence is made of."""
    return _encoder.encode(record)


def decode(data: bytes) -> Input:
    """Return the record that the bytes hold.

    Raises:
        InvalidRecord: The bytes are no record, or its content breaks the rules of its kind.
    """
    try:
        record = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRecord(str(error)) from error
    if isinstance(record, Reading):
        _check_value(record)
    elif isinstance(record, Handover):
        statement_of(record)
    elif isinstance(record, Plan):
        _check_plan(record)
    elif isinstance(record, CalibratedBinding) and record.action is not BindingAction.ADD:
        raise InvalidRecord("a binding that states a calibration is an ADD")
    return record


def _check_value(reading: Reading) -> None:
    quantity = QUANTITIES.get(reading.quantity)
    if quantity is None:
        raise InvalidRecord(f"quantity {reading.quantity!r} is not one of {', '.join(QUANTITIES)}")
    is_plausible = quantity.lowest <= reading.value <= quantity.highest
    if not is_plausible and not reading.quality & UNUSABLE:
        raise InvalidRecord(f"{quantity.name} {reading.value} is implausible and not marked so")


def _check_plan(plan: Plan) -> None:
    try:
        parse_plan(plan.document)
    except InvalidPlan as error:
        raise InvalidRecord(str(error)) from error


def statement_of(handover: Handover) -> HandoverStatement:
    """Return what the handover states.

    Raises:
        InvalidRecord: The statement is no JSON of the stated schema.
    """
    try:
        return _statement_decoder.decode(handover.statement)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRecord(str(error)) from error


def observed_at(record: Input) -> int:
    """Return when the input happened, in microseconds UTC."""
    if isinstance(record, Handover):
        return statement_of(record).observed_at
    return record.observed_at


_RANK: dict[type[Input], int] = {
    Commissioned: 0,
    PolicyAssigned: 1,
    Binding: 2,
    CalibratedBinding: 2,
    Packing: 2,
    Plan: 2,
    Milestone: 3,
    Handover: 4,
    Reading: 5,
    Decision: 6,
}


def event_key(record: Input) -> EventKey:
    """Return the place of an input in event order.

    Order is (observed_at, kind, device, sensor, quantity, seq); of handovers, offers come first,
    so that an answer given within the same clock tick finds its offer; of bindings those that
    begin. The record's bytes break the last ties: the order is total, and two different inputs
    never compare equal.
    """
    return (*_place(record), encode(record))


def in_event_order(inputs: Sequence[Input]) -> list[Input]:
    """Return inputs in the order of `event_key`; what is in order already costs next to nothing."""
    moments = [observed_at(one) if isinstance(one, Handover) else one.observed_at for one in inputs]
    if all(map(lt, moments, islice(moments, 1, None))):
        return list(inputs)
    order = sorted(range(len(inputs)), key=moments.__getitem__)
    moments.sort()
    if not any(map(eq, islice(moments, 1, None), moments)):
        return [inputs[index] for index in order]
    places = [_place(one) for one in inputs]
    order = sorted(range(len(inputs)), key=places.__getitem__)
    if any(
        map(eq, map(places.__getitem__, islice(order, 1, None)), map(places.__getitem__, order))
    ):
        # Bytes are looked at only where nothing else tells two of them apart.
        return sorted(inputs, key=event_key)
    return [inputs[index] for index in order]


def _place(record: Input) -> tuple[int, int, str, str, str, int]:
    """Return `event_key` without the record's bytes."""
    if isinstance(record, Reading):
        seq = -1 if record.seq is None else record.seq
        return (record.observed_at, 5, record.device, record.sensor, record.quantity, seq)
    rank = _RANK[type(record)]
    if isinstance(record, Handover):
        statement = statement_of(record)
        is_answer = statement.phase is not HandoverPhase.OFFERED
        return (statement.observed_at, rank, "", "", "", int(is_answer))
    is_end = isinstance(record, Binding) and record.action is BindingAction.DELETE
    return (record.observed_at, rank, "", "", "", 0 if is_end else -1)
