"""Make the folder that ships: float16 weights, a model card, checksums; and mix two models into one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from embeddings.model_files import CHECKSUMS

#: Most bytes of the shipped weights: every clone of the repository carries them.
LARGEST: Final = 60_000_000

#: Buffers that some versions of the library save and none needs.
_NOT_NEEDED: Final = ("position_ids",)


class ModelTooLarge(ValueError):
    """The weights would be larger than :data:`LARGEST`."""


def export(model: Path, folder: Path, card: str) -> None:
    """Write ``model`` to ``folder`` as it ships, replacing what is there. Raises ModelTooLarge.

    The vectors of the shipped model differ from those of ``model`` by the rounding of its weights to
    float16: cosine above 0.9999.
    """
    tensors = _float16(load_file(model / "model.safetensors"))
    size = sum(tensor.nbytes for tensor in tensors.values())
    if size > LARGEST:
        raise ModelTooLarge(f"The weights take {size:,} bytes, and at most {LARGEST:,} ship: use fewer pieces.")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.md"))
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    (folder / "README.md").write_text(card, "utf-8")
    write_checksums(folder)


def _float16(tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {
        name: tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor
        for name, tensor in tensors.items()
        if not name.endswith(_NOT_NEEDED)
    }


def write_checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every file of ``folder`` but the documents, as ``sha256sum`` would."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != CHECKSUMS and path.suffix != ".md"
    ]
    (folder / CHECKSUMS).write_text("".join(lines), "utf-8")


def mix(first: Path, second: Path, share: float, folder: Path) -> Path:
    """Weights ``(1 - share) * first + share * second`` of two models of one shape and one vocabulary.

    Keeps much of what a model knew before a narrow training and most of what the training taught
    (Wortsman and others, *Robust fine-tuning of zero-shot models*, 2022). Raises ValueError when the two
    do not fit together.
    """
    if (first / "tokenizer.json").read_bytes() != (second / "tokenizer.json").read_bytes():
        raise ValueError("Two models with different vocabularies cannot be mixed.")
    ours, theirs = (_weights(model) for model in (first, second))
    if {name: array.shape for name, array in ours.items()} != {name: array.shape for name, array in theirs.items()}:
        raise ValueError("Two models of different shapes cannot be mixed.")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(second, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    mixed = {
        name: ((1.0 - share) * array.astype(np.float32) + share * theirs[name].astype(np.float32)).astype(np.float32)
        for name, array in ours.items()
    }
    save_file(mixed, folder / "model.safetensors", {"format": "pt"})
    return folder


def _weights(model: Path) -> dict[str, NDArray[Any]]:
    tensors = load_file(model / "model.safetensors")
    return {name: array for name, array in tensors.items() if not name.endswith(_NOT_NEEDED)}
