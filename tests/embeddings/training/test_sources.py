"""What is learnt from: filtered, capped, and never what is measured on."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from embeddings.training.held_out import HeldOut, is_held_out
from embeddings.training.sources import (
    Parallel,
    guard,
    held_out_translations,
    mixed,
    read_answers,
    read_parallel,
)

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
shared = pytest.mark.skipif(not DATA.is_dir(), reason="the training data (../shared/data) are absent")


def parallel_file(folder: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    """A data folder with these rows (en, fr, source, tier)."""
    with gzip.open(folder / "parallel_fr_en.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("en\tfr\tsource\ttier\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
    return folder


def test_filters(tmp_path: Path) -> None:
    """Kept: sentence, label, quote sign; not kept: fragments, copies, very different lengths, endless texts."""
    rows = [
        ("The shop is closed.", "La boutique est fermée.", "tatoeba", "S"),
        ("shop", "boutique", "esco", "L"),
        ('She said "no', 'Elle a dit "non', "tatoeba", "S"),
        ("Go!", "Va !", "tatoeba", "S"),
        ("Django Admin Site", "Django admin site", "django_docs", "S"),
        ("Yes it is", "Oui, et voici tout ce qu'il y a encore à en dire avant de partir", "indico", "S"),
        ("word " * 121, "mot " * 121, "canada_laws", "S"),
        ("strange", "étrange", "wolf", "X"),
    ]
    kept = read_parallel(parallel_file(tmp_path, rows))
    assert [row.en for row in kept] == ["The shop is closed.", "shop", 'She said "no']


def test_caps_and_repetitions() -> None:
    """No source gets more than its share, equal texts count once, and the draw can be repeated."""
    rows = [Parallel(f"law number {at}", f"loi numéro {at}", "canada_laws", "S") for at in range(500)]
    rows += [Parallel("the same text", "le même texte", "indico", "S")] * 5
    drawn = mixed(rows, HeldOut([]), 0.5, seed=3)
    assert Counter(row.source for row in drawn) == {"canada_laws": 250, "indico": 1}
    assert drawn == mixed(rows, HeldOut([]), 0.5, seed=3)
    assert drawn != mixed(rows, HeldOut([]), 0.5, seed=4)


def test_what_is_held_out_is_not_learnt() -> None:
    """By its English, by its French, or inside a longer text."""
    rows = [
        Parallel("Open on Saturday.", "Ouvert samedi.", "indico", "S"),
        Parallel("Another one.", "Fermé dimanche.", "indico", "S"),
        Parallel(
            "Free.", "Il est dit que le samedi on n'a jamais personne pour ouvrir la boutique, hélas.", "indico", "S"
        ),
        Parallel("This may be learnt.", "Ceci peut être appris.", "indico", "S"),
    ]
    held_out = HeldOut(
        ["open on saturday", "Fermé, dimanche !", "Le samedi on n'a jamais personne pour ouvrir la boutique"]
    )
    assert [row.en for row in mixed(rows, held_out, 1.0, seed=1)] == ["This may be learnt."]


def test_the_held_out_fifth_is_the_same_everywhere() -> None:
    """By a hash of the words, whatever the case and the accents: near its share, and stable."""
    texts = [f"texte numéro {at}" for at in range(5000)]
    kept = [text for text in texts if is_held_out(text, 5)]
    assert 850 <= len(kept) <= 1150
    assert kept == [text for text in texts if is_held_out(text.upper().replace("É", "E"), 5)]
    assert kept[:2] == ["texte numéro 16", "texte numéro 17"]


@shared
def test_evaluation_texts_are_not_in_what_is_learnt() -> None:
    """The real files: held-out translations and labelled pairs are in no row that distillation or contrast reads."""
    rows = read_parallel(DATA)
    held_out = guard(DATA, rows)
    drawn = mixed(rows, held_out, 0.05, seed=1)
    assert len(drawn) > 5000
    translations = held_out_translations(rows)
    assert all(900 <= len(listed) <= 1200 for listed in translations.values())
    measured = {row.en.casefold() for listed in translations.values() for row in listed}
    assert not measured & {row.en.casefold() for row in drawn}
    plain = (DATA / "pairs_dev" / "plain_needs.jsonl").read_text("utf-8").splitlines()
    assert all(held_out.repeats(json.loads(line)[language]) for line in plain for language in ("fr", "en"))
    answers = read_answers(DATA, held_out, 200, seed=1)
    assert set(answers) == {"piaf", "esco", "rome", "volunteer_skills"}
    assert all(len(pairs) == 200 for pairs in answers.values())
    assert not any(is_held_out(pair.answer, 5) for pairs in answers.values() for pair in pairs)
