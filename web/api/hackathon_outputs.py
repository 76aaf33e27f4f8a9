"""What programs are answered about events, challenges and registrations, and how rows become it.

What has no field here cannot leak: no wish to avoid somebody beyond how many there are, no diet, no access needs, no
note of the organisers, and for anybody but organisers no address and no name of whoever did not agree to be named.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from flask import url_for
from pydantic import Field

from matcher.hackathons.challenges import owner_of
from matcher.hackathons.events import neighbours
from matcher.hackathons.queries import HeadCount, TeamState, registration_is_open
from matcher.hackathons.registration_filling import half_days_there, registration_data, sorted_skills
from matcher.hackathons.wishes import OpenWish
from matcher.store import Challenge, Hackathon, Registration
from matcher.vocabulary import (
    Attendance,
    ChallengeOutcome,
    DayPart,
    Experience,
    Family,
    HackathonPhase,
    Language,
    RegistrationStatus,
    TeamRole,
    TeamStatus,
    WishKind,
)
from web.api.shapes import Address, ManagementOut, Out, PageOut, PlaceOut, place_out, sorted_values
from web.api.words import N_
from web.hackathons.presenters import anchor_of
from web.i18n import public_url
from web.posting.sides import as_typed
from web.posting.submission import fingerprint
from web.teams.public import PublicTeam

#: What a registration holds that no program reads or changes.
KEPT_PRIVATE: Final = ("avoid", "access_needs", "diet")


class HalfDayOut(Out):
    """A half-day of an event."""

    number: int = Field(description=N_("What registrations call it, from 0"))
    day: date
    part: DayPart


class HackathonOut(Out):
    """An event as anybody may read it."""

    id: int
    url: Address = Field(description=N_("Its page"))
    phase: HackathonPhase
    registration_open: bool
    title: str
    description: str
    organiser: str
    language: Language
    is_online: bool
    place: PlaceOut | None
    venue: str
    starts_on: date
    ends_on: date
    registration_ends_on: date | None
    half_days: list[HalfDayOut]
    languages: list[str] = Field(description=N_("Languages spoken there (ISO 639-1)"))
    size_min: int
    size_target: int
    size_max: int
    capacity: int | None = Field(description=N_("Places; null: no limit"))
    registered: int = Field(description=N_("People who have a place"))
    waiting: int = Field(description=N_("People on the waiting list"))
    questions: list[str]
    code_of_conduct: str
    criteria: list[str]
    challenges: int = Field(description=N_("How many challenges can be chosen"))
    teams_published: bool
    updated_at: datetime


class HackathonPage(PageOut[HackathonOut]):
    """One page of events: those to come, the nearest first, then past ones, newest first."""


class RoleOut(Out):
    """How many members of a role each team should have."""

    role: TeamRole
    count: int


class LevelOut(Out):
    """A skill and its level: 1 begun, 2 used to it, 3 could teach it."""

    code: str
    level: int


class ReferenceOut(Out):
    """Something that has a page of its own."""

    id: int
    name: str
    url: Address


class ChallengeOut(Out):
    """A challenge as anybody may read it."""

    id: int
    url: Address = Field(description=N_("Its place on the page of the event"))
    position: int = Field(description=N_("1 for the first; 0 when it is withdrawn"))
    title: str
    statement: str
    organisation: ReferenceOut | None = Field(description=N_("Whose need it is; null: nobody’s, or anonymous"))
    need: ReferenceOut | None = Field(description=N_("The need that it was made from"))
    roles: list[RoleOut]
    skills: list[LevelOut]
    min_teams: int
    max_teams: int | None
    partner: str
    prize: str
    eligibility: str
    families: list[Family] = Field(description=N_("Whose people alone may join; empty: all"))
    languages: list[str] = Field(description=N_("Languages that every member speaks (ISO 639-1)"))
    wants_owner: bool
    withdrawn: bool
    outcome: ChallengeOutcome | None = Field(description=N_("What became of it after the event"))
    outcome_note: str


class ChallengeList(Out):
    """Challenges in their order."""

    items: list[ChallengeOut]


class ChallengeStored(Out):
    """A challenge that was added or changed, and the revision of its event since."""

    challenge: ChallengeOut
    revision: int


class PublicTeamOut(Out):
    """A published team: by name only who agreed to it, the others as a number."""

    challenge: ReferenceOut
    number: int
    name: str = Field(description=N_("How it calls itself; may be empty"))
    people: list[str] = Field(description=N_("Names of those who agreed to be named"))
    others: int = Field(description=N_("How many others are in it"))


class PublicTeamList(Out):
    """Published teams; none before publication."""

    items: list[PublicTeamOut]


class PeopleOut(Out):
    """How many people; who arrived and who is absent have a place."""

    registered: int
    waiting: int
    withdrawn: int
    arrived: int
    absent: int


class OrganiserOut(Out):
    """An event as its organisers read it, drafts and withdrawn challenges too."""

    hackathon: HackathonOut
    revision: int = Field(description=N_("To be sent with a change of the event or of a challenge"))
    contact_email: str = Field(description=N_("Private: for organisers alone"))
    previous_phase: HackathonPhase | None
    next_phase: HackathonPhase | None
    people: PeopleOut
    teams_formed: bool
    challenges: list[ChallengeOut]


class HackathonCreated(Out):
    """An event that was created; nobody sees it before its phase is changed."""

    hackathon: HackathonOut
    revision: int
    management: ManagementOut


class PersonOut(Out):
    """Somebody who is registered."""

    id: int
    name: str


class FriendOut(Out):
    """Somebody to be with, as it was typed and whom it means."""

    name: str
    registration: int | None = Field(description=N_("Number of the registration that is meant; null: nobody yet"))


class RegistrationOut(Out):
    """A registration as organisers read it, without what stays on the pages of the site."""

    id: int
    version: str = Field(description=N_("To be sent with a change"))
    source: str
    status: RegistrationStatus
    attendance: Attendance
    name: str
    email: str
    language: Language
    organisation: str
    family: Family | None
    about: str
    roles: list[TeamRole]
    skills: list[LevelOut]
    experience: Experience
    is_newcomer: bool
    languages: list[str]
    half_days: list[int] = Field(description=N_("Numbers of the half-days at which the person is there"))
    choices: list[int] = Field(description=N_("Numbers of challenges, the first choice first"))
    team_status: TeamStatus
    team_name: str
    friends: list[FriendOut]
    avoided: int = Field(description=N_("How many people to be kept apart from; who stays on the organisers’ page"))
    answers: list[str]
    directory_consent: bool
    created_at: datetime
    updated_at: datetime


class RegistrationPage(PageOut[RegistrationOut]):
    """One page of registrations, by name."""


class RegistrationStored(Out):
    """Somebody who was registered; the link opens the person's own page and is to be given to nobody else."""

    registration: RegistrationOut
    participation: ManagementOut


