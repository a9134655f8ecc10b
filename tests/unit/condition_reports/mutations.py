"""Twelve ways, and some more, in which a report can be wrong; each makes a sound text false.

A mutation returns None where it does not apply to a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from condition_reports.fact_types import Facts
from condition_reports.grammar import filled, frames
from condition_reports.shapes import Kind
from condition_reports.statements import SEVERITY_PHRASES, Statement, statements_of

Mutation = Callable[[str, Facts, Random], str | None]

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LEVEL = re.compile(r"-?\d+\.\d+ °C")
SENTENCE_END = re.compile(r"(?<=\.)( |\n\n)")


def _replaced(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def one_digit_changed(text: str, _: Facts, random: Random) -> str | None:
    match = random.choice(list(re.finditer(r"\d", text)))
    return _replaced(text, match, random.choice([one for one in "0123456789" if one != match[0]]))


def sign_flipped(text: str, _: Facts, random: Random) -> str | None:
    found = list(LEVEL.finditer(text))
    if not found:
        return None
    match = random.choice(found)
    other = match[0][1:] if match[0].startswith("-") else f"-{match[0]}"
    return _replaced(text, match, other)


def two_numbers_swapped(text: str, _: Facts, random: Random) -> str | None:
    found = list(NUMBER.finditer(text))
    pairs = [(a, b) for a in found for b in found if a.start() < b.start() and a[0] != b[0]]
    if not pairs:
        return None
    first, second = random.choice(pairs)
    return _replaced(_replaced(text, second, first[0]), first, second[0])


def sentence_dropped(text: str, _: Facts, random: Random) -> str | None:
    parts = SENTENCE_END.split(text)
    sentences, ends = parts[::2], [*parts[1::2], ""]
    place = random.randrange(len(sentences))
    del sentences[place]
    del ends[place if place < len(ends) - 1 else place - 1]
    return "".join(one + end for one, end in zip(sentences, ends, strict=True))


def _chain(facts: Facts) -> list[str]:
    return facts.custody.chain.split(" to ") if facts.custody.holder else []


def custodian_replaced(text: str, facts: Facts, random: Random) -> str | None:
    names = [one for one in _chain(facts) if one in text]
    if not names:
        return None
    name = random.choice(names)
    match = random.choice(list(re.finditer(re.escape(name), text)))
    return _replaced(text, match, "nobody-known")


def two_custodians_swapped(text: str, facts: Facts, random: Random) -> str | None:
    names = _chain(facts)
    if len(names) < 2 or facts.custody.chain not in text:
        return None
    one, other = random.sample(range(len(names)), 2)
    names[one], names[other] = names[other], names[one]
    return text.replace(facts.custody.chain, " to ".join(names))


def side_turned(text: str, _: Facts, random: Random) -> str | None:
    found = list(re.finditer(r"\b(?:above|below)\b", text))
    if not found:
        return None
    match = random.choice(found)
    return _replaced(text, match, "below" if match[0] == "above" else "above")


def enclosure_state_changed(text: str, facts: Facts, random: Random) -> str | None:
    values = {"openings": "1 opening", "opened_at": facts.as_of_text, "watched": "light"}
    values["custody"] = "held by northlab"
    return _kind_changed(
        text,
        facts,
        random,
        {
            Kind.ENCLOSURE_SHUT: (Kind.OPENED_ONCE, values),
            Kind.OPENED_ONCE: (Kind.ENCLOSURE_SHUT, values),
            Kind.OPENED_OFTEN: (Kind.ENCLOSURE_SHUT, values),
            Kind.ENCLOSURE_UNOBSERVED: (Kind.ENCLOSURE_SHUT, values),
        },
    )


def unit_changed(text: str, _: Facts, random: Random) -> str | None:
    found = list(re.finditer("°C", text))
    return _replaced(text, random.choice(found), "°F") if found else None


def shock_negated(text: str, facts: Facts, random: Random) -> str | None:
    values = {"shocks": "1 shock", "threshold": "15.0 g", "peak": "15.0 g"}
    values |= {"peak_at": facts.as_of_text, "custody": "held by northlab"}
    return _kind_changed(
        text,
        facts,
        random,
        {
            Kind.SHOCKS_NONE: (Kind.SHOCK_ONE, values),
            Kind.SHOCK_ONE: (Kind.SHOCKS_NONE, values),
            Kind.SHOCKS_MANY: (Kind.SHOCKS_NONE, values),
            Kind.SHOCKS_UNOBSERVED: (Kind.SHOCKS_NONE, values),
        },
    )


def unsupported_sentence_added(text: str, _: Facts, random: Random) -> str | None:
    sentence = random.choice(
        [
            "The goods were handled with care.",
            "No judged closing follows the latest opening.",
            "Custody has been offered to northlab, with no answer yet.",
            "The custody record shows 3 settled disputes.",
            "The mean kinetic temperature of 30.0 °C exceeds the limit of 25.0 °C.",
            "The condition record lists 4 further excursions (temperature high).",
            "Not judged: 5 readings outside limits after the close.",
        ]
    )
    places = [match.start() for match in SENTENCE_END.finditer(text)]
    if sentence in text or not places:
        return None
    place = random.choice(places)
    return f"{text[:place]} {sentence}{text[place:]}"


def severity_changed(text: str, facts: Facts, random: Random) -> str | None:
    true = SEVERITY_PHRASES[facts.severity]
    other = random.choice([one for one in SEVERITY_PHRASES.values() if one != true])
    return text.replace(true, other)


def sentence_repeated(text: str, _: Facts, random: Random) -> str | None:
    parts = SENTENCE_END.split(text)
    place = random.randrange(0, len(parts), 2)
    parts[place] = f"{parts[place]} {parts[place]}"
    return "".join(parts)


def sentences_swapped(text: str, _: Facts, random: Random) -> str | None:
    parts = SENTENCE_END.split(text)
    if len(parts) == 1:
        return None
    one, other = random.sample(range(0, len(parts), 2), 2)
    if parts[one] == parts[other]:
        return None
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


def paragraphs_joined(text: str, _: Facts, __: Random) -> str | None:
    return text.replace("\n\n", " ", 1)


def invisible_character_added(text: str, _: Facts, random: Random) -> str | None:
    place = random.randrange(len(text))
    return text[:place] + random.choice("\u200b\u202e\u00ad\ufeff\u2066") + text[place:]


def negation_inserted(text: str, _: Facts, random: Random) -> str | None:
    found = list(
        re.finditer(r"\b(?:is|was|has|had|show|shows|counted|recorded|observed|counts)\b", text)
    )
    if not found:
        return None
    match = random.choice(found)
    return _replaced(text, match, f"{match[0]} not")


def duration_unit_changed(text: str, _: Facts, random: Random) -> str | None:
    found = list(re.finditer(r"(?<=\d )(?:min|h|d)\b", text))
    if not found:
        return None
    match = random.choice(found)
    return _replaced(text, match, {"min": "h", "h": "d", "d": "h"}[match[0]])


def _kind_changed(
    text: str,
    facts: Facts,
    random: Random,
    others: dict[Kind, tuple[Kind, dict[str, str]]],
) -> str | None:
    for statement in statements_of(facts):
        if statement.kind in others:
            kind, values = others[statement.kind]
            frame = random.choice(frames(kind))
            return text.replace(_sentence_of(text, statement), filled(frame, values))
    return None


def _sentence_of(text: str, statement: Statement) -> str:
    for frame in frames(statement.kind):
        sentence = filled(frame, statement.values)
        if sentence in text:
            return sentence
    raise AssertionError(statement.kind)


MUTATIONS: dict[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        one_digit_changed,
        sign_flipped,
        two_numbers_swapped,
        sentence_dropped,
        custodian_replaced,
        two_custodians_swapped,
        side_turned,
        enclosure_state_changed,
        unit_changed,
        shock_negated,
        unsupported_sentence_added,
        severity_changed,
        sentence_repeated,
        sentences_swapped,
        paragraphs_joined,
        invisible_character_added,
        negation_inserted,
        duration_unit_changed,
    )
}
