"""More ways in which a report can be wrong, each as near to the truth as it can be.

As in `mutations`, a mutation returns None where it does not apply to a text.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from condition_reports.fact_types import Facts
from condition_reports.grammar import filled, frames
from condition_reports.shapes import Section
from condition_reports.statements import statements_of, supported_statements

from .mutations import LEVEL, SENTENCE_END, Mutation

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?=Z| to )")
PERIOD = re.compile(r"(\d{4}-\d\d-\d\d )(\d\d:\d\d) to (\d{4}-\d\d-\d\d )?(\d\d:\d\d)Z")
PERCENTAGE = re.compile(r"\d+\.\d %(?!RH)")
DURATION = re.compile(r"\d+ (?:d|h|min|s)\b(?: \d\d (?:h|min))*")
COUNT = re.compile(
    r"\b\d+(?= (?:shock|opening|excursion|sensor|stop|peak|reading|further|settled|custody|answer"
    r"|handover|unusable|contradiction))"
)
DETAILS = re.compile(r"(?<=\n\n|\. )[^.\n]*\bcondition record\b[^.\n]*\. ")
QUANTITY = re.compile(r"(?<!kinetic )\b(?:temperature|relative humidity|air pressure)\b")


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _exchanged(text: str, pattern: re.Pattern[str], random: Random) -> str | None:
    """Return the text with two different matches in each other's place."""
    found = list(pattern.finditer(text))
    if len({one[0] for one in found}) < 2:
        return None
    while True:
        first, second = sorted(random.sample(found, 2), key=lambda one: one.start())
        if first[0] != second[0]:
            return _put(_put(text, second, first[0]), first, second[0])


def _one_of(text: str, pattern: str, random: Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text))
    return random.choice(found) if found else None


def _turned(text: str, pairs: dict[str, str], random: Random) -> str | None:
    match = _one_of(text, r"\b(?:" + "|".join(pairs) + r")\b", random)
    return _put(text, match, pairs[match[0]]) if match else None


def levels_moved(text: str, _: Facts, random: Random) -> str | None:
    return _exchanged(text, LEVEL, random)


def moments_exchanged(text: str, _: Facts, random: Random) -> str | None:
    return _exchanged(text, MOMENT, random)


def percentages_exchanged(text: str, _: Facts, random: Random) -> str | None:
    return _exchanged(text, PERCENTAGE, random)


def durations_exchanged(text: str, _: Facts, random: Random) -> str | None:
    return _exchanged(text, DURATION, random)


def levels_within_a_sentence_exchanged(text: str, _: Facts, random: Random) -> str | None:
    parts = SENTENCE_END.split(text)
    random_places = random.sample(range(0, len(parts), 2), len(parts[::2]))
    for place in random_places:
        changed = _exchanged(parts[place], LEVEL, random)
        if changed:
            return "".join([*parts[:place], changed, *parts[place + 1 :]])
    return None


def mean_and_kinetic_exchanged(text: str, _: Facts, random: Random) -> str | None:
    pairs = {
        "mean kinetic temperature": "time-weighted mean", "Mean kinetic": "Time-weighted",
        "time-weighted mean": "mean kinetic temperature",
        "time-weighted average": "mean kinetic temperature",
    }  # fmt: skip
    return _turned(text, pairs, random)


def quantity_exchanged(text: str, _: Facts, random: Random) -> str | None:
    match = random.choice(list(QUANTITY.finditer(text)) or [None])
    if match is None:
        return None
    return _put(text, match, "temperature" if match[0] != "temperature" else "relative humidity")


def title_and_asset_exchanged(text: str, facts: Facts, _: Random) -> str | None:
    told = f"{facts.title} (asset {facts.asset})"
    return text.replace(told, f"{facts.asset} (asset {facts.title})")


def title_and_policy_exchanged(text: str, facts: Facts, _: Random) -> str | None:
    policy = facts.policy_title
    return text.replace(facts.title, "\0").replace(policy, facts.title).replace("\0", policy)


def unit_of_another_quantity(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"(?<=\d )(?:°C|g)(?!\w)", random)
    return _put(text, match, random.choice(["%RH", "lx", "Pa", "m/s", "K"])) if match else None


def count_off_by_one(text: str, _: Facts, random: Random) -> str | None:
    match = random.choice(list(COUNT.finditer(text)) or [None])
    return _put(text, match, str(int(match[0]) + random.choice([-1, 1]))) if match else None


def minute_off_by_one(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"(?<=:)\d\d(?=Z| to )", random)
    return (
        _put(text, match, f"{(int(match[0]) + random.choice([1, 59])) % 60:02}") if match else None
    )


