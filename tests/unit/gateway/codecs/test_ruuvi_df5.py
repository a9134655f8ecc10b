"""Data format 5 with the four test vectors of docs.ruuvi.com, "Data format 5 (RAWv2)"."""

import pytest

from gateway.codecs.refusals import InvalidField
from gateway.codecs.ruuvi_df5 import manufacturer_data, measurements

VALID = "0512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F"
LARGEST = "057FFFFFFEFFFE7FFF7FFF7FFFFFDEFEFFFECBB8334C884F"
SMALLEST = "058001000000008001800180010000000000CBB8334C884F"
NOT_AVAILABLE = "058000FFFFFFFF800080008000FFFFFFFFFFFFFFFFFFFFFF"
ADDRESS = "CB:B8:33:4C:88:4F"


@pytest.mark.parametrize(
    ("data", "expected", "seq"),
    [
        # °C, %, Pa, and mg on each axis.
        (VALID, [24.3, 53.49, 100_044, 4, -4, 1036], 205),
        (LARGEST, [163.835, 163.835, 115_534, 32_767, 32_767, 32_767], 65_534),
        (SMALLEST, [-163.835, 0, 50_000, -32_767, -32_767, -32_767], 0),
    ],
)
def test_published_vector_is_read(data: str, expected: list[float], seq: int) -> None:
    said = measurements(bytes.fromhex(data))
    assert [field.value for field in said.fields] == expected
    assert all(field.is_available for field in said.fields)
    assert (said.seq, said.address) == (seq, ADDRESS)


def test_reserved_numbers_are_not_available() -> None:
    said = measurements(bytes.fromhex(NOT_AVAILABLE))
    assert [field.is_available for field in said.fields] == [False] * 6
    assert (said.seq, said.address) == (None, None)


@pytest.mark.parametrize("data", ["", "03" + VALID[2:], VALID[:-2], VALID + "00"])
def test_other_format_and_cut_data_are_refused(data: str) -> None:
    with pytest.raises(InvalidField):
        measurements(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("advertisement", "expected"),
    [
        ("020106" + "1BFF9904" + VALID, VALID),
        ("1BFF9904" + VALID + "0303AAFE", VALID),
        ("1BFF9904" + VALID + "00000000", VALID),
        # Apple's company id 0x004C, a name alone, nothing at all.
        ("020106" + "06FF4C00021500", None),
        ("0509" + "4B65797A", None),
        ("", None),
    ],
)
def test_ruuvis_data_are_found_among_the_structures(
    advertisement: str, expected: str | None
) -> None:
    found = manufacturer_data(bytes.fromhex(advertisement))
    assert found == (None if expected is None else bytes.fromhex(expected))


@pytest.mark.parametrize("advertisement", ["02", "0201", "0201061BFF9904" + VALID[:-2], "FF"])
def test_cut_advertisement_is_refused(advertisement: str) -> None:
    with pytest.raises(InvalidField, match="whole advertisement"):
        manufacturer_data(bytes.fromhex(advertisement))
