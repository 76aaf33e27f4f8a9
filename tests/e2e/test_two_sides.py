"""An association and a start-up side by side in a real browser, from a posting to what came of it; then the animator.

The association has a phone and its management link, the start-up a wide window and an account of its own. Nothing
waits for a clock: each step waits for what the page shows, and each mail is a file of the outbox.
"""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, expect

from matcher.clock import today
from matcher.people import AccountRole
from matcher.store import Need
from tests.e2e.forms import need_values, open_all, post, publish
from tests.e2e.looking import violations
from tests.e2e.territory import HELD_OUT_NEEDS, RunningSite, answers, rows_of
from tests.e2e.visitors import Visitors
from tests.web.signing_in import PASSWORD, code_now, link_in, mails, make_account
from web.wiring import db, services

FREEZER = HELD_OUT_NEEDS[0]
NEEDS, OFFERS = rows_of("needs"), rows_of("offers")
START_UP = "capteurs@atelier-fictif.example"
PRIVATE = {"bonjour@cabas-partages.example", START_UP}
#: Looks into the outbox, a tenth of a second apart.
PATIENCE = 200
PHONE_NUMBER = "06 39 98 00 01"  # of the numbers that Arcep keeps for fiction
OFFER = {
    "description": "Nous posons un petit capteur qui surveille la température de vos congélateurs et frigos, et qui "
    "prévient les bénévoles par SMS dès qu’un appareil tombe en panne, la nuit aussi.",
    "kind": "service",
    "place": "Nancy",
    "delivery_modes": ["on_site"],
}
PRODUCER = {
    "organisation-name": "Atelier des Capteurs Fictifs",
    "organisation-organisation_type": "company",
    "organisation-family": "company",
    "organisation-contact_email": START_UP,
}


def sign_up(page: Page, site: RunningSite) -> None:
    """Make an account through the mail that the site sends."""
    page.goto("/connexion/inscription")
    page.locator("main #email").fill(START_UP)
    page.locator("main .button--main").click()
    page.wait_for_url("**/connexion/envoye**")
    expect(page.locator("h1")).to_be_visible()
    page.goto(link_in(mail_to(START_UP, page, site)))
    page.locator("#name").fill("Camille Fictive")
    page.locator("#password").fill(PASSWORD)
    page.locator("#consent").check()
    page.locator("main .button--main").click()
    page.wait_for_url("**/compte**")


def mail_to(address: str, page: Page, site: RunningSite) -> EmailMessage:
    """The newest mail to an address; it leaves after the page was answered."""
    for _ in range(PATIENCE):
        found = [mail for mail in mails(site.folder) if address in str(mail["To"])]
        if found:
            return found[-1]
        page.wait_for_timeout(100)
    raise AssertionError("no mail came")


def act(page: Page, name: str) -> Locator:
    """The form of the pair's page whose address ends with ``name``."""
    return page.locator(f"form[action$='/{name}']")


def follow(page: Page, link: Locator) -> None:
    """Click a link and wait for its page."""
    with page.expect_navigation():
        link.click()


def press(page: Page, name: str) -> None:
    """Send that form and wait for the page that follows."""
    with page.expect_navigation():
        act(page, name).locator("button").click()


def told(page: Page) -> str:
    """Everything that the page says."""
    return page.locator("body").inner_text()


