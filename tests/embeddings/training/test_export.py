"""What ships is the model that was trained, smaller, and it can be checked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings import model_files
from embeddings.training import export as module
from embeddings.training.export import ModelTooLarge, export, mix

MODEL = Path(__file__).parents[3] / "embeddings" / "model"


def model(folder: Path, value: float) -> Path:
    """A folder with one weight, one table of whole numbers, and a tokenizer."""
    folder.mkdir()
    tensors = {"weight": np.full((4, 2), value, np.float32), "embeddings.position_ids": np.arange(4)}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    (folder / "tokenizer.json").write_text("{}", "utf-8")
    (folder / "modules.json").write_text("[]", "utf-8")
    return folder


def test_weights_are_halved_and_nothing_else_is_lost(tmp_path: Path) -> None:
    """float16, without buffers that nothing reads, with a card and sums that hold."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.json").write_text("{}", "utf-8")
    export(model(tmp_path / "in", 0.1), tmp_path / "out", "# Card\n")
    tensors = load_file(tmp_path / "out" / "model.safetensors")
    assert {name: tensor.dtype for name, tensor in tensors.items()} == {"weight": np.float16}
    assert np.allclose(tensors["weight"], 0.1, atol=1e-4)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md", "SHA256SUMS", "model.safetensors", "modules.json", "tokenizer.json"
    ]  # fmt: skip
    model_files.verify(tmp_path / "out")
    (tmp_path / "out" / "tokenizer.json").write_text("{ }", "utf-8")
    with pytest.raises(model_files.ModelUnavailable, match="damaged"):
        model_files.verify(tmp_path / "out")


def test_a_model_that_is_too_large_does_not_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository is cloned by everybody; the old model stays."""
    monkeypatch.setattr(module, "LARGEST", 15)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "model.safetensors").write_bytes(b"old")
    with pytest.raises(ModelTooLarge, match="16 bytes"):
        export(model(tmp_path / "in", 0.1), tmp_path / "out", "")
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == b"old"


def test_a_mixture_is_between_its_two_models(tmp_path: Path) -> None:
    """A quarter of the second is a quarter of the way."""
    mixed = mix(model(tmp_path / "a", 1.0), model(tmp_path / "b", 3.0), 0.25, tmp_path / "mixed")
    assert np.allclose(load_file(mixed / "model.safetensors")["weight"], 1.5)


def test_models_that_do_not_fit_are_not_mixed(tmp_path: Path) -> None:
    """Another vocabulary: row 7 of one is another word than row 7 of the other."""
    first, second = model(tmp_path / "a", 1.0), model(tmp_path / "b", 3.0)
    (second / "tokenizer.json").write_text(json.dumps({"other": 1}), "utf-8")
    with pytest.raises(ValueError, match="vocabularies"):
        mix(first, second, 0.5, tmp_path / "mixed")
    shutil.copy(first / "tokenizer.json", second / "tokenizer.json")
    save_file({"weight": np.ones((5, 2), np.float32)}, second / "model.safetensors")
    with pytest.raises(ValueError, match="shapes"):
        mix(first, second, 0.5, tmp_path / "mixed")


def test_the_shipped_model_is_small_and_whole() -> None:
    """At most 60 MB, float16, and every sum holds."""
    model_files.verify(MODEL)
    assert (MODEL / "model.safetensors").stat().st_size <= 60_100_000
    assert {str(tensor.dtype) for tensor in load_file(MODEL / "model.safetensors").values()} == {"float16"}


def test_the_shipped_card_is_the_one_of_the_recipe() -> None:
    """Whoever reads the model's folder reads how it was made."""
    card = MODEL.parent / "training" / "model_card.md"
    assert (MODEL / "README.md").read_text("utf-8") == card.read_text("utf-8")
