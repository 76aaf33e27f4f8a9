"""Input that nobody types by mistake alone: the forms answer with a page, and store what is right or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from matcher.store import Need
from tests.web.browser import Page, visit
from tests.web.posting_forms import NEED_PAGE, PROBLEM, SHORT_NEED, count, day_from_now, need_form, newest
from web.assets import Site


def test_invisible_characters_are_taken_out(app: Site, client: FlaskClient) -> None:
    """NUL, zero-width and direction marks go; accents typed in two pieces become one letter."""
    need_form(
        client,
        title="Un\x00 outil\u202e pour\u200b les e\u0301piceries",
        problem=f"\ufeff{PROBLEM}\u2066",
    ).send(client)
    with app.app_context():
        need = newest(Need)
        assert need.title == "Un outil pour les épiceries"
        assert need.problem == PROBLEM


def test_emoji_and_other_scripts_are_kept(app: Site, client: FlaskClient) -> None:
    """People write as they write: a family emoji stays one family, Arabic stays Arabic."""
    title = "Aide 👩‍👩‍👧 pour مرحبا et 東京"
    need_form(client, title=title).send(client)
    with app.app_context():
        assert newest(Need).title == title


def test_markup_is_text(app: Site, client: FlaskClient) -> None:
    """A script tag is stored as typed and never becomes part of a page."""
    evil = "<script>alert(1)</script> <img src=x onerror=alert(2)>"
    answer = need_form(client, title=evil[:100], problem=f"{PROBLEM} {evil}", tried='"><script>').send(client)
    with app.app_context():
        need = newest(Need)
        assert need.title == evil[:100]
        address = f"/besoins/{need.id}"
    for page in (answer.location, answer.location.partition("?")[0] + "/modifier", address):
        text = client.get(page, follow_redirects=True).text
        assert "<script>alert" not in text, page
        assert "onerror=alert(2)>" not in text.replace("&gt;", ""), page


def test_markup_in_a_form_with_errors_is_text(client: FlaskClient) -> None:
    """What comes back into the form is escaped in every kind of field."""
    evil = '"></textarea><script>alert(1)</script>'
    typed = dict.fromkeys(("title", "problem", "place", "budget_min", "deadline"), evil)
    page = Page(need_form(client, **typed).send(client))
    assert page.status == 422
    assert "<script>alert" not in page.text


def test_a_very_long_title_comes_back_whole(client: FlaskClient) -> None:
    """5 000 characters are refused and not lost: the author shortens them."""
    title = "mot " * 1250
    page = Page(need_form(client, title=title).send(client))
    assert page.status == 422
    assert page.form(NEED_PAGE)["title"] == title


def test_a_body_of_ten_megabytes_is_refused(app: Site, client: FlaskClient) -> None:
    """413 with a page that says what to do; nothing stored."""
    with app.app_context():
        before = count(Need)
    form = need_form(client, problem="x" * 10_000_000)
    answer = form.send(client)
    assert answer.status_code == 413
    assert "<h1" in answer.text
    with app.app_context():
        assert count(Need) == before


def test_broken_utf8_is_a_text_with_marks_or_a_clear_refusal(app: Site, client: FlaskClient) -> None:
    """Bytes that are no text never reach the database as such."""
    token = visit(client, NEED_PAGE).form(NEED_PAGE)["csrf_token"].encode()
    body = b"csrf_token=" + token + b"&problem=%ff%fe%80" + b"abc+" * 20 + b"&place=Nancy"
    answer = client.post(NEED_PAGE, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {400, 422}
    assert "<h1" in answer.text


def test_equal_ticks_count_once(app: Site, client: FlaskClient) -> None:
    """The same box sent five times is one answer, and not "too many"."""
    need_form(client, themes=["food_aid"] * 6, kinds=["service", "service"]).send(client)
    with app.app_context():
        assert [theme.code for theme in newest(Need).themes] == ["food_aid"]
        assert {kind.value for kind in newest(Need).kinds} == {"service"}


def test_fields_that_do_not_exist_are_ignored(app: Site, client: FlaskClient) -> None:
    """Nobody sets a column by guessing its name."""
    columns = {"id": "1", "status": "closed", "link_version": "9", "source": "demo"}
    need_form(client, organisation__verified_at="2026-01-01", **columns).send(client)
    with app.app_context():
        need = newest(Need)
        assert (need.status.value, need.link_version, need.source) == ("open", 1, "site")
        assert need.organisation.verified_at is None


FAR = day_from_now(4000).isoformat()
ABSURD: list[dict[str, Any]] = [
    {"deadline": "9999-12-31"},
    {"deadline": "0000-00-00"},
    {"expires_on": FAR},
    {"budget_min": "-1"},
    {"budget_max": "1e308"},
    {"budget_max": "nan"},
    {"range_scope": "km", "range_km": "99999999999999999999"},
    {"duration_weeks": "1.5"},
    {"effort_days_per_week": "∞"},
    {"place": "Nulle-Part-sur-Rien"},
    {"place": "'; DROP TABLE need; --"},
    {"place": "\x00"},
    {"organisation__contact_email": "a@b\r\nBcc: everybody@example.org"},
    {"organisation__siret": "١٢٣٤٥٦٧٨٩٠١٢٣٤"},
    {"phase": "\ud7ff"},
    {"problem": "\u200b" * 60},
    {"problem": "!" * 60},
]


@pytest.mark.parametrize("typed", ABSURD, ids=[next(iter(typed)) + f"-{index}" for index, typed in enumerate(ABSURD)])
def test_absurd_values_are_explained(app: Site, client: FlaskClient, typed: dict[str, Any]) -> None:
    """422 with a sentence on the field; the database is as before."""
    with app.app_context():
        before = count(Need)
    page = Page(need_form(client, **typed).send(client))
    assert page.status == 422
    with app.app_context():
        assert count(Need) == before


def test_an_odd_session_opens_the_page(client: FlaskClient) -> None:
    """A cookie that was tampered with counts as none."""
    client.set_cookie("passerelle", "eyJvcmdhbmlzYXRpb25zIjpbMV19.forged.signature")
    assert "Épicerie du Faubourg" not in visit(client, NEED_PAGE).text


def test_a_coach_without_any_field_answers(client: FlaskClient) -> None:
    """An empty request is an empty form."""
    token = visit(client, NEED_PAGE).form(NEED_PAGE)["csrf_token"]
    assert client.post("/besoins/coach", data={"csrf_token": token}).status_code == 200
    assert client.post("/besoins/coach", data={"csrf_token": token, "posting_id": "9" * 30}).status_code == 200


def test_the_least_form_is_not_hostile(client: FlaskClient) -> None:
    """The answers that the tests above vary are accepted as they are."""
    assert visit(client, NEED_PAGE).form(NEED_PAGE).fill(**SHORT_NEED).send(client).status_code == 303
