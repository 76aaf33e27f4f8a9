"""Keyboard, errors, going back, closed tabs: nothing typed is ever lost, and the focus is where it helps."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.forms import ORGANISATION, field, fill, publish, send
from tests.e2e.visitors import Visitors

PROBLEM = "Le planning des bénévoles change chaque matin et personne n'a la bonne version."
HAS_FOCUS_RING = (
    "box => { const s = getComputedStyle(box); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
)


def test_the_first_tab_is_a_way_past_the_menu(desk: Page) -> None:
    """It is seen when it has the focus, and leads into the content."""
    desk.goto("/besoins")
    desk.keyboard.press("Tab")
    skip = desk.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_every_stop_of_the_tab_key_is_seen_and_in_the_order_of_the_page(desk: Page) -> None:
    """From the head down the form: each stop has a focus ring, inside the window, after the one before."""
    desk.goto("/besoins/nouveau")
    desk.keyboard.press("Tab")
    for _ in range(22):
        before = desk.evaluate_handle("document.activeElement")
        desk.keyboard.press("Tab")
        stop = desk.locator(":focus")
        name = stop.evaluate("box => box.outerHTML.slice(0, 90)")
        assert stop.evaluate(HAS_FOCUS_RING), name
        expect(stop).to_be_in_viewport()
        follows = "(box, before) => !!(before.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING)"
        assert stop.evaluate(follows, before), name
        assert stop.evaluate("box => box.name !== 'fax_number'"), "the trap for robots can be reached"


def test_the_menu_of_a_phone_opens_by_key(phone: Page) -> None:
    """Closed, its links are no stops; Enter opens it."""
    phone.goto("/")
    summary = phone.locator(".site-menu__summary")
    expect(phone.locator(".site-menu a").first).to_be_hidden()
    summary.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".site-menu a").first).to_be_visible()
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.closest('.site-menu__panel') !== null")


def test_a_need_is_posted_without_touching_a_mouse(desk: Page) -> None:
    """Text boxes, a list, a tick and the button, all by key."""
    desk.goto("/besoins/nouveau")
    fill_by_key = {
        "problem": PROBLEM,
        "place": "Nancy",
        "organisation-name": "Le Cabas",
        "organisation-contact_email": "a@b.example",
    }
    for name, text in fill_by_key.items():
        field(desk, name).focus()
        desk.keyboard.type(text)
    field(desk, "organisation-organisation_type").focus()
    desk.keyboard.press("ArrowDown")
    desk.locator("#consent").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/gerer/**")


def test_a_failed_submit_keeps_the_text_and_leads_to_each_field(desk: Page) -> None:
    """The summary has the focus, its links lead to the fields, each field tells its own problem."""
    desk.goto("/besoins/nouveau")
    fill(desk, {"problem": PROBLEM, "outcome": "Une seule version, « juste » & lisible <partout>."})
    send(desk)
    summary = desk.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(field(desk, "problem")).to_have_value(PROBLEM)
    expect(field(desk, "outcome")).to_have_value("Une seule version, « juste » & lisible <partout>.")
    for link in summary.locator("a").all():
        target = (link.get_attribute("href") or "")[1:]
        link.click()
        assert desk.evaluate("document.activeElement.id") == target
        box = desk.locator(f"[id='{target}']")
        expect(box).to_have_attribute("aria-invalid", "true")
        described = (box.get_attribute("aria-describedby") or "").split()
        assert f"{target}-error" in described
        expect(desk.locator(f"[id='{target}-error']")).to_be_visible()


def test_a_lost_session_loses_no_text(desk: Page) -> None:
    """The page comes back with everything in it, and the second press publishes."""
    desk.goto("/besoins/nouveau")
    fill(desk, {"problem": PROBLEM, "place": "Nancy", **ORGANISATION})
    desk.locator("#consent").check()
    desk.context.clear_cookies()
    send(desk)
    expect(desk.locator(".error-summary")).to_be_visible()
    expect(field(desk, "problem")).to_have_value(PROBLEM)
    expect(desk.locator("#consent")).to_be_checked()
    send(desk)
    desk.wait_for_url("**/gerer/**")


def test_a_lost_session_asks_once_more_before_it_changes_anything(desk: Page) -> None:
    """A page without a form of its own to show again offers one button that sends the same once more."""
    desk.goto("/besoins/nouveau")
    link = publish(desk, {"problem": PROBLEM, "place": "Nancy"})
    desk.goto(f"{link}/clore")
    desk.locator("input[name=reason]").first.check()
    desk.context.clear_cookies()
    desk.locator("main form button").click()
    expect(desk.locator("main form input[name=reason]")).to_have_count(1)
    desk.locator("main form button").click()
    desk.wait_for_url("**fait=closed*")


def test_going_back_brings_the_text_back(desk: Page) -> None:
    """After following a link in the middle of typing."""
    desk.goto("/besoins/nouveau")
    fill(desk, {"problem": PROBLEM})
    desk.locator(".site-nav__link--map:visible").click()
    desk.go_back()
    expect(field(desk, "problem")).to_have_value(PROBLEM)


def test_a_draft_survives_a_closed_tab_until_it_is_published(phone: Page) -> None:
    """Texts come back with a note; who posts is not kept; publication ends the draft."""
    context = phone.context
    phone.goto("/besoins/nouveau")
    fill(phone, {"problem": PROBLEM, "place": "Nancy", "organisation-contact_email": "moi@exemple.example"})
    phone.close()
    again = context.new_page()
    again.goto("/besoins/nouveau")
    expect(again.locator(".draft-note")).to_be_visible()
    expect(field(again, "problem")).to_have_value(PROBLEM)
    expect(field(again, "organisation-contact_email")).to_have_value("")
    again.locator(".draft-note button").tap()
    expect(field(again, "problem")).to_have_value("")
    publish(again, {"problem": PROBLEM, "place": "Nancy"})
    again.goto("/besoins/nouveau")
    expect(again.locator(".draft-note")).to_be_hidden()
    expect(field(again, "problem")).to_have_value("")


def test_a_place_that_could_be_two_is_asked_about(visitors: Visitors) -> None:
    """The form names both; one touch settles it."""
    page = visitors.phone(java_script_enabled=False)
    page.goto("/besoins/nouveau")
    fill(page, {"problem": PROBLEM, "place": "Nanci", **ORGANISATION})
    page.locator("#consent").check()
    send(page)
    page.locator("input[type=radio][name=place]").first.check()
    send(page)
    assert "/gerer/" in page.url


def test_a_counter_warns_before_a_text_is_too_long(desk: Page) -> None:
    """Nothing at first; near the end it says how much is left, then how much is too much, and cuts nothing."""
    desk.goto("/besoins/nouveau")
    box = field(desk, "title")
    limit = int(box.get_attribute("data-limit") or 0)
    box.fill("a" * (limit - 5))
    expect(desk.locator("#title-count")).to_contain_text("5")
    box.fill("a" * (limit + 7))
    expect(desk.locator("#title-count.count-line--over")).to_contain_text("7")
    assert len(box.input_value()) == limit + 7
