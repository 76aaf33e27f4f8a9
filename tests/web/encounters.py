"""Two sides that met, accounts and a case of the basket: what the addresses of people are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from matcher.accounts.invitations import invite
from matcher.accounts.membership import join
from matcher.accounts.registering import create_account
from matcher.clock import utc_now
from matcher.introductions.answering import say_yes
from matcher.introductions.questions import ask
from matcher.introductions.threads import write
from matcher.notifications.searches import save_search
from matcher.oversight.cases import open_case
from matcher.oversight.reviews import text_saved
from matcher.people import CaseReason, MembershipRole, Moderation
from matcher.store import Account, Need, Offer, Passkey
from matcher.vocabulary import ContactMode, Language, PostingKind
from web.accounts.links import address_link, invitation_link, reset_link, sign_in_link, sign_up_link
from web.mail import Message, outbox
from web.manage.links import reference_of, token_for
from web.notifications.one_click import Choice, answer_token
from web.notifications.preference_links import preference_token
from web.wiring import db

#: Name of a mail in the outbox.
MAIL = "mail-1"
MEMBER = "membre@example.org"


@dataclass(frozen=True)
class Encounter:
    """One pair that was introduced, and a member, by what their addresses are made of.

    ``sides`` holds what opens a side, by its link and as a member, with the number of the other posting;
    ``account_tokens`` those of mailed links by endpoint.
    """

    need: int
    offer: int
    organisation: int
    other_organisation: int
    sides: tuple[tuple[str, int], ...]
    call: int
    question: int
    case: int
    member: int
    invitation: int
    passkey: int
    side_search: int
    own_search: int
    account_tokens: dict[str, str]
    answer_tokens: tuple[str, ...]
    preference_tokens: tuple[str, ...]


def make_encounter(need_id: int, offer_id: int, stuck_id: int) -> Encounter:
    """Both sides of a pair say yes and write; a member keeps searches and has every link; another need is stuck.

    Needs a request context.
    """
    need, offer = db.session.get_one(Need, need_id), db.session.get_one(Offer, offer_id)
    account = _make_member(need.organisation_id)
    invited = invite(
        db.session, account, need.organisation_id, "collegue@example.org", MembershipRole.MEMBER, now=utc_now()
    )
    passkey = Passkey(
        account_id=account.id, credential_id=b"key", public_key=b"public", backup_state=False,
        device_type="single_device", name="Ordinateur",
    )  # fmt: skip
    db.session.add(passkey)
    for posting in (need, offer):
        text_saved(db.session, posting, Moderation.AFTER, utc_now())
    db.session.commit()
    with outbox() as send:
        send(Message(MEMBER, "Un sujet", "Un texte", "<p>Un texte</p>", name=MAIL))
    choices = [(own, other, choice) for own, other in ((need, offer), (offer, need)) for choice in Choice]
    return Encounter(
        need=need.id,
        offer=offer.id,
        organisation=need.organisation_id,
        other_organisation=offer.organisation_id,
        sides=tuple(
            (name(own), other.id) for own, other in ((need, offer), (offer, need)) for name in (token_for, reference_of)
        ),
        call=_make_call(need, offer),
        question=ask(db.session, need.id, offer.id, "Qui met le site à jour ?", now=utc_now()).id,
        case=open_case(db.session, db.session.get_one(Need, stuck_id), CaseReason.NO_PROPOSAL, now=utc_now()).id,
        member=account.id,
        invitation=invited.id,
        passkey=passkey.id,
        side_search=_make_search(organisation_id=need.organisation_id),
        own_search=_make_search(account_id=account.id),
        account_tokens={
            "accounts.open_link": _end(sign_in_link(account, "/compte")),
            "accounts.confirm": _end(sign_up_link("nouveau@example.org", "/compte")),
            "accounts.reset": _end(reset_link(account)),
            "accounts.confirm_address": _end(address_link(account, "autre@example.org")),
            "accounts.invitation": _end(invitation_link(invited)),
        },
        answer_tokens=tuple(answer_token(own, other.id, choice) for own, other, choice in choices),
        preference_tokens=tuple(preference_token(need.organisation_id, number) for number in (None, account.id)),
    )


def _make_member(organisation: int) -> Account:
    account = create_account(
        db.session, MEMBER, password=None, name="Un membre", language=Language.FR, consent_version="test", now=utc_now()
    )
    join(db.session, MEMBER, organisation, MembershipRole.MANAGER, by=None)
    return account


def _make_call(need: Need, offer: Offer) -> int:
    now = utc_now()
    for side in PostingKind:
        say_yes(db.session, need.id, offer.id, side, ContactMode.MAIL, now=now)
    write(db.session, need.id, offer.id, PostingKind.OFFER, "Bonjour", now=now)
    later = now + timedelta(days=2)
    return write(db.session, need.id, offer.id, PostingKind.NEED, "", now=now, call_starts_at=later).id


def _make_search(**owner: int) -> int:
    kept = save_search(db.session, PostingKind.OFFER, query="un site internet", filters="", now=utc_now(), **owner)
    return kept.id


def _end(link: str) -> str:
    return link.rpartition("/")[2]
