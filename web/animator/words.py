"""The words of the animator's pages: what was done, what went wrong, stages, signs, fields."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.exchange.columns import ImportKind
from matcher.exchange.imports import ImportPlan, Outcome
from matcher.introductions.states import Refusal
from matcher.oversight.cases import CaseProblem
from matcher.oversight.duplicates import Sign
from matcher.oversight.funnel import Stage, Stop
from matcher.oversight.merging import GROUPS, MergeProblem
from matcher.oversight.reviews import Decision, ReviewProblem
from matcher.store import Organisation
from web.filters import label_of, labels_of
from web.problems import sentence

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: What a page says after a change, by the name in its address.
DONE: Final[dict[str, LazyString]] = {
    Decision.APPROVE.value: _l("Approved: it is on the site."),
    Decision.ASK_CHANGES.value: _l("The author reads what to change on the page of the posting."),
    Decision.TAKE_DOWN.value: _l("It is off the site. The author reads what to change on the page of the posting."),
    Decision.REFUSE.value: _l("Refused: it is off the site, and the author reads why."),
    "looked": _l("We have looked through all the needs."),
    "claimed": _l("This case is yours."),
    "released": _l("The case is back in the basket."),
    "noted": _l("The note is saved."),
    "closed": _l("The case is closed."),
    "suggested": _l("Suggested: both sides are asked, and nobody’s contact is shown before both say yes."),
    "apart": _l("Kept apart: we shall not ask about these two again."),
    "gone": _l("One of the two is no longer there: a colleague was faster."),
    "merged": _l("The two are one organisation now."),
    "verified": _l("Verified."),
    "doubted": _l("No longer marked as verified."),
    "given_up": _l("Nothing was imported, and the file is deleted."),
    "file_gone": _l(
        "The file is no longer kept here: it waits for an hour, or until its import is done. Send it again."
    ),
}

REVIEW_PROBLEMS: Final = {
    ReviewProblem.REMARK_MISSING: _l("Write to the author what to change, or why it is refused."),
    ReviewProblem.REMARK_TOO_LONG: _l("The remark is too long: keep it to 1,000 characters."),
    ReviewProblem.CHANGED: _l(
        "The author or a colleague changed something while you were reading. "
        "Here is how it is now: please decide again."
    ),
}

CASE_PROBLEMS: Final = {
    CaseProblem.TAKEN: _l("Somebody else has just taken this case."),
    CaseProblem.NOT_HELD: _l("Take the case first: only who looks after it can do this."),
    CaseProblem.CLOSED: _l("This case is closed already."),
    CaseProblem.NOTE_TOO_LONG: _l("The note is too long: keep it to 2,000 characters."),
    "result_missing": _l("Choose what came of it."),
}

MERGE_PROBLEMS: Final = {
    MergeProblem.GONE: DONE["gone"],
    MergeProblem.SAME: _l("Choose two different organisations."),
    MergeProblem.CHANGED: _l(
        "One of the two was changed while you were reading. Here is how they are now: please choose again."
    ),
    "not_sure": _l("Tick that you are sure: this cannot be undone."),
}

#: Why a pair cannot be suggested; what is not here has the general sentence.
_REFUSALS: Final = {
    Refusal.SAME_ORGANISATION: _l("The need and the offer are of the same organisation."),
    Refusal.NOT_WANTED: _l("One of the two sides does not want to work with the other’s family of organisations."),
    Refusal.NOT_LIVE: _l("The need or the offer is closed, paused, out of date or off the site."),
    Refusal.UNKNOWN_PAIR: _l("There is no such offer."),
    Refusal.YOU_SAID_NO: _l("One of the two sides has already said no."),
    Refusal.OTHER_SAID_NO: _l("One of the two sides has already said no."),
}

TEXT_NAMES: Final = {
    "title": _l("Title"),
    "problem": _l("The problem"),
    "beneficiaries": _l("Who it is for"),
    "tried": _l("What was tried"),
    "existing_team": _l("Who works on it already"),
    "outcome": _l("The result wanted"),
    "constraints": _l("Constraints"),
    "partner_role": _l("The partner’s part"),
    "questions": _l("Questions to whoever answers"),
    "description": _l("The offer"),
    "audience": _l("Who it serves"),
    "proof": _l("Proof"),
    "price_note": _l("About the price"),
    "link": _l("Link"),
}

SIGNS: Final = {
    Sign.SAME_SIREN: _l("same SIREN"),
    Sign.SAME_WEBSITE: _l("same website"),
    Sign.SAME_NAME: _l("same name"),
    Sign.CLOSE_NAME: _l("nearly the same name"),
}

GROUP_NAMES: Final = {
    "name": _l("Name"),
    "brand": _l("Brand or short name"),
    "family": _l("Family"),
    "organisation_type": _l("Type"),
    "identifiers": _l("Identifiers"),
    "activity": _l("Activity code"),
    "sse": _l("Social and solidarity economy"),
    "place": _l("Place"),
    "size_band": _l("Size"),
    "website": _l("Website"),
    "description": _l("Description"),
    "contact": _l("Private contact"),
}

STAGE_NAMES: Final = {
    Stage.PROPOSED: _l("Proposals"),
    Stage.SEEN: _l("Seen by a side"),
    Stage.ONE_YES: _l("One yes"),
    Stage.TWO_YESES: _l("Two yeses"),
    Stage.MET: _l("Meetings"),
    Stage.STARTED: _l("Projects begun"),
    Stage.OUTCOME: _l("Outcomes"),
}

STAGE_MEANINGS: Final = {
    Stage.PROPOSED: _l("A need and an offer were proposed to each other, by the matcher, a side or an animator."),
    Stage.SEEN: _l("At least one of the two sides opened the proposal."),
    Stage.ONE_YES: _l("One side said yes."),
    Stage.TWO_YESES: _l("Both said yes: contacts were exchanged."),
    Stage.MET: _l("A side told that they met."),
    Stage.STARTED: _l("A side told that they work on something together."),
    Stage.OUTCOME: _l("A side told what came of it: paid work, a partnership or help."),
}

STOP_NAMES: Final = {
    Stop.WAITING: _l("still open"),
    Stop.DECLINED: _l("one side said no"),
    Stop.WITHDRAWN: _l("yes taken back"),
    Stop.EXPIRED: _l("no answer in time"),
    Stop.CLOSED: _l("need or offer closed"),
    Stop.NOTHING: _l("nothing came of it"),
}

#: First words of actions of the log.
AREAS: Final = {
    "review": _l("Looks at postings"),
    "case": _l("Basket"),
    "partner": _l("Suggested partners"),
    "organisation": _l("Organisations"),
    "directory": _l("Imports"),
    "account": _l("Accounts and roles"),
    "member": _l("Members of organisations"),
    "posting": _l("Deleted postings"),
    "hackathon": _l("Hackathons"),
}

#: Kinds of objects of the log.
OBJECTS: Final = {
    "need": _l("Need"),
    "offer": _l("Offer"),
    "organisation": _l("Organisation"),
    "case": _l("Case"),
    "account": _l("Account"),
    "organisations": _l("Organisations"),
    "needs": _l("Needs"),
    "offers": _l("Offers"),
    "hackathon": _l("Hackathon"),
}

ACTIONS: Final = {
    "review.approved": _l("approved a posting"),
    "review.changes_asked": _l("asked for changes"),
    "review.taken_down": _l("took a posting down"),
    "review.refused": _l("refused a posting"),
    "case.opened": _l("case opened"),
    "case.claimed": _l("took a case"),
    "case.released": _l("put a case back"),
    "case.noted": _l("wrote a note"),
    "case.closed": _l("closed a case"),
    "partner.suggested": _l("suggested a partner"),
    "organisation.merged": _l("merged two organisations"),
    "organisation.kept_apart": _l("kept two organisations apart"),
    "organisation.verified": _l("verified an organisation"),
    "organisation.doubted": _l("took a verification back"),
    "organisation.claimed": _l("attached an organisation to an account"),
    "organisation.deleted": _l("organisation deleted"),
    "posting.deleted": _l("posting deleted"),
    "directory.imported": _l("imported a file"),
    "account.role_given": _l("gave a role"),
    "account.role_taken": _l("took a role away"),
    "account.locked": _l("locked an account"),
    "account.opened": _l("unlocked an account"),
    "account.deleted": _l("account deleted"),
    "member.invited": _l("invited a member"),
    "member.joined": _l("joined an organisation"),
    "member.invitation_cancelled": _l("cancelled an invitation"),
    "member.role_changed": _l("changed the role of a member"),
    "member.removed": _l("removed a member"),
    "member.added": _l("added a member"),
    "hackathon.claimed": _l("attached a hackathon to an account"),
    "hackathon.organiser_invited": _l("invited somebody to run a hackathon"),
    "hackathon.invitation_cancelled": _l("cancelled an invitation"),
    "hackathon.organiser_joined": _l("runs a hackathon"),
    "hackathon.organiser_changed": _l("changed the role of an organiser"),
    "hackathon.organiser_removed": _l("removed an organiser"),
    "hackathon.teams_published": _l("published teams"),
}

IMPORT_KINDS: Final = {
    ImportKind.ORGANISATIONS: _l("Organisations"),
    ImportKind.NEEDS: _l("Needs"),
    ImportKind.OFFERS: _l("Offers"),
}

OUTCOMES: Final = {
    Outcome.CREATED: _l("new"),
    Outcome.UPDATED: _l("changed"),
    Outcome.UNCHANGED: _l("as before"),
    Outcome.REJECTED: _l("refused"),
}


class RefusedRows(NamedTuple):
    """Rows of an import of which the same is to be said: field, what is wrong, lines of the file."""

    field: str
    sentence: str
    lines: list[int]


def suggestion_problem(code: Refusal) -> LazyString:
    """Why a pair cannot be suggested."""
    return _REFUSALS.get(code) or _l("The two have already answered each other about this.")


def grouped(plan: ImportPlan) -> list[RefusedRows]:
    """Refused rows by what is wrong with them, the most frequent first."""
    found: dict[tuple[str, str], RefusedRows] = {}
    for row in plan.of(Outcome.REJECTED):
        for problem in row.problems:
            said = sentence(problem)
            found.setdefault((problem.field, said), RefusedRows(problem.field, said, [])).lines.append(row.line)
    return sorted(found.values(), key=lambda rows: (-len(rows.lines), rows.lines[0]))


def shown_group(row: Organisation, group: str) -> str:
    """What ``row`` says in a group of fields, in words. Of the private contact: only whether there is one."""
    if group in _SHOWN:
        return _SHOWN[group](row)
    values = (getattr(row, name) for name in GROUPS[group] if name != "language")
    return " · ".join(label_of(value) if isinstance(value, StrEnum) else str(value) for value in values if value)


def _identifiers(row: Organisation) -> str:
    numbers = [f"{name.upper()} {value}" for name in ("siren", "siret", "rna") if (value := getattr(row, name))]
    return " · ".join(numbers) or label_of(row.no_identifier_reason)


def _sse(row: Organisation) -> str:
    known = {True: gettext("Yes"), False: gettext("No"), None: ""}[row.is_sse]
    return " · ".join(filter(None, (known, "ESUS" if row.is_esus else "")))


def _contact(row: Organisation) -> str:
    if not row.contact_email:
        return ""
    return " · ".join([gettext("There is one, not shown here"), *labels_of(row.contact_modes)])


#: Groups that need more than their values one after the other.
_SHOWN: Final[dict[str, Callable[[Organisation], str]]] = {
    "identifiers": _identifiers,
    "sse": _sse,
    "place": lambda row: row.place.label,
    "contact": _contact,
}
