import pytest

from gateway.web.negotiation import prefers_html

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept", [CHROMIUM, "text/html", "application/json;q=0.5, text/html", "TEXT/HTML"]
)
def test_reader_that_names_html_gets_the_page(accept: str) -> None:
    assert prefers_html(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/json, text/html;q=0.9",
        "text/html;q=0",
        "text/html;q=nonsense",
        "text/plain, */*",
    ],
)
def test_any_other_reader_gets_json(accept: str) -> None:
    assert not prefers_html(accept)
