"""The closed lists of the service: one enum per question that has a fixed set of answers.

Every value is what the database, the API and the exports hold; the words people read are in
``web/labels.py``. Values are never renamed without a migration. Open lists (themes, skills) are
tables, seeded from ``matcher/data``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PostingKind(StrEnum):
    """The two sides of a match."""

    NEED = "need"
    OFFER = "offer"

    @property
    def other(self) -> PostingKind:
        """The side that answers this one."""
        return PostingKind.OFFER if self is PostingKind.NEED else PostingKind.NEED


class Family(StrEnum):
    """The six families of actors around digital technology, and the user sectors that they serve."""

    COMPANY = "company"  # start-ups and companies, independents included
    TRAINING = "training"  # schools and training organisations
    RESEARCH = "research"  # laboratories and research
    PLACE = "place"  # hosting and innovation, third places
    CLUSTER = "cluster"  # associations and clusters
    FUNDER = "funder"  # funding and support bodies
    USER_SECTOR = "user_sector"  # SSE organisations, public bodies and others who need digital help


class OrganisationType(StrEnum):
    """What an organisation is, in words that anybody can choose from."""

    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    MUTUAL = "mutual"
    FOUNDATION = "foundation"
    SOCIAL_ENTERPRISE = "social_enterprise"
    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    COMMUNE = "commune"
    INTERCOMMUNAL = "intercommunal"
    PUBLIC_BODY = "public_body"
    SCHOOL_UNIVERSITY = "school_university"
    COLLECTIVE = "collective"  # informal group without legal form


class SizeBand(StrEnum):
    """Paid staff, in people."""

    NONE = "0"
    FROM_1_TO_9 = "1-9"
    FROM_10_TO_49 = "10-49"
    FROM_50_TO_249 = "50-249"
    FROM_250 = "250+"


class NoIdentifierReason(StrEnum):
    """Why an organisation gives neither SIREN nor SIRET nor RNA. All three are optional."""

    LOCAL_LAW = "local_law"  # association of local law (Alsace-Moselle): outside the RNA
    BEING_CREATED = "being_created"
    INFORMAL = "informal"
    FOREIGN = "foreign"
    NOT_KNOWN = "not_known"


class SseSource(StrEnum):
    """Where the statement "is part of the social and solidarity economy" comes from."""

    DECLARED = "declared"
    LEGAL_FORM = "legal_form"
    CRESS_LIST = "cress_list"
    SIRENE = "sirene"


class NafVersion(StrEnum):
    """Edition of the French activity code; NAF 2025 applies from 2027-01-01 (decree 2025-736)."""

    REV2 = "rev2"
    NAF2025 = "naf2025"


class CollaborationKind(StrEnum):
    """What the author of a need looks for."""

    COLLABORATION = "collaboration"  # a joint project
    SERVICE = "service"  # a paid or free service, a quote
    SKILLS_VOLUNTEERING = "skills_volunteering"  # somebody's time and know-how, unpaid
    TRAINING = "training"
    RESEARCH = "research"
    SPACE = "space"
    EQUIPMENT = "equipment"
    FUNDING = "funding"
    TEST_SITE = "test_site"  # a field to try something out


class OfferKind(StrEnum):
    """What an offer brings."""

    SERVICE = "service"
    PRODUCT = "product"
    SKILL_TIME = "skill_time"
    TRAINING = "training"
    RESEARCH = "research"
    SPACE = "space"
    EQUIPMENT = "equipment"
    FUNDING = "funding"


#: Which kinds of collaboration an offer of a given kind can answer (a hard filter).
#: Chosen from the definitions above, not measured.
ANSWERS: Final[dict[OfferKind, frozenset[CollaborationKind]]] = {
    OfferKind.SERVICE: frozenset({CollaborationKind.SERVICE, CollaborationKind.COLLABORATION}),
    OfferKind.PRODUCT: frozenset(
        {CollaborationKind.SERVICE, CollaborationKind.COLLABORATION, CollaborationKind.TEST_SITE}
    ),
    OfferKind.SKILL_TIME: frozenset({CollaborationKind.SKILLS_VOLUNTEERING, CollaborationKind.COLLABORATION}),
    OfferKind.TRAINING: frozenset({CollaborationKind.TRAINING, CollaborationKind.COLLABORATION}),
    OfferKind.RESEARCH: frozenset(
        {CollaborationKind.RESEARCH, CollaborationKind.COLLABORATION, CollaborationKind.TEST_SITE}
    ),
    OfferKind.SPACE: frozenset({CollaborationKind.SPACE, CollaborationKind.COLLABORATION}),
    OfferKind.EQUIPMENT: frozenset({CollaborationKind.EQUIPMENT, CollaborationKind.COLLABORATION}),
    OfferKind.FUNDING: frozenset({CollaborationKind.FUNDING, CollaborationKind.COLLABORATION}),
}


class Phase(StrEnum):
    """How far the author's project is."""

    NOT_STARTED = "not_started"
    DISCOVERY = "discovery"
    ALPHA = "alpha"
    BETA = "beta"
    LIVE = "live"