def level_rounded(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"\d+\.\d+(?= °C)", random)
    if match is None:
        return None
    other = f"{round(float(match[0]))}"
    return _put(text, match, random.choice([other, f"{other}.00", f"about {match[0]}"]))


def duration_shortened(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"(?<=\d [dh]) \d\d (?:h|min)\b", random)
    return _put(text, match, "") if match else None


def blank_added(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, " ", random)
    others = ["  ", "\t", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\n", "\n\n", ""]
    return _put(text, match, random.choice(others)) if match else None


def end_touched(text: str, _: Facts, random: Random) -> str | None:
    return random.choice(
        [text[:-1], text + " ", " " + text, text + ".", text + "\n\n", text + "\n"]
    )


def lookalike_put_in(text: str, _: Facts, random: Random) -> str | None:
    alike = {
        "a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440", "i": "\u0456",
        "-": "\u2212", "1": "\u0661", "0": "\uff10", ".": "\u2024", "“": "\u201f", "”": "\u02ee",
        " ": "\u00a0", ":": "\ua789", ",": "\u201a", "°": "\u02da", "%": "\u066a",
    }  # fmt: skip
    match = _one_of(text, "[" + re.escape("".join(alike)) + "]", random)
    return _put(text, match, alike[match[0]]) if match else None


def decomposed(text: str, _: Facts, __: Random) -> str | None:
    return unicodedata.normalize("NFD", text)


def extreme_words_exchanged(text: str, _: Facts, random: Random) -> str | None:
    pairs = {"lowest": "highest", "minimum": "maximum", "least": "greatest"}
    return _turned(text, pairs | {b: a for a, b in pairs.items()}, random)


def time_words_exchanged(text: str, _: Facts, random: Random) -> str | None:
    pairs = {"since": "until", "from": "to", "began": "ended", "first": "last", "latest": "first"}
    pairs |= {"before": "after", "Before": "After", "start": "close", "newer": "older"}
    return _turned(text, pairs | {b: a for a, b in pairs.items()}, random)


def negation_taken_out(text: str, _: Facts, random: Random) -> str | None:
    pairs = {
        "no": "a", "No": "A", "none": "some", "None": "Some", "not": "", "nothing": "something",
        "Nothing": "Something", "without": "with", "cannot": "can", "unusable": "usable",
        "untouched": "touched", "unused": "used", "unspent": "spent", "unknown": "known",
        "Unlike": "Like", "unlike": "like", "outside": "inside", "too": "",
        "unanswered": "answered",
    }  # fmt: skip
    return _turned(text, pairs, random)


def qualifier_taken_out(text: str, _: Facts, random: Random) -> str | None:
    # A milestone and a custodian are what the record says they are, whether or not that is said.
    recorded = r"recorded(?! milestone| since)"
    match = _one_of(
        text,
        rf"\b(?:usable|observed|{recorded}|equivalent|assessed|judged(?! unusable)|[Oo]nly)\b",
        random,
    )
    return _put(text, match, "") if match else None


def clause_added(text: str, _: Facts, random: Random) -> str | None:
    clauses = [
        ", as expected", ", which is acceptable", ", so the goods are safe", " or less",
        " at the earliest", ", caused by the carrier", ", an outlier", " and not above",
    ]  # fmt: skip
    match = _one_of(text, r"(?=\.(?: |\n|$))", random)
    return _put(text, match, random.choice(clauses)) if match else None


def disposition_changed(text: str, _: Facts, random: Random) -> str | None:
    terms = ["conformant", "unknown", "container open", "non-conformant", "damaged"]
    match = re.search("“(" + "|".join(terms) + ")”", text)
    if match is None:
        return None
    return _put(text, match, f"“{random.choice([one for one in terms if one != match[1]])}”")


def action_dropped(text: str, _: Facts, __: Random) -> str | None:
    match = re.search(r"; [^;.]+(?=[;.])", text[text.rindex("\n\n") :])
    if match is None:
        return None
    start = text.rindex("\n\n") + match.start()
    return text[:start] + text[start + len(match[0]) :]


def actions_turned(text: str, _: Facts, random: Random) -> str | None:
    quarantine = "quarantine the goods until quality assurance has decided"
    pairs = {
        "proceed with the usual release": quarantine,
        "continue the shipment as planned": "proceed with the usual release",
        "obtain the missing sensor records": "proceed with the usual release",
        "set the goods aside and inspect them for damage": "continue the shipment as planned",
        quarantine: "use these goods before others",
        "follow the quality decision": "settle the disputed handover",
    }
    return _turned(text, pairs, random)


def custodian_of_another_moment(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"held by [A-Za-z:.\d-]+", random)
    if match is None:
        return None
    others = [f"{match[0]}, then nowhere", "held by x", "held by nobody on record"]
    return _put(text, match, random.choice([one for one in others if one not in text]))


def period_turned(text: str, _: Facts, random: Random) -> str | None:
    """Return the text with the ends of a period in each other's place, or with one end alone."""
    match = random.choice(list(PERIOD.finditer(text)) or [None])
    if match is None:
        return None
    day, begin, other_day, end = match.groups()
    turned = f"{other_day or day}{end} to {day if other_day else ''}{begin}Z"
    others = [turned, f"{day}{begin}Z", f"{other_day or day}{end}Z"]
    return _put(text, match, random.choice([one for one in others if one != match[0]]))


def no_return_turned(text: str, _: Facts, random: Random) -> str | None:
    pairs = {
        "no judged return": "a judged return", "No judged return": "Judged return",
        "no assessed return": "an assessed return", "No assessed return": "Assessed return",
        "without judged return": "with judged return",
        "without assessed return": "with assessed return",
    }  # fmt: skip
    return _turned(text, pairs, random)


def doubt_in_a_decision_dropped(text: str, _: Facts, __: Random) -> str | None:
    changed = re.sub(r"; some findings may be (?:newer|later)(?=\.)", "", text)
    return changed if changed != text else None


def capital_changed(text: str, _: Facts, random: Random) -> str | None:
    match = _one_of(text, r"(?:(?<=\. )|(?<=\n\n))[A-Z]", random)
    return _put(text, match, match[0].lower()) if match else None


def paragraphs_exchanged(text: str, _: Facts, random: Random) -> str | None:
    parts = text.split("\n\n")
    one, other = random.sample(range(len(parts)), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return "\n\n".join(parts)


def full_stop_in_a_name(text: str, facts: Facts, _: Random) -> str | None:
    inner = facts.title[1:-1]
    if " " not in inner:
        return None
    return text.replace(facts.title, f"“{inner.replace(' ', '. ', 1)}”", 1)


def quotation_marks_taken_off(text: str, facts: Facts, _: Random) -> str | None:
    return text.replace(facts.title, facts.title[1:-1], 1)


def milestone_changed(text: str, facts: Facts, random: Random) -> str | None:
    names = ["start", "departure", "arrival", "delivery", "close"]
    if facts.milestone is None:
        return None
    others = [one for one in names if one != facts.milestone.name]
    return re.sub(rf"\b{facts.milestone.name}\b", random.choice(others), text, count=1)


def details_miscounted(text: str, _: Facts, random: Random) -> str | None:
    match = re.search(r"\b(\d+) further details?\b", text)
    if match is None:
        return None
    number = int(match[1]) + random.choice([-1, 1])
    return _put(text, match, f"{number} further detail{'' if number == 1 else 's'}")


def details_unmentioned(text: str, _: Facts, __: Random) -> str | None:
    match = DETAILS.search(text)
    return None if match is None else _put(text, match, "")


def left_statement_put_back(text: str, facts: Facts, random: Random) -> str | None:
    said = statements_of(facts)
    left = [
        one
        for one in supported_statements(facts)
        if one not in said and one.section is Section.COVERAGE
    ]
    match = DETAILS.search(text)
    if match is None or not left:
        return None
    back = random.choice(left)
    sentence = filled(random.choice(frames(back.kind)), back.values)
    return _put(text, match, f"{match[0]}{sentence} ")


HARDER_MUTATIONS: dict[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        levels_moved,
        moments_exchanged,
        percentages_exchanged,
        durations_exchanged,
        levels_within_a_sentence_exchanged,
        mean_and_kinetic_exchanged,
        quantity_exchanged,
        title_and_asset_exchanged,
        title_and_policy_exchanged,
        unit_of_another_quantity,
        count_off_by_one,
        minute_off_by_one,
        level_rounded,
        duration_shortened,
        blank_added,
        end_touched,
        lookalike_put_in,
        decomposed,
        extreme_words_exchanged,
        time_words_exchanged,
        negation_taken_out,
        qualifier_taken_out,
        clause_added,
        disposition_changed,
        action_dropped,
        actions_turned,
        custodian_of_another_moment,
        period_turned,
        no_return_turned,
        doubt_in_a_decision_dropped,
        capital_changed,
        paragraphs_exchanged,
        full_stop_in_a_name,
        quotation_marks_taken_off,
        milestone_changed,
        details_miscounted,
        details_unmentioned,
        left_statement_put_back,
    )
}
