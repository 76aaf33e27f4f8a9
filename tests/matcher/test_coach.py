"""The coach sees what a partner will miss, and proposes themes and skills from the text."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.postings.coach import CoachCode, CoachReport, TermVectors, coach, suggest_skills, suggest_themes
from matcher.postings.seed import DATA_FOLDER
from matcher.store import Skill, Theme
from matcher.vocabulary import PostingKind

GOOD = {
    "title": "Suivre les prêts de vélos de l'atelier",
    "problem": "Nos douze bénévoles prêtent quarante vélos par semaine. Les prêts sont notés sur un cahier : des vélos "
    "ne reviennent pas et personne ne sait qui les a. Deux soirs par mois partent à tout recompter.",
    "beneficiaries": "Les trois cents adhérents de l'atelier, souvent étudiants.",
    "tried": "Un tableau partagé, abandonné au bout d'un mois.",
    "outcome": "Savoir en une minute quel vélo est chez qui.",
    "constraints": "Pas d'ordinateur à l'atelier, seulement un téléphone.",
    "place": "Nancy",
    "budget_max": "800",
    "deadline": "2027-09-01",
}


def open_points(report: CoachReport) -> set[CoachCode]:
    """Codes of what is still missing."""
    return {point.code for point in report.missing}


def test_a_good_need_has_nothing_missing() -> None:
    """Every question of a partner is answered."""
    report = coach(GOOD, "fr")
    assert open_points(report) == set()
    assert (report.filled, report.score) == (report.total, 1.0)


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("tried", CoachCode.TRIED), ("outcome", CoachCode.OUTCOME), ("constraints", CoachCode.LIMITS),
        ("place", CoachCode.PLACE), ("budget_max", CoachCode.BUDGET), ("deadline", CoachCode.CALENDAR),
        ("title", CoachCode.TITLE),
    ],
)  # fmt: skip
def test_what_is_left_out_is_asked_for(left_out: str, code: CoachCode) -> None:
    """Each empty field opens its own question and no other."""
    assert open_points(coach(GOOD | {left_out: ""}, "fr")) == {code}


def test_a_reason_answers_the_question_of_the_budget() -> None:
    """ "No budget" is an answer."""
    assert open_points(coach(GOOD | {"budget_max": "", "budget_blank_reason": "no_budget"}, "fr")) == set()


def test_people_named_in_the_problem_answer_for_whom() -> None:
    """Who tells of volunteers need not repeat it; who names nobody is asked."""
    assert open_points(coach(GOOD | {"beneficiaries": ""}, "fr")) == set()
    nameless = {"problem": "Les prêts sont notés sur un cahier perdu chaque semaine. Des vélos ne reviennent pas et "
                "deux soirs par mois partent à tout recompter dans le local fermé.", "beneficiaries": ""}  # fmt: skip
    assert open_points(coach(GOOD | nameless, "fr")) == {CoachCode.WHO}


def test_a_wish_without_a_problem_is_not_told() -> None:
    """ "We need an app" says nothing of what is wrong: the heaviest question comes first."""
    report = coach(GOOD | {"problem": "Il nous faut une application.", "beneficiaries": ""}, "fr")
    assert [point.code for point in report.missing] == [CoachCode.PROBLEM, CoachCode.WHO]


def test_jargon_and_abbreviations_are_named() -> None:
    """The author sees which words to replace; known and explained abbreviations are left alone."""
    text = GOOD["problem"] + " Il faut un levier disruptif pour la GED, le SIRH et le RGPD. Le CRM (fichier) suit."
    point = next(point for point in coach(GOOD | {"problem": text}, "fr").missing)
    assert point.code is CoachCode.PLAIN_WORDS
    assert set(point.words) == {"levier", "disruptif", "GED", "SIRH"}


def test_vague_words_need_a_figure_beside_them() -> None:
    """ "Improve", "modern", "and so on": fine when something can be counted, else asked to be precise."""
    vague = (
        "Il faut améliorer et moderniser notre façon de prêter les vélos aux adhérents, etc. Tout le monde le "
        "demande depuis longtemps, rien ne bouge à l'atelier, et les cahiers perdus fâchent le voisinage."
    )
    assert open_points(coach(GOOD | {"problem": vague}, "fr")) == {CoachCode.CONCRETE}
    assert open_points(coach(GOOD | {"problem": vague + " 40 vélos dorment."}, "fr")) == set()


def test_a_text_that_nobody_reads_to_the_end_is_too_long() -> None:
    """Beyond three hundred words the coach asks to cut."""
    assert open_points(coach(GOOD | {"problem": (GOOD["problem"] + " ") * 9}, "fr")) == {CoachCode.LENGTH}


def test_english_needs_are_read_too() -> None:
    """The same questions, with the words of the other language."""
    english = {
        "title": "Keep track of lent bikes", "place": "Nancy", "budget_max": "800", "deadline": "2027-09-01",
        "problem": "Our twelve volunteers lend forty bikes a week. Loans are written in a notebook, bikes never come "
        "back and nobody knows who has them. We recount everything two evenings a month.",
        "tried": "A shared spreadsheet, given up after a month.", "outcome": "Know in a minute who has which bike.",
        "constraints": "No computer in the workshop, only a phone.",
    }  # fmt: skip
    assert open_points(coach(english, "en")) == set()


def test_offers_have_their_own_questions() -> None:
    """Nobody asks an offer for a budget; what it costs and for whom it is matters."""
    report = coach({"title": "Sites simples pour associations"}, "fr", PostingKind.OFFER)
    codes = {point.code for point in report.points}
    assert {CoachCode.WHAT, CoachCode.WHO, CoachCode.PRICE, CoachCode.DELIVERY, CoachCode.PROOF} <= codes
    assert not {CoachCode.BUDGET, CoachCode.PROBLEM, CoachCode.TRIED} & codes


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=300) | st.lists(st.text(max_size=9)) | st.none())
)
def test_the_coach_reads_anything(data: dict[str, object]) -> None:
    """Half a word, emoji, lists: there is always a report, and its score is a share."""
    for kind in PostingKind:
        report = coach(data, "fr", kind)
        assert 0 <= report.score <= 1
        assert report.filled + len(report.missing) == report.total


def terms(model: type[Theme] | type[Skill], name: str) -> list[Theme] | list[Skill]:
    """The vocabulary that ships with the project, without a database."""
    with (DATA_FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    split = {"words_fr", "words_en"}
    return [model(**{key: value.split("|") if key in split else value for key, value in row.items()}) for row in rows]


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("On jette des invendus alors que l'épicerie solidaire manque de colis", "fr", "food_aid"),
        ("We need rooms for homeless people and a better contact with the landlord", "en", "housing"),
        ("L'ACCUEIL DES REFUGIES ET LES COURS DE FRANCAIS", "fr", "exile"),
    ],
)
def test_themes_are_proposed_from_plain_words(text: str, language: str, first: str) -> None:
    """Nobody has to know the list; accents and case do not matter."""
    assert suggest_themes(text, language, terms(Theme, "themes.csv"))[0].code == first


def test_skills_are_proposed_from_plain_words() -> None:
    """A WordPress site asks for somebody who knows a content manager."""
    found = suggest_skills("Refaire notre site WordPress", "fr", terms(Skill, "skills.csv"))
    assert "cms" in [skill.code for skill in found]


def test_a_text_about_nothing_known_proposes_nothing() -> None:
    """No theme is better than a wrong one."""
    themes = terms(Theme, "themes.csv")
    assert suggest_themes("", "fr", themes) == []
    assert suggest_themes("xyzzy plugh", "fr", themes) == []


def test_the_encoder_finds_what_no_word_betrays() -> None:
    """With vectors a term is proposed by its meaning alone; a weak cosine is not enough."""
    themes = [theme for theme in terms(Theme, "themes.csv") if theme.code in {"food_aid", "housing", "exile"}]

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        axes = {"Aide alimentaire": 0, "Logement": 1}
        rows = np.zeros((len(texts), 3), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row, next((axis for name, axis in axes.items() if text.startswith(name)), 2)] = 1.0
        return rows

    def encode_question(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([0.9, 0.3, 0.3], dtype=np.float32), (len(texts), 1))

    vectors = TermVectors.of(themes, encode, encode_question)
    assert [theme.code for theme in suggest_themes("xyzzy plugh", "fr", themes, vectors)] == ["food_aid"]
