"""The state machine: what may be done when, and that no way leads to an introduction without two yeses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.introductions.states import (
    EXCHANGED,
    TABLE,
    Act,
    ActRefused,
    Event,
    Refusal,
    Standing,
    allowed,
    decide,
    fold,
)
from matcher.people import Actor, DeclineReason, IntroductionState, Outcome
from matcher.people import IntroductionEventKind as Kind
from matcher.vocabulary import PostingKind

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = date(2026, 3, 20)
NEED, OFFER = PostingKind.NEED, PostingKind.OFFER

#: Arguments of acts that need some.
TOLD = {
    Act.NO: {"reason": DeclineReason.TOO_FAR},
    Act.NOT_NOW: {"until": LATER},
    Act.TELL: {"outcome": Outcome.CONTRACT},
}

steps = st.lists(
    st.tuples(st.sampled_from(list(Act)), st.sampled_from([Actor.NEED, Actor.OFFER]), st.sampled_from(list(Outcome))),
    max_size=14,
)


def played(*told: tuple[Act, Actor]) -> list[Event]:
    """Events of acts that must all be allowed, an hour apart."""
    events: list[Event] = []
    for number, (act, actor) in enumerate(told):
        at = NOW + timedelta(hours=number)
        events += decide(fold(events), act, actor, at, **TOLD.get(act, {}))  # type: ignore[arg-type]
    return events


def tried(acts: list[tuple[Act, Actor, Outcome]]) -> list[Event]:
    """Events of acts of which some may be refused."""
    events: list[Event] = []
    for number, (act, actor, outcome) in enumerate(acts):
        told = TOLD.get(act, {}) | ({"outcome": outcome} if act is Act.TELL else {})
        try:
            events += decide(fold(events), act, actor, NOW + timedelta(hours=number), **told)  # type: ignore[arg-type]
        except ActRefused:
            continue
    return events


def refusal(told: list[tuple[Act, Actor]], act: Act, actor: Actor) -> Refusal:
    """Why ``act`` is refused after ``told``."""
    with pytest.raises(ActRefused) as refused:
        decide(fold(played(*told)), act, actor, NOW, **TOLD.get(act, {}))  # type: ignore[arg-type]
    return refused.value.code


@given(steps)
def test_no_sequence_of_acts_introduces_without_a_yes_of_both_sides(acts: list[tuple[Act, Actor, Outcome]]) -> None:
    """Whatever is pressed in whatever order, contacts are shown exactly when both said yes and nobody took it back."""
    events = tried(acts)
    standing = fold(events)
    yeses = {event.actor for event in events if event.kind is Kind.INTERESTED}
    introduced = any(event.kind is Kind.INTRODUCED for event in events)
    assert introduced == (yeses == {Actor.NEED, Actor.OFFER})
    assert (standing.state in EXCHANGED) == introduced == standing.contacts_are_shown


@given(steps)
def test_a_side_says_one_thing_and_once(acts: list[tuple[Act, Actor, Outcome]]) -> None:
    """No side has two yeses, or a yes and a no, and nobody says anything after a pair is over."""
    events = tried(acts)
    for actor in (Actor.NEED, Actor.OFFER):
        said = [e.kind for e in events if e.actor is actor and e.kind in (Kind.INTERESTED, Kind.DECLINED)]
        assert len(said) <= 1
    ends = [n for n, e in enumerate(events) if e.kind in (Kind.DECLINED, Kind.WITHDRAWN, Kind.EXPIRED, Kind.CLOSED)]
    assert not ends or ends == [len(events) - 1]


@given(steps)
def test_the_same_act_again_adds_nothing(acts: list[tuple[Act, Actor, Outcome]]) -> None:
    """Every act that was done is done once, however often its button is pressed."""
    events: list[Event] = []
    for act, actor, outcome in acts:
        told = TOLD.get(act, {}) | ({"outcome": outcome} if act is Act.TELL else {})
        try:
            events += decide(fold(events), act, actor, NOW, **told)  # type: ignore[arg-type]
        except ActRefused:
            continue
        assert decide(fold(events), act, actor, NOW, **told) == ()  # type: ignore[arg-type]


@given(steps)
def test_what_a_side_may_do_is_what_is_not_refused(acts: list[tuple[Act, Actor, Outcome]]) -> None:
    """The buttons that a page shows are those that work."""
    standing = fold(tried(acts))
    for side in PostingKind:
        for act in allowed(standing, side):
            decide(standing, act, Actor(side.value), NOW, **TOLD.get(act, {}))  # type: ignore[arg-type]


def test_every_state_has_its_rules() -> None:
    """No state is forgotten, and those that the interfaces call open are those where a side may act."""
    assert set(TABLE) == {None, *IntroductionState}
    over = {state for state, acts in TABLE.items() if not acts}
    assert over == {state for state in IntroductionState if not state.is_open} - {IntroductionState.ENDED}


def test_the_second_yes_introduces() -> None:
    """One yes waits, two introduce, whichever came first."""
    one = fold(played((Act.YES, Actor.OFFER)))
    assert (one.state, one.contacts_are_shown) == (IntroductionState.ANSWERED, False)
    for first, second in ((Actor.NEED, Actor.OFFER), (Actor.OFFER, Actor.NEED)):
        both = fold(played((Act.YES, first), (Act.YES, second)))
        assert (both.state, both.contacts_are_shown) == (IntroductionState.INTRODUCED, True)
        assert both.introduced_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "act", "actor", "code"),
    [
        ([(Act.YES, Actor.NEED)], Act.NO, Actor.NEED, Refusal.YOU_SAID_YES),
        ([(Act.YES, Actor.NEED)], Act.NOT_NOW, Actor.NEED, Refusal.YOU_SAID_YES),
        ([(Act.NO, Actor.NEED)], Act.YES, Actor.NEED, Refusal.YOU_SAID_NO),
        ([(Act.NO, Actor.NEED)], Act.YES, Actor.OFFER, Refusal.OTHER_SAID_NO),
        ([(Act.YES, Actor.NEED)], Act.WITHDRAW, Actor.OFFER, Refusal.NOTHING_TO_WITHDRAW),
        ([(Act.YES, Actor.NEED), (Act.WITHDRAW, Actor.NEED)], Act.YES, Actor.OFFER, Refusal.WITHDRAWN),
        ([(Act.YES, Actor.NEED), (Act.EXPIRE, Actor.SYSTEM)], Act.YES, Actor.OFFER, Refusal.EXPIRED),
        ([(Act.YES, Actor.NEED), (Act.CLOSE, Actor.NEED)], Act.YES, Actor.OFFER, Refusal.CLOSED),
        ([(Act.YES, Actor.NEED), (Act.YES, Actor.OFFER)], Act.NO, Actor.NEED, Refusal.INTRODUCED),
        ([(Act.YES, Actor.NEED), (Act.YES, Actor.OFFER)], Act.WITHDRAW, Actor.NEED, Refusal.INTRODUCED),
        ([(Act.YES, Actor.NEED)], Act.MEET, Actor.NEED, Refusal.NOT_INTRODUCED),
        ([], Act.TELL, Actor.NEED, Refusal.NOT_INTRODUCED),
    ],
)
def test_a_refusal_says_why(told: list[tuple[Act, Actor]], act: Act, actor: Actor, code: Refusal) -> None:
    """Whoever comes too late, or presses what is not theirs, reads the reason."""
    assert refusal(told, act, actor) is code


def test_nobody_answers_for_a_side() -> None:
    """The animator brings people together, and says yes for nobody."""
    for actor in (Actor.ANIMATOR, Actor.SYSTEM):
        for act in (Act.YES, Act.NO, Act.WITHDRAW):
            with pytest.raises(ActRefused):
                decide(Standing(), act, actor, NOW, **TOLD.get(act, {}))  # type: ignore[arg-type]


def test_meeting_and_working_go_forward_only() -> None:
    """They may tell that they work together before that they met, and the state does not go back."""
    introduced = ((Act.YES, Actor.NEED), (Act.YES, Actor.OFFER))
    standing = fold(played(*introduced, (Act.START, Actor.OFFER), (Act.MEET, Actor.NEED)))
    assert standing.state is IntroductionState.STARTED
    assert standing.met_at is not None


def test_each_side_tells_its_own_outcome_once() -> None:
    """The first telling ends the pair, the other side may still tell its own, nobody tells twice."""
    introduced = ((Act.YES, Actor.NEED), (Act.YES, Actor.OFFER))
    events = played(*introduced, (Act.TELL, Actor.NEED), (Act.TELL, Actor.OFFER))
    standing = fold(events)
    assert standing.state is IntroductionState.ENDED
    assert standing.need.outcome is standing.offer.outcome is Outcome.CONTRACT
    with pytest.raises(ActRefused) as refused:
        decide(standing, Act.TELL, Actor.NEED, NOW, outcome=Outcome.NOTHING)
    assert refused.value.code is Refusal.ALREADY_TOLD


def test_it_goes_on_is_no_end() -> None:
    """ "It goes on" leaves the pair open, and another answer may follow."""
    events = played((Act.YES, Actor.NEED), (Act.YES, Actor.OFFER))
    events += decide(fold(events), Act.TELL, Actor.NEED, NOW, outcome=Outcome.GOING_ON)
    assert fold(events).state is IntroductionState.INTRODUCED
    events += decide(fold(events), Act.TELL, Actor.NEED, NOW, outcome=Outcome.PARTNERSHIP)
    assert fold(events).state is IntroductionState.ENDED


def test_silence_is_counted_in_working_days() -> None:
    """A yes of Monday 2 March 2026 waits until Monday 23; "not now until the 20th" until 15 working days after it."""
    yes = played((Act.YES, Actor.NEED))
    assert fold(yes).due_on() == date(2026, 3, 23)
    later = played((Act.YES, Actor.NEED), (Act.NOT_NOW, Actor.OFFER))
    assert fold(later).due_on() == date(2026, 4, 13)  # Easter Monday, 6 April, does not count


def test_the_questions_that_follow_have_their_days() -> None:
    """ "Did you meet?" after ten working days; what came of it after 45 days; nothing once it is told."""
    introduced = ((Act.YES, Actor.NEED), (Act.YES, Actor.OFFER))
    assert fold(played(*introduced)).due_on() == date(2026, 3, 16)
    assert fold(played(*introduced, (Act.MEET, Actor.NEED))).due_on() == date(2026, 4, 16)
    assert fold(played(*introduced, (Act.TELL, Actor.NEED))).due_on() is None


def test_an_introduction_written_by_hand_is_not_believed() -> None:
    """Events that no act makes are an error, not a state."""
    with pytest.raises(ValueError, match="two yeses"):
        fold([Event(Kind.INTERESTED, Actor.NEED, NOW), Event(Kind.INTRODUCED, Actor.SYSTEM, NOW)])


def test_nothing_said_is_no_state() -> None:
    """A proposal that nobody answered has no state and nothing due."""
    assert (Standing().state, Standing().due_on()) == (None, None)
