"""Sentences, folded text, lexemes and language: what is kept, what is dropped, what must never fail."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text import (
    FUNCTION_WORDS,
    MAX_LEXEMES,
    MAX_SENTENCE_CHARS,
    MAX_WORD_CHARS,
    fold,
    guess_language,
    lexemes,
    split_sentences,
)

ANY_TEXT = st.text(st.characters(), max_size=400)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Bonjour. Nous cherchons un site.", ["Bonjour.", "Nous cherchons un site."]),
        ("Pourquoi ? Parce que ! Oui…", ["Pourquoi ?", "Parce que !", "Oui…"]),
        ("Il dit « Non ! » Puis il part.", ["Il dit « Non ! »", "Puis il part."]),
        ("M. Roux et Mme. Petit viennent.", ["M. Roux et Mme. Petit viennent."]),
        ("Des outils, p. ex. Excel, cf. Annexe 2.", ["Des outils, p. ex. Excel, cf. Annexe 2."]),
        ("We met Dr. Jones, e.g. Tuesday. He came.", ["We met Dr. Jones, e.g. Tuesday.", "He came."]),
        ("On attend... et on espère... Un jour.", ["On attend... et on espère...", "Un jour."]),
        ("Budget de 3.5 k€. Démarrage en 2027. Merci", ["Budget de 3.5 k€.", "Démarrage en 2027.", "Merci"]),
        ("1. Former les gens\n2. Équiper la salle", ["1. Former les gens", "2. Équiper la salle"]),
        ("Besoins :\n- un site\n• des mails", ["Besoins :", "un site", "des mails"]),
        ("une ligne coupée par\nla messagerie. Fin.", ["une ligne coupée par la messagerie.", "Fin."]),
        ("Nous avons besoin de ceci\r\nVoici pourquoi", ["Nous avons besoin de ceci", "Voici pourquoi"]),
        ("site.com et v2.1 sont liés", ["site.com et v2.1 sont liés"]),
        ("", []),
        (" \x00\n\t\u200b ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    """Abbreviations, initials, numbers and hard-wrapped lines do not end a sentence; bullets begin one."""
    assert split_sentences(text) == sentences


@given(ANY_TEXT)
def test_sentences_lose_no_letter_and_no_digit(text: str) -> None:
    """Put end to end, the sentences hold every letter and digit of the text, in order."""

    def kept(value: str) -> str:
        return "".join(character for character in value if character.isalnum())

    assert kept("".join(split_sentences(text))) == kept(text)


@given(ANY_TEXT)
def test_sentences_are_clean_and_bounded(text: str) -> None:
    """No sentence is empty, too long, or holds a control character or a lone surrogate."""
    for sentence in split_sentences(text):
        assert 0 < len(sentence) <= MAX_SENTENCE_CHARS
        assert sentence == sentence.strip()
        assert not {unicodedata.category(character) for character in sentence} & {"Cc", "Cs", "Cf"}


def test_a_text_without_punctuation_is_cut_between_words() -> None:
    """Beyond the longest sentence the cut falls on a space, never inside a word."""
    pieces = split_sentences("mot " * 1000)
    assert len(pieces) > 1
    assert {word for piece in pieces for word in piece.split()} == {"mot"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Cœur d’Été", "coeur d'ete"),
        ("ÆSIR Straße", "aesir strasse"),
        ("va\u200bli\u00adde\u202e", "valide"),
        ("ﬁn №5", "fin no5"),
        ("a\x00b", "a b"),
    ],
)
def test_fold_brings_to_one_spelling(text: str, folded: str) -> None:
    """Case, accents, ligatures, apostrophes and invisible characters make no difference."""
    assert fold(text) == folded


@given(ANY_TEXT)
def test_fold_is_idempotent(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("velo reparation", "Réparation de vélos"),
        ("bénévole", "benevoles"),
        ("développées", "développé"),
        ("l'atelier", "Ateliers"),
        ("qu'elle accompagne", "accompagner"),
        ("CŒUR", "cœurs"),
        ("agenda", "agendas"),
    ],
)
def test_french_forms_of_a_word_share_their_lexemes(one: str, other: str) -> None:
    """Accents, plurals, participles and elisions meet in one lexeme."""
    assert set(lexemes(one, "fr")) == set(lexemes(other, "fr")) != set()


def test_lexemes_drop_function_words_of_both_languages() -> None:
    """An English need may quote French and the other way round: grammar and wishes never match."""
    assert lexemes("Nous cherchons, we would like, j'ai besoin de the website", "en") == ["websit"]


def test_lexemes_keep_gifts_and_drop_contractions() -> None:
    """The French "don" is content, the English "don't" is grammar."""
    assert lexemes("don", "fr") == ["don"]
    assert lexemes("don't", "en") == []


def test_lexemes_keep_numbers_and_names_with_signs() -> None:
    """Numbers and the names of tools that hold signs are words."""
    assert lexemes("C++, C# et .NET en 2027", "fr") == ["cpp", "csharp", "dotnet", "2027"]


@given(ANY_TEXT, st.sampled_from(["fr", "en", "de"]))
def test_lexemes_are_plain_words_for_any_index(text: str, language: str) -> None:
    """Whatever the text, a lexeme is one run of letters and digits that a full-text index keeps whole."""
    for lexeme in lexemes(text, language):
        assert lexeme
        assert not any(character.isspace() for character in lexeme)
        assert lexeme == fold(lexeme)


def test_lexemes_are_bounded() -> None:
    """A pasted book or a key of a million characters stays small."""
    assert len(lexemes("velo " * 10_000, "fr")) == MAX_LEXEMES
    assert [len(lexeme) for lexeme in lexemes("x" * 100_000, "en")] == [MAX_WORD_CHARS]


def test_function_words_are_folded() -> None:
    """The lists are compared with folded words: an accent in them would never be met."""
    assert {fold(word) for word in FUNCTION_WORDS} == FUNCTION_WORDS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Notre association cherche un outil pour gérer ses adhérents", "fr"),
        ("Our charity needs a tool to manage its members", "en"),
        ("volunteer schedule", "en"),
        ("bénévoles planning", "fr"),
    ],
)
def test_language_is_recognised(text: str, language: str) -> None:
    """Sentences and clear short searches are told apart, whatever the default."""
    assert guess_language(text, default="fr") == language
    assert guess_language(text, default="en") == language


@pytest.mark.parametrize("text", ["", "wifi", "12345 67890", "\x00\ud800"])
@pytest.mark.parametrize("default", ["fr", "en"])
def test_language_falls_back_to_the_default(text: str, default: str) -> None:
    """Too little to say: the author's own language stands."""
    assert guess_language(text, default) == default
