"""`cargotwin report` on the ledger of a gateway that does not run."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from gateway.settings import Settings
from gateway.store.ledger import Ledger
from gateway.supervisor import SETTINGS_FILE
from tests.integration.gateway_process import invoke
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.twins.samples import ASSET


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """Give a data folder in whose ledger one version stands."""
    one = Deriving(tmp_path)
    one.take(*MINTED)
    assert await one.publish() is not None
    settings = Settings(data=str(tmp_path)).model_dump_json()
    (tmp_path / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("form", [("--json",), ("--format", "json")], ids=" ".join)
def test_json_states_its_moment_as_people_and_the_http_interface_do(
    data: Path, form: tuple[str, ...]
) -> None:
    report = json.loads(invoke("report", ASSET, *form, "--data", data).stdout)
    shown = invoke("report", ASSET, "--data", data).stderr
    # RFC 3339 section 5.6, and the same moment that stands below the text.
    assert report["as_of"].endswith("Z")
    assert f"as of {report['as_of']} from" in shown


def test_json_can_be_verified_as_it_is_printed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(invoke("report", ASSET, "--json", "--data", data).stdout, "utf-8")
    checks = json.loads(invoke("verify-report", file, "--json").stdout)["checks"]
    # Without --key nobody knows who signed; all else holds.
    assert {one["name"]: one["outcome"] for one in checks} == {
        "attestation": "could not check",
        "facts": "ok",
        "report": "ok",
        "provenance": "ok",
        "wording": "ok",
        "members": "ok",
    }


def published_so(data: Path, text: str) -> None:
    """Publish another version of the newest report, with a text of its own."""
    with Ledger(data / "ledger.db") as ledger:
        newest = ledger.newest(ASSET)
        assert newest is not None
        report = msgspec.structs.replace(newest.condition_report(), text=text)
        document = text.encode()
        version = msgspec.structs.replace(
            newest,
            version=newest.version + 1,
            digest=hashlib.sha256(document).digest(),
            report=msgspec.json.encode(report),
        )
        ledger.publish(version, document)


@pytest.mark.parametrize(
    "text",
    ["For 3 further details, see the condition record.", "Left to the condition record: 1 detail."],
)
def test_a_report_that_leaves_details_out_says_where_they_stand(data: Path, text: str) -> None:
    before = invoke("report", ASSET, "--data", data).stderr
    published_so(data, text)
    shown = invoke("report", ASSET, "--data", data)
    hint = f"the condition record: `cargotwin explain {ASSET}`"
    assert hint not in before
    assert hint in shown.stderr
    assert "/assets/box-1#record" in shown.stderr
    assert hint not in shown.stdout
    assert hint not in invoke("report", ASSET, "--json", "--data", data).stderr
