"""What the organisers' board shows: teams as cards with their people, scores and gaps, and who needs a place.

Nothing here comes from a wish to avoid somebody: scores, costs and sentences are those of
:mod:`matcher.teams.explanations`, which leaves these wishes out, and a broken one is told without names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.hackathons.locks import Locks, team_key
from matcher.hackathons.plans import Standing
from matcher.teams.checker import Broken, Rule
from matcher.teams.messages import Key
from matcher.teams.problem import Assignment, Participant, Slot, teams_of
from matcher.text import fold
from matcher.vocabulary import RegistrationStatus, TeamRole
from web.labels import TEAM_ROLE_NAMES
from web.teams.naming import Names, listed
from web.teams.placed import placed
from web.teams.rule_words import broken_sentence
from web.teams.term_words import TERMS
from web.teams.words import sentence

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    from matcher.store import Challenge, Registration
    from matcher.teams.explanations import Explainer, PlanExplanation, TeamExplanation

#: What a team has; every other message about a team says what it lacks.
_HAS: Final = frozenset({Key.HAS_ROLE, Key.HAS_SKILL})


class Trouble(StrEnum):
    """Why somebody needs the organiser's eye."""

    NO_TEAM = "no_team"
    DECLINED = "declined"
    ABSENT = "absent"
    GONE = "gone"


