"""One exchange of HTTP: a request out, a whole answer in, both bounded in time and size.

It follows no redirect and takes no proxy from the environment: the key goes to the server that was
configured and to no other. It needs no thread, so that a draft process may forbid them.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from typing_extensions import Buffer, override

from .errors import NoDraft, UnusableModel
from .loading import HttpSpecification

LONGEST_ANSWER_BYTES = 65_536

_PORTS = {"http": 80, "https": 443}
_KEY = re.compile(r"[\x21-\x7e]*")
_OK = 200
_REDIRECTS = range(300, 400)
_REFUSED_KEYS = (401, 403)


class Answer(NamedTuple):
    """What a server answered: its body, and what it calls itself."""

    body: bytes
    software: str


class Exchange:
    """Requests to one server.

    Args:
        wanted: Where it is, how to reach it and how long to wait.

    Raises:
        UnusableModel: Its address, its key or the file of certificates is no such thing.
        NoDraft: Its name cannot be looked up.
    """

    def __init__(self, wanted: HttpSpecification) -> None:
        self._wanted = wanted
        self._scheme, self._host, self._port, self._path = _address(wanted.url)
        if not _KEY.fullmatch(wanted.key):
            raise UnusableModel(
                "server_key_wrong", "the key holds a blank or a line break; write it on one line"
            )
        self._tls = _trusting(wanted.ca_file) if self._scheme == "https" else None
        # Once and for all: a confined process can look up no names later.
        self._addresses = _addresses(self._host, self._port)

    def post(self, path: str, body: bytes, deadline: float) -> Answer:
        """Return the answer to a JSON body posted to a path below the base address.

        Args:
            path: Below the base address.
            body: What is posted.
            deadline: Until when the whole answer must be here, by `time.monotonic`.

        Raises:
            NoDraft: There is none, or none that may be read.
            UnusableModel: The server does not accept the key.
        """
        try:
            with self._connected(deadline) as connected:
                return self._asked(_TimedSocket(connected, deadline), path, body)
        except TimeoutError as error:
            raise NoDraft("server_timeout", f"{self._host} did not answer in time") from error
        except ssl.SSLCertVerificationError as error:
            raise NoDraft("server_untrusted", f"{self._host}: {error.verify_message}") from error
        except OSError as error:
            raise NoDraft("server_unreachable", f"{self._host}: {error}") from error
        except http.client.IncompleteRead as error:
            raise NoDraft("answer_cut_short", f"{self._host} hung up") from error
        except http.client.HTTPException as error:
            raise NoDraft("answer_not_http", f"{self._host}: {type(error).__name__}") from error

    def place(self) -> str:
        """Return what kind of place the server is in: a public record names no address."""
        address = ipaddress.ip_address(self._addresses[0].partition("%")[0])
        if address.is_loopback:
            return "loopback"
        return "private network" if address.is_private else "public address"

    def _connected(self, deadline: float) -> socket.socket:
        deadline = min(deadline, time.monotonic() + self._wanted.connect_timeout_s)
        plain = self._reached(deadline)
        if self._tls is None:
            return plain
        try:
            plain.settimeout(_left(deadline))
            return self._tls.wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise

    def _reached(self, deadline: float) -> socket.socket:
        """Return a connection to the first address that takes one."""
        *others, last = self._addresses
        for address in others:
            try:
                return socket.create_connection((address, self._port), _left(deadline))
            except ConnectionError:
                continue
        return socket.create_connection((last, self._port), _left(deadline))

    def _asked(self, timed: _TimedSocket, path: str, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self._host, self._port)
        # http.client asks no more of a socket than these three methods.
        connection.sock = cast("socket.socket", timed)
        connection.request("POST", self._path + path, body, self._headers())
        response = connection.getresponse()
        self._check(response.status)
        read = response.read(LONGEST_ANSWER_BYTES + 1)
        if len(read) > LONGEST_ANSWER_BYTES:
            raise NoDraft("answer_too_long", f"more than {LONGEST_ANSWER_BYTES} bytes")
        if response.length:
            raise NoDraft("answer_cut_short", f"{response.length} bytes are missing")
        return Answer(read, response.getheader("Server", ""))

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self._wanted.key:
            headers["Authorization"] = f"Bearer {self._wanted.key}"
        return headers

    def _check(self, status: int) -> None:
        if status in _REFUSED_KEYS:
            raise UnusableModel("server_refused_key", f"status {status}; check the key file")
        if status in _REDIRECTS:
            raise NoDraft("server_redirects", f"status {status}; set its final address")
        if status != _OK:
            raise NoDraft(f"server_status_{status}", f"{self._host} answered {status}")


class _TimedSocket:
    """A socket that waits until one moment in all, however often it is read."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(data)

    def receive_into(self, buffer: Buffer) -> int:
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)

    def makefile(self, *_: Any) -> io.BufferedReader:  # noqa: ANN401 - as socket.makefile
        return io.BufferedReader(_TimedReader(self))

    def close(self) -> None:
        """Leave the socket open: whoever opened it closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: _TimedSocket) -> None:
        self._timed = timed

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer) -> int:
        return self._timed.receive_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _address(url: str) -> tuple[str, str, int, str]:
    wrong = UnusableModel(
        "server_url_wrong", f"{url!r} is no http://host:port/v1 or https://host/v1"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.query:
        raise wrong
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/")


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NoDraft("server_unreachable", f"{host}: {error.strerror}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _trusting(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise UnusableModel(
            "server_ca_unreadable", f"{ca_file}: {error}; name a file of PEM certificates"
        ) from error
