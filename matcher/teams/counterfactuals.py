"""Why somebody did not get a challenge that they ranked higher: the cheapest single change that would give it.

"To give you challenge A the best swap costs 14: team 5 would lose its only designer." The change is one person
moving or two swapping; it keeps all hard rules. More changes at once could be cheaper; nothing is said of those.

What a person could infer
-------------------------
Wishes to avoid somebody must not be readable from the answers, not even by elimination:

- No sentence is about them, and no cost contains theirs (:mod:`matcher.teams.exchanges`).
- A change that such a wish forbids is left out without a word; the next best is given. That a cheaper change was
  left out can be seen only by whoever can compute costs, that is, knows everybody's ranks, half-days and friends.
- When none is left, the answer is :attr:`Key.NO_CHANGE`, the very same as when sizes, languages, locks,
  exclusions, blocks or the number of moves leave none, *and* as when the best change costs more than
  :data:`MOST_COST`. The last is why an open place in a team is no proof: it may be too dear for
  reasons that the person does not see (half-days, declared groups, who was whose teammate).
- The other person of a swap is named to organisers only, and is then somebody who may sit there.
- Who declared a group, and who asked for the person without being asked back, is not told either: terms in
  :data:`~matcher.teams.shortfalls.ORGANISERS_ONLY` are in the cost but in no sentence, and a friend who parts
  counts only where the person themselves asked (or the pair is of others, who remain unnamed).
- There is no counterfactual for "why not with my friend": its only answer might be the friend's wish.

How often, measured on annealed plans of the benchmark: in three events of 200 people 16 to 22 % of the answers are the
neutral one, 70 in all, and one of them because of a wish; in a hostile event of 60 people two of 17.

What remains: somebody who gets :attr:`Key.NO_CHANGE` may suspect a wish, as they may suspect a lock, and somebody who
knows all data of the event but the wishes can compute that something is not told. Two people who compare answers
can rule out what holds for both; a lock, an exclusion, a half-day and a wish about one of them remain. The plan
itself says as much: it, too, depends on the wishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matcher.teams.exchanges import Exchange, Exchanges
from matcher.teams.messages import Key, Message, of_team
from matcher.teams.problem import FriendPair, Participant
from matcher.teams.shortfalls import ORGANISERS_ONLY, Shortfall, Yardstick, caused

#: Dearest change that is told. Chosen: two people who lose their first choice for one that they did not rank. Must be
#: passed now and then by honest costs, or else it hides nothing.
MOST_COST: Final = 60


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What it would take to give somebody a challenge that they ranked higher.

    Attributes
    ----------
    rank
        Of the challenge, from 1.
    cost
        By how much the plan would cost more (0 or less: nothing speaks against it); None: no change keeps all
        rules at a cost of at most :data:`MOST_COST`.
    consequences
        What would be worse for others, gravest first. There may be none: costs also rise by what has no sentence.
    step
        For organisers: the change itself. Else None.
    """

    challenge: str
    rank: int
    cost: int | None
    consequences: tuple[Message, ...] = ()
    step: Message | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        """The sentences: the cost, what would be worse, and for organisers the change."""
        named: dict[str, str | int] = {"challenge": self.challenge, "rank": self.rank}
        if self.cost is None:
            return (Message(Key.NO_CHANGE, named),)
        if self.cost <= 0:
            first = Message(Key.CHANGE_IS_FREE, named)
        else:
            first = Message(Key.CHANGE_COSTS, named | {"cost": self.cost})
        return (first, *self.consequences, *([self.step] if self.step else []))


