"""Whether a grant covers what a client wants to publish or to subscribe to."""

from __future__ import annotations

from .ports import Grant
from .topics import covers, matches


def may_publish(grant: Grant, topic: str) -> bool:
    """Whether a message may be published to a topic."""
    return grant.publish is None or any(matches(one, topic) for one in grant.publish)


def may_subscribe(grant: Grant, topic_filter: str) -> bool:
    """Whether a topic filter, or one that takes more, is granted."""
    return any(covers(one, topic_filter) for one in grant.subscribe)
