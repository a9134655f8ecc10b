"""A server of the OpenAI protocol that answers as told, or goes wrong in one of many ways."""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from typing_extensions import override

Asked = dict[str, Any]
"""The JSON body of a request."""

DRIP_S = 0.1


class ModelServer(ThreadingHTTPServer):
    """Answers every request by `mode`, and with the words of `say` where the mode lets it.

    Attributes:
        mode: How to answer: good, refusing_schemas, status_429 and the like, hang, redirect,
            not_http, nested, huge, half or drip.
        say: What the model says to a request.
        model: What the server calls the model.
        times_cut_off: How often the client hung up before the end of an answer.
        requests: Path, headers and body of every request, in order.
    """

    daemon_threads = True

    def __init__(self, say: Callable[[Asked], str], tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self._scheme = "http" if tls is None else "https"
        self.mode = "good"
        self.say = say
        self.model = "a-model"
        self.finish_reason = "stop"
        self.times_cut_off = 0
        self.requests: list[tuple[str, dict[str, str], Asked]] = []

    @property
    def url(self) -> str:
        """Base address."""
        return f"{self._scheme}://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    server_version = "fake-server/1"
    sys_version = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers.items()), asked))
        mode = self.server.mode
        if mode.startswith("status_"):
            self._answer(b"{}", int(mode.removeprefix("status_")))
        elif mode == "refusing_schemas" and "response_format" in asked:
            self._answer(b"{}", 400)
        elif mode == "nested":
            self._answer(b'{"usage":' + b"[" * 30_000 + b"]" * 30_000 + b"}", 200)
        elif mode == "hang":
            time.sleep(2)
        elif mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/v1")
            self.end_headers()
        elif mode == "not_http":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        else:
            self._answer(self._completion(asked), 200)

    def _completion(self, asked: Asked) -> bytes:
        said = self.server.say(asked)
        if self.server.mode == "huge":
            said = "x" * 10_000_000
        choice: dict[str, Any] = {"index": 0, "finish_reason": self.server.finish_reason}
        if "messages" in asked:
            choice["message"] = {"role": "assistant", "content": said}
        else:
            choice["text"] = said
        return json.dumps({"model": self.server.model, "choices": [choice]}).encode()

    def _answer(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.mode == "half":
            body = body[: len(body) // 2]
        if self.server.mode != "drip":
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(DRIP_S)

    @override
    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError):
            self.server.times_cut_off += 1

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def model_server(
    say: Callable[[Asked], str], tls: ssl.SSLContext | None = None
) -> Iterator[ModelServer]:
    """Run a server until the block ends."""
    server = ModelServer(say, tls)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
