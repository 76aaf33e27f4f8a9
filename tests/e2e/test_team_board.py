"""The organisers' board in a real browser: mouse, keyboard, phone, no script at all, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from matcher.hackathons import plans
from matcher.vocabulary import Attendance
from tests.e2e.forms import open_all
from tests.e2e.looking import look_at
from tests.e2e.territory import RunningSite
from tests.e2e.visitors import Visitors
from tests.hackathons import make_hackathon, make_registration
from tests.team_events import make_team_event
from web.links import organiser_token
from web.wiring import db


@dataclass(frozen=True)
class Board:
    """The board of an event: where it is, and its first challenge and people by number."""

    path: str
    challenge: int
    people: tuple[int, ...]

    def team(self, page: Page, number: int) -> Locator:
        """A team."""
        return page.locator(f"#team-{self.challenge}-{number}")

    def person(self, page: Page, at: int) -> Locator:
        """Somebody in a team."""
        return page.locator(f"#person-{self.people[at]}")


def made(site: RunningSite, teams: int, *, troubled: bool = False) -> Board:
    """An event with that many teams; troubled: published, somebody did not come, somebody came late."""
    # The thread of the tests runs Playwright's event loop, in which an application context cannot be closed.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(_made, site, teams, troubled).result()


def _made(site: RunningSite, teams: int, troubled: bool) -> Board:
    with site.app.test_request_context():
        event = make_team_event(db.session, teams=teams)
        number = event.hackathon.id
        if troubled:
            plans.publish(db.session, number, seen_revision=plans.current(db.session, number).revision)
            event.people[0].attendance = Attendance.NO_SHOW
            make_registration(db.session, event.hackathon, "Zoé Tard")
        return Board(
            f"/organiser/{organiser_token(event.hackathon)}/equipes",
            event.challenges[0].id,
            tuple(person.id for person in event.people),
        )


@pytest.fixture
def board(site: RunningSite) -> Board:
    """Two teams of four on one challenge, at most five in each."""
    return made(site, 2)


def said(page: Page) -> Locator:
    """What ears are told."""
    return page.locator("body > p[role=status]")


def choose(page: Page, person: Locator, to: str) -> None:
    """By the window in which a team is chosen, with keys alone."""
    person.locator("a[data-move]").focus()
    page.keyboard.press("Enter")
    choice = page.locator("#move-to")
    expect(choice).to_be_focused()
    choice.select_option(to)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def orderly_refusals(visitors: Visitors) -> list[str]:
    """What a script was answered besides success, to be expected: then nothing is left that no page may do."""
    found, visitors.faults[:] = [fault.partition(" ")[0] for fault in visitors.faults], []
    return found


def test_dragging_somebody_onto_a_team_moves_them(desk: Page, board: Board) -> None:
    """The page stays, the person is there, and it can be undone."""
    desk.goto(board.path)
    board.person(desk, 0).drag_to(board.team(desk, 2).locator("h3"))
    expect(board.team(desk, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    expect(said(desk)).to_contain_text("2")
    desk.locator("form[action$='/annuler'] button").click()
    expect(board.team(desk, 1).locator(f"#person-{board.people[0]}")).to_be_visible()


def test_dragging_somebody_beside_the_teams_begins_a_new_one(visitors: Visitors, board: Board) -> None:
    """A team of one is against the rules: that is said, and can be done anyway."""
    desk = visitors.desk()
    desk.set_viewport_size({"width": 1440, "height": 1400})  # from the person to below the teams without scrolling
    desk.goto(board.path)
    board.person(desk, 0).drag_to(desk.locator("[data-new]").first)
    expect(desk.locator(".decide")).to_be_focused()
    assert orderly_refusals(visitors) == ["422"]


def test_keys_alone_move_somebody_and_the_focus_follows(desk: Page, board: Board) -> None:
    """Choose the person, choose the team, hear what happened, go on from there."""
    desk.goto(board.path)
    choose(desk, board.person(desk, 0), f"{board.challenge}:2")
    expect(board.team(desk, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    expect(board.person(desk, 0).locator("a[data-move]")).to_be_focused()
    expect(said(desk)).to_contain_text("2")


def test_the_window_closes_without_changing_anything(desk: Page, board: Board) -> None:
    """By its button and by Escape."""
    desk.goto(board.path)
    for leave in ("button", "key"):
        board.person(desk, 0).locator("a[data-move]").click()
        expect(desk.locator("#move-dialog")).to_be_visible()
        desk.locator("[data-close]").click() if leave == "button" else desk.keyboard.press("Escape")
        expect(desk.locator("#move-dialog")).to_be_hidden()
    expect(board.team(desk, 1).locator(f"#person-{board.people[0]}")).to_be_visible()


def test_a_refused_move_is_explained_and_can_be_forced(visitors: Visitors, board: Board) -> None:
    """The question has the focus; the answer keeps the place on the page."""
    desk = visitors.desk()
    desk.goto(board.path)
    choose(desk, board.person(desk, 0), f"{board.challenge}:2")
    expect(board.team(desk, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    choose(desk, board.person(desk, 1), f"{board.challenge}:2")
    question = desk.locator(".decide[role=alert]")
    expect(question).to_be_focused()
    expect(board.team(desk, 1).locator(f"#person-{board.people[1]}")).to_be_visible()
    question.locator("button").click()
    expect(board.team(desk, 2).locator(f"#person-{board.people[1]}")).to_be_visible()
    assert orderly_refusals(visitors) == ["422"]


def test_holding_keeps_the_place_and_the_focus(desk: Page, board: Board) -> None:
    """The button stays pressed, under the finger that pressed it."""
    desk.goto(board.path)
    button = board.person(desk, 3).locator("button")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_phone_moves_somebody_by_the_window(phone: Page, board: Board) -> None:
    """Nothing has to be dragged."""
    phone.goto(board.path)
    board.person(phone, 0).locator("a[data-move]").tap()
    phone.locator("#move-to").select_option(f"{board.challenge}:2")
    phone.locator("#move-form .button--main").tap()
    expect(board.team(phone, 2).locator(f"#person-{board.people[0]}")).to_be_visible()


def test_without_scripts_the_same_is_done_by_plain_forms(browser: Browser, site: RunningSite, board: Board) -> None:
    """The arrows lead to the page of the person; holding and undo are buttons."""
    context = browser.new_context(base_url=site.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto(board.path)
    expect(page.locator("[data-new]").first).to_be_hidden()
    board.person(page, 0).locator("a[data-move]").click()
    page.locator("#to").select_option(f"{board.challenge}:2")
    page.locator("#move .button--main").click()
    expect(board.team(page, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    expect(page.locator(".done")).to_be_visible()
    board.person(page, 0).locator("button").click()
    expect(board.person(page, 0).locator("button")).to_have_attribute("aria-pressed", "true")
    page.locator("form[action$='/annuler'] button").click()
    expect(board.person(page, 0).locator("button")).to_have_attribute("aria-pressed", "false")
    context.close()


def test_the_second_organiser_sees_what_changed_and_goes_on(visitors: Visitors, board: Board) -> None:
    """Nothing is lost: both changes are there in the end."""
    one, other = visitors.desk(), visitors.desk()
    one.goto(board.path)
    other.goto(board.path)
    choose(one, board.person(one, 0), f"{board.challenge}:2")
    expect(board.team(one, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    choose(other, board.person(other, 5), f"{board.challenge}:1")
    expect(other.locator(".decide table")).to_be_visible()
    other.locator(".decide .button--main").click()
    expect(board.team(other, 1).locator(f"#person-{board.people[5]}")).to_be_visible()
    expect(board.team(other, 2).locator(f"#person-{board.people[0]}")).to_be_visible()
    assert orderly_refusals(visitors) == ["409"]


PAGES = ["", "/versions", "/versions/comparer?v=1&v=2", "/poids", "/equite", "/contradictions", "/personnes/{who}"]


@pytest.fixture(scope="module")
def troubled(site: RunningSite) -> Board:
    """Eight teams, published, with somebody who did not come and somebody who came late; two versions."""
    return made(site, 8, troubled=True)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_the_page_fits(
    reader: Callable[[str], Page], visitors: Visitors, troubled: Board, path: str
) -> None:
    """Phone and wide window, light and dark, in both languages; no sideways scrolling at 320 px."""
    if "comparer" in path:
        hold_somebody(visitors, troubled)
    for language in ("", "/en"):
        page = reader(language + troubled.path + path.format(who=troubled.people[4]))
        open_all(page)
        assert look_at(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def hold_somebody(visitors: Visitors, board: Board) -> None:
    """A second version."""
    desk = visitors.desk()
    desk.goto(board.path)
    desk.locator(".team__people button[aria-pressed=false]").first.click()
    expect(desk.locator(".team__people button[aria-pressed=true]").first).to_be_visible()


def test_axe_finds_nothing_before_the_first_teams(site: RunningSite, reader: Callable[[str], Page]) -> None:
    """The page that offers to form them, and that of an event which has nothing yet."""

    def empty() -> str:
        with site.app.test_request_context():
            return f"/organiser/{organiser_token(make_hackathon(db.session))}/equipes"

    with ThreadPoolExecutor(1) as aside:
        paths = [aside.submit(empty).result()]
    for path in (*paths, made(site, 0).path):
        assert look_at(reader(path)) == []
