"""The words people read for what happens between people: introductions, mails, the animator's work."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l

from matcher.people import (
    AccountRole,
    Actor,
    CaseReason,
    CaseResult,
    Counterfactual,
    DeclineReason,
    IntroductionEventKind,
    IntroductionState,
    MailFrequency,
    MailKind,
    MailState,
    MembershipRole,
    OrganiserRole,
    Outcome,
    ReviewState,
)

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

INTRODUCTION_STATES: Final = {
    IntroductionState.ANSWERED: _l("One side said yes"),
    IntroductionState.DECLINED: _l("Declined"),
    IntroductionState.WITHDRAWN: _l("Yes taken back"),
    IntroductionState.INTRODUCED: _l("Introduced"),
    IntroductionState.MET: _l("Met"),
    IntroductionState.STARTED: _l("At work together"),
    IntroductionState.ENDED: _l("Outcome told"),
    IntroductionState.EXPIRED: _l("No answer in time"),
    IntroductionState.CLOSED: _l("Closed before both answered"),
}

ACTORS: Final = {
    Actor.NEED: _l("The need’s side"),
    Actor.OFFER: _l("The offer’s side"),
    Actor.ANIMATOR: _l("The territory’s animator"),
    Actor.SYSTEM: _l("The site"),
}

INTRODUCTION_EVENTS: Final = {
    IntroductionEventKind.PROPOSED: _l("Proposed"),
    IntroductionEventKind.SEEN: _l("Read"),
    IntroductionEventKind.INTERESTED: _l("Yes"),
    IntroductionEventKind.NOT_NOW: _l("Not now"),
    IntroductionEventKind.DECLINED: _l("No"),
    IntroductionEventKind.WITHDRAWN: _l("Yes taken back"),
    IntroductionEventKind.INTRODUCED: _l("Introduced"),
    IntroductionEventKind.MET: _l("Met"),
    IntroductionEventKind.STARTED: _l("At work together"),
    IntroductionEventKind.OUTCOME: _l("Outcome told"),
    IntroductionEventKind.EXPIRED: _l("No answer in time"),
    IntroductionEventKind.CLOSED: _l("Closed before both answered"),
}

DECLINE_REASONS: Final = {
    DeclineReason.NOT_MY_FIELD: _l("It is not our field"),
    DeclineReason.TOO_FAR: _l("It is too far away"),
    DeclineReason.NO_ROOM: _l("We have no room for it now"),
    DeclineReason.BUDGET: _l("The budgets do not meet"),
    DeclineReason.TIMING: _l("The dates do not meet"),
    DeclineReason.MISSING_INFORMATION: _l("Too little is told to decide"),
    DeclineReason.ALREADY_SOLVED: _l("It is solved already"),
    DeclineReason.OTHER: _l("Another reason"),
}

OUTCOMES: Final = {
    Outcome.CONTRACT: _l("Paid work"),
    Outcome.PARTNERSHIP: _l("A joint project, without a sale"),
    Outcome.HELP: _l("Advice, time or a place, without a project"),
    Outcome.NOTHING: _l("Nothing"),
    Outcome.GOING_ON: _l("It goes on: too early to tell"),
}

COUNTERFACTUALS: Final = {
    Counterfactual.YES: _l("Yes, we would have met anyway"),
    Counterfactual.LATER: _l("Yes, but later"),
    Counterfactual.NO: _l("No, we would not have met"),
    Counterfactual.NOT_KNOWN: _l("I cannot tell"),
}

ACCOUNT_ROLES: Final = {
    AccountRole.ORGANISER: _l("Organiser of hackathons"),
    AccountRole.ANIMATOR: _l("Animator of the territory"),
    AccountRole.ADMINISTRATOR: _l("Administrator"),
    AccountRole.SUPPORT_BODY: _l("Support body"),
}

MEMBERSHIP_ROLES: Final = {MembershipRole.MANAGER: _l("Manager"), MembershipRole.MEMBER: _l("Member")}

ORGANISER_ROLES: Final = {OrganiserRole.OWNER: _l("Owner"), OrganiserRole.ORGANISER: _l("Organiser")}

MAIL_KINDS: Final = {
    MailKind.DIGEST: _l("New proposals"),
    MailKind.ANSWER_WANTED: _l("The other side said yes"),
    MailKind.REMINDER: _l("Reminder"),
    MailKind.INTRODUCED: _l("Introduction"),
    MailKind.MESSAGE: _l("Message of the other side"),
    MailKind.QUESTION: _l("Question about your need"),
    MailKind.ANSWER: _l("Answer to your question"),
    MailKind.NEAR_MISS: _l("No partner yet"),
    MailKind.SOLVED_ELSEWHERE: _l("No need to wait"),
    MailKind.FOLLOW_UP: _l("How it goes"),
    MailKind.EXPIRES_SOON: _l("Ends soon"),
    MailKind.SAVED_SEARCH: _l("Saved search"),
    MailKind.MODERATION: _l("From the territory’s animator"),
    MailKind.RETENTION: _l("End of the time that data are kept"),
    MailKind.ACCOUNT: _l("About your account"),
    MailKind.POSTING_DELETED: _l("Deleted by its author"),
    MailKind.HACKATHON: _l("Hackathon"),
}

MAIL_STATES: Final = {
    MailState.WAITING: _l("Waits to be sent"),
    MailState.SENDING: _l("Being sent"),
    MailState.SENT: _l("Sent"),
    MailState.CANCELLED: _l("Not sent: its reason had ended"),
    MailState.FAILED: _l("Not sent: the mail server refused it"),
    MailState.BOUNCED: _l("Came back"),
    MailState.EXPIRED: _l("Not sent: its link was no longer valid"),
}

MAIL_FREQUENCIES: Final = {
    MailFrequency.WEEKLY: _l("Once a week at most"),
    MailFrequency.AT_ONCE: _l("At once, when something new fits"),
    MailFrequency.NEVER: _l("Never: only when somebody says yes to us"),
}

REVIEW_STATES: Final = {
    ReviewState.WAITING: _l("To be looked at"),
    ReviewState.APPROVED: _l("Approved"),
    ReviewState.CHANGES_ASKED: _l("Changes asked"),
    ReviewState.REFUSED: _l("Turned down"),
}

CASE_REASONS: Final = {
    CaseReason.NO_PROPOSAL: _l("No proposal"),
    CaseReason.ALL_DECLINED: _l("Everybody declined"),
    CaseReason.SILENCE: _l("Nobody answers"),
    CaseReason.ASKED_FOR_HELP: _l("Asked for help"),
}

CASE_RESULTS: Final = {
    CaseResult.PARTNER_FOUND: _l("A partner was found"),
    CaseResult.NEED_CHANGED: _l("The need was written again"),
    CaseResult.PASSED_ON: _l("Passed on to somebody outside the site"),
    CaseResult.NO_SOLUTION: _l("No solution for now"),
    CaseResult.NEED_CLOSED: _l("The need was closed"),
}

#: Lists of ``matcher.people`` with their words, for ``web.labels``.
PEOPLE_LABELS: Final[Mapping[type[StrEnum], Mapping[Any, LazyString]]] = {
    IntroductionState: INTRODUCTION_STATES,
    Actor: ACTORS,
    IntroductionEventKind: INTRODUCTION_EVENTS,
    DeclineReason: DECLINE_REASONS,
    Outcome: OUTCOMES,
    Counterfactual: COUNTERFACTUALS,
    MailKind: MAIL_KINDS,
    MailState: MAIL_STATES,
    MailFrequency: MAIL_FREQUENCIES,
    AccountRole: ACCOUNT_ROLES,
    MembershipRole: MEMBERSHIP_ROLES,
    OrganiserRole: ORGANISER_ROLES,
    ReviewState: REVIEW_STATES,
    CaseReason: CASE_REASONS,
    CaseResult: CASE_RESULTS,
}
