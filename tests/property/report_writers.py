"""The writers whose reports are tried, and what each of them makes of some facts."""

from collections.abc import Callable
from typing import NamedTuple

from condition_reports.facts import Facts
from condition_reports.release import Checked, check, plan_for
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.tiny import load_tiny
from condition_reports.writers.writer import Writer


class Tried(NamedTuple):
    """A writer on trial.

    Attributes:
        load: Makes it.
        share: Of how many reports one is asked of it, as models are slow.
    """

    load: Callable[[], Writer]
    share: int


WRITERS = {"template": Tried(TemplateWriter, 1), "tiny": Tried(load_tiny, 20)}


def worded(writer: Writer, facts: Facts, seed: int) -> Checked:
    """Return a writer's first draft, filled and read back."""
    return check(facts, writer.draft(plan_for(facts), seed), writer.identity.kind)
