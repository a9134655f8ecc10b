"""Bringing a device in: a format for its topics, its kept messages decoded, and an asset for it.

Nothing of a device is judged before a person asks for this, and nothing that its format needs is
assumed. Each step is on disk before the next one begins, and the whole may be asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.codecs.registry import InvalidCodecOption
from gateway.commands import FUTURE_TOLERANCE_US, LONGEST_INTERVAL_S
from gateway.discovery import Candidate, Preview, Unread, previewed
from gateway.errors import CommandRefused
from gateway.kept_messages import KeptMessages, until
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.topics import check_topic_filter, matches
from gateway.ports import Commands, StatusSource
from gateway.questions import Configured, configured
from twins.errors import CargotwinError
from twins.identifiers import party_id


class Adoption(msgspec.Struct, frozen=True):
    """What a person says of a device.

    Attributes:
        device: Its id, or a topic of it where no id shows.
        asset: Id of the asset that it travels with.
        expected_interval_s: Planned seconds between two readings.
        by: The party or role that says it.
        since: The moment from which its readings count, microseconds UTC; None for all of them.
        format: Name of the format; the likeliest where it is empty.
        filter: Topics that the format shall read; the device's own where it is empty.
        options: Answers to what the format needs, and options of it.
    """

    device: str
    asset: str
    expected_interval_s: int
    by: str
    since: int | None = None
    format: str = ""
    filter: str = ""
    options: dict[str, Any] = {}


class Adopted(msgspec.Struct, frozen=True):
    """What became of it.

    Attributes:
        device: Id of the device.
        asset: Id of the asset.
        since: From when on its readings count, microseconds UTC.
        readings: How many kept readings the asset took; None where they are still being derived.
        decoded: Messages that were kept undecoded and are readings now.
        without_reading: Such messages that carry none; they are settled as that.
        refused: Such messages that stay in quarantine.
        other_assets: Further assets that the device travels with; all of them get its readings.
    """

    device: str
    asset: str
    since: int
    readings: int | None
    decoded: int
    without_reading: int
    refused: int
    other_assets: tuple[str, ...]


class Chosen(msgspec.Struct, frozen=True):
    """A format with a person's answers, and what it makes of the device's messages."""

    configured: Configured
    preview: Preview


def find_unread(found: Sequence[Unread], name: str) -> Unread | None:
    """Return the device of an id or of a topic."""
    by_id = (one for one in found if name in {one.device, one.name})
    by_topic = (one for one in found if any(heard.topic == name for heard in one.heard))
    return next(by_id, None) or next(by_topic, None)


def choose(
    unread: Unread, codec: str, topic_filter: str, answers: dict[str, Any]
) -> tuple[Candidate, Configured]:
    """Return the format that a person means, with the person's answers.

    Raises:
        CommandRefused: The messages do not look like it, or an answer cannot be one.
    """
    fitting = [one for one in unread.candidates if codec in {"", one.codec}]
    if not fitting:
        names = ", ".join(dict.fromkeys(one.codec for one in unread.candidates)) or "no format"
        reason = f"the messages of {unread.name} look like {names}, not like {codec or 'any'}"
        raise CommandRefused("unlikely_format", f"{reason}; add a [[source]] if you know better")
    named = (one for one in fitting if topic_filter in {one.own_filter, one.guess.filter})
    candidate = next(named, fitting[0])
    messages = [one for one in unread.messages_in_order() if matches(candidate.own_filter, one[0])]
    _check_filter(topic_filter, [topic for topic, _ in messages])
    return candidate, configured(candidate.codec, candidate.guess, messages, answers, topic_filter)


def chosen(unread: Unread, asked: Adoption) -> Chosen:
    """Return how a device's messages would be read, by the answers of a person.

    Raises:
        CommandRefused: Something is still needed, or no reading is found by it.
    """
    _, one = choose(unread, asked.format, asked.filter, asked.options)
    if one.open:
        reason = f"{one.codec} still needs: {'; '.join(one.open)}"
        raise CommandRefused("needs_answers", f"{reason}. Nothing of it is assumed")
    try:
        preview = previewed(one, unread.heard)
    except InvalidCodecOption as error:
        raise CommandRefused("invalid_option", str(error)) from error
    if not preview.readings:
        why = "; ".join(fault.detail for fault in preview.faults[:3]) or "its messages carry none"
        reason = f"{one.codec} finds no reading of {unread.name}: {why}"
        raise CommandRefused("no_reading", reason)
    return Chosen(one, preview)


def device_of(asked: Adoption, preview: Preview) -> str:
    """Return the device that a person means.

    Raises:
        CommandRefused: The messages are of several, and none of them was named.
    """
    if asked.device in preview.readings:
        return asked.device
    if len(preview.readings) == 1:
        return next(iter(preview.readings))
    reason = f"these messages are of {', '.join(sorted(preview.readings))}; name one of them"
    raise CommandRefused("several_devices", reason)


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
        found: The devices that no format reads.
        source: What is derived from the journal.
        commands: Intake's door.
        now: Microseconds UTC.
        patience_s: How long to wait, at each step, until what is journalled is derived.

    Raises:
        CommandRefused: It cannot be done as asked. Nothing was changed, but where readings are
            still being derived: then only the shipment is missing.
        IntakeAway: Intake does not answer; what was done stays done, and may be asked for again.
    """
    _check(asked, source, now)
    unread = find_unread(found, asked.device)
    device, kept = asked.device, None
    if unread is not None:
        reading = chosen(unread, asked)
        device = device_of(asked, reading.preview)
        kept = KeptMessages(reading.configured, asked.by, source, commands)
        await kept.confirm()
        await kept.run()
        if not await kept.derived(patience_s) and asked.since is None:
            raise _not_derived(device)
    elif source.device(device) is None:
        reason = f"nothing is known of {device!r}; `cargotwin devices list` says what there is"
        raise CommandRefused("unknown_device", reason)
    since = asked.since if asked.since is not None else _oldest(source, device)
    await commands.submit(
        {
            "command": "asset.bind",
            "asset": asked.asset,
            "device": device,
            "expected_interval_s": asked.expected_interval_s,
            "observed_at_us": since,
        }
    )
    is_derived = await until(lambda: _is_bound(source, device, asked.asset, since), patience_s)
    if kept is not None:
        # What came just before its format did was not yet known to be in quarantine.
        await kept.run()
        is_derived = await kept.derived(patience_s) and is_derived
    record = source.device(device)
    return Adopted(
        device=device,
        asset=asked.asset,
        since=since,
        readings=source.readings_since(device, since) if is_derived else None,
        decoded=kept.decoded if kept else 0,
        without_reading=kept.without_reading if kept else 0,
        refused=len(kept.refused) if kept else 0,
        other_assets=tuple(one for one in (record.assets if record else ()) if one != asked.asset),
    )


