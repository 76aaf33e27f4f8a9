"""The pages of a pair: from a proposal to its outcome, by two browsers without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.clock import today, utc_now
from matcher.introductions.answering import say_no
from matcher.people import DeclineReason, IntroductionState
from matcher.store import Introduction, IntroductionEvent, Need, Offer, Organisation, ThreadMessage
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests.web.browser import Page, visit
from tests.web.introductions.sides import Sides, introduce, make_sides, press
from tests.web.territory import PRIVATE, Territory
from web.assets import Site
from web.manage.links import token_for
from web.wiring import db

STORED_TEXT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def sides(app: Site, territory: Territory) -> Sides:
    """The website that the grocery needs, and the studio that makes some."""
    return make_sides(app, territory)


def stored(app: Site, sides: Sides) -> Introduction:
    """The row of the pair, with its events."""
    with app.app_context():
        row = db.session.scalars(select(Introduction).filter_by(need_id=sides.ids.need)).one()
        _ = row.events
        return row


def in_days(days: int) -> str:
    """A day from now, as a date field sends it."""
    return (today() + timedelta(days=days)).isoformat()


def test_the_whole_way_from_a_proposal_to_its_outcome(app: Site, client: FlaskClient, sides: Sides) -> None:
    """Yes, yes, contact, a message, a call, met, at work, outcome: each side sees what the other did."""
    assert "You said yes" in press(client, sides.need, "/oui", mode="phone", phone="03 53 01 00 01").text
    waiting = visit(client, sides.offer)
    assert "The other side said yes" in waiting.text
    assert "03 53 01" not in waiting.text
    assert "03 53 01 00 01" in press(client, sides.offer, "/oui", mode="mail").text
    press(client, sides.offer, "/message", message="Bonjour, quand pouvons-nous parler ?")
    thread = press(client, sides.need, "/appel", day=in_days(3), time="14:30", call_link="visio.example.org/a", note="")
    assert "Bonjour, quand pouvons-nous parler ?" in thread.text
    calendar = next(link for link in visit(client, sides.offer).links if link.endswith(".ics"))
    file = client.get(calendar)
    assert file.mimetype == "text/calendar"
    assert "https://visio.example.org/a" in file.text.replace("\r\n ", "")
    assert "T143000" not in file.text, "told in UTC, whatever the season"
    press(client, sides.offer, "/rencontre")
    press(client, sides.need, "/projet")
    told = press(
        client, sides.need, "/suite", outcome="contract", counterfactual="no", outcome_text="Un site en ligne."
    )
    assert "Un site en ligne." in told.text
    other = visit(client, sides.offer)
    assert "told what came of it: paid work" in other.text
    assert "Un site en ligne." not in other.text
    assert stored(app, sides).state is IntroductionState.ENDED


def test_names_wait_for_two_yeses_and_the_address_for_ever(
    app: Site, client: FlaskClient, territory: Territory
) -> None:
    """An anonymous need has no name on any page of the other side before both said yes; a mail address never shows."""
    sides = make_sides(app, territory, "rounds", "planning")
    with app.app_context(), writing(db.session):
        db.session.get_one(Organisation, territory.organisations["homecare"]).contact_name = "Sasha Discrète"
    pages = (sides.offer_inbox, sides.offer, sides.need_inbox, sides.need)
    before = [visit(client, page).text for page in pages[:2]]
    press(client, sides.need, "/oui", mode="phone", phone="03 53 01 00 01")
    before += [visit(client, page).text for page in pages[:2]]
    assert not any("Fédération des Deux Vallées" in text or "Sasha Discrète" in text for text in before)
    press(client, sides.offer, "/oui", mode="mail")
    after = visit(client, sides.offer).text
    assert "Fédération des Deux Vallées" in after
    assert "Sasha Discrète" in after
    assert not any(PRIVATE[1] in visit(client, page).text for page in pages)


def test_reading_changes_nothing(app: Site, client: FlaskClient, sides: Sides) -> None:
    """A scanner that opens every link says nothing in anybody's name, not even "read"; the page says it by a POST."""
    press(client, sides.need, "/oui", mode="mail")
    for page in (sides.need, sides.offer, sides.need_inbox, sides.offer_inbox):
        for link in [page, *visit(client, page).links]:
            if link.startswith("/") and not link.endswith(("/atom", ".xml")):
                client.get(link.partition("#")[0])
    assert len(stored(app, sides).events) == 1
    assert visit(client, sides.offer).form("/vu").send(client).status_code == 204
    assert [event.kind.value for event in stored(app, sides).events] == ["interested", "seen"]


