"""Builds and runs the intake process."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Sequence

from gateway.clock import now_us
from gateway.door import Door, socket_of
from gateway.intake import Intake
from gateway.mqtt.listener import Listener
from gateway.mqtt.settings import broker_address
from gateway.mqtt.subscriber import Subscriber
from gateway.retained import WithoutRetained
from gateway.settings import Settings
from gateway.store.journal import JournalWriter
from gateway.supervisor import write_addresses

from . import JOURNAL, listener_settings, routing_table, subscriber_settings
from .running import run_until


async def run_intake(settings: Settings, stop: asyncio.Event) -> None:
    """Run the intake process until `stop`."""
    journal = JournalWriter(settings.folder / JOURNAL)
    door = Door()
    listener: Listener | None = None

    def announce(topic: str, payload: bytes) -> None:
        if listener is not None:
            listener.publish(topic, payload, qos=1)

    brokers: list[Subscriber] = []
    intake = Intake(
        journal,
        routing_table(settings).decode,
        clock_us=now_us,
        committed=door.announce,
        announce=announce,
        pending_maximum_bytes=settings.intake.pending_maximum_bytes,
        keep_raw=settings.intake.keep_raw,
        maximum_series_per_device=settings.intake.maximum_series_per_device,
        problems=lambda: broker_problems(settings, brokers),
    )
    brokers += _subscribers(settings, intake)
    if settings.listener.enabled:
        listener = _listener(settings, intake)
        await listener.start()
    await door.open(socket_of(settings.folder), intake.handle)
    port = listener.port if listener else 0
    addresses = {"mqtt": f"mqtt://{settings.listener.host}:{port}" if listener else ""}
    write_addresses(settings.folder, "intake", addresses)

    async def close() -> None:
        # While batches are still committed: what has come is acknowledged before it is too late.
        async with asyncio.TaskGroup() as group:
            for one in brokers:
                group.create_task(one.close(), name="close subscriber")
            if listener is not None:
                group.create_task(listener.close(), name="close listener")

    work = {f"subscribe {index}": one.run() for index, one in enumerate(brokers)}
    try:
        await run_until(stop, {"commit": intake.commit_forever(), **work}, closing=close)
    finally:
        await door.close()
        journal.close()


def broker_problems(settings: Settings, brokers: Sequence[Subscriber]) -> list[str]:
    """Return what hinders each subscriber, in people's words and without passwords."""
    found = []
    for one, broker in zip(settings.subscriber, brokers, strict=True):
        name = f"broker {broker_address(one.url)}"
        if broker.problem is not None:
            found.append(f"{name}: {broker.problem.removeprefix(f'{name}: ')}")
        elif broker.refused_filters:
            refused = ", ".join(broker.refused_filters)
            found.append(f"{name}: it refuses the topic filters {refused}")
    return found


def _listener(settings: Settings, intake: Intake) -> Listener:
    return Listener(
        listener_settings(settings),
        intake,
        clock_us=now_us,
        new_client_id=lambda: f"anonymous-{secrets.token_hex(8)}",
        may_subscribe=lambda _client, topic: topic.startswith("cargotwin/v1/answers/"),
    )


def _subscribers(settings: Settings, intake: Intake) -> list[Subscriber]:
    """Return a subscriber for each broker."""
    return [
        Subscriber(
            subscriber_settings(one),
            WithoutRetained(intake),
            clock_us=now_us,
            jitter=random.random,
        )
        for one in settings.subscriber
    ]
