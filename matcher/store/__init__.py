"""The SQL database: the only truth. Typed models by subject, the change log, migrations."""

from matcher.store.base import Base
from matcher.store.changes import Change, ChangeAction
from matcher.store.organisations import Organisation
from matcher.store.places import Place
from matcher.store.postings import Need, NeedSkill, Offer, Posting
from matcher.store.proposals import Proposal
from matcher.store.vectors import Embedding, Facet
from matcher.store.vocabularies import Skill, Theme

__all__ = [
    "Base",
    "Change",
    "ChangeAction",
    "Embedding",
    "Facet",
    "Need",
    "NeedSkill",
    "Offer",
    "Organisation",
    "Place",
    "Posting",
    "Proposal",
    "Skill",
    "Theme",
]
