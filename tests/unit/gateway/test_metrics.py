import re

import msgspec
import pytest

from gateway.metrics import metrics_text
from gateway.ports import Status
from tests.fakes.shipments import calm_vaccine
from tests.fakes.status_source import FakeStatusSource

# Prometheus text format 0.0.4, "Comments, help text, and type information": one HELP and one TYPE
# line before all samples of a family; in a label's value only \\, \" and \n are escapes.
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
SAMPLE = re.compile(r'([^ {]+)(?:\{([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"\})? (\d+)')
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}

Family = dict[str, int]


def parsed(text: str) -> dict[str, Family]:
    """Return each family's values by its label's value; fail at whatever a scraper refuses."""
    assert text.endswith("\n")
    families: dict[str, Family] = {}
    helped, name = "", ""
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            helped, said = line.removeprefix("# HELP ").split(" ", 1)
            assert said
        elif line.startswith("# TYPE "):
            name, kind = line.removeprefix("# TYPE ").split(" ")
            assert kind in TYPES
            assert (kind == "counter") == name.endswith("_total")
            assert name == helped
            assert name not in families
            assert NAME.fullmatch(name)
            families[name] = {}
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert found[1] == name
            label = re.sub(r"\\.", lambda escape: ESCAPES[escape[0]], found[3] or "")
            assert label not in families[name]
            families[name][label] = int(found[4])
    return families


@pytest.fixture
def source() -> FakeStatusSource:
    return FakeStatusSource([calm_vaccine()])


def changed(source: FakeStatusSource, **fields: object) -> Status:
    return msgspec.structs.replace(source.status(), **fields)


def test_inputs_are_counted_by_kind(source: FakeStatusSource) -> None:
    status = changed(source, counters={"readings": 1_234_567, "quarantined": 3})
    found = parsed(metrics_text(status, []))
    assert found["cargotwin_inputs_total"] == {"readings": 1_234_567, "quarantined": 3}


def test_every_stage_says_how_many_items_wait_for_it(source: FakeStatusSource) -> None:
    status = changed(source, behind={"derive": 0, "telemetry": 40_000, "chain": 1})
    found = parsed(metrics_text(status, []))
    assert found["cargotwin_behind"] == {"derive": 0, "telemetry": 40_000, "chain": 1}


def test_assets_are_counted_by_disposition(source: FakeStatusSource) -> None:
    calm = source.assets()[-1]
    assets = [
        msgspec.structs.replace(calm, disposition=word)
        for word in ("conformant", "damaged", "conformant", "unknown", "conformant")
    ]
    found = parsed(metrics_text(source.status(), iter(assets)))
    assert found["cargotwin_assets"] == {"conformant": 3, "damaged": 1, "unknown": 1}


def test_fleet_without_assets_is_valid_too(source: FakeStatusSource) -> None:
    assert parsed(metrics_text(source.status(), []))["cargotwin_assets"] == {}


def test_versions_and_gas_are_told_once_the_chain_is_reached(source: FakeStatusSource) -> None:
    chain = source.status().chain
    assert chain is not None
    counted = msgspec.structs.replace(chain, queued=4, confirmed=96, gas_used=7_654_321)
    found = parsed(metrics_text(changed(source, chain=counted), []))
    assert found["cargotwin_versions"] == {"queued": 4, "confirmed": 96}
    assert found["cargotwin_gas_used_total"] == {"": 7_654_321}


def test_chain_that_was_never_reached_has_no_figures(source: FakeStatusSource) -> None:
    found = parsed(metrics_text(changed(source, chain=None), []))
    assert found.keys() == {"cargotwin_inputs_total", "cargotwin_behind", "cargotwin_assets"}


def test_label_with_quote_backslash_and_line_break_is_read_back_as_it_was(
    source: FakeStatusSource,
) -> None:
    awkward = 'a "quoted" \\ backslash, a \\n that is none\nand a line'
    found = parsed(metrics_text(changed(source, counters={awkward: 5}), []))
    assert found["cargotwin_inputs_total"] == {awkward: 5}