def test_two_yeses_and_what_came_of_it(visitors: Visitors, site: RunningSite) -> None:
    """Post, sign up, be found, say yes on both sides, write, propose a call, meet, and tell what came of it."""
    volunteer, start_up = visitors.phone(), visitors.desk()
    volunteer.goto("/besoins/nouveau")
    link = publish(volunteer, need_values(NEEDS[FREEZER]))

    sign_up(start_up, site)
    start_up.goto("/offres/nouvelle")
    post(start_up, OFFER, PRODUCER)
    start_up.goto("/compte")
    own = start_up.locator(".own-posting a")
    expect(own).to_have_count(1)
    offer_home = str(own.get_attribute("href"))

    # The start-up finds the need among its answers and says yes; nobody's address is on the page.
    start_up.goto(f"{offer_home}/reponses")
    faults = violations(start_up)
    first = start_up.locator(".card-list article").first
    expect(first).to_contain_text("Les Cabas Partagés")
    follow(start_up, first.get_by_role("link").first)
    faults += violations(start_up)
    assert not PRIVATE & set(re.findall(r"[\w.-]+@[\w.-]+", told(start_up)))
    act(start_up, "oui").locator("input[name=mode][value=phone]").check()
    act(start_up, "oui").locator("[name=phone]").fill(PHONE_NUMBER)
    press(start_up, "oui")
    pair = start_up.url

    # The volunteer learns that somebody said yes, and not yet how to reach them.
    volunteer.goto(link)
    follow(volunteer, volunteer.locator("a[href$='/reponses']").first)
    faults += violations(volunteer)
    follow(
        volunteer, volunteer.locator(".next-step--asked").locator("xpath=ancestor::article").get_by_role("link").first
    )
    faults += violations(volunteer)
    assert PHONE_NUMBER not in told(volunteer)
    act(volunteer, "oui").locator("input[name=mode][value=mail]").check()
    press(volunteer, "oui")

    # Both are introduced: the number that the start-up gave is shown, the association wanted the thread alone.
    expect(volunteer.locator(".contact__detail")).to_have_text(PHONE_NUMBER)
    assert not PRIVATE & set(re.findall(r"[\w.-]+@[\w.-]+", told(volunteer)))
    act(volunteer, "message").locator("textarea").fill(
        "Bonjour ! Le congélateur est au 2, rue des Essais. <b>Merci</b>"
    )
    press(volunteer, "message")
    start_up.goto(pair)
    expect(start_up.locator(".message")).to_contain_text("<b>Merci</b>")
    assert not PRIVATE & set(re.findall(r"[\w.-]+@[\w.-]+", told(start_up)))
    propose_call(start_up)
    faults += violations(start_up)

    volunteer.reload()
    with volunteer.expect_download() as download:
        volunteer.locator("a[href$='.ics']").tap()
    assert download.value.path().read_text("utf-8").startswith("BEGIN:VCALENDAR")
    press(volunteer, "rencontre")
    tell(volunteer, "partnership", "no")
    faults += violations(volunteer)
    start_up.reload()
    tell(start_up, "partnership", "later")
    # Both see the same timeline, and neither the other's answer to the last question.
    volunteer.reload()
    assert volunteer.locator(".timeline__what").count() == start_up.locator(".timeline__what").count()
    assert faults == []


def propose_call(page: Page) -> None:
    """Propose a time, the day after tomorrow."""
    open_all(page)
    call = act(page, "appel")
    call.locator("[name=day]").fill((today() + timedelta(days=2)).isoformat())
    call.locator("[name=time]").select_option("14:00")
    press(page, "appel")


def tell(page: Page, outcome: str, otherwise: str) -> None:
    """Answer the two questions about what came of it."""
    open_all(page)
    form = act(page, "suite")
    form.locator(f"input[name=outcome][value={outcome}]").check()
    form.locator(f"input[name=counterfactual][value={otherwise}]").check()
    press(page, "suite")


def propose(site: RunningSite, number: int) -> None:
    """Record who is proposed for a need of the demonstration, as its publication would have done."""
    with site.app.app_context():
        need = db.session.get(Need, number)
        assert need is not None
        matcher = services().matcher
        matcher.record(db.session, need, matcher.proposals(db.session, need))


def test_a_no_with_its_reason_ends_the_pair(visitors: Visitors, site: RunningSite) -> None:
    """Whoever says no is not asked again, and the other side reads the reason."""
    need = site.ids["n-fil-planning"]  # asked for aside as well: not from within
    site.aside(lambda: propose(site, need))
    page = visitors.desk()
    page.goto(f"{site.manage_path('n-fil-planning')}/reponses")
    shown = page.locator(".card-list .card__title").all_inner_texts()
    assert {OFFERS[key]["title"] for key in answers()["n-fil-planning"]} & set(shown)
    first = page.locator(".card-list article").first
    title = first.locator(".card__title").inner_text()
    follow(page, first.get_by_role("link").first)
    open_all(page)
    act(page, "non").locator("input[name=reason][value=budget]").check()
    press(page, "non")
    page.goto(f"{site.manage_path('n-fil-planning')}/reponses")
    expect(page.locator("#to_answer")).not_to_contain_text(title)
    expect(page.locator("#over")).to_contain_text(title)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_animator_signs_in_with_two_steps(visitors: Visitors, site: RunningSite, size: str) -> None:
    """Password and code open the animator's pages, which axe finds nothing in; a stranger is sent to sign in."""
    address = f"animation-{size}@exemple.test"
    site.aside(lambda: make_account(site.app, address, AccountRole.ANIMATOR))
    page = visitors.phone() if size == "phone" else visitors.desk()
    page.goto("/animation")
    page.wait_for_url("**/connexion**")
    page.locator("main #email").fill(address)
    page.locator("main #password").fill(PASSWORD)
    page.locator("main .button--main").click()
    page.wait_for_url("**/connexion/code**")
    page.locator("#code").fill(site.aside(lambda: code_now(site.app, address)))
    page.locator("main .button--main").click()
    page.wait_for_url("**/animation**")
    faults = []
    for path in ("", "/relecture", "/panier", "/doublons", "/organisations", "/parcours", "/journal", "/import"):
        page.goto(f"/animation{path}")
        expect(page.locator("h1")).to_be_visible()
        faults += violations(page)
    assert faults == []
