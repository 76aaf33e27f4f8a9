"""What the store promises on every database: SQLite, and a real PostgreSQL.

Transactions and vectors have files of their own beside this one; word search, boards and the change log in
``tests/matcher/store``, which run on both as well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.store import Base, Embedding, Facet, Need, Offer, Organisation, Proposal
from matcher.store.schema import current_revision, downgrade, head_revision, upgrade
from matcher.store.session import writing
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies, load_lexemes, save_words
from matcher.text import lexemes
from matcher.vocabulary import ContactMode, Family, Level, PostingKind
from matcher.vocabulary import Engine as FoundBy
from tests.builders import need, offer, organisation, theme

OFFER = PostingKind.OFFER

#: An accent, an emoji and a word written from right to left (escaped: editors turn the line around).
MIXED = "Vélo 🚲 \u05d0\u05d5\u05e4\u05e0\u05d9\u05d9\u05dd"


# -- schema ---------------------------------------------------------------------------------------


def test_migrations_go_up_and_back_down_to_nothing(bare_engine: Engine) -> None:
    """Every table comes, a second run changes nothing, and the way back leaves no table behind."""
    upgrade(bare_engine)
    assert current_revision(bare_engine) == head_revision()
    assert set(Base.metadata.tables) <= set(inspect(bare_engine).get_table_names())
    upgrade(bare_engine)
    downgrade(bare_engine, "base")
    assert set(inspect(bare_engine).get_table_names()) == {"alembic_version"}
    upgrade(bare_engine)
    with Session(bare_engine) as session, writing(session):
        need(session)


def test_migrations_make_what_the_models_say(engine: Engine) -> None:
    """Autogeneration finds nothing to add: types, nullability, indexes, constraints, comments."""

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and name is not None and name.startswith(("need_words", "offer_words")))

    with engine.connect() as connection:
        options = {"include_name": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_check_constraints_of_the_models_are_in_the_database(engine: Engine) -> None:
    """Autogeneration does not compare them, so their names are compared here."""
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        expected = {rule.name for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert {rule["name"] for rule in found.get_check_constraints(table.name)} == expected, table.name


# -- constraints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values"),
    [
        pytest.param(Need, {"title": "   "}, id="blank title"),
        pytest.param(Need, {"problem": " "}, id="blank problem"),
        pytest.param(Need, {"budget_min": -1}, id="negative budget"),
        pytest.param(Need, {"budget_min": 10, "budget_max": 9}, id="budget upside down"),
        pytest.param(Need, {"range_km": 2001}, id="range beyond 2000 km"),
        pytest.param(Need, {"range_scope": "km", "range_km": None}, id="range in km without km"),
        pytest.param(Need, {"status": "closed"}, id="closed without a date"),
        pytest.param(Offer, {"monthly_capacity": 101}, id="capacity beyond 100"),
        pytest.param(Offer, {"taken_this_month": -1}, id="negative number of requests"),
        pytest.param(Offer, {"project_min": 10, "project_max": 9}, id="project upside down"),
        pytest.param(Organisation, {"siren": "123"}, id="short SIREN"),
        pytest.param(Organisation, {"siret": "123"}, id="short SIRET"),
        pytest.param(Organisation, {"rna": "W1"}, id="short RNA"),
        pytest.param(Organisation, {"name": " "}, id="blank name"),
        pytest.param(Need, {"status": "archived"}, id="unknown status"),
        pytest.param(Need, {"phase": "gamma"}, id="unknown phase"),
        pytest.param(Offer, {"kind": "magic"}, id="unknown kind"),
        pytest.param(Offer, {"range_scope": "galaxy"}, id="unknown range"),
        pytest.param(Organisation, {"family": "wizard"}, id="unknown family"),
        pytest.param(Need, {"place_id": 999_999}, id="no such place"),
        pytest.param(Need, {"title": None}, id="title missing"),
    ],
)
def test_the_database_itself_refuses_a_wrong_row(engine: Engine, model: Any, values: dict[str, object]) -> None:
    """Whoever writes without the models is held to the same rules."""
    with Session(engine) as session, writing(session):
        need(session)
        offer(session)
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"UPDATE {model.__tablename__} SET {assignments}"), values)  # noqa: S608


@pytest.mark.parametrize("values", [{"position": 0}, {"score": 1.5}, {"score": -0.1}])
def test_a_proposal_has_a_place_on_the_page_and_a_score_between_0_and_1(
    engine: Engine, values: dict[str, float]
) -> None:
    """Position counts from 1, relevance is a share."""
    with Session(engine) as session:
        with writing(session):
            asking, answering = need(session), offer(session)
        fine = {"position": 1, "score": 0.5, "level": Level.GOOD, "engine": FoundBy.HYBRID}
        with pytest.raises(IntegrityError), writing(session):
            session.add(Proposal(need_id=asking.id, offer_id=answering.id, **(fine | values)))


def test_vectors_of_another_size_than_announced_are_refused(engine: Engine) -> None:
    """``count * dim`` float32, or nothing."""
    with Session(engine) as session, pytest.raises(IntegrityError), writing(session):
        session.add(
            Embedding(kind=OFFER, object_id=1, facet=Facet.WHOLE, model_id="m", text_hash="h", count=1, dim=2,
                      vectors=b"\0" * 7)
        )  # fmt: skip


def test_one_key_of_one_source_is_one_row(engine: Engine) -> None:
    """Imports are idempotent by (source, key); rows of the site have no key and never collide."""
    with Session(engine) as session:
        with writing(session):
            organisation(session), organisation(session)
            organisation(session, source="list", external_key="a")
        with pytest.raises(IntegrityError), writing(session):
            organisation(session, source="list", external_key="a")


def test_a_deleted_need_takes_its_links_along(engine: Engine) -> None:
    """Foreign keys hold, and cascade where the models say so."""
    with Session(engine) as session:
        with writing(session):
            row = need(session, themes=[theme(session, "velo")])
        with writing(session):
            session.delete(row)
        assert session.execute(text("SELECT count(*) FROM need_theme")).scalar() == 0


# -- values ---------------------------------------------------------------------------------------


def test_values_come_back_as_they_were_stored(engine: Engine) -> None:
    """Sets, lists, dates with a zone, emoji and right-to-left text."""
    paris = timezone(timedelta(hours=2))
    at = datetime(2026, 6, 1, 12, 30, 0, 250_000, tzinfo=paris)
    with Session(engine) as session:
        with writing(session):
            row = need(
                session, MIXED, created_at=at, questions=["Où ?", 'un "mot"', "a,b"],
                families_wanted=frozenset({Family.TRAINING, Family.COMPANY}), contact_modes=frozenset(ContactMode),
                effort_days_per_week=0.5,
            )  # fmt: skip
        session.expire_all()
        assert row.title == MIXED
        assert row.created_at == at
        assert row.created_at.tzinfo is UTC
        assert row.questions == ["Où ?", 'un "mot"', "a,b"]
        assert row.families_wanted == {Family.COMPANY, Family.TRAINING}
        assert row.families_excluded == frozenset()
        assert row.effort_days_per_week == 0.5


# -- word search ----------------------------------------------------------------------------------


ODD_TEXTS = (
    "C++ et C# sur .NET, 3D, 1e5, 0012, 12h30, 2026",
    "Öffentlichkeitsarbeit für Vereine, œuvre, ﬁlière",
    f"{MIXED} \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u65e5\u672c\u8a9e ½ № ² ª ① ٣",
    "https://exemple.fr/a-b_c?d=e&f#g jean@exemple.fr 192.168.1.1 -5 +3 1.5 10% a'b l'eau",
    "and or not near AND OR NOT & | ! ( ) : * <-> ' \" \\",
)


@pytest.mark.parametrize("words", ODD_TEXTS)
def test_every_stem_of_any_text_finds_its_row(engine: Engine, words: str) -> None:
    """No database cuts, drops or reads as a command what :func:`lexemes` made."""
    stems = lexemes(words, "fr")
    with Session(engine) as session:
        with writing(session):
            save_words(session.connection(), OFFER, [(1, stems), (2, ["autrechose"])])
        for stem in stems:
            assert find_words(session, OFFER, [stem], 5).tolist() == [1], stem
        assert document_frequencies(session, OFFER, stems) == dict.fromkeys(sorted(set(stems)), 1)
        assert load_lexemes(session, OFFER, [1])[1] == stems


def test_the_same_rows_are_found_whatever_the_database(engine: Engine) -> None:
    """Random documents: the rows that hold one of the stems, no more and no fewer."""
    rng = np.random.default_rng(5)
    documents = {row: [f"mot{number}" for number in rng.zipf(1.6, 12) % 50] for row in range(1, 200)}
    with Session(engine) as session:
        with writing(session):
            save_words(session.connection(), OFFER, list(documents.items()))
        for _ in range(20):
            asked = [f"mot{number}" for number in rng.integers(0, 60, 3)]
            allowed = np.sort(rng.choice(np.arange(1, 200), 60, replace=False))
            expected = {row for row, stems in documents.items() if set(stems) & set(asked)}
            assert set(find_words(session, OFFER, asked, 500).tolist()) == expected
            assert set(find_words(session, OFFER, asked, 500, allowed, 199).tolist()) == expected & set(
                allowed.tolist()
            )
