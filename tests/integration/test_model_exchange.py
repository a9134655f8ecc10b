"""Another model runs in shadow, goes live and back, in a gateway that is never stopped for it."""

import json
import os
import shutil
from importlib import resources
from pathlib import Path

import psutil
import pytest

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    fetch,
    running_gateway,
)

pytestmark = pytest.mark.integration


def second_model(folder: Path) -> Path:
    """Return a copy of the shipped model under another name."""
    with resources.as_file(resources.files("condition_reports") / "model") as shipped:
        shutil.copytree(shipped, folder)
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(manifest | {"id": "second"}), encoding="utf-8")
    return folder


def model_in(gateway: GatewayProcess, place: str) -> Json:
    models = gateway.get("/api/v1/service")["reports"]["models"]
    return next((one for one in models if one["place"] == place), {})


def schedulers_of(gateway: GatewayProcess) -> list[int]:
    """Return how the draft processes are scheduled: sched(7) calls the lowest of all idle."""
    derive = psutil.Process(gateway.child_pids()["derive"])
    drafting = (one for one in derive.children() if "condition_reports.worker" in one.cmdline())
    return sorted(os.sched_getscheduler(one.pid) for one in drafting)


def is_in(gateway: GatewayProcess, place: str, name: str) -> bool:
    found: str = model_in(gateway, place).get("model", "")
    return found.partition("@")[0] == name


def author_of(gateway: GatewayProcess, asset: str) -> tuple[str, str]:
    """Return the writer of an asset's newest report, and its model's name."""

    def look() -> Json:
        if not gateway.has_asset(asset) or not gateway.asset(asset)["versions"]:
            return {}
        return gateway.get(f"/api/v1/assets/{asset}/report")

    provenance = eventually("a version", look, 30)["provenance"]
    return provenance["writer"]["kind"], (provenance["model"] or {"id": ""})["id"]


def worded(gateway: GatewayProcess, asset: str) -> tuple[str, str]:
    gateway.enter("asset", "add", asset, "--policy", "vaccine-2-8")
    return author_of(gateway, asset)


def test_model_runs_in_shadow_goes_live_and_back_and_versions_keep_their_authors(
    tmp_path: Path,
) -> None:
    second = second_model(tmp_path / "second")
    with running_gateway(sections='[report]\nwriter = "tiny"\n') as gateway:
        assert worded(gateway, "box-1") == ("tiny", "cargotwin-tiny")

        gateway.enter("model", "shadow", second)
        eventually("a shadow", lambda: is_in(gateway, "shadow", "second"))
        assert worded(gateway, "box-2") == ("tiny", "cargotwin-tiny")
        drafted = eventually("its draft", lambda: model_in(gateway, "shadow")["counts"] or {})
        assert (drafted["published"], drafted["accepted_first"]) == (0, 1)
        assert schedulers_of(gateway) == [os.SCHED_OTHER, os.SCHED_IDLE]

        gateway.enter("model", "live")
        eventually("another live model", lambda: is_in(gateway, "live", "second"))
        assert worded(gateway, "box-3") == ("tiny", "second")
        assert schedulers_of(gateway) == [os.SCHED_OTHER]
        metrics = fetch(f"{gateway.url}/metrics", "text/plain").decode()

        gateway.enter("model", "back")
        eventually("the model before", lambda: is_in(gateway, "live", "cargotwin-tiny"))
        assert worded(gateway, "box-4") == ("tiny", "cargotwin-tiny")

        authors = [author_of(gateway, f"box-{number}")[1] for number in (1, 2, 3, 4)]
        assert authors == ["cargotwin-tiny", "cargotwin-tiny", "second", "cargotwin-tiny"]
        gateway.wait_calm()
        for number in (1, 3):
            assert gateway.run("verify", f"box-{number}").returncode == 0
    for role, name in (("live", "cargotwin-tiny"), ("shadow", "second"), ("live", "second")):
        assert any(
            line.startswith("cargotwin_first_drafts_accepted_total{")
            and f'model="{name}@' in line
            and f'role="{role}"' in line
            and not line.endswith(" 0")
            for line in metrics.splitlines()
        )


def test_model_that_cannot_be_loaded_is_told_of_by_the_service_and_by_the_list(
    tmp_path: Path,
) -> None:
    with running_gateway(sections=f'[report]\nwriter = "tiny"\nmodel = "{tmp_path}"\n') as gateway:
        reports = eventually(
            "a problem",
            lambda: (found := gateway.get("/api/v1/service")["reports"])["problem"] and found,
        )
        shown = gateway.run("model", "list").stdout.decode()
    assert reports["problem"].startswith(f"model_damaged: {tmp_path}/manifest.json: No such file")
    assert reports["problem"].count("model_damaged") == 1
    live, fault, *_ = shown.splitlines()
    assert live.startswith("live    the tiny model")
    assert f"cannot be loaded: model_damaged: {tmp_path}/manifest.json" in fault
