"""Decoders of devices' bytes and loggers' files, fed with damaged ones."""

import base64
import json
import zlib
from collections.abc import Hashable, Sequence

from gateway.codecs.base import Refusal
from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.raw_payload import Measured
from gateway.codecs.registry import codec_named
from gateway.logger_files.columns import Wish
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.layout import Layout
from gateway.logger_files.series import read_logger_file
from twins.readings import QUANTITIES

from .codec_targets import RECEIVED_AT, check_sound
from .mutations import seeded
from .target import Plain, Target, require, within_time

_UPLINKS = [
    bytes.fromhex(text)
    for text in (
        "01755C03673401046865",
        "01755C03673401046865060001",
        "01756403671B01050000048836BF7701F000090722",
        "20CE9E74466310015D",
        "CBF60B0D0766017FFF7FFF7FFF",
        "FF0BFFFF0101FF08",
    )
]
_FILES = [
    b"time,temperature\n2026-01-01T00:00:00Z,4.5\n2026-01-01T00:10:00Z,5\n",
    (
        b"Datum;Zeit;[\xb0C] Temperatur;[%rF] Feuchte\r\n01.07.2026;10:00:00;5,2;45,3\r\n"
        b"01.07.2026;10:10:00;-5,25;45\r\n"
    ),
    (
        '"Plot Title: room"\n"#","Date Time, GMT-05:00","Temp, °C (LGR S/N: 1)","RH, % (S/N: 1)"\n'
        "1,06/11/18 11:59:00 PM,4.5,61.2\n2,06/12/18 12:09:00 AM,4.75,60.0\n"
    ).encode(),
    "Date\tTemp (°F)\n2026-10-25 02:30\t41\n2026-10-25 02:30\t42\n".encode("utf-16"),
    b"epoch,value\n1767225600,4.5\n1767225660,5.5\n",
]
_ZONES = (None, "UTC", "Europe/Berlin", "America/Sao_Paulo", "-23:59")
_FORMATS = (None, None, None, "%Y-%m-%d %H:%M", "epoch_us", "%")
_WISHES = (
    [Wish("temperature", "C")],
    [Wish("temperature")],
    [Wish("temperature"), Wish("humidity", "%")],
    [Wish("temperature", "F", header="value", sensor="probe")],
)


class Uplinks(Plain):
    """A LoRaWAN decoder of a vendor's devices, alone and behind a network server."""

    seeds = _UPLINKS

    def __init__(self, decoder: str) -> None:
        self.name = f"lorawan_{decoder}"
        self._decode = DECODERS[decoder]
        self._codec = codec_named("chirpstack_v4", {"decoder": decoder})

    def check(self, data: bytes) -> Hashable:
        """Read the bytes, at most 242 of them as LoRaWAN carries, and all as a server may send."""
        port = (2, 85, zlib.crc32(data) % 256)[zlib.crc32(data) % 3]
        values, refusal = within_time(lambda: self._measured(data, port), len(data))
        require({one.quantity for one in values} <= set(QUANTITIES), "quantities are known")
        message = json.dumps({"data": base64.b64encode(data).decode(), "fPort": port}).encode()
        topic = "application/1/device/d/event/up"
        decoded = within_time(lambda: self._codec.decode(topic, message, RECEIVED_AT), len(message))
        check_sound(decoded)
        require(decoded.faults or not data or not refusal, "what cannot be read is told")
        return min(len(values), 5), refusal, tuple(sorted({one.quantity for one in values}))

    def _measured(self, data: bytes, port: int) -> tuple[list[Measured], str]:
        values: list[Measured] = []
        try:
            values.extend(self._decode(data, port))
        except Refusal as refusal:
            return values, type(refusal).__name__
        return values, ""


class LoggerFiles(Plain):
    """Files of data loggers, with layouts that a person may state."""

    name = "logger_files"
    seeds = _FILES

    def check(self, data: bytes) -> Hashable:
        """Read the file: rows in order, none ahead of the clock, or a refusal by name."""
        random = seeded(data)
        layout = Layout(zone=random.choice(_ZONES), time_format=random.choice(_FORMATS))
        wishes: Sequence[Wish] = random.choice(_WISHES)
        try:
            # A person imports a file and waits for it, beside the intake.
            file = within_time(
                lambda: read_logger_file(data, wishes, layout, RECEIVED_AT, 300_000_000),
                len(data),
                1.0,
            )
        except (UnclearFile, Refusal) as refusal:
            require(str(refusal), "a refusal says what to state")
            return type(refusal).__name__, "".join(filter(str.isalpha, str(refusal)))[:30]
        moments = [one.observed_at for one in file.readings]
        require(moments == sorted(moments), "readings come oldest first")
        require(all(one <= RECEIVED_AT + 300_000_000 for one in moments), "none is ahead")
        cells = file.rows * len(file.columns)
        told = len(file.readings) + file.repeated + file.without_value
        require(told <= cells + len(file.refused), "no cell is counted twice")
        return min(len(moments), 3), min(len(file.refused), 3), file.encoding, file.repeated > 0


def device_bytes_targets() -> list[Target]:
    """Return every decoder of LoRaWAN payloads, and loggers' files."""
    return [*(Uplinks(name) for name in sorted(DECODERS)), LoggerFiles()]
