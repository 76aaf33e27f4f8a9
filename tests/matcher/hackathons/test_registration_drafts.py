"""Drafts of registrations: what is read, bounded and refused, and that a stored one reads back the same."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.clock import today
from matcher.hackathons.fields import SkillLevel
from matcher.hackathons.registration_drafts import RegistrationDraft, parse_registration, split_names
from matcher.postings.drafts import DraftProblems, ProblemCode
from matcher.store import Challenge, Hackathon, HalfDay
from matcher.vocabulary import TeamStatus

#: Teams of at most four; four half-days; two open challenges and a withdrawn one; one question.
EVENT = Hackathon(title="Essai", size_min=2, size_target=3, size_max=4, questions=["Taille ?"])
EVENT.half_days = [HalfDay(number=number) for number in range(4)]
EVENT.challenges = [Challenge(id=7, title="Frigo"), Challenge(id=8, title="Carte")]
EVENT.challenges.append(Challenge(id=9, title="Retiré", withdrawn_at=EVENT.challenges[0].created_at))


def parse(**values: Any) -> RegistrationDraft:
    """A draft of somebody with a name, and ``values``."""
    return parse_registration({"name": "Camille Essai", **values}, EVENT, today())


def problem(**values: Any) -> tuple[str, ProblemCode]:
    """Field and code of the one problem of a draft."""
    with pytest.raises(DraftProblems) as caught:
        parse(**values)
    (only,) = caught.value.problems
    return only.field, only.code


def test_a_name_is_enough() -> None:
    """Who tells nothing else is there all the time, comes alone, and is not in the directory."""
    draft = parse()
    assert (draft.half_days, draft.team_status, draft.directory_consent) == (None, TeamStatus.ALONE, False)


def test_texts_of_a_table_are_read_as_lists() -> None:
    """What an import has in one cell."""
    draft = parse(
        email="CAMILLE@Example.org", skills="web:3; video", languages="FR, de", choices=["", " 8 ", "7"],
        friends="Léa Roy, Paul Weber et ROY Lea", half_days="0;2", roles="tech, design",
    )  # fmt: skip
    assert draft.email == "camille@example.org"
    assert draft.skills == (SkillLevel("web", 3), SkillLevel("video", 2))
    assert (draft.languages, draft.choices, draft.half_days) == (("fr", "de"), (8, 7), {"0", "2"})
    assert draft.friends == ("Léa Roy", "Paul Weber")
    assert len(draft.roles) == 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, ("name", ProblemCode.REQUIRED)),
        ({"email": "camille"}, ("email", ProblemCode.BAD_EMAIL)),
        ({"skills": ["web:4"]}, ("skills", ProblemCode.OUT_OF_RANGE)),
        ({"skills": [f"s{n}" for n in range(11)]}, ("skills", ProblemCode.TOO_MANY)),
        ({"languages": ["français"]}, ("languages", ProblemCode.UNKNOWN_CHOICE)),
        ({"half_days": []}, ("half_days", ProblemCode.REQUIRED)),
        ({"half_days": ["4"]}, ("half_days", ProblemCode.UNKNOWN_CHOICE)),
        ({"choices": ["9"]}, ("choices", ProblemCode.UNKNOWN_CHOICE)),
        ({"choices": ["7", "7"]}, ("choices", ProblemCode.RANKED_TWICE)),
        ({"choices": ["sept"]}, ("choices", ProblemCode.UNKNOWN_CHOICE)),
        ({"team_status": "team"}, ("team_name", ProblemCode.REQUIRED)),
        ({"friends": "Ana Un, Bob Deux, Cid Trois, Dan Quatre"}, ("friends", ProblemCode.TOO_MANY_FRIENDS)),
        ({"friends": "essai CAMILLE"}, ("friends", ProblemCode.OWN_NAME)),
        ({"avoid": "Camille Essai"}, ("avoid", ProblemCode.OWN_NAME)),
        ({"friends": "Léa Roy", "avoid": "roy léa"}, ("avoid", ProblemCode.FRIEND_AND_AVOIDED)),
        ({"answers": ["M", "de trop"]}, ("answers", ProblemCode.TOO_MANY)),
        ({"shoe_size": "42"}, ("shoe_size", ProblemCode.UNKNOWN_FIELD)),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(values: dict[str, Any], expected: tuple[str, ProblemCode]) -> None:
    """One clear problem, where it can be mended."""
    assert problem(**values) == expected


def test_the_name_of_a_team_goes_with_a_whole_team_alone() -> None:
    """Somebody who comes alone and left a name there is in no team."""
    assert parse(team_status="team", team_name="Les Relais").team_name == "Les Relais"
    assert parse(team_status="alone", team_name="Les Relais").team_name == ""


def test_names_are_cut_where_people_cut_them() -> None:
    """Commas, line ends, "et" and "and" between spaces; a name with "et" inside stays whole."""
    told = "Léa Roy\nPaul Weber; Inès et Juliette Berger and Max"
    assert split_names(told) == ["Léa Roy", "Paul Weber", "Inès", "Juliette Berger", "Max"]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(RegistrationDraft.model_fields)), st.text() | st.lists(st.text())))
def test_anything_is_read_or_refused(values: dict[str, Any]) -> None:
    """No value of any field raises anything but problems."""
    with suppress(DraftProblems):
        parse(**values)


def test_private_fields_are_not_in_the_representation() -> None:
    """An error report may print a draft."""
    draft = parse(email="camille@example.org", avoid="Max Noir", diet="Sans gluten", access_needs="Fauteuil")
    assert not [text for text in ("camille@", "Max Noir", "gluten", "Fauteuil") if text in repr(draft)]