def _check(asked: Adoption, source: StatusSource, now: int) -> None:
    """Refuse what a later step would refuse, before anything is changed."""
    if asked.since is not None and not 0 <= asked.since <= now + FUTURE_TOLERANCE_US:
        allowed = "since is a moment from 1970-01-01T00:00:00Z to now, or all"
        raise CommandRefused("invalid_time", allowed)
    try:
        party_id(asked.by)
    except CargotwinError as error:
        raise CommandRefused("invalid_value", error.diagnostics()) from error
    if not 0 < asked.expected_interval_s <= LONGEST_INTERVAL_S:
        allowed = f"expected_interval_s must be from 1 to {LONGEST_INTERVAL_S} seconds"
        raise CommandRefused("invalid_interval", allowed)
    if source.asset(asked.asset) is None:
        reason = f"there is no asset {asked.asset}; add it with `cargotwin asset add`"
        raise CommandRefused("unknown_asset", reason)


def _check_filter(topic_filter: str, topics: Sequence[str]) -> None:
    if not topic_filter:
        return
    try:
        check_topic_filter(topic_filter)
    except MqttFault as error:
        raise CommandRefused("invalid_filter", f"{topic_filter!r} is no topic filter") from error
    if not any(matches(topic_filter, topic) for topic in topics):
        reason = f"{topic_filter!r} takes none of {', '.join(topics[:3])}"
        raise CommandRefused("invalid_filter", reason)


def _oldest(source: StatusSource, device: str) -> int:
    """Return the moment of a device's oldest kept reading.

    Raises:
        CommandRefused: None of them is derived yet.
    """
    record = source.device(device)
    if record is None or not record.series:
        raise _not_derived(device)
    return max(0, min(one.first_at for one in record.series))


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
