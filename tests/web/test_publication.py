"""Publication: who sees what, the mails after it, and what each person answers."""

from __future__ import annotations

import email
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from matcher.clock import utc_now
from matcher.hackathons.announcing import queue_place_mails
from matcher.hackathons.plans import current, move_person
from matcher.people import MailKind, MailState
from matcher.store import Hackathon, Mail, TeamPlace, Wish
from matcher.teams.problem import Slot
from matcher.vocabulary import HackathonPhase, Language, PlaceAnswer, WishKind
from tests.web.browser import Page, visit
from tests.web.html import read
from tests.web.mail_server import MailServer, serving
from tests.web.published import Published, answer, make_published, person_called, set_up
from web import create_app
from web.assets import Site
from web.config import Settings
from web.jobs import run_due
from web.teams.announcing import place_mail
from web.wiring import db


@pytest.fixture
def event(app: Site) -> Published:
    """Two teams of four, published."""
    return make_published(app)


def publish(client: FlaskClient, event: Published, **typed: str) -> Page:
    """Press the button of publication."""
    form = visit(client, event.publication).form("/publier").fill(**typed)
    return Page(form.send(client, follow_redirects=True))


def write(client: FlaskClient, event: Published) -> Page:
    """Press the button of the mails."""
    return Page(visit(client, event.publication).form("/ecrire").send(client, follow_redirects=True))


def mails(settings: Settings) -> dict[str, EmailMessage]:
    """What lies in the outbox, by address."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default, _class=EmailMessage)
        for path in Path(settings.var_dir / "outbox").glob("*.eml")
    ]
    return {str(each["To"]): each for each in found}


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def move(app: Site, event: Published, at: int, number: int) -> None:
    """Put somebody into another team, as the organisers do on their board."""
    with app.app_context():
        place = db.session.get_one(TeamPlace, person_called(app, event.names[at]).id)
        slot = Slot(str(place.challenge_id), number)
        seen = current(db.session, event.id).revision
        move_person(db.session, event.id, str(place.registration_id), slot, author="", seen_revision=seen)


def test_before_publication_nobody_sees_a_team(app: Site, client: FlaskClient) -> None:
    """Neither on public pages nor on one's own; the organisers see what would come out."""
    event = make_published(app, is_out=False)
    assert not [name for name in event.names if name in client.get(event.teams).text]
    assert 'id="equipe"' not in client.get(event.own[0]).text
    assert client.get(f"/hackathons/{event.id}/hackathon.json").json["performer"] == []
    page = read(client.get(f"/en{event.publication}").text)
    assert "Nobody but you sees the teams." in page.text
    assert page.all("button")[-1].text == "Publish version 1"


def test_publishing_shows_each_person_their_team(app: Site, client: FlaskClient) -> None:
    """One press, and the own page has challenge, mates and reasons; nobody was written to."""
    event = make_published(app, is_out=False)
    publish(client, event)
    text = read(client.get(f"/en{event.own[0]}").text).text
    assert all(name in text for name in event.names[1:4])
    assert not [name for name in event.names[4:] if name in text]
    assert "Why this team" in text
    assert "You made no choice among the challenges, and are on" in text
    assert mails(app.config["SETTINGS"]) == {}


def test_publication_of_old_teams_is_refused(app: Site, client: FlaskClient) -> None:
    """Another organiser changed the teams after the page was opened: 409, and the newer ones are shown."""
    event = make_published(app)
    move(app, event, 0, 2)
    opened = visit(client, event.publication).form("/publier")
    move(app, event, 0, 1)
    move(app, event, 1, 2)
    refused = opened.send(client)
    assert refused.status_code == 409
    assert event.names[1] in refused.text
    assert answer(client, event.own[1], "accepted")


def test_teams_that_break_rules_need_a_tick(app: Site, client: FlaskClient) -> None:
    """The rules are told in words; nothing comes out without the tick."""
    event = make_published(app, is_out=False)
    set_up(app, event.id, size_max=3, size_target=3)
    page = visit(client, f"/en{event.publication}")
    assert "has 4 members; the most is 3." in page.text
    assert page.form("/publier").send(client).status_code == 422
    assert not current_id(app, event)
    assert page.form("/publier").fill(force="y").send(client).status_code == 303
    assert current_id(app, event)


def current_id(app: Site, event: Published) -> int | None:
    """Number of the published version."""
    with app.app_context():
        return current(db.session, event.id).published_id


def test_everybody_is_written_to_once(client: FlaskClient, event: Published, settings: Settings) -> None:
    """A mail each; pressing again is not possible, and sends nothing when it is forced."""
    token = visit(client, event.publication).form("/ecrire")
    write(client, event)
    assert set(mails(settings)) == set(event.emails)
    assert not [form for form in visit(client, event.publication).forms if form.action.endswith("/ecrire")]
    token.send(client)
    assert len(list((settings.var_dir / "outbox").glob("*"))) == len(event.emails)


