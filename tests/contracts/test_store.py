"""What the store promises on every database: SQLite, and a real PostgreSQL.

Word search, boards and the change log have their own files in ``tests/matcher/store``, which run on
both as well.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matcher.ports import Vectors
from matcher.store import Base, Change, Embedding, Facet, Need, Offer, Organisation, Proposal
from matcher.store.encoding import (
    backlog,
    count_vectors,
    encode_postings,
    forget_other_models,
    load_vectors,
    scan_vectors,
    vector_head,
    vectors_since,
)
from matcher.store.passages import passages
from matcher.store.schema import current_revision, downgrade, head_revision, upgrade
from matcher.store.session import writing
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies, load_lexemes, save_words
from matcher.text import lexemes
from matcher.vocabulary import ContactMode, Family, Level, PostingKind
from matcher.vocabulary import Engine as FoundBy
from tests.builders import need, offer, organisation, place, theme

OFFER = PostingKind.OFFER

#: An accent, an emoji and a word written from right to left (escaped: editors turn the line around).
MIXED = "Vélo 🚲 \u05d0\u05d5\u05e4\u05e0\u05d9\u05d9\u05dd"

#: Longest wait for a thread. Reached only when a rule is broken.
PATIENCE_S = 30.0


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


# -- transactions ---------------------------------------------------------------------------------


def test_a_nested_use_case_is_committed_by_the_outer_one_alone(engine: Engine) -> None:
    """What the inner block wrote goes when the outer one fails."""
    with Session(engine) as session:
        with pytest.raises(RuntimeError, match="stop"), writing(session):
            _fail_after_an_inner_block(session)
        with writing(session), writing(session):
            need(session)
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def test_a_second_writer_waits_and_then_sees_what_the_first_wrote(engine: Engine) -> None:
    """Read, then write what follows from it: two writers at once lose nothing."""
    with Session(engine) as session, writing(session):
        row_id = _saved(session, offer(session, monthly_capacity=0))
    entered, released = threading.Event(), threading.Event()

    def first() -> None:
        with Session(engine) as own, writing(own):
            row = own.get_one(Offer, row_id)
            entered.set()
            assert released.wait(PATIENCE_S)
            row.monthly_capacity += 1

    def second() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, row_id).monthly_capacity += 1

    threads = _started(first)
    assert entered.wait(PATIENCE_S)
    threads += _started(second)
    threads[1].join(0.2)
    assert threads[1].is_alive()
    released.set()
    _join(threads)
    with Session(engine) as session:
        assert session.get_one(Offer, row_id).monthly_capacity == 2


def test_many_writers_at_once_all_succeed(engine: Engine) -> None:
    """Forty small transactions of four threads: forty needs, forty numbers in the change log."""
    with Session(engine) as session, writing(session):
        owner = _saved(session, organisation(session))
        before = vector_head(session)

    def write() -> None:
        with Session(engine) as own:
            for _ in range(10):
                with writing(own):
                    need(own, organisation=own.get_one(Organisation, owner))

    _join(_started(write, write, write, write))
    with Session(engine) as session:
        logged = session.scalars(select(Change.seq).where(Change.seq > before, Change.kind == "need")).all()
        assert len(set(logged)) == 40


def test_changes_become_visible_in_the_order_of_their_numbers(engine: Engine) -> None:
    """Whoever polls the highest number misses no change, in whatever order two transactions end.

    The first transaction has its number and is slow to commit. A second one that could commit a higher
    number before it would make every poller go past the first one's change, for ever.
    """
    with Session(engine) as session, writing(session):
        rows = [_saved(session, offer(session)) for _ in range(2)]
        seen = vector_head(session)
    numbered, released = threading.Event(), threading.Event()

    def slow() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, rows[0]).monthly_capacity = 7
            own.flush()
            numbered.set()
            assert released.wait(PATIENCE_S)

    def quick() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, rows[1]).monthly_capacity = 8

    threads = _started(slow)
    assert numbered.wait(PATIENCE_S)
    threads += _started(quick)
    followed: set[int] = set()
    for step in range(2):
        threads[1 - step].join(0.2 if step == 0 else PATIENCE_S)
        with Session(engine) as poller:
            followed |= set(poller.scalars(select(Change.object_id).where(Change.seq > seen)))
            seen = vector_head(poller)
        released.set()
    _join(threads)
    with Session(engine) as poller:
        followed |= set(poller.scalars(select(Change.object_id).where(Change.seq > seen)))
    assert followed == set(rows)


def test_a_writer_that_waits_too_long_fails_and_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stuck writer does not hang the site for ever: the others end with an error of the database."""
    with Session(engine) as session, writing(session):
        need(session)
        monkeypatch.setattr("matcher.store.session.BUSY_TIMEOUT_MS", 50)
        with Session(engine) as other, pytest.raises(DBAPIError), writing(other):
            need(other, "Une autre")
        monkeypatch.undo()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def _fail_after_an_inner_block(session: Session) -> None:
    with writing(session):
        place(session)
    raise RuntimeError("stop")


