"""Take the pictures of the README: docs/screenshots/*.png, from a real browser on the whole demonstration.

    python tools/screenshots.py

The site runs on a free port over a temporary database; the territory is loaded and encoded first, which takes
one or two minutes. Needs what the browser tests need: Chromium and the development requirements.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.e2e.conftest import FLAGS, browser_path  # noqa: E402
from tests.e2e.forms import field  # noqa: E402
from tests.e2e.territory import RunningSite, build_seed  # noqa: E402
from tests.e2e.visitors import Visitors  # noqa: E402

OUT = ROOT / "docs" / "screenshots"
SHOWN_NEED = "n-sanon-plan"
QUESTION = "notre congélateur tombe en panne la nuit et personne n'est prévenu"
QUESTION_EN = "our volunteers forget which day they promised to work"


def take(visitors: Visitors, site: RunningSite) -> None:
    """All pictures, one visitor each."""
    proposals = f"/besoins/{site.ids[SHOWN_NEED]}/propositions"
    shoot(visitors.desk(), "/", "home")
    shoot(visitors.desk(), proposals, "proposals")
    shoot(visitors.desk(color_scheme="dark"), proposals, "proposals-dark")
    shoot(visitors.desk(), "/carte", "map")
    shoot(visitors.desk(locale="en-GB"), f"/en/recherche?q={QUESTION_EN}", "search-english")
    shoot(visitors.desk(), f"/recherche?q={QUESTION}", "search")
    shoot(visitors.desk(), "/offres", "offers")
    board(visitors.desk(), site, "team-board")
    board(visitors.phone(), site, "team-board-phone")
    shoot(visitors.phone(), "/", "home-phone")
    shoot(visitors.phone(), proposals, "proposals-phone")
    shoot(visitors.phone(), "/carte", "map-phone")
    for name, page in (("need-form", visitors.desk()), ("need-form-phone", visitors.phone())):
        page.goto("/besoins/nouveau")
        write_a_need(page)
        if name.endswith("phone"):
            page.locator("#coach").scroll_into_view_if_needed()
        save(page, name)


def write_a_need(page: Page) -> None:
    """Type what a volunteer would, and wait for the coach."""
    field(page, "problem").fill(
        "Le congélateur de notre épicerie solidaire tombe en panne la nuit et personne n'est prévenu. "
        "Lundi, nous avons jeté 60 kilos de plats préparés."
    )
    field(page, "beneficiaries").fill("Les 120 familles qui viennent chaque semaine, et les bénévoles qui rangent.")
    expect(page.locator("#coach-body .coach-open")).to_be_visible()
    expect(page.locator("#coach.htmx-request")).to_have_count(0)


def board(page: Page, site: RunningSite, name: str) -> None:
    """The teams of the demonstration event, as its organisers see them."""
    page.goto(f"{site.event.organisers}/equipes")
    page.locator(".lanes").evaluate("lanes => lanes.scrollIntoView({ behavior: 'instant' })")
    save(page, name)


def shoot(page: Page, address: str, name: str) -> None:
    """The first window of a page."""
    page.goto(address)
    save(page, name)


def save(page: Page, name: str) -> None:
    """The window as it is now, fonts loaded and nothing focused."""
    page.evaluate("() => { document.activeElement?.blur(); return document.fonts.ready.then(() => true) }")
    path = OUT / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")


@contextmanager
def whole_territory() -> Iterator[RunningSite]:
    """A site with everything in it, gone afterwards."""
    folder = Path(tempfile.mkdtemp())
    (folder / "seed").mkdir()
    (folder / "site").mkdir()
    try:
        site = RunningSite(build_seed(folder / "seed", whole=True), folder / "site")
        yield site
        site.close()
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Take every picture; 1 when there is no browser or a page did what no page may do."""
    if browser_path() is None:
        print("Install Chromium first (Debian, Ubuntu: apt install chromium).", file=sys.stderr)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with whole_territory() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        visitors = Visitors(browser, site.origin)
        take(visitors, site)
        visitors.leave()
        browser.close()
    for fault in visitors.faults:
        print(fault, file=sys.stderr)
    return bool(visitors.faults)


if __name__ == "__main__":
    sys.exit(main())
