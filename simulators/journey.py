"""A whole shipment from a scenario and a seed: what is measured, said, sent, and true."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from twins.errors import ConfigurationFault
from twins.readings import MICROSECONDS

from .incidents import Incidents, Journey, Scenario
from .limits import read_limits
from .logger import INTERVAL, MINUTE, measure
from .physics import generator
from .products import Product, product_of
from .samples import Sample, handover_message, milestone_message, readings_message
from .shipment import (
    HandoverStep,
    Label,
    LabelKind,
    Message,
    Moment,
    Shipment,
    SimulatedDevice,
)
from .truth import excursion_labels

HOUR = 60 * MINUTE
DURATIONS_HOURS = (24, 36, 36, 48)
SHORTEST_HOURS = 24
STORED_ROUNDS_PER_MESSAGE = 20
"""How many stored rounds a logger sends in one payload; about 4 kB."""

GS1_EXAMPLE_PREFIX = "9521321"
"""GS1 company prefix kept for examples; no real company has it."""


class TooShortJourney(ConfigurationFault):
    """A journey leaves no room for what is to happen on it."""

    def __init__(self, hours: int) -> None:
        self.hours = hours
        super().__init__(f"a journey of {hours} hours is too short; give at least {SHORTEST_HOURS}")


def make_shipment(
    scenario: Scenario,
    seed: int,
    ends_at: int,
    *,
    serial: int,
    policy: str | None = None,
    hours: int | None = None,
) -> Shipment:
    """Return the shipment of a scenario; the same arguments give the same bytes.

    Args:
        scenario: What goes wrong.
        seed: Names every random choice.
        ends_at: End of the journey, microseconds UTC; every message is sent by then.
        serial: Number that makes its ids its own, 0 to 9,999,999,999.
        policy: Product class; the scenario's first one unless stated.
        hours: Duration, at least 24; chosen from the seed unless stated.

    Raises:
        UnknownPolicy: The policy is not shipped.
        UnknownProduct: Nothing simulated has it.
        TooShortJourney: The incidents would not fit.
    """
    name = scenario.policies[0] if policy is None else policy
    product, limits = product_of(name), read_limits(name)
    stream = f"{scenario.name}/{name}/{seed}/{serial}"
    rng = generator(stream)
    journey = _journey(ends_at, rng.choice(DURATIONS_HOURS) if hours is None else hours, rng)
    incidents = scenario.choose(journey, rng)
    logger, scanner = f"logger-{serial:010d}", f"scanner-{serial:010d}"
    samples = measure(logger, product, journey, incidents, limits=limits, stream=stream)
    asset = f"urn:epc:id:sscc:{GS1_EXAMPLE_PREFIX}.{serial:010d}"
    milestones = _milestones(journey, incidents, product)
    handovers = _handovers(journey, incidents, product, rng)
    messages = [
        *_sent(samples, incidents, rng),
        *(milestone_message(scanner, asset, moment) for moment in milestones),
        *(handover_message(scanner, asset, step) for step in handovers),
    ]
    return Shipment(
        scenario=scenario.name,
        asset=asset,
        title=f"{product.title} {serial}, {product.places[0]} to {product.places[1]}",
        policy=name,
        owner=product.parties[0],
        holder=product.parties[0],
        devices=(SimulatedDevice(logger, INTERVAL),),
        scanner=scanner,
        starts_at=journey.starts_at,
        ends_at=journey.ends_at,
        milestones=milestones,
        handovers=handovers,
        messages=tuple(sorted(messages, key=attrgetter("send_at"))),
        labels=(
            *excursion_labels(samples, limits, journey.ends_at),
            *_other_labels(samples, incidents, handovers, logger),
        ),
    )


def _journey(ends_at: int, hours: int, rng: random.Random) -> Journey:
    if hours < SHORTEST_HOURS:
        raise TooShortJourney(hours)
    starts_at = ends_at - hours * HOUR
    arrives_at = ends_at - rng.randint(100, 140) * MINUTE
    return Journey(
        starts_at=starts_at,
        departs_at=starts_at + rng.randint(50, 110) * MINUTE,
        arrives_at=arrives_at,
        delivered_at=arrives_at + rng.randint(20, 60) * MINUTE,
        ends_at=ends_at,
    )


def _milestones(journey: Journey, incidents: Incidents, product: Product) -> tuple[Moment, ...]:
    origin, destination = product.places
    moments = [
        Moment("start", journey.starts_at, origin),
        Moment("departure", journey.departs_at, origin),
        Moment("arrival", journey.arrives_at, destination),
    ]
    if not incidents.is_disputed:
        moments.append(Moment("delivery", journey.delivered_at, destination))
    # Closed in any case: the planned time ends, even where possession is still disputed.
    moments.append(Moment("close", journey.ends_at, destination))
    return tuple(moments)


def _handovers(
    journey: Journey, incidents: Incidents, product: Product, rng: random.Random
) -> tuple[HandoverStep, ...]:
    shipper, carrier, consignee = product.parties
    origin, destination = product.places
    answer = "disputed" if incidents.is_disputed else "accepted"
    steps: list[HandoverStep] = []
    for giver, taker, place, offered_at, answered_at, last in (
        (
            shipper,
            carrier,
            origin,
            journey.departs_at - 10 * MINUTE,
            journey.departs_at,
            "accepted",
        ),
        (carrier, consignee, destination, journey.arrives_at, journey.delivered_at, answer),
    ):
        nonce, seal = f"{rng.getrandbits(64):016x}", f"S{rng.randrange(10**6):06d}"
        steps.append(HandoverStep(giver, taker, "offered", nonce, place, seal, offered_at))
        steps.append(HandoverStep(giver, taker, last, nonce, place, seal, answered_at))
    return tuple(steps)


def _sent(samples: list[Sample], incidents: Incidents, rng: random.Random) -> Iterator[Message]:
    """Yield the logger's messages: one per moment, or in bulk after a time out of reach."""
    stored: list[list[Sample]] = []
    for moment, at_once in groupby(samples, key=attrgetter("observed_at")):
        gap = next((span for span in incidents.offline if span.covers(moment)), None)
        if gap is not None:
            stored.append(list(at_once))
        else:
            yield readings_message(at_once, moment + rng.randint(1, 4) * MICROSECONDS)
    for place in range(0, len(stored), STORED_ROUNDS_PER_MESSAGE):
        chunk = [
            sample
            for moment in stored[place : place + STORED_ROUNDS_PER_MESSAGE]
            for sample in moment
        ]
        # Two minutes apart: they mix with live readings, so every one arrives out of order.
        send_at = incidents.offline[0].ended_at + (2 * place // STORED_ROUNDS_PER_MESSAGE) * MINUTE
        yield readings_message(chunk, send_at, is_historical=True)


def _other_labels(
    samples: list[Sample],
    incidents: Incidents,
    handovers: tuple[HandoverStep, ...],
    logger: str,
) -> Iterator[Label]:
    if incidents.silent_from is not None:
        last_heard_at = samples[-1].observed_at
        yield Label(LabelKind.SILENCE, "", "", logger, "", last_heard_at, None)
    for span in incidents.stuck:
        yield Label(LabelKind.STUCK, "", "temperature", logger, "t1", span.began_at, span.ended_at)
    if incidents.is_disputed:
        disputed_at = handovers[-1].observed_at
        yield Label(LabelKind.DISPUTE, "", "", logger, "", disputed_at, None)
