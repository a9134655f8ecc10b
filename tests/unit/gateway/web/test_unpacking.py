"""Packed by the standard library's own compressors (RFC 1950, 1951, 1952)."""

import gzip
import zlib

import pytest

from gateway.web.unpacking import BrokenPacking, UnknownCoding, checked_coding, unpacked

TEXT = b'{"quantity":"temperature","value":5.1,"unit":"C"}'
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATE = RAW.compress(TEXT) + RAW.flush()


@pytest.mark.parametrize(
    ("body", "coding", "whole"),
    [
        (TEXT, "", TEXT),
        (gzip.compress(TEXT), "gzip", TEXT),
        (gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), "gzip", TEXT),
        (gzip.compress(b""), "gzip", b""),
        (zlib.compress(TEXT), "deflate", TEXT),
        (RAW_DEFLATE, "deflate", TEXT),
    ],
)
def test_whole_bodies_are_unpacked(body: bytes, coding: str, whole: bytes) -> None:
    assert unpacked(body, coding, 1_000) == whole


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_every_cut_is_noticed(coding: str) -> None:
    whole = gzip.compress(TEXT) if coding == "gzip" else zlib.compress(TEXT)
    for length in range(len(whole)):
        with pytest.raises(BrokenPacking):
            unpacked(whole[:length], coding, 1_000)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"notgzip", "gzip"),
        (TEXT, "deflate"),
        (gzip.compress(TEXT) + b"more", "gzip"),
        (zlib.compress(TEXT) + b"more", "deflate"),
        (gzip.compress(TEXT)[:-8] + bytes(8), "gzip"),
        (gzip.compress(b"") * 10_000, "gzip"),
    ],
)
def test_what_was_not_packed_so_is_refused(body: bytes, coding: str) -> None:
    with pytest.raises(BrokenPacking):
        unpacked(body, coding, 1_000)


def test_nothing_is_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    assert len(unpacked(bomb, "gzip", 1_000)) == 1_001
    many = gzip.compress(bytes(600)) * 9
    assert len(unpacked(many, "gzip", 1_000)) == 1_001


def test_other_codings_are_named() -> None:
    assert checked_coding("x-gzip") == "gzip"
    for coding in ("br", "zstd", "gzip,gzip", "gzip, br"):
        with pytest.raises(UnknownCoding, match=coding):
            checked_coding(coding)
