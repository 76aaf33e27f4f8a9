"""Challenges: from a need in one click without telling more than it does, written, revised, ordered, concluded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.hackathons import challenges as use_cases
from matcher.hackathons import limits
from matcher.hackathons.drafts import ChallengeDraft, parse_challenge
from matcher.hackathons.events import ChangedMeanwhile
from matcher.hackathons.partners import Help, help_of, partner_groups
from matcher.hackathons.queries import challenges_of_need, needs_near
from matcher.pairs.cards import Match
from matcher.postings.problems import DraftProblems, ProblemCode
from matcher.store import Hackathon
from matcher.vocabulary import (
    ChallengeOutcome,
    Family,
    HackathonPhase,
    Level,
    OfferKind,
    PostingStatus,
    TeamRole,
)
from tests.builders import need, offer, organisation, place, skill
from tests.hackathons import make_challenge, make_hackathon

TODAY = date(2027, 1, 4)


def told(**values: Any) -> dict[str, Any]:
    return {"title": "Planning des tournées", "statement": "Chaque semaine, une tournée est oubliée."} | values


def draft(**values: Any) -> ChallengeDraft:
    return parse_challenge(told(**values))


def titles(event: Hackathon) -> list[str]:
    return [challenge.title for challenge in event.open_challenges]


REFUSED = [
    ({"title": "x"}, "title", ProblemCode.TOO_SHORT),
    ({"statement": ""}, "statement", ProblemCode.REQUIRED),
    ({"min_teams": "3", "max_teams": "2"}, "max_teams", ProblemCode.NUMBERS_ORDER),
    ({"roles": {"tech": "21"}}, "roles", ProblemCode.OUT_OF_RANGE),
    ({"roles": {"magician": "1"}}, "roles", ProblemCode.UNKNOWN_CHOICE),
    ({"skills": ["web:4"]}, "skills", ProblemCode.OUT_OF_RANGE),
    ({"skills": [f"skill_{number}" for number in range(13)]}, "skills", ProblemCode.TOO_MANY),
    ({"families": ["company", "martians"]}, "families", ProblemCode.UNKNOWN_CHOICE),
    ({"owner": "me"}, "owner", ProblemCode.UNKNOWN_FIELD),
]


@pytest.mark.parametrize(("values", "field", "code"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_is_refused_with_its_reason(values: dict[str, Any], field: str, code: ProblemCode) -> None:
    """Each wrong answer is named on its own field."""
    with pytest.raises(DraftProblems) as raised:
        draft(**values)
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [(field, code)]


def test_a_written_challenge_holds_what_was_told(session: Session) -> None:
    """Roles and skills with their numbers; a role wanted of nobody is left out; unbounded teams stay so."""
    event = make_hackathon(session)
    skill(session, "web")
    session.commit()
    told_draft = draft(roles={"tech": "2", "design": "0", "domain": ""}, skills=["web:3"], families=["training"])
    row = use_cases.add_challenge(session, event, told_draft)
    assert {role.role: role.count for role in row.roles} == {TeamRole.TECH: 2}
    assert [(link.skill.code, link.level) for link in row.skills] == [("web", 3)]
    assert (row.min_teams, row.max_teams, row.families) == (0, None, frozenset({Family.TRAINING}))
    assert event.revision == 2


def test_an_unknown_skill_stores_nothing(session: Session) -> None:
    """The problem is on the skills; the event has no challenge afterwards."""
    event = make_hackathon(session)
    with pytest.raises(DraftProblems) as raised:
        use_cases.add_challenge(session, event, draft(skills=["alchemy"]))
    assert [problem.field for problem in raised.value.problems] == ["skills"]
    session.refresh(event)
    assert event.challenges == []


def test_a_need_becomes_a_challenge_in_one_click(session: Session) -> None:
    """Its title, problem and result word for word, its skills by importance, its organisation, and proposed roles."""
    event = make_hackathon(session)
    must, nice = skill(session, "web"), skill(session, "poster")
    must.group, nice.group = "building", "design"
    row = need(session, "Un planning", problem="On oublie.", outcome="Plus d’oubli.", must=[must], nice=[nice])
    session.commit()
    challenge = use_cases.add_from_need(session, event, row, TODAY)
    assert (challenge.title, challenge.statement) == ("Un planning", "On oublie.\n\nPlus d’oubli.")
    assert {link.skill.code: link.level for link in challenge.skills} == {"web": 2, "poster": 1}
    assert {role.role: role.count for role in challenge.roles} == {
        TeamRole.TECH: 2,
        TeamRole.DESIGN: 1,
        TeamRole.FACILITATION: 1,
        TeamRole.DOMAIN: 1,
    }
    assert challenge.organisation is not None
    assert challenge.organisation.id == row.organisation_id


def test_an_anonymous_need_does_not_tell_whose_it_is(session: Session) -> None:
    """Neither when it is added, nor when it becomes anonymous afterwards."""
    event = make_hackathon(session)
    hidden, later = need(session, "Un logement discret", anonymous=True), need(session, "Un site")
    session.commit()
    challenge = use_cases.add_from_need(session, event, hidden, TODAY)
    assert challenge.organisation_id is None
    other = use_cases.add_from_need(session, event, later, TODAY)
    assert use_cases.owner_of(other) is not None
    later.anonymous = True
    session.commit()
    assert use_cases.owner_of(other) is None


def test_the_same_need_is_one_challenge(session: Session) -> None:
    """A second click answers the first row; after a withdrawal it brings it back."""
    event = make_hackathon(session)
    row = need(session)
    session.commit()
    first = use_cases.add_from_need(session, event, row, TODAY)
    use_cases.withdraw_challenge(session, first, datetime.now(UTC))
    assert event.open_challenges == []
    assert use_cases.add_from_need(session, event, row, TODAY).id == first.id
    assert event.open_challenges == [first]


def test_a_closed_need_becomes_no_challenge(session: Session) -> None:
    """Nobody waits for its answer any more."""
    event = make_hackathon(session)
    row = need(session, status=PostingStatus.CLOSED, closed_at=datetime.now(UTC))
    session.commit()
    with pytest.raises(use_cases.NeedNotOpen):
        use_cases.add_from_need(session, event, row, TODAY)


def test_an_event_holds_so_many_challenges(session: Session) -> None:
    """One more is refused; a withdrawn one makes room."""
    event = make_hackathon(session)
    for _ in range(limits.MAX_CHALLENGES):
        make_challenge(session, event)
    with pytest.raises(DraftProblems):
        use_cases.add_challenge(session, event, draft())
    use_cases.withdraw_challenge(session, event.challenges[0], datetime.now(UTC))
    use_cases.add_challenge(session, event, draft())


def test_a_revision_changes_roles_and_skills_in_place(session: Session) -> None:
    """What stays keeps its row, what is new comes, what is gone goes."""
    event = make_hackathon(session)
    web, data = skill(session, "web"), skill(session, "data")
    session.commit()
    row = make_challenge(session, event, roles={TeamRole.TECH: 1, TeamRole.DESIGN: 1}, skills={web: 1})
    use_cases.revise_challenge(
        session, row, draft(roles={"tech": "3", "domain": "1"}, skills=["data:2"]), event.revision
    )
    assert {role.role: role.count for role in row.roles} == {TeamRole.TECH: 3, TeamRole.DOMAIN: 1}
    assert {link.skill_id: link.level for link in row.skills} == {data.id: 2}


def test_the_second_of_two_organisers_is_stopped(session: Session) -> None:
    """A challenge saved under an old revision of its event stores nothing."""
    event = make_hackathon(session)
    row = make_challenge(session, event)
    seen = event.revision
    use_cases.revise_challenge(session, row, draft(title="Le premier titre"), seen)
    with pytest.raises(ChangedMeanwhile):
        use_cases.revise_challenge(session, row, draft(title="Le second titre"), seen)
    assert row.title == "Le premier titre"


def test_challenges_keep_the_order_that_they_are_given(session: Session) -> None:
    """One step up or down, no further than the ends, withdrawn ones out of the way."""
    event = make_hackathon(session)
    first, second, third = (make_challenge(session, event, f"Défi {name}") for name in "ABC")
    use_cases.move_challenge(session, third, -1)
    assert titles(event) == ["Défi A", "Défi C", "Défi B"]
    use_cases.withdraw_challenge(session, third, datetime.now(UTC))
    use_cases.move_challenge(session, second, -1)
    assert titles(event) == ["Défi B", "Défi A"]
    use_cases.move_challenge(session, second, -1)
    use_cases.move_challenge(session, first, 5)
    assert titles(event) == ["Défi B", "Défi A"]


def test_a_need_tells_its_public_events_and_what_came_of_it(session: Session) -> None:
    """Never a draft's, nor a withdrawn challenge."""
    row = need(session)
    public, hidden = make_hackathon(session), make_hackathon(session, phase=HackathonPhase.DRAFT)
    challenge = use_cases.add_from_need(session, public, row, TODAY)
    use_cases.add_from_need(session, hidden, row, TODAY)
    assert challenges_of_need(session, row) == [challenge]
    use_cases.record_outcome(session, challenge, ChallengeOutcome.USED, "Utilisé chaque lundi.")
    assert (challenge.outcome, challenge.outcome_note) == (ChallengeOutcome.USED, "Utilisé chaque lundi.")
    use_cases.withdraw_challenge(session, challenge, datetime.now(UTC))
    assert challenges_of_need(session, row) == []


