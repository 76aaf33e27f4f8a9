"""Publishing, revising, closing and renewing: what is stored, and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matcher.postings import publish
from matcher.postings.drafts import (
    DraftProblems,
    NeedDraft,
    OfferDraft,
    OrganisationDraft,
    ProblemCode,
    parse_need,
    parse_offer,
    parse_organisation,
)
from matcher.postings.filling import need_data, offer_data, organisation_data
from matcher.store import Base, Change, Need, Offer, Organisation, Place
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, PostingStatus, SkillImportance
from tests import builders

TODAY = date(2027, 3, 1)


@pytest.fixture
def session(session: Session) -> Session:
    """A database with two places, two themes and three skills."""
    for name in ("Nancy", "Metz"):
        builders.place(session, name)
    for code in ("food_aid", "mobility"):
        builders.theme(session, code)
    for code in ("cms", "video", "web"):
        builders.skill(session, code)
    session.commit()
    return session


def need_draft(**values: Any) -> NeedDraft:
    """A valid need with some fields changed."""
    base = {
        "title": "Un site pour nos bénévoles", "place": "Nancy", "language": "fr",
        "problem": "Nos quarante bénévoles s'inscrivent sur une feuille que personne ne retrouve.",
        "themes": "food_aid", "skills_must": "cms", "skills_nice": "video",
    }  # fmt: skip
    return parse_need(base | values, TODAY)


def offer_draft(**values: Any) -> OfferDraft:
    """A valid offer with some fields changed."""
    base = {
        "title": "Sites simples pour associations", "place": "Metz", "language": "fr", "kind": "service",
        "description": "Nous faisons des sites que des bénévoles savent tenir à jour eux-mêmes.",
        "delivery_modes": "remote|on_site", "themes": "mobility|food_aid", "skills": "web|cms",
    }  # fmt: skip
    return parse_offer(base | values, TODAY)


def organisation_draft(**values: Any) -> OrganisationDraft:
    """A valid organisation with some fields changed."""
    base = {"name": "La Pédale", "family": "user_sector", "organisation_type": "association", "place": "Nancy"}
    return parse_organisation(base | values, TODAY)


def published(session: Session, **values: Any) -> Need:
    """A published need of a new organisation."""
    return publish.publish_need(session, need_draft(**values), organisation_draft(), today=TODAY)


def count(session: Session, model: type[Base]) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_published_need_is_stored_whole(session: Session, engine: Engine) -> None:
    """Another connection reads what was sent, with the default life and the consent."""
    row_id = publish.publish_need(
        session, need_draft(), organisation_draft(), today=TODAY, consent_version="2027-01"
    ).id
    with Session(engine) as other:
        need = other.get_one(Need, row_id)
        assert (need.title, need.place.name, need.organisation.name) == (
            "Un site pour nos bénévoles", "Nancy", "La Pédale",
        )  # fmt: skip
        assert [theme.code for theme in need.themes] == ["food_aid"]
        assert {(link.skill.code, link.importance) for link in need.skills} == {
            ("cms", SkillImportance.MUST), ("video", SkillImportance.NICE),
        }  # fmt: skip
        assert need.expires_on == TODAY + timedelta(days=180)
        assert need.consent_version == "2027-01"
        assert need.consented_at is not None
        assert need.is_live(TODAY)
        assert need.text_hash
        assert need.lexeme_count > 5


def test_an_offer_lives_longer_than_a_need(session: Session) -> None:
    """Offers change less often; a date of the author's own is kept."""
    organisation = publish.save_organisation(session, organisation_draft())
    offer = publish.publish_offer(session, offer_draft(), organisation, today=TODAY)
    assert offer.expires_on == TODAY + timedelta(days=365)
    own = publish.publish_offer(session, offer_draft(expires_on="2027-04-01"), organisation, today=TODAY)
    assert own.expires_on == date(2027, 4, 1)
    assert count(session, Organisation) == 1


def test_all_or_nothing(session: Session) -> None:
    """A need that cannot be stored leaves no organisation behind; each fault is told on its field."""
    with pytest.raises(DraftProblems) as raised:
        publish.publish_need(
            session,
            need_draft(place="Atlantide", themes="food_aid|unicorns", skills_must="magic"),
            organisation_draft(place="Nulle-Part"),
            today=TODAY,
        )
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [
        ("place", ProblemCode.UNKNOWN_PLACE),
        ("themes", ProblemCode.UNKNOWN_CHOICE),
        ("skills_must", ProblemCode.UNKNOWN_CHOICE),
        ("organisation.place", ProblemCode.UNKNOWN_PLACE),
    ]
    assert (count(session, Need), count(session, Organisation), count(session, Change)) == (0, 0, 0)


