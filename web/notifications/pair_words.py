"""Words of the mails about one pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from flask_babel import gettext

from matcher.introductions.calls import calendar_file
from matcher.introductions.queries import contact_of_other, pair_of
from matcher.introductions.recording import posting_of
from matcher.introductions.threads import call_of
from matcher.notifications.letters import PairLetter
from matcher.people import IntroductionState, MailKind
from matcher.store import Introduction, Need, Offer, ThreadMessage
from matcher.vocabulary import ClosedReason, PostingKind, PostingStatus
from web.filters import label_of
from web.i18n import public_root
from web.notifications.blocks import Block, Body, Facts, Link, Links, Paragraph, Quote
from web.notifications.parts import Reader, card, side_address
from web.relay.addresses import reply_address


def pair_body(letter: PairLetter, reader: Reader) -> Body | None:
    """The mail of ``letter``; None when its pair was deleted meanwhile."""
    pair = reader.session.get(Introduction, letter.introduction_id)
    if pair is None:
        return None
    own, other = posting_of(pair, letter.side), posting_of(pair, letter.side.other)
    if letter.kind is MailKind.MESSAGE:
        return _message(reader, pair, own, other, letter.message_id)
    return _WRITERS[letter.kind](reader, pair, own, other)


def _answer_wanted(reader: Reader, _pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body:
    if own.posting_kind is PostingKind.NEED:
        subject = gettext("Somebody would like to help: “%(title)s”", title=own.title)
        first = gettext(
            "Somebody read your need “%(title)s” and would like to help. This is what they offer:", title=own.title
        )
    else:
        subject = gettext("Your offer interests somebody: “%(title)s”", title=other.title)
        first = gettext(
            "Somebody read your offer “%(title)s” and would like to meet you. This is their need:", title=own.title
        )
    return Body(subject, [Paragraph(first), card(reader, other, own, ask=True), Paragraph(_what_happens(), small=True)])


def _reminder(reader: Reader, _pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body:
    return Body(
        gettext("Still waiting for your answer: “%(title)s”", title=other.title),
        [
            Paragraph(
                gettext(
                    "Three working days ago we wrote to you about “%(title)s”: they said yes and wait for your answer. "
                    "“Not for me” is a good answer too: it sets them free to look elsewhere.",
                    title=other.title,
                )
            ),
            card(reader, other, own, ask=True),
            Paragraph(gettext("We shall not remind you again of this one."), small=True),
        ],
    )


def _what_happens() -> str:
    return gettext(
        "If you say yes, each of you is told how to reach the other. If you do not, nobody learns who you are. "
        "Without an answer within three weeks, we tell them not to wait."
    )


def _introduced(reader: Reader, pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body | None:
    known = pair_of(reader.session, own, other.id, reader.today)
    contact = contact_of_other(known) if known else None
    if contact is None:
        return None
    rows = [(gettext("Organisation"), contact.name)]
    if contact.person:
        rows.append((gettext("Person"), contact.person))
    rows.append((gettext("Wishes to be reached"), label_of(contact.mode)))
    if contact.detail:
        rows.append((gettext("At"), contact.detail))
    thread = _thread(reader, own, other)
    written = reply_address(pair, own.posting_kind)
    if written:
        how = gettext(
            "Answer this mail to write to them: it is passed on, and neither of you sees the other’s address."
        )
    else:
        how = gettext("You can also write to them on the site; neither of you sees the other’s address.")
    return Body(
        gettext("You can write to each other: “%(title)s”", title=_need_of(own, other).title),
        [
            Paragraph(
                gettext("Both of you said yes. This is how to reach each other about “%(title)s”:", title=other.title)
            ),
            Facts(rows),
            Paragraph(how),
            Links([Link(gettext("Write to them, or propose a first call"), thread, main=True)]),
            Paragraph(
                gettext("In two weeks we ask both of you whether you met. Nothing else comes by itself."), small=True
            ),
        ],
    )


def _solved_elsewhere(reader: Reader, _pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body:
    found = other.status is PostingStatus.CLOSED and other.closed_reason in {
        ClosedReason.MATCHED_HERE,
        ClosedReason.MATCHED_ELSEWHERE,
    }
    if found:
        why = gettext("“%(title)s”, to which you had said yes, has found a partner.", title=other.title)
    elif other.status is PostingStatus.CLOSED:
        why = gettext("“%(title)s”, to which you had said yes, was closed by its author.", title=other.title)
    else:
        why = gettext("“%(title)s”, to which you had said yes, has come to its end.", title=other.title)
    return Body(
        gettext("No need to wait any longer: “%(title)s”", title=other.title),
        [
            Paragraph(why),
            Paragraph(
                gettext("It says nothing about what you offered. Yours stays open, and new proposals come to you.")
            ),
            Links([Link(gettext("See what else fits"), side_address(reader, own, "introductions.index"), main=True)]),
        ],
    )


def _posting_deleted(reader: Reader, pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body:
    """Its subject does not name what was deleted: it is all that stays of the mail."""
    if pair.state is IntroductionState.ANSWERED:
        told = gettext("“%(title)s”, to which you had said yes, was deleted by its author.", title=other.title)
        then = gettext("It says nothing about what you offered. Yours stays open, and new proposals come to you.")
        if own.posting_kind is PostingKind.NEED:
            then = gettext("It says nothing about what you look for. Yours stays open, and new proposals come to you.")
    else:
        told = gettext(
            "“%(title)s”, with whose author you were put in touch, was deleted by its author.", title=other.title
        )
        then = gettext(
            "What you wrote to each other on the site is gone with it. Mails that you have received stay with you, and "
            "nothing keeps you from going on together."
        )
    return Body(
        gettext("A posting to which you had said yes was deleted by its author"),
        [
            Paragraph(told),
            Paragraph(then),
            Links([Link(gettext("See what else fits"), side_address(reader, own, "introductions.index"), main=True)]),
        ],
    )


def _follow_up(reader: Reader, pair: Introduction, own: Need | Offer, other: Need | Offer) -> Body:
    if pair.state is IntroductionState.INTRODUCED:
        subject = gettext("Did you meet? “%(title)s”", title=other.title)
        text = gettext(
            "Two weeks ago you and “%(title)s” were introduced. Did you speak to each other?", title=other.title
        )
        button = gettext("Say how it stands")
    else:
        subject = gettext("What came of it? “%(title)s”", title=other.title)
        text = gettext(
            "Some weeks ago you met about “%(title)s”. What came of it? “Nothing” helps us too: it takes one minute.",
            title=other.title,
        )
        button = gettext("Say what came of it")
    return Body(subject, [Paragraph(text), Links([Link(button, _thread(reader, own, other), main=True)])])


def _message(
    reader: Reader, pair: Introduction, own: Need | Offer, other: Need | Offer, message_id: int | None
) -> Body | None:
    message = reader.session.get(ThreadMessage, message_id) if message_id else None
    if message is None:
        return None
    who = other.organisation.brand or other.organisation.name
    blocks: list[Block] = [Paragraph(gettext("%(name)s writes to you:", name=who)), Quote(message.text)]
    if reply_address(pair, own.posting_kind):
        blocks.append(Paragraph(gettext("Answer this mail to write back."), small=True))
    blocks.append(Links([Link(gettext("See the whole exchange"), _thread(reader, own, other), main=True)]))
    subject = gettext("%(name)s about “%(title)s”", name=who, title=_need_of(own, other).title)
    return Body(subject, blocks, _call_file(reader, pair, message, who))


def _call_file(reader: Reader, pair: Introduction, message: ThreadMessage, who: str) -> str:
    """The call that ``message`` proposes, for calendars; the page of the thread gives the same. Empty without one."""
    found = call_of(reader.session, pair.id, message.id)
    if found is None:
        return ""
    content = calendar_file(
        found[1],
        uid=f"call-{message.id}@{urlsplit(public_root()).hostname}",
        title=gettext("First call with %(name)s", name=who),
        text=message.text,
        made_at=message.sent_at,
    )
    return content.decode()


def _thread(reader: Reader, own: Need | Offer, other: Need | Offer) -> str:
    """Address of the pair's page."""
    return side_address(reader, own, "introductions.show", other_id=other.id)


def _need_of(own: Need | Offer, other: Need | Offer) -> Need | Offer:
    return own if own.posting_kind is PostingKind.NEED else other


_WRITERS: Final[Mapping[MailKind, Callable[[Reader, Introduction, Need | Offer, Need | Offer], Body | None]]] = {
    MailKind.ANSWER_WANTED: _answer_wanted,
    MailKind.REMINDER: _reminder,
    MailKind.INTRODUCED: _introduced,
    MailKind.SOLVED_ELSEWHERE: _solved_elsewhere,
    MailKind.POSTING_DELETED: _posting_deleted,
    MailKind.FOLLOW_UP: _follow_up,
}
