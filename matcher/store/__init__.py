"""The SQL database: the only truth. Typed models by subject, the change log, migrations."""

from matcher.store.base import Base
from matcher.store.changes import Change, ChangeAction
from matcher.store.hackathons import Challenge, ChallengeRole, ChallengeSkill, Hackathon, HalfDay
from matcher.store.organisations import Organisation
from matcher.store.places import Place
from matcher.store.plans import CurrentPlan, Mark, Submission, TeamPlace, TeamPlanVersion, TeamRun
from matcher.store.postings import Need, NeedSkill, Offer, Posting
from matcher.store.proposals import Proposal
from matcher.store.registrations import ColumnMapping, Registration, RegistrationChoice, RegistrationSkill, Wish
from matcher.store.vectors import Embedding, Facet
from matcher.store.vocabularies import Skill, Theme

__all__ = [
    "Base",
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
    "HalfDay",
    "Mark",
    "Need",
    "NeedSkill",
    "Offer",
    "Organisation",
    "Place",
    "Posting",
    "Proposal",
    "Registration",
    "RegistrationChoice",
    "RegistrationSkill",
    "Skill",
    "Submission",
    "TeamPlace",
    "TeamPlanVersion",
    "TeamRun",
    "Theme",
    "Wish",
]
