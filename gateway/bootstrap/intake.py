"""Builds and runs the intake process."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
from collections.abc import Sequence
from functools import partial

from gateway.access.gatekeepers import AccountsFile
from gateway.clock import now_us
from gateway.door import Door, socket_of
from gateway.intake.doorkeeper import Doorkeeper
from gateway.intake.judgements import Judgements
from gateway.intake.known_formats import teach
from gateway.intake.pending import Batches
from gateway.intake.reception import Reception
from gateway.intake.repetitions import Repetitions
from gateway.intake.retained import WithoutRetained
from gateway.intake.sessions import JournalSessions
from gateway.intake.sink import Intake
from gateway.intake.speaking import Everybody
from gateway.mqtt.listener import Listener
from gateway.mqtt.ports import Gatekeeper, Grant
from gateway.mqtt.settings import broker_address
from gateway.mqtt.subscriber import Subscriber
from gateway.settings import Settings
from gateway.store.journal import JournalWriter
from gateway.supervisor import write_addresses

from . import (
    JOURNAL,
    accounts_of,
    gatekeeper_of,
    listener_settings,
    routing_table,
    subscriber_settings,
)
from .running import run_until

_SWITCH_S = 0.0005
"""How long the loop may hold the interpreter while the journal's thread waits for it: each commit
waits so often that Python's own 5 ms would cost more than the disk does."""


async def run_intake(settings: Settings, stop: asyncio.Event) -> None:
    """Run the intake process until `stop`."""
    sys.setswitchinterval(_SWITCH_S)
    journal = JournalWriter(settings.folder / JOURNAL)
    door, shells, accounts = Door(), _Shells(), accounts_of(settings)
    table = routing_table(settings, accounts)
    teach(table, journal.kept)
    batches = Batches(journal.last_batch + 1)
    brokers = frozenset(one.client_id for one in settings.subscriber)
    repetitions = Repetitions(journal, batches, now_us, brokers)
    reception = Reception(
        journal,
        batches,
        table,
        repetitions,
        brokers=brokers,
        speakers=Everybody() if accounts is None else accounts,
        request=lambda request: shells.publish(request.topic, request.payload),
        keep_raw=settings.intake.keep_raw,
        maximum_series_per_device=settings.intake.maximum_series_per_device,
        maximum_unknown_devices=settings.intake.maximum_unknown_devices,
    )
    intake = Intake(
        journal,
        batches,
        reception,
        repetitions,
        clock_us=now_us,
        committed=door.announce,
        pending_maximum_bytes=settings.intake.pending_maximum_bytes,
    )
    if accounts is not None:
        accounts.on_change(reception.forget_lanes)
    keeper = Doorkeeper(
        intake,
        batches,
        reception,
        journal,
        table,
        Judgements(shells.publish),
        repetitions=repetitions,
        clock_us=now_us,
        problems=lambda: [
            *filter(None, [intake.problem, accounts.problem if accounts else ""]),
            *broker_problems(settings, shells.brokers),
        ],
    )
    shells.brokers += _subscribers(settings, intake, repetitions)
    if settings.listener.enabled:
        sessions = JournalSessions(journal, batches, repetitions, intake)
        repetitions.close_all_but({one.client for one in sessions.sessions()})
        shells.listener = _listener(settings, intake, sessions, gatekeeper_of(accounts))
        await shells.listener.start()
        if accounts is not None:
            accounts.on_change(partial(_review, shells.listener, accounts))
    await door.open(socket_of(settings.folder), keeper.handle)
    write_addresses(settings.folder, "intake", {"mqtt": _address(settings, shells.listener)})
    work = {f"subscribe {index}": one.run() for index, one in enumerate(shells.brokers)}
    if accounts is not None:
        work["follow accounts"] = accounts.follow()
    try:
        await run_until(stop, {"commit": intake.commit_forever(), **work}, closing=shells.close)
    finally:
        await door.close()
        journal.close()


class _Shells:
    """The ways in by MQTT, and the gateway's own messages out."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.brokers: list[Subscriber] = []

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message to whoever subscribed, here or at a broker."""
        if self.listener is not None:
            self.listener.publish(topic, payload, qos=1)
        for one in self.brokers:
            one.publish(topic, payload)

    async def close(self) -> None:
        """End all connections while batches are still committed.

        What has come is acknowledged before it is too late.
        """
        async with asyncio.TaskGroup() as group:
            for one in self.brokers:
                group.create_task(one.close(), name="close subscriber")
            if self.listener is not None:
                group.create_task(self.listener.close(), name="close listener")


def _address(settings: Settings, listener: Listener | None) -> str:
    if listener is None:
        return ""
    scheme = "mqtts" if settings.listener.certificate_file else "mqtt"
    return f"{scheme}://{settings.listener.host}:{listener.port}"


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
        elif broker.lowered_filters:
            lowered = ", ".join(broker.lowered_filters)
            found.append(f"{name}: it grants less than QoS {one.qos} for {lowered}")
    return found


def _listener(
    settings: Settings, intake: Intake, sessions: JournalSessions, gatekeeper: Gatekeeper
) -> Listener:
    return Listener(
        listener_settings(settings),
        intake,
        sessions=sessions,
        gatekeeper=gatekeeper,
        clock_us=now_us,
        new_client_id=lambda: f"anonymous-{secrets.token_hex(8)}",
        reserved_clients={one.client_id for one in settings.subscriber},
    )


def _subscribers(settings: Settings, intake: Intake, repetitions: Repetitions) -> list[Subscriber]:
    """Return a subscriber for each broker."""
    return [
        Subscriber(
            subscriber_settings(one),
            WithoutRetained(intake),
            forget=partial(_forget, repetitions, one.client_id),
            clock_us=now_us,
            jitter=random.random,
        )
        for one in settings.subscriber
    ]


def _forget(repetitions: Repetitions, client: str) -> None:
    """Close what is open for a session that the broker no longer has."""
    repetitions.close_all(client)


def _review(listener: Listener, file: AccountsFile) -> None:
    """Let changed accounts hold for those who are connected, too."""

    def grant_of(principal: str) -> Grant | None:
        account = file.accounts.get(principal)
        return None if account is None else account.grant

    listener.review(grant_of)
