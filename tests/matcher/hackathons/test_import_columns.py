"""Whose file it is, and what its columns are: known by headers alone, in both languages."""

from __future__ import annotations

import pytest

from matcher.exchange.registrations.columns import Field, guess_columns, words_of
from matcher.exchange.registrations.sources import Maker, header_row, recognise
from tests.matcher.hackathons.registration_files import TITLES, table_of


@pytest.mark.parametrize(
    ("name", "maker", "encoding", "delimiter"),
    [
        ("helloasso.csv", Maker.HELLOASSO, "utf-8-sig", ";"),
        ("helloasso_sans_accents.csv", Maker.HELLOASSO, "cp1252", ";"),
        ("eventbrite.csv", Maker.EVENTBRITE, "utf-8", ","),
        ("weezevent.csv", Maker.WEEZEVENT, "utf-8", ";"),
        ("devpost.csv", Maker.DEVPOST, "utf-8", ","),
        ("devpost_projets.csv", Maker.DEVPOST, "utf-8", ","),
        ("google_forms.csv", Maker.GOOGLE_FORMS, "utf-8", ","),
        ("framaforms.csv", Maker.FRAMAFORMS, "utf-16", "\t"),
        ("canonique.csv", Maker.CANONICAL, "utf-8", ";"),
        ("libre.csv", Maker.OTHER, "utf-8", ","),
    ],
)
def test_each_maker_is_recognised(name: str, maker: Maker, encoding: str, delimiter: str) -> None:
    """Without their accents too, in any encoding, below titles that stand above the header."""
    table = table_of(name)
    assert (recognise(table.headers).maker, table.encoding, table.delimiter) == (maker, encoding, delimiter)


def fields(*headers: str, **more: object) -> list[str | None]:
    """Fields of these headers, by name."""
    return [field.value if field else None for field in guess_columns(headers, **more).values()]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("  ADRESSE É-MAIL * (obligatoire)", "email"),
        ("Quelles sont vos compétences ?", "skills"),
        ("Avec qui souhaitez-vous travailler ?", "friends"),
        ("Avec qui ne souhaitez-vous pas être ?", "avoid"),
        ("People you would like to have on your team", "friends"),
        ("People you would like to not have on your team", "avoid"),
        ("2e choix", "challenge_2"),
        ("Troisième vœu", "challenge_3"),
        ("First choice", "challenge_1"),
        ("Défi n° 4", "challenge_4"),
        ("Est-ce votre premier hackathon ?", "newcomer"),
        ("J'accepte de figurer dans l'annuaire", "consent_directory"),
        ("Avez-vous besoin d'aménagements ?", "access_needs"),
        ("Allergies, régime ?", "diet"),
        ("N° de téléphone", None),
        ("Taille de t-shirt", None),
        ("Montant Repas végétarien", None),
        ("Membre 2 : prénom", "member_first_name"),
        ("Team Member 3 Email", "member_email"),
    ],
)
def test_a_header_is_recognised_alone(header: str, field: str | None) -> None:
    """Case, accents, spaces and remarks do not count; what we do not need is left out."""
    assert fields(header) == [field]


def test_a_name_is_the_family_name_beside_a_first_name() -> None:
    """And the whole name where it stands alone."""
    assert fields("Nom", "Prénom") == ["last_name", "first_name"]
    assert fields("Nom", "Courriel") == ["name", "email"]


def test_a_field_goes_to_one_column_and_whole_names_come_first() -> None:
    """A pattern does not take the field of a column that bears its name; fields of lists may have several columns."""
    assert fields("E-mail de contact", "email") == [None, "email"]
    assert fields("Compétences techniques", "Autres compétences") == ["skills", "skills"]


def test_questions_of_the_event_and_grids_of_challenges_are_known() -> None:
    """A question that was asked here is its answer, whatever else its words could mean."""
    question = "Quel régime alimentaire défendez-vous ?"
    found = fields(f"Classez [{TITLES[0]}]", "Classez [Un inconnu]", question, questions=["A ?", question],
                   challenges=TITLES)  # fmt: skip
    assert found == ["challenge_rank", None, "question_2"]


def test_titles_above_the_header_are_passed_over() -> None:
    """The row that names most fields is the header; where no row names two, the first is."""
    assert (
        header_row([["Liste du 1er décembre"], ["Nom", "Prénom", "Courriel"], ["Essai", "Ada", "a@example.org"]]) == 1
    )
    assert header_row([["Qui", "Quoi"], ["Ada", "Code"]]) == 0


def test_words_of_a_header_are_bare() -> None:
    """A header of signs and remarks alone keeps what it has."""
    assert words_of("(1)") == "1"
    assert Field.EMAIL.value == "email"
