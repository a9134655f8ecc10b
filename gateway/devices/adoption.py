"""Bringing a device in: a format for its topics, its kept messages decoded, and an asset for it.

Nothing of a device is judged before a person asks for this, and nothing that its format needs is
assumed. Each step is on disk before the next one begins, and the whole may be asked for again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.codecs.registry import InvalidCodecOption, UnknownCodec
from gateway.commands import FUTURE_TOLERANCE_US, LONGEST_INTERVAL_S
from gateway.devices.discovery import Candidate, Preview, Unread, previewed
from gateway.devices.kept_messages import KeptMessages, lesson_of, open_messages, parts_of, until
from gateway.devices.questions import Configured, configured
from gateway.errors import CommandRefused
from gateway.intake.known_formats import ConfirmedSource
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.topics import check_topic_filter, matches
from gateway.ports import Commands, StatusSource
from twins.errors import CargotwinError
from twins.identifiers import party_id

_LESSONS_TRIED = 5
_LESSON_PAUSE_S = 0.2
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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
        replace: Whether this takes the place of what was said of the same filter before.
    """

    device: str
    asset: str
    expected_interval_s: int
    by: str
    since: int | None = None
    format: str = ""
    filter: str = ""
    options: dict[str, Any] = {}
    replace: bool = False