class CandidateOut(Out):
    """Somebody whom a typed name may mean."""

    registration: int
    name: str
    likeness: int = Field(description=N_("Likeness of the names, 0 to 100"))


class WishOut(Out):
    """A typed name of somebody to be with that means nobody for certain."""

    id: int
    author: PersonOut
    name: str = Field(description=N_("As it was typed"))
    candidates: list[CandidateOut] = Field(description=N_("Whom it may mean, the likeliest first"))


class WishList(Out):
    """Names to settle."""

    items: list[WishOut]
    private: int = Field(description=N_("Further names that are settled on the organisers’ page alone"))


def hackathon_out(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> HackathonOut:
    """An event as anybody may read it."""
    told = {name: getattr(hackathon, name) for name in HackathonOut.model_fields if hasattr(hackathon, name)}
    return HackathonOut.model_validate(
        told
        | {
            "url": public_url(url_for("hackathons.show", id=hackathon)),
            "registration_open": registration_is_open(hackathon, today),
            "place": place_out(hackathon.place) if hackathon.place else None,
            "half_days": [HalfDayOut(number=row.number, day=row.day, part=row.part) for row in hackathon.half_days],
            "registered": people.registered,
            "waiting": people.waiting,
            "challenges": len(hackathon.open_challenges),
            "teams_published": teams.published,
        }
    )


def challenge_out(challenge: Challenge) -> ChallengeOut:
    """A challenge as anybody may read it; nothing that names the author of an anonymous need."""
    told = {name: getattr(challenge, name) for name in ChallengeOut.model_fields if hasattr(challenge, name)}
    owner, need = owner_of(challenge), challenge.need
    order = challenge.hackathon.open_challenges
    return ChallengeOut.model_validate(
        told
        | {
            "url": _challenge_address(challenge),
            "position": order.index(challenge) + 1 if challenge in order else 0,
            "organisation": owner
            and ReferenceOut(id=owner.id, name=owner.name, url=public_url(url_for("organisations.show", id=owner))),
            "need": need and ReferenceOut(id=need.id, name=need.title, url=public_url(url_for("needs.show", id=need))),
            "roles": [RoleOut(role=row.role, count=row.count) for row in challenge.roles],
            "skills": sorted(
                (LevelOut(code=row.skill.code, level=row.level) for row in challenge.skills), key=lambda row: row.code
            ),
            "families": sorted_values(challenge.families),
            "withdrawn": challenge.withdrawn_at is not None,
        }
    )


def challenge_stored(challenge: Challenge) -> ChallengeStored:
    """A challenge after a change."""
    return ChallengeStored(challenge=challenge_out(challenge), revision=challenge.hackathon.revision)


def public_team_out(team: PublicTeam) -> PublicTeamOut:
    """A published team, as its public page shows it."""
    challenge = team.challenge
    return PublicTeamOut(
        challenge=ReferenceOut(id=challenge.id, name=challenge.title, url=_challenge_address(challenge)),
        number=team.number,
        name=team.name,
        people=list(team.people),
        others=team.others,
    )


def organiser_out(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> OrganiserOut:
    """An event as its organisers read it."""
    before, after = neighbours(hackathon.phase)
    return OrganiserOut(
        hackathon=hackathon_out(hackathon, people, teams, today),
        revision=hackathon.revision,
        contact_email=hackathon.contact_email,
        previous_phase=before,
        next_phase=after,
        people=PeopleOut(**{name: getattr(people, name) for name in PeopleOut.model_fields}),
        teams_formed=teams.formed,
        challenges=[challenge_out(challenge) for challenge in hackathon.challenges],
    )


def registration_out(row: Registration) -> RegistrationOut:
    """A registration as organisers' programs read it."""
    told = {name: getattr(row, name) for name in RegistrationOut.model_fields if hasattr(row, name)}
    friends = [wish for wish in row.wishes if wish.kind is WishKind.WITH]
    return RegistrationOut.model_validate(
        told
        | {
            "version": version_of(row),
            "roles": sorted_values(row.roles),
            "skills": [LevelOut(code=link.skill.code, level=link.level) for link in sorted_skills(row)],
            "half_days": list(map(int, half_days_there(row))),
            "choices": [choice.challenge_id for choice in row.choices],
            "friends": [FriendOut(name=wish.typed, registration=wish.other_id) for wish in friends],
            "avoided": len(row.wishes) - len(friends),
        }
    )


def version_of(row: Registration) -> str:
    """What changes whenever something changes that a program can change."""
    told = {name: as_typed(value) for name, value in registration_data(row).items() if name not in KEPT_PRIVATE}
    return fingerprint(told)


def wish_out(wish: OpenWish) -> WishOut:
    """A name to settle."""
    return WishOut(
        id=wish.wish.id,
        author=PersonOut(id=wish.author.id, name=wish.author.name),
        name=wish.wish.typed,
        candidates=[
            CandidateOut(registration=found.person.id, name=found.person.name, likeness=round(found.likeness))
            for found in wish.candidates
        ],
    )


def _challenge_address(challenge: Challenge) -> str:
    return public_url(url_for("hackathons.show", id=challenge.hackathon, _anchor=anchor_of(challenge)))
