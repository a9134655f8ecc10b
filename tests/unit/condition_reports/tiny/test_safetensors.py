import json
import struct
from pathlib import Path

import numpy as np
import pytest

from condition_reports.tiny.errors import DamagedModel
from condition_reports.tiny.safetensors import read_tensors, written

FILE = Path("model.safetensors")


def file_of(header: object, body: bytes) -> bytes:
    """The layout that https://huggingface.co/docs/safetensors describes, built by hand."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + body


def entry(dtype: str = "F32", shape: object = (2,), offsets: object = (0, 8)) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def test_tensors_are_read_with_their_shapes() -> None:
    body = struct.pack("<2f", 1.5, -2) + struct.pack("<4e", 0.5, 1, 2, 4)
    header = {
        "__metadata__": {"format": "pt"},
        "single": entry(),
        "half": entry("F16", [2, 2], [8, 16]),
    }
    found = read_tensors(FILE, file_of(header, body))
    assert found["single"].tolist() == [1.5, -2]
    assert found["half"].tolist() == [[0.5, 1], [2, 4]]
    assert found["half"].dtype == np.float32


def test_written_tensors_come_back_and_the_same_tensors_give_the_same_bytes() -> None:
    tensors = {"b": np.array([[1, 2]], np.float16), "a": np.array([0.25], np.float16)}
    content = written(tensors)
    found = read_tensors(FILE, content)
    assert {name: one.tolist() for name, one in found.items()} == {"a": [0.25], "b": [[1, 2]]}
    assert content == written(dict(reversed(tensors.items())))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01",
        struct.pack("<Q", 100) + b"{}",
        file_of(b"no json", b""),
        file_of([], b""),
        file_of({"a": 1}, b""),
        file_of({"a": entry()}, b"\0" * 7),
        file_of({"a": entry(offsets=(0, 4))}, b"\0" * 8),
        file_of({"a": entry(offsets=(8, 0))}, b"\0" * 8),
        file_of({"a": entry(offsets=(-8, 0))}, b"\0" * 8),
        file_of({"a": entry(shape=(-2,))}, b"\0" * 8),
        file_of({"a": entry(shape=(-1, -2))}, b"\0" * 8),
        file_of({"a": entry("I64", (1,))}, b"\0" * 8),
        file_of({"a": entry(shape=(1 << 62, 4), offsets=(0, 0))}, b""),
    ],
)
def test_file_that_breaks_the_format_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(DamagedModel, match=r"model\.safetensors"):
        read_tensors(FILE, content)
