"""Nobody waits in silence: what the mails about deletions, looks and keeping say, and what pages say of mails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.introductions.threads import write
from matcher.notifications.letters import Words
from matcher.oversight import reviews
from matcher.oversight.reviews import Decision
from matcher.people import MailKind, Moderation
from matcher.privacy.deleting import delete_posting
from matcher.store import Account, Mail, Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import Language, PostingKind
from tests.web.html import read
from tests.web.notifications.conftest import Pair
from tests.web.signing_in import make_account, signed_in
from web import jobs
from web.introductions import views as pair_pages
from web.manage.links import token_for
from web.notifications.composing import compose
from web.privacy.letters import warning
from web.wiring import db

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER
REMARK = "Dites-nous pour quand, et <b>combien</b> de personnes."


def title_of(pair: Pair, kind: PostingKind) -> str:
    """Title of one of the two."""
    with pair.app.app_context():
        row = db.session.get_one(*((Need, pair.need_id) if kind is NEED else (Offer, pair.offer_id)))
        return row.title


def written(pair: Pair, kind: MailKind) -> list[Words]:
    """Words of the mails of a kind that were written, oldest first."""
    with pair.app.app_context():
        rows = db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id))
        return [Words(row.subject, row.text, row.html) for row in rows]


def delete_need(pair: Pair) -> None:
    """As the page does it."""
    with pair.app.test_request_context(base_url="https://passerelle.example.org"):
        delete_posting(db.session, db.session.get_one(Need, pair.need_id), now=datetime.now(UTC), compose=compose)


@pytest.mark.parametrize("language", list(Language))
def test_who_had_said_yes_reads_that_it_was_deleted(pair: Pair, language: Language) -> None:
    """Which one, that it is no judgement, and where to look on; the subject, which stays, does not name it."""
    with pair.app.app_context(), writing(db.session):
        db.session.get_one(Offer, pair.offer_id).organisation.language = language
    pair.say_yes(OFFER)
    jobs.run_due(pair.app)
    title = title_of(pair, NEED)
    delete_need(pair)
    (told,) = written(pair, MailKind.POSTING_DELETED)
    assert title in told.text
    assert title not in told.subject
    assert ("supprim" if language is Language.FR else "deleted") in told.subject
    jobs.run_due(pair.app)
    (sent,) = written(pair, MailKind.POSTING_DELETED)
    assert (sent.text, sent.html) == ("", "")


def test_a_partner_who_was_introduced_reads_that_the_exchange_is_gone(pair: Pair) -> None:
    """And that nothing keeps the two from going on."""
    for side in (OFFER, NEED):
        pair.say_yes(side)
    delete_need(pair)
    (told,) = written(pair, MailKind.POSTING_DELETED)
    assert title_of(pair, OFFER) not in told.text
    assert told.text.count("http") >= 2


def test_the_page_of_mails_says_that_a_text_is_no_longer_kept(client: FlaskClient, pair: Pair) -> None:
    """The waiting side finds the mail there, without the words about what was deleted."""
    pair.say_yes(OFFER)
    title = title_of(pair, NEED)
    jobs.run_due(pair.app)
    with pair.app.app_context(), writing(db.session):
        db.session.query(Mail).delete()
    delete_need(pair)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        path = f"/en/gerer/{token_for(db.session.get_one(Offer, pair.offer_id))}/courriels"
    page = client.get(path).text
    assert "The text of this mail is no longer kept." in page
    assert title not in page


@pytest.mark.parametrize(
    ("decision", "english", "french"),
    [
        (Decision.ASK_CHANGES, "It stays on the site meanwhile.", "reste sur le site"),
        (Decision.TAKE_DOWN, "It is not on the site until", "pas sur le site tant que"),
        (Decision.REFUSE, "cannot be on the site", "ne peut pas être sur le site"),
        (Decision.APPROVE, "read and accepted", "acceptée"),
    ],
)
def test_an_author_reads_what_was_decided_and_why(pair: Pair, decision: Decision, english: str, french: str) -> None:
    """In both languages, with the animator's words as text, and a link to what can be done."""
    remark = "" if decision is Decision.APPROVE else REMARK
    told = [decided(pair, decision, remark, language) for language in (Language.EN, Language.FR)]
    assert english in told[0].text
    assert french in told[1].text
    for words in told:
        assert title_of(pair, NEED) in words.subject
        assert "<b>combien</b>" not in words.html
        assert not remark or "combien" in words.text
        assert "https://passerelle.example.org" in words.text