def counterfactuals(
    plan: Exchanges, yardstick: Yardstick, who: int, *, for_organiser: bool = False
) -> tuple[Counterfactual, ...]:
    """One for each challenge that the person ranked above the one that they got, best first.

    Cost: some 10 µs per challenge and person in its teams; 0.06 s in all for 200 people, measured.
    """
    problem = plan.compiled.problem
    ranked, got = problem.participants[who].ranked, plan.compiled.slots[plan.slot_of[who]].challenge
    better = ranked[: ranked.index(got)] if got in ranked else ranked
    at = {challenge.id: index for index, challenge in enumerate(problem.challenges)}
    found = []
    for rank, challenge in enumerate(better, start=1):
        best = plan.best_to(who, at[challenge])
        if best is None or best.cost > MOST_COST:
            found.append(Counterfactual(challenge, rank, None))
        else:
            worse = sorted(_consequences(plan, yardstick, best, for_organiser), key=lambda each: -each[0])
            step = _step(plan, best) if for_organiser else None
            found.append(Counterfactual(challenge, rank, best.cost, tuple(message for _, message in worse), step))
    return tuple(found)


def _step(plan: Exchanges, best: Exchange) -> Message:
    place = of_team(plan.compiled.slots[best.target])
    if best.other is None:
        return Message(Key.CHANGE_IS_MOVE, place)
    return Message(Key.CHANGE_IS_SWAP, place | {"other": plan.compiled.people[best.other]})


def _consequences(
    plan: Exchanges, yardstick: Yardstick, best: Exchange, for_organiser: bool
) -> Iterator[tuple[int, Message]]:
    """By how much what would be worse raises the cost, and the sentence."""
    for slot, gone, come in ((best.source, best.who, best.other), (best.target, best.other, best.who)):
        for rise, shortfall, message in _of_team(plan, yardstick, slot, gone, come):
            if for_organiser or shortfall.term not in ORGANISERS_ONLY:
                yield rise, message
    preference, challenge_of = plan.compiled.preference, plan.compiled.challenge_of
    if best.other is not None:
        wish = int(
            preference[best.other, challenge_of[best.source]] - preference[best.other, challenge_of[best.target]]
        )
        if wish > 0:
            yield wish, Message(Key.WOULD_COST_A_WISH)
    if parted := _parted(plan, best, for_organiser):
        yield parted, Message(Key.WOULD_PART_FRIENDS)
    yield from _of_plan(plan, best)


def _of_team(
    plan: Exchanges, yardstick: Yardstick, slot: int, gone: int | None, come: int | None
) -> Iterator[tuple[int, Shortfall, Message]]:
    place, everybody = plan.compiled.slots[slot], plan.compiled.problem.participants
    challenge = yardstick.challenges[place.challenge]

    def people(members: tuple[int, ...]) -> list[Participant]:
        return [everybody[each] for each in members]

    before, after = people(plan.teams[slot]), people(plan.after(slot, gone, come))
    return caused(
        place,
        yardstick.shortfalls(challenge, before) if before else None,
        yardstick.shortfalls(challenge, after),
    )


def _parted(plan: Exchanges, best: Exchange, for_organiser: bool) -> int:
    """Cost of the friend pairs that part and may be told of."""
    names = plan.compiled.people
    stay = {names[each] for each in plan.teams[best.source] if each != best.who}
    others = {names[each] for each in plan.teams[best.target] if each != best.other}
    who, other = names[best.who], None if best.other is None else names[best.other]

    def parts(pair: FriendPair) -> bool:
        both = {pair.first, pair.second}
        if who in both:
            asked = for_organiser or pair.mutual or pair.first == who
            return asked and not both.isdisjoint(stay)
        return other in both and not both.isdisjoint(others)

    problem = plan.compiled.problem
    return sum(problem.weights.of_friends(pair) for pair in problem.friends if parts(pair))


def _of_plan(plan: Exchanges, best: Exchange) -> Iterator[tuple[int, Message]]:
    compiled = plan.compiled
    weights = compiled.problem.weights
    ends = plan.ended(best)
    if ends is not None:
        yield weights.challenge_without_team, Message(Key.WOULD_END_CHALLENGE, {"challenge": ends})
    if (moves := plan.further_moves(best)) > 0:
        yield weights.move * moves, Message(Key.WOULD_MOVE_PUBLISHED, {"people": moves})
