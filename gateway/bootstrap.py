"""The composition root: the one place that names concrete adapters and builds them.

`python -m gateway.bootstrap intake|derive SETTINGS.json` runs one process until SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from contracts.signer import AttesterKey
from gateway.chain_service import ChainService
from gateway.clock import now_us
from gateway.codecs.registry import FORMATS, InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable
from gateway.derive import Derive
from gateway.door import Door, DoorClient, socket_of
from gateway.drafting import DraftProcess
from gateway.errors import WrongSetting
from gateway.intake import Intake
from gateway.mirroring import Mirror
from gateway.mqtt.listener import Listener
from gateway.mqtt.settings import InvalidMqttSetting, ListenerSettings, SubscriberSettings
from gateway.mqtt.subscriber import Subscriber
from gateway.publishing import Publisher
from gateway.settings import Settings
from gateway.status import ChainFacts, DerivedStatus
from gateway.store.derived import DerivedStore
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.ledger import Ledger
from gateway.supervisor import address_file, write_addresses
from gateway.twin_book import TwinBook
from gateway.web.api import listen, web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings

JOURNAL = "journal.db"
DERIVED = "derived.db"
LEDGER = "ledger.db"
ATTESTER_KEY = "keys/attester"
_LOOK_S = 0.05

_log = logging.getLogger(__name__)


def listener_settings(settings: Settings) -> ListenerSettings:
    """Return the listener's settings in its own terms."""
    listener = settings.listener
    return ListenerSettings(
        host=listener.host,
        port=listener.port,
        maximum_packet_size=listener.maximum_packet_bytes,
        receive_maximum=listener.receive_maximum,
        maximum_connections=listener.maximum_connections,
        connect_timeout_s=float(listener.connect_timeout_s),
    )


def routing_table(settings: Settings) -> RoutingTable:
    """Return which codec reads which topic.

    Raises:
        ConfigurationFault: A source names an unknown codec or a wrong option.
    """
    tolerance = {"future_tolerance_seconds": settings.intake.future_tolerance_s}
    routes = [
        Route(filter=one.filter, codec=one.codec, options={**tolerance, **one.options})
        for one in settings.source
    ]
    return RoutingTable(routes, settings.intake.maximum_payload_bytes)


def check_settings(settings: Settings, file: Path) -> None:
    """Build what settings alone decide, so that a mistake shows before anything starts.

    Raises:
        WrongSetting: A value that one adapter cannot use; names file and key.
    """
    try:
        routing_table(settings)
        listener_settings(settings)
        socket_of(settings.folder)
    except UnknownCodec as error:
        raise WrongSetting(file, "source.codec", error.name, ", ".join(FORMATS)) from error
    except InvalidCodecOption as error:
        key = f"source.options.{error.key}"
        raise WrongSetting(file, key, error.found, error.problem) from error
    except InvalidMqttSetting as error:
        raise WrongSetting(file, f"listener.{error.key}", error.found, error.allowed) from error


def subscribers(settings: Settings, intake: Intake) -> list[Subscriber]:
    """Return a subscriber for each broker."""
    return [
        Subscriber(
            SubscriberSettings(
                url=one.url,
                client_id=one.client_id,
                topic_filters=tuple(one.topic_filters),
                receive_maximum=one.receive_maximum,
                session_expiry_s=one.session_expiry_s,
                keep_alive_s=one.keep_alive_s,
            ),
            intake,
            clock_us=now_us,
            jitter=random.random,
        )
        for one in settings.subscriber
    ]


async def run_intake(settings: Settings, stopped: asyncio.Event) -> None:
    """Run the intake process until `stopped`."""
    folder = settings.folder
    journal = JournalWriter(folder / JOURNAL)
    listener: Listener | None = None

    def announce(topic: str, payload: bytes) -> None:
        if listener is not None:
            listener.publish(topic, payload, qos=1)

    door = Door()
    intake = Intake(
        journal,
        routing_table(settings).decode,
        clock_us=now_us,
        committed=door.announce,
        announce=announce,
        pending_maximum_bytes=settings.intake.pending_maximum_bytes,
        keep_raw=settings.intake.keep_raw,
    )
    if settings.listener.enabled:
        listener = Listener(
            listener_settings(settings),
            intake,
            clock_us=now_us,
            new_client_id=lambda: f"anonymous-{secrets.token_hex(8)}",
            may_subscribe=lambda _client, topic: topic.startswith("cargotwin/v1/answers/"),
        )
        await listener.start()
    await door.open(socket_of(folder), intake.handle)
    port = listener.port if listener else 0
    addresses = {"mqtt": f"mqtt://{settings.listener.host}:{port}" if listener else ""}
    write_addresses(folder, "intake", addresses)
    brokers = subscribers(settings, intake)
    await _until(
        stopped,
        {
            "commit": intake.commit_forever(),
            **{f"subscribe {index}": one.run() for index, one in enumerate(brokers)},
        },
    )
    for one in brokers:
        await one.close()
    if listener is not None:
        await listener.close()
    await door.close()
    journal.close()