def test_the_page_says_how_far_the_mails_are(client: FlaskClient, event: Published) -> None:
    """From what is stored; nobody has to wait for the server."""
    before = read(client.get(f"/en{event.publication}").text).text
    assert "8 people have a place that they were not written to about." in before
    write(client, event)
    assert "8 of 8 sent" in read(client.get(f"/en{event.publication}").text).text


def test_while_the_mail_server_is_away_mails_wait_and_the_page_says_so(app: Site, settings: Settings) -> None:
    """Nothing is lost and nobody presses again: once it is back, each mail leaves once."""
    server = MailServer()
    port = server.port
    server.server_close()
    reachable = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False, "mail_sender": "a@example.org"}
    site = create_app(settings.model_copy(update=reachable))
    event = make_published(site)
    browser = site.test_client()
    write(browser, event)
    page = read(browser.get(f"/en{event.publication}").text).text
    assert "0 of 8 sent" in page
    assert "The mail server cannot be reached. 8 mails wait and leave by themselves" in page
    with serving(port) as taken:
        for hours in (2, 3):
            run_due(site, utc_now() + timedelta(hours=hours))
        told = [str(mail["To"]) for mail in taken.mails if mail["To"] in event.emails]
        assert sorted(told) == sorted(event.emails)
    assert "8 of 8 sent" in read(browser.get(f"/en{event.publication}").text).text
    with site.app_context():
        db.engine.dispose()


def test_after_a_process_died_nothing_is_sent_twice(
    app: Site, client: FlaskClient, event: Published, settings: Settings
) -> None:
    """One died when it had handed a mail over and not noted it, another in the middle of queueing: eight files."""
    with app.test_request_context("/"):
        hackathon = db.session.get_one(Hackathon, event.id)
        place = db.session.get_one(TeamPlace, person_called(app, event.names[0]).id)
        mail = place_mail(hackathon, place)
        assert mail is not None
        queue_place_mails(db.session, event.id, [mail], now=utc_now(), ends_at=utc_now() + timedelta(days=9))
    run_due(app)
    with app.app_context():
        row = db.session.query(Mail).filter_by(kind=MailKind.HACKATHON).one()
        row.state, row.sent_at, row.taken_at = MailState.SENDING, None, utc_now()
        row.address, row.subject, row.text = mail.recipient.address, mail.words.subject, mail.words.text
        db.session.commit()
    write(client, event)
    for minutes in (0, 11, 30):
        run_due(app, utc_now() + timedelta(minutes=minutes))
    with app.app_context():
        rows = db.session.query(Mail).filter_by(kind=MailKind.HACKATHON).all()
        assert [row.state for row in rows] == [MailState.SENT] * len(event.emails)
        numbers = {f"mail-{row.id}.eml" for row in rows}
    written = [path for path in (settings.var_dir / "outbox").glob("*.eml") if path.name in numbers]
    assert len(written) == len(event.emails)
    assert set(event.emails) <= set(mails(settings))


def test_after_a_change_only_whom_it_concerns_is_written_to(
    app: Site, client: FlaskClient, event: Published, settings: Settings
) -> None:
    """One person moved: one further mail."""
    write(client, event)
    for path in (settings.var_dir / "outbox").glob("*"):
        path.unlink()
    move(app, event, 0, 2)
    publish(client, event)
    write(client, event)
    assert set(mails(settings)) == {event.emails[0]}
    assert "numéro 2" in text_of(mails(settings)[event.emails[0]]) or "number 2" in text_of(
        mails(settings)[event.emails[0]]
    )


def test_a_mail_says_team_mates_and_link(client: FlaskClient, event: Published, settings: Settings) -> None:
    """As text and as HTML; the link opens the own page of its reader."""
    write(client, event)
    mail = mails(settings)[event.emails[0]]
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        assert all(name in text for name in event.names[1:4])
        assert not [name for name in event.names[4:] if name in text]
        assert f"http://localhost{event.own[0]}" in text
    assert "<script" not in text_of(mail, "html")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_mail_is_in_the_language_of_its_reader(
    app: Site, client: FlaskClient, event: Published, settings: Settings
) -> None:
    """Whatever the language of the organiser; the link leads to the page in that language."""
    with app.app_context():
        person_called(app, event.names[1]).language = Language.EN
        db.session.commit()
    write(client, event)
    found = mails(settings)
    assert f"http://localhost/en{event.own[1]}" in text_of(found[event.emails[1]])
    assert "Hello " in text_of(found[event.emails[1]])
    assert f"http://localhost{event.own[0]}" in text_of(found[event.emails[0]])


