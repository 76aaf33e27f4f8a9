"""Exports: public, harmless, and the same again when they come back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind, cell_value, guess_mapping
from matcher.exchange.exports import export_rows, guarded, headers_of, to_csv, to_json, to_xlsx
from matcher.exchange.imports import plan_import
from matcher.exchange.murmurations import SCHEMA, to_murmurations
from matcher.exchange.planning import MODELS
from matcher.exchange.readers import read_table
from matcher.postings.drafts import parse_need, parse_organisation
from matcher.postings.publish import publish_need
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import (
    BudgetBlankReason,
    CollaborationKind,
    ContactMode,
    OfferKind,
    Price,
    RangeScope,
)
from tests import builders

TODAY = date(2027, 3, 1)
SECRETS = ("Maison Sécrète", "Camille Durable", "camille@example.org", "43210")


@pytest.fixture
def territory(session: Session) -> Session:
    """The demonstration, and from the site an anonymous need with a budget that is kept back."""
    seed_vocabularies(session)
    seed_places(session)
    load_demo(session, DEMO_FOLDER, TODAY)
    organisation = parse_organisation(
        {
            "name": "Maison Sécrète", "family": "user_sector", "organisation_type": "association", "place": "Nancy",
            "contact_name": "Camille Durable", "contact_email": "camille@example.org", "contact_modes": "mail",
        },
        TODAY,
    )  # fmt: skip
    need = parse_need(
        {
            "title": "=Un titre qui ressemble à une formule", "place": "Nancy", "language": "fr", "anonymous": "oui",
            "problem": "-Une liste\n-de ce qui ne va pas; avec | des signes, et \"des guillemets\" partout.",
            "budget_max": "43210", "budget_public": "non", "questions": "Quand ?|Combien ?", "tried": "'=1+1",
        },
        TODAY,
    )  # fmt: skip
    publish_need(session, need, organisation, today=TODAY)
    return session


def rows_of(session: Session, kind: ImportKind) -> list[dict[str, Any]]:
    """Exported rows of one kind."""
    return export_rows(session.scalars(select(MODELS[kind])))


def as_csv(session: Session, kind: ImportKind) -> bytes:
    """The CSV export of one kind."""
    return to_csv(rows_of(session, kind), headers_of(MODELS[kind]))


def as_xlsx(session: Session, kind: ImportKind) -> bytes:
    """The XLSX export of one kind."""
    return to_xlsx(rows_of(session, kind), headers_of(MODELS[kind]), kind.value)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_an_export_imported_again_changes_nothing(
    territory: Session, write: Callable[[Session, ImportKind], bytes]
) -> None:
    """Every row of every kind is known again and says the same, also where something was kept back."""
    for kind in ImportKind:
        table = read_table(write(territory, kind))
        mapping = guess_mapping(table.headers, kind)
        plan = plan_import(territory, kind, table, mapping, "elsewhere", TODAY + timedelta(days=900))
        assert len(plan.rows) == len(rows_of(territory, kind)) > 60
        assert [(row.key, row.changes, row.problems) for row in plan.rows if row.outcome != "unchanged"] == []


def test_nothing_private_leaves(territory: Session) -> None:
    """Contacts, the owner of an anonymous need and a budget kept back are in no export of any form."""
    for kind in (ImportKind.NEEDS, ImportKind.OFFERS):
        rows = rows_of(territory, kind)
        profiles = [to_murmurations(row, "https://p.example.org") for row in territory.scalars(select(MODELS[kind]))]
        written = [
            as_csv(territory, kind).decode("utf-8-sig"),
            to_json(rows, kind.value, datetime(2027, 3, 1, tzinfo=UTC)).decode(),
            json.dumps(profiles, ensure_ascii=False),
            *[str(cell.value) for line in load_workbook(io.BytesIO(as_xlsx(territory, kind))).active for cell in line],
        ]
        assert not [secret for secret in SECRETS for text in written if secret in text]
    organisations = as_csv(territory, ImportKind.ORGANISATIONS).decode("utf-8-sig")
    assert not [secret for secret in SECRETS[1:3] if secret in organisations]
    assert "contact" not in organisations.splitlines()[0]


def test_the_key_of_an_anonymous_need_tells_nothing(territory: Session) -> None:
    """Neither its key nor its source nor its organisation's key is exported."""
    need = territory.scalars(select(Need).where(Need.title.startswith("=Un titre"))).one()
    row = export_rows([need])[0]
    assert (row["organisation"], row["organisation_name"], row["source"]) == (None, None, "")
    told = json.dumps(row)
    assert need.external_key not in told
    assert need.organisation.external_key not in told


