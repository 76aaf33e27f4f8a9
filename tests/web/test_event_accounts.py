"""Hackathons that belong to accounts: who runs them, who may join, what their pages open to, what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from matcher.clock import today
from matcher.hackathons import organisers
from matcher.hackathons.organisers import claim, organisers_of
from matcher.people import AccountRole, OrganiserRole
from matcher.store import Account, AuditEntry, Hackathon, TeamPlanVersion
from matcher.store.session import writing
from tests.web.browser import Form, visit
from tests.web.html import read
from tests.web.published import Published, make_published
from tests.web.signing_in import link_in, mails, make_account, signed_in, the
from web.assets import Site
from web.wiring import db

OWNER, COLLEAGUE, STRANGER = "proprio@example.org", "collegue@example.org", "inconnu@example.org"


@pytest.fixture
def event(app: Site) -> Published:
    """Two published teams; nobody's account runs the event yet."""
    return make_published(app)


def person(app: Site, address: str) -> FlaskClient:
    """A browser in which an account with a second step is signed in."""
    make_account(app, address, AccountRole.ORGANISER)
    return signed_in(app, address)


def owner_of(app: Site, event: Published) -> FlaskClient:
    """A browser of the account that claimed the event."""
    browser = person(app, OWNER)
    assert claiming(browser, event).send(browser).status_code == 303
    return browser


def claiming(browser: FlaskClient, event: Published) -> Form:
    """The form that attaches the event of a link to the account."""
    return visit(browser, f"{event.organiser}/compte").form("/compte")


def own(event: Published) -> str:
    """Address of the event's pages for accounts."""
    return f"/organiser/hackathon-{event.id}"


def roles(app: Site, event: Published) -> dict[str, OrganiserRole]:
    """Who runs the event, by address."""
    with app.app_context():
        return {row.account.email: row.role for row in organisers_of(db.session, event.id)}


def invite(browser: FlaskClient, home: str, address: str, role: str = "organiser") -> None:
    """Ask a colleague."""
    answer = visit(browser, f"{home}/collegues").form("/inviter").fill(email=address, role=role).send(browser)
    assert answer.status_code == 303
    answer.close()  # mails leave once the page has been answered


