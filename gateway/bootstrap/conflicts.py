"""Settings that are right each by itself and cannot work together."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

from gateway.codecs.registry import FORMATS
from gateway.codecs.topic_template import TopicTemplate
from gateway.errors import WrongSetting
from gateway.mqtt.settings import InvalidMqttSetting, broker_address
from gateway.settings import EMBEDDED, Settings, SourceSettings

_LOOPBACK = "127.0.0.1"


def conflicts(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    """Give each setting that cannot stand beside an earlier one."""
    yield from _shared_ports(settings, file)
    yield from _shared_sessions(settings, file)
    yield from _shared_filters(settings, file)


def unmatched_topic(one: SourceSettings, file: Path, key: str) -> Iterator[WrongSetting]:
    """Give the template of a source's topics where no topic of its filter can be of it.

    Args:
        one: The source; its options are right by themselves.
        file: Where it stands.
        key: Its place there, dotted.
    """
    field = FORMATS[one.codec].settings.model_fields.get("topic")
    topic = one.options.get("topic", field.default) if field is not None else ""
    if isinstance(topic, str) and topic and not TopicTemplate(topic).can_match(one.filter):
        allowed = f"a template that a topic of the filter {one.filter!r} can match"
        yield WrongSetting(file, f"{key}.options.topic", topic, allowed)


def _shared_ports(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    bound: list[tuple[str, str, int]] = []
    if settings.listener.enabled:
        bound.append(("listener.port", settings.listener.host, settings.listener.port))
    bound.append(("web.port", settings.web.host, settings.web.port))
    if settings.chain.rpc == EMBEDDED:
        bound.append(("chain.rpc_port", _LOOPBACK, settings.chain.rpc_port))
    for place, (key, host, port) in enumerate(bound):
        for earlier, its_host, its_port in bound[:place]:
            if port and port == its_port and _overlap(host, its_host):
                allowed = f"another port than that of {earlier}, or 0 for any that is free"
                yield WrongSetting(file, key, port, allowed)


def _overlap(one: str, other: str) -> bool:
    """Whether one port cannot be bound at both addresses."""
    first, second = ipaddress.ip_address(one), ipaddress.ip_address(other)
    if first.version != second.version:
        return False
    return first == second or first.is_unspecified or second.is_unspecified


def _shared_sessions(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    known: set[tuple[str, int, str]] = set()
    for number, one in enumerate(settings.subscriber):
        try:
            address = broker_address(one.url)
        except InvalidMqttSetting:
            continue  # named by itself
        session = (address.host, address.port, one.client_id)
        if session in known:
            # MQTT 5 §3.1.4-3: the broker ends the connection of the earlier client of that name.
            allowed = "a name that no other [[subscriber]] has at this broker"
            yield WrongSetting(file, f"subscriber.{number}.client_id", one.client_id, allowed)
        known.add(session)


def _shared_filters(settings: Settings, file: Path) -> Iterator[WrongSetting]:
    known: set[str] = set()
    for number, one in enumerate(settings.source):
        if one.filter in known:
            allowed = "a filter that no earlier [[source]] has: that one reads all of its topics"
            yield WrongSetting(file, f"source.{number}.filter", one.filter, allowed)
        known.add(one.filter)
