import tomllib

from hypothesis import given
from hypothesis import strategies as st

from gateway.devices.questions import Configured
from gateway.devices.source_block import source_block

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
options = st.recursive(
    texts
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def test_block_is_the_section_that_a_person_would_write() -> None:
    one = Configured("tasmota", "tele/d-1/SENSOR", {"zone": "Europe/Berlin"}, ())
    assert source_block(one).splitlines() == [
        "[[source]]",
        'filter = "tele/d-1/SENSOR"',
        'codec = "tasmota"',
        'options = { zone = "Europe/Berlin" }',
    ]


def test_what_is_open_is_said_and_nothing_stands_in_for_it() -> None:
    block = source_block(Configured("tasmota", "a/#", {"naive_time": "gateway"}, ("zone\nx",)))
    assert "naive_time" not in block
    assert block.splitlines()[-1] == "# still needed: zone\N{REPLACEMENT CHARACTER}x"
    tomllib.loads(block)


@given(topic_filter=texts, found=st.dictionaries(texts, options, max_size=3))
def test_block_says_what_it_was_made_of(topic_filter: str, found: dict[str, object]) -> None:
    (source,) = tomllib.loads(source_block(Configured("c", topic_filter, found, ())))["source"]
    assert source["filter"] == topic_filter
    assert source.get("options", {}) == found
