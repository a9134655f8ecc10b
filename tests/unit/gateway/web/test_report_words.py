from typing import Literal

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from condition_reports.facts import Facts
from condition_reports.provenance import Account, Editor, provenance_of
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Decoding, ModelIdentity, WriterIdentity
from gateway.ports import AssetDetail
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import NOON, every_shipment
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.condition_reports import scenes

ASSET = "SGTIN-4711"
FACTS: Facts = scenes.facts_from(scenes.excursion())
MODEL = Account(
    writer=WriterIdentity("tiny", "1", "ab" * 32, ModelIdentity("small")),
    seed=0,
    decoding=Decoding("greedy"),
)
TEMPLATE = Account(writer=TemplateWriter().identity, seed=0)
EDITOR = Editor("quality-desk", "cd" * 32)
# IPTC's terms: https://cv.iptc.org/newscodes/digitalsourcetype/.
SHOWN: dict[str, tuple[Account, str, str]] = {
    "template": (TEMPLATE, "Not AI-written.", "algorithmicMedia"),
    "tiny": (MODEL, "AI-drafted wording.", "trainedAlgorithmicMedia"),
    "edited template": (
        msgspec.structs.replace(TEMPLATE, editor=EDITOR),
        "Not AI-written, edited by a person.",
        "humanEdits",
    ),
    "edited model": (
        msgspec.structs.replace(MODEL, editor=EDITOR),
        "AI-drafted wording, edited by a person.",
        "compositeWithTrainedAlgorithmicMedia",
    ),
}


class WordedSource(FakeStatusSource):
    """Shows a report whose words came to be as an account tells."""

    def __init__(self, account: Account) -> None:
        self._account: Account = account
        super().__init__([one for one in every_shipment() if one.id == ASSET])

    def asset(self, asset: str) -> AssetDetail | None:
        detail = super().asset(asset)
        if detail is None or detail.report is None:
            return detail
        kind: Literal["template", "tiny", "llm", "human"] = self._account.kind
        record = provenance_of(FACTS, detail.report.text, self._account)
        report = msgspec.structs.replace(detail.report, writer=kind, provenance=record)
        return msgspec.structs.replace(detail, report=report)


@pytest.mark.parametrize("name", SHOWN)
async def test_page_tells_readers_and_machines_who_worded_the_report(name: str) -> None:
    account, origin, term = SHOWN[name]
    app = web_application(
        WordedSource(account), FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON
    )
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(f"/assets/{ASSET}", headers={"Accept": "text/html"})
        text = await answer.text()
    assert f"<strong>{origin}</strong>" in text
    assert (
        f'data-digital-source-type="http://cv.iptc.org/newscodes/digitalsourcetype/{term}"' in text
    )
    assert f'data-generator="{account.kind}"' in text
    used = "true" if account.writer.kind == "tiny" else "false"
    assert f'data-uses-language-model="{used}"' in text
