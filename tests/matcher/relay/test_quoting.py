"""What somebody wrote this time, told from history and signature."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.relay.quoting import own_words

ANSWER = "Bonjour,\n\nMardi 14 h me va bien."


@pytest.mark.parametrize(
    "below",
    [
        "Le lun. 23 nov. 2026 à 14:02, Claire via Passerelle <bonjour@example.org> a écrit :\n\n> Mardi ?\n> Claire",
        "Le lun. 23 nov. 2026 à 14:02, Claire via Passerelle <\nbonjour@example.org> a écrit :\n> Mardi ?",
        "On Mon, 23 Nov 2026 at 14:02, Claire <bonjour@example.org> wrote:\n> Mardi ?\n>> Oui\n",
        "Am 23.11.2026 um 14:02 schrieb Claire:\n> Mardi ?",
        "-----Message d'origine-----\nDe : Claire\nObjet : Site\n\nMardi ?",
        "----- Original Message -----\nFrom: Claire\n\nMardi ?",
        "________________\nDe : Claire <a@example.org>\nEnvoyé : lundi\nÀ : Paul\nObjet : Site\n\nMardi ?",
        "*From:* Claire\n*Sent:* Monday\n*To:* Paul\n*Subject:* Site\n\nMardi ?",
        "-- \nPaul Martin\n06 00 00 00 00",
        "Envoyé de mon iPhone",
        "Envoyé de mon iPhone\n\n> Le 23 nov. 2026 à 14:02, Claire <a@example.org> a écrit :\n> \n> Mardi ?",
    ],
)
def test_history_and_signature_below_an_answer_go(below: str) -> None:
    """As the mail programs of the region write them."""
    assert own_words(f"{ANSWER}\n\n{below}") == ANSWER


def test_an_answer_below_the_whole_mail_is_kept() -> None:
    """The quote above it goes."""
    assert own_words(f"Le 23 nov. 2026 à 14:02, Claire a écrit :\n> Mardi ?\n> Claire\n\n{ANSWER}") == ANSWER


def test_quotes_between_the_lines_of_an_answer_stay() -> None:
    """They say what each line answers."""
    text = "Bonjour,\n> À quelle heure ?\n14 h.\n> Où ?\nChez vous."
    assert own_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Le maire nous a écrit :\nil est d'accord.",
        "De : quoi parle-t-on ?\nDu site.",
        "Voici trois idées\n--\nLa première : un site.".replace("\n--\n", "\n---\n"),
        "On se voit mardi. Il m'a dit qu'il vous écrit demain.",
        "-- \nsans rien avant",
    ],
)
def test_words_that_only_look_like_history_stay(text: str) -> None:
    """A line too many does no harm, a line too few is lost."""
    assert own_words(text) == text.strip()


def test_a_mail_that_only_quotes_is_empty() -> None:
    """Nothing of one's own is in it."""
    assert own_words("Le 23 nov. 2026 à 14:02, Claire a écrit :\n> Mardi ?") == ""


@given(st.text(alphabet="> -_:\nLeaécrit.wot@n", max_size=400))
def test_own_words_are_part_of_the_text(text: str) -> None:
    """Nothing is invented, and nothing raises."""
    assert all(line.strip() in text for line in own_words(text).split("\n"))


@pytest.mark.parametrize("line", ["Le " + "a" * 300, "> " * 150, "-_ " * 100, "De : " * 60, "on " + "wrote " * 50])
def test_hostile_lines_cost_little(line: str) -> None:
    """No pattern runs away: the longest mail is read in a few seconds on a slow machine."""
    text = "\n".join([line] * 700)[:200_000]
    start = time.process_time()
    own_words(text)
    assert time.process_time() - start < 5
