"""The closed lists of what happens between people: accounts, introductions, mails, the animator's work.

As in ``matcher.vocabulary``, values are what the database, the API and the exports hold, and are never renamed
without a migration.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class IntroductionState(StrEnum):
    """Where a pair stands. Before the first answer of either side there is a proposal and nothing more."""

    ANSWERED = "answered"  # one side said yes, the other has not answered
    DECLINED = "declined"  # one side said no, with its reason
    WITHDRAWN = "withdrawn"  # the side that had said yes took it back before the other answered
    INTRODUCED = "introduced"  # both said yes: contacts are exchanged
    MET = "met"
    STARTED = "started"  # they work on something together
    ENDED = "ended"  # told by the sides what came of it
    EXPIRED = "expired"  # the other side did not answer in time
    CLOSED = "closed"  # one of the two postings was closed, deleted or expired before both had said yes

    @property
    def is_open(self) -> bool:
        """Whether somebody may still act on the pair."""
        return self in OPEN_STATES


class Actor(StrEnum):
    """Who did something to a pair."""

    NEED = "need"
    OFFER = "offer"
    ANIMATOR = "animator"
    SYSTEM = "system"


class IntroductionEventKind(StrEnum):
    """What happened to a pair. Events are added and never changed."""

    PROPOSED = "proposed"  # by a side that found the other itself, or by the animator; the matcher has `proposal` rows
    SEEN = "seen"
    INTERESTED = "interested"
    NOT_NOW = "not_now"  # asked again after a day that the side chose
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    INTRODUCED = "introduced"
    MET = "met"
    STARTED = "started"
    OUTCOME = "outcome"
    EXPIRED = "expired"
    CLOSED = "closed"


class DeclineReason(StrEnum):
    """Why a side says no."""

    NOT_MY_FIELD = "not_my_field"
    TOO_FAR = "too_far"
    NO_ROOM = "no_room"
    BUDGET = "budget"
    TIMING = "timing"
    MISSING_INFORMATION = "missing_information"
    ALREADY_SOLVED = "already_solved"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of an introduction, as one side tells it."""

    CONTRACT = "contract"  # paid work
    PARTNERSHIP = "partnership"  # a joint project without a sale
    HELP = "help"  # advice, time, a place, without a project
    NOTHING = "nothing"
    GOING_ON = "going_on"


class Counterfactual(StrEnum):
    """Would you have met without us?"""

    YES = "yes"
    LATER = "later"
    NO = "no"
    NOT_KNOWN = "not_known"


class MailKind(StrEnum):
    """What a mail is about; subjects differ by kind, and preferences speak of kinds."""

    DIGEST = "digest"
    ANSWER_WANTED = "answer_wanted"  # the other side said yes
    REMINDER = "reminder"
    INTRODUCED = "introduced"
    MESSAGE = "message"  # of the thread
    QUESTION = "question"  # a producer asks something about a need
    ANSWER = "answer"  # its answer
    NEAR_MISS = "near_miss"
    SOLVED_ELSEWHERE = "solved_elsewhere"
    FOLLOW_UP = "follow_up"  # did you meet? what came of it?
    EXPIRES_SOON = "expires_soon"
    SAVED_SEARCH = "saved_search"
    MODERATION = "moderation"
    RETENTION = "retention"
    ACCOUNT = "account"
    POSTING_DELETED = "posting_deleted"  # of the other side, which had said yes
    HACKATHON = "hackathon"


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENDING = "sending"  # taken by a job: sent once at most, whatever dies
    SENT = "sent"
    CANCELLED = "cancelled"  # its reason ended before it left
    FAILED = "failed"
    BOUNCED = "bounced"
    EXPIRED = "expired"  # its link was dead before it could leave


class MailFrequency(StrEnum):
    """How often an organisation wants to hear of proposals. A yes of the other side is told at once in any case."""

    WEEKLY = "weekly"
    AT_ONCE = "at_once"
    NEVER = "never"


#: States in which a side may still do something.
OPEN_STATES: Final = frozenset(
    {
        IntroductionState.ANSWERED,
        IntroductionState.INTRODUCED,
        IntroductionState.MET,
        IntroductionState.STARTED,
    }
)


class AccountRole(StrEnum):
    """What an account may do on the whole site. Everybody else acts for their own organisations alone."""

    ORGANISER = "organiser"  # creates and runs hackathons
    ANIMATOR = "animator"  # looks after the territory: checks, cases, suggestions, duplicates
    ADMINISTRATOR = "administrator"  # gives roles, imports, sees the audit log
    SUPPORT_BODY = "support_body"  # claims cases and suggests partners, sees no contact before two yeses


class MembershipRole(StrEnum):
    """What an account may do for an organisation."""

    MANAGER = "manager"
    MEMBER = "member"


class OrganiserRole(StrEnum):
    """What an account may do for a hackathon."""

    OWNER = "owner"  # invites and removes colleagues, cancels links, deletes the event
    ORGANISER = "organiser"  # everything else


class Moderation(StrEnum):
    """When the animator looks at a posting."""

    AFTER = "after"  # it is on the site meanwhile
    BEFORE = "before"  # it waits for the look


class ReviewState(StrEnum):
    """What the animator said of a posting."""

    WAITING = "waiting"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    REFUSED = "refused"


class CaseReason(StrEnum):
    """Why a need lies in the animator's basket."""

    NO_PROPOSAL = "no_proposal"
    ALL_DECLINED = "all_declined"
    SILENCE = "silence"
    ASKED_FOR_HELP = "asked_for_help"


class CaseResult(StrEnum):
    """How a case ended."""

    PARTNER_FOUND = "partner_found"
    NEED_CHANGED = "need_changed"
    PASSED_ON = "passed_on"  # to somebody outside the site
    NO_SOLUTION = "no_solution"
    NEED_CLOSED = "need_closed"