ACTS = ("vu", "oui", "plus-tard", "non", "retirer", "rencontre", "projet", "suite", "message", "appel", "question")


@pytest.mark.parametrize("end", ACTS)
def test_no_act_without_its_token(app: Site, client: FlaskClient, sides: Sides, end: str) -> None:
    """A form of another site does nothing: 400, and neither a GET does anything: 405."""
    for side in (sides.need, sides.offer):
        assert client.post(f"{side}/{end}", data={"mode": "mail", "reason": "other"}).status_code == 400
        assert client.get(f"{side}/{end}").status_code == 405
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IntroductionEvent)) == 0


MISTAKES = {
    "/oui": {"mode": "phone", "phone": ""},
    "/plus-tard": {"until": "2020-01-01"},
    "/non": {"reason_text": "Un mot qui reste"},
}


@pytest.mark.parametrize("end", MISTAKES)
def test_a_mistake_keeps_what_was_typed(client: FlaskClient, sides: Sides, end: str) -> None:
    """422, the title and a summary say it, and the form still holds every text."""
    page = press(client, sides.need, end, **MISTAKES[end])
    assert page.status == 422
    assert page.title.startswith("Error:")
    sent = page.form(end)
    for name, text in MISTAKES[end].items():
        assert sent.all(name) == [text]
    wrong = {"/oui": "#phone", "/plus-tard": "#until", "/non": "#reason"}[end]
    assert wrong in page.links
    assert wrong[1:] in page.ids


def test_mistakes_after_the_introduction_keep_what_was_typed(client: FlaskClient, sides: Sides) -> None:
    """An empty message, a call in the past, an outcome without its second question."""
    introduce(client, sides)
    assert press(client, sides.need, "/message", message="  ").status == 422
    call = press(
        client, sides.need, "/appel", day="2020-01-01", time="14:30", note="Un mot", call_link="pas une adresse"
    )
    assert (call.status, call.form("/appel")["note"]) == (422, "Un mot")
    assert {"#day", "#call_link"} <= set(call.links)
    told = press(client, sides.need, "/suite", outcome="help", outcome_text="Presque")
    assert (told.status, told.form("/suite")["outcome_text"]) == (422, "Presque")
    assert "#counterfactual" in told.links


def test_of_a_yes_and_a_no_the_second_is_told_why_it_counts_no_more(client: FlaskClient, sides: Sides) -> None:
    """Two pages of one side were open: 409, the sentence, and the pair as it stands."""
    late = next(form for form in visit(client, sides.need).forms if form.action.endswith("/non"))
    press(client, sides.need, "/oui", mode="mail")
    page = Page(late.fill(reason="budget").send(client))
    assert page.status == 409
    assert "Your side has said yes already" in page.text
    assert "You said yes" in page.text


def test_nothing_typed_becomes_markup(client: FlaskClient, sides: Sides) -> None:
    """Every text that one side types is shown as text to both."""
    press(client, sides.offer, "/question", question=f"Question {STORED_TEXT}")
    press(client, sides.need, "/oui", mode="link", link="https://example.org/rendez-vous")
    press(client, sides.offer, "/oui", mode="phone", phone="03 53 01 00 02")
    press(client, sides.need, "/message", message=f"Message {STORED_TEXT}")
    press(client, sides.need, "/appel", day=in_days(2), time="09:00", note=f"Note {STORED_TEXT}", call_link="")
    press(client, sides.need, "/suite", outcome="help", counterfactual="no", outcome_text=f"Suite {STORED_TEXT}")
    questions = f"{sides.need_inbox}/questions"
    answer = visit(client, questions).forms[0].fill(answer=f"Réponse {STORED_TEXT}")
    assert answer.send(client).status_code == 303
    shown = ""
    for page in (sides.need, sides.offer, questions, f"/en/besoins/{sides.ids.need}", sides.need_inbox):
        text = visit(client, page).text
        shown += text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert shown.count("&lt;script&gt;alert(1)") >= 6


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", 'https://a.example" onclick="x'])
def test_a_link_is_a_web_address(client: FlaskClient, sides: Sides, address: str) -> None:
    """What the other side will click on is http or https, and nothing else."""
    page = press(client, sides.need, "/oui", mode="link", link=address)
    assert page.status == 422
    assert f'href="{address}"' not in page.text