def decided(pair: Pair, decision: Decision, remark: str, language: Language) -> Words:
    """The mail about a decision, in a language; each is decided a minute after the one before."""
    now = datetime.now(UTC) + timedelta(minutes=len(written(pair, MailKind.MODERATION)))
    with pair.app.test_request_context(base_url="https://passerelle.example.org"):
        need = db.session.get_one(Need, pair.need_id)
        with writing(db.session):
            need.organisation.language = language
            need.problem += "!"
            animator = Account(email=f"{decision}-{language}@example.org", session_name=f"{decision}-{language}")
            db.session.add(animator)
            reviews.text_saved(db.session, need, Moderation.AFTER, now)
            if decision is Decision.APPROVE:
                need.held_at = now
        look = reviews.review_of(db.session, need)
        assert look is not None
        seen = reviews.seen_mark(look)
        reviews.decide(db.session, need, decision, remark, account_id=animator.id, seen=seen, now=now)
        jobs.plan_mails(db.session, now, compose)
    return written(pair, MailKind.MODERATION)[-1]


def test_a_mail_to_two_colleagues_is_shown_once_with_its_readers(client: FlaskClient, pair: Pair) -> None:
    """By addresses that colleagues recognise; whoever holds the link learns none of them whole."""
    with pair.app.app_context():
        number = db.session.get_one(Need, pair.need_id).organisation_id
        path = f"/en/gerer/{token_for(db.session.get_one(Need, pair.need_id))}/courriels"
    for address in ("ada@asso.example", "bob@asso.example"):
        make_account(pair.app, address, organisation=number)
    pair.say_yes(OFFER)
    jobs.run_due(pair.app)
    page = client.get(path).text
    told = [each.text for each in read(page).all("li") if "mail--sent" in each.attributes.get("class", "")]
    assert told
    for mail in told:
        assert "2 readers" in mail
        assert "a…@asso.example" in mail
        assert "b…@asso.example" in mail
    assert "ada@asso.example" not in page


def test_a_first_message_is_asked_for_until_there_is_one(client: FlaskClient, pair: Pair) -> None:
    """On the list of answers and behind the link of the mail, as on the page of the pair."""
    for side in (OFFER, NEED):
        pair.say_yes(side)
    with pair.app.app_context():
        inbox = f"/en/gerer/{token_for(db.session.get_one(Offer, pair.offer_id))}/reponses"
    pages = (inbox, f"{inbox}/{pair.need_id}")
    assert all("Write the first message" in client.get(page).text for page in pages)
    with pair.app.app_context():
        write(db.session, pair.need_id, pair.offer_id, NEED, "Bonjour !", now=datetime.now(UTC))
    for page in pages:
        text = client.get(page).text
        assert "Write the first message" not in text
        assert "Go on talking here" in text


@pytest.mark.parametrize(("holidays", "last"), [(False, date(2026, 4, 13)), (True, date(2026, 4, 14))])
def test_the_holidays_of_the_settings_count_for_an_answer(
    pair: Pair, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, holidays: bool, last: date
) -> None:
    """A yes of 20 March 2026 on the page: Good Friday is no working day where the local law holds."""
    settings = pair.app.config["SETTINGS"]
    pair.app.config["SETTINGS"] = settings.model_copy(update={"local_law_holidays": holidays})
    monkeypatch.setattr(pair_pages, "utc_now", lambda: datetime(2026, 3, 20, 10, tzinfo=UTC))
    with pair.app.app_context():
        inbox = f"/gerer/{token_for(db.session.get_one(Need, pair.need_id))}/reponses/{pair.offer_id}"
    csrf = client.get(inbox).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(f"{inbox}/oui", data={"csrf_token": csrf, "mode": "mail"})
    assert answer.status_code == 303, answer.text
    row = pair.row()
    assert row is not None
    assert row.due_on == last


@pytest.mark.parametrize(("language", "button"), [(Language.FR, "Se connecter"), (Language.EN, "Sign in")])
def test_an_account_that_ends_is_warned_like_every_other_mail(pair: Pair, language: Language, button: str) -> None:
    """In its language, with the day, the way to keep it, who writes and why."""
    with pair.app.test_request_context(base_url="https://passerelle.example.org"):
        account = Account(email="old@example.org", language=language, session_name="old")
        words = warning(account, date(2027, 1, 5))
    assert button in words.text
    assert "2027" in words.subject
    assert "passerelle.example.org" in words.text
    shown = read(words.html).text
    for line in words.text.splitlines():
        told = line.partition("http")[0].strip("- :–\u00a0")
        assert " ".join(told.split()) in shown, line


def test_a_member_finds_the_mails_of_their_own_organisation_alone(pair: Pair) -> None:
    """The page of another organisation's posting is none of theirs."""
    with pair.app.app_context():
        number = db.session.get_one(Need, pair.need_id).organisation_id
    make_account(pair.app, "ada@asso.example", organisation=number)
    reader = signed_in(pair.app, "ada@asso.example")
    assert reader.get(f"/gerer/besoin-{pair.need_id}/courriels").status_code == 200
    assert reader.get(f"/gerer/offre-{pair.offer_id}/courriels").status_code == 404
