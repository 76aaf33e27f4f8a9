"""A real browser on a real server. Without a browser every test here is skipped, and one line says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.territory import MODEL, RunningSite, Seed, build_seed
from tests.e2e.visitors import Visitors

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
#: Root has no sandbox in a container, no screen has no GPU, and a test calls nobody.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--force-prefers-no-reduced-motion", "--hide-scrollbars",
]  # fmt: skip
NO_BROWSER = "no Chromium on this machine: install one (Debian, Ubuntu: apt install chromium) to run the browser tests"
NO_MODEL = "embeddings/model has no weights here: the browser tests need them"


def browser_path() -> str | None:
    """The first Chromium that this machine has."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _missing() -> str:
    if browser_path() is None:
        return NO_BROWSER
    return "" if (MODEL / "model.safetensors").exists() else NO_MODEL


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; skip them where something is missing."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if reason := _missing():
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why browser tests were skipped."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "tests/e2e/" in report.nodeid]
    if skipped and _missing():
        terminalreporter.write_line(f"{len(skipped)} browser tests skipped: {_missing()}", yellow=True)


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """The sample of the territory, encoded once."""
    return build_seed(tmp_path_factory.mktemp("seed"))


@pytest.fixture(scope="module")
def site(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A running site for the tests of one file."""
    running = RunningSite(seed, tmp_path_factory.mktemp("site"))
    yield running
    running.close()


# For one file only: Playwright keeps an event loop in this thread until it stops, and tests that come
# after it in the same process could no longer close their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of one file; every visitor gets a profile of its own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visitors(browser: Browser, site: RunningSite) -> Iterator[Visitors]:
    """Opens pages as different people; fails the test when a page did what no page may do."""
    opened = Visitors(browser, site.origin)
    yield opened
    opened.leave()
    assert opened.faults == []


@pytest.fixture
def phone(visitors: Visitors) -> Page:
    """A page on a phone, in French."""
    return visitors.phone()


@pytest.fixture
def desk(visitors: Visitors) -> Page:
    """A page in a wide window, in French."""
    return visitors.desk()


@pytest.fixture(scope="module")
def reader(browser: Browser, site: RunningSite) -> Iterator[Callable[[str], Page]]:
    """Opens an address in one window that the tests of a file share: for tests that only look."""
    opened = Visitors(browser, site.origin)
    page = opened.desk()

    def read(address: str) -> Page:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        page.goto(address)
        faults, opened.faults[:] = list(opened.faults), []
        assert faults == []
        return page

    yield read
    opened.leave()
    assert opened.faults == []
