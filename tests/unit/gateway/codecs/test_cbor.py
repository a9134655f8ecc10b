import pytest

from gateway.codecs.cbor import InvalidCbor, Tagged, byte_string, parse_cbor

# RFC 8949 appendix A.
EXAMPLES = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1_000),
    ("1a000f4240", 1_000_000),
    ("1bffffffffffffffff", 18_446_744_073_709_551_615),
    ("20", -1),
    ("3863", -100),
    ("3bffffffffffffffff", -18_446_744_073_709_551_616),
    ("40", b""),
    ("4401020304", b"\1\2\3\4"),
    ("60", ""),
    ("62c3bc", "ü"),
    ("80", []),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("c11a514b67b0", Tagged(1, 1_363_896_240)),
    ("f6", None),
]
NOT_OF_THE_SUBSET = [
    "f97e00",  # NaN
    "fb3ff199999999999a",
    "f4",
    "f7",
    "ff",
    "5f42010243030405ff",
    "7f657374726561646d696e67ff",
    "9fff",
    "bf6161019f0203ffff",
    "1c",
    "18",
    "61",
    "62c328",
    "a1",
    "a14100",
    "a1a000",
    "a2010201",
    "a201020103",
    "0000",
    "",
    "9a00ffffff",
    "5bffffffffffffffff",
    "bb0000000100000000",
    "81" * 17 + "00",
    "c1" * 17 + "00",
]


@pytest.mark.parametrize(("encoded", "value"), EXAMPLES)
def test_examples_of_the_standard_are_read(encoded: str, value: object) -> None:
    assert parse_cbor(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize("encoded", NOT_OF_THE_SUBSET)
def test_what_no_envelope_is_made_of_is_refused(encoded: str) -> None:
    with pytest.raises(InvalidCbor):
        parse_cbor(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    ("length", "head"),
    [(0, "40"), (23, "57"), (24, "5818"), (255, "58ff"), (256, "590100"), (65_536, "5a00010000")],
)
def test_a_byte_string_is_written_in_its_shortest_form(length: int, head: str) -> None:
    assert byte_string(bytes(length)) == bytes.fromhex(head) + bytes(length)