def test_a_mail_brings_the_days_for_a_calendar(
    app: Site, client: FlaskClient, event: Published, settings: Settings
) -> None:
    """Whole days: from the first to the day after the last, as the format counts."""
    write(client, event)
    mail = mails(settings)[event.emails[0]]
    (attached,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(attached.get_payload(decode=True))
    (entry,) = calendar.walk("VEVENT")
    with app.app_context():
        hackathon = db.session.get_one(Hackathon, event.id)
        assert entry.decoded("dtstart") == hackathon.starts_on
        assert (entry.decoded("dtend") - hackathon.ends_on).days == 1
        assert str(entry["summary"]) == hackathon.title
    assert event.own[0] not in attached.get_payload(decode=True).decode()


def test_who_has_no_address_is_named_for_the_desk(app: Site, client: FlaskClient) -> None:
    """No mail can reach them."""
    event = make_published(app)
    with app.app_context():
        person_called(app, event.names[3]).email = ""
        db.session.commit()
    text = read(client.get(f"/en{event.publication}").text).text
    assert f"Without an address, to be told at the desk: {event.names[3]}" in " ".join(text.split())


def test_accepting_and_declining(app: Site, client: FlaskClient, event: Published) -> None:
    """The answer is kept; the organisers see who declined; mates no longer see them."""
    assert "your team counts on you" in answer(client, f"/en{event.own[0]}", "accepted")
    answer(client, event.own[1], "declined")
    with app.app_context():
        answers = [db.session.get_one(TeamPlace, person_called(app, name).id).answer for name in event.names[:3]]
    assert answers == [PlaceAnswer.ACCEPTED, PlaceAnswer.DECLINED, None]
    page = " ".join(read(client.get(f"/en{event.publication}").text).text.split())
    assert f"Declined: {event.names[1]}" in page
    assert event.names[1] not in client.get(event.own[0]).text


@pytest.mark.parametrize("place", ["", "1", "x:y", "99:1", "1:99999999"])
@pytest.mark.parametrize("said", ["accepted", "maybe", ""])
def test_a_wrong_answer_changes_nothing(
    app: Site, client: FlaskClient, event: Published, place: str, said: str
) -> None:
    """Another team, no team, no answer: the page says to look again."""
    form = visit(client, event.own[0]).form("/place").fill(answer=said, place=place)
    assert form.send(client).status_code == 303
    with app.app_context():
        assert db.session.get_one(TeamPlace, person_called(app, event.names[0]).id).answer is None


def test_reading_changes_nothing_and_answers_need_a_token(app: Site, client: FlaskClient, event: Published) -> None:
    """GET on a button is no address; a POST without its token is refused."""
    assert client.get(f"{event.own[0]}/place").status_code == 405
    assert client.post(f"{event.own[0]}/place", data={"answer": "accepted"}).status_code == 400
    assert client.post(f"{event.organiser}/equipes/ecrire").status_code == 400
    with app.app_context():
        assert db.session.get_one(TeamPlace, person_called(app, event.names[0]).id).answer is None


def test_public_teams_name_only_who_agreed(client: FlaskClient, event: Published) -> None:
    """Every other one by name, the others counted; nothing else about anybody."""
    page = client.get(f"/en{event.teams}").text
    assert [name in page for name in event.names] == [True, False] * 4
    assert page.count("and 2 other people") == 2
    assert not [mail for mail in event.emails if mail in page]
    described = client.get(f"/hackathons/{event.id}/hackathon.json")
    assert described.json["@type"] == "Hackathon"
    named = [person["name"] for team in described.json["performer"] for person in team["member"]]
    assert sorted(named) == sorted(event.names[::2])
    assert [work["name"] for work in described.json["workFeatured"]]


def test_only_the_bare_list_may_stand_on_other_sites(client: FlaskClient, event: Published) -> None:
    """Framing is allowed there and nowhere else, and there is nothing to press in it."""
    bare = client.get(f"{event.teams}?embed=1")
    assert "frame-ancestors *" in bare.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in bare.headers
    assert "<form" not in bare.text
    assert [name in bare.text for name in event.names] == [True, False] * 4
    for address in (event.teams, event.own[0], event.publication, "/"):
        whole = client.get(address)
        assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]
        assert whole.headers["X-Frame-Options"] == "DENY"


def test_a_draft_has_no_public_teams(app: Site, client: FlaskClient, event: Published) -> None:
    """Its event does not exist for anybody but its organisers."""
    set_up(app, event.id, phase=HackathonPhase.DRAFT)
    assert client.get(event.teams).status_code == 404
    assert client.get(f"/hackathons/{event.id}/hackathon.json").status_code == 404


def test_no_page_tells_of_a_wish_to_avoid_somebody(app: Site, client: FlaskClient, event: Published) -> None:
    """A confirmed wish between people of two teams: what everybody is told of their place is as it was."""
    before = [told_of_place(client, own) for own in event.own]
    with app.app_context():
        first, fifth = (person_called(app, event.names[at]) for at in (0, 4))
        wish = Wish(kind=WishKind.AVOID, typed=fifth.name, other_id=fifth.id, is_settled=True, is_confirmed=True)
        first.wishes.append(wish)
        db.session.commit()
    move(app, event, 7, 1)
    move(app, event, 7, 2)
    publish(client, event)
    assert [told_of_place(client, own) for own in event.own] == before


def told_of_place(client: FlaskClient, own: str) -> str:
    """The part of the own page that is about the team."""
    page = client.get(f"/en{own}").text
    part = page[page.index('<section class="mine"') :]
    return read(part[: part.index("</section>")]).text
