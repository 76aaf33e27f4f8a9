"""A table of people alone becomes a problem of forming teams."""

from __future__ import annotations

import pytest

from matcher.exchange.registrations.problem_files import FileProblem, columns_of, problem_of
from matcher.teams.entities import Participant, ProblemError
from matcher.teams.files import problem_from_text, problem_text
from matcher.teams.weights import Rules
from tests.matcher.hackathons.registration_files import table, table_of

PEOPLE = (
    "external_id;first_name;last_name;email;organisation;roles;skills;experience;languages;availability;challenge_1;"
    "challenge_2;friends;avoid;team_status;team_name\n"
    'a;Ada;Essai;;Atelier;tech;Python:3|Couture;used;"fr;en";"0;1";Eau;Sol;Bo Modèle;Cy Fictif;;\n'
    'b;Bo;Modele;;;design;;none;fr;"0;2";sol;;ada essai;;;\n'
    "c;Cy;Fictif;;Atelier;;;expert;;;EAU;;Personne Dici;;team;Les Pontons\n"
    "d;Di;Faux;;;;;;fr;;;;;;team;les pontons\n"
)


def read(text: str) -> FileProblem:
    """The problem of a table, for teams of one to three."""
    given = table(text)
    return problem_of(given, columns_of(given), Rules(1, 2, 3))


def by_id(found: FileProblem) -> dict[str, Participant]:
    """Participants by id."""
    return {each.id: each for each in found.problem.participants}


def test_people_and_challenges_are_those_of_the_file() -> None:
    """A challenge is called as it was written first, whatever the case later; skills are their own codes."""
    found = read(PEOPLE)
    assert [challenge.id for challenge in found.problem.challenges] == ["Eau", "sol"]
    ada = by_id(found)["a"]
    assert (ada.ranked, ada.experience, ada.skills) == (("Eau", "sol"), 2, {"python": 3, "couture": 2})
    assert by_id(found)["c"].ranked == ("Eau",)
    assert (ada.availability, by_id(found)["c"].availability) == (frozenset({0, 1}), None)


def test_wishes_become_pairs() -> None:
    """Both asked: mutual. A name that nobody bears is said with its line; one to avoid is counted alone."""
    found = read(PEOPLE)
    assert [(pair.first, pair.second, pair.mutual) for pair in found.problem.friends] == [("a", "b", True)]
    assert [(pair.first, pair.second) for pair in found.problem.avoid] == [("a", "c")]
    assert found.unknown_names == [(4, "Personne Dici")]


def test_a_team_that_comes_as_a_whole_stays_together() -> None:
    """By its name, whatever the case."""
    assert read(PEOPLE).problem.blocks == (frozenset({"c", "d"}),)


def test_whoever_names_no_language_speaks_the_usual_one() -> None:
    """Else nobody could be in a team with them; where nobody names any, none has to be common."""
    assert by_id(read(PEOPLE))["c"].languages == {"fr"}
    silent = read("Nom;Défi\nAda Essai;Eau\nBo Modèle;Eau\n")
    assert not silent.problem.rules.common_language


def test_people_without_a_number_are_called_by_their_names() -> None:
    """Two of one name, who have two addresses, by their lines as well."""
    found = read("Nom;Courriel;Défi\nAda Essai;a@example.org;Eau\nAda Essai;b@example.org;Eau\nBo Modèle;;Eau\n")
    assert list(by_id(found)) == ["Ada Essai (2)", "Ada Essai (3)", "Bo Modèle"]


def test_the_problem_can_be_written_and_read_again() -> None:
    """For each of the files that names challenges."""
    for name in ("canonique.csv", "google_forms.csv", "libre.csv"):
        given = table_of(name)
        problem = problem_of(given, columns_of(given), Rules()).problem
        assert problem_from_text(problem_text(problem)) == problem


def test_a_file_without_challenges_says_so() -> None:
    """One sentence."""
    with pytest.raises(ProblemError, match="no challenge"):
        read("Nom;Courriel\nAda Essai;a@example.org\n")
