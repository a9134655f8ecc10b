"""`cargotwin decode`: what a format makes of a payload, without a gateway."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    NO,
    DataOption,
    explained,
    people,
    print_json,
    say,
    settings_of,
)
from cargotwin.format_options import options_of
from gateway.bootstrap import option_defaults, routing_table
from gateway.clock import now_us
from gateway.codecs.registry import FORMATS, codec_named, wrong_options
from gateway.record_documents import decoded_document
from gateway.settings import Settings, SourceSettings
from gateway.settings_file import load_settings
from twins.errors import ConfigurationFault

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class WrongOptions(ConfigurationFault):
    """Options of a format cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n  ".join(problems))


class FormatNotStated(ConfigurationFault):
    """Nothing says in which format a payload is, or two things do."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}; state --format NAME with its --option key=value, or --source with the "
            "topic filter of a [[source]] in --config"
        )


class NoSuchSource(ConfigurationFault):
    """No `[[source]]` is what was asked for."""

    def __init__(self, name: str, sources: list[SourceSettings]) -> None:
        there = ", ".join(f"{one.filter!r} ({one.codec})" for one in sources)
        super().__init__(
            f"no [[source]] is for {name!r}; name a filter, or a format that one alone has, or a "
            f"topic that one takes: {there}"
        )


class _Chosen(NamedTuple):
    name: str
    options: dict[str, Any]


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("decode")(decode)


def decode(
    form: Annotated[
        str, typer.Option("--format", "--codec", help="Name of the format, such as tasmota.")
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            help="Option of the format as in the configuration, several times for several: "
            "zone=Europe/Berlin.",
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            help="Read as the configured source with this topic filter, or with this format if "
            "no other has it."
        ),
    ] = "",
    config: Annotated[
        Path | None,
        typer.Option(
            help="Configuration file with the sources; that of the gateway in --data unless stated."
        ),
    ] = None,
    topic: Annotated[
        str, typer.Option(help="Topic that it came on; one that the format reads unless stated.")
    ] = "",
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Decode a payload from standard input; records as JSON on standard output.

    Example: cargotwin decode --format tasmota --option zone=Europe/Berlin < payload.json

    With a gateway's sources: cargotwin decode --config gateway.toml --topic tele/plug/SENSOR < file
    """
    with explained():
        chosen = _chosen(form, options_of(option or ()), source, config, topic, data)
        wrong = wrong_options(chosen.name, chosen.options)
        if wrong:
            raise WrongOptions([str(one) for one in wrong])
        codec = codec_named(chosen.name, chosen.options)
    came_on = topic or _sample_topic(chosen)
    if not topic:
        people.print(f"read as if it came on {came_on}; --topic states another", markup=False)
    decoded = codec.decode(came_on, sys.stdin.buffer.read(), now_us())
    print_json(decoded_document(decoded))
    for fault in decoded.faults:
        say(f"{fault.reason}: {fault.detail}")
    if decoded.faults:
        raise typer.Exit(NO)


def _chosen(
    form: str,
    options: dict[str, Any],
    source: str,
    config: Path | None,
    topic: str,
    data: Path,
) -> _Chosen:
    """Return the format that is meant, and its options."""
    if form:
        if source or config is not None:
            raise FormatNotStated("--format stands beside --source or --config")
        return _Chosen(form, options)
    if config is None and not source:
        raise FormatNotStated("no format is stated")
    settings = settings_of(data) if config is None else load_settings(config)
    found = _source(settings, source, topic)
    return _Chosen(found.codec, option_defaults(settings) | found.options | options)


def _source(settings: Settings, name: str, topic: str) -> SourceSettings:
    sources = settings.source
    if not name and not topic:
        raise FormatNotStated("neither --source nor --topic chooses one of the sources")
    if not name:
        route = routing_table(settings).route_of(topic)
        if route is None:
            raise NoSuchSource(topic, sources)
        return SourceSettings(filter=route.filter, codec=route.codec, options=route.options)
    by_filter = [one for one in sources if one.filter == name]
    by_format = [one for one in sources if one.codec == name]
    if by_filter:
        return by_filter[0]
    if len(by_format) != 1:
        raise NoSuchSource(name, sources)
    return by_format[0]


def _sample_topic(chosen: _Chosen) -> str:
    """Return a topic that a format reads with its options; names stand for themselves."""
    options: Mapping[str, Any] = chosen.options
    template = options.get("topic") or FORMATS[chosen.name].sample_topic
    first, slash, rest = template.partition("/")
    if "topic_prefix" in options:
        first = options["topic_prefix"]
    elif "base_topic" in options:
        first = options["base_topic"]
    return _PLACEHOLDER.sub(r"\1", f"{first}{slash}{rest}").replace("+", "any")