def test_an_ambiguous_place_names_its_candidates(session: Session) -> None:
    """The form can then ask which one is meant; the row's number settles it."""
    session.add(Place(name="Nancy", name_folded="nancy", country="FR", department="33", latitude=44, longitude=0))
    session.commit()
    with pytest.raises(DraftProblems) as raised:
        published(session)
    problem = raised.value.problems[0]
    assert problem.code is ProblemCode.AMBIGUOUS_PLACE
    assert problem.params["candidates"] == "Nancy (54), Nancy (33)"
    southern = session.scalars(select(Place.id).where(Place.department == "33")).one()
    nancy = organisation_draft(place_id=str(southern), place="")
    need = publish.publish_need(session, need_draft(place_id=southern, place=""), nancy, today=TODAY)
    assert need.place.department == "33"


def test_a_siret_belongs_to_one_organisation(session: Session) -> None:
    """A second registration is refused on its field, and nothing of it is stored."""
    publish.save_organisation(session, organisation_draft(siret="73282932000074"))
    with pytest.raises(DraftProblems) as raised:
        publish.publish_need(
            session, need_draft(), organisation_draft(name="Copie", siret="73282932000074"), today=TODAY
        )
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [
        ("organisation.siret", ProblemCode.ALREADY_REGISTERED)
    ]
    assert count(session, Organisation) == 1


def test_an_organisation_keeps_its_own_siret(session: Session) -> None:
    """Saving again what one has is no double registration."""
    row = publish.save_organisation(session, organisation_draft(siret="73282932000074"))
    publish.save_organisation(session, organisation_draft(siret="73282932000074", name="La Pédale douce"), row)
    assert row.name == "La Pédale douce"


def test_a_siret_taken_in_the_same_instant_is_a_problem_of_the_field(session: Session) -> None:
    """When the check came too early, the database's own rule is told the same way."""
    publish.save_organisation(session, organisation_draft(siret="73282932000074"))
    with pytest.raises(DraftProblems) as raised, publish.storing(session):
        session.add(Organisation(**_columns(session) | {"siret": "73282932000074"}))
    assert raised.value.problems[0].code is ProblemCode.ALREADY_REGISTERED


def _columns(session: Session) -> dict[str, Any]:
    row = session.scalars(select(Organisation)).one()
    return {"name": "Autre", "family": row.family, "organisation_type": row.organisation_type, "place_id": row.place_id}


def test_every_posting_gets_a_key_of_its_own(session: Session) -> None:
    """What is exported can be recognised when it comes back."""
    first, second = published(session), published(session)
    assert first.external_key
    assert first.external_key != second.external_key


def test_revising_changes_what_was_told(session: Session) -> None:
    """Texts, skills and themes follow; a skill can move from welcome to necessary."""
    need = published(session)
    publish.revise_need(
        session, need, need_draft(title="Un agenda partagé", themes="mobility", skills_must="video|web", skills_nice="")
    )
    session.expire_all()
    assert (need.title, [theme.code for theme in need.themes]) == ("Un agenda partagé", ["mobility"])
    assert {(link.skill.code, link.importance) for link in need.skills} == {
        ("video", SkillImportance.MUST), ("web", SkillImportance.MUST),
    }  # fmt: skip


def test_revising_without_expiry_keeps_the_stored_one(session: Session) -> None:
    """Editing a text neither shortens nor lengthens a posting's life."""
    need = published(session, expires_on="2027-05-05")
    publish.revise_need(session, need, need_draft())
    assert need.expires_on == date(2027, 5, 5)


def test_revising_with_the_same_words_is_no_change_of_the_posting(session: Session) -> None:
    """Indexes follow the change log: it must not say that a posting changed when it did not."""
    need = published(session)
    before = need.updated_at
    seq = session.scalar(select(func.max(Change.seq)))
    publish.revise_need(session, need, need_draft())
    changed = session.scalars(select(Change.kind).where(Change.seq > seq)).all()
    assert "need" not in changed
    assert need.updated_at == before


