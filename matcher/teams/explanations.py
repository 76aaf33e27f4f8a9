"""Why the teams are as they are: computed sentences about the plan, each team and each person.

Results are data: numbers, and :class:`~matcher.teams.messages.Message` for the site to put into French and English.
Everything is computed from the problem *without* wishes to avoid somebody, so that nothing here, not the bounds
either, depends on them; the counterfactuals alone do, and :mod:`matcher.teams.counterfactuals` says what that tells.
Do not show :attr:`TeamPlan.cost` or `.bounds` beside the numbers of here to others than organisers who may see these
wishes: the difference is theirs.

>>> from matcher.teams.problem import Challenge, Participant, Problem, Slot
>>> alone = Problem((Participant("ada", ranked=("water",)),), (Challenge("water"),))
>>> explain(alone, {"ada": Slot("water", 1)}).person("ada").messages[0].key.value
'person.got_rank'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from matcher.teams.bounds import Bounds, lower_bounds
from matcher.teams.counterfactuals import Counterfactual, counterfactuals
from matcher.teams.exchanges import Exchanges, exchanges
from matcher.teams.messages import Key, Message, Verdict, of_team
from matcher.teams.problem import Assignment, Challenge, Participant, Problem, ProblemError, Slot, Term
from matcher.teams.scores import Score, team_scores
from matcher.teams.shortages import Formed, Shortage, shortages
from matcher.teams.shortfalls import ORGANISERS_ONLY, Yardstick, has_skill, holders


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term over the whole plan; `unavoidable` is a part of the cost that no plan saves."""

    cost: int
    unavoidable: int