async def run_derive(settings: Settings, stopped: asyncio.Event) -> None:
    """Run the derive process until `stopped`."""
    folder = settings.folder
    await _exists(address_file(folder, "intake"))
    journal = JournalReader(folder / JOURNAL)
    store = DerivedStore(folder / DERIVED)
    ledger = Ledger(folder / LEDGER)
    mirror = Mirror(store.connection, settings.influx)
    book = TwinBook(store, ledger.asset_key, mirror.add)
    chain = ChainFacts()
    live = Broadcast()
    drafting = DraftProcess(settings.report.writer, settings.report.draft_timeout_s)
    page = f"http://{settings.web.host}:{settings.web.port}/assets/"
    publisher = Publisher(
        ledger,
        drafting,
        AttesterKey.load_or_create(folder / ATTESTER_KEY),
        clock_us=now_us,
        page_of=lambda asset: page + asset,
    )
    status = DerivedStatus(
        book=book,
        store=store,
        ledger=ledger,
        journal=journal,
        chain=chain,
        base_uri=settings.chain.base_uri,
        clock_us=now_us,
    )
    status.mirror_depth = mirror.depth
    service = ChainService(settings, ledger, book, chain, live, clock_us=now_us)
    status.refused = service.refused
    derive = Derive(
        journal=journal,
        book=book,
        publisher=publisher,
        status=status,
        door=DoorClient(folder),
        live=live,
        published=service.wake,
        progress=store.progress(),
        clock_us=now_us,
    )
    runner = await listen(
        web_application(status, DoorClient(folder), live, _web_settings(settings))
    )
    addresses = {"web": f"http://{settings.web.host}:{settings.web.port}"}
    write_addresses(folder, "derive", addresses)
    try:
        await _until(
            stopped,
            {
                "follow": derive.follow_intake(),
                "absorb": derive.absorb_forever(),
                "publish": derive.publish_forever(),
                "silence": derive.notice_silence_forever(),
                "chain": service.run(),
                "mirror": mirror.run(),
            },
        )
    finally:
        await runner.cleanup()
        await drafting.close()
        await service.close()
        for one in (journal, store, ledger):
            one.close()


async def _exists(file: Path) -> None:
    """Wait until intake has made the journal and said where it listens."""
    while not file.exists():  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(_LOOK_S)


def _web_settings(settings: Settings) -> WebSettings:
    token = ""
    if settings.web.token_file:
        token = Path(settings.web.token_file).read_text(encoding="utf-8").strip()
    return WebSettings(host=settings.web.host, port=settings.web.port, token=token)


async def _until(stopped: asyncio.Event, work: dict[str, Awaitable[None]]) -> None:
    """Run named tasks until `stopped`; one that fails ends the process, which is then restarted."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_run(task), name=name) for name, task in work.items()]
        await group.create_task(_stop_when(stopped, tasks), name="stop")


async def _run(work: Awaitable[None]) -> None:
    await work


async def _stop_when(stopped: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    await stopped.wait()
    for task in tasks:
        task.cancel()


_PROCESSES: dict[str, Callable[[Settings, asyncio.Event], Awaitable[None]]] = {
    "intake": run_intake,
    "derive": run_derive,
}


async def _main(process: str, settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    # Standard input ends with the supervisor: nobody is left who would start this process again.
    loop.add_reader(sys.stdin, stopped.set)
    await _PROCESSES[process](settings, stopped)


def main(arguments: list[str]) -> None:
    """Run the process that the arguments name."""
    process, path = arguments
    logging.basicConfig(
        level=logging.WARNING, format=f"%(asctime)s {process} %(levelname)s %(message)s"
    )
    settings = Settings.model_validate(json.loads(Path(path).read_text(encoding="utf-8")))
    asyncio.run(_main(process, settings))


if __name__ == "__main__":
    main(sys.argv[1:])
