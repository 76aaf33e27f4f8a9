"""Organisations with several people: claiming by a link, inviting, changing, leaving; and postings of members."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.accounts.membership import join, members_of
from matcher.people import MembershipRole
from matcher.postings.queries import get_need
from matcher.store import AuditEntry, Invitation, Need, Organisation
from tests.web.browser import visit
from tests.web.posting_forms import need_form, newest
from tests.web.signing_in import link_in, mails, make_account, signed_in, the
from tests.web.territory import Territory
from web.assets import Site
from web.config import Settings
from web.manage.links import reference_of, token_for
from web.wiring import db

MANAGER, COLLEAGUE = "manager@example.org", "colleague@example.org"


@pytest.fixture
def grocery(territory: Territory) -> int:
    """The organisation whose manager is signed in."""
    return territory.organisations["grocery"]


@pytest.fixture
def manager(app: Site, grocery: int) -> FlaskClient:
    """The manager's browser."""
    make_account(app, MANAGER, organisation=grocery)
    return signed_in(app, MANAGER)


def link_of(app: Site, territory: Territory, name: str = "website") -> str:
    """Management address of a need, by its signed link."""
    with app.test_request_context("/"):
        need = get_need(db.session, territory.needs[name])
        assert need is not None
        return f"/gerer/{token_for(need)}"


def members(app: Site, organisation: int) -> dict[str, MembershipRole]:
    """Roles by address."""
    with app.app_context():
        return {row.account.email: row.role for row in members_of(db.session, organisation)}


def actions(app: Site) -> list[str]:
    """What the audit log holds, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_link_makes_its_holder_the_first_manager(
    app: Site, territory: Territory, grocery: int, settings: Settings
) -> None:
    """The organisation's own address is told; the links stay unless they are cancelled."""
    make_account(app, COLLEAGUE)
    client, link = signed_in(app, COLLEAGUE), link_of(app, territory)
    assert visit(client, link).links.count(f"{link}/compte") == 1
    answer = visit(client, f"{link}/compte").form().send(client)
    answer.close()
    assert answer.location == f"/gerer/besoin-{territory.needs['website']}"
    assert members(app, grocery) == {COLLEAGUE: MembershipRole.MANAGER}
    assert [mail["To"] for mail in mails(settings.var_dir)] == ["camille.confidentielle@example.org"]
    assert actions(app) == ["organisation.claimed"]
    assert app.test_client().get(link).status_code == 200


def test_claiming_may_cancel_the_links(app: Site, territory: Territory) -> None:
    """Whoever else had the link is out then."""
    make_account(app, COLLEAGUE)
    client, link = signed_in(app, COLLEAGUE), link_of(app, territory)
    visit(client, f"{link}/compte").form().fill(cancel="y").send(client)
    assert app.test_client().get(link).status_code == 404
    assert client.get(f"/gerer/besoin-{territory.needs['website']}").status_code == 200


def test_a_link_to_a_managed_organisation_asks_its_managers(
    app: Site, territory: Territory, grocery: int, manager: FlaskClient, settings: Settings
) -> None:
    """A link alone never makes a second manager; the managers get one mail, which leads to the invitation."""
    make_account(app, COLLEAGUE)
    client, link = signed_in(app, COLLEAGUE), link_of(app, territory)
    answer = visit(client, f"{link}/compte").form().send(client)
    answer.close()
    assert answer.location == "/compte"
    assert members(app, grocery) == {MANAGER: MembershipRole.MANAGER}
    [mail] = mails(settings.var_dir)
    assert mail["To"] == MANAGER
    assert visit(manager, link_in(mail)).form("/inviter")["email"] == COLLEAGUE


def test_claiming_needs_an_account(app: Site, territory: Territory) -> None:
    """Signing in leads back to it."""
    link = link_of(app, territory)
    assert app.test_client().get(f"{link}/compte").location.startswith("/connexion?next=/gerer/")


