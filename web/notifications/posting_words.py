"""Words of the mails about one posting, of the digest, and of saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from matcher.introductions.recording import posting_of
from matcher.notifications.letters import DigestLetter, Group, PostingLetter, QuestionLetter, SearchLetter
from matcher.notifications.posting_letters import NEAR_MISS_DAYS
from matcher.people import Actor, IntroductionState, MailKind
from matcher.postings.filters import ListFilters
from matcher.postings.queries import get_posting, list_postings
from matcher.store import Introduction, Need, Offer, PostingQuestion, SavedSearch
from matcher.text import guess_language
from matcher.vocabulary import PostingKind
from web.filters import day, label_of
from web.notifications.blocks import Block, Body, Heading, Link, Links, Paragraph, Quote
from web.notifications.moderation_words import moderation_body
from web.notifications.parts import Reader, address, card, side_address
from web.reasons import near_miss_sentence
from web.teams.announcing import in_language
from web.wiring import services

#: New answers of a saved search that a mail shows. Chosen.
SHOWN_FOUND = 5


def digest_body(letter: DigestLetter, reader: Reader) -> Body | None:
    """What is new for an organisation, by posting; None when all of it was deleted meanwhile."""
    blocks: list[Block] = []
    titles: list[str] = []
    count = 0
    for group in letter.groups:
        own = get_posting(reader.session, group.kind, group.posting_id)
        others = [get_posting(reader.session, group.kind.other, number) for number in group.other_ids]
        shown = [other for other in others if other is not None]
        if own is None or not shown:
            continue
        titles.append(own.title)
        count += len(shown) + group.more
        blocks += _group(reader, group, own, shown)
    news = [line for number, side in letter.news if (line := _news(reader.session, number, side))]
    if news:
        blocks += [Heading(gettext("What became of your answers")), *(Paragraph(line) for line in news)]
    if not blocks:
        return None
    return Body(_digest_subject(titles, count), [Paragraph(_digest_start(titles, count)), *blocks])


def _digest_subject(titles: Sequence[str], count: int) -> str:
    if not titles:
        return gettext("What became of your answers on Passerelle")
    if len(titles) == 1:
        return ngettext(
            "%(num)s new proposal for “%(title)s”", "%(num)s new proposals for “%(title)s”", count, title=titles[0]
        )
    return gettext(
        "%(count)s new proposals: “%(title)s” and %(more)s more", count=count, title=titles[0], more=len(titles) - 1
    )


def _digest_start(titles: Sequence[str], count: int) -> str:
    if not titles:
        return gettext("Hello,")
    return ngettext(
        "Hello, this is what is new for you: %(num)s proposal, with the reason why.",
        "Hello, this is what is new for you: %(num)s proposals, each with the reasons why.",
        count,
    )


def _group(reader: Reader, group: Group, own: Need | Offer, others: Sequence[Need | Offer]) -> list[Block]:
    if group.kind is PostingKind.NEED:
        heading = gettext("For your need “%(title)s”", title=own.title)
    else:
        heading = gettext("For your offer “%(title)s”", title=own.title)
    blocks: list[Block] = [Heading(heading, side=group.kind.value)]
    blocks += [card(reader, other, own, ask=True) for other in others]
    if group.more:
        words = ngettext("See %(num)s more", "See %(num)s more", group.more)
        blocks.append(Links([Link(words, side_address(reader, own, "introductions.index"))]))
    return blocks


def _news(session: Session, number: int, side: PostingKind) -> str:
    pair = session.get(Introduction, number)
    if pair is None:
        return ""
    title = posting_of(pair, side.other).title
    if pair.state is IntroductionState.EXPIRED:
        return gettext("“%(title)s” did not answer in time: you need not wait.", title=title)
    if pair.declined_by is Actor(side.other.value) and pair.decline_reason is not None:
        reason = label_of(pair.decline_reason)
        return gettext(
            "“%(title)s” said no this time: %(reason)s.", title=title, reason=reason[:1].lower() + reason[1:]
        )
    return ""


def posting_body(letter: PostingLetter, reader: Reader) -> Body | None:
    """Near misses, the end that comes, the animator's word; None when the posting was deleted meanwhile."""
    posting = get_posting(reader.session, letter.posting_kind, letter.posting_id)
    if posting is None:
        return None
    if letter.kind is MailKind.NEAR_MISS:
        return _near_miss(reader, posting)
    if letter.kind is MailKind.MODERATION:
        return moderation_body(reader, posting)
    ends = day(letter.ends_on)
    return Body(
        gettext("Ends on %(day)s: “%(title)s”", day=ends, title=posting.title),
        [
            Paragraph(
                gettext(
                    "“%(title)s” leaves the lists after %(day)s. Is it still true? One click keeps it there.",
                    title=posting.title,
                    day=ends,
                )
            ),
            Links([Link(gettext("Renew it, change it or close it"), side_address(reader, posting), main=True)]),
            Paragraph(gettext("If you do nothing, it ends by itself, and you can bring it back later."), small=True),
        ],
    )


