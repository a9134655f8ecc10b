import pytest

from gateway.mqtt.ports import DeviceRights
from gateway.web.auth import check_exposure
from gateway.web.settings import WebSettings
from gateway.web.webhook_tokens import (
    Right,
    WrongTokenLine,
    device_rights_of,
    rights_of,
    token_lines,
)


def test_token_alone_on_its_line_may_bring_everything() -> None:
    (right,) = rights_of("secret", "secret\n")
    assert right == Right()
    assert right.covers("senml", "any/topic")


@pytest.mark.parametrize(
    ("codec", "topic", "is_covered"),
    [
        ("senml", "a/b", True),
        ("tasmota", "c", True),
        ("senml", "a/b/c", False),
        ("senml", "$SYS/b", False),
        ("cargotwin", "a/b", False),
    ],
)
def test_token_covers_its_formats_under_topics_of_its_filters(
    codec: str, topic: str, *, is_covered: bool
) -> None:
    (right,) = rights_of("secret", "\n  secret  senml,tasmota   +/b c\n\n")
    assert right.covers(codec, topic) is is_covered


def test_lines_of_one_token_add_up() -> None:
    text = "one senml a/#\ntwo tasmota\none tasmota b/#"
    assert rights_of("one", text) == (
        Right(frozenset({"senml"}), ("a/#",)),
        Right(frozenset({"tasmota"}), ("b/#",)),
    )


@pytest.mark.parametrize("token", ["", "on", "one senml", "senml", "öne"])
def test_token_that_stands_on_no_line_may_bring_nothing(token: str) -> None:
    assert rights_of(token, "one senml\n\ntwo") == ()


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("ok\nhush morse", 2, "formats that there are not"),
        ("hush senml,", 1, "formats that there are not"),
        ("hush senml, tasmota", 1, "formats that there are not"),
        ("hush senml a/#/b", 1, "a/#/b"),
        ("hush senml device=gw1/x", 1, "gw1/x"),
        ("hush senml device=", 1, "a device's id"),
        ("# hush\n", 1, "formats that there are not"),
    ],
)
def test_line_that_cannot_be_used_is_named_without_its_token(
    text: str, line: int, named: str
) -> None:
    with pytest.raises(WrongTokenLine) as caught:
        token_lines(text)
    assert caught.value.line == line
    assert named in str(caught.value)
    assert "hush" not in str(caught.value)


def test_site_does_not_start_with_tokens_that_cannot_be_read() -> None:
    with pytest.raises(WrongTokenLine):
        check_exposure(WebSettings(ingest_token="hush morse"))  # noqa: S106 - a test


@pytest.mark.parametrize(
    ("line", "rights"),
    [
        ("one", None),
        ("one senml", None),
        ("one senml a/press-4/#", DeviceRights((), by_topic=True)),
        ("one senml device=tag-7 device=gw1:*", DeviceRights(("tag-7", "gw1:*"))),
        ("one senml a/# device=tag-7", DeviceRights(("tag-7",))),
    ],
)
def test_line_says_for_which_devices_its_token_speaks(
    line: str, rights: DeviceRights | None
) -> None:
    (right,) = rights_of("one", line)
    assert right.device_rights == rights
    assert device_rights_of([right], "senml", "a/press-4/x") == rights


def test_token_speaks_for_what_any_of_its_lines_allows_that_cover_the_payload() -> None:
    lines = "one senml a/# device=tag-7\none senml a/1 device=tag-8\none tasmota"
    rights = rights_of("one", lines)
    assert device_rights_of(rights, "senml", "a/1") == DeviceRights(("tag-7", "tag-8"))
    assert device_rights_of(rights, "senml", "a/2") == DeviceRights(("tag-7",))
    assert device_rights_of(rights, "tasmota", "a/1") is None


def test_lines_with_and_without_named_devices_add_up() -> None:
    rights = rights_of("one", "one senml a/#\none senml a/# device=tag-7")
    assert device_rights_of(rights, "senml", "a/1") == DeviceRights(("tag-7",), by_topic=True)
