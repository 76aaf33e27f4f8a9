"""Nothing personal is in a log, in a file beside the database, in an export or on a public page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matcher.clock import utc_now
from matcher.introductions.answering import say_yes
from matcher.introductions.proposing import propose_pair
from matcher.introductions.threads import write
from matcher.people import Actor
from matcher.store import Need, Offer
from matcher.vocabulary import ContactMode, PostingKind
from tests.web.browser import visit
from tests.web.posting_forms import need_form, newest, offer_form
from tests.web.signing_in import make_account, sign_in
from web import logs
from web.assets import Site
from web.config import Settings
from web.jobs import run_due
from web.wiring import db

#: What people told in confidence. Each holds a word that is nowhere else.
PRIVATE = {
    "name": "Ottilie Zwaardvis",
    "email": "ottilie@zwaardvis.example",
    "other name": "Basile Quintefeuille",
    "other email": "basile@quintefeuille.example",
    "phone": "06 98 76 54 32",
    "message": "Rendez-vous derrière le moulin zébré",
    "account": "compte@zwaardvis.example",
    "password": "une outarde barbue chante ici",
    "search": "recherche chuchotée",
}
#: Words to look for: an address may be cut or encoded on its way.
MARKS = (
    *("zwaardvis", "Ottilie", "quintefeuille", "Basile", "98 76 54", "98%2076", "zébré", "z\\u00e9br"),
    *("outarde", "chuchot"),
)


@dataclass
class Trail:
    """Keys that were in addresses: whoever reads them in a log could use them."""

    keys: list[str] = field(default_factory=list)

    def note(self, address: str) -> str:
        """Remember the long parts of ``address``."""
        path = address.partition("?")[0]
        self.keys += [part for part in path.split("/") if len(part) > 24]
        return path


@pytest.fixture
def verbose(app: Site) -> Iterator[None]:
    """Every line of every logger, as production writes them. The application has set up its own before."""
    logs.configure(json_lines=True, level="DEBUG")
    root = logging.getLogger()
    handler, level = logging.StreamHandler(), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(handler)
    root.setLevel(level)
    logs.configure(json_lines=False, level="WARNING")


def marks_in(text: str, trail: Trail | None = None) -> list[str]:
    """Marks and keys that ``text`` holds, whatever the case."""
    folded = text.casefold()
    return [mark for mark in (*MARKS, *(trail.keys if trail else ())) if mark.casefold() in folded]


def walk(app: Site, client: FlaskClient, trail: Trail) -> tuple[str, str]:
    """Two people post, find each other, write, sign in, search, and read what is kept; links of both."""
    other = app.test_client()
    need = trail.note(_posted(need_form(client, organisation__contact_name=PRIVATE["name"],
                                        organisation__contact_email=PRIVATE["email"]), client))  # fmt: skip
    offer = trail.note(_posted(offer_form(other, organisation__contact_name=PRIVATE["other name"],
                                          organisation__contact_email=PRIVATE["other email"]), other))  # fmt: skip
    _meet(app)
    for link in (need, offer):
        for page in ("", "/modifier", "/organisation", "/reponses", "/donnees", "/donnees/export.json"):
            client.get(f"{link}{page}")
    client.post(f"{need}/modifier", data={"problem": PRIVATE["message"]})
    client.get("/recherche", query_string={"q": PRIVATE["search"]})
    client.get("/besoins", query_string={"q": PRIVATE["search"]})
    client.post("/api/needs", json={"organisation": {"contact_email": PRIVATE["email"]}})
    client.get("/gerer/" + PRIVATE["email"])
    sign_in(client, PRIVATE["account"], PRIVATE["password"])
    with app.app_context():
        owner = newest(Need).organisation_id
    make_account(app, PRIVATE["account"], organisation=owner, password=PRIVATE["password"])
    sign_in(client, PRIVATE["account"], "wrong " + PRIVATE["password"])
    member = _signed_in(app)
    for page in ("/compte", "/compte/donnees", "/compte/donnees/export.json", "/compte/donnees/supprimer"):
        member.get(page)
    client.get("/connexion/lien/" + PRIVATE["account"])
    run_due(app)
    return need, offer


def _posted(form: object, client: FlaskClient) -> str:
    answer = form.send(client)  # type: ignore[attr-defined]
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _signed_in(app: Site) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, PRIVATE["account"], PRIVATE["password"]).status_code == 303
    return client


def _meet(app: Site) -> None:
    with app.app_context():
        need, offer, now = newest(Need).id, newest(Offer).id, utc_now()
        propose_pair(db.session, need, offer, Actor.ANIMATOR, now=now)
        say_yes(db.session, need, offer, PostingKind.NEED, ContactMode.PHONE, now=now, detail=PRIVATE["phone"])
        say_yes(db.session, need, offer, PostingKind.OFFER, ContactMode.MAIL, now=now)
        write(db.session, need, offer, PostingKind.OFFER, PRIVATE["message"], now=now)


@pytest.mark.usefixtures("verbose")
def test_no_log_line_holds_a_name_an_address_a_message_or_a_key(
    app: Site, client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every line that any part writes to the terminal while people use the site."""
    trail = Trail()
    walk(app, client, trail)
    logged = "".join(capfd.readouterr())
    for endpoint in ("needs.new", "manage.show", "privacy.posting_export", "accounts.sign_in", "privacy.own_data"):
        assert f'"endpoint": "{endpoint}"' in logged
    assert len(trail.keys) == 2
    assert [line for line in logged.splitlines() if marks_in(line, trail)] == []


