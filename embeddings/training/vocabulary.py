"""A vocabulary for two languages: French pieces written into the teacher's own WordPiece list.

As *added* tokens they would match inside words and cost five points of English similarity (measured on
the first student). Pieces that no text of the recipe uses are dropped. A new piece that is a whole word
begins as the mean of its English translations where a lexicon has them, else, like a piece of a word, as
the mean of the old pieces that it was cut into.

Everything works on files: a model folder goes in, a model folder comes out.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, trainers

from embeddings.training.sources import Parallel

EMBEDDINGS: Final = "embeddings.word_embeddings.weight"
SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

#: Tokens of a text that the student reads; longer texts are split by the service.
WINDOW: Final = 256

#: Pieces that the French training looks for before the teacher's own are taken out. Chosen: leaves more
#: than any size asked for so far.
CANDIDATES: Final = 40_000

#: A piece must occur this often to be learnt at all, and English words a French one begins from.
LEAST_OFTEN: Final = 5
MOST_WORDS: Final = 5

#: Files of the teacher that the student has of its own, or does not need.
_REPLACED: Final = (
    "*.safetensors", "tokenizer.json", "vocab.txt", "*.md", "special_tokens_map.json", "data_config.json", ".*"
)  # fmt: skip

#: Texts tokenised at once.
BATCH: Final = 5_000


def french_pieces(texts: Sequence[str], teacher: Path, size: int) -> list[str]:
    """The ``size`` most used pieces of French texts that the teacher does not have, most used first.

    Cost: about 20 s for 300 000 sentences.
    """
    like = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    learnt = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - a piece, not a password
    learnt.normalizer, learnt.pre_tokenizer = like.normalizer, like.pre_tokenizer
    trainer = trainers.WordPieceTrainer(
        vocab_size=CANDIDATES, min_frequency=LEAST_OFTEN, special_tokens=list(SPECIAL), show_progress=False
    )
    learnt.train_from_iterator(texts, trainer)
    known = like.get_vocab()
    cut = (found for batch in _batches(texts) for found in learnt.encode_batch(batch))
    counts = Counter(token for found in cut for token in found.tokens)
    new = [(piece, count) for piece, count in counts.items() if piece not in known]
    new.sort(key=lambda item: (-item[1], item[0]))
    return [piece for piece, _ in new[:size]]


def lexicon(rows: Iterable[Parallel]) -> dict[str, list[str]]:
    """English words of each French word, the most often paired first, from word pairs and one-word labels."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.tier != "S" and " " not in row.fr.strip() and " " not in row.en.strip():
            counts[row.fr.strip()][row.en.strip()] += 1
    return {word: [english for english, _ in found.most_common(MOST_WORDS)] for word, found in counts.items()}


def extend(
    teacher: Path, folder: Path, pieces: Sequence[str], words: Mapping[str, Sequence[str]], texts: Iterable[str]
) -> dict[str, int]:
    """Write to ``folder`` the teacher with ``pieces`` added and the pieces dropped that ``texts`` never use.

    Returns how many pieces were kept, added, begun from a lexicon, and dropped. ``folder`` is a plain
    sentence-transformers folder afterwards.
    """
    old = json.loads((teacher / "tokenizer.json").read_text("utf-8"))
    tensors = load_file(teacher / "model.safetensors")
    vocabulary = sorted(old["model"]["vocab"], key=old["model"]["vocab"].__getitem__)
    matrix, begun = _with_rows(teacher, tensors[EMBEDDINGS], pieces, words)
    wide = _rewritten(old, [*vocabulary, *pieces])
    used = _used(wide, texts)
    kept = [
        at for at, piece in enumerate([*vocabulary, *pieces]) if piece in used or piece in SPECIAL or len(piece) == 1
    ]
    final = [[*vocabulary, *pieces][at] for at in kept]
    _write(teacher, folder, _rewritten(old, final), {**tensors, EMBEDDINGS: matrix[kept]}, len(final))
    added = sum(at >= len(vocabulary) for at in kept)
    return {
        "kept": len(final) - added,
        "added": added,
        "begun_from_lexicon": begun,
        "dropped": len(vocabulary) + len(pieces) - len(final),
    }


def _with_rows(
    teacher: Path, matrix: NDArray[np.float32], pieces: Sequence[str], words: Mapping[str, Sequence[str]]
) -> tuple[NDArray[np.float32], int]:
    """The teacher's embeddings with a row for each new piece, and how many began from a lexicon."""
    cut = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    cut.no_padding()
    cut.no_truncation()
    unknown = int(cut.token_to_id("[UNK]") or 0)
    plain = cut.normalizer
    translations = {plain.normalize_str(word): english for word, english in words.items()}
    usual = matrix.mean(axis=0)
    rows, begun = [], 0
    for piece in pieces:
        english = translations.get(piece, ())
        begun += bool(english)
        sources = [_mean(cut, text, unknown, matrix) for text in english or [piece.removeprefix("##")]]
        found = [row for row in sources if row is not None]
        rows.append(np.mean(found, axis=0) if found else usual)
    return np.vstack([matrix, *(row[None, :] for row in rows)]).astype(np.float32), begun


def _mean(cut: Tokenizer, text: str, unknown: int, matrix: NDArray[np.float32]) -> NDArray[np.float32] | None:
    ids = [token for token in cut.encode(text, add_special_tokens=False).ids if token != unknown]
    return np.asarray(matrix[ids].mean(axis=0)) if ids else None


def _used(tokenizer: dict[str, Any], texts: Iterable[str]) -> set[str]:
    wide = Tokenizer.from_str(json.dumps(tokenizer))
    wide.no_padding()
    wide.no_truncation()
    return {token for batch in _batches(texts) for found in wide.encode_batch(batch) for token in found.tokens}


def _rewritten(tokenizer: Mapping[str, Any], vocabulary: Sequence[str]) -> dict[str, Any]:
    """The tokenizer's description with another vocabulary: every number in it follows."""
    number = {piece: at for at, piece in enumerate(vocabulary)}
    new: dict[str, Any] = json.loads(json.dumps(tokenizer))
    new["model"]["vocab"] = number
    for token in new["added_tokens"]:
        token["id"] = number[token["content"]]
    for name, token in new["post_processor"]["special_tokens"].items():
        token["ids"] = [number[name]]
    new["padding"] = {
        "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": number["[PAD]"],
        "pad_type_id": 0, "pad_token": "[PAD]",
    }  # fmt: skip
    new["truncation"] = {"direction": "Right", "max_length": WINDOW, "strategy": "LongestFirst", "stride": 0}
    return new


def _write(teacher: Path, folder: Path, tokenizer: dict[str, Any], tensors: dict[str, NDArray[Any]], size: int) -> None:
    shutil.copytree(teacher, folder, ignore=shutil.ignore_patterns(*_REPLACED))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config.update(vocab_size=size, pad_token_id=tokenizer["model"]["vocab"]["[PAD]"])
    (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
    own = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": WINDOW}
    own.update({f"{name.strip('[]').lower()}_token": name for name in SPECIAL})
    (folder / "tokenizer_config.json").write_text(json.dumps(own, indent=1), "utf-8")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def _batches(texts: Iterable[str]) -> Iterable[list[str]]:
    waiting = iter(texts)
    while batch := list(islice(waiting, BATCH)):
        yield batch
