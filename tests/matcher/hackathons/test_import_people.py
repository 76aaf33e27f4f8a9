"""Who each row of a file is about: tickets, answers and lists, with the oddities of real files."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.exchange.readers import Table
from matcher.exchange.registrations.columns import guess_columns, words_of
from matcher.exchange.registrations.entities import Aside, Person, Reason, Terms
from matcher.exchange.registrations.people import read_people
from matcher.exchange.registrations.sources import recognise
from tests.matcher.hackathons.registration_files import TITLES, table, table_of
from tests.matcher.hackathons.test_import_cells import HALF_DAYS

SKILLS = ("Développement web", "Tableurs", "Python", "Cartographie")
TERMS = Terms(
    challenges=dict(zip(("1", "2"), TITLES, strict=True)),
    half_days=HALF_DAYS,
    skills={words_of(name): words_of(name) for name in SKILLS},
)


def read(given: Table) -> tuple[dict[str, Person], list[Aside]]:
    """People by name, and the rows left aside."""
    source = recognise(given.headers)
    people, aside = read_people(given, guess_columns(given.headers, source.columns, challenges=TITLES), source, TERMS)
    return {person.name: person for person in people}, aside


def reasons(of: Person) -> list[Reason]:
    """What is said of somebody."""
    return [remark.reason for remark in of.remarks]


def test_whoever_pays_lends_nobody_an_address() -> None:
    """HelloAsso: the payer's address is the payer's own; others of the order have none, and the row says so."""
    people, _ = read(table_of("helloasso.csv"))
    assert {name: person.email for name, person in people.items()} == {
        "Ada Essai": "ada.essai@example.org",
        "Bo Modèle": "",
        "Cy FICTIF": "cy.fictif@example.org",
        "Eve Exemple": "",
    }
    assert reasons(people["Bo Modèle"]) == reasons(people["Eve Exemple"]) == [Reason.PAYER_EMAIL]


def test_a_payer_without_a_name_is_whoever_comes_alone() -> None:
    """Weezevent: an address that pays for one person is theirs, one that pays for two is nobody's."""
    people, _ = read(table_of("weezevent.csv"))
    assert {name: person.email for name, person in people.items()} == {
        "Max Maquette": "",
        "Nina Maquette": "",
        "Otto Simili": "otto.simili@example.org",
    }


def test_only_valid_tickets_come_and_each_person_once() -> None:
    """A refunded ticket and a second ticket are left aside with their reason; an empty line is nothing."""
    _, aside = read(table_of("helloasso.csv"))
    assert [(row.line, row.remark.reason, row.remark.params) for row in aside] == [
        (5, Reason.CANCELLED, {"value": "Remboursé"}),
        (6, Reason.REPEATED, {"line": 2}),
    ]


def test_an_option_that_says_yes_stands_for_its_name() -> None:
    """HelloAsso's pairs: "Repas végétarien" = Oui is a diet, Non is none, and its amount is left out."""
    people, _ = read(table_of("helloasso.csv"))
    assert people["Ada Essai"].values["diet"] == "Repas végétarien"
    assert "diet" not in people["Cy FICTIF"].values


def test_whoever_registered_first_comes_first() -> None:
    """By the date of the order, whatever the order of rows: places are given so."""
    people, _ = read(table_of("helloasso.csv"))
    assert next(iter(people)) == "Cy FICTIF"
    american, _ = read(table_of("eventbrite.csv"))
    assert [str(person.moment.date()) for person in american.values() if person.moment] == [
        "2024-11-29", "2024-11-29", "2024-12-01",
    ]  # fmt: skip


def test_two_tickets_with_one_address_are_two_people() -> None:
    """Eventbrite: the buyer's address stands on each ticket; only the first one keeps it."""
    people, aside = read(table_of("eventbrite.csv"))
    assert people["Jon Sample"].email == ""
    assert reasons(people["Jon Sample"]) == [Reason.SHARED_EMAIL]
    assert [(row.name, row.remark.params["value"]) for row in aside] == [("Kim Mockup", "Not Attending")]


