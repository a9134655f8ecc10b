"""Tensors on disk, in the safetensors format: a length, a JSON header, then the numbers.

The format is described at https://huggingface.co/docs/safetensors: an unsigned 64-bit
little-endian length, a JSON object from names to dtype, shape and byte offsets, and one buffer
without holes. Nothing in such a file is ever executed.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from .errors import DamagedModel

_LENGTH = struct.Struct("<Q")
_ALIGNMENT = 8
_DTYPES: Mapping[str, np.dtype[np.floating]] = {
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
}


Weights = Mapping[str, NDArray[np.float16]]
"""Tensors as they are stored, by name."""


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def read_tensors(file: Path, content: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of a file by name, as 32-bit numbers.

    Raises:
        DamagedModel: The file breaks the format, or holds another type than F16 and F32.
    """
    try:
        (length,) = _LENGTH.unpack_from(content)
        head, buffer = struct.unpack_from(f"<{length}s{len(content) - length - 8}s", content, 8)
        header = msgspec.json.decode(head, type=dict[str, msgspec.Raw])
        header.pop("__metadata__", None)
        entries = {name: msgspec.json.decode(raw, type=_Entry) for name, raw in header.items()}
        return {name: _tensor(entry, buffer) for name, entry in entries.items()}
    except (msgspec.MsgspecError, ValueError, KeyError, struct.error) as error:
        raise DamagedModel(str(file), f"not a safetensors file ({error})") from error


def _tensor(entry: _Entry, buffer: bytes) -> NDArray[np.float32]:
    begin, end = entry.data_offsets
    dtype = _DTYPES[entry.dtype]
    count = math.prod(entry.shape)
    if not 0 <= begin <= end <= len(buffer) or end - begin != count * dtype.itemsize:
        raise ValueError(f"offsets {begin} to {end} do not fit shape {list(entry.shape)}")
    flat = np.frombuffer(buffer, dtype, count, begin)
    return flat.reshape(entry.shape).astype(np.float32)


def written(tensors: Weights) -> bytes:
    """Return tensors as the bytes of a file: the same tensors give the same bytes."""
    # What Python loaders call the file: transformers refuses one that does not say "pt".
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name in sorted(tensors):
        tensor = tensors[name]
        span = [offset, offset + tensor.nbytes]
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": span}
        offset += tensor.nbytes
    head = msgspec.json.encode(header)
    head += b" " * (-len(head) % _ALIGNMENT)
    body = b"".join(
        np.ascontiguousarray(tensors[name], "<f2").tobytes() for name in sorted(tensors)
    )
    return _LENGTH.pack(len(head)) + head + body