def invite(client: FlaskClient, organisation: int, address: str, role: str = "member") -> int:
    """Send the form of the page of colleagues."""
    form = visit(client, f"/compte/organisations/{organisation}").form("/inviter")
    answer = form.fill(email=address, role=role).send(client)
    answer.close()
    return answer.status_code


def test_a_colleague_joins_by_an_invitation(app: Site, manager: FlaskClient, grocery: int, settings: Settings) -> None:
    """The address is kept encrypted; the link works for that address alone, and once."""
    assert invite(manager, grocery, COLLEAGUE) == 303
    [mail] = mails(settings.var_dir)
    assert mail["To"] == COLLEAGUE
    path = link_in(mail)
    assert app.test_client().get(path).location.startswith("/connexion?next=/compte/invitation/")
    assert manager.get(path).status_code == 403, "passed on to somebody else"
    make_account(app, COLLEAGUE)
    client = signed_in(app, COLLEAGUE)
    assert client.get(path).status_code == 200
    assert members(app, grocery) == {MANAGER: MembershipRole.MANAGER}
    assert visit(client, path).form().send(client).location == "/compte"
    assert members(app, grocery) == {MANAGER: MembershipRole.MANAGER, COLLEAGUE: MembershipRole.MEMBER}
    assert client.get(path).status_code == 404
    assert actions(app)[-2:] == ["member.invited", "member.joined"]


def test_an_invitation_can_be_taken_back_and_sent_anew(
    app: Site, manager: FlaskClient, grocery: int, settings: Settings
) -> None:
    """Only the newest link of an address works."""
    make_account(app, COLLEAGUE)
    client = signed_in(app, COLLEAGUE)
    invite(manager, grocery, COLLEAGUE)
    invite(manager, grocery, COLLEAGUE.upper(), "manager")
    first, second = (link_in(mail) for mail in mails(settings.var_dir))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    with app.app_context():
        number = db.session.scalars(select(Invitation.id)).one()
    page = visit(manager, f"/compte/organisations/{grocery}")
    page.form(f"/invitations/{number}/annuler").send(manager)
    assert client.get(second).status_code == 404


def test_members_change_nothing_about_colleagues(app: Site, manager: FlaskClient, grocery: int) -> None:
    """They see who is there; the forms of managers are refused to them."""
    make_account(app, COLLEAGUE, organisation=grocery, membership=MembershipRole.MEMBER)
    client = signed_in(app, COLLEAGUE)
    page = visit(client, f"/compte/organisations/{grocery}")
    assert MANAGER in page.text
    assert not any("inviter" in form.action or "/membres/" in form.action for form in page.forms)
    token = visit(client, "/compte").form("/deconnexion")["csrf_token"]
    with app.app_context():
        number = members_of(db.session, grocery)[0].id
    for path in ("inviter", f"membres/{number}/role", f"membres/{number}/retirer", "invitations/1/annuler"):
        data = {"csrf_token": token, "role": "member", "email": "x@example.org"}
        assert client.post(f"/compte/organisations/{grocery}/{path}", data=data).status_code == 403, path
    assert members(app, grocery)[MANAGER] is MembershipRole.MANAGER


def test_managers_act_on_their_own_organisation_alone(
    app: Site, manager: FlaskClient, grocery: int, territory: Territory
) -> None:
    """The number of another organisation's member or invitation is not found."""
    make_account(app, COLLEAGUE, organisation=territory.organisations["studio"])
    with app.app_context():
        theirs = members_of(db.session, territory.organisations["studio"])[0].id
    token = visit(manager, "/compte").form("/deconnexion")["csrf_token"]
    for path in (f"membres/{theirs}/role", f"membres/{theirs}/retirer"):
        data = {"csrf_token": token, "role": "member"}
        assert manager.post(f"/compte/organisations/{grocery}/{path}", data=data).status_code == 404
    assert members(app, territory.organisations["studio"]) == {COLLEAGUE: MembershipRole.MANAGER}


