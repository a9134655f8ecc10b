"""Free language that is released says what the template says, however it came about.

What is compared knows none of the rules: figures, names, negations, comparisons and extremes in
their order. Raise `CARGOTWIN_EXAMPLES` for more.
"""

import re
from collections.abc import Iterator
from functools import cache
from random import Random

from condition_reports.facts import Facts
from condition_reports.free_language.normal_form import vocabulary
from condition_reports.free_language.paraphrases import PARAPHRASES
from condition_reports.release import Checked, check, plan_for
from condition_reports.verifier import Verified
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection
from tests.property.arrivals import EXAMPLES
from tests.unit.condition_reports.random_facts import random_facts, seeded

REPORTS = EXAMPLES // 2
WORDS = sorted(vocabulary())
NEGATIONS = (
    "no|not|none|nothing|without|never|cannot|missing|absent|lack(?:s|ing)?"
    "|un(?:usable|known|like|settled|touched|used|spent|answered|judged|observed|available)"
)
NEGATION = re.compile(NEGATIONS)
WEIGHTY = re.compile(
    r"“[^”]*”|-?[0-9][\w.:/-]*"
    rf"|\b(?:{NEGATIONS}|above|below|more(?! recent)|less|longer|only|within|outside|before|after"
    r"|since|until|start|close|return|lowest|highest|kinetic|longest|worst|greatest|first"
    r"|northlab|coldhaul|city-clinic)\b",
    re.IGNORECASE,
)


@cache
def turns() -> list[tuple[re.Pattern[str], str]]:
    """Return what may be replaced in a draft, and by what; turns with commas are left out."""
    found = []
    for line in PARAPHRASES.strip().splitlines():
        kept, _, others = line.partition(" = ")
        if "|" in line or "{" in line:
            continue
        pattern = re.compile(rf"\b{re.escape(kept)}\b")
        found += [(pattern, other) for other in others.split(" / ")]
    return found


def in_other_words(draft: Draft, random: Random) -> Draft:
    """Return a draft with some of its words replaced by what means the same."""

    def reworded(text: str) -> str:
        for pattern, other in random.sample(turns(), 12):
            matches = list(pattern.finditer(text))
            if matches:
                match = random.choice(matches)
                text = text[: match.start()] + other + text[match.end() :]
        return text

    return Draft(tuple(DraftSection(one.section, reworded(one.text)) for one in draft.sections))


def damaged(draft: Draft, random: Random) -> Draft:
    """Return a draft with one word of one section dropped, doubled, moved or exchanged."""
    place = random.randrange(len(draft.sections))
    words = draft.sections[place].text.split(" ")
    at = random.randrange(len(words))
    how = random.randrange(4)
    if how == 0:
        del words[at]
    elif how == 1:
        words.insert(at, words[random.randrange(len(words))])
    elif how == 2:
        words.insert(at, words.pop(random.randrange(len(words))))
    else:
        words[at] = random.choice(WORDS) + ("." if words[at].endswith(".") else "")
    sections = list(draft.sections)
    sections[place] = DraftSection(sections[place].section, " ".join(words))
    return Draft(tuple(sections))


def drafts(seed: str) -> Iterator[tuple[Facts, Draft, Random]]:
    random = seeded(seed)
    for number in range(REPORTS):
        facts = random_facts(random)
        draft = TemplateWriter().draft(plan_for(facts), number)
        yield facts, in_other_words(draft, random), random


def gist(text: str) -> list[str]:
    """Return what a text turns on, in order; one negation is as good as another."""
    words = (one.lower() for one in WEIGHTY.findall(text))
    return ["not" if NEGATION.fullmatch(one) else one for one in words]


def plainly(facts: Facts, number: int) -> list[str]:
    """Return the gist of the template's own text."""
    return gist(check(facts, TemplateWriter().draft(plan_for(facts), number)).text)


def is_verified(checked: Checked) -> bool:
    return isinstance(checked.verdict, Verified)


def test_words_that_mean_the_same_are_released_and_say_the_same() -> None:
    released = 0
    for number, (facts, draft, _) in enumerate(drafts("other words")):
        checked = check(facts, draft, "llm")
        if is_verified(checked):
            released += 1
            assert gist(checked.text) == plainly(facts, number)
    assert released > REPORTS // 2


def test_a_damaged_draft_that_is_released_all_the_same_says_the_same() -> None:
    released = 0
    for number, (facts, draft, random) in enumerate(drafts("damage")):
        for _ in range(20):
            checked = check(facts, damaged(draft, random), "llm")
            if is_verified(checked):
                released += 1
                assert gist(checked.text) == plainly(facts, number)
    assert 0 < released < REPORTS * 4
