"""Words of the mails about the animator's look at a posting."""

from __future__ import annotations

from flask_babel import gettext

from matcher.oversight.reviews import review_of
from matcher.people import ReviewState
from matcher.store import Need, Offer, Review
from web.notifications.blocks import Block, Body, Link, Links, Paragraph, Quote
from web.notifications.parts import Reader, side_address
from web.presenters import posting_url
from web.teams.announcing import in_language


def moderation_body(reader: Reader, posting: Need | Offer) -> Body | None:
    """What was decided about ``posting``, or that it waits; None when nobody was asked to look at it."""
    review = review_of(reader.session, posting)
    if review is None:
        return None
    if review.state is ReviewState.WAITING:
        return _held(reader, posting)
    if review.state is ReviewState.APPROVED:
        return _accepted(reader, posting, review)
    if review.state is ReviewState.REFUSED:
        return _refused(reader, posting, review)
    return _changes_asked(reader, posting, review)


def _held(reader: Reader, posting: Need | Offer) -> Body:
    return Body(
        gettext("We look at it before it is shown: “%(title)s”", title=posting.title),
        [
            Paragraph(
                gettext(
                    "A person of the territory reads “%(title)s” before it is on the site. You have nothing to do: "
                    "we write to you as soon as that is done.",
                    title=posting.title,
                )
            ),
            _to_posting(reader, posting, gettext("See or change the posting meanwhile")),
        ],
    )


def _accepted(reader: Reader, posting: Need | Offer, review: Review) -> Body:
    told = gettext("“%(title)s” was read and accepted: it is on the site for everybody.", title=posting.title)
    return Body(
        gettext("Accepted: “%(title)s”", title=posting.title),
        [
            Paragraph(told),
            *_remark(review),
            Links([Link(gettext("See its page"), in_language(reader.language, posting_url(posting)), main=True)]),
        ],
    )


def _changes_asked(reader: Reader, posting: Need | Offer, review: Review) -> Body:
    if posting.held_at is None:
        state = gettext("It stays on the site meanwhile.")
    else:
        state = gettext("It is not on the site until you have changed it and we have read it again.")
    return Body(
        gettext("Please change something: “%(title)s”", title=posting.title),
        [
            Paragraph(
                gettext(
                    "A person of the territory has read “%(title)s” and asks you to change it.", title=posting.title
                )
            ),
            *_remark(review),
            Paragraph(state),
            _to_posting(reader, posting, gettext("Change the posting"), "manage.edit"),
        ],
    )


def _refused(reader: Reader, posting: Need | Offer, review: Review) -> Body:
    return Body(
        gettext("Not on the site: “%(title)s”", title=posting.title),
        [
            Paragraph(
                gettext(
                    "A person of the territory has read “%(title)s” and decided that it cannot be on the site.",
                    title=posting.title,
                )
            ),
            *_remark(review),
            Paragraph(
                gettext(
                    "If you change it, it is read again. If you see it otherwise, write to the operator of the site."
                )
            ),
            _to_posting(reader, posting, gettext("See or change the posting")),
        ],
    )


def _remark(review: Review) -> list[Block]:
    return [Paragraph(gettext("This is what they write to you:")), Quote(review.remark)] if review.remark else []


def _to_posting(reader: Reader, posting: Need | Offer, words: str, endpoint: str = "manage.show") -> Links:
    return Links([Link(words, side_address(reader, posting, endpoint), main=True)])
