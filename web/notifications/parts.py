"""Parts that several mails share: cards with their reasons, answers in one click, ways to the site, the foot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from matcher.notifications.letters import Recipient
from matcher.pairs.reasons import Comparison, met, unmet
from matcher.store import Need, Offer, Organisation, Place
from matcher.vocabulary import PostingKind
from web.filters import label_of
from web.manage.links import reference_of, token_for
from web.notifications.blocks import Card, Foot, Link
from web.notifications.one_click import Choice, answer_link
from web.notifications.preference_links import preference_link
from web.presenters import excerpt, posting_text, posting_url
from web.reasons import sentence
from web.teams.announcing import in_language

#: Reasons of a card, for and against. Chosen: the page has all of them.
SHOWN_MET: Final = 3
SHOWN_UNMET: Final = 2
#: Mean radius of the Earth in km (IUGG), as the matcher's.
_EARTH_KM: Final = 6371.0088


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail: the recipient, for which organisation, on which day where the territory is."""

    session: Session
    recipient: Recipient
    organisation: Organisation | None
    now: datetime
    today: date

    @property
    def language(self) -> str:
        """Language of the mail."""
        return self.recipient.language.value


def address(reader: Reader, endpoint: str, **values: object) -> str:
    """Whole address of a page in the reader's language."""
    return in_language(reader.language, url_for(endpoint, **values))  # type: ignore[arg-type]


def side_address(reader: Reader, own: Need | Offer, endpoint: str = "manage.show", **values: object) -> str:
    """Address of a page of the side of ``own``: a plain reference for members, a signed link for everybody else."""
    token = token_for(own) if reader.recipient.account_id is None else reference_of(own)
    return address(reader, endpoint, token=token, **values)


def answers(reader: Reader, own: Need | Offer, other: Need | Offer) -> list[Link]:
    """The three answers about a pair."""

    def link(choice: Choice, words: str, *, main: bool = False) -> Link:
        return Link(words, answer_link(own, other.id, choice, reader.language), main)

    return [
        link(Choice.YES, gettext("Yes, I would like to meet them"), main=True),
        link(Choice.NOT_NOW, gettext("Not now")),
        link(Choice.NO, gettext("Not for me")),
    ]


def card(reader: Reader, posting: Need | Offer, own: Need | Offer | None = None, *, ask: bool = False) -> Card:
    """``posting`` without the name of its organisation; with reasons when it is compared with ``own``."""
    for_, against = _reasons(posting, own, reader.today) if own is not None else ([], [])
    who = [label_of(posting.organisation.family), posting.place.label]
    return Card(
        side=posting.posting_kind.value,
        label=label_of(posting.posting_kind),
        title=posting.title,
        url=in_language(reader.language, posting_url(posting)),
        language=posting.language.value,
        who=" · ".join(who),
        read=gettext("Read it"),
        excerpt=excerpt(posting_text(posting)),
        met=for_,
        unmet=against,
        links=answers(reader, own, posting) if ask and own is not None else (),
    )


def foot(reader: Reader) -> Foot:
    """Who writes, why, and how to have it otherwise."""
    organisation = reader.organisation
    if organisation is None:
        return Foot(signature(), gettext("You receive this mail because you saved a search on Passerelle."))
    why = gettext("You receive this mail for %(name)s, which is on Passerelle.", name=organisation.name)
    url = preference_link(organisation.id, reader.recipient.account_id, reader.language)
    return Foot(signature(), why, Link(gettext("Fewer mails, a pause, or none"), url))


def signature() -> list[str]:
    """Who writes: the person of the settings for the site, or its team."""
    settings = current_app.config["SETTINGS"]
    place, person = settings.territory_name, settings.mail_person
    if person:
        return [person, gettext("for Passerelle, %(place)s", place=place)]
    return [gettext("The team of Passerelle, %(place)s", place=place)]


def _reasons(posting: Need | Offer, own: Need | Offer, today: date) -> tuple[list[str], list[str]]:
    need, offer = (own, posting) if own.posting_kind is PostingKind.NEED else (posting, own)
    if not isinstance(need, Need) or not isinstance(offer, Offer):
        raise TypeError(f"expected a need and an offer, got {own!r} and {posting!r}")
    pair = Comparison(need, offer, distance_km(need.place, offer.place), today)
    return [sentence(each) for each in met(pair)[:SHOWN_MET]], [sentence(each) for each in unmet(pair)[:SHOWN_UNMET]]


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance in km.

    >>> nancy, metz = Place(latitude=48.6889, longitude=6.1709), Place(latitude=49.1081, longitude=6.1955)
    >>> round(distance_km(nancy, metz))
    47
    """
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    half = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(half) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))
