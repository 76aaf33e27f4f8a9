"""Guards that no page may forget: the routes are walked, so that a new one is tested by being there."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from matcher.accounts.membership import join
from matcher.people import AccountRole, MembershipRole
from matcher.postings.queries import get_need
from tests.web.addresses import addresses
from tests.web.html import read
from tests.web.signing_in import make_account, signed_in
from tests.web.territory import PRIVATE, Territory
from web import create_app
from web.assets import Site
from web.config import ConfigurationError, Environment, Settings
from web.manage.links import token_for
from web.security import OPENED_FIELD, TRAP_FIELD, honeypot, honeypot_problem
from web.wiring import db


def test_private_contacts_are_in_no_page_export_or_feed(app: Site, territory: Territory) -> None:
    """Every GET address in both languages, but the author's own pages behind the management link."""
    client = app.test_client()
    seen = 0
    for address in addresses(app, territory, "GET"):
        if address.startswith("/gerer/"):
            continue
        for variant in (address, f"/en{address}", f"{address}?format=json&q=Camille"):
            body = client.get(variant).data.decode("utf-8", "replace")
            seen += 1
            for secret in (PRIVATE[1], PRIVATE[0].split()[1]):
                assert secret not in body, variant
    assert seen > 100


def test_the_name_behind_an_anonymous_need_is_nowhere_near_it(app: Site, territory: Territory) -> None:
    """Its page, its proposals, lists, feeds and files hold the need without the name."""
    client = app.test_client()
    name = "Fédération des Deux Vallées"
    number = territory.needs["rounds"]
    for address in (
        f"/besoins/{number}",
        f"/besoins/{number}/propositions",
        "/besoins",
        "/besoins.atom",
        "/recherche?q=tourn%C3%A9es",
        "/offres/4/propositions",
        "/besoins/export.csv",
        "/besoins/export.json",
        f"/besoins/{number}/propositions?format=json",
    ):
        body = client.get(address).text
        assert name not in body, address
    page = read(client.get(f"/organisations/{territory.organisations['homecare']}").text)
    assert "Organiser les tournées" not in page.text


def test_reading_changes_nothing(app: Site, settings: Settings, territory: Territory) -> None:
    """No GET address writes a row: every table stays as it was."""
    client = app.test_client()

    every = list(addresses(app, territory, "GET"))
    before = _rows(settings)
    statuses = {address: client.get(address).status_code for address in every}
    assert _rows(settings) == before
    # The API answers 404 for what is over, a link to a posting does not open its organisation, and teams hand in
    # nothing after their event, whoever holds a link has nothing to leave; every other page of the site answers.
    failed = {address for address, status in statuses.items() if status >= 400 and not _may_be_closed(address)}
    assert failed == set()
    assert all(status < 500 for status in statuses.values())


def test_every_page_opens_for_whoever_may_see_everything(app: Site, settings: Settings, territory: Territory) -> None:
    """An administrator who acts for both sides: pages behind the sign-in are whole, keep the policy and only read."""
    make_account(app, "tout@example.org", AccountRole.ADMINISTRATOR)
    with app.app_context():
        for name in ("grocery", "studio"):
            number = territory.organisations[name]
            join(db.session, "tout@example.org", number, MembershipRole.MANAGER, by=None)
    client = signed_in(app, "tout@example.org")
    every = [address for address in addresses(app, territory, "GET") if not _may_be_closed(address)]
    before = _rows(settings)
    for address in every:
        answer = client.get(address, follow_redirects=True)
        is_for_another = address.startswith("/compte/invitation/")
        assert answer.status_code == (403 if is_for_another else 200), address
        assert answer.request.path != "/connexion", address
        _assert_that_the_policy_blocks_nothing(answer, address)
    assert _rows(settings) == before