def _saved(session: Session, row: Need | Offer | Organisation) -> int:
    session.flush()
    return row.id


def _started(*works: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


# -- vectors --------------------------------------------------------------------------------------


class CountingEncoder:
    """Unit vectors that depend on the text alone; ``seen`` tells how many texts were encoded."""

    model_id = "counting@1"
    seen = 0

    def encode_documents(self, texts: list[str]) -> Vectors:
        """One row a text."""
        self.seen += len(texts)
        rows = np.array(
            [np.random.default_rng(zlib.crc32(text.encode())).normal(size=8) for text in texts], dtype=np.float32
        )
        rows = rows.reshape(len(texts), 8)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    encode_queries = encode_documents


def test_encoded_postings_leave_the_backlog_and_come_back_bit_by_bit(engine: Engine) -> None:
    """Whole texts and sentences, in order; newest first while they wait."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            rows = [offer(session, f"Offre {number}") for number in range(3)]
        waiting = backlog(session, OFFER, encoder.model_id)
        assert waiting == [row.id for row in reversed(rows)]
        assert encode_postings(session, OFFER, waiting, encoder) == 3
        assert backlog(session, OFFER, encoder.model_id) == []
        assert count_vectors(session, OFFER, encoder.model_id) == 3
        found = load_vectors(session, OFFER, encoder.model_id, Facet.SENTENCES, [rows[1].id])[rows[1].id]
        np.testing.assert_array_equal(found, encoder.encode_documents(list(passages(rows[1]).sentences)))
        ids, vectors = next(iter(scan_vectors(session, OFFER, encoder.model_id, 10)))
        assert ids.tolist() == [row.id for row in rows]
        np.testing.assert_array_equal(vectors, encoder.encode_documents([passages(row).whole for row in rows]))


def test_a_scan_in_batches_gives_every_row_once_in_order(engine: Engine) -> None:
    """Also when a batch is full to the brim."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            rows = [offer(session, f"Offre {number}") for number in range(6)]
        encode_postings(session, OFFER, [row.id for row in rows], encoder)
        batches = [ids.tolist() for ids, _ in scan_vectors(session, OFFER, encoder.model_id, 3)]
        assert [row for batch in batches for row in batch] == sorted(row.id for row in rows)
        assert [len(batch) for batch in batches] == [3, 3]


def test_an_edited_text_is_no_longer_current_until_encoded_again(engine: Engine) -> None:
    """Vectors of the old text are neither loaded, nor scanned, nor in the delta."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            kept, edited, gone = (offer(session, title) for title in ("Un", "Deux", "Trois"))
        encode_postings(session, OFFER, backlog(session, OFFER, encoder.model_id), encoder)
        head, gone_id = vector_head(session), gone.id
        with writing(session):
            edited.description = "Tout autre chose."
            session.delete(gone)
        ids, _, forgotten = vectors_since(session, OFFER, encoder.model_id, head)
        assert ids.tolist() == []
        assert forgotten.tolist() == [edited.id, gone_id]
        assert set(load_vectors(session, OFFER, encoder.model_id, Facet.WHOLE, [kept.id, edited.id])) == {kept.id}
        assert backlog(session, OFFER, encoder.model_id) == [edited.id]
        encode_postings(session, OFFER, [edited.id], encoder)
        ids, vectors, forgotten = vectors_since(session, OFFER, encoder.model_id, head)
        assert (ids.tolist(), forgotten.tolist()) == ([edited.id], [gone_id])
        np.testing.assert_array_equal(vectors[0], encoder.encode_documents([passages(edited).whole])[0])


def test_vectors_of_two_models_stand_side_by_side_until_one_is_forgotten(engine: Engine) -> None:
    """A changed model encodes everything anew and mixes nothing."""
    old, new = CountingEncoder(), CountingEncoder()
    old.model_id = "counting@0"
    with Session(engine) as session:
        with writing(session):
            row = need(session)
        encode_postings(session, PostingKind.NEED, [row.id], old)
        assert backlog(session, PostingKind.NEED, new.model_id) == [row.id]
        encode_postings(session, PostingKind.NEED, [row.id], new)
        assert forget_other_models(session, new.model_id) == 2
        assert count_vectors(session, PostingKind.NEED, old.model_id) == 0
        assert count_vectors(session, PostingKind.NEED, new.model_id) == 1
