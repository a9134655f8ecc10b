"""A model's folder: its files, the digests that its manifest promises, and the model in them."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import msgspec

from condition_reports.grammar import grammar_digest

from .errors import DamagedModel, OutdatedModel
from .generation import TinyModel
from .llama import Llama, read_settings, tensor_shapes
from .safetensors import read_tensors
from .tokenizer import read_tokenizer

MANIFEST = "manifest.json"
SETTINGS = "config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model.safetensors"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is, and which files it consists of.

    Attributes:
        schema: 1.
        id: Name of the model.
        revision: Its version.
        licence: SPDX identifier of the licence of weights and data.
        grammar_sha256: Digest of the table of phrases that it was trained for.
        dataset_sha256: Digest of the corpus that it was trained on.
        quantisation: How the weights are stored.
        files: SHA-256 (hex) of each file that decides what the model writes, by its name.
        canary_sha256: Digest (hex) of its drafts of the fixed plans; "" of older models.
    """

    schema: int
    id: str
    revision: str
    licence: str
    grammar_sha256: str
    dataset_sha256: str
    quantisation: str
    files: dict[str, str]
    canary_sha256: str = ""


def read_model(folder: Path | None = None) -> tuple[Manifest, TinyModel]:
    """Return the manifest and the model in a folder, every file checked first.

    Args:
        folder: Where they lie; the shipped model unless stated.

    Raises:
        DamagedModel: A file is missing, changed or not what it should be.
        OutdatedModel: The model was trained for another grammar than this program's.
    """
    if folder is None:
        with resources.as_file(resources.files("condition_reports") / "model") as shipped:
            return read_model(shipped)
    manifest = read_manifest(folder)
    contents = {name: _content(folder / name, digest) for name, digest in manifest.files.items()}
    if manifest.grammar_sha256 != grammar_digest().hex():
        raise OutdatedModel(str(folder), manifest.grammar_sha256, grammar_digest().hex())
    settings = read_settings(folder / SETTINGS, contents[SETTINGS])
    tokenizer = read_tokenizer(folder / TOKENIZER, contents[TOKENIZER])
    tensors = read_tensors(folder / WEIGHTS, contents[WEIGHTS])
    wanted = tensor_shapes(settings)
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if wrong := sorted(name for name in wanted if found.get(name) != wanted[name]):
        reason = f"tensor {wrong[0]} is missing or not of the shape that {SETTINGS} says"
        raise DamagedModel(str(folder / WEIGHTS), reason)
    if len(tokenizer) != settings.vocab_size:
        raise DamagedModel(str(folder / TOKENIZER), f"not as many tokens as {SETTINGS} says")
    return manifest, TinyModel(tokenizer, Llama(settings, tensors))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in a folder.

    Raises:
        DamagedModel: It is missing, or no manifest, or names too few files.
    """
    file = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=Manifest)
    except OSError as error:
        raise DamagedModel(str(file), error.strerror or "cannot be read") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedModel(str(file), f"no manifest ({error})") from error
    for name in (SETTINGS, TOKENIZER, WEIGHTS):
        if name not in manifest.files:
            raise DamagedModel(str(file), f"it does not name {name}")
    for name in manifest.files:
        if Path(name).name != name:
            raise DamagedModel(str(file), f"it names {name}, which lies outside its folder")
    return manifest


def weights_digest(manifest: Manifest) -> str:
    """Return the SHA-256 (hex) over the digests of all files of weights, in the order of names."""
    digests = [manifest.files[name] for name in sorted(manifest.files) if name == WEIGHTS]
    return hashlib.sha256(b"".join(bytes.fromhex(one) for one in digests)).hexdigest()


def _content(file: Path, digest: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DamagedModel(str(file), error.strerror or "cannot be read") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedModel(str(file), "its SHA-256 is not the one in the manifest")
    return content
