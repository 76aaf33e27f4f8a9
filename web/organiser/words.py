"""What the phases of an event mean, and what to do next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from matcher.hackathons.advice import Step
from matcher.hackathons.partners import Help
from matcher.vocabulary import HackathonPhase

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


class PhaseMeaning(NamedTuple):
    """A phase: its short name, what people see and can do in it, the button that leads on to it, and back to it."""

    name: LazyString
    meaning: LazyString
    forward: LazyString
    back: LazyString


class StepWords(NamedTuple):
    """Something to do: what, why, and where: the end of an address below the organisers' home."""

    title: LazyString
    why: LazyString
    where: str


class PhaseStep(NamedTuple):
    """A phase on the way of an event: ``past``, ``current`` or ``ahead``."""

    name: LazyString
    state: str


PHASE_MEANINGS: Final[dict[HackathonPhase, PhaseMeaning]] = {
    HackathonPhase.DRAFT: PhaseMeaning(
        _l("Preparation"),
        _l("Nobody but you sees the event. Its page does not exist for others, and nobody can register."),
        _l("Back to preparation"),
        _l("Back to preparation: hide the page"),
    ),
    HackathonPhase.REGISTRATION: PhaseMeaning(
        _l("Registration"),
        _l("The page is public and people register, until the last day or until you end it."),
        _l("Publish the page and open registration"),
        _l("Open registration again"),
    ),
    HackathonPhase.TEAM_FORMATION: PhaseMeaning(
        _l("Teams"),
        _l("Nobody registers any more. You form teams, look at them, change and then publish them."),
        _l("End registration and form teams"),
        _l("Back to forming teams"),
    ),
    HackathonPhase.EVENT: PhaseMeaning(
        _l("Event"),
        _l("People arrive and work. You see who is there, and repair teams when somebody is missing."),
        _l("Begin the event"),
        _l("Back to the event"),
    ),
    HackathonPhase.JUDGING: PhaseMeaning(
        _l("Jury"),
        _l("Teams have handed in what they made; the jury gives its marks."),
        _l("End the work and call the jury"),
        _l("Back to the jury"),
    ),
    HackathonPhase.CLOSED: PhaseMeaning(
        _l("Afterwards"),
        _l("The page stays, with what was made and what became of each challenge."),
        _l("Close the event"),
        _l("Close the event"),
    ),
}

STEPS: Final[dict[Step, StepWords]] = {
    Step.ADD_CHALLENGES: StepWords(
        _l("Add challenges"),
        _l("Choose needs of organisations near you: one click each. Or write your own."),
        "/defis",
    ),
    Step.WRITE_CONDUCT: StepWords(
        _l("Write a code of conduct"),
        _l("People agree to it when they register. Some lines are enough."),
        "/modifier#code_of_conduct",
    ),
    Step.OPEN_REGISTRATION: StepWords(
        _l("Read the page once more, then open registration"),
        _l("It is public from then on. You can go back."),
        "/apercu",
    ),
    Step.INVITE: StepWords(
        _l("Invite people"),
        _l("Send the address of the public page; a mixed crowd makes better teams than many of the same trade."),
        "/inscriptions",
    ),
    Step.END_REGISTRATION: StepWords(
        _l("End registration"),
        _l("The event is full, or the last day has passed. Look through the list, then form teams."),
        "/inscriptions",
    ),
    Step.FORM_TEAMS: StepWords(
        _l("Form teams"),
        _l("From wishes, roles and skills, with reasons for each person. You stay free to change everything."),
        "/equipes",
    ),
    Step.PUBLISH_TEAMS: StepWords(
        _l("Look through the teams, then publish them"),
        _l("Until then nobody sees them. Afterwards each person can say yes or no."),
        "/equipes",
    ),
    Step.START_EVENT: StepWords(
        _l("Begin the event when its day has come"),
        _l("Badges and table cards can be printed before."),
        "/equipes",
    ),
    Step.CHECK_IN: StepWords(
        _l("Welcome people"),
        _l("Tick who is there. Teams that lack somebody are repaired with few moves."),
        "/jour",
    ),
    Step.WRITE_CRITERIA: StepWords(
        _l("Say what the jury looks at"),
        _l("Teams want to know it before they begin."),
        "/modifier#criteria",
    ),
    Step.START_JUDGING: StepWords(
        _l("Call the jury"),
        _l("It is the last day: end the work when the teams have handed in what they made."),
        "/resultats",
    ),
    Step.CLOSE: StepWords(
        _l("Close the event when the jury is done"),
        _l("The results are then shown on the page."),
        "/resultats",
    ),
    Step.TELL_OUTCOMES: StepWords(
        _l("Say what became of the challenges"),
        _l("A few months later: those whose needs they were, and other organisers, learn from it."),
        "/resultats",
    ),
}

HELPS: Final[dict[Help, tuple[LazyString, LazyString]]] = {
    Help.MENTORS: (_l("Mentors"), _l("People who know how, to advise the teams for an hour or a day.")),
    Help.DATA: (_l("Data and methods"), _l("Those who hold data, or can say how to study the question.")),
    Help.PLACES: (_l("Places and machines"), _l("A room for the event, or what the teams work with.")),
    Help.FUNDERS: (_l("Funders"), _l("A prize, or the means to go on afterwards.")),
}


def phase_steps(phase: HackathonPhase) -> list[PhaseStep]:
    """Every phase in order, as seen from ``phase``."""
    order = list(HackathonPhase)
    at = order.index(phase)
    states = ["past"] * at + ["current"] + ["ahead"] * (len(order) - at - 1)
    return [PhaseStep(PHASE_MEANINGS[member].name, state) for member, state in zip(order, states, strict=True)]
