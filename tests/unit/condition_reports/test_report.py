import msgspec
import pytest

from condition_reports.facts import Facts
from condition_reports.release import release
from condition_reports.report import ConditionReport, render_text

from . import scenes


@pytest.fixture
def facts() -> Facts:
    return scenes.facts_from(scenes.excursion())


def test_report_carries_what_the_rules_decided(facts: Facts) -> None:
    report = release(facts, seed=0)
    assert (report.severity, report.actions) == (3, ("quarantine",))
    assert report.as_of == facts.as_of
    assert report.text.replace("\n\n", " ") == " ".join(one.text for one in report.sections)


def test_report_survives_json(facts: Facts) -> None:
    report = release(facts, seed=0)
    assert msgspec.json.decode(msgspec.json.encode(report), type=ConditionReport) == report


def test_rendered_report_parts_no_figure_from_its_unit(facts: Facts) -> None:
    rendered = render_text(release(facts, seed=0), width=40)
    lines = rendered.splitlines()
    assert all(not line.startswith(("°C", "%", "g ", "UTC", "h ")) for line in lines)
    assert rendered.replace("\n", " ").count("\N{NO-BREAK SPACE}") == 0
    assert rendered.replace("\n", " ").endswith("no language model was used. ")
