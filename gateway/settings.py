"""Every setting of the gateway, read from one commented TOML file and checked strictly."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .errors import UnreadableFile, WrongSetting

Port = Annotated[int, Field(ge=0, le=65_535)]
HostName = Annotated[
    str, Field(pattern=r"^([a-z0-9_]([a-z0-9_.\-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$", max_length=253)
]
"""What a browser sends as Host, without its port: in small letters, IPv6 in brackets."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ListenerSettings(_Section):
    """Devices connect straight to the gateway."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 1883
    maximum_packet_bytes: Annotated[int, Field(ge=1024, le=268_435_455)] = 2_097_152
    maximum_connections: Annotated[int, Field(ge=1)] = 2_000
    connect_timeout_s: Annotated[int, Field(ge=1)] = 10
    packet_timeout_s: Annotated[int, Field(ge=1)] = 60
    receive_maximum: Annotated[int, Field(ge=1, le=65_535)] = 10_000
    maximum_connections_per_address: Annotated[int, Field(ge=0)] = 0
    session_expiry_maximum_s: Annotated[int, Field(ge=0, le=4_294_967_295)] = 7 * 86_400
    maximum_sessions: Annotated[int, Field(ge=1)] = 10_000
    certificate_file: str = ""
    key_file: str = ""
    client_ca_file: str = ""
    accounts_file: str = ""
    allow_passwords_in_clear: bool = False
    allow_unauthenticated: bool = False

    @field_validator("host")
    @classmethod
    def _is_address(cls, value: str) -> str:
        ipaddress.ip_address(value)
        return value


class SubscriberSettings(_Section):
    """The gateway subscribes to a broker."""

    url: Annotated[str, Field(pattern=r"^mqtts?://")]
    client_id: Annotated[str, Field(min_length=1, max_length=64)] = "cargotwin-gateway"
    topic_filters: Annotated[list[str], Field(min_length=1)] = ["cargotwin/v1/#"]
    receive_maximum: Annotated[int, Field(ge=1, le=65_535)] = 10_000
    session_expiry_s: Annotated[int, Field(ge=0)] = 7 * 86_400
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
    url: Annotated[str, Field(pattern=r"^https?://")] = "http://127.0.0.1:8086"
    database: str = "cargotwin"
    organisation: str = ""
    token_file: str = ""
    queue_maximum_bytes: Annotated[int, Field(ge=1_048_576)] = 1_073_741_824
    drop_oldest: bool = False


class ChainSettings(_Section):
    """Where tokens live."""

    rpc: Annotated[str, Field(pattern=r"^(embedded|https?://.+)$")] = "embedded"
    rpc_port: Port = 8545
    contract: Annotated[str, Field(pattern=r"^(0x[0-9a-fA-F]{40})?$")] = ""
    confirmations: Annotated[int, Field(ge=1, le=1_000)] = 1
    base_uri: Annotated[str, Field(pattern=r"^(ipfs://|https?://.+/ipfs/)$")] = "ipfs://"


class ReportSettings(_Section):
    """Who words the condition reports."""

    writer: Literal["template"] = "template"
    draft_timeout_s: Annotated[float, Field(gt=0)] = 5.0


class WebSettings(_Section):
    """The status page."""

    host: str = "127.0.0.1"
    port: Port = 8080
    names: list[HostName] = []
    public_url: Annotated[str, Field(pattern=r"^(https?://[^/?#\s]+(/[^?#\s]*)?)?$")] = ""
    token_file: str = ""
    ingest_token_file: str = ""

    @field_validator("host")
    @classmethod
    def _is_address(cls, value: str) -> str:
        ipaddress.ip_address(value)
        return value


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


def load_settings(path: Path) -> Settings:
    """Return the settings of a TOML file.

    Raises:
        UnreadableFile: The file is missing or is no TOML.
        WrongSetting: A key is unknown or its value is not allowed; names file, key and both.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(
            path, f"{error.strerror}; copy config/gateway.toml and edit it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(path, f"is no TOML: {error}") from error
    return parse_settings(document, path)


def parse_settings(document: dict[str, object], path: Path | str) -> Settings:
    """Return the settings that a parsed document states.

    Raises:
        WrongSetting: A key is unknown or its value is not allowed.
    """
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise WrongSetting(
            path, key, first.get("input"), _allowed(first["type"], first["msg"], key)
        ) from error
    _refuse_open_doors(settings, path)
    return settings


def _allowed(kind: str, message: str, key: str) -> str:
    if kind == "extra_forbidden":
        section = key.rpartition(".")[0]
        model = _section_model(section)
        return "one of the keys " + ", ".join(model.model_fields)
    return message.removeprefix("Input should be ").removeprefix("Value error, ")


def _section_model(section: str) -> type[BaseModel]:
    models: dict[str, type[BaseModel]] = {
        "listener": ListenerSettings,
        "subscriber": SubscriberSettings,
        "intake": IntakeSettings,
        "source": SourceSettings,
        "influx": InfluxSettings,
        "chain": ChainSettings,
        "report": ReportSettings,
        "web": WebSettings,
    }
    return models.get(section.partition(".")[0], Settings)


def _refuse_open_doors(settings: Settings, path: Path | str) -> None:
    """Refuse to listen beyond this machine without authentication, unless told so by name."""
    listener = settings.listener
    if listener.enabled and not ipaddress.ip_address(listener.host).is_loopback:
        _refuse_open_listener(listener, path)
    web = settings.web
    if not ipaddress.ip_address(web.host).is_loopback and not web.token_file:
        raise WrongSetting(
            path, "web.host", web.host, "a loopback address, or web.token_file must be set"
        )


def _refuse_open_listener(listener: ListenerSettings, path: Path | str) -> None:
    is_authenticated = bool(listener.accounts_file or listener.client_ca_file)
    if not is_authenticated and not listener.allow_unauthenticated:
        raise WrongSetting(
            path,
            "listener.host",
            listener.host,
            "a loopback address, or listener.accounts_file or listener.client_ca_file must be "
            "set, or listener.allow_unauthenticated = true if every host that reaches this "
            "address may write",
        )
    if listener.accounts_file and not (
        listener.certificate_file or listener.allow_passwords_in_clear
    ):
        raise WrongSetting(
            path,
            "listener.certificate_file",
            listener.certificate_file,
            "the path of a certificate, so that passwords travel encrypted, or "
            "listener.allow_passwords_in_clear = true if everyone on the way may read them",
        )