def test_needs_come_nearest_first(session: Session) -> None:
    """By the distance of their place, the newest of one place first, closed ones never."""
    far, near_old, near_new = need(session, "Loin", "Lyon"), need(session, "Près"), need(session, "Près aussi")
    middle = need(session, "Entre deux", "Metz")
    need(session, "Fermé", status=PostingStatus.CLOSED, closed_at=datetime.now(UTC))
    session.commit()
    nancy = place(session, "Nancy")
    assert [row.id for row in needs_near(session, nancy, 9, today=TODAY)] == [
        near_new.id, near_old.id, middle.id, far.id,
    ]  # fmt: skip
    assert len(needs_near(session, nancy, 3, today=TODAY)) == 3
    assert needs_near(session, None, 1, today=TODAY) == [middle]


ROLES = [
    (["design", "design", "media"], 5, {TeamRole.TECH: 1, TeamRole.DESIGN: 2, TeamRole.FACILITATION: 1}),
    (["funding"], 3, {TeamRole.TECH: 1, TeamRole.DESIGN: 1, TeamRole.FACILITATION: 1}),
    (["a territory's own"], 1, {TeamRole.DOMAIN: 1}),
]


@pytest.mark.parametrize(("groups", "size", "expected"), ROLES)
def test_roles_follow_the_skills(groups: list[str], size: int, expected: dict[TeamRole, int]) -> None:
    """One of each while the team has room, one more where most skills are, never more people than the team."""
    found = use_cases.proposed_roles(groups, size)
    assert expected.items() <= found.items()
    assert sum(found.values()) <= size


