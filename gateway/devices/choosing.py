"""Which format a device's messages are read by: as a person says, or as one reads them by now.

Nothing that a format needs is assumed. This module is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gateway.codecs.registry import InvalidCodecOption
from gateway.devices.asked import Adoption
from gateway.devices.configuring import Configured, agrees, configured
from gateway.devices.discovery import Candidate, Heard, Preview, Unread, previewed
from gateway.errors import CommandRefused
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.topics import check_topic_filter, matches


class Choice(msgspec.Struct, frozen=True):
    """A format with a person's answers.

    Attributes:
        configured: The format.
        in_force: The candidate where its messages are read so by now; None where a person's word
            for it is still to be kept.
    """

    configured: Configured
    in_force: Candidate | None = None

    def preview(self, device: str, heard: Sequence[Heard]) -> Preview:
        """Return what it makes of a device's messages.

        Raises:
            InvalidCodecOption: The configuration lacks something, or an answer cannot be one.
        """
        if self.in_force is None:
            return previewed(self.configured, heard)
        readings = {device: self.in_force.readings} if self.in_force.readings else {}
        return Preview(readings, self.in_force.faults, self.in_force.clock_offset_us)


def choose(unread: Unread, codec: str, topic_filter: str, answers: Mapping[str, object]) -> Choice:
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
    guess = candidate.guess
    if (
        candidate.is_in_force
        and topic_filter in {"", guess.filter}
        and agrees(candidate.codec, guess.options, answers, unread.heard[0].topic)
    ):
        return Choice(Configured(candidate.codec, guess.filter, guess.options, ()), candidate)
    messages = [one for one in unread.messages_in_order() if matches(candidate.own_filter, one[0])]
    _check_filter(topic_filter, [topic for topic, _ in messages])
    return Choice(configured(candidate.codec, guess, messages, answers, topic_filter))


def chosen(unread: Unread, asked: Adoption) -> tuple[Choice, Preview]:
    """Return how a device's messages would be read by the answers of a person, and what they say.

    Raises:
        CommandRefused: Something is still needed, or no reading is found by it.
    """
    choice = choose(unread, asked.format, asked.filter, asked.options)
    one = choice.configured
    if one.open:
        reason = f"{one.codec} still needs: {'; '.join(one.open)}"
        raise CommandRefused("needs_answers", f"{reason}. Nothing of it is assumed")
    try:
        preview = choice.preview(unread.device, unread.heard)
    except InvalidCodecOption as error:
        raise CommandRefused("invalid_option", str(error)) from error
    if not preview.readings:
        why = "; ".join(fault.detail for fault in preview.faults[:3]) or "its messages carry none"
        reason = f"{one.codec} finds no reading of {unread.name}: {why}"
        raise CommandRefused("no_reading", reason)
    return choice, preview


def device_of(name: str, unread: Unread, preview: Preview) -> str:
    """Return the device that a person means by a name.

    Raises:
        CommandRefused: The messages are of several, and none of them was named.
    """
    for one in (name, unread.device):
        if one in preview.readings:
            return one
    if len(preview.readings) == 1:
        return next(iter(preview.readings))
    reason = f"these messages are of {', '.join(sorted(preview.readings))}; name one of them"
    raise CommandRefused("several_devices", reason)


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
