"""What holds for every page: axe finds nothing, and it fits into any window, with large letters too.

Each page is loaded once and looked at in four ways: phone and wide window, light and dark. Swapping the colours changes
only what the rules about colour say, so only those run again then.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import field, fill, open_all, publish, send
from tests.e2e.looking import PHONE, look_at, too_wide, violations
from tests.e2e.territory import RunningSite
from tests.e2e.visitors import Visitors

#: Every kind of page; "{n-…}" and "{o-…}" stand for a number of the demonstration, and before the colon stands
#: whose link opens a page.
PAGES = [
    "/",
    "/en/",
    "/a-propos",
    "/donnees-personnelles",
    "/recherche",
    "/recherche?q=notre congélateur tombe en panne la nuit",
    "/en/recherche?q=xyzzy plugh 12345",
    "/besoins",
    "/besoins?theme=food_aid&language=en",
    "/besoins/nouveau",
    "/besoins/{n-cabas-stock}",
    "/besoins/{n-sanon-absent}/propositions",
    "/en/besoins/{n-minett-booking}/propositions",
    "/en/offres",
    "/offres/nouvelle",
    "/offres/{o-ron-tournees}",
    "/offres/{o-ron-tournees}/propositions",
    "/organisations",
    "/organisations/1",
    "/en/organisations?name=zzzz",
    "/carte",
    "/carte?side=need&theme=food_aid&view=",
    "/nulle-part",
    "/en/en-panne",
    "/api/docs",
    "manage:n-cabas-stock",
    "manage:n-cabas-stock/modifier",
    "manage:n-cabas-stock/clore",
    "manage:n-cabas-stock/liens",
    "manage:o-ron-tournees",
]
#: Every kind of page about hackathons, looked at in both languages; "{person}" and the like are fields of ``Event``.
EVENT_PAGES = [
    "/hackathons",
    "/hackathons/nouveau",
    "/hackathons/{number}",
    "/hackathons/{opened}",
    "/hackathons/{number}/inscription",
    "/hackathons/{opened}/inscription",
    "/hackathons/{number}/equipes",
    "/hackathons/{number}/equipes?embed=1",
    "own:",
    "own:/modifier",
    "own:/retirer",
    "own:/liens",
    "own:/supprimer",
    "organisers:",
    "organisers:/modifier",
    "organisers:/collegues",
    "organisers:/liens",
    "organisers:/supprimer",
    "organisers:/apercu",
    "organisers:/defis",
    "organisers:/defis/nouveau",
    "organisers:/defis/{challenge}/modifier",
    "organisers:/defis/{challenge}/partenaires",
    "organisers:/inscriptions",
    "organisers:/inscriptions/{person}",
    "organisers:/inscriptions/{person}/modifier",
    "organisers:/inscriptions/{person}/retirer",
    "organisers:/inscriptions/nouvelle",
    "organisers:/inscriptions/souhaits",
    "organisers:/inscriptions/import",
    "organisers:/jour",
    "organisers:/jour/absents",
    "organisers:/equipes",
    "organisers:/equipes/personnes/{person}",
    "organisers:/equipes/versions",
    "organisers:/equipes/versions/comparer?v=1&v=2",
    "organisers:/equipes/poids",
    "organisers:/equipes/equite",
    "organisers:/equipes/contradictions",
    "organisers:/equipes/calcul",
    "organisers:/equipes/publier",
    "organisers:/resultats",
    "jury:",
]
FORMS = {"/besoins/nouveau", "/offres/nouvelle", "manage:n-cabas-stock/modifier"}


def address_of(site: RunningSite, page: str) -> str:
    """The address of an entry of ``PAGES``."""
    if page.startswith("manage:"):
        key, _, rest = page.removeprefix("manage:").partition("/")
        return site.manage_path(key) + (f"/{rest}" if rest else "")
    before, brace, rest = page.partition("{")
    key, _, after = rest.partition("}")
    return f"{before}{site.ids[key]}{after}" if brace else page


def event_address(site: RunningSite, page: str) -> str:
    """The address of an entry of ``EVENT_PAGES``."""
    whose, colon, rest = page.partition(":")
    start = getattr(site.event, whose) if colon else ""
    return start + (rest if colon else page).format_map(vars(site.event))


@pytest.mark.parametrize("page_name", PAGES)
def test_axe_finds_nothing(reader: Callable[[str], Page], site: RunningSite, page_name: str) -> None:
    """Folded parts count as well: they are opened."""
    page = reader(address_of(site, page_name))
    if page_name == "/api/docs":  # by far the longest page, all of it made by two macros: once is enough
        assert violations(page) == []
        return
    open_all(page)
    assert look_at(page) == []


@pytest.mark.parametrize("page_name", EVENT_PAGES)
def test_axe_finds_nothing_at_a_hackathon(reader: Callable[[str], Page], site: RunningSite, page_name: str) -> None:
    """As elsewhere; in English the rules run once: the page is drawn the same."""
    address = event_address(site, page_name)
    page = reader(address)
    open_all(page)
    found = look_at(page)
    page = reader(f"/en{address}")
    open_all(page)
    assert found + violations(page) == []


@pytest.mark.parametrize("page_name", EVENT_PAGES)
def test_a_page_of_a_hackathon_fits_into_any_window(
    reader: Callable[[str], Page], site: RunningSite, page_name: str
) -> None:
    """In both languages: words are of different lengths."""
    address = event_address(site, page_name)
    assert [line for path in (address, f"/en{address}") for line in too_wide(reader(path))] == []


@pytest.mark.parametrize("page_name", PAGES)
def test_it_fits_into_any_window(reader: Callable[[str], Page], site: RunningSite, page_name: str) -> None:
    """No sideways scrolling at 320 and 390 px, at a zoom of 200 %, nor with letters twice as large."""
    assert too_wide(reader(address_of(site, page_name))) == []


def test_axe_finds_nothing_in_states(visitors: Visitors) -> None:
    """Errors, the coach at work, the open menu, a new link, an expired form."""
    page = visitors.desk()
    page.goto("/besoins/nouveau")
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    found = look_at(page)

    page.goto("/besoins/nouveau")
    fill(page, {"problem": "Notre congélateur tombe en panne la nuit et personne n'est prévenu."})
    field(page, "problem").press("End")
    expect(page.locator("#coach-body .coach-open")).to_be_visible()
    open_all(page)
    found += look_at(page)

    publish(page, {"place": "Nancy"})
    found += look_at(page)
    link = page.url.partition("?")[0]

    page.goto(f"{link}/organisation")
    open_all(page)
    found += look_at(page)

    page.goto(f"{link}/clore")
    page.locator("input[name=reason]").first.check()
    page.context.clear_cookies()
    page.locator("main form button").click()
    expect(page.locator("form input[type=hidden][name=reason]")).to_have_count(1)
    found += look_at(page)

    page.set_viewport_size(PHONE)
    page.goto("/")
    page.locator(".site-menu__summary").click()
    found += violations(page)
    assert found == []


@pytest.mark.parametrize("address", ["/", "/besoins/nouveau", "/carte"])
def test_nothing_moves_for_whoever_asked_for_that(reader: Callable[[str], Page], address: str) -> None:
    """With reduced motion no animation runs, no transition takes time, and scrolling jumps."""
    page = reader(address)
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(box => {
          const style = getComputedStyle(box);
          const longest = text => Math.max(...text.split(',').map(parseFloat));
          return longest(style.transitionDuration) > 0.01
            || (style.animationName !== 'none' && longest(style.animationDuration) > 0.01)
            || style.scrollBehavior === 'smooth';
        }).map(box => box.outerHTML.slice(0, 80))"""
    )
    assert moving == []


@pytest.mark.parametrize("address", ["/", "/en/"])
@pytest.mark.parametrize("width", [1100, 1280, 1440, 1920])
def test_the_arch_of_the_home_page_crosses_no_word(reader: Callable[[str], Page], address: str, width: int) -> None:
    """It is half an ellipse over the title: every line of text stays inside, whatever the language."""
    page = reader(address)
    page.set_viewport_size({"width": width, "height": 900})
    crossed = page.evaluate(
        """() => {
          const arch = document.querySelector('.hero__arc').getBoundingClientRect();
          const inside = (x, y) =>
            ((x - arch.x - arch.width / 2) / (arch.width / 2)) ** 2 + ((arch.bottom - y) / arch.height) ** 2 < 1;
          const words = document.createRange();
          return [...document.querySelectorAll('.hero :is(h1, .lead)')].flatMap(text => {
            words.selectNodeContents(text);
            return [...words.getClientRects()]
              .filter(line => !inside(line.left, line.top) || !inside(line.right, line.top))
              .map(line => `${text.tagName} at ${Math.round(line.top)} px`);
          });
        }"""
    )
    assert crossed == []