@dataclass(frozen=True, slots=True)
class PlanExplanation:
    """The whole plan, without term ``avoid``: each term, and what there is too little of."""

    terms: Mapping[Term, TermLine]
    shortages: tuple[Shortage, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """One sentence per shortage."""
        return tuple(shortage.message for shortage in self.shortages)


@dataclass(frozen=True, slots=True)
class TeamExplanation:
    """One team.

    Attributes
    ----------
    score
        0 to 100, all shown terms together; None where nothing could go wrong.
    scores
        By term, those that say something about this team.
    messages
        What is there, then what is missing, dearest first.
    """

    slot: Slot
    members: tuple[str, ...]
    score: int | None
    scores: Mapping[Term, Score]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PersonExplanation:
    """One person.

    Attributes
    ----------
    rank, of
        Of the challenge that they got, from 1, None where they did not rank it; how many they ranked.
    friends_kept, friends_apart
        Whom the person asked for. Who asked for them alone is not here.
    roles, needed_roles
        Wanted by the challenge and had by the person; of which the team would have fewer than it wants without them.
    needed_skills
        Wanted, and no other member has it at the wanted level.
    mates
        Other members of their organisation.
    """

    participant: str
    slot: Slot
    rank: int | None
    of: int
    friends_kept: tuple[str, ...]
    friends_apart: tuple[str, ...]
    roles: tuple[str, ...]
    needed_roles: tuple[str, ...]
    needed_skills: tuple[str, ...]
    mates: tuple[str, ...]
    counterfactuals: tuple[Counterfactual, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """The sentences: challenge, friends, roles, mates, then the counterfactuals."""
        return (
            self._about_challenge(),
            *(Message(Key.WITH_FRIEND, {"friend": each}) for each in self.friends_kept),
            *(Message(Key.WITHOUT_FRIEND, {"friend": each}) for each in self.friends_apart),
            *(
                Message(Key.FILLS_ROLE_ALONE if role in self.needed_roles else Key.FILLS_ROLE, {"role": role})
                for role in self.roles
            ),
            *(Message(Key.FILLS_SKILL_ALONE, {"skill": skill}) for skill in self.needed_skills),
            *(Message(Key.WITH_MATE, {"mate": each}) for each in self.mates),
            *(message for each in self.counterfactuals for message in each.messages),
        )

    def _about_challenge(self) -> Message:
        got = {"challenge": self.slot.challenge}
        if self.rank is not None:
            return Message(Key.GOT_RANK, {**got, "rank": self.rank, "of": self.of})
        return Message(Key.GOT_UNRANKED if self.of else Key.RANKED_NOTHING, got)


@dataclass(frozen=True, slots=True, eq=False)
class Explainer:
    """Explains one plan; made by :func:`explain`.

    With `for_organiser`, lone members of declared groups are counted and the other person of a swap is named.
    """

    plan: Exchanges
    yardstick: Yardstick
    bounds: Bounds
    for_organiser: bool

    @property
    def problem(self) -> Problem:
        """The problem without wishes to avoid somebody."""
        return self.plan.compiled.problem

    def whole(self) -> PlanExplanation:
        """The plan as a whole."""
        costs = self.plan.compiled.terms(self.plan.slot_of)
        shown = [term for term in Term if term is not Term.AVOID and self._shows(term)]
        return PlanExplanation(
            terms={term: TermLine(costs[term], min(costs[term], self.bounds.terms.get(term, 0))) for term in shown},
            shortages=self._shortages(),
        )

    def teams(self) -> tuple[TeamExplanation, ...]:
        """Every team, by slot."""
        verdicts = {(each.term, each.name): each.verdict for each in self._shortages()}
        formed = (index for index, team in enumerate(self.plan.teams) if team)
        found = (self._team(index, verdicts) for index in formed)
        return tuple(sorted(found, key=lambda each: each.slot))

    def people(self) -> tuple[PersonExplanation, ...]:
        """Everybody, in the order of the problem. Cost: 0.06 s for 200 people, 1.5 s for 2000."""
        return tuple(self._person(index) for index in range(len(self.plan.slot_of)))

    def person(self, who: str) -> PersonExplanation:
        """One participant by id; raises :class:`ProblemError` for an unknown one."""
        if who not in self.yardstick.people:
            raise ProblemError(f"Participant {who} is unknown.")
        return self._person(self.plan.compiled.people.index(who))

    def _shows(self, term: Term) -> bool:
        return self.for_organiser or term not in ORGANISERS_ONLY

    def _formed(self, slot: int) -> Formed:
        challenge = self.yardstick.challenges[self.plan.compiled.slots[slot].challenge]
        return challenge, [self.problem.participants[who] for who in self.plan.teams[slot]]

    def _shortages(self) -> tuple[Shortage, ...]:
        formed = [self._formed(slot) for slot, team in enumerate(self.plan.teams) if team]
        return shortages(self.problem, formed, self.bounds)

    def _team(self, index: int, verdicts: Mapping[tuple[Term, str], Verdict]) -> TeamExplanation:
        compiled, (challenge, members) = self.plan.compiled, self._formed(index)
        slot = compiled.slots[index]
        every = team_scores(compiled, self.yardstick, index, self.plan.teams[index])
        scores = {term: score for term, score in every.items() if score.worst and self._shows(term)}
        lacks = []
        for each in self.yardstick.shortfalls(challenge, members):
            if self._shows(each.term):
                name = "" if each.term is Term.OWNER else each.name
                verdict = verdicts.get((each.term, name))
                known: dict[str, str | int] = {} if verdict is None else {"verdict": str(verdict)}
                lacks.append(Message(each.key, of_team(slot) | dict(each.values) | known))
        return TeamExplanation(
            slot=slot,
            members=tuple(sorted(person.id for person in members)),
            score=reduce(add, scores.values(), Score(0, 0)).value,
            scores=scores,
            messages=(*_filled(slot, challenge, members), *lacks),
        )

    def _person(self, index: int) -> PersonExplanation:
        person, at = self.problem.participants[index], self.plan.slot_of[index]
        challenge, members = self._formed(at)
        others = [each for each in members if each is not person]
        asked = sorted(
            pair.second if pair.first == person.id else pair.first
            for pair in self.problem.friends
            if pair.first == person.id or (pair.mutual and pair.second == person.id)
        )
        here = {each.id for each in others}
        roles = sorted(person.roles & challenge.roles.keys())
        return PersonExplanation(
            participant=person.id,
            slot=self.plan.compiled.slots[at],
            rank=person.ranked.index(challenge.id) + 1 if challenge.id in person.ranked else None,
            of=len(person.ranked),
            friends_kept=tuple(each for each in asked if each in here),
            friends_apart=tuple(each for each in asked if each not in here),
            roles=tuple(roles),
            needed_roles=tuple(role for role in roles if holders(others, role) < challenge.roles[role]),
            needed_skills=tuple(
                skill
                for skill, level in sorted(challenge.skills.items())
                if has_skill([person], skill, level) and not has_skill(others, skill, level)
            ),
            mates=tuple(sorted(each.id for each in others if each.organisation == person.organisation is not None)),
            counterfactuals=counterfactuals(self.plan, self.yardstick, index, for_organiser=self.for_organiser),
        )


def _filled(slot: Slot, challenge: Challenge, members: Sequence[Participant]) -> Iterator[Message]:
    """What the challenge wants and the team has."""
    for role in sorted(challenge.roles):
        if there := holders(members, role):
            yield Message(Key.HAS_ROLE, of_team(slot) | {"role": role, "members": there})
    for skill, level in sorted(challenge.skills.items()):
        if has_skill(members, skill, level):
            yield Message(Key.HAS_SKILL, of_team(slot) | {"skill": skill, "level": level})


def explain(problem: Problem, assignment: Assignment, *, for_organiser: bool = False) -> Explainer:
    """Prepare the explanations of a plan, which may break rules.

    Raises :class:`ProblemError` when somebody has no team or one that does not exist.
    Cost: 0.05 s for 200 people, 3 s for 2000 people and 110 challenges, most of it
    :func:`~matcher.teams.costs.compile_problem`; keep the result where several people of one plan are asked about.
    """
    plan = exchanges(problem, assignment)
    return Explainer(plan, Yardstick.of(plan.compiled.problem), lower_bounds(plan.compiled), for_organiser)
