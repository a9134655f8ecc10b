"""What hinders a running gateway is on its page, and what it keeps is its owner's alone."""

import pytest

from tests.integration.gateway_process import GatewayProcess, eventually, running_gateway
from tests.servers import free_port

pytestmark = pytest.mark.integration

OTHER_CONTRACT = "0x" + "22" * 20


def problem_of(gateway: GatewayProcess, stage: str) -> str:
    """Return the first problem of a stage, empty where it has none."""
    problems: list[str] = gateway.get("/api/v1/service")["problems"]
    return next((one for one in problems if one.startswith(f"{stage}: ")), "")


def test_broker_that_is_away_is_on_the_page_and_no_file_can_be_read_by_others() -> None:
    port = free_port()
    section = f'[[subscriber]]\nurl = "mqtt://me:secret@127.0.0.1:{port}"\n'
    with running_gateway(sections=section) as gateway:
        problem = eventually("the broker's problem", lambda: problem_of(gateway, "intake"))
        assert f"broker 127.0.0.1:{port}: " in problem
        assert "secret" not in problem
        assert gateway.chain()["contract"]
        modes = {path: path.stat().st_mode & 0o077 for path in gateway.data.rglob("*")}
        modes[gateway.data] = gateway.data.stat().st_mode & 0o077
        assert {"journal.db", "derived.db", "ledger.db"} <= {path.name for path in modes}
        assert {path: oct(mode) for path, mode in modes.items() if mode} == {}


def test_another_contract_in_the_settings_stops_anchoring_and_nothing_else() -> None:
    with running_gateway() as first:
        stored = first.chain()
        first.stop()
        chain = f'contract = "{OTHER_CONTRACT}"'
        with running_gateway(data=first.data, chain=chain) as second:
            eventually("the chain's problem", lambda: "stopped" in problem_of(second, "chain"))
            problem = problem_of(second, "chain")
            assert OTHER_CONTRACT in problem
            assert stored["contract"] in problem
            pids = second.child_pids()
            second.enter("asset", "add", "a-1", "--policy", "vaccine-2-8")
            eventually("the asset", lambda: second.has_asset("a-1"))
            assert second.child_pids() == pids