def test_no_file_beside_the_outbox_holds_anything_private(app: Site, client: FlaskClient, settings: Settings) -> None:
    """Database, write-ahead log, queue of jobs, caches, logs. The outbox holds mails: they are what it is for.

    The address of an account is the one thing that the database keeps readable: ``docs/privacy.md`` says why.
    """
    trail = Trail()
    walk(app, client, trail)
    with app.app_context():
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [path for path in settings.var_dir.rglob("*") if path.is_file() and "outbox" not in path.parts]
    assert {"passerelle.db", "jobs.db"} <= {path.name for path in files} | {"jobs.db"}
    for path in files:
        assert marks_in(_told(path), trail) == [], path.name


def _told(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace(PRIVATE["account"], "")


def test_public_pages_feeds_and_files_hold_nothing_private(app: Site, client: FlaskClient) -> None:
    """Every address that takes no argument, and the pages of the two postings, for a reader who is nobody."""
    trail = Trail()
    walk(app, client, trail)
    stranger = app.test_client()
    with app.app_context():
        need, offer = newest(Need), newest(Offer)
        pages = {f"/besoins/{need.id}", f"/offres/{offer.id}", f"/besoins/{need.id}/propositions"}
        pages |= {f"/organisations/{row.organisation_id}" for row in (need, offer)}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    # The page that shows mails that were not sent anywhere: there is none in production.
    pages |= {rule.rule for rule in rules if not rule.arguments and "boite-d-envoi" not in rule.rule}
    pages |= {rule.rule.replace("<any(csv, xlsx, json):fmt>", fmt) for rule in rules if rule.arguments == {"fmt"}
              for fmt in ("csv", "json")}  # fmt: skip
    assert {"/chiffres", "/chiffres/export.csv", "/besoins/export.csv"} <= pages
    for page in sorted(pages):
        answer = stranger.get(page)
        assert answer.status_code < 500, page
        assert marks_in(answer.get_data().decode("utf-8", "replace"), trail) == [], page


def test_an_error_of_the_database_tells_no_values(app: Site) -> None:
    """What a statement was given is not part of what is logged of it."""
    with app.app_context():
        row = db.session.scalars(select(Need)).first()
        assert row is not None
        row.place_id, row.problem = 999_999, PRIVATE["message"]
        with pytest.raises(IntegrityError, match="FOREIGN KEY") as caught:
            db.session.flush()
        assert marks_in(str(caught.value)) == []
        db.session.rollback()


def test_pages_need_no_inline_code(client: FlaskClient) -> None:
    """The policy allows scripts and styles of the site alone; what stands in a page carries its nonce."""
    for address in ("/", "/chiffres", "/donnees-personnelles", "/donnees-personnelles/registre", "/connexion"):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "style-src 'self'" in policy
        page = visit(client, address).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count("<script nonce=") + page.count("<script defer src=") + page.count(
            '<script type="module" src='
        ) + page.count('<script type="application/ld+json" nonce=')
