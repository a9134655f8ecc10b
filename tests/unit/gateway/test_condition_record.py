import msgspec
import pytest

from condition_reports.release import release
from condition_reports.report import ConditionReport
from gateway.condition_record import leaves_details, page_of
from tests.unit.condition_reports import scenes

REPORT = ConditionReport(1, "a", 0, "", (), 0, (), "template", 1, (), {})


@pytest.mark.parametrize(
    "text",
    [
        "For 3 further details, see the condition record.",
        "The condition record holds 1 further detail.",
        "Consult the condition record for 2 further details.",
        "Condition record: 2 further details.",
    ],
)
def test_a_report_that_names_the_record_leaves_details_to_it(text: str) -> None:
    assert leaves_details(msgspec.structs.replace(REPORT, text=text))


def test_a_short_report_leaves_nothing_out() -> None:
    assert not leaves_details(release(scenes.facts_from(scenes.conformant()), seed=5))


@pytest.mark.parametrize("seed", range(12))
def test_every_wording_of_a_long_report_names_the_record(seed: int) -> None:
    assert leaves_details(release(scenes.facts_from(scenes.troubled()), seed=seed))


def test_page_of_the_record_is_a_part_of_the_page_of_the_asset() -> None:
    urn = "urn:epc:id:sscc:0614141.1234567890"
    assert page_of("http://h:1", urn) == f"http://h:1/assets/{urn}#record"
    assert page_of("http://h:1", "a b/c") == "http://h:1/assets/a%20b%2Fc#record"
