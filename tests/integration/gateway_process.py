"""A real gateway in processes of its own, asked and told only through its public doors."""

import contextlib
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
from typer.testing import CliRunner, Result

from cargotwin.cli import application
from tests.servers import free_port
from tests.servers.places import REPOSITORY

LOOK_S = 0.05
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 20.0
CALM_DEADLINE_S = 90.0
CALM_S = 1.0
CHILDREN = ("intake", "derive")
CARGOTWIN = (sys.executable, "-m", "cargotwin")

# What a test asks for lies on this machine, whatever proxy the environment names.
_web = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Json = dict[str, Any]
Seen = TypeVar("Seen")


def eventually(what: str, look: Callable[[], Seen], seconds: float = 20.0) -> Seen:
    """Return the first truthy answer of `look`; fail with its last answer after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"{what}: still {seen!r} after {seconds:g} s"
        time.sleep(LOOK_S)


def fetch(url: str, accept: str = "application/json") -> bytes:
    """Return what an address answers."""
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 - loopback
    with _web.open(request, timeout=20) as answer:
        body: bytes = answer.read()
    return body


def rpc(url: str, method: str, *parameters: object) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the result of one JSON-RPC 2.0 call, asked with nothing but HTTP and JSON."""
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, json.dumps(call).encode(), {"Content-Type": "application/json"}
    )
    with _web.open(request, timeout=20) as answer:
        document = json.loads(answer.read())
    assert "error" not in document, document
    return document["result"]


