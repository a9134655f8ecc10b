import base64
from xml.etree import ElementTree as ET

import msgspec
import pytest

from contracts.image import state_image, state_svg
from tests.unit.twins.samples import bind, commission, judge, policy, read
from twins.policy.condition_policy import Disposition

CONDITION = judge([commission(), bind(0), read(1, 5_000)], policy(), as_of=10)
DIGEST = "ab" * 32
NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> str:
    return " ".join(ET.fromstring(svg).itertext())  # noqa: S314 - our own text


def test_picture_is_an_svg_as_a_data_uri_that_prints_the_digest() -> None:
    uri = state_image("a box", CONDITION, DIGEST)
    head, _, body = uri.partition(",")
    assert head == "data:image/svg+xml;base64"
    svg = base64.b64decode(body).decode()
    assert ET.fromstring(svg).tag == NAMESPACE + "svg"  # noqa: S314 - our own text
    assert DIGEST in texts(svg)
    assert "a box" in texts(svg)


def test_hostile_title_stays_text() -> None:
    svg = state_svg("<script>&\"']]>", CONDITION, DIGEST)
    assert "<script>&\"']]>" in texts(svg)
    assert not list(ET.fromstring(svg).iter(NAMESPACE + "script"))  # noqa: S314 - our own text


def test_long_title_is_cut_and_says_so() -> None:
    assert "x" * 39 + "…" in texts(state_svg("x" * 41, CONDITION, DIGEST))


@pytest.mark.parametrize("disposition", Disposition)
def test_every_disposition_has_a_picture(disposition: Disposition) -> None:
    condition = msgspec.structs.replace(CONDITION, disposition=disposition)
    assert disposition.value.replace("_", " ") in texts(state_svg("a", condition, DIGEST))


@pytest.mark.parametrize(
    ("ppm", "observed", "wear"),
    [(33_333, "3.3 %", "3.4 %"), (33_000, "3.3 %", "3.3 %"), (999_999, "99.9 %", "100.0 %")],
)
def test_figures_are_rounded_against_the_goods_as_in_a_report(
    ppm: int, observed: str, wear: str
) -> None:
    coverage = msgspec.structs.replace(CONDITION.coverage, ratio_ppm=ppm)
    worn = msgspec.structs.replace(CONDITION.statistics.wear, index_ppm=ppm)
    statistics = msgspec.structs.replace(CONDITION.statistics, wear=worn)
    condition = msgspec.structs.replace(CONDITION, coverage=coverage, statistics=statistics)
    shown = texts(state_svg("a", condition, DIGEST))
    # SPECIFICATION.md, section 12, "Image".
    assert f"observed: {observed}" in shown
    assert f"wear: {wear}" in shown
