import pytest

from gateway.bootstrap import public_address, web_address, web_names
from gateway.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def settings(**web: object) -> Settings:
    return Settings.model_validate({"web": web})


def test_page_on_loopback_has_one_address_and_the_names_of_loopback() -> None:
    one = settings()
    assert web_address(one) == public_address(one) == "http://127.0.0.1:8080"
    assert web_names(one) == LOOPBACK


def test_ipv6_address_stands_in_brackets() -> None:
    one = settings(host="fd00::1", port=80)
    assert public_address(one) == "http://[fd00::1]:80"
    assert web_names(one) == (*LOOPBACK, "[fd00::1]")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - nothing listens here
def test_page_on_every_address_has_a_public_one_only_where_it_is_told(host: str) -> None:
    assert public_address(settings(host=host)) == ""
    told = settings(host=host, public_url="https://gateway.example/cold/")
    assert public_address(told) == "https://gateway.example/cold"


def test_page_may_be_asked_for_by_its_named_hosts_and_that_of_its_public_address() -> None:
    one = settings(names=["gw", "[fd00::2]"], public_url="https://gateway.example:8443")
    assert web_names(one) == (*LOOPBACK, "gateway.example", "gw", "[fd00::2]")
