"""The animator's look at postings: what asks for one, what decisions do, and what never comes back by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from matcher.oversight import reviews
from matcher.oversight.reviews import Decision, QueueFilters, ReviewProblem, ReviewRefusedError
from matcher.people import Moderation, ReviewState
from matcher.postings.drafts import NeedDraft, parse_need
from matcher.postings.publish import publish_need, revise_need
from matcher.privacy.deleting import delete_posting
from matcher.store import AuditEntry, Need, Review
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests.builders import need, offer, organisation
from tests.matcher.oversight.rows import NOW, TODAY, account

PROBLEM = "Nous perdons de la nourriture parce que personne ne voit les dates de péremption."


def _draft(**values: object) -> NeedDraft:
    return parse_need({"title": "Suivre le stock", "problem": PROBLEM, "place": "Nancy", **values}, TODAY)


def _published(session: Session, moderation: Moderation | None) -> Need:
    with writing(session):
        owner = organisation(session)
    return publish_need(session, _draft(), owner, today=TODAY, moderation=moderation)


def _look(session: Session, row: Need) -> Review:
    found = reviews.review_of(session, row)
    assert found is not None
    return found


def _decide(session: Session, row: Need, decision: Decision, remark: str = "") -> int:
    with writing(session):
        number = account(session).id
    seen = reviews.seen_mark(_look(session, row))
    reviews.decide(session, row, decision, remark, account_id=number, seen=seen, now=NOW)
    return number


def test_publish_first_leaves_the_posting_on_the_site(session: Session) -> None:
    """With the setting "after" a new posting waits for a look and is live meanwhile."""
    row = _published(session, Moderation.AFTER)
    assert _look(session, row).state is ReviewState.WAITING
    assert row.is_live(TODAY)


def test_check_first_holds_the_posting_back(session: Session) -> None:
    """With the setting "before" nobody finds it until it is approved."""
    row = _published(session, Moderation.BEFORE)
    assert row.held_at is not None
    assert not row.is_live(TODAY)
    _decide(session, row, Decision.APPROVE)
    assert row.is_live(TODAY)
    assert _look(session, row).state is ReviewState.APPROVED


def test_what_needs_no_look_has_none(session: Session) -> None:
    """Without a setting, as for imports, nothing waits."""
    assert reviews.review_of(session, _published(session, None)) is None


def test_the_look_is_asked_for_in_the_transaction_of_the_publication(session: Session) -> None:
    """A publication that fails leaves neither posting nor look."""
    with writing(session):
        owner = organisation(session)

    def act() -> None:
        with writing(session):
            publish_need(session, _draft(), owner, today=TODAY, moderation=Moderation.BEFORE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert session.scalar(select(func.count()).select_from(Review)) == 0
    assert session.scalar(select(func.count()).select_from(Need)) == 0


@pytest.mark.parametrize("moderation", list(Moderation))
def test_only_another_text_asks_for_another_look(session: Session, moderation: Moderation) -> None:
    """A new budget needs no look; a new sentence does, and is held where looks come first."""
    row = _published(session, moderation)
    _decide(session, row, Decision.APPROVE)
    revise_need(session, row, _draft(budget_max=500), moderation=moderation)
    assert _look(session, row).state is ReviewState.APPROVED
    assert row.held_at is None
    revise_need(session, row, _draft(tried="Un cahier, que personne ne lit."), moderation=moderation)
    assert _look(session, row).state is ReviewState.WAITING
    assert (row.held_at is not None) is (moderation is Moderation.BEFORE)


@pytest.mark.parametrize("decision", [Decision.REFUSE, Decision.TAKE_DOWN])
def test_a_change_never_brings_back_what_was_taken_down(session: Session, decision: Decision) -> None:
    """Even where postings are published first, only an approval does."""
    row = _published(session, Moderation.AFTER)
    _decide(session, row, decision, "Ceci est une publicité.")
    revise_need(session, row, _draft(title="Un autre titre"), moderation=Moderation.AFTER)
    assert _look(session, row).state is ReviewState.WAITING
    assert not row.is_live(TODAY)
    _decide(session, row, Decision.APPROVE)
    assert row.is_live(TODAY)


def test_changes_asked_leave_the_posting_where_it_is(session: Session) -> None:
    """On the site it stays on the site, and the author reads the remark."""
    row = _published(session, Moderation.AFTER)
    _decide(session, row, Decision.ASK_CHANGES, "  Dites pour combien de personnes.\x00 ")
    assert row.is_live(TODAY)
    assert _look(session, row).remark == "Dites pour combien de personnes."


@pytest.mark.parametrize("decision", [Decision.ASK_CHANGES, Decision.TAKE_DOWN, Decision.REFUSE])
@pytest.mark.parametrize(
    ("remark", "problem"),
    [(" \n\u200b", ReviewProblem.REMARK_MISSING), ("x" * 1001, ReviewProblem.REMARK_TOO_LONG)],
)
def test_the_author_is_always_told_why_in_bounds(
    session: Session, decision: Decision, remark: str, problem: ReviewProblem
) -> None:
    """A remark is needed, and no longer than its bound; nothing is written otherwise."""
    row = _published(session, Moderation.AFTER)
    with pytest.raises(ReviewRefusedError) as refused:
        _decide(session, row, decision, remark)
    assert refused.value.problem is problem
    assert _look(session, row).state is ReviewState.WAITING


def test_a_decision_about_a_text_that_has_changed_is_refused(session: Session) -> None:
    """Nobody approves what they have not read."""
    row = _published(session, Moderation.BEFORE)
    seen = reviews.seen_mark(_look(session, row))
    revise_need(session, row, _draft(title="Autre chose, achetez ici"), moderation=Moderation.BEFORE)
    with writing(session):
        number = account(session).id
    with pytest.raises(ReviewRefusedError) as refused:
        reviews.decide(session, row, Decision.APPROVE, "", account_id=number, seen=seen, now=NOW)
    assert refused.value.problem is ReviewProblem.CHANGED
    assert row.held_at is not None


def test_two_animators_do_not_overrule_each_other_unseen(session: Session) -> None:
    """The second decision on the same page is refused: it was made without knowing the first."""
    row = _published(session, Moderation.AFTER)
    seen = reviews.seen_mark(_look(session, row))
    number = _decide(session, row, Decision.REFUSE, "Une publicité.")
    with pytest.raises(ReviewRefusedError):
        reviews.decide(session, row, Decision.APPROVE, "", account_id=number, seen=seen, now=NOW)
    assert _look(session, row).state is ReviewState.REFUSED


def test_what_changed_since_the_last_decision_is_told_by_word(session: Session) -> None:
    """Changed, added and emptied texts are shown against those that were decided about; before that nothing is."""
    row = _published(session, Moderation.AFTER)
    look = _look(session, row)
    assert reviews.changes_since(look, row) is None
    revise_need(session, row, _draft(outcome="Un outil simple."), moderation=Moderation.AFTER)
    _decide(session, row, Decision.APPROVE)
    assert reviews.changes_since(look, row) == {}
    revise_need(session, row, _draft(title="Suivre les dates", tried="Un cahier."), moderation=Moderation.AFTER)
    revise_need(session, row, _draft(title="Suivre les livres", tried="Un cahier."), moderation=Moderation.AFTER)
    changes = reviews.changes_since(look, row)
    assert changes is not None
    assert {name: [(piece.part.value, piece.text) for piece in pieces] for name, pieces in changes.items()} == {
        "title": [("same", "Suivre "), ("taken_out", "le stock"), ("added", "les livres")],
        "tried": [("added", "Un cahier.")],
        "outcome": [("taken_out", "Un outil simple.")],
    }


def test_the_texts_that_were_read_are_not_readable_in_the_database(session: Session) -> None:
    """What an author took out again is nobody's business: it is encrypted, and goes with the posting."""
    row = _published(session, Moderation.AFTER)
    _decide(session, row, Decision.ASK_CHANGES, "Sans le nom de la personne.")
    stored = session.execute(text("SELECT texts FROM review")).scalar_one()
    assert stored
    assert "nourriture" not in stored
    assert _look(session, row).texts == {"title": "Suivre le stock", "problem": PROBLEM}


