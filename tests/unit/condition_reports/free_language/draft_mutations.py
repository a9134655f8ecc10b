"""Ways in which a model's draft can turn false: the classes of `mutations`, before the filling.

Each gives every mutant that it makes of a section's text; none where it does not apply.
"""

import re
from collections.abc import Callable, Iterator
from itertools import combinations

SLOT = re.compile(r"\{\w+\}")
UNSUPPORTED = (
    "The goods were handled with care.",
    "No closing has been recorded since the latest opening.",
    "No handover is recorded.",
    "Nothing else is on record.",
    "There was no damage.",
)
OPPOSITES = (
    ("lowest", "highest"),
    ("above", "below"),
    ("no", "a"),
    ("unusable", "usable"),
    ("began", "ended"),
    ("used", "left"),
    ("without", "with"),
    ("since", "until"),
    ("or more", "or less"),
    ("from", "to"),
    ("cannot", "can"),
    ("between", "outside"),
    ("is above", "is within"),
    ("latest", "first"),
    ("is still left", "is lost"),
    ("mean kinetic temperature", "mean temperature"),
    ("time-weighted", "lowest"),
)
"""Pairs that say something else: each is put for the other."""

SYNONYMS = (
    ("readings", "samples"),
    ("recorded", "witnessed"),
    ("highest", "top"),
    ("latest", "final"),
    ("asset", "consignment"),
    ("custody", "care"),
    ("assessed", "approved"),
    ("shock", "bump"),
)
"""Words that say nearly the same: they are not reviewed, so they are refused."""

EVENT = re.compile(r"\b(?:is|are|was|were|has|have|ranged|ran|lay|varied|logged|registered)\b")


def slots_swapped(text: str) -> Iterator[str]:
    for one, other in combinations(dict.fromkeys(SLOT.findall(text)), 2):
        yield text.replace(one, "\0").replace(other, one).replace("\0", other)


def slot_repeated(text: str) -> Iterator[str]:
    for one, other in combinations(dict.fromkeys(SLOT.findall(text)), 2):
        yield text.replace(one, other)


def slot_written_out(text: str) -> Iterator[str]:
    for slot in SLOT.findall(text):
        for value in ("8.0 °C", "northlab", "eight degrees", "3 h", "the limit"):
            yield text.replace(slot, value)


def negation_added(text: str) -> Iterator[str]:
    for match in EVENT.finditer(text):
        for word in ("not", "never", "no longer"):
            yield f"{text[: match.end()]} {word}{text[match.end() :]}"
            yield f"{text[: match.start()]}{word} {text[match.start() :]}"


def negation_dropped(text: str) -> Iterator[str]:
    for match in re.finditer(r"\b([Nn]o|not|none of|[Ww]ithout|un)(?= |(?<=un)usable)", text):
        kept = text[: match.start()] + text[match.end() :].lstrip()
        yield kept[:1].upper() + kept[1:]


def sentence_dropped(text: str) -> Iterator[str]:
    sentences = re.split(r"(?<=\.) ", text)
    for place in range(len(sentences)):
        yield " ".join(sentences[:place] + sentences[place + 1 :])


def sentence_repeated(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=\.) ", text):
        yield f"{text} {sentence}"


def sentences_exchanged(text: str) -> Iterator[str]:
    sentences = re.split(r"(?<=\.) ", text)
    if len(sentences) > 1:
        yield " ".join(sentences[::-1])


def unsupported_sentence_added(text: str) -> Iterator[str]:
    for sentence in UNSUPPORTED:
        yield f"{text} {sentence}"
        yield f"{sentence} {text}"
        yield f"{text[:-1]}; {sentence[0].lower()}{sentence[1:]}"
        yield f"{text[:-1]}, and {sentence[0].lower()}{sentence[1:]}"


def opposite_put(text: str) -> Iterator[str]:
    for pair in OPPOSITES:
        for one, other in (pair, pair[::-1]):
            for match in re.finditer(rf"\b{one}\b", text):
                yield text[: match.start()] + other + text[match.end() :]


def synonym_put(text: str) -> Iterator[str]:
    for one, other in SYNONYMS:
        if re.search(rf"\b{one}\b", text):
            yield re.sub(rf"\b{one}\b", other, text)


def severity_worded(text: str) -> Iterator[str]:
    for phrase in ("no findings", "minor findings", "findings of critical severity"):
        if "_severity}" in text:
            yield re.sub(r"\{\w+_severity\}", phrase, text)
        yield f"{text[:-1]}, with {phrase}."


def bound_added(text: str) -> Iterator[str]:
    for match in SLOT.finditer(text):
        for word in ("only", "about", "up to", "more than", "less than", "almost"):
            yield f"{text[: match.start()]}{word} {text[match.start() :]}"


def mark_put_beside_a_slot(text: str) -> Iterator[str]:
    for match in SLOT.finditer(text):
        before, slot, after = text[: match.start()], match[0], text[match.end() :]
        for mark in ("-", "'", "_", "+", "a"):
            yield f"{before}{mark}{slot}{after}"
            yield f"{before}{slot}{mark}{after}"
        if before.endswith(" ") or after.startswith(" "):
            yield f"{before.removesuffix(' ')}{slot}{after.removeprefix(' ')}"
        yield f"{before}({slot}{after}"
        yield f"{before} {slot}{after}"


MUTATIONS: dict[str, Callable[[str], Iterator[str]]] = {
    one.__name__: one
    for one in (
        slots_swapped,
        slot_repeated,
        slot_written_out,
        negation_added,
        negation_dropped,
        sentence_dropped,
        sentence_repeated,
        sentences_exchanged,
        unsupported_sentence_added,
        opposite_put,
        synonym_put,
        severity_worded,
        bound_added,
        mark_put_beside_a_slot,
    )
}
