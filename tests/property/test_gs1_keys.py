"""A GS1 key in all its spellings: each leads back to the same key."""

from epcis_event_hash_generator.dl_normaliser import normaliser
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.twins.identity.written_keys import element_string, epc_urn
from twins.errors import InvalidIdentifier
from twins.identity.digital_link import DigitalLink, canonical_uri, parse_digital_link
from twins.identity.element_string import parse_element_string
from twins.identity.epc import parse_epc_urn
from twins.identity.gs1 import Gs1Key, KeyKind, check_digit
from twins.identity.identifiers import (
    asset_id,
    digital_link_of,
    entered_id,
    identity_of,
    key_of,
)

DIGIT = "0123456789"
LETTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SET_82 = DIGIT + LETTER + LETTER.lower() + "!\"%&'()*+,-./:;<=>?_"
SET_39 = DIGIT + LETTER + "#-/"
DIGITS = {KeyKind.SSCC: 18, KeyKind.GSIN: 17, KeyKind.GLN: 13, KeyKind.SGLN: 13, KeyKind.PGLN: 13}
SERIALS = {KeyKind.GRAI: ("0", 13, 16), KeyKind.GDTI: ("", 13, 17)}
TEXTS = {
    KeyKind.GIAI: SET_82,
    KeyKind.GINC: SET_82,
    KeyKind.CPID: SET_39,
    KeyKind.CPI: SET_39,
}
WITHOUT_URN = KeyKind.VARIANT


@st.composite
def gs1_keys(draw: st.DrawFn) -> Gs1Key:
    kind = draw(st.sampled_from(KeyKind))
    value = draw(_values(kind))
    longest = 28 if kind is KeyKind.UPUI else 20
    qualifier = ""
    if kind is KeyKind.CPI:
        qualifier = str(draw(st.integers(1, 10**12 - 1)))
    elif kind.value[1]:
        qualifier = draw(st.text(SET_82, min_size=1, max_size=longest))
    assume((kind, qualifier) != (KeyKind.SGLN, "0"))
    return Gs1Key(kind, value, qualifier)


def _values(kind: KeyKind) -> st.SearchStrategy[str]:
    if kind in TEXTS:
        company = st.text(DIGIT, min_size=12, max_size=12)
        return st.builds(str.__add__, company, st.text(TEXTS[kind], min_size=1, max_size=18))
    leading, digits, longest = SERIALS.get(kind, ("", DIGITS.get(kind, 14), 0))
    body = st.text(DIGIT, min_size=digits - 1, max_size=digits - 1)
    checked = body.map(lambda text: f"{leading}{text}{check_digit(text)}")
    return st.builds(str.__add__, checked, st.text(SET_82, max_size=longest))


@given(gs1_keys())
def test_key_comes_back_from_each_of_its_spellings(key: Gs1Key) -> None:
    assert parse_element_string(element_string(key)) == key
    assert parse_digital_link(canonical_uri(key)).key == key


@given(gs1_keys(), st.integers(6, 12))
def test_key_comes_back_from_its_urn_whatever_the_length_of_the_prefix(
    key: Gs1Key, prefix_digits: int
) -> None:
    assume(key.kind is not WITHOUT_URN)
    assert parse_epc_urn(epc_urn(key, prefix_digits)) == key


@given(gs1_keys(), st.integers(6, 11))
def test_canonical_uri_of_a_urn_equals_that_of_the_reference_event_hash(
    key: Gs1Key, prefix_digits: int
) -> None:
    assume(key.kind is not WITHOUT_URN)
    urn = epc_urn(key, prefix_digits)
    assert canonical_uri(key) == normaliser(urn)


@given(gs1_keys(), st.integers(6, 12))
def test_all_spellings_have_one_canonical_id_that_states_the_key(
    key: Gs1Key, prefix_digits: int
) -> None:
    spellings = [element_string(key), canonical_uri(key)]
    if key.kind is not WITHOUT_URN:
        spellings.append(epc_urn(key, prefix_digits))
    try:
        canonical = asset_id(entered_id(spellings[0]))
    except InvalidIdentifier:
        # Only a component's long number of signs alone does not fit into an id.
        assert key.kind in (KeyKind.CPID, KeyKind.CPI)
        return
    assert {identity_of(entered_id(one)) for one in [*spellings, canonical]} == {canonical}
    assert key_of(canonical) == key
    assert digital_link_of(canonical) == canonical_uri(key)


@given(
    gs1_keys(),
    st.text(SET_82, min_size=1, max_size=20),
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=3),
)
def test_link_with_all_that_it_carries_comes_back(
    key: Gs1Key, batch: str, attributes: list[tuple[str, str]]
) -> None:
    qualifiers = key.elements[1:]
    if key.kind is KeyKind.SGTIN:
        qualifiers = (("10", batch), *qualifiers)
    printable = tuple(
        (name, value)
        for name, value in attributes
        if (name or value)
        and (name + value).isprintable()
        and not name.isdigit()
        and name + value == (name + value).encode(errors="ignore").decode()
    )
    link = DigitalLink(key, qualifiers, printable)
    assert parse_digital_link(link.uri) == link


@given(
    st.text()
    | st.builds(
        str.__add__,
        st.sampled_from(
            (
                "gs1:8004:0614",
                "gs1:01:10614141123459:21:",
                "(8004)0614",
                "https://a/8004/0614",
                "urn:epc:id:giai:0614141.",
            )
        ),
        st.text(SET_82 + "%:. \\\n#"),
    )
)
def test_no_text_is_taken_for_an_id_that_breaks_the_rules_of_ids(text: str) -> None:
    try:
        taken = asset_id(entered_id(text))
    except InvalidIdentifier:
        return
    assert asset_id(entered_id(taken)) == taken