def test_the_last_manager_hands_over_before_leaving(app: Site, manager: FlaskClient, grocery: int) -> None:
    """With another manager, leaving works; one's pages are closed at once."""
    make_account(app, COLLEAGUE, organisation=grocery, membership=MembershipRole.MEMBER)
    leaving = f"/compte/organisations/{grocery}/quitter"
    page = visit(manager, leaving)
    assert page.forms == []
    token = visit(manager, "/compte").form("/deconnexion")["csrf_token"]
    assert manager.post(leaving, data={"csrf_token": token}).status_code == 422
    with app.app_context():
        number = next(row.id for row in members_of(db.session, grocery) if row.account.email == COLLEAGUE)
    visit(manager, f"/compte/organisations/{grocery}").form(f"/membres/{number}/role").send(manager)
    assert members(app, grocery)[COLLEAGUE] is MembershipRole.MANAGER
    assert visit(manager, leaving).form().send(manager).status_code == 303
    assert members(app, grocery) == {COLLEAGUE: MembershipRole.MANAGER}
    assert manager.get(f"/compte/organisations/{grocery}").status_code == 404


def test_a_posting_of_a_member_belongs_to_the_organisation_that_was_chosen(
    app: Site, manager: FlaskClient, grocery: int
) -> None:
    """No link to keep: it is in the account at once, for colleagues too."""
    form = need_form(manager)
    assert form["organisation_id"] == str(grocery)
    answer = form.send(manager)
    with app.app_context():
        need = newest(Need)
        assert need.organisation_id == grocery
        assert answer.location == f"/gerer/{reference_of(need)}?nouveau=1"
    page = visit(manager, answer.location)
    assert 'id="link"' not in page.text
    make_account(app, COLLEAGUE, organisation=grocery, membership=MembershipRole.MEMBER)
    assert signed_in(app, COLLEAGUE).get(answer.location).status_code == 200


def test_a_new_organisation_belongs_to_who_typed_it(app: Site) -> None:
    """Signed in, without an organisation: the first posting makes its manager."""
    make_account(app, COLLEAGUE)
    client = signed_in(app, COLLEAGUE)
    assert need_form(client).send(client).location.startswith("/gerer/besoin-")
    with app.app_context():
        organisation = newest(Organisation)
    assert members(app, organisation.id) == {COLLEAGUE: MembershipRole.MANAGER}


def test_pages_of_a_member_stay_at_the_reference(app: Site, manager: FlaskClient, territory: Territory) -> None:
    """Whatever is changed, the address stays one that shows no secret; a new link is shown when it is asked for."""
    home = f"/gerer/besoin-{territory.needs['website']}"
    answer = visit(manager, f"{home}/clore").form().fill(reason="abandoned").send(manager)
    assert answer.location.partition("?")[0] == home
    answer = visit(manager, f"{home}/liens").form().send(manager)
    assert answer.location.partition("?")[0] == home
    assert 'id="link"' in visit(manager, answer.location).text


def test_leaving_out_of_an_organisation_closes_its_postings(app: Site, manager: FlaskClient, grocery: int) -> None:
    """Membership is asked at every request, not kept in the session."""
    make_account(app, COLLEAGUE, organisation=grocery, membership=MembershipRole.MEMBER)
    client = signed_in(app, COLLEAGUE)
    with app.app_context():
        join(db.session, COLLEAGUE, grocery, MembershipRole.MEMBER, by=None)
        row = next(row for row in members_of(db.session, grocery) if row.account.email == COLLEAGUE)
        number, need = row.id, the(COLLEAGUE).id
    assert need
    visit(manager, f"/compte/organisations/{grocery}").form(f"/membres/{number}/retirer").send(manager)
    assert client.get(f"/compte/organisations/{grocery}").status_code == 404
