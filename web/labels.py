"""The words people read for every value of every closed list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l

from matcher.vocabulary import (
    Attendance,
    BudgetBlankReason,
    ChallengeOutcome,
    ClosedReason,
    CollaborationKind,
    ContactMode,
    DayPart,
    DeliveryMode,
    Engine,
    Experience,
    Family,
    HackathonPhase,
    Language,
    Level,
    NafVersion,
    NoIdentifierReason,
    OfferKind,
    OrganisationType,
    Phase,
    PlaceAnswer,
    PlanOrigin,
    PostingKind,
    PostingStatus,
    Price,
    RangeScope,
    RegistrationStatus,
    RunKind,
    RunStatus,
    SizeBand,
    SkillImportance,
    SseSource,
    TeamRole,
    TeamStatus,
    WishKind,
)
from web.people_labels import PEOPLE_LABELS

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

POSTING_KINDS: Final = {PostingKind.NEED: _l("Need"), PostingKind.OFFER: _l("Offer")}

FAMILIES: Final = {
    Family.COMPANY: _l("Companies and independents"),
    Family.TRAINING: _l("Training organisations"),
    Family.RESEARCH: _l("Laboratories and research"),
    Family.PLACE: _l("Places and third places"),
    Family.CLUSTER: _l("Associations and clusters of the digital sector"),
    Family.FUNDER: _l("Funding and support bodies"),
    Family.USER_SECTOR: _l("Organisations looking for digital help"),
}

#: One short sentence a family, for the home page and the directory.
FAMILY_HINTS: Final = {
    Family.COMPANY: _l("They build, sell and look after digital tools."),
    Family.TRAINING: _l("They train people and lend the energy of their students."),
    Family.RESEARCH: _l("They study, measure and try out what does not exist yet."),
    Family.PLACE: _l("They lend rooms, machines and a welcome."),
    Family.CLUSTER: _l("They know everybody and bring people together."),
    Family.FUNDER: _l("They pay, guarantee and advise."),
    Family.USER_SECTOR: _l("Associations, cooperatives, mutuals, communes: those who have the needs."),
}

ORGANISATION_TYPES: Final = {
    OrganisationType.ASSOCIATION: _l("Association"),
    OrganisationType.COOPERATIVE: _l("Cooperative"),
    OrganisationType.MUTUAL: _l("Mutual"),
    OrganisationType.FOUNDATION: _l("Foundation"),
    OrganisationType.SOCIAL_ENTERPRISE: _l("Social enterprise"),
    OrganisationType.COMPANY: _l("Company"),
    OrganisationType.SOLE_TRADER: _l("Independent worker"),
    OrganisationType.COMMUNE: _l("Commune"),
    OrganisationType.INTERCOMMUNAL: _l("Intercommunal body"),
    OrganisationType.PUBLIC_BODY: _l("Other public body"),
    OrganisationType.SCHOOL_UNIVERSITY: _l("School or university"),
    OrganisationType.COLLECTIVE: _l("Informal group"),
}

SIZE_BANDS: Final = {
    SizeBand.NONE: _l("No paid staff"),
    SizeBand.FROM_1_TO_9: _l("1 to 9 people"),
    SizeBand.FROM_10_TO_49: _l("10 to 49 people"),
    SizeBand.FROM_50_TO_249: _l("50 to 249 people"),
    SizeBand.FROM_250: _l("250 people or more"),
}

NO_IDENTIFIER_REASONS: Final = {
    NoIdentifierReason.LOCAL_LAW: _l("Association of local law (Alsace-Moselle)"),
    NoIdentifierReason.BEING_CREATED: _l("Being created"),
    NoIdentifierReason.INFORMAL: _l("Informal group, without a legal form"),
    NoIdentifierReason.FOREIGN: _l("Organisation of another country"),
    NoIdentifierReason.NOT_KNOWN: _l("I do not know it"),
}

SSE_SOURCES: Final = {
    SseSource.DECLARED: _l("declared by the organisation"),
    SseSource.LEGAL_FORM: _l("from its legal form"),
    SseSource.CRESS_LIST: _l("on the list of the regional chamber of the social economy"),
    SseSource.SIRENE: _l("marked in the national register of businesses"),
}

NAF_VERSIONS: Final = {NafVersion.REV2: _l("NAF rev. 2"), NafVersion.NAF2025: _l("NAF 2025")}

COLLABORATION_KINDS: Final = {
    CollaborationKind.COLLABORATION: _l("A joint project"),
    CollaborationKind.SERVICE: _l("A service or a quote"),
    CollaborationKind.SKILLS_VOLUNTEERING: _l("Volunteers with a skill"),
    CollaborationKind.TRAINING: _l("Training"),
    CollaborationKind.RESEARCH: _l("Research"),
    CollaborationKind.SPACE: _l("A room or a workspace"),
    CollaborationKind.EQUIPMENT: _l("Equipment"),
    CollaborationKind.FUNDING: _l("Funding"),
    CollaborationKind.TEST_SITE: _l("A product to try out with us"),
}

OFFER_KINDS: Final = {
    OfferKind.SERVICE: _l("Service"),
    OfferKind.PRODUCT: _l("Product"),
    OfferKind.SKILL_TIME: _l("Skilled volunteering"),
    OfferKind.TRAINING: _l("Training course"),
    OfferKind.RESEARCH: _l("Research work"),
    OfferKind.SPACE: _l("Room or workspace"),
    OfferKind.EQUIPMENT: _l("Equipment to lend or give"),
    OfferKind.FUNDING: _l("Funding programme"),
}

PHASES: Final = {
    Phase.NOT_STARTED: _l("Not started"),
    Phase.DISCOVERY: _l("Finding out what is needed"),
    Phase.ALPHA: _l("First sketches"),
    Phase.BETA: _l("Being tried by some users"),
    Phase.LIVE: _l("In use"),
}

BUDGET_BLANK_REASONS: Final = {
    BudgetBlankReason.NO_BUDGET: _l("There is no budget"),
    BudgetBlankReason.NOT_DECIDED: _l("The budget is not decided yet"),
    BudgetBlankReason.ADVICE_WANTED: _l("We want advice on what it costs"),
    BudgetBlankReason.CONFIDENTIAL: _l("We keep it to ourselves for now"),
}

RANGE_SCOPES: Final = {
    RangeScope.KM: _l("Within a number of kilometres"),
    RangeScope.COMMUNE: _l("In the commune"),
    RangeScope.INTERCOMMUNAL: _l("In the intercommunal area"),
    RangeScope.DEPARTMENT: _l("In the département"),
    RangeScope.REGION: _l("In the region"),
    RangeScope.COUNTRY: _l("In the country"),
    RangeScope.ANYWHERE: _l("Anywhere"),
}

DELIVERY_MODES: Final = {DeliveryMode.ON_SITE: _l("On site"), DeliveryMode.REMOTE: _l("At a distance")}

PRICES: Final = {
    Price.FREE: _l("Free of charge"),
    Price.PAID: _l("Paid"),
    Price.PRO_BONO: _l("Pro bono"),
    Price.JOINT_PROJECT: _l("Shared in a joint project"),
}

CONTACT_MODES: Final = {
    ContactMode.MAIL: _l("By e-mail"),
    ContactMode.PHONE: _l("By telephone"),
    ContactMode.VISIO: _l("By video call"),
    ContactMode.LINK: _l("By a link"),
}

POSTING_STATUSES: Final = {PostingStatus.OPEN: _l("Open"), PostingStatus.CLOSED: _l("Closed")}

CLOSED_REASONS: Final = {
    ClosedReason.MATCHED_HERE: _l("A partner was found here"),
    ClosedReason.MATCHED_ELSEWHERE: _l("A partner was found elsewhere"),
    ClosedReason.ABANDONED: _l("The project was given up"),
    ClosedReason.NO_ANSWER: _l("Nobody answered"),
    ClosedReason.DUPLICATE: _l("It was posted twice"),
}

SKILL_IMPORTANCES: Final = {
    SkillImportance.MUST: _l("Necessary"),
    SkillImportance.NICE: _l("Welcome"),
}

LANGUAGES: Final = {Language.FR: _l("French"), Language.EN: _l("English")}

LEVELS: Final = {
    Level.STRONG: _l("Strong match"),
    Level.GOOD: _l("Good match"),
    Level.PARTIAL: _l("Partial match"),
}

ENGINES: Final = {
    Engine.HYBRID: _l("Compared by meaning and by words"),
    Engine.LEXICAL: _l("Compared by words only"),
}

#: Labels of each enum; a test checks that no member of the vocabulary is without one.
HACKATHON_PHASES: Final = {
    HackathonPhase.DRAFT: _l("Being prepared"),
    HackathonPhase.REGISTRATION: _l("Registration is open"),
    HackathonPhase.TEAM_FORMATION: _l("Teams are being formed"),
    HackathonPhase.EVENT: _l("Under way"),
    HackathonPhase.JUDGING: _l("The jury is at work"),
    HackathonPhase.CLOSED: _l("Over"),
}

DAY_PARTS: Final = {
    DayPart.MORNING: _l("Morning"),
    DayPart.AFTERNOON: _l("Afternoon"),
    DayPart.EVENING: _l("Evening"),
}

TEAM_ROLES: Final = {
    TeamRole.TECH: _l("Build: code, data, electronics"),
    TeamRole.DESIGN: _l("Show: interfaces, pictures, words"),
    TeamRole.FACILITATION: _l("Lead: organise, present, find the means"),
    TeamRole.DOMAIN: _l("Know the field and the people concerned"),
}

#: The same in one word, for boards and tables.
TEAM_ROLE_NAMES: Final = {
    TeamRole.TECH: _l("technical"),
    TeamRole.DESIGN: _l("design"),
    TeamRole.FACILITATION: _l("facilitation"),
    TeamRole.DOMAIN: _l("field"),
}

EXPERIENCES: Final = {
    Experience.NONE: _l("None yet"),
    Experience.SOME: _l("One or two projects"),
    Experience.USED: _l("Used to it"),
    Experience.EXPERT: _l("Could lead a team"),
}

TEAM_STATUSES: Final = {
    TeamStatus.ALONE: _l("I come alone"),
    TeamStatus.LOOKING: _l("I come with people I know, and we look for others"),
    TeamStatus.TEAM: _l("We are a whole team"),
}

REGISTRATION_STATUSES: Final = {
    RegistrationStatus.REGISTERED: _l("Registered"),
    RegistrationStatus.WAITING: _l("On the waiting list"),
    RegistrationStatus.WITHDRAWN: _l("Withdrawn"),
}

ATTENDANCES: Final = {
    Attendance.EXPECTED: _l("Expected"),
    Attendance.CHECKED_IN: _l("Arrived"),
    Attendance.NO_SHOW: _l("Did not come"),
}

WISH_KINDS: Final = {WishKind.WITH: _l("To be with"), WishKind.AVOID: _l("To be kept apart from")}

PLACE_ANSWERS: Final = {PlaceAnswer.ACCEPTED: _l("Accepted"), PlaceAnswer.DECLINED: _l("Declined")}

PLAN_ORIGINS: Final = {
    PlanOrigin.SOLVED: _l("Formed"),
    PlanOrigin.IMPROVED: _l("Improved"),
    PlanOrigin.REPAIRED: _l("Repaired"),
    PlanOrigin.EDITED: _l("Changed by hand"),
    PlanOrigin.IMPORTED: _l("Imported"),
}

RUN_KINDS: Final = {
    RunKind.FORM: _l("Form teams"),
    RunKind.IMPROVE: _l("Improve what I have"),
    RunKind.REPAIR: _l("Repair with few moves"),
}

RUN_STATUSES: Final = {
    RunStatus.WAITING: _l("About to start"),
    RunStatus.RUNNING: _l("Computing"),
    RunStatus.DONE: _l("Done"),
    RunStatus.STOPPED: _l("Stopped, the best teams so far are kept"),
    RunStatus.IMPOSSIBLE: _l("No teams keep all the rules"),
    RunStatus.FAILED: _l("Failed"),
    RunStatus.INTERRUPTED: _l("Interrupted, and can be taken up again"),
}

CHALLENGE_OUTCOMES: Final = {
    ChallengeOutcome.CONTINUED: _l("A team goes on with it"),
    ChallengeOutcome.USED: _l("What was made is in use"),
    ChallengeOutcome.PAUSED: _l("Waits for people or means"),
    ChallengeOutcome.STOPPED: _l("Went no further"),
}

LABELS: Final[Mapping[type[StrEnum], Mapping[Any, LazyString]]] = {
    PostingKind: POSTING_KINDS,
    Family: FAMILIES,
    OrganisationType: ORGANISATION_TYPES,
    SizeBand: SIZE_BANDS,
    NoIdentifierReason: NO_IDENTIFIER_REASONS,
    SseSource: SSE_SOURCES,
    NafVersion: NAF_VERSIONS,
    CollaborationKind: COLLABORATION_KINDS,
    OfferKind: OFFER_KINDS,
    Phase: PHASES,
    BudgetBlankReason: BUDGET_BLANK_REASONS,
    RangeScope: RANGE_SCOPES,
    DeliveryMode: DELIVERY_MODES,
    Price: PRICES,
    ContactMode: CONTACT_MODES,
    PostingStatus: POSTING_STATUSES,
    ClosedReason: CLOSED_REASONS,
    SkillImportance: SKILL_IMPORTANCES,
    Language: LANGUAGES,
    Level: LEVELS,
    Engine: ENGINES,
    HackathonPhase: HACKATHON_PHASES,
    DayPart: DAY_PARTS,
    TeamRole: TEAM_ROLES,
    Experience: EXPERIENCES,
    TeamStatus: TEAM_STATUSES,
    RegistrationStatus: REGISTRATION_STATUSES,
    Attendance: ATTENDANCES,
    WishKind: WISH_KINDS,
    PlaceAnswer: PLACE_ANSWERS,
    PlanOrigin: PLAN_ORIGINS,
    RunKind: RUN_KINDS,
    RunStatus: RUN_STATUSES,
    ChallengeOutcome: CHALLENGE_OUTCOMES,
    **PEOPLE_LABELS,
}


def label(member: StrEnum) -> LazyString:
    """Words for ``member``, in the language of the page. Raises KeyError for a list without words."""
    return LABELS[type(member)][member]