def test_an_event_that_is_created_while_signed_in_belongs_to_the_account(app: Site) -> None:
    """No link to keep: it is on the account's page, and the account is its owner; twice is one event."""
    browser = person(app, OWNER)
    form = visit(browser, "/hackathons/nouveau").form("/nouveau")
    form.fill(
        title="Un week-end utile", description="Deux jours avec les associations d’ici pour avancer.",
        organiser="La MJC", contact_email="mjc@example.org", place="Nancy",
        starts_on=(today() + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    answers = [form.send(browser), form.send(browser)]
    assert [sent.status_code for sent in answers] == [303, 303], answers[0].text
    assert answers[0].location == answers[1].location == "/organiser/hackathon-1?nouveau=1"
    shown = visit(browser, answers[0].location)
    assert "data-copy" not in shown.text
    assert "/organiser/hackathon-1" in visit(browser, "/compte").links
    with app.app_context():
        assert [row.role for row in organisers_of(db.session, 1)] == [OrganiserRole.OWNER]


def test_the_holder_of_a_link_claims_the_event_once(app: Site, event: Published) -> None:
    """It stands in the audit log; a second account with the same link is sent to the owner, whose link still works."""
    owner_of(app, event)
    assert roles(app, event) == {OWNER: OrganiserRole.OWNER}
    second = person(app, COLLEAGUE)
    refused = visit(second, f"{event.organiser}/compte")
    assert not [form for form in refused.forms if form.action.endswith("/compte")]
    token = visit(second, event.results).forms[0]["csrf_token"]
    assert second.post(f"{event.organiser}/compte", data={"csrf_token": token}).status_code == 409
    assert roles(app, event) == {OWNER: OrganiserRole.OWNER}
    assert second.get(event.organiser).status_code == 200
    with app.app_context():
        actions = [row.action for row in db.session.query(AuditEntry).filter_by(object_kind="hackathon")]
    assert "hackathon.claimed" in actions


def test_claiming_may_end_the_links_given_so_far(app: Site, client: FlaskClient, event: Published) -> None:
    """Those of the jury too; the account goes on, and finds the new link."""
    browser = person(app, OWNER)
    claiming(browser, event).fill(cancel="y").send(browser)
    assert client.get(event.organiser).status_code == 404
    assert client.get(event.jury).status_code == 404
    assert 'id="link"' in visit(browser, f"{own(event)}/collegues").text


def test_every_page_serves_links_and_accounts_alike(app: Site, event: Published) -> None:
    """The same views below one token; what is changed by one is seen by the other."""
    browser = owner_of(app, event)
    for end in ("", "/modifier", "/defis", "/inscriptions", "/equipes", "/equipes/versions", "/jour", "/resultats",
                "/equipes/publier", "/collegues", "/liens", "/supprimer", "/apercu"):  # fmt: skip
        assert browser.get(own(event) + end).status_code == 200, end
    form = visit(browser, f"{own(event)}/modifier").form("/modifier").fill(title="Un autre nom")
    assert form.send(browser).location == f"{own(event)}?fait=edited"
    assert "Un autre nom" in visit(app.test_client(), event.organiser).text


def test_the_reference_of_an_event_opens_nothing_to_others(app: Site, event: Published) -> None:
    """Strangers and administrators get the 404 of an event that is not there; the anonymous are sent to sign in."""
    owner_of(app, event)
    assert app.test_client().get(own(event)).location.startswith("/connexion?next=")
    make_account(app, "admin@example.org", AccountRole.ADMINISTRATOR)
    for browser in (person(app, STRANGER), signed_in(app, "admin@example.org")):
        assert [browser.get(f"/organiser/hackathon-{number}").status_code for number in (event.id, 987)] == [404, 404]
        assert browser.get("/organiser/hackathon-0").status_code == 404


def test_without_a_second_step_the_pages_stay_closed(app: Site, event: Published) -> None:
    """They tell much about people: the account sets it up first, and comes back."""
    make_account(app, OWNER, second_step=False)
    browser = signed_in(app, OWNER)
    claiming(browser, event).send(browser)
    assert browser.get(own(event)).location == f"/compte/code?next={own(event)}"
    assert browser.get("/compte").status_code == 200


def test_a_colleague_joins_by_the_mail_to_their_address(app: Site, event: Published) -> None:
    """The link opens a page with a button; with another account it lets nobody in; used up by the answer."""
    browser = owner_of(app, event)
    invite(browser, own(event), COLLEAGUE)
    (mail,) = [each for each in mails(app.config["SETTINGS"].var_dir) if each["To"] == COLLEAGUE]
    link = link_in(mail)
    assert person(app, STRANGER).get(link).status_code == 403
    colleague = person(app, COLLEAGUE)
    visit(colleague, link)
    assert roles(app, event) == {OWNER: OrganiserRole.OWNER}
    assert join(colleague, link)
    assert roles(app, event) == {OWNER: OrganiserRole.OWNER, COLLEAGUE: OrganiserRole.ORGANISER}
    assert colleague.get(link).status_code == 404


def join(browser: FlaskClient, link: str) -> bool:
    """Press the button of the invitation."""
    form = next(form for form in visit(browser, link).forms if form.action == link)
    return form.send(browser).status_code == 303


def test_an_invitation_that_was_taken_back_opens_nothing(app: Site, event: Published) -> None:
    """As by the link of the event: whoever holds it may invite, too."""
    holder = app.test_client()
    invite(holder, event.organiser, COLLEAGUE)
    (mail,) = mails(app.config["SETTINGS"].var_dir)
    assert visit(holder, f"{event.organiser}/collegues").form("/annuler").send(holder).status_code == 303
    assert person(app, COLLEAGUE).get(link_in(mail)).status_code == 404


def test_an_organiser_runs_the_event_but_does_not_own_it(app: Site, event: Published) -> None:
    """Teams and people, yes; links, colleagues and deletion, no, whatever form is sent."""
    browser = owner_of(app, event)
    invite(browser, own(event), COLLEAGUE)
    link = link_in(next(each for each in mails(app.config["SETTINGS"].var_dir) if each["To"] == COLLEAGUE))
    colleague = person(app, COLLEAGUE)
    assert join(colleague, link)
    assert colleague.get(f"{own(event)}/inscriptions").status_code == 200
    page = visit(colleague, f"{own(event)}/collegues")
    assert 'id="link"' not in page.text
    token = visit(colleague, f"{own(event)}/resultats").forms[0]["csrf_token"]
    for end in ("/liens", "/supprimer", "/collegues/inviter", "/collegues/1/retirer", "/collegues/1/role"):
        sent = colleague.post(own(event) + end, data={"csrf_token": token, "email": STRANGER, "role": "owner"})
        assert sent.status_code == 403, end
    assert visit(colleague, f"{own(event)}/collegues/quitter").form("/quitter").send(colleague).status_code == 303
    assert colleague.get(own(event)).status_code == 404


def test_the_last_owner_hands_over_first(app: Site, event: Published) -> None:
    """While there is somebody to hand over to; alone, the link is shown before."""
    browser = owner_of(app, event)
    assert 'id="link"' in visit(browser, f"{own(event)}/collegues/quitter").text
    add_organiser(app, event, COLLEAGUE)
    token = visit(browser, f"{own(event)}/resultats").forms[0]["csrf_token"]
    assert browser.post(f"{own(event)}/collegues/quitter", data={"csrf_token": token}).status_code == 422
    other = organiser_number(app, event, COLLEAGUE)
    visit(browser, f"{own(event)}/collegues").form(f"/{other}/role").send(browser)
    assert browser.post(f"{own(event)}/collegues/quitter", data={"csrf_token": token}).status_code == 303
    assert roles(app, event) == {COLLEAGUE: OrganiserRole.OWNER}


def add_organiser(app: Site, event: Published, address: str) -> None:
    """An account that runs the event too."""
    make_account(app, address)
    with app.app_context(), writing(db.session):
        organisers.join(db.session, the(address), event.id, OrganiserRole.ORGANISER)


def organiser_number(app: Site, event: Published, address: str) -> int:
    """Number of the row that says what an account does for the event."""
    with app.app_context():
        return next(row.id for row in organisers_of(db.session, event.id) if row.account.email == address)


def test_versions_carry_the_name_of_the_account(app: Site, event: Published) -> None:
    """Not what the browser typed; and the audit log says who published."""
    browser = owner_of(app, event)
    page = visit(browser, f"{own(event)}/equipes/versions")
    assert 'name="name"' not in page.text
    board = visit(browser, f"{own(event)}/equipes")
    form = next(form for form in board.forms if form.action.endswith("/tenir"))
    form.send(browser)
    token, revision = form["csrf_token"], int(form["revision"]) + 1
    browser.post(f"{own(event)}/equipes/publier", data={"csrf_token": token, "revision": revision, "force": "y"})
    with app.app_context():
        newest = db.session.query(TeamPlanVersion).order_by(TeamPlanVersion.id.desc()).first()
        assert newest is not None
        assert newest.author == "proprio"
        published = db.session.query(AuditEntry).filter_by(action="hackathon.teams_published").all()
        assert published[-1].account_id == the(OWNER).id


def test_deleting_an_account_tells_and_does_what_becomes_of_its_events(app: Site, event: Published) -> None:
    """Alone: the event stays and opens by its link, which the page gives; with a colleague: they become owner."""
    browser, shared = owner_of(app, event), make_published(app)
    assert claiming(browser, shared).send(browser).status_code == 303
    add_organiser(app, shared, COLLEAGUE)
    page = visit(browser, "/en/compte/donnees/supprimer")
    text = read(page.text).text
    assert "no other account runs it. Its organisers’ link is then the only key" in text
    assert "the organiser who came first becomes its owner." in text
    assert event.organiser in page.text
    assert page.form("/supprimer").send(browser).status_code == 303
    with app.app_context():
        assert db.session.query(Account).filter_by(email=OWNER).one_or_none() is None
        assert db.session.get(Hackathon, event.id) is not None
    assert roles(app, event) == {}
    assert roles(app, shared) == {COLLEAGUE: OrganiserRole.OWNER}
    assert app.test_client().get(event.organiser).status_code == 200


def test_a_forged_invitation_opens_nothing(app: Site) -> None:
    """Of any length."""
    browser = person(app, OWNER)
    for token in ("x", "a" * 5000, "WzEsMV0.c2ln.bmF0dXJl"):
        assert browser.get(f"/compte/hackathons/invitation/{token}").status_code == 404


def test_claim_is_a_use_case_that_may_be_repeated(app: Site, event: Published) -> None:
    """The owner again: nothing changes, nobody is added."""
    make_account(app, OWNER)
    with app.app_context():
        for _ in range(2):
            claim(db.session, the(OWNER), db.session.get_one(Hackathon, event.id))
    assert roles(app, event) == {OWNER: OrganiserRole.OWNER}
