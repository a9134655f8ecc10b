r"""GS1 element strings as people read them below a bar code: `(01)10614141123459(21)987`.

A parenthesis that is part of a value opens as `\(`, as the GS1 Barcode Syntax Engine has it: the
text has one meaning then.
"""

from __future__ import annotations

import re

from twins.errors import InvalidIdentifier

from .gs1 import Element, Gs1Key, key_of_elements

_ELEMENT = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\()+)")
_RULE = r"write it as (01)…(21)…, each value after its AI, and \( for a parenthesis in a value"


def elements_of(text: str) -> tuple[Element, ...]:
    """Return the elements of an element string, in their order.

    Spaces count for nothing: no value has any, but labels are often read in groups.

    Raises:
        InvalidIdentifier: The text is no element string.
    """
    elements: list[Element] = []
    close = text.replace(" ", "")
    place = 0
    while place < len(close) or not elements:
        match = _ELEMENT.match(close, place)
        if match is None:
            raise InvalidIdentifier("GS1 element string", text, _RULE)
        elements.append((match[1], match[2].replace(r"\(", "(")))
        place = match.end()
    return tuple(elements)


def parse_element_string(text: str) -> Gs1Key:
    """Return the key that an element string states; dates, weights and the like are passed over.

    Raises:
        InvalidIdentifier: It states no key, or a wrong one.
    """
    return key_of_elements(elements_of(text), text)
