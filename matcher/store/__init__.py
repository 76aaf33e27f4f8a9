"""The SQL database: the only truth. Typed models by subject, the change log, migrations."""

from matcher.store.accounts import Account, AccountRoleRow, Invitation, Membership, Passkey
from matcher.store.base import Base
from matcher.store.changes import Change, ChangeAction
from matcher.store.figures import PastCount
from matcher.store.hackathons import Challenge, ChallengeRole, ChallengeSkill, Hackathon, HalfDay
from matcher.store.introductions import Introduction, IntroductionEvent, PostingQuestion, ThreadMessage
from matcher.store.mails import JobMark, Mail, MailPreference, SavedSearch
from matcher.store.organisations import Organisation
from matcher.store.organisers import HackathonOrganiser, OrganiserInvitation
from matcher.store.oversight import AuditEntry, Case, Review
from matcher.store.places import Place
from matcher.store.plans import CurrentPlan, Juror, Mark, Submission, TeamPlace, TeamPlanVersion, TeamRun
from matcher.store.postings import Need, NeedSkill, Offer, Posting
from matcher.store.proposals import Proposal
from matcher.store.registrations import ColumnMapping, Registration, RegistrationChoice, RegistrationSkill, Wish
from matcher.store.vectors import Embedding, Facet
from matcher.store.vocabularies import Skill, Theme

__all__ = [
    "Account",
    "AccountRoleRow",
    "AuditEntry",
    "Base",
    "Case",
    "Challenge",
    "ChallengeRole",
    "ChallengeSkill",
    "Change",
    "ChangeAction",
    "ColumnMapping",
    "CurrentPlan",
    "Embedding",
    "Facet",
    "Hackathon",
    "HackathonOrganiser",
    "HalfDay",
    "Introduction",
    "IntroductionEvent",
    "Invitation",
    "JobMark",
    "Juror",
    "Mail",
    "MailPreference",
    "Mark",
    "Membership",
    "Need",
    "NeedSkill",
    "Offer",
    "Organisation",
    "OrganiserInvitation",
    "Passkey",
    "PastCount",
    "Place",
    "Posting",
    "PostingQuestion",
    "Proposal",
    "Registration",
    "RegistrationChoice",
    "RegistrationSkill",
    "Review",
    "SavedSearch",
    "Skill",
    "Submission",
    "TeamPlace",
    "TeamPlanVersion",
    "TeamRun",
    "Theme",
    "ThreadMessage",
    "Wish",
]
