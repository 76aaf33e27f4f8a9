"""The theme and skill lists that ship with the project are complete, bilingual and free of repeats."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "matcher" / "data"
THEME_COLUMNS = ["code", "group", "label_fr", "label_en", "description_fr", "description_en", "words_fr", "words_en"]
SKILL_COLUMNS = ["code", "group", "label_fr", "label_en", "esco_uri", "words_fr", "words_en"]
ESCO_URI = re.compile(r"http://data\.europa\.eu/esco/skill/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

Rows = list[dict[str, str]]


def read(name: str) -> Rows:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


THEMES = read("themes.csv")
SKILLS = read("skills.csv")
BOTH = pytest.mark.parametrize("rows", [THEMES, SKILLS], ids=["themes", "skills"])


def test_files_have_the_columns_that_the_seed_reads() -> None:
    """The header is a contract with the command that fills the tables."""
    assert list(THEMES[0]) == THEME_COLUMNS
    assert list(SKILLS[0]) == SKILL_COLUMNS


def test_lists_are_long_enough_to_describe_a_territory() -> None:
    """Fewer rows than this means that a part of social life lost its word."""
    assert len(THEMES) >= 55
    assert len(SKILLS) >= 80


@BOTH
def test_codes_are_unique_snake_case(rows: Rows) -> None:
    """A code is stored with every posting: it never repeats and never needs quoting."""
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not CODE.fullmatch(code)] == []


@BOTH
@pytest.mark.parametrize("language", ["fr", "en"])
def test_labels_are_filled_and_unique_in_both_languages(rows: Rows, language: str) -> None:
    """Two rows with one label could not be told apart in a form."""
    labels = [row[f"label_{language}"] for row in rows]
    assert all(label and label == label.strip() for label in labels)
    assert len(labels) == len(set(labels))


@BOTH
def test_every_cell_but_the_esco_address_is_filled(rows: Rows) -> None:
    """Only the ESCO address may be blank: no ESCO skill says exactly the same thing."""
    blanks = [(row["code"], column) for row in rows for column, cell in row.items() if not cell.strip()]
    assert [blank for blank in blanks if blank[1] != "esco_uri"] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_theme_descriptions_are_one_sentence(language: str) -> None:
    """A description is read under a checkbox: one sentence, with its full stop."""
    texts = [row[f"description_{language}"] for row in THEMES]
    assert [text for text in texts if not text.endswith(".") or len(text) > 160 or ". " in text] == []


@BOTH
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_is_given_twice(rows: Rows, language: str) -> None:
    """A word points to one theme or one skill: repeated, it would count for two."""
    words = [word for row in rows for word in row[f"words_{language}"].split("|")]
    assert sorted({word for word in words if words.count(word) > 1}) == []


@BOTH
@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_are_plain_lower_case(rows: Rows, language: str) -> None:
    """Detection folds case and accents on its side; the lists stay readable, with single spaces."""
    words = [word for row in rows for word in row[f"words_{language}"].split("|")]
    assert [word for word in words if not word or word != " ".join(word.lower().split())] == []


def test_themes_have_ten_to_twenty_words_in_each_language() -> None:
    """Fewer words leave a theme undetected, more make it greedy."""
    counts = {
        (row["code"], language): row[f"words_{language}"].count("|") + 1 for row in THEMES for language in ("fr", "en")
    }
    assert {key: count for key, count in counts.items() if not 10 <= count <= 20} == {}


def test_esco_addresses_are_well_formed_and_used_once() -> None:
    """An ESCO address names one skill of ours at most."""
    uris = [row["esco_uri"] for row in SKILLS if row["esco_uri"]]
    assert [uri for uri in uris if not ESCO_URI.fullmatch(uri)] == []
    assert len(uris) == len(set(uris))
    assert len(uris) >= 60