def test_a_named_need_says_whose_it_is(territory: Session) -> None:
    """What is public is exported: the owner, the place, the budget."""
    need = territory.scalars(select(Need).where(Need.external_key == "n-cabas-stock")).one()
    row = export_rows([need])[0]
    assert (row["organisation"], row["organisation_name"]) == ("cabas", "Le Cabas de la Meurthe")
    assert (row["place"], row["place_insee"], row["budget_max"]) == ("Tomblaine", "54526", 800)
    assert row["themes"] == ["food_aid", "logistics"]


@pytest.mark.parametrize("text", ["=1+1", "+33 3 83", "-une puce", "@nom", "\tx", "\rx", "'=x", "=cmd|' /C calc'!A0"])
def test_formulas_are_made_harmless(text: str) -> None:
    """A spreadsheet shows the text instead of running it, and an import gets it back as it was."""
    written = guarded(text)
    assert written[0] == "'"
    assert cell_value(ImportKind.NEEDS, "title", written) == text


@pytest.mark.parametrize("text", ["-5", "+5", "-1.5", "1500", "l'été", "a=b", "", "'quoted'"])
def test_numbers_and_plain_texts_are_left_alone(text: str) -> None:
    """Only what would run gets an apostrophe."""
    assert guarded(text) == text


@settings(deadline=None)
@given(st.text(max_size=40))
def test_guarding_loses_nothing(text: str) -> None:
    """Any cell survives the way out and back, and none begins like a formula unless it is a number."""
    written = guarded(text)
    assert cell_value(ImportKind.NEEDS, "title", written) == text
    assert written[:1] not in set("=@\t\r")


def test_csv_opens_in_a_french_spreadsheet(territory: Session) -> None:
    """UTF-8 mark, semicolons, Windows line ends, one header."""
    content = as_csv(territory, ImportKind.NEEDS)
    assert content.startswith(b"\xef\xbb\xbfkey;source;")
    assert b"\r\n" in content
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    row = next(row for row in reader if row["title"].startswith("'=Un titre"))
    assert row["questions"] == "Quand ?|Combien ?"
    assert row["remote_ok"] == "true"


def test_workbooks_hold_no_formula(territory: Session) -> None:
    """A text that begins with = is stored as text; numbers are numbers."""
    sheet = load_workbook(io.BytesIO(as_xlsx(territory, ImportKind.NEEDS))).active
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if str(cell.value).startswith("=Un titre")]
    column = headers_of(Need).index("budget_max")
    assert any(isinstance(line[column].value, int) for line in sheet.iter_rows(min_row=2))


def test_json_says_what_it_is(territory: Session) -> None:
    """Format, time, licence and count stand beside the items."""
    rows = rows_of(territory, ImportKind.OFFERS)
    told = json.loads(to_json(rows, "offers", datetime(2027, 3, 1, 12, tzinfo=UTC), "CC BY 4.0"))
    assert (told["format"], told["version"], told["licence"]) == ("passerelle-offers", 1, "CC BY 4.0")
    assert told["generated_at"] == "2027-03-01T12:00:00+00:00"
    assert told["count"] == len(told["items"]) == len(rows)


