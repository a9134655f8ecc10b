"""A pretrained model's files on this machine: where they lie, and what they digest to."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from .errors import UnusableModel
from .loading import TransformersSpecification

CONFIGURATION = "config.json"
TOKENIZER = "tokenizer.json"
READ_FILES = ("*.json", "*.safetensors", "*.jinja", "*.txt")
"""What is fetched from a hub: no code, and no format that can hold code."""

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CHUNK_BYTES = 1 << 20


class ModelFiles(msgspec.Struct, frozen=True):
    """A model's folder and the SHA-256 (hex) of what decides its words.

    Attributes:
        folder: Where the files lie.
        name: What the model is called: its hub id, or the name of its folder.
        revision: The commit of a hub model; "" for a folder.
        weights_sha256: Over the digests of every file of weights, in the order of names.
        tokenizer_sha256: Of the tokenizer's file.
        config_sha256: Of the configuration's file.
    """

    folder: Path
    name: str
    revision: str
    weights_sha256: str
    tokenizer_sha256: str
    config_sha256: str


def model_files(wanted: TransformersSpecification) -> ModelFiles:
    """Return the files of a model, digested.

    Raises:
        UnusableModel: It is nowhere, incomplete, or stored in a format that may run code.
    """
    folder = Path(wanted.model)
    if folder.is_dir():
        return _digested(folder, folder.resolve().name, "")
    if not _HUB_ID.fullmatch(wanted.model):
        raise UnusableModel("model_missing", f"{wanted.model}: no such folder, and no hub id")
    if not _COMMIT.fullmatch(wanted.revision):
        raise UnusableModel(
            "model_not_pinned",
            f"{wanted.model}: set its revision to the 40 digits of a commit, so that the words"
            " stay those of one model",
        )
    return _digested(_hub_folder(wanted), wanted.model, wanted.revision)


def _hub_folder(wanted: TransformersSpecification) -> Path:
    # Part of the optional extra; only a model of the hub needs it.
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - of the llm extra

    try:
        return Path(
            snapshot_download(
                wanted.model,
                revision=wanted.revision,
                local_files_only=not wanted.allow_download,
                allow_patterns=list(READ_FILES),
            )
        )
    except (OSError, ValueError) as error:
        raise UnusableModel(
            "model_missing",
            f"{wanted.model}: not in the local cache of the hub; download it there with"
            f" `hf download {wanted.model} --revision {wanted.revision}`, or allow the download",
        ) from error


def _digested(folder: Path, name: str, revision: str) -> ModelFiles:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UnusableModel("model_missing", f"{folder}: no weights in the safetensors format")
    return ModelFiles(
        folder=folder,
        name=name,
        revision=revision,
        weights_sha256=hashlib.sha256(b"".join(_sha256(one) for one in weights)).hexdigest(),
        tokenizer_sha256=_sha256(folder / TOKENIZER).hex(),
        config_sha256=_sha256(folder / CONFIGURATION).hex(),
    )


def _sha256(file: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise UnusableModel("model_missing", f"{file}: {error.strerror}") from error
    return digest.digest()