OFFERS = [
    (OfferKind.FUNDING, Family.COMPANY, Help.FUNDERS),
    (OfferKind.SERVICE, Family.FUNDER, Help.FUNDERS),
    (OfferKind.SPACE, Family.PLACE, Help.PLACES),
    (OfferKind.EQUIPMENT, Family.TRAINING, Help.PLACES),
    (OfferKind.RESEARCH, Family.RESEARCH, Help.DATA),
    (OfferKind.SKILL_TIME, Family.COMPANY, Help.MENTORS),
    (OfferKind.TRAINING, Family.TRAINING, Help.MENTORS),
]


@pytest.mark.parametrize(("kind", "family", "expected"), OFFERS)
def test_an_offer_helps_by_what_it_brings(session: Session, kind: OfferKind, family: Family, expected: Help) -> None:
    """Money, rooms and machines, data and methods, and otherwise people who know how."""
    assert help_of(offer(session, kind=kind, organisation=organisation(session, family=family))) is expected


def test_an_association_with_data_is_a_holder_of_data(session: Session) -> None:
    """A company that works on data is a mentor all the same."""
    data = skill(session, "open_data")
    data.group = "data"
    holder = offer(session, skills=[data], organisation=organisation(session, family=Family.USER_SECTOR))
    maker = offer(session, skills=[data])
    assert (help_of(holder), help_of(maker)) == (Help.DATA, Help.MENTORS)


def test_partners_are_grouped_by_family_best_first(session: Session) -> None:
    """Kinds of help in their order, families in theirs, and the matcher's order within a family."""
    school = organisation(session, family=Family.TRAINING)
    offers = [
        offer(session, "École", organisation=school),
        offer(session, "Première", kind=OfferKind.SKILL_TIME),
        offer(session, "Seconde", kind=OfferKind.SKILL_TIME),
        offer(session, "Salle", kind=OfferKind.SPACE),
    ]
    groups = partner_groups(Match(row, Level.GOOD, 1.0 / rank) for rank, row in enumerate(offers, 1))
    assert [(group.help, [match.posting.title for match in group.matches]) for group in groups] == [
        (Help.MENTORS, ["Première", "Seconde", "École"]),
        (Help.PLACES, ["Salle"]),
    ]
