"""Fixtures with real servers, and the closing line of every run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, configured, find
from tests.servers import free_port as any_free_port
from tests.servers.summary import closing_line

# Before NumPy is loaded: threads of its own make small products slower where the cores are busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

RESULTS = ("passed", "failed", "xfailed", "xpassed")
COLLECTED = pytest.StashKey[int]()


def running(server: Server) -> Iterator[Server]:
    server.start()
    yield server
    server.stop()


@pytest.fixture
def free_port() -> int:
    return any_free_port()


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("mosquitto")
    yield from running(configured.mosquitto(folder, any_free_port()))


@pytest.fixture
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nats")
    yield from running(configured.nats_server(folder, any_free_port(), any_free_port()))


@pytest.fixture
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("influxd")
    yield from running(configured.influxd(folder, any_free_port(), any_free_port()))


@pytest.fixture
def victoria_metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("victoria-metrics")
    yield from running(configured.victoria_metrics(folder, any_free_port()))


@pytest.fixture
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("anvil")
    yield from running(configured.anvil(folder, any_free_port()))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    return find("chromium")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[COLLECTED] = session.testscollected


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.collectonly or COLLECTED not in config.stash:
        return
    reported = reporter.stats
    ran = sum(len(reported.get(outcome, ())) for outcome in RESULTS)
    skipped = [report.longrepr for report in reported.get("skipped", ())]
    reasons = [reason[2] if isinstance(reason, tuple) else str(reason) for reason in skipped]
    broken = [report for report in reported.get("error", ()) if report.when != "teardown"]
    reasons += ["it broke before it began, see ERRORS"] * len(broken)
    deselected = len(reported.get("deselected", ()))
    never_reached = config.stash[COLLECTED] - ran - len(reasons)
    reasons += ["the run was stopped before it"] * never_reached
    reporter.write_line(closing_line(ran, reasons, deselected))