def test_a_calendar_file_holds_no_second_entry(client: FlaskClient, sides: Sides) -> None:
    """Line ends in a note stay within its line of the file."""
    introduce(client, sides)
    note = "Bonjour\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:autre"
    press(client, sides.need, "/appel", day=in_days(2), time="09:00", note=note, call_link="")
    file = client.get(next(link for link in visit(client, sides.offer).links if link.endswith(".ics"))).text
    assert file.count("\r\nBEGIN:VEVENT") == file.count("\r\nEND:VEVENT") == 1


def test_a_form_sent_twice_is_one_message(app: Site, client: FlaskClient, sides: Sides) -> None:
    """An impatient finger writes once."""
    introduce(client, sides)
    form = visit(client, sides.need).form("/message").fill(message="Bonjour")
    assert [form.send(client).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ThreadMessage)) == 1


def test_other_threads_and_unknown_pairs_are_not_there(
    app: Site, client: FlaskClient, sides: Sides, territory: Territory
) -> None:
    """A side reaches its own pairs alone, whatever number stands in the address."""
    introduce(client, sides)
    press(client, sides.need, "/appel", day=in_days(2), time="09:00", call_link="", note="")
    calendar = next(link for link in visit(client, sides.need).links if link.endswith(".ics"))
    foreign = make_sides(app, territory, "stock", "inventory")
    assert client.get(calendar.replace(sides.need, foreign.need)).status_code == 404
    own = territory.offers["workshop"]  # never proposed; anybody may read it
    assert visit(client, f"{sides.need_inbox}/{own}").status == 200
    for number in (0, 999_999, 99_999_999_999_999_999):
        assert client.get(f"{sides.need_inbox}/{number}").status_code == 404
    closed = territory.offers["closed"]
    assert client.get(f"{sides.need_inbox}/{closed}").status_code == 404


def test_messages_need_two_yeses(client: FlaskClient, sides: Sides) -> None:
    """Before that the form is not there, and its address refuses."""
    page = visit(client, sides.need)
    assert not any(form.action.endswith("/message") for form in page.forms)
    form = page.form("/oui").fill(message="Bonjour")
    form.action = f"{sides.need}/message"
    assert form.send(client).status_code == 409


def test_a_no_is_final_and_not_proposed_again(app: Site, client: FlaskClient, sides: Sides) -> None:
    """It stands among what is over, with its reason for both, and leaves the first proposals of the posting."""
    page = press(client, sides.need, "/non", reason="too_far", reason_text="Entre nous")
    assert "You said no: it is too far away" in page.text
    assert "Entre nous" in page.text
    other = visit(client, sides.offer)
    assert "The other side said no: it is too far away" in other.text
    assert "Entre nous" not in other.text
    title = "Sites internet simples pour associations"
    with app.test_request_context():
        token = token_for(db.session.get_one(Need, sides.ids.need))
    assert title not in visit(client, f"/en/gerer/{token}?nouveau=1").text


def test_the_inbox_counts_what_waits(app: Site, client: FlaskClient, sides: Sides) -> None:
    """The management page leads to the answers, with how many there are, and each group says when it is empty."""
    manage = sides.need_inbox.removesuffix("/reponses")
    assert "<strong>1</strong>to answer" in visit(client, manage).text
    inbox = visit(client, sides.need_inbox)
    assert {"to_answer", "waiting", "introduced", "over"} <= set(inbox.ids)
    assert "You wait for nobody" in inbox.text
    press(client, sides.need, "/oui", mode="mail")
    assert "<strong>0</strong>to answer" in visit(client, manage).text
    with app.app_context():
        row = db.session.get_one(Offer, sides.ids.offer)
        assert row.taken_this_month == 0


def test_closing_tells_those_who_waited(app: Site, client: FlaskClient, sides: Sides) -> None:
    """The other side reads that it was solved elsewhere, and nobody can say yes any more."""
    press(client, sides.offer, "/oui", mode="mail")
    manage = sides.need_inbox.removesuffix("/reponses")
    assert "1 partner waits for your answer" in visit(client, f"{manage}/donnees/supprimer").text
    visit(client, f"{manage}/clore").form().fill(reason="matched_elsewhere").send(client)
    assert "a solution was found elsewhere" in visit(client, sides.offer).text
    assert stored(app, sides).state is IntroductionState.CLOSED


def test_a_forged_link_answers_for_nobody(app: Site, client: FlaskClient, sides: Sides) -> None:
    """404 with a sentence, for reading and for answering."""
    with app.app_context():
        say_no(db.session, *sides.ids, PostingKind.NEED, DeclineReason.OTHER, now=utc_now())
    forged = client.get("/en/gerer/WyJuZWVkIiwxLDFd.c2ln/reponses")
    assert forged.status_code == 404
    assert "management link" in forged.text
