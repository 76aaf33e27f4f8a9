"""Free text as roles and skills, and the nearness of people to challenges."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.hackathons.profiles import ROLE_OF_GROUP, profile_text, propose_profile, similarities
from matcher.store import Skill
from matcher.vocabulary import TeamRole
from tests.builders import skill
from tests.hackathons import make_challenge, make_hackathon, make_registration

SKILLS_CSV = Path(__file__).parents[3] / "matcher" / "data" / "skills.csv"
AXES = ("frigo", "carte", "dessin")


def shipped_skills() -> list[Skill]:
    """The skills that the service comes with."""
    with SKILLS_CSV.open(encoding="utf-8", newline="") as file:
        return [
            Skill(
                code=row["code"],
                group=row["group"],
                label_fr=row["label_fr"],
                label_en=row["label_en"],
                words_fr=row["words_fr"].split("|"),
                words_en=row["words_en"].split("|"),
            )
            for row in csv.DictReader(file)
        ]


class WordEncoder:
    """An encoder whose vectors can be told by reading: one direction for each word of ``AXES``; "non" turns it."""

    model_id = "words"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of norm 1."""
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of norm 1."""
        rows = np.array([[float(axis in text.lower()) for axis in (*AXES, "")] for text in texts], dtype=np.float32)
        rows *= np.array([[-1.0 if "non" in text.lower() else 1.0] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "language", "roles", "codes"),
    [
        ("Je code en Python, et je fais des sites.", "fr", {TeamRole.TECH}, {"software_development"}),
        ("Je suis infirmière auprès de personnes âgées.", "fr", {TeamRole.DOMAIN}, set()),
        ("Graphiste : affiches, illustrations, vidéos", "fr", {TeamRole.DESIGN}, {"graphic_design", "illustration"}),
        ("Trésorière, je sais animer des réunions", "fr", {TeamRole.FACILITATION}, {"facilitation"}),
        ("I build mobile apps and organise meetings", "en", {TeamRole.TECH, TeamRole.FACILITATION}, {"mobile_app"}),
        ("", "fr", set(), set()),
        ("Bonjour !", "fr", set(), set()),
    ],
)
def test_plain_words_become_roles_and_skills(text: str, language: str, roles: set[TeamRole], codes: set[str]) -> None:
    """What the words say is proposed; what they do not say is no reason to refuse anything."""
    found = propose_profile(text, language, shipped_skills())
    assert found.roles >= roles
    assert {skill.code for skill in found.skills} >= codes
    assert found.is_empty == (not roles)


def test_every_group_of_skills_leads_to_a_role() -> None:
    """A group that is added to the list has to be placed, too."""
    assert {skill.group for skill in shipped_skills()} == set(ROLE_OF_GROUP)


def test_nearness_is_told_for_challenges_that_were_not_ranked(session: Session) -> None:
    """In [0, 1]; people who told nothing of themselves are left out."""
    event = make_hackathon(session)
    frigo, carte = make_challenge(session, event, "Frigo"), make_challenge(session, event, "Carte")
    for challenge in (frigo, carte):
        challenge.statement = ""
    near = make_registration(session, event, about="Le frigo", choices=[carte])
    far = make_registration(session, event, about="Le dessin")
    against = make_registration(session, event, about="Non")
    silent = make_registration(session, event)
    found = similarities([near, far, against, silent], [frigo, carte], WordEncoder())
    assert set(found) == {near.id, far.id, against.id}
    assert set(found[near.id]) == {frigo.id}
    assert found[near.id][frigo.id] == pytest.approx(1.0)
    assert found[far.id][frigo.id] == pytest.approx(0.5)
    assert found[against.id] == {frigo.id: 0.0, carte.id: 0.0}


def test_without_people_or_challenges_nothing_is_encoded(session: Session) -> None:
    """An empty event asks nothing of the encoder."""
    event = make_hackathon(session)
    person = make_registration(session, event, about="Le frigo")
    assert similarities([], [make_challenge(session, event)], WordEncoder()) == {}
    assert similarities([person], [], WordEncoder()) == {}


def test_a_profile_is_the_own_words_then_the_skills(session: Session) -> None:
    """In the language of the person."""
    event = make_hackathon(session)
    row = make_registration(session, event, about="Je dessine.", skills={skill(session, "video"): 2})
    assert profile_text(row) == "Je dessine. video fr"