class BudgetBlankReason(StrEnum):
    """Why a need gives no budget range."""

    NO_BUDGET = "no_budget"
    NOT_DECIDED = "not_decided"
    ADVICE_WANTED = "advice_wanted"
    CONFIDENTIAL = "confidential"


class RangeScope(StrEnum):
    """How far a posting reaches from its place. ``KM`` uses the posting's own radius."""

    KM = "km"
    COMMUNE = "commune"
    INTERCOMMUNAL = "intercommunal"
    DEPARTMENT = "department"
    REGION = "region"
    COUNTRY = "country"
    ANYWHERE = "anywhere"


class DeliveryMode(StrEnum):
    """How the work is done."""

    ON_SITE = "on_site"
    REMOTE = "remote"


class Price(StrEnum):
    """What an offer costs its user."""

    FREE = "free"
    PAID = "paid"
    PRO_BONO = "pro_bono"
    JOINT_PROJECT = "joint_project"


class ContactMode(StrEnum):
    """How an author wants to be answered once both sides have said yes."""

    MAIL = "mail"
    PHONE = "phone"
    VISIO = "visio"
    LINK = "link"


class PostingStatus(StrEnum):
    """Life of a posting. Expiry and pause are dates, not statuses: nothing has to run at midnight."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    """Why an author closed a posting."""

    MATCHED_HERE = "matched_here"
    MATCHED_ELSEWHERE = "matched_elsewhere"
    ABANDONED = "abandoned"
    NO_ANSWER = "no_answer"
    DUPLICATE = "duplicate"


class SkillImportance(StrEnum):
    """Whether a need cannot do without a skill."""

    MUST = "must"
    NICE = "nice"


class Language(StrEnum):
    """Language a text is written in (ISO 639-1)."""

    FR = "fr"
    EN = "en"


class Level(StrEnum):
    """Named confidence of a match, fixed on labelled pairs; there is no percentage on a page."""

    STRONG = "strong"
    GOOD = "good"
    PARTIAL = "partial"


class Engine(StrEnum):
    """Which engines answered a search: the page says it when the encoder did not."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"


class HackathonPhase(StrEnum):
    """Where a hackathon stands. Only the first is hidden from everybody but its organisers."""

    DRAFT = "draft"
    REGISTRATION = "registration"
    TEAM_FORMATION = "team_formation"
    EVENT = "event"
    JUDGING = "judging"
    CLOSED = "closed"


class DayPart(StrEnum):
    """Half-days of an event, in the order of the day; the evening counts as one."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class TeamRole(StrEnum):
    """What somebody does in a team, in words that anybody can choose from."""

    TECH = "tech"  # builds: code, data, electronics
    DESIGN = "design"  # shows: interfaces, pictures, words
    FACILITATION = "facilitation"  # leads: organises, pitches, finds the money
    DOMAIN = "domain"  # knows the field and the people concerned


class Experience(StrEnum):
    """Experience of hackathons or of projects like them; the solver counts 0 to 3 in this order."""

    NONE = "none"
    SOME = "some"
    USED = "used"
    EXPERT = "expert"

    @property
    def points(self) -> int:
        """0 to 3."""
        return list(Experience).index(self)


class TeamStatus(StrEnum):
    """How somebody comes to a hackathon."""

    ALONE = "alone"
    LOOKING = "looking"  # with friends, and looking for others
    TEAM = "team"  # with a whole team, which has a name


class RegistrationStatus(StrEnum):
    """Whether a place is taken."""

    REGISTERED = "registered"
    WAITING = "waiting"  # the hackathon was full
    WITHDRAWN = "withdrawn"


class Attendance(StrEnum):
    """Whether somebody came."""

    EXPECTED = "expected"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"


class WishKind(StrEnum):
    """What somebody wishes of somebody else. The second is for organisers' eyes only."""

    WITH = "with"
    AVOID = "avoid"


class PlaceAnswer(StrEnum):
    """What somebody says to the place that was proposed in a team."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class PlanOrigin(StrEnum):
    """How a version of the teams came about."""

    SOLVED = "solved"
    IMPROVED = "improved"
    REPAIRED = "repaired"
    EDITED = "edited"
    IMPORTED = "imported"


class RunKind(StrEnum):
    """What a computation of teams is to do."""

    FORM = "form"  # from nothing
    IMPROVE = "improve"  # from the teams at hand, under their locks
    REPAIR = "repair"  # after late arrivals, no-shows and declined places, with few moves


class RunStatus(StrEnum):
    """How a computation of teams stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by its button; what it had found is kept
    IMPOSSIBLE = "impossible"  # no teams keep all hard rules
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # its process died; it can be taken up again


class ChallengeOutcome(StrEnum):
    """What became of a challenge after its hackathon."""

    CONTINUED = "continued"
    USED = "used"
    PAUSED = "paused"
    STOPPED = "stopped"
