"""Drafts that were found sound, by section: a shape that was worded once costs no draft again.

The words of a section follow from its plan and the seed alone, but where a model is given all
sections in one prompt, and where rules look at the whole report. So what is kept for one asset is,
word for word, what the writer would say for any other.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from condition_reports.plan import Plan, SectionPlan
from condition_reports.writers.writer import Draft

WORDINGS = 64
"""Seeds are below this: so many wordings of one section may be kept, and no more."""
_SECTIONS = 20_000

Sections = tuple[SectionPlan, ...]
_Key = tuple[str, bytes, int]


class DraftCache:
    """The newest sections of drafts.

    Args:
        sections: How many are kept; those that were not asked for longest give way.

    Attributes:
        hits: Sections that were found.
        misses: Sections that were not.
    """

    def __init__(self, sections: int = _SECTIONS) -> None:
        self._most = sections
        self._kept: OrderedDict[_Key, Draft] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        """Return how many entries are kept."""
        return len(self._kept)

    def find(self, writer: str, plan: Plan, seed: int) -> tuple[Draft, Plan]:
        """Return what is known of a draft, and the plan of what is missing.

        Args:
            writer: Digest of the writer.
            plan: What is to be said.
            seed: What the writer would choose by.
        """
        whole = self._kept_draft(writer, plan.sections, seed)
        if whole is not None:
            self.hits += len(plan.sections)
            return whole, Plan(())
        found, missing = [], []
        for section in plan.sections:
            known = self._kept_draft(writer, (section,), seed)
            if known is None:
                missing.append(section)
            else:
                found.append(known)
        self.hits += len(found)
        self.misses += len(missing)
        return joined(plan, found), Plan(tuple(missing))

    def keep(self, writer: str, plan: Plan, seed: int, draft: Draft) -> None:
        """Keep a draft that was found sound.

        Where a model was given one prompt for all sections, or no model wrote, they belong
        together: the draft is found again for exactly this plan.
        """
        if draft.decoding is None or draft.decoding.prompt_sha256:
            self._keep(_key(writer, plan.sections, seed), draft)
            return
        for section, words in zip(plan.sections, draft.sections, strict=True):
            self._keep(_key(writer, (section,), seed), Draft((words,), draft.decoding))

    def _kept_draft(self, writer: str, sections: Sections, seed: int) -> Draft | None:
        key = _key(writer, sections, seed)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        return known

    def _keep(self, key: _Key, draft: Draft) -> None:
        self._kept[key] = draft
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def joined(plan: Plan, parts: Iterable[Draft]) -> Draft:
    """Return one draft of the sections of several, in the order of a plan."""
    drafts = tuple(parts)
    texts = {one.section: one for draft in drafts for one in draft.sections}
    sections = (texts.get(one.section) for one in plan.sections)
    decoding = next((one.decoding for one in drafts if one.decoding), None)
    return Draft(tuple(one for one in sections if one is not None), decoding)


def _key(writer: str, sections: Sections, seed: int) -> _Key:
    shape = hashlib.blake2b(msgspec.msgpack.encode(sections), digest_size=16).digest()
    return writer, shape, seed