def test_the_last_answer_of_a_form_counts() -> None:
    """Google Forms: the same address again replaces what came before."""
    people, aside = read(table_of("google_forms.csv"))
    assert people["Sol Inventé"].values["choices"] == ["2", "1"]
    assert [(row.line, row.remark.reason, row.remark.params) for row in aside] == [
        (2, Reason.ANSWERED_AGAIN, {"line": 4})
    ]


def test_answers_of_a_form_are_understood() -> None:
    """Half-days, levels, a grid of ranks, friends, consent; what is not understood is said."""
    values = read(table_of("google_forms.csv"))[0]["Sol Inventé"].values
    expected: dict[str, Any] = {
        "half_days": ["2"],
        "skills": ["developpement web:3", "tableurs"],
        "roles": ["tech"],
        "languages": ["fr", "en"],
        "friends": ["Tom Feint"],
        "experience": "none",
        "team_status": "alone",
        "directory_consent": True,
    }
    assert {name: values[name] for name in expected} == expected
    assert "diet" not in values  # "Aucun"


def test_unknown_skills_are_kept_in_peoples_own_words() -> None:
    """They are no skill of the service, and yet worth reading."""
    people, _ = read(table_of("google_forms.csv"))
    assert people["Tom Feint"].values["about"] == "Céramique"


def test_drafts_of_a_form_do_not_come() -> None:
    """Framaforms: an answer that was never sent in, under two rows of titles, in UTF-16."""
    people, aside = read(table_of("framaforms.csv"))
    assert list(people) == ["Wim Bidon"]
    assert [row.remark.reason for row in aside] == [Reason.CANCELLED]


def test_members_without_headers_come_with_their_team() -> None:
    """Devpost projects: cells beyond the header go on in threes; the team has the name of the project."""
    people, aside = read(table_of("devpost_projets.csv"))
    solar = [name for name, person in people.items() if person.values.get("team_name") == "Solar Mock"]
    assert solar == ["Ari Mockson", "Bea Mockson", "Cal Mockson", "Dee Mockson"]
    assert people["Cal Mockson"].email == "cal.mockson@example.org"
    assert aside == []


def test_whoever_has_a_row_of_their_own_is_not_taken_from_anothers() -> None:
    """Named as a member by one row, and registered by another: what they say themselves counts."""
    people, aside = read(
        table(
            "Nom;Courriel;Compétences;Membre 2 nom;Membre 2 e-mail\n"
            "Ada Essai;a@example.org;;Bo Modèle;b@example.org\n"
            "Bo Modèle;b@example.org;Python;;\n"
        )
    )
    assert list(people) == ["Ada Essai", "Bo Modèle"]
    assert people["Bo Modèle"].values["skills"] == ["python"]
    assert aside == []


def test_devposts_own_words_are_known() -> None:
    """How many projects, how they come; a team without a name cannot be brought together, which is said."""
    people, _ = read(table_of("devpost.csv"))
    assert people["Pia Dummy"].values["is_newcomer"] is True
    assert people["Quin Dummy"].values["experience"] == "expert"
    assert people["Rae Dummy"].values["team_status"] == "looking"
    assert reasons(people["Rae Dummy"]) == [Reason.TEAM_WITHOUT_NAME]


def test_the_same_name_without_an_address_is_the_same_person() -> None:
    """Whatever the order of the words and the accents; two addresses are two people."""
    people, aside = read(table("Nom;Courriel\nAda Élan;a@example.org\nÉLAN ada;\nAda Elan;other@example.org\n"))
    assert [(row.line, row.remark.params["line"]) for row in aside] == [(3, 2)]
    assert len(people) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [("a@example.org", "A@Example.org"), ("", "")],
)
def test_keys_are_the_same_each_time(first: str, second: str) -> None:
    """Of an address, whatever its case; of a name and an organisation without one."""
    keys = [
        next(iter(read(table(f"Nom;Courriel;Structure\n{name};{email};L'Atelier\n"))[0].values())).key
        for name, email in (("Ada Essai", first), ("ada ESSAI", second))
    ]
    assert keys[0] == keys[1]
    assert "example" not in keys[0]