def _near_miss(reader: Reader, posting: Need | Offer) -> Body:
    near = services().matcher.proposals(reader.session, posting).near_misses
    blocks: list[Block] = [
        Paragraph(
            gettext(
                "For %(days)s working days nobody has said yes to “%(title)s”. It happens often, and can be changed.",
                days=NEAR_MISS_DAYS,
                title=posting.title,
            )
        )
    ]
    for each in near:
        blocks.append(Heading(near_miss_sentence(each)))
        blocks += [card(reader, match.posting, posting) for match in each.matches]
    if not near:
        blocks.append(Paragraph(gettext("Nothing comes near either, as things are. Plainer words often help.")))
    blocks += [
        Links([Link(gettext("Change my need"), side_address(reader, posting, "manage.edit"), main=True)]),
        Paragraph(
            gettext("You may also wait: in a week, a person of the territory looks at it and writes to you."),
            small=True,
        ),
    ]
    return Body(gettext("No partner yet for “%(title)s”: what could change that", title=posting.title), blocks)


def question_body(letter: QuestionLetter, reader: Reader) -> Body | None:
    """A question to an author, or its answer to who asked; None when it was deleted meanwhile."""
    question = reader.session.get(PostingQuestion, letter.question_id)
    need = reader.session.get(Need, question.need_id) if question else None
    if question is None or need is None:
        return None
    if letter.kind is MailKind.QUESTION:
        return Body(
            gettext("A question about your need “%(title)s”", title=need.title),
            [
                Paragraph(gettext("Somebody who may help asks about “%(title)s”:", title=need.title)),
                Quote(question.question),
                Paragraph(gettext("Your answer is shown to everybody, so that nobody has to ask again.")),
                Links([Link(gettext("Answer"), side_address(reader, need, "introductions.asked"), main=True)]),
            ],
        )
    return Body(
        gettext("Your question about “%(title)s” has its answer", title=need.title),
        [
            Paragraph(gettext("You asked:")),
            Quote(question.question),
            Paragraph(gettext("The author answers:")),
            Quote(question.answer),
            Links([Link(gettext("Read the need"), address(reader, "needs.show", id=need), main=True)]),
        ],
    )


def search_body(letter: SearchLetter, reader: Reader) -> Body | None:
    """What is new for a saved search; None when nothing that is new answers it."""
    search = reader.session.get(SavedSearch, letter.search_id)
    found = newer_answers(reader, search, letter.since) if search else []
    if search is None or not found:
        return None
    name = search.query or gettext("your filters")
    shown = found[:SHOWN_FOUND]
    count = len(found)
    subject = ngettext(
        "%(num)s new answer to your search: %(name)s", "%(num)s new answers to your search: %(name)s", count, name=name
    )
    start = ngettext(
        "Since we last told you, %(num)s posting came that answers it.",
        "Since we last told you, %(num)s postings came that answer it.",
        count,
    )
    return Body(
        subject,
        [
            Paragraph(start),
            *(card(reader, posting) for posting in shown),
            Links([Link(gettext("Open the search"), in_language(reader.language, search_address(search)), main=True)]),
            Paragraph(gettext("You can delete this search on the page where your searches are."), small=True),
        ],
    )


def newer_answers(reader: Reader, search: SavedSearch, since: datetime) -> list[Need | Offer]:
    """Live postings that came after ``since`` and answer the search, best or newest first."""
    if search.query:
        language = guess_language(search.query, default=reader.language)
        found = services().matcher.search(reader.session, search.query, language, [search.looks_for], limit=20)
        rows = [match.posting for match in found[search.looks_for].items]
    else:
        filters = ListFilters.parse(MultiDict(parse_qsl(search.filters)))
        page = list_postings(reader.session, search.looks_for, filters, per_page=50, today=reader.today, facets=False)
        rows = list(page.items)
    return [row for row in rows if row.created_at > since]


def search_address(search: SavedSearch) -> str:
    """Address of the page that a saved search is of."""
    if search.query:
        return url_for("search.index", q=search.query, kind=search.looks_for.value)
    area = "needs" if search.looks_for is PostingKind.NEED else "offers"
    return url_for(f"{area}.index") + (f"?{search.filters}" if search.filters else "")
