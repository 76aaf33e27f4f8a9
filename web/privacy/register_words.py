"""The record of processing in words: one set of sentences for the page and for ``docs/privacy.md``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from matcher.privacy.register import REGISTER, Basis, Entry, Processing
from matcher.privacy.retention import WARNING_DAYS
from web.api.words import N_


class Words(NamedTuple):
    """What is told of one processing, as English sentences to be translated where they are shown."""

    title: str
    purpose: str
    people: str
    data: str
    recipients: str
    kept: str


class Line(NamedTuple):
    """One processing, ready to be shown: a heading, then names with their sentences."""

    title: str
    rows: tuple[tuple[str, str], ...]


Translate = Callable[[str], str]

BASES: Final = {
    Basis.CONSENT: N_("Consent, given with the form and kept with the version of what was agreed to"),
    Basis.CONTRACT: N_("Needed for the service that the person asked for"),
    Basis.INTEREST: N_("Legitimate interest in a service that works, is safe and can be judged"),
}

WORDS: Final = {
    Processing.POSTINGS: Words(
        N_("Needs and offers of organisations"),
        N_("Publish what organisations look for and bring, compare it, propose partners and say why."),
        N_("Contact persons of organisations"),
        N_(
            "Name and e-mail address of the contact (private, encrypted); what the organisation says of itself and "
            "posts."
        ),
        N_("Everybody for what is posted; nobody for the contact before both sides said yes."),
        N_(
            "%(months)s months after the posting is over and nothing more was heard of it; at once when its author "
            "deletes it."
        ),
    ),
    Processing.INTRODUCTIONS: Words(
        N_("Introductions"),
        N_("Bring two sides together that both said yes, pass their messages on, learn what came of it."),
        N_("Contact persons and members of organisations"),
        N_("Answers with their dates and reasons, messages (encrypted), what came of it."),
        N_("The two sides. Animators of the territory see dates and states, never messages."),
        N_("Messages: %(months)s months after the last one of their thread. Answers: as long as both postings."),
    ),
    Processing.MAILS: Words(
        N_("Mails"),
        N_("Tell people what waits for them, as seldom as they like."),
        N_("Contact persons and account holders"),
        N_(
            "Address and text of each mail (encrypted), when it was sent, how often somebody wants to hear from "
            "the site."
        ),
        N_("The person written to; the mail server that the operator has chosen."),
        N_("Address and text: %(months)s months after sending. That a mail was sent stays, without address and text."),
    ),
    Processing.ACCOUNTS: Words(
        N_("Accounts"),
        N_("Let people act for their organisations without keeping links, and let several act for one."),
        N_("Account holders, invited colleagues"),
        N_("E-mail address, name (encrypted), password as an argon2 hash, passkeys, organisations, roles, last visit."),
        N_("Colleagues of the same organisation; administrators for roles."),
        N_(
            "%(months)s months after the last visit, with a warning %(days)s days before; at once when its holder "
            "deletes it."
        ),
    ),
    Processing.OVERSIGHT: Words(
        N_("Care for the territory"),
        N_("Check postings, help needs that found nobody, and be able to say who changed what."),
        N_("Account holders with a role, authors of postings"),
        N_("What was decided about a posting, notes (encrypted), and a log of acts without any text."),
        N_("Animators and administrators; support bodies for the needs that wait for help."),
        N_("With the posting. The log of acts stays, and loses the account when that is deleted."),
    ),
    Processing.HACKATHONS: Words(
        N_("Hackathons"),
        N_("Register people, form balanced teams, feed and receive everybody as they need it."),
        N_("Participants, organisers, members of the jury"),
        N_(
            "Name, skills, availability; e-mail address, answers, wishes about others, diet and access needs "
            "(private, encrypted). Diet and access needs may tell about health: they are asked for with consent alone."
        ),
        N_("The organisers of the event. Names on public pages for those alone who agreed to it."),
        N_("Until the person erases the registration or the organisers delete the event."),
    ),
    Processing.STATISTICS: Words(
        N_("Public figures"),
        N_("Show what comes of the service."),
        N_("Nobody: counts alone"),
        N_("Numbers by year, and no number of one to four."),
        N_("Everybody"),
        N_("Without end: they lead back to nobody."),
    ),
    Processing.LOGS: Words(
        N_("Technical log"),
        N_("Find faults."),
        N_("Visitors, none of whom can be told from it"),
        N_("Kind of page, time, result, duration. No address, no name, no search, no text."),
        N_("Whoever runs the server"),
        N_("As the operator has set."),
    ),
}

#: What protects all of it.
SECURITY: Final = (
    N_(
        "Private fields are encrypted in the database with a key that is not in it; they can be read neither "
        "from a copy of the file nor from a backup."
    ),
    N_(
        "Only people who proved it may see or change something: a signed link, an account with its roles, one "
        "table of who may open what."
    ),
    N_("Nothing is loaded from other sites, no script stands in a page, and no text leaves the server."),
    N_("What is too old is deleted every night, and each person can take a copy and delete without asking anybody."),
)

HEADINGS: Final = (
    N_("Purpose"),
    N_("Legal basis"),
    N_("People"),
    N_("Data"),
    N_("Who gets to see it"),
    N_("How long"),
)


def lines(translate: Translate) -> list[Line]:
    """Every processing in words."""
    return [_line(entry, translate) for entry in REGISTER]


def as_markdown() -> str:
    """The whole record as it stands in ``docs/privacy.md``, in English."""
    parts = []
    for line in lines(str):
        rows = "\n".join(f"- **{name}**: {text}" for name, text in line.rows)
        parts.append(f"### {line.title}\n{rows}\n")
    measures = "\n".join(f"- {sentence}" for sentence in SECURITY)
    return "\n".join([*parts, f"### Security\n{measures}\n"])


def _line(entry: Entry, translate: Translate) -> Line:
    words = WORDS[entry.processing]
    kept = translate(words.kept)
    if entry.months is not None:
        kept = kept % {"months": entry.months, "days": WARNING_DAYS}
    told = (words.purpose, BASES[entry.basis], words.people, words.data, words.recipients)
    texts = [*(translate(sentence) for sentence in told), kept]
    return Line(translate(words.title), tuple(zip(map(translate, HEADINGS), texts, strict=True)))