def test_an_empty_list_has_its_header() -> None:
    """A table without rows can still be understood."""
    assert to_csv([], headers_of(Offer)).decode("utf-8-sig").startswith("key;source;organisation;")


def test_private_columns_are_in_no_header() -> None:
    """Not even empty."""
    assert not {"contact_name", "contact_email", "contact_modes"} & set(headers_of(Organisation))


#: What the published schema (offers_wants_schema-v0.1.0) requires and allows.
REQUIRED = {
    "linked_schemas", "exchange_type", "transaction_type", "tags", "title", "description", "geographic_scope",
    "contact_details",
}  # fmt: skip
ALLOWED = {
    "exchange_type": {"offer", "want"},
    "item_type": {"good", "service"},
    "geographic_scope": {"local", "regional", "national", "international"},
}
TRANSACTIONS = {"borrow-lend", "rent-lease", "buy-sell", "receive-donate"}


def test_every_profile_follows_the_murmurations_schema(territory: Session) -> None:
    """Required fields are there, closed lists hold their values, addresses are addresses, tags differ."""
    for model in (Need, Offer):
        for row in territory.scalars(select(model)):
            profile = to_murmurations(row, "https://p.example.org/")
            assert profile.keys() >= REQUIRED
            assert all(profile[name] in allowed for name, allowed in ALLOWED.items())
            assert profile["transaction_type"]
            assert set(profile["transaction_type"]) <= TRANSACTIONS
            assert len(profile["tags"]) == len(set(profile["tags"]))
            assert profile["linked_schemas"] == [SCHEMA]
            assert profile["details_url"].startswith("https://p.example.org/")
            assert set(profile["contact_details"]) == {"contact_form"}
            assert profile["title"]
            assert profile["description"]


def test_a_need_becomes_a_want(session: Session) -> None:
    """Type, scope, terms of exchange, end of life in Unix time."""
    need = builders.need(
        session, "Trente ordinateurs", kinds={CollaborationKind.EQUIPMENT}, range_scope=RangeScope.REGION,
        budget_blank_reason=BudgetBlankReason.NO_BUDGET, expires_on=date(2027, 6, 1), contact_modes={ContactMode.MAIL},
        themes=[builders.theme(session, "devices")], problem="Un. Deux. Trois. Quatre.",
    )  # fmt: skip
    session.flush()
    profile = to_murmurations(need, "https://p.example.org", "en")
    assert (profile["exchange_type"], profile["item_type"], profile["geographic_scope"]) == ("want", "good", "regional")
    assert (profile["transaction_type"], profile["tags"]) == (["receive-donate"], ["devices en"])
    assert profile["description"] == "Un. Deux. Trois."
    last = datetime(2027, 6, 1, 21, 59, 59, tzinfo=UTC)  # a second to midnight in Nancy
    assert datetime.fromtimestamp(profile["expires_at"], UTC) == last
    assert profile["details_url"] == f"https://p.example.org/besoins/{need.id}"


@pytest.mark.parametrize(
    ("kind", "price", "item", "transactions"),
    [
        (OfferKind.SERVICE, Price.PAID, "service", ["buy-sell"]),
        (OfferKind.SPACE, Price.PAID, "good", ["rent-lease"]),
        (OfferKind.EQUIPMENT, Price.FREE, "good", ["borrow-lend"]),
        (OfferKind.TRAINING, Price.PRO_BONO, "service", ["receive-donate"]),
        (OfferKind.SERVICE, None, "service", ["buy-sell", "receive-donate"]),
    ],
)
def test_an_offer_says_on_what_terms(
    session: Session, kind: OfferKind, price: Price | None, item: str, transactions: list[str]
) -> None:
    """Rooms and machines are lent or let, the rest is sold or given."""
    offer = builders.offer(session, kind=kind, price=price)
    session.flush()
    profile = to_murmurations(offer, "https://p.example.org")
    assert (profile["item_type"], profile["transaction_type"]) == (item, transactions)