def cargotwin(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as a person does, and return how it ended."""
    return subprocess.run(
        [*CARGOTWIN, *map(str, arguments)],
        cwd=REPOSITORY,
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
    )


def invoke(*arguments: str | Path, given: bytes = b"") -> Result:
    """Run the command inside this process, which is quicker; a traceback is no answer."""
    result = CliRunner().invoke(application, [str(one) for one in arguments], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a Unix socket's name."""
    folder = Path(tempfile.mkdtemp(prefix="int-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class GatewayProcess:
    """One `cargotwin gateway`, on ports of its own that stay the same over its restarts.

    Args:
        folder: Where its configuration, its log and, unless `data` is given, its data lie.
        data: Data folder of an earlier gateway.
        sections: More of gateway.toml.
        chain: The chain section's own keys.
        web: More keys of the web section.
        listener: More keys of the listener section.
    """

    def __init__(
        self,
        folder: Path,
        *,
        data: Path | None = None,
        sections: str = "",
        chain: str = "",
        web: str = "",
        listener: str = "",
    ) -> None:
        self.data = data or folder / "data"
        self.mqtt_port = free_port()
        self.web_port = free_port()
        self.rpc_url = f"http://127.0.0.1:{free_port()}"
        self._log = folder / "gateway.log"
        self._config = folder / "gateway.toml"
        self._config.write_text(
            f'data = "{self.data}"\n'
            f"[listener]\nport = {self.mqtt_port}\n{listener}"
            f"[web]\nport = {self.web_port}\n{web}"
            f"[chain]\nrpc_port = {self.rpc_url.rpartition(':')[2]}\n{chain}\n{sections}",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def mqtt_url(self) -> str:
        """Where devices connect."""
        return f"mqtt://127.0.0.1:{self.mqtt_port}"

    @property
    def url(self) -> str:
        """Where people look."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def log(self) -> str:
        """All that its processes said on standard error, over all its starts."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def append_settings(self, sections: str) -> None:
        """Add to its configuration; the next start reads it."""
        assert self._process is None, "it runs"
        with self._config.open("a", encoding="utf-8") as file:
            file.write(sections)

    def start(self) -> None:
        """Start it and return when devices and people are served."""
        assert self._process is None, "it runs"
        for name in CHILDREN:
            (self.data / f"{name}.json").unlink(missing_ok=True)
        command = [*CARGOTWIN, "gateway", "--config", str(self._config)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=log)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Return when devices and people are served."""
        eventually("the gateway's start", self._is_ready, START_DEADLINE_S)

    def run_to_its_end(self) -> subprocess.CompletedProcess[bytes]:
        """Run it where it is to end by itself, and return how it did."""
        return cargotwin("gateway", "--config", self._config)

    def stop(self) -> int:
        """Ask it to end and return its exit code; fail where a process of it outlives it."""
        assert self._process is not None, "it does not run"
        children = self.child_pids()
        self._process.terminate()
        try:
            code = self._process.wait(STOP_DEADLINE_S)
            survivors = [name for name, pid in children.items() if psutil.pid_exists(pid)]
        finally:
            self._end(children)
        assert survivors == [], f"{survivors} outlived their gateway"
        return code

    def kill(self, *victims: str) -> None:
        """Send SIGKILL to intake, derive or, with no names, to every process of it at once."""
        pids = self.child_pids()
        if victims:
            for name in victims:
                kill_gateway_process(pids[name])
            return
        self._end(pids)

    def close(self) -> None:
        """Leave nothing running, whatever state a test left it in."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        self._process = None

    def child_pids(self) -> dict[str, int]:
        """Return the process ids that intake and derive last wrote down."""
        files = {name: self.data / f"{name}.json" for name in CHILDREN}
        return {
            name: int(json.loads(file.read_text())["pid"])
            for name, file in files.items()
            if file.exists()
        }

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    def get(self, path: str) -> Json:
        """Return a JSON document of the status page."""
        document: Json = json.loads(fetch(self.url + path))
        return document

    def items(self, path: str) -> list[Json]:
        """Return every item of a list."""
        found: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(f"{path}?cursor={cursor}" if cursor else path)
            found += page["items"]
            cursor = page["next"]
        return found

    def asset(self, asset: str) -> Json:
        """Return everything that the status page knows of an asset."""
        return self.get(f"/api/v1/assets/{asset}")

    def has_asset(self, asset: str) -> bool:
        """Tell whether the twin of an asset is there."""
        return any(one["id"] == asset for one in self.items("/api/v1/assets"))

    def chain(self) -> Json:
        """Return what the gateway says of its chain, once it has reached it."""
        return eventually("the chain", lambda: self.get("/api/v1/service")["chain"] or {})

    def counters(self) -> dict[str, int]:
        """Return intake's counters, from the metrics that a monitoring system reads."""
        text = fetch(f"{self.url}/metrics", "text/plain").decode()
        lines = [line for line in text.splitlines() if line.startswith("cargotwin_inputs_total{")]
        return {line.split('"')[1]: int(line.rpartition(" ")[2]) for line in lines}

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run a command on its data folder."""
        return cargotwin(*arguments, "--data", self.data)

    def enter(self, *arguments: str | Path) -> None:
        """Run a command on its data folder that must succeed."""
        done = invoke(*arguments, "--data", self.data)
        assert done.exit_code == 0, done.stderr

    def wait_calm(self) -> None:
        """Return when derive has caught up and every version is on the chain, and stays so."""
        since = time.monotonic()

        def is_calm() -> bool:
            nonlocal since
            if any(self.get("/api/v1/service")["behind"].values()):
                since = time.monotonic()
            return time.monotonic() - since > CALM_S

        eventually("calm", is_calm, CALM_DEADLINE_S)

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        if set(self.child_pids()) != set(CHILDREN):
            return False
        try:
            return bool(self.get("/api/v1/service"))
        except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
            return False

    def _end(self, children: dict[str, int]) -> None:
        assert self._process is not None
        self._process.kill()
        for pid in children.values():
            kill_gateway_process(pid)
        self._process.wait()
        self._process = None


def kill_gateway_process(pid: int) -> None:
    """Send SIGKILL, unless the number belongs to another process by now."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if "gateway.bootstrap" in process.cmdline():
            process.kill()


@contextlib.contextmanager
def running_gateway(**settings: Any) -> Iterator[GatewayProcess]:  # noqa: ANN401 - handed on
    """Run a gateway on a folder of its own."""
    with short_folder() as folder:
        gateway = GatewayProcess(folder, **settings)
        try:
            gateway.start()
            yield gateway
        except BaseException:
            print(gateway.log)  # noqa: T201 - pytest shows it beside the failure
            raise
        finally:
            gateway.close()


def last_json_line(output: bytes) -> Json:
    """Return the JSON object on the last line of a command's standard output."""
    document: Json = json.loads(output.decode().strip().splitlines()[-1])
    return document
