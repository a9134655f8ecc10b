import pytest

from gateway.codecs.refusals import UnknownTopic
from gateway.codecs.topic_template import TopicTemplate


@pytest.mark.parametrize(
    ("template", "topic", "levels"),
    [
        ("plant/{device}/{sensor}", "plant/a/b", {"device": "a", "sensor": "b"}),
        ("v3/{application}@{tenant}/up", "v3/app@t/up", {"application": "app", "tenant": "t"}),
        ("+/{device}", "anything/a", {"device": "a"}),
        ("a.b/{device}", "a.b/x", {"device": "x"}),
    ],
)
def test_template_names_levels_of_a_topic(
    template: str, topic: str, levels: dict[str, str]
) -> None:
    assert TopicTemplate(template).match(topic) == levels


@pytest.mark.parametrize("topic", ["plant/a", "plant/a/b/c", "plant//b", "axb/a/b", ""])
def test_template_does_not_match_other_topics(topic: str) -> None:
    assert TopicTemplate("plant/{device}/{sensor}").match(topic) is None
    with pytest.raises(UnknownTopic, match="plant/"):
        TopicTemplate("plant/{device}/{sensor}").levels(topic)


@pytest.mark.parametrize("template", ["a/{x}/{x}", "a/{x", "a/#", "a/{X}", "a/{}"])
def test_template_with_stray_braces_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        TopicTemplate(template)
