"""A model's folder, looked at without torch: is it whole, what identifies it, how long are its vectors."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

CHECKSUMS: Final = "SHA256SUMS"

#: What a folder may hold that changes no vector: documentation, and the same weights for other engines.
_OTHER_ENGINES: Final = ("onnx", "openvino")
_DOCUMENTS: Final = (".md", ".png", ".svg")


class ModelUnavailable(Exception):
    """The model cannot be used; the message is one sentence that says why."""


def fingerprint(folder: Path) -> str:
    """First 12 digits of the SHA-256 over every file that decides the vectors: it changes when they may.

    Weights, tokenizer, configuration and module list are all read, since each of them alone can move
    the vectors. 60 MB take about 0.1 s; the sum of a file is remembered while its size and time of change stay.
    Raises ModelUnavailable when there is no model.
    """
    if not folder.is_dir():
        raise ModelUnavailable(f"There is no model folder {folder}.")
    if not (folder / "modules.json").is_file():
        raise ModelUnavailable(f"There is no sentence-transformers model in {folder}: it has no modules.json.")
    total = hashlib.sha256()
    try:
        for path in _files(folder):
            total.update(f"{_sha256_of(path)}  {path.relative_to(folder).as_posix()}\n".encode())
    except OSError as error:
        raise ModelUnavailable(f"The model in {folder} cannot be read: {error}.") from error
    return total.hexdigest()[:12]


def verify(folder: Path) -> None:
    """Compare the files with ``SHA256SUMS``, where the folder has one. Raises ModelUnavailable."""
    sums = folder / CHECKSUMS
    if not sums.is_file():
        return
    try:
        lines = sums.read_text("utf-8").splitlines()
        for line in lines:
            expected, _, name = line.partition("  ")
            path = folder / name
            if not name or not path.is_file():
                raise ModelUnavailable(f"The model in {folder} is incomplete: {name or CHECKSUMS} is missing.")
            if _sha256_of(path) != expected:
                raise ModelUnavailable(f"The model in {folder} is damaged: {name} is not the file that was shipped.")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnavailable(f"The model in {folder} cannot be read: {error}.") from error


def declared_dim(folder: Path) -> int | None:
    """Length of the vectors as the configuration tells it; None when only loading the model can tell."""
    try:
        whole = _json(folder / "config_sentence_transformers.json")
        if whole.get("truncate_dim"):
            return int(whole["truncate_dim"])
        dim = None
        for module in json.loads((folder / "modules.json").read_text("utf-8")):
            values = _json(folder / module["path"] / "config.json") if module["path"] else {}
            # Of pooling (two spellings, by age) and dense layers; the last one decides.
            for key in ("embedding_dimension", "word_embedding_dimension", "out_features"):
                dim = values.get(key, dim)
        return None if dim is None else int(dim)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # loading says what is wrong with it


def _json(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return values


def _files(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        ignored = (
            any(part.startswith(".") for part in parts)
            or parts[0] in _OTHER_ENGINES
            or path.suffix.lower() in _DOCUMENTS
            or path.name == CHECKSUMS
            or path.name.startswith("LICENSE")
        )
        if not ignored and path.is_file():
            found.append(path)
    return found


def _sha256_of(path: Path) -> str:
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
