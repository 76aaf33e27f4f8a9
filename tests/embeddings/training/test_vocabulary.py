"""French pieces are written into the teacher's vocabulary, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from embeddings.training.sources import Parallel
from embeddings.training.teacher import TeacherMissing, teacher_folder
from embeddings.training.vocabulary import EMBEDDINGS, SPECIAL, extend, french_pieces, lexicon

TEXTS = [
    "Les bénévoles préparent les paniers du samedi.",
    "Une bénévole prépare la boutique.",
    "La boutique ouvre samedi, les bénévoles aussi.",
] * 10
ENGLISH = ["the volunteers open the shop on saturday .", "nobody came, unbelievable!"]
WORDS = {"boutique": ["shop", "store"], "samedi": ["saturday"]}


@pytest.fixture(scope="module")
def teacher() -> Path:
    """The teacher's folder."""
    try:
        return teacher_folder()
    except TeacherMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def pieces(teacher: Path) -> list[str]:
    """What French texts need and the teacher lacks."""
    return french_pieces(TEXTS, teacher, 40)


@pytest.fixture(scope="module")
def student(teacher: Path, pieces: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The teacher with a vocabulary for the few texts above."""
    folder = tmp_path_factory.mktemp("vocabulary") / "student"
    counts = extend(teacher, folder, pieces, WORDS, [*TEXTS, *ENGLISH])
    assert counts["added"] == len([piece for piece in pieces if len(piece) > 1])
    assert counts["begun_from_lexicon"] == 1
    assert counts["dropped"] > 25_000
    return folder


def cut(folder: Path, text: str) -> list[str]:
    """Pieces of a text, without the marks around it."""
    tokens: list[str] = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).tokens
    return [token for token in tokens if token not in SPECIAL]


def test_french_words_become_one_piece(teacher: Path, pieces: list[str], student: Path) -> None:
    """The words of the texts, whole, where the teacher cut them; accents and case are the teacher's affair."""
    assert "samedi" in pieces
    assert "boutique" not in pieces  # an English word too
    assert cut(teacher, "Samedi, bénévoles") != ["samedi", ",", "benevoles"]
    assert cut(student, "Samedi, bénévoles") == ["samedi", ",", "benevoles"]


def test_new_words_do_not_match_inside_others(student: Path, teacher: Path) -> None:
    """As added tokens they would: the reason for writing them into the vocabulary."""
    assert "samedi" not in cut(student, "unsamedi")
    assert cut(student, "unbelievable") == cut(teacher, "unbelievable")


def test_english_is_cut_and_begins_as_before(student: Path, teacher: Path) -> None:
    """The same pieces, with the teacher's very numbers."""
    old, new = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (teacher, student))
    before, after = (load_file(folder / "model.safetensors")[EMBEDDINGS] for folder in (teacher, student))
    for text in ENGLISH:
        assert cut(student, text) == cut(teacher, text)
    for piece in ["shop", "##believable", "[CLS]", "."]:
        if old.token_to_id(piece) is not None:
            assert np.array_equal(before[old.token_to_id(piece)], after[new.token_to_id(piece)])


def test_a_word_begins_from_its_translations(student: Path, teacher: Path) -> None:
    """Where the lexicon knows it; else as the mean of the pieces that it was cut into."""
    old, new = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (teacher, student))
    before, after = (load_file(folder / "model.safetensors")[EMBEDDINGS] for folder in (teacher, student))
    assert np.allclose(after[new.token_to_id("samedi")], before[old.token_to_id("saturday")])
    pieces = [old.token_to_id(piece) for piece in cut(teacher, "benevoles")]
    assert len(pieces) > 1
    assert np.allclose(after[new.token_to_id("benevoles")], before[pieces].mean(axis=0), atol=1e-6)


@pytest.mark.model
def test_the_folder_is_a_model(student: Path) -> None:
    """It loads, and English texts keep the teacher's vectors."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    ours = SentenceTransformer(str(student), local_files_only=True, device="cpu")
    theirs = SentenceTransformer(str(teacher_folder()), local_files_only=True, device="cpu")
    cosines = np.einsum("ij,ij->i", ours.encode(ENGLISH), theirs.encode(ENGLISH))
    assert (cosines > 0.9999).all()
    assert ours.max_seq_length == 256


def test_a_lexicon_counts() -> None:
    """The English word that is paired most often comes first; sentences and terms of two words are not words."""
    rows = [Parallel(english, "toit", "wolf", "W") for english in ("house", "roof", "roof")]
    rows += [Parallel("flat roof", "toit", "esco", "L"), Parallel("Roof.", "Toit.", "tatoeba", "S")]
    assert lexicon(rows) == {"toit": ["roof", "house"]}
