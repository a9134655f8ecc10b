"""Bringing a device in: a format for its topics, its kept messages decoded, and an asset for it.

Nothing of a device is judged before a person asks for this, and nothing that its format needs is
assumed. Each step is on disk before the next one begins, and the whole may be asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.codecs.base import AddressedCodec
from gateway.codecs.registry import codec_named
from gateway.devices.already_read import check_already_read
from gateway.devices.asked import Adopted, Adoption
from gateway.devices.checks import check, check_is_set, check_not_ended
from gateway.devices.choosing import chosen, device_of
from gateway.devices.configuring import Configured
from gateway.devices.confirming import confirm
from gateway.devices.discovery import Unread
from gateway.devices.kept_messages import KeptMessages, until
from gateway.devices.resolving import resolved
from gateway.devices.shared_node import for_device
from gateway.errors import CommandRefused
from gateway.ports import Commands, StatusSource


async def adopt(
    asked: Adoption,
    found: Sequence[Unread],
    source: StatusSource,
    commands: Commands,
    *,
    now: int,
    patience_s: float = 20.0,
) -> Adopted:
    """Bring a device in, and return how many kept readings its asset took.

    Args:
        asked: What a person says.
        found: The devices of which messages are kept undecoded.
        source: What is derived from the journal.
        commands: Intake's door.
        now: Microseconds UTC.
        patience_s: How long to wait, at each step, until what is journalled is derived.

    Raises:
        CommandRefused: It cannot be done as asked. Nothing was changed, but where the oldest
            reading is not known yet or can be no beginning: then only the shipment is missing.
        IntakeAway: Intake does not answer; what was done stays done, and may be asked for again.
    """
    check(asked, source, now)
    device, topics = await _read_device(asked, found, source, commands)
    kept = KeptMessages(device, topics, asked.by, source, commands)
    is_derived = await _run(kept, patience_s)
    if not is_derived and asked.since is None:
        raise _not_derived(device)
    since = asked.since if asked.since is not None else _oldest(source, device, kept)
    check_not_ended(source, device, asked.asset, since)
    await commands.submit(
        {
            "command": "asset.bind",
            "asset": asked.asset,
            "device": device,
            "expected_interval_s": asked.expected_interval_s,
            "observed_at_us": since,
            "calibrated_at_us": asked.calibrated_at,
        }
    )
    is_derived = await until(lambda: _is_bound(source, device, asked.asset, since), patience_s)
    # What came just before its format did was not yet known to be in quarantine.
    is_derived = await _run(kept, patience_s) and is_derived
    record = source.device(device)
    return Adopted(
        device=device,
        asset=asked.asset,
        since=since,
        readings=_taken(source, device, asked.asset, since) if is_derived else None,
        decoded=kept.decoded,
        without_reading=kept.without_reading,
        refused=len(kept.refused),
        other_assets=tuple(one for one in (record.assets if record else ()) if one != asked.asset),
        needs_birth=kept.needs_birth,
    )


async def _read_device(
    asked: Adoption, found: Sequence[Unread], source: StatusSource, commands: Commands
) -> tuple[str, Sequence[str]]:
    """Have a format read the device that a person means; return its id and its known topics."""
    unread = await resolved(asked.device, found, source, commands)
    if isinstance(unread, str):
        _check_since(unread, asked, source)
        await check_already_read(unread, asked, source, commands)
        return unread, ()
    choice, preview = chosen(unread, asked)
    device = device_of(asked.device, unread, preview)
    _check_since(device, asked, source)
    topics = [heard.topic for heard in unread.heard]
    if choice.in_force is None:
        own = for_device(choice.configured, device, topics[0])
        await confirm(own, device, topics, asked, source, commands)
    return device, _own_topics(choice.configured, device, topics)


def _own_topics(one: Configured, device: str, topics: Sequence[str]) -> list[str]:
    """Return the topics without those that name another device, such as a sibling of its node."""
    codec = codec_named(one.codec, one.options)
    if not isinstance(codec, AddressedCodec):
        return list(topics)
    return [topic for topic in topics if codec.subject_of(topic) in {None, device}]


def _check_since(device: str, asked: Adoption, source: StatusSource) -> None:
    if asked.since is not None:
        check_not_ended(source, device, asked.asset, asked.since)


async def _run(kept: KeptMessages, patience_s: float) -> bool:
    """Decode what is kept; tell whether it is derived in time."""
    await kept.run()
    return await kept.derived(patience_s)


def _oldest(source: StatusSource, device: str, kept: KeptMessages) -> int:
    """Return the moment of a device's oldest kept reading.

    Raises:
        CommandRefused: None of them was taken, none is derived yet, or its clock was never set.
    """
    record = source.device(device)
    if record is not None and record.series:
        oldest = min(one.first_at for one in record.series)
        check_is_set(device, oldest)
        return oldest
    if kept.refused and not kept.decoded:
        reason = (
            f"nothing that is kept of {device} can be taken as it is; `cargotwin quarantine list` "
            "says why"
        )
        raise CommandRefused("nothing_taken", reason)
    raise _not_derived(device)


def _not_derived(device: str) -> CommandRefused:
    reason = (
        f"the kept readings of {device} are still being derived, so the oldest is not known; ask "
        "again in a moment, or name the moment from which they count"
    )
    return CommandRefused("not_derived", reason)


def _is_bound(source: StatusSource, device: str, asset: str, since: int) -> bool:
    record = source.device(device)
    return record is not None and any(
        one.asset == asset and one.since <= since for one in record.bindings
    )


def _taken(source: StatusSource, device: str, asset: str, since: int) -> int:
    """Return how many kept readings an asset takes of a device from a moment on."""
    record = source.device(device)
    spans = [
        (max(one.since, since), one.until)
        for one in (record.bindings if record is not None else ())
        if one.asset == asset and (one.until is None or one.until > since)
    ]
    return sum(
        source.readings_since(device, start)
        - (source.readings_since(device, end) if end is not None else 0)
        for start, end in spans
    )
