"""Search, lists with filters, languages and the map, as a reader uses them."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import field
from tests.e2e.territory import RunningSite, rows_of
from tests.e2e.visitors import Visitors

OFFERS = rows_of("offers")
NONSENSE = "xyzzy plugh 12345"


@pytest.mark.parametrize(
    ("prefix", "sentence", "offer"),
    [
        ("", "notre congélateur tombe en panne la nuit et personne n'est prévenu", "o-lim-froid"),
        ("", "refaire les tournées des aides à domicile quand une collègue est malade", "o-ron-tournees"),
        ("/en", "nobody warns us at night when the freezer breaks down", "o-lim-froid"),
    ],
)
def test_a_plain_sentence_finds_the_right_offer(desk: Page, prefix: str, sentence: str, offer: str) -> None:
    """In French, in English, and from an English sentence to a French offer, typed on the home page."""
    desk.goto(f"{prefix}/")
    desk.locator("#q").fill(sentence)
    desk.locator("#q").press("Enter")
    expect(desk.locator(".column--offer .card__title").first).to_have_text(OFFERS[offer]["title"])
    expect(desk.locator("#q")).to_have_value(sentence)
    # A text in another language than the page says so, for whoever has it read out.
    if prefix:
        expect(desk.locator(".column--offer .card__title a").first).to_have_attribute("lang", "fr")


def test_no_result_leads_to_a_need_that_holds_the_words(phone: Page) -> None:
    """Nothing is shown rather than something, and the search becomes the first lines of a need."""
    phone.goto(f"/recherche?q={NONSENSE}")
    expect(phone.locator(".card")).to_have_count(0)
    phone.locator("main a[href*='/besoins/nouveau?problem=']").tap()
    expect(field(phone, "problem")).to_have_value(NONSENSE)


def test_filters_narrow_a_list_and_can_be_taken_back(desk: Page) -> None:
    """A theme leaves as many offers as it promised; removing it brings the list back."""
    desk.goto("/offres")
    total = desk.locator(".lead").inner_text()
    value = desk.locator(".facets__value:not(:has([aria-current]))").first
    promised = int(value.locator(".facets__count").inner_text())
    value.locator("a").click()
    assert str(promised) in desk.locator(".lead").inner_text()
    expect(desk.locator(".card")).to_have_count(min(promised, 20))
    expect(desk.locator(".facets [aria-current=true]")).to_have_count(1)
    desk.locator(".active-filters a").first.click()
    assert desk.locator(".lead").inner_text() == total


def test_filters_are_folded_on_a_phone(phone: Page) -> None:
    """The list comes first; one touch opens the filters."""
    phone.goto("/besoins")
    expect(phone.locator(".facets__value").first).to_be_hidden()
    phone.locator(".facets > summary").tap()
    expect(phone.locator(".facets__value").first).to_be_visible()


def test_pages_of_a_list_hold_every_need_once(desk: Page, site: RunningSite) -> None:
    """Twenty on the first page, the rest on the next, nothing twice."""
    seen: list[str] = []
    desk.goto("/besoins")
    while True:
        seen += [link.get_attribute("href") or "" for link in desk.locator("main .card__title a").all()]
        following = desk.locator(".pagination [rel=next]")
        if following.count() == 0:
            break
        following.click()
    assert len(seen) == len(set(seen)) == sum(key.startswith("n-") for key in site.ids)


def test_the_list_downloads_as_a_table_under_its_filters(desk: Page, tmp_path: Path) -> None:
    """The CSV holds the rows of the filtered list, and no private contact."""
    desk.goto("/besoins?language=en")
    shown = {title.inner_text() for title in desk.locator(".card__title").all()}
    with desk.expect_download() as waiting:
        desk.locator(".exports a[href*='.csv']").click()
    path = tmp_path / "needs.csv"
    waiting.value.save_as(path)
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))
    assert {row["title"] for row in rows} == shown
    assert {row["language"] for row in rows} == {"en"}
    assert not [name for name in rows[0] if "contact_email" in name or "contact_name" in name]


@pytest.mark.parametrize("address", ["/besoins?theme=food_aid&order=deadline", "/recherche?q=congélateur"])
def test_the_language_switch_keeps_page_and_query(desk: Page, address: str) -> None:
    """French, English and back: same page, same question."""
    desk.goto(address)
    desk.locator(".site-head__language a[hreflang=en]:visible").click()
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    here, asked = urlsplit(desk.url), urlsplit(address)
    assert here.path == f"/en{asked.path}"
    assert parse_qs(here.query) == parse_qs(asked.query)
    desk.locator(".site-head__language a[hreflang=fr]:visible").click()
    expect(desk.locator("html")).to_have_attribute("lang", "fr")
    assert urlsplit(desk.url).path == asked.path


def test_the_map_is_made_of_links_and_its_table_says_the_same(desk: Page) -> None:
    """A dot leads to the postings it counts; totals of the table are those of the site."""
    desk.goto("/carte")
    disc = desk.locator(".map-only--wide a.map-need").first
    counted = int(re.findall(r"\d+", disc.get_attribute("aria-label") or "")[-1])
    total = [int(cell.inner_text()) for cell in desk.locator(".map-table tfoot td").all()]
    rows = desk.locator(".map-table tbody td:nth-of-type(1)")
    assert sum(int(cell.inner_text()) for cell in rows.all()) == total[0]
    offers = desk.locator(".map-table tbody td:nth-of-type(2)")
    assert sum(int(cell.inner_text()) for cell in offers.all()) == total[1]
    disc.focus()
    disc.press("Enter")
    desk.wait_for_url(re.compile(r"/besoins|/carte\?"))
    if "/besoins" in desk.url:
        expect(desk.locator(".card")).to_have_count(counted)
    desk.goto("/besoins")
    assert str(total[0]) in desk.locator(".lead").inner_text()


def test_a_number_of_the_table_leads_to_as_many_postings(phone: Page) -> None:
    """On a phone the table is the easy way in."""
    phone.goto("/carte")
    cell = phone.locator("a.map-list-offer").first
    number = int(cell.inner_text())
    cell.tap()
    expect(phone.locator(".card")).to_have_count(min(number, 20))


def test_pages_that_fail_say_so_and_lead_on(visitors: Visitors) -> None:
    """404 offers a search, 500 gives a number to quote; neither breaks the frame of the page."""
    page = visitors.phone()
    missing = page.goto("/nulle-part")
    assert missing is not None
    assert missing.status == 404
    expect(page.locator("main #q")).to_be_visible()
    expect(page.locator("header .brand")).to_be_visible()
    broken = page.goto("/en/en-panne")
    assert broken is not None
    assert broken.status == 500
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".empty .source")).to_have_text(re.compile(r"\w{6,}$"))
    assert "on purpose" not in page.content()
