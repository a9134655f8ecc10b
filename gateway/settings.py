"""Every setting of the gateway, with its default and what it may hold."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from .setting_mistakes import written_as


def _matching(pattern: str, form: str) -> AfterValidator:
    return written_as(form, re.compile(pattern).fullmatch)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


EMBEDDED = "embedded"
"""What `chain.rpc` says where the gateway runs the chain itself."""

Port = Annotated[int, Field(ge=0, le=65_535)]
Address = Annotated[
    str,
    written_as("an IP address: 127.0.0.1 for this machine alone, 0.0.0.0 for all", _is_address),
]
HostName = Annotated[
    str,
    Field(max_length=253),
    _matching(
        r"[a-z0-9_]([a-z0-9_.\-]*[a-z0-9_])?|\[[0-9a-f:.]+\]",
        "a host name in small letters without scheme and port, or an IPv6 address in brackets",
    ),
]
"""What a browser sends as Host, without its port: in small letters, IPv6 in brackets."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ListenerSettings(_Section):
    """Devices connect straight to the gateway."""

    enabled: bool = True
    host: Address = "127.0.0.1"
    port: Port = 1883
    maximum_packet_bytes: Annotated[int, Field(ge=1024, le=268_435_455)] = 2_097_152
    maximum_connections: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    connect_timeout_s: Annotated[int, Field(ge=1, le=3_600)] = 10
    packet_timeout_s: Annotated[int, Field(ge=1, le=3_600)] = 60
    receive_maximum: Annotated[int, Field(ge=1, le=65_535)] = 10_000
    maximum_connections_per_address: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    session_expiry_maximum_s: Annotated[int, Field(ge=0, le=4_294_967_295)] = 7 * 86_400
    maximum_sessions: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    certificate_file: str = ""
    key_file: str = ""
    client_ca_file: str = ""
    accounts_file: str = ""
    allow_passwords_in_clear: bool = False
    allow_unauthenticated: bool = False


class SubscriberSettings(_Section):
    """The gateway subscribes to a broker."""

    url: Annotated[
        str, _matching(r"(?s)mqtts?://.*", "mqtt://host:port or mqtts://host:port of a broker")
    ]
    client_id: Annotated[str, Field(min_length=1, max_length=64)] = "cargotwin-gateway"
    topic_filters: Annotated[list[str], Field(min_length=1)] = ["cargotwin/v1/#"]
    receive_maximum: Annotated[int, Field(ge=1, le=65_535)] = 10_000
    session_expiry_s: Annotated[int, Field(ge=1, le=4_294_967_295)] = 7 * 86_400
    keep_alive_s: Annotated[int, Field(ge=5, le=65_535)] = 30
    qos: Annotated[int, Field(ge=0, le=2)] = 1
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""


class IntakeSettings(_Section):
    """What intake takes, and how it groups commits."""

    # A batch has 2^20 positions, and one payload is never cut into two batches.
    maximum_payload_bytes: Annotated[int, Field(ge=256, le=16_777_216)] = 262_144
    maximum_series_per_device: Annotated[int, Field(ge=1, le=1_000)] = 32
    maximum_unknown_devices: Annotated[int, Field(ge=0, le=1_000_000)] = 10_000
    future_tolerance_s: Annotated[int, Field(ge=0)] = 300
    future_time: Literal["refuse", "gateway"] = "refuse"
    pending_maximum_bytes: Annotated[int, Field(ge=65_536)] = 33_554_432
    keep_raw: bool = False


class SourceSettings(_Section):
    """Which codec reads which topics."""

    filter: Annotated[str, Field(min_length=1)]
    codec: Annotated[str, Field(min_length=1)]
    options: dict[str, object] = {}


class InfluxSettings(_Section):
    """Mirror of readings to InfluxDB or VictoriaMetrics; off unless enabled."""

    enabled: bool = False
    api: Literal["v1", "v2"] = "v2"
    url: Annotated[str, _matching(r"(?s)https?://.*", "http://host:port or https://host:port")] = (
        "http://127.0.0.1:8086"
    )
    database: str = "cargotwin"
    organisation: str = ""
    token_file: str = ""
    queue_maximum_bytes: Annotated[int, Field(ge=1_048_576)] = 1_073_741_824
    drop_oldest: bool = False


class ChainSettings(_Section):
    """Where tokens live."""

    rpc: Annotated[
        str,
        _matching(r"embedded|https?://.+", '"embedded", or http://host:port of a node'),
    ] = "embedded"
    rpc_port: Port = 8545
    contract: Annotated[
        str,
        _matching(r"(0x[0-9a-fA-F]{40})?", "0x and 40 hexadecimal digits, or empty for a new one"),
    ] = ""
    confirmations: Annotated[int, Field(ge=1, le=1_000)] = 1
    base_uri: Annotated[
        str, _matching(r"ipfs://|https?://.+/ipfs/", "ipfs:// or https://host/ipfs/")
    ] = "ipfs://"


class LanguageModelSettings(_Section):
    """The big model behind the writer `llm`: on a server, or in the draft process."""

    url: Annotated[
        str, _matching(r"(https?://[^/?#\s@]+(/[^?#\s]*)?)?", "http(s)://host:port/v1, or empty")
    ] = ""
    token_file: str = ""
    ca_file: str = ""
    dialect: Literal["sections", "plan"] = "sections"
    thinking: Literal["unset", "on", "off"] = "unset"
    maximum_tokens: Annotated[int, Field(ge=64, le=65_536)] = 2_048
    connect_timeout_s: Annotated[float, Field(gt=0, le=600)] = 5.0
    name: str = ""
    revision: str = ""
    allow_download: bool = False
    threads: Annotated[int, Field(ge=1, le=256)] = 1
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0


class ReportSettings(_Section):
    """Who words the condition reports."""

    writer: Literal["template", "tiny", "llm"] = "template"
    model: str = ""
    draft_timeout_s: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    longest_wait_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    maximum_waiting: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    memory_mb: Annotated[int, Field(ge=0, le=1_048_576)] = 0
    llm: LanguageModelSettings = LanguageModelSettings()


class WebSettings(_Section):
    """The status page."""

    host: Address = "127.0.0.1"
    port: Port = 8080
    names: list[HostName] = []
    public_url: Annotated[
        str,
        _matching(
            r"(https?://[^/?#\s]+(/[^?#\s]*)?)?", "https://host/path without ? and #, or empty"
        ),
    ] = ""
    token_file: str = ""
    ingest_token_file: str = ""


class Settings(_Section):
    """The whole file."""

    data: str = "cargotwin-data"
    policies: str = ""
    listener: ListenerSettings = ListenerSettings()
    subscriber: list[SubscriberSettings] = []
    intake: IntakeSettings = IntakeSettings()
    source: list[SourceSettings] = [SourceSettings(filter="cargotwin/v1/+/+", codec="cargotwin")]
    influx: InfluxSettings = InfluxSettings()
    chain: ChainSettings = ChainSettings()
    report: ReportSettings = ReportSettings()
    web: WebSettings = WebSettings()

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def policy_folder(self) -> Path:
        """Where condition policies are read from: the shipped ones unless set."""
        if self.policies:
            return Path(self.policies)
        return Path(__file__).resolve().parent.parent / "config" / "policies"