def test_a_row_reads_back_as_its_draft(session: Session) -> None:
    """What an edit form shows and sends back says the same as what was stored."""
    need = published(session, budget_max=500, kinds="service", questions="Quand ?|Où ?", deadline="2027-06-01")
    again = parse_need(need_data(need), TODAY)
    assert again.model_copy(update={"place": None, "expires_on": None}) == need_draft(
        budget_max=500, kinds="service", questions="Quand ?|Où ?", deadline="2027-06-01"
    ).model_copy(update={"place": None})
    offer = publish.publish_offer(session, offer_draft(), need.organisation, today=TODAY)
    assert parse_offer(offer_data(offer), TODAY).skills == ("cms", "web")
    assert parse_organisation(organisation_data(need.organisation), TODAY).name == "La Pédale"


def test_closing_takes_a_posting_out_and_reopening_brings_it_back(session: Session) -> None:
    """The reason is kept while it is closed; one that expired meanwhile gets a new life."""
    need = published(session, expires_on="2027-03-10")
    now = datetime(2027, 3, 2, 9, tzinfo=UTC)
    publish.close_posting(session, need, ClosedReason.NO_ANSWER, now)
    assert (need.status, need.closed_reason, need.closed_at) == (PostingStatus.CLOSED, ClosedReason.NO_ANSWER, now)
    assert not need.is_live(TODAY)
    publish.close_posting(session, need, ClosedReason.MATCHED_HERE, now + timedelta(days=1))
    assert (need.closed_reason, need.closed_at) == (ClosedReason.MATCHED_HERE, now)
    later = date(2027, 8, 1)
    publish.reopen_posting(session, need, later)
    assert (need.status, need.closed_reason, need.closed_at) == (PostingStatus.OPEN, None, None)
    assert need.is_live(later)


def test_a_pause_ends_by_itself(session: Session) -> None:
    """Out of every search until the day, back on it; None ends it at once."""
    need = published(session)
    publish.pause_posting(session, need, date(2027, 3, 20), today=TODAY)
    assert not need.is_live(date(2027, 3, 19))
    assert need.is_live(date(2027, 3, 20))
    publish.pause_posting(session, need, None)
    assert need.is_live(TODAY)


@pytest.mark.parametrize(
    ("until", "code"), [(TODAY, ProblemCode.DATE_IN_PAST), (date(2030, 1, 1), ProblemCode.DATE_TOO_FAR)]
)
def test_a_pause_is_bounded(session: Session, until: date, code: ProblemCode) -> None:
    """A pause of no day or of years is a slip; the posting stays as it was."""
    need = published(session)
    with pytest.raises(DraftProblems) as raised:
        publish.pause_posting(session, need, until, today=TODAY)
    assert raised.value.problems[0].code is code
    assert need.paused_until is None


def test_renewing_never_shortens(session: Session) -> None:
    """A whole life from today, counted; a longer one stays."""
    need = published(session, expires_on="2027-03-05")
    publish.renew_posting(session, need, TODAY)
    assert (need.expires_on, need.renewal_count) == (TODAY + timedelta(days=180), 1)
    long = published(session, expires_on="2028-12-31")
    publish.renew_posting(session, long, TODAY)
    assert long.expires_on == date(2028, 12, 31)


def test_places_taken_count_for_their_month_only(session: Session) -> None:
    """An offer that is full in March has room in April."""
    organisation = publish.save_organisation(session, organisation_draft())
    offer = publish.publish_offer(session, offer_draft(monthly_capacity=3), organisation, today=TODAY)
    publish.set_taken(session, offer, 3, TODAY)
    assert offer.room_left(date(2027, 3, 31)) == 0
    assert offer.room_left(date(2027, 4, 1)) == 3
    with pytest.raises(DraftProblems):
        publish.set_taken(session, offer, -1, TODAY)
    assert offer.taken_this_month == 3


def test_cancelled_links_get_a_new_version(session: Session) -> None:
    """Links carry the version they were made for."""
    need = published(session)
    publish.cancel_links(session, need)
    publish.cancel_links(session, need.organisation)
    assert (need.link_version, need.organisation.link_version) == (2, 2)


def test_use_cases_join_an_outer_transaction(session: Session) -> None:
    """Several in one block are stored together or not at all."""

    def publish_and_fail() -> None:
        with writing(session):
            published(session)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        publish_and_fail()
    assert (count(session, Need), count(session, Offer), count(session, Organisation)) == (0, 0, 0)
