"""Who wrote a file of registrations: known by its headers. Pure.

Each maker has its key, its statuses, its order of day and month, and its own way of saying who comes. The headers
are those seen in real files; a file needs only the few that tell its maker from the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from matcher.exchange.registrations.columns import Field, guess_columns, words_of


class Maker(StrEnum):
    """Makers of files; the value is the name of the import in the database."""

    HELLOASSO = "helloasso"
    EVENTBRITE = "eventbrite"
    WEEZEVENT = "weezevent"
    DEVPOST = "devpost"
    GOOGLE_FORMS = "google_forms"
    FRAMAFORMS = "framaforms"
    CANONICAL = "canonical"
    OTHER = "file"


class Repeats(StrEnum):
    """What a second row with the same e-mail address means."""

    TICKETS = "tickets"  # another name is another person, who has no address of their own here
    ANSWERS = "answers"  # the form was filled in again: the last one counts
    LIST = "list"  # a slip: the first one counts


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of the files of one maker.

    Attributes
    ----------
    signature
        Headers, as :func:`~.columns.words_of` reads them, that only this maker's files have all together.
    columns
        Fields of headers that mean something else, or nothing, in the files of others.
    kept
        Statuses of those who come, by their words; empty: all that are not :data:`CANCELLED`.
    month_first
        Dates in figures are written the American way.
    """

    maker: Maker
    signature: frozenset[str] = frozenset()
    columns: Mapping[str, Field | None] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    month_first: bool = False
    repeats: Repeats = Repeats.LIST


#: Statuses, in words, of people who do not come.
CANCELLED: Final = frozenset(
    words_of(text)
    for text in (
        "Annulé", "Annulée", "Remboursé", "Remboursée", "Refusé", "Refusée", "Abandonné", "Abandonnée", "Supprimé",
        "Cancelled", "Canceled", "Refunded", "Deleted", "Not attending", "Declined", "Transferred", "Void",
    )
)  # fmt: skip


def _words(*headers: str) -> frozenset[str]:
    return frozenset(map(words_of, headers))


def _fields(fields: Mapping[str, Field | None]) -> dict[str, Field | None]:
    return {words_of(header): value for header, value in fields.items()}


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        Maker.HELLOASSO,
        _words("Numéro de billet", "Nom participant", "Email payeur"),
        _fields(
            {
                "Numéro de billet": Field.EXTERNAL_ID,
                "Référence commande": Field.ORDER,
                "Raison sociale": Field.ORGANISATION,
                "Moyen de paiement": None,
                "Billet": None,
                "Tarif": None,
                "Code promo": None,
            }
        ),
        kept=_words("Validé", "Validée"),
        repeats=Repeats.TICKETS,
    ),
    Source(
        Maker.EVENTBRITE,
        _words("Order #", "Attendee #", "Ticket Type"),
        _fields(
            {
                "Attendee #": Field.EXTERNAL_ID,
                "Group": None,
                "Job Title": Field.ROLES,
                "Company": Field.ORGANISATION,
                "Price Tier": None,
            }
        ),
        kept=_words("Attending", "Checked In"),
        month_first=True,
        repeats=Repeats.TICKETS,
    ),
    Source(
        Maker.WEEZEVENT,
        _words("Numéro de commande", "Date commande", "Prénom participant", "Nom participant"),
        _fields({"Tarif": None, "Billet": None, "Code barre": Field.EXTERNAL_ID, "Code-barres": Field.EXTERNAL_ID}),
        repeats=Repeats.TICKETS,
    ),
    Source(
        Maker.DEVPOST,
        _words("First Name", "Last Name", "Registered At", "Portfolio Url"),
        _fields(
            {
                "Full Name": None,
                "Submitted Project?": None,
                "Project URLs": None,
                "Project Count": Field.PROJECTS,
                "College/University Name": Field.ORGANISATION,
                "Job Specialty": Field.ROLES,
                "Do you have teammates?": Field.TEAM_STATUS,
                "Who told you about this hackathon?": None,
                "Portfolio Url": None,
            }
        ),
        month_first=True,
        repeats=Repeats.ANSWERS,
    ),
    Source(  # projects: whoever sent one in, then the others of the team, for whom headers may be missing
        Maker.DEVPOST,
        _words("Project Title", "Submitter First Name", "Submitter Email"),
        _fields(
            {
                "Project Title": Field.TEAM_NAME,
                "Submitter First Name": Field.FIRST_NAME,
                "Submitter Last Name": Field.LAST_NAME,
                "Submitter Email": Field.EMAIL,
                "Submission Url": None,
                "Project Status": None,
                "Built With": Field.SKILLS,
                "About The Project": None,
                "Notes": None,
                "Opt-In Prizes": None,
                "Additional Team Member Count": None,
                "Team Colleges/Universities": None,
            }
        ),
        month_first=True,
        repeats=Repeats.ANSWERS,
    ),
    Source(
        Maker.FRAMAFORMS,
        _words("SID", "UID"),
        _fields(
            {
                "SID": None,
                "UID": None,
                "Numéro de série": None,
                "Serial": None,
                "Adresse IP": None,
                "IP Address": None,
                "Nom d’utilisateur": None,
                "Username": None,
                "Brouillon": Field.STATUS,
                "Draft": Field.STATUS,
            }
        ),
        kept=_words("0", "Non", "No"),
        repeats=Repeats.ANSWERS,
    ),
    Source(Maker.GOOGLE_FORMS, _words("Horodateur"), repeats=Repeats.ANSWERS),
    Source(Maker.GOOGLE_FORMS, _words("Timestamp"), month_first=True, repeats=Repeats.ANSWERS),
    Source(Maker.CANONICAL, _words("external_id", "first_name", "last_name")),
    Source(Maker.CANONICAL, _words("first_name", "last_name", "challenge_1")),
)

_OTHER: Final = Source(Maker.OTHER)
#: A header has to name at least this many fields to be taken for one when it is not the first row. Chosen.
_LEAST_FIELDS: Final = 2


def recognise(headers: Sequence[str]) -> Source:
    """Whose file it is; that of nobody in particular when no signature is there in full."""
    present = {words_of(header) for header in headers}
    return next((source for source in SOURCES if source.signature <= present), _OTHER)


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows of a file is its header: titles and names of sections may stand above it.

    The first row, unless a later one names at least two fields and more of them. For
    :func:`matcher.exchange.readers.read_table`.
    """
    named = [sum(field is not None for field in _guessed(row).values()) for row in rows]
    best = max(range(len(rows)), key=lambda at: (named[at], -at))
    return best if named[best] >= _LEAST_FIELDS else 0


def _guessed(row: Sequence[str]) -> dict[str, Field | None]:
    headers = list(dict.fromkeys(cell for cell in row if cell))
    return guess_columns(headers, recognise(headers).columns)
