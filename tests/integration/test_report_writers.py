"""Who words reports in a running gateway: the draft process as a system administrator sees it."""

from collections.abc import Iterator

import psutil
import pytest

from tests.fakes.model_server import model_server
from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    fetch,
    running_gateway,
)

pytestmark = pytest.mark.integration

POLICY = ("--policy", "vaccine-2-8")


@pytest.fixture(scope="module")
def worded() -> Iterator[GatewayProcess]:
    """Give a gateway whose parent knows a secret."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_GATEWAY", "hunter2")
        with running_gateway() as running:
            yield running


def reports_of(gateway: GatewayProcess) -> Json:
    found: Json = gateway.get("/api/v1/service")["reports"]
    return found


def version_of(gateway: GatewayProcess, asset: str) -> Json:
    """Return the report of an asset once it is published."""

    def look() -> Json:
        if not gateway.has_asset(asset) or not gateway.asset(asset)["versions"]:
            return {}
        return gateway.get(f"/api/v1/assets/{asset}/report")

    return eventually("a version", look, 30)


def draft_process(gateway: GatewayProcess) -> psutil.Process:
    derive = psutil.Process(gateway.child_pids()["derive"])
    (found,) = eventually(
        "the draft process",
        lambda: [one for one in derive.children() if "condition_reports.worker" in one.cmdline()],
    )
    return found


def test_draft_process_is_idle_and_knows_nothing_of_the_gateways_environment(
    worded: GatewayProcess,
) -> None:
    process = draft_process(worded)
    held = eventually("a writer that is ready", lambda: reports_of(worded)["confinement"])
    assert "SECRET_OF_THE_GATEWAY" not in process.environ()
    assert process.nice() == 19
    assert process.cwd() == "/"
    # Standard ones are pipes, and the answers' another.
    assert process.open_files() == []
    assert process.net_connections() == []
    assert all(held[promise] for promise in ("files", "network", "processes", "memory"))


def test_draft_process_that_is_killed_is_replaced_and_costs_no_report(
    worded: GatewayProcess,
) -> None:
    first = draft_process(worded)
    first.kill()
    psutil.wait_procs([first], timeout=10)
    worded.enter("asset", "add", "after-the-kill", *POLICY)
    report = version_of(worded, "after-the-kill")
    assert report["provenance"]["writer"]["fallback_reason"] == ""
    assert draft_process(worded).pid != first.pid
    assert reports_of(worded)["starts"] == 2


def test_server_that_hangs_holds_up_no_version_and_is_named() -> None:
    with model_server(lambda _asked: "Paris.") as server:
        server.mode = "hang"
        llm = f'[report.llm]\nurl = "{server.url}"\nname = "granite"\n'
        sections = f'[report]\nwriter = "llm"\ndraft_timeout_s = 0.5\n{llm}'
        with running_gateway(sections=sections) as gateway:
            for number in range(4):
                gateway.enter("asset", "add", f"box-{number}", *POLICY)
            reports = [version_of(gateway, f"box-{number}") for number in range(4)]
            service = gateway.get("/api/v1/service")
            metrics = fetch(f"{gateway.url}/metrics", "text/plain").decode()
    reasons = {one["provenance"]["writer"]["fallback_reason"] for one in reports}
    assert {one["writer"] for one in reports} == {"template"}
    assert reasons <= {"server_timeout", "circuit_open"}
    assert any("server_timeout" in problem for problem in service["problems"])
    assert 'cargotwin_draft_circuit{state="open"} 1' in metrics
    assert "cargotwin_report_fallbacks_total{" in metrics
