"""What a draft process may answer, damaged: the process is not trusted with anything."""

from collections.abc import Hashable

from condition_reports.draft_frames import (
    HEAD_BYTES,
    BrokenFrame,
    DraftResponse,
    Ready,
    framed,
    message_in,
)
from condition_reports.release import check, plan_for
from condition_reports.verifier import Verified, verify_text
from condition_reports.writers.loading import TemplateSpecification
from condition_reports.writers.template import TemplateWriter
from gateway.reports.sound_answers import check_draft, check_identity
from tests.unit.condition_reports import scenes

from .target import Plain, Target, require, within_time

FACTS = scenes.facts_from(scenes.excursion())
WRITER = TemplateWriter()
LONGEST_CHECK_S = 0.5


class Drafts(Plain):
    """An answer is read or refused by name; a draft in it is released or refused with a code."""

    name = "drafts"

    def __init__(self) -> None:
        plan = plan_for(FACTS)
        drafts = [DraftResponse(seed, WRITER.draft(plan, seed)) for seed in range(8)]
        self.seeds = [framed(one)[HEAD_BYTES:] for one in (*drafts, DraftResponse(1, error="x"))]

    def check(self, data: bytes) -> Hashable:
        """Read it as the supervisor of a draft process does."""
        try:
            response = message_in(data, DraftResponse)
            if response.draft is None:
                return response.error[:8]
            check_draft(response.draft)
        except BrokenFrame as error:
            return error.reason[:20]
        draft = response.draft
        found = within_time(lambda: check(FACTS, draft), len(data), LONGEST_CHECK_S)
        if isinstance(found.verdict, Verified):
            again = verify_text(found.text, FACTS)
            require(isinstance(again, Verified), "what is released is read back once more")
            return "released"
        require(found.verdict.code, "what is refused says why")
        return found.verdict.code


class Writers(Plain):
    """What a process says of its writer is published, or refused by name."""

    name = "writers"

    def __init__(self) -> None:
        ready = (Ready(WRITER.identity), Ready(error="model_missing", problem="there is none"))
        self.seeds = [framed(one)[HEAD_BYTES:] for one in ready]

    def check(self, data: bytes) -> Hashable:
        """Read it as the supervisor of a draft process does."""
        try:
            ready = message_in(data, Ready)
            if ready.identity is None:
                return "none"
            check_identity(ready.identity, TemplateSpecification())
        except BrokenFrame as error:
            return error.reason[:20]
        require(ready.identity.version.isprintable(), "what is published can be printed")
        return "taken"


def draft_targets() -> list[Target]:
    """Return what reads the answers of a draft process."""
    return [Drafts(), Writers()]
