from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .random_model import write_random_model  # noqa: PLC0415 - only `make test-llm` has torch

    return write_random_model(tmp_path_factory.mktemp("random-model"))


@pytest.fixture(scope="session")
def shipped_model() -> Path:
    return Path(__file__).resolve().parents[3] / "condition_reports" / "model"
