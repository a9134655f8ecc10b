"""The composition root: the one place that names concrete adapters and builds them.

`python -m gateway.bootstrap intake|derive SETTINGS.json` runs one process until SIGTERM. What one
process alone needs stands in a module of its own (`intake`, `derive`), so that neither pays for the
imports of the other; here is what settings alone decide.
"""

from __future__ import annotations

from pathlib import Path

from gateway.codecs.registry import FORMATS, InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable
from gateway.door import socket_of
from gateway.errors import WrongSetting
from gateway.mqtt.settings import InvalidMqttSetting, ListenerSettings
from gateway.settings import Settings

JOURNAL = "journal.db"
DERIVED = "derived.db"
LEDGER = "ledger.db"


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
    except WrongSetting as error:
        raise WrongSetting(file, error.key, error.found, error.allowed) from error
    except UnknownCodec as error:
        raise WrongSetting(file, "source.codec", error.name, ", ".join(FORMATS)) from error
    except InvalidCodecOption as error:
        key = f"source.options.{error.key}"
        raise WrongSetting(file, key, error.found, error.problem) from error
    except InvalidMqttSetting as error:
        raise WrongSetting(file, f"listener.{error.key}", error.found, error.allowed) from error
