import hashlib
from pathlib import Path

import pytest

from condition_reports.writers.errors import UnusableModel
from condition_reports.writers.loading import TransformersSpecification
from condition_reports.writers.model_files import model_files

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_bytes(b"{}")
    (tmp_path / "tokenizer.json").write_bytes(b"[]")
    (tmp_path / "model-00001-of-00002.safetensors").write_bytes(b"one")
    (tmp_path / "model-00002-of-00002.safetensors").write_bytes(b"two")
    return tmp_path


def test_weights_digest_covers_every_file_in_the_order_of_names(folder: Path) -> None:
    found = model_files(TransformersSpecification(str(folder)))
    assert found.weights_sha256 == hashlib.sha256(sha256(b"one") + sha256(b"two")).hexdigest()
    assert found.config_sha256 == sha256(b"{}").hex()
    assert found.tokenizer_sha256 == sha256(b"[]").hex()
    assert (found.name, found.revision) == (folder.name, "")


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json"])
def test_a_folder_without_one_of_its_files_is_no_model(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(UnusableModel, match=missing):
        model_files(TransformersSpecification(str(folder)))


def test_weights_that_may_hold_code_are_not_read(folder: Path) -> None:
    for weights in folder.glob("*.safetensors"):
        weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(UnusableModel, match="safetensors"):
        model_files(TransformersSpecification(str(folder)))


@pytest.mark.parametrize("revision", ["", "main", "v1", COMMIT[:39]])
def test_a_model_of_the_hub_must_be_pinned_to_a_commit(revision: str) -> None:
    with pytest.raises(UnusableModel, match="model_not_pinned"):
        model_files(TransformersSpecification("ibm-granite/granite-4.0-350m", revision))


@pytest.mark.parametrize("model", ["", "no-such-folder", "../escape/er/er", "a b/c", "/nowhere"])
def test_what_is_neither_a_folder_nor_a_hub_id_is_missing(model: str) -> None:
    with pytest.raises(UnusableModel, match="model_missing"):
        model_files(TransformersSpecification(model, COMMIT))