def _rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds, by table."""
    with sqlite3.connect(settings.var_dir / "passerelle.db") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608


def _may_be_closed(address: str) -> bool:
    closed = ("/organisation", "/projet", "/projet.webp", "/versions/comparer", "/inscription", "/collegues/quitter")
    for_another = ("/api/", "/participation/adresse/", "/compte/hackathons/invitation/")
    return address.startswith(for_another) or (address.endswith(closed) and not address.startswith("/connexion/"))


def test_every_post_without_a_token_is_refused(app: Site, settings: Settings, territory: Territory) -> None:
    """400, or the way to the sign-in page, and nothing written, wherever a page form posts to.

    But for one address: mail programs post to ``/courriels/…/stop`` by themselves (RFC 8058).
    """
    client = app.test_client()
    for address in addresses(app, territory, "POST"):
        if address.startswith("/api/") or (address.startswith("/courriels/") and address.endswith("/stop")):
            continue
        refused = {400, 404, 409} if _may_be_closed(address) else {400}
        answer = client.post(address, data={"title": "x"})
        is_closed = answer.status_code == 303 and answer.location.startswith("/connexion?next=")
        assert is_closed or answer.status_code in refused, address
    with sqlite3.connect(settings.var_dir / "passerelle.db") as connection:
        assert connection.execute("SELECT count(*) FROM need WHERE title = 'x'").fetchone() == (0,)


def test_a_refused_form_keeps_what_was_typed_and_offers_to_send_it_again(client: FlaskClient) -> None:
    """From a page of this site: a button with a fresh token; from elsewhere: the words only."""
    typed = {"problem": "Un <b>long</b> texte"}
    ours = read(client.post("/en/besoins/coach", data=typed, headers={"Sec-Fetch-Site": "same-origin"}).text)
    assert ours.all("input", name="problem", value="Un <b>long</b> texte")
    assert ours.all("input", name="csrf_token")
    other = read(client.post("/en/besoins/coach", data=typed, headers={"Sec-Fetch-Site": "cross-site"}).text)
    assert "Un <b>long</b> texte" in other.text
    assert not other.all("input", name="problem")


def test_pages_carry_a_strict_policy_with_a_fresh_nonce(client: FlaskClient) -> None:
    """Scripts and styles come from the site alone; the nonce of the structured data is that of the policy."""
    policies = [client.get("/organisations/1") for _ in range(2)]
    texts = [answer.headers["Content-Security-Policy"] for answer in policies]
    assert all(
        "unsafe" not in text and "frame-ancestors 'none'" in text and "base-uri 'none'" in text for text in texts
    )
    nonces = [re.search(r"'nonce-([^']+)'", text)[1] for text in texts]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    script = read(policies[1].text).all("script", type="application/ld+json")[0]
    assert script.attributes["nonce"] == nonces[1]


def test_no_page_holds_an_inline_style_or_handler(app: Site, territory: Territory) -> None:
    """The policy would block them: the page would look broken without an error anywhere."""
    client = app.test_client()
    for address in addresses(app, territory, "GET"):
        _assert_that_the_policy_blocks_nothing(client.get(address), address)


def _assert_that_the_policy_blocks_nothing(answer: TestResponse, address: str) -> None:
    if answer.mimetype != "text/html":
        return
    if "style-src 'unsafe-inline'" in answer.headers["Content-Security-Policy"]:  # a mail, which brings its styles
        assert address.startswith("/boite-d-envoi/")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return
    for element in read(answer.text).elements:
        assert "style" not in element.attributes, (address, element.tag)
        assert not [name for name in element.attributes if name.startswith("on")], (address, element.tag)
        if element.tag == "script" and "src" not in element.attributes:
            assert element.attributes.get("nonce"), address


def test_management_pages_tell_nobody_where_they_are(app: Site, client: FlaskClient, territory: Territory) -> None:
    """No referrer, no store, no index."""
    with app.test_request_context("/"):
        token = token_for(get_need(db.session, territory.needs["website"]))
    headers = client.get(f"/en/gerer/{token}").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert client.get("/besoins").headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_for_the_server_alone(client: FlaskClient) -> None:
    """HttpOnly, SameSite, for every language."""
    cookie = client.get("/besoins/nouveau").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/;" in f"{cookie};"


def test_cookies_are_secure_in_production(settings: Settings) -> None:
    """HTTPS only, once real people use the site."""
    site = create_app(settings.model_copy(update={"environment": Environment.PRODUCTION}))
    assert "Secure" in site.test_client().get("/besoins/nouveau", base_url="https://localhost").headers["Set-Cookie"]


def test_a_foreign_host_is_refused_when_hosts_are_named(settings: Settings) -> None:
    """No address is ever made from a Host header that the operator did not name."""
    client = create_app(settings.model_copy(update={"allowed_hosts": ("passerelle.example",)})).test_client()
    assert client.get("/a-propos", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/a-propos", headers={"Host": "passerelle.example"}).status_code == 200


def test_the_trap_catches_robots_and_spares_people(settings: Settings) -> None:
    """A filled trap, a forged time and a form sent at once are told why; a form that was read passes."""
    site = create_app(settings.model_copy(update={"honeypot_seconds": 3.0}))
    with site.test_request_context("/en/"):
        fields = honeypot()
        assert honeypot_problem({TRAP_FIELD: "12345", OPENED_FIELD: fields.opened}) is not None
        assert honeypot_problem({OPENED_FIELD: fields.opened + "x"}) is not None
        assert honeypot_problem({}) is not None
        assert honeypot_problem({OPENED_FIELD: fields.opened}) is not None
        assert honeypot_problem({OPENED_FIELD: _opened(site, seconds_ago=10)}) is None
        kept = _opened(site, seconds_ago=10)
        assert honeypot({OPENED_FIELD: kept}).opened == kept


def _opened(site: Site, seconds_ago: int) -> str:
    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return int((datetime.now(UTC) - timedelta(seconds=seconds_ago)).timestamp())

    return Earlier(site.config["SECRET_KEY"], salt="form-opened").sign("form").decode()


def test_production_refuses_to_start_without_a_key() -> None:
    """One clear sentence with the command that makes a key."""
    with pytest.raises(ConfigurationError, match="PASSERELLE_SECRET_KEY must hold at least 32 characters"):
        Settings(environment="production", secret_key="short")


def test_development_keeps_a_key_of_its_own(settings: Settings) -> None:
    """Made once, readable by its owner alone, the same for every process."""
    development = settings.model_copy(update={"environment": Environment.DEVELOPMENT, "secret_key": ""})
    key = development.effective_secret_key()
    path = settings.var_dir / "secret_key"
    assert len(key) >= 32
    assert key == development.effective_secret_key()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_var_folder_that_cannot_be_written_is_said_in_one_sentence(settings: Settings) -> None:
    """A file where the folder should be: the sentence names the path and what to do."""
    blocked = settings.var_dir / "file"
    blocked.write_text("")
    development = settings.model_copy(
        update={"environment": Environment.DEVELOPMENT, "secret_key": "", "var_dir": blocked / "var"}
    )
    with pytest.raises(ConfigurationError, match="Make that folder writable"):
        development.effective_secret_key()
