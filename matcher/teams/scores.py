"""Sub-scores of one team, 0 to 100 per term, so that terms with different weights can be compared.

``score = 100 x (1 - cost / worst)``, rounded down, so that 100 means that nothing is amiss. The worst, for a team of
this challenge with `n` members:

=================  ==========================================================================================
``preference``     everybody at the dearest of the rank costs and ``unranked``
``roles, skills``  nothing of what the challenge wants is there
``seniors``        no senior; ``owner``: no member of the owner's organisation; ``language``: none in common
``experience``     all members without any experience, or all with the most, whichever is further off
``newcomers``      the bad mix
``organisations``  all of one organisation
``friends``        every friend pair with a member here is apart (a pair apart counts in both teams)
``half_days``      no common half-day
``groups``         every group that is declared in the team is there once
``history``        everybody was everybody's teammate
``size``           the allowed size that is furthest off the target
``stability``      every published member came from elsewhere
=================  ==========================================================================================

Where the worst is 0 the term says nothing about the team, and there is no score. ``challenges`` concerns no team;
``avoid`` is private and nowhere here. The score of the team is the same with all terms added up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.teams.costs import CompiledProblem
from matcher.teams.problem import MOST, Challenge, Participant, Problem, Term
from matcher.teams.shortfalls import Yardstick

#: Terms that no score shows.
NOT_OF_TEAMS: Final = frozenset({Term.AVOID, Term.CHALLENGES})


@dataclass(frozen=True, slots=True)
class Score:
    """A cost and the worst that it could be, both >= 0."""

    cost: int
    worst: int

    @property
    def value(self) -> int | None:
        """0 to 100, 100 is best; None where nothing could go wrong. 0 for a team that breaks a rule on its size."""
        return max(0, 100 * (self.worst - self.cost) // self.worst) if self.worst else None

    def __add__(self, other: Score) -> Score:
        return Score(self.cost + other.cost, self.worst + other.worst)


def team_scores(
    compiled: CompiledProblem, yardstick: Yardstick, slot: int, members: Sequence[int]
) -> dict[Term, Score]:
    """Cost and worst of a team, at least one member, by term.

    Both are of the problem without wishes to avoid somebody. Cost: O(pairs of friends), some 0.1 ms for 200 people.
    """
    problem = compiled.problem
    costs = compiled.team_terms(slot, members)
    people = [problem.participants[who] for who in members]
    worst = _worst(yardstick, yardstick.challenges[compiled.slots[slot].challenge], people)
    scores = {term: Score(costs[term], worst[term]) for term in worst}
    scores[Term.FRIENDS] = _friends(problem, {person.id for person in people})
    published = [who for who in members if compiled.home[who] != -1]
    moved = sum(compiled.home[who] != slot for who in published)
    scores[Term.STABILITY] = Score(problem.weights.move * moved, problem.weights.move * len(published))
    return {term: scores[term] for term in Term if term not in NOT_OF_TEAMS}


def _worst(yardstick: Yardstick, challenge: Challenge, members: Sequence[Participant]) -> Mapping[Term, int]:
    problem, size = yardstick.problem, len(members)
    weights, rules, everybody = problem.weights, problem.rules, len(problem.participants)
    groups = {group for person in members for group in person.groups}
    _, needed = yardstick.half_days[challenge.id]
    furthest = max(yardstick.experience, MOST * everybody - yardstick.experience) * size // everybody
    return {
        Term.PREFERENCE: weights.preference * max(*weights.rank_costs, weights.unranked) * size,
        Term.ROLES: sum(weights.of_role(role) * wanted for role, wanted in challenge.roles.items()),
        Term.SKILLS: weights.skill_deficit * len(challenge.skills),
        Term.SENIORS: weights.no_senior,
        Term.EXPERIENCE: weights.experience_balance * furthest,
        Term.NEWCOMERS: weights.newcomer_mix,
        Term.ORGANISATIONS: weights.same_organisation * max(0, size - 2),
        Term.OWNER: weights.owner_absent * challenge.wants_owner,
        Term.HALF_DAYS: weights.missing_half_day * needed,
        Term.GROUPS: weights.lone_group_member * len(groups),
        Term.HISTORY: weights.repeated_teammate * (size * (size - 1) // 2),
        Term.SIZE: weights.off_target_size
        * max(rules.size_target - rules.size_min, rules.size_max - rules.size_target),
        Term.LANGUAGE: 0 if rules.common_language else weights.no_common_language,
    }


def _friends(problem: Problem, members: Collection[str]) -> Score:
    score = Score(0, 0)
    for pair in problem.friends:
        here = (pair.first in members) + (pair.second in members)
        if here:
            price = problem.weights.of_friends(pair)
            score += Score(price * (here == 1), price)
    return score