class Adopted(msgspec.Struct, frozen=True):
    """What became of it.

    Attributes:
        device: Id of the device.
        asset: Id of the asset.
        since: From when on its readings count, microseconds UTC.
        readings: How many kept readings the asset took; None where they are still being derived.
        decoded: Messages that were kept undecoded and are readings now.
        without_reading: Such messages that carry none; they stay in quarantine.
        refused: Such messages that are faulty; they stay in quarantine.
        needs_birth: Whether what stays may need a new BIRTH of the device to be read.
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
    needs_birth: bool = False


class Source(ConfirmedSource, frozen=True, kw_only=True):
    """What intake tells of a confirmed source."""

    filter: str

    def reads_as(self, one: Configured) -> bool:
        """Tell whether it reads as a configured format does."""
        return (self.codec, self.options) == (one.codec, one.options)

    def says(self, asked: Adoption) -> bool:
        """Tell whether what a person says agrees with it; what is not said does."""
        return (
            asked.format in {"", self.codec}
            and asked.filter in {"", self.filter}
            and asked.options in ({}, self.answers)
        )


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
    if unread is not None:
        device, kept = await _confirmed(unread, asked, source, commands)
    else:
        device = await _known_device(asked.device, source, commands)
        kept = await _kept_of_known(device, asked, source, commands)
    is_derived = await _run(kept, patience_s)
    if not is_derived and asked.since is None:
        raise _not_derived(device)
    since = asked.since if asked.since is not None else _oldest(source, device)
    _check_not_ended(source, device, asked.asset, since)
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
    # What came just before its format did was not yet known to be in quarantine.
    is_derived = await _run(kept, patience_s) and is_derived
    record = source.device(device)
    return Adopted(
        device=device,
        asset=asked.asset,
        since=since,
        readings=_taken(source, device, asked.asset, since) if is_derived else None,
        decoded=sum(one.decoded for one in kept),
        without_reading=sum(one.without_reading for one in kept),
        refused=sum(len(one.refused) for one in kept),
        other_assets=tuple(one for one in (record.assets if record else ()) if one != asked.asset),
        needs_birth=any(one.needs_birth for one in kept),
    )


async def _confirmed(
    unread: Unread, asked: Adoption, source: StatusSource, commands: Commands
) -> tuple[str, list[KeptMessages]]:
    """Let a format read a device from now on; return the device and what is kept of it."""
    topics = [heard.topic for heard in unread.heard]
    reading = chosen(unread, asked)
    device, one = device_of(asked, reading.preview), reading.configured
    if asked.since is not None:
        _check_not_ended(source, device, asked.asset, asked.since)
    taken = [topic for topic in topics if matches(one.filter, topic)]
    for before in await _sources(commands, device, taken):
        # Of two filters the one that was confirmed first reads a topic.
        is_in_front = any(matches(before.filter, topic) for topic in taken)
        if is_in_front and before.filter != one.filter and not before.reads_as(one):
            raise _said_otherwise(device, before)
    said: dict[str, object] = {
        "command": "source.confirm",
        "filter": one.filter,
        "codec": one.codec,
        "options": one.options,
        "by": asked.by,
        "device": device,
        "answers": asked.options,
        "replace": asked.replace,
    }
    await _confirm(said, one, source, commands)
    return device, [KeptMessages(one, device, topics, asked.by, source, commands)]


async def _confirm(
    said: dict[str, object], one: Configured, source: StatusSource, commands: Commands
) -> None:
    """Confirm a source, taught by what is kept where no message comes in between."""
    for _ in range(_LESSONS_TRIED):
        lesson = await lesson_of(one, source)
        if not lesson.positions:
            break
        taught = {"lessons": list(lesson.positions), "heard_until": lesson.heard_until}
        try:
            await commands.submit(said | taught)
        except CommandRefused as refusal:
            if refusal.code != "heard_more":
                raise
            await asyncio.sleep(_LESSON_PAUSE_S)
        else:
            return
    await commands.submit(said)


async def _known_device(name: str, source: StatusSource, commands: Commands) -> str:
    """Return the device of an id, or of a topic that was confirmed for one device alone.

    Raises:
        CommandRefused: There is none.
    """
    if source.device(name) is not None:
        return name
    for one in await _sources(commands, "", [name]):
        if one.filter == name and source.device(one.device) is not None:
            return one.device
    reason = f"nothing is known of {name!r}; `cargotwin devices list` says what there is"
    raise CommandRefused("unknown_device", reason)


async def _kept_of_known(
    device: str, asked: Adoption, source: StatusSource, commands: Commands
) -> list[KeptMessages]:
    """Return what is still kept of a device that a confirmed source reads.

    Raises:
        CommandRefused: The person says otherwise than was confirmed of it.
    """
    if asked.since is not None:
        _check_not_ended(source, device, asked.asset, asked.since)
    topics = {entry.topic: None async for entry in open_messages(source)}
    kept = []
    confirmed = await _sources(commands, device, list(topics))
    own = [before for before in confirmed if before.device == device]
    if own and not any(before.says(asked) for before in own):
        raise _said_otherwise(device, own[0])
    for before in confirmed:
        one = Configured(before.codec, before.filter, before.options, ())
        try:
            kept.append(KeptMessages(one, device, (), asked.by, source, commands))
        except (UnknownCodec, InvalidCodecOption) as error:
            reason = f"{before.filter} is not read as {before.by} said: {error}; say it anew"
            raise CommandRefused("invalid_source", reason) from error
    return kept


async def _sources(commands: Commands, device: str, topics: Sequence[str]) -> list[Source]:
    """Return what people confirmed of a device and of topics, in the order of confirmation."""
    found: dict[str, Source] = {}
    for part in parts_of(topics) or [()]:
        asked = {"command": "ways", "devices": [device], "topics": list(part), "sources": True}
        answer = await commands.submit(asked)
        for one in msgspec.convert(answer["sources"], list[Source]):
            found.setdefault(one.filter, one)
    return list(found.values())


async def _run(kept: Sequence[KeptMessages], patience_s: float) -> bool:
    """Decode what is kept; tell whether it is derived in time."""
    for one in kept:
        await one.run()
    return all([await one.derived(patience_s) for one in kept])


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
    detail = source.asset(asked.asset)
    if detail is None:
        reason = f"there is no asset {asked.asset}; add it with `cargotwin asset add`"
        raise CommandRefused("unknown_asset", reason)
    if detail.summary.is_closed:
        reason = (
            f"asset {asked.asset} is closed; if the device did travel with it, say so with "
            "`cargotwin asset bind`"
        )
        raise CommandRefused("closed_asset", reason)


def _check_not_ended(source: StatusSource, device: str, asset: str, since: int) -> None:
    """Refuse a moment from which a device would not travel with an asset until it is ended anew.

    A further beginning before the end of a travel changes nothing of that end.
    """
    record = source.device(device)
    ends = [
        one.until
        for one in (record.bindings if record is not None else ())
        if one.asset == asset and one.until is not None and since < one.until
    ]
    if ends:
        reason = (
            f"the travel of {device} with {asset} was ended at {_moment_text(max(ends))}; name "
            "that moment or a later one from which its readings count again"
        )
        raise CommandRefused("travel_ended", reason)


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


def _moment_text(moment: int) -> str:
    """Return microseconds UTC as RFC 3339 has it."""
    return (_EPOCH + dt.timedelta(microseconds=moment)).isoformat().replace("+00:00", "Z")


def _said_otherwise(device: str, before: Source) -> CommandRefused:
    reason = (
        f"{before.by} said otherwise of the topics of {device}: {before.filter} is read as "
        f"{before.codec} with {before.options}. Give the same answers, or none once it is read; if "
        "that is wrong, add a [[source]], which comes before it"
    )
    return CommandRefused("confirmed_otherwise", reason)