def test_a_decision_is_in_the_log_without_the_text(session: Session) -> None:
    """The log tells who decided what; neither remark nor text can be read there."""
    row = _published(session, Moderation.AFTER)
    number = _decide(session, row, Decision.REFUSE, "Une publicité pour Camille.")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.account_id, entry.action, entry.object_kind, entry.object_id) == (
        number, "review.refused", "need", row.id,
    )  # fmt: skip
    assert "Camille" not in str(entry.details)
    assert "nourriture" not in str(entry.details)


def test_the_queue_has_the_oldest_first_and_knows_its_filters(session: Session) -> None:
    """Who waits longest comes first; a posting without a look is not in it."""
    with writing(session):
        rows = [need(session, "Premier"), offer(session, "Deuxième"), need(session, "Troisième")]
        need(session, "Sans regard")
        for age, row in zip((1, 3, 2), rows, strict=True):
            reviews.text_saved(session, row, Moderation.AFTER, NOW - timedelta(days=age))
        rows[2].held_at = NOW
    titles = lambda filters: [entry.posting.title for entry in reviews.page_of_queue(session, filters, 1, 10)]  # noqa: E731
    assert titles(QueueFilters()) == ["Deuxième", "Troisième", "Premier"]
    assert titles(QueueFilters(kind=PostingKind.OFFER)) == ["Deuxième"]
    assert titles(QueueFilters(held=True)) == ["Troisième"]
    assert titles(QueueFilters(state=ReviewState.REFUSED)) == []
    assert reviews.count_waiting(session) == (3, NOW - timedelta(days=3))


def test_a_deleted_posting_leaves_no_look_behind(session: Session) -> None:
    """Neither the remark nor the texts that were read outlive it."""
    row = _published(session, Moderation.AFTER)
    _decide(session, row, Decision.REFUSE, "Une publicité.")
    delete_posting(session, row, now=NOW)
    assert session.scalar(select(func.count()).select_from(Review)) == 0
