"""What is looked at on every page: what axe says, and what stands beyond the edge of a window.

axe-core 4.12 of axe-playwright-python, with the rules of WCAG 2.2 A and AA.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.e2e.forms import open_all

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
#: Narrowest window of WCAG 1.4.10, a phone, and a wide window at 200 % (1280 / 2).
WIDTHS = (320, 390, 640)


def violations(page: Page, **run: Any) -> list[str]:
    """What axe says of the page as it is now, one line a rule."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    options = run or {"runOnly": {"type": "tag", "values": TAGS}}
    found = page.evaluate("options => axe.run(document, options)", {**options, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {rule['help']}: "
        + " | ".join(f"{node['target']} {node['html'][:120]}" for node in rule["nodes"])
        for rule in found["violations"]
    ]


def look_at(page: Page) -> list[str]:
    """All violations in both widths and both colour schemes."""
    found = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        found += [f"{size['width']} light: {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark")
        colours = violations(page, runOnly={"type": "rule", "values": ["color-contrast", "link-in-text-block"]})
        found += [f"{size['width']} dark: {line}" for line in colours]
    return found


def too_wide(page: Page) -> list[str]:
    """What stands beyond the edge of narrow windows, and of a wide one with large letters."""
    open_all(page)
    found = []
    for width in (*WIDTHS, DESK["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        found += _beyond_the_edge(page, f"{width} px")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return [*found, *_beyond_the_edge(page, "letters of 200 %")]


def _beyond_the_edge(page: Page, when: str) -> list[str]:
    return page.evaluate(
        """when => {
          const edge = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= edge) return [];
          const all = [...document.querySelectorAll('body *')];
          const out = all.filter(box => box.getBoundingClientRect().right > edge + 1);
          return out.slice(0, 4).map(box => `${when}: ${box.outerHTML.slice(0, 100)}`);
        }""",
        when,
    )


def all_looks(read: Callable[[str], Page], path: str) -> list[str]:
    """What is wrong with a page: phone and wide window, light and dark, large letters.

    In English, whose words are others and whose colours and widths are the same, every rule once on a phone.
    """
    page = read(path)
    open_all(page)
    found = look_at(page) + too_wide(page)
    page = read(f"/en{path}")
    open_all(page)
    page.set_viewport_size(PHONE)
    return [*found, *(f"English: {line}" for line in violations(page)), *too_wide(page)]
