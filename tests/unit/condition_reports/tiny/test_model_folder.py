import hashlib
import json
from pathlib import Path

import pytest

from condition_reports.grammar import grammar_digest
from condition_reports.tiny.errors import DamagedModel, OutdatedModel
from condition_reports.tiny.model_folder import read_model, weights_digest

from .random_model import write_random_model

FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_random_model(tmp_path)
    return tmp_path


def change_manifest(folder: Path, **changes: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | changes))


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Put another file in, with the digest that makes it the manifest's own."""
    (folder / name).write_bytes(content)
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    change_manifest(folder, files=files | {name: hashlib.sha256(content).hexdigest()})


def test_whole_folder_is_read(folder: Path) -> None:
    manifest, model = read_model(folder)
    assert manifest.grammar_sha256 == grammar_digest().hex()
    assert model.llama.settings.vocab_size == len(model.tokenizer)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, 100, -1])
def test_file_with_one_bit_changed_is_refused_by_name(folder: Path, name: str, place: int) -> None:
    content = bytearray((folder / name).read_bytes())
    content[place] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(DamagedModel, match=name.replace(".", r"\.")) as caught:
        read_model(folder)
    assert caught.value.code == "model_damaged"
    assert "cargotwin train" in str(caught.value)


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DamagedModel, match=f"{name}: No such file"):
        read_model(folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff"])
def test_manifest_of_another_form_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(DamagedModel, match="no manifest"):
        read_model(folder)


def test_manifest_that_does_not_vouch_for_the_weights_is_refused(folder: Path) -> None:
    change_manifest(folder, files={"config.json": "00", "tokenizer.json": "00"})
    with pytest.raises(DamagedModel, match=r"does not name model\.safetensors"):
        read_model(folder)


@pytest.mark.parametrize("name", ["../model.safetensors", "/etc/passwd", "sub/x"])
def test_manifest_that_names_files_elsewhere_is_refused(folder: Path, name: str) -> None:
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    change_manifest(folder, files=files | {name: "00" * 32})
    with pytest.raises(DamagedModel, match="outside its folder"):
        read_model(folder)


def test_model_for_another_grammar_is_refused_and_says_what_to_do(folder: Path) -> None:
    change_manifest(folder, grammar_sha256="ab" * 32)
    with pytest.raises(OutdatedModel, match="cargotwin train") as caught:
        read_model(folder)
    assert caught.value.code == "model_outdated"


def test_weights_that_lack_a_tensor_are_refused(folder: Path) -> None:
    content = (folder / "model.safetensors").read_bytes()
    replace_file(folder, "model.safetensors", content.replace(b"q_proj", b"x_proj"))
    with pytest.raises(DamagedModel, match="q_proj"):
        read_model(folder)


def test_weights_of_another_shape_than_the_settings_are_refused(folder: Path) -> None:
    settings = json.loads((folder / "config.json").read_bytes()) | {"hidden_size": 20}
    replace_file(folder, "config.json", json.dumps(settings).encode())
    with pytest.raises(DamagedModel, match="shape"):
        read_model(folder)


def test_weights_digest_is_over_the_digests_of_the_files_of_weights(folder: Path) -> None:
    manifest, _ = read_model(folder)
    weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).digest()
    assert weights_digest(manifest) == hashlib.sha256(weights).hexdigest()