TROUBLES: Final[Mapping[Trouble, LazyString]] = {
    Trouble.NO_TEAM: _l("has no team yet"),
    Trouble.DECLINED: _l("declined this place"),
    Trouble.ABSENT: _l("did not come"),
    Trouble.GONE: _l("is no longer registered"),
}


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody on the board.

    `rank` is of the challenge that they got, from 1, None where it is not among the `ranked` that they chose.
    `code` is that of their team (:func:`~matcher.hackathons.locks.team_key`), empty without one.
    """

    id: str
    name: str
    organisation: str = ""
    roles: str = ""
    rank: int | None = None
    ranked: int = 0
    is_newcomer: bool = False
    is_locked: bool = False
    trouble: Trouble | None = None
    code: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether they can be moved and held: not when they did not come or are no longer registered."""
        return self.trouble not in {Trouble.ABSENT, Trouble.GONE}

    @property
    def trouble_words(self) -> LazyString | str:
        """What is the matter; nothing when nothing is."""
        return TROUBLES[self.trouble] if self.trouble else ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One sub-score, 0 to 100."""

    name: LazyString
    aim: LazyString
    value: int


@dataclass(frozen=True, slots=True)
class TeamCard:
    """One team.

    Attributes
    ----------
    code
        ``challenge:number``, as locks and forms name it.
    score
        0 to 100; None where nothing could go wrong.
    weak, full
        Sub-scores below 100, the lowest first; names of those that are 100.
    lacks
        Sentences: what is missing, dearest first, and whether it could be avoided.
    """

    code: str
    number: int
    people: tuple[PersonCard, ...]
    score: int | None
    weak: tuple[Bar, ...]
    full: str
    lacks: tuple[str, ...]
    is_locked: bool

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return anchor_of(self.code)


@dataclass(frozen=True, slots=True)
class ChallengeLane:
    """The teams of one challenge, and the number that one more would have (None: no more are allowed)."""

    id: str
    title: str
    organisation: str
    teams: tuple[TeamCard, ...]
    next_number: int | None

    @property
    def people(self) -> int:
        """Members of all its teams."""
        return sum(len(team.people) for team in self.teams)

    @property
    def next_code(self) -> str:
        """Code of one more team; empty when no more are allowed."""
        return f"{self.id}:{self.next_number}" if self.next_number else ""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One part of the cost; `unavoidable` is what no teams save."""

    name: LazyString
    aim: LazyString
    cost: int
    unavoidable: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page.

    `cost`, `costs` and `floor` (no teams cost less) leave wishes to avoid somebody out; `broken` are sentences about
    rules that do not hold.
    """

    lanes: tuple[ChallengeLane, ...]
    tray: tuple[PersonCard, ...]
    cost: int
    costs: tuple[CostLine, ...]
    shortages: tuple[str, ...]
    broken: tuple[str, ...]
    floor: int

    @property
    def teams(self) -> int:
        """How many there are."""
        return sum(len(lane.teams) for lane in self.lanes)

    @property
    def people(self) -> int:
        """How many have a team."""
        return sum(lane.people for lane in self.lanes)

    def person(self, who: str) -> PersonCard | None:
        """Somebody on the board, in a team or in the tray."""
        placed = (card for lane in self.lanes for team in lane.teams for card in team.people)
        return next((card for card in (*placed, *self.tray) if card.id == who), None)


@dataclass(frozen=True, slots=True)
class Event:
    """Who and what the ids of a plan stand for: all challenges and registrations of the event."""

    challenges: Sequence[Challenge]
    registrations: Mapping[str, Registration]
    names: Names


def board_of(event: Event, standing: Standing, given: Assignment, locks: Locks) -> Board:
    """The board of a version as things are today; `given` is where the version has people.

    Who went since is still shown where they were, and counts for nothing.
    Cost: as :func:`matcher.teams.explanations.explain`.
    """
    explained = explanation_of(standing)
    explanations = {team.slot: team for team in explained.teams()} if explained else {}
    whole = explained.whole() if explained else None
    participants = {person.id: person for person in standing.problem.participants}
    troubles = dict(_troubles(event, standing))

    def card(who: str) -> PersonCard:
        person, slot = participants.get(who), given.get(who)
        return _person_card(event, who, person, slot, is_locked=who in locks.people, trouble=troubles.get(who))

    teams = [
        _team_card(team.slot, explanations.get(team.slot), event.names, [card(who) for who in team.members], locks)
        for team in teams_of(given)
    ]
    return Board(
        lanes=tuple(_lanes(event, teams)),
        tray=tuple(sorted(map(card, troubles), key=_by_name)),
        cost=sum(line.cost for line in whole.terms.values()) if whole else 0,
        costs=tuple(_cost_lines(whole)) if whole else (),
        shortages=tuple(sentence(message, event.names) for message in whole.messages) if whole else (),
        broken=tuple(_broken_lines(standing, event.names)),
        floor=explained.bounds.total if explained else 0,
    )


def explanation_of(standing: Standing) -> Explainer | None:
    """Explains the places that may exist, to organisers; None where nobody has one."""
    from matcher.teams.explanations import explain  # noqa: PLC0415 - with numpy, which only these explanations need

    there = placed(standing.problem, standing.assignment)
    return explain(there.problem, there.assignment, for_organiser=True) if there else None


def refusal_sentence(broken: Broken, names: Names) -> str:
    """Why a change is refused. Of a wish to avoid somebody it says that there is one, to organisers, and no more."""
    return gettext("A private wish forbids it.") if broken.rule is Rule.AVOID else broken_sentence(broken, names)


def anchor_of(code: str) -> str:
    """The id of a team in the page."""
    return "team-" + code.replace(":", "-")


def _broken_lines(standing: Standing, names: Names) -> Iterator[str]:
    """Rules that do not hold today, without those about people in the tray, who stand there already."""
    for each in standing.broken:
        in_tray = each.rule is Rule.NEVER and each.params["participant"] in standing.declined
        if each.rule is Rule.AVOID:
            yield gettext("A private wish is not respected.")
        elif each.rule is not Rule.PLACE and not in_tray:
            yield broken_sentence(each, names)


def _troubles(event: Event, standing: Standing) -> Iterator[tuple[str, Trouble]]:
    yield from ((who, Trouble.NO_TEAM) for who in standing.arrived)
    yield from ((who, Trouble.DECLINED) for who in standing.declined)
    for who in standing.gone:
        known = event.registrations.get(who)
        absent = known is not None and known.status is RegistrationStatus.REGISTERED
        yield who, Trouble.ABSENT if absent else Trouble.GONE


def _person_card(
    event: Event,
    who: str,
    person: Participant | None,
    slot: Slot | None,
    *,
    is_locked: bool,
    trouble: Trouble | None,
) -> PersonCard:
    registration = event.registrations.get(who)
    name, code = event.names.person(who), team_key(slot) if slot else ""
    if registration is None:
        return PersonCard(who, name, code=code, is_locked=is_locked, trouble=trouble)
    return PersonCard(
        id=who,
        name=name,
        organisation=registration.organisation,
        roles=role_words(registration.roles),
        rank=person.rank_of(slot.challenge) if person and slot else None,
        ranked=len(person.ranked if person else registration.choices),
        is_newcomer=registration.is_newcomer,
        is_locked=is_locked,
        trouble=trouble,
        code=code,
    )


def role_words(roles: Iterable[TeamRole]) -> str:
    """Roles in one word each, in the order of their list."""
    given = set(roles)
    return listed(str(TEAM_ROLE_NAMES[role]) for role in TeamRole if role in given)


def _team_card(
    slot: Slot, team: TeamExplanation | None, names: Names, people: Iterable[PersonCard], locks: Locks
) -> TeamCard:
    """`team`: None for one that may not exist any more."""
    values = {term: score.value for term, score in team.scores.items()} if team else {}
    weak = [
        Bar(TERMS[term].name, TERMS[term].aim, value)
        for term, value in values.items()
        if value is not None and value < 100
    ]
    messages = team.messages if team else ()
    return TeamCard(
        code=team_key(slot),
        number=slot.number,
        people=tuple(sorted(people, key=_by_name)),
        score=team.score if team else None,
        weak=tuple(sorted(weak, key=lambda bar: bar.value)),
        full=listed(str(TERMS[term].name) for term, value in values.items() if value == 100),
        lacks=tuple(sentence(message, names) for message in messages if message.key not in _HAS),
        is_locked=team_key(slot) in locks.teams,
    )


def _lanes(event: Event, teams: Iterable[TeamCard]) -> Iterator[ChallengeLane]:
    """All challenges that may have teams, and withdrawn or deleted ones that still have some."""
    cards: defaultdict[str, list[TeamCard]] = defaultdict(list)
    for team in teams:
        cards[team.code.partition(":")[0]].append(team)
    for each in event.challenges:
        own = cards.pop(str(each.id), [])
        if own or each.withdrawn_at is None:
            yield ChallengeLane(str(each.id), each.title, _owner(each), tuple(own), _next_number(each, own))
    for name, own in sorted(cards.items()):
        yield ChallengeLane(name, event.names.challenge(name), "", tuple(own), None)


def _next_number(challenge: Challenge, teams: Sequence[TeamCard]) -> int | None:
    if challenge.withdrawn_at is not None or (challenge.max_teams is not None and len(teams) >= challenge.max_teams):
        return None
    used = {team.number for team in teams}
    return next(number for number in range(1, len(used) + 2) if number not in used)


def _owner(challenge: Challenge) -> str:
    return challenge.organisation.name if challenge.organisation else challenge.partner


def _cost_lines(whole: PlanExplanation) -> Iterator[CostLine]:
    for term, line in sorted(whole.terms.items(), key=lambda item: -item[1].cost):
        if line.cost:
            yield CostLine(TERMS[term].name, TERMS[term].aim, line.cost, line.unavoidable)


def _by_name(card: PersonCard) -> tuple[str, str]:
    return fold(card.name), card.id
