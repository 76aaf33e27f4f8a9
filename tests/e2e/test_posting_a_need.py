"""A volunteer posts a need on a phone, sees who could answer and why, changes it, and closes it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.forms import ORGANISATION, field, fill, need_values, open_all, publish, send
from tests.e2e.territory import HELD_OUT_NEEDS, HELD_OUT_OFFER, RunningSite, answers, needs_answered_by, rows_of
from tests.e2e.visitors import Visitors

FREEZER, ROUNDS = HELD_OUT_NEEDS
NEEDS, OFFERS = rows_of("needs"), rows_of("offers")


def right_titles(need: str) -> list[str]:
    """Titles of the offers that answer a need of the demonstration."""
    return [OFFERS[key]["title"] for key in answers()[need]]


def test_the_coach_reads_while_a_need_is_typed(phone: Page) -> None:
    """Without a click it asks what is missing, proposes the themes of the text, and says who could answer."""
    phone.goto("/besoins/nouveau")
    problem = "Le congélateur de notre épicerie solidaire tombe en panne la nuit et personne n'est prévenu."
    coach = phone.locator("#coach-body")
    field(phone, "problem").press_sequentially(problem[:30])
    asked = coach.locator(".coach-open a[href='#outcome']")
    expect(asked).to_be_visible()
    before = int(coach.locator("progress").get_attribute("value") or 0)
    field(phone, "problem").fill(problem)
    field(phone, "outcome").fill(NEEDS[FREEZER]["outcome"])
    expect(asked).to_have_count(0)
    assert int(coach.locator("progress").get_attribute("value") or 0) > before
    expect(coach.locator(".coach-answers")).to_contain_text(right_titles(FREEZER)[0])
    # The sentence for screen readers changes with it, and a proposed theme ticks its twin in the long list.
    expect(phone.locator("#coach-status")).to_have_text(re.compile(r"\d"))
    theme = coach.locator("input[name=themes]").first
    theme.check()
    twins = phone.locator(f"input[name=themes][value={theme.get_attribute('value')}]")
    assert all(twin.is_checked() for twin in twins.all())


def test_places_are_suggested_while_one_is_typed(phone: Page) -> None:
    """Three letters are enough, accents and capitals do not matter."""
    phone.goto("/besoins/nouveau")
    field(phone, "place").press_sequentially("vandoeu")
    expect(phone.locator("#place-list option[value^='Vandœuvre-lès-Nancy']")).to_have_count(1)


def test_a_volunteer_posts_a_need_and_the_right_offer_is_first(phone: Page, visitors: Visitors) -> None:
    """From the home page to a management link, proposals with reasons, a change, and the end; others are kept out."""
    phone.goto("/")
    phone.locator("main a[href='/besoins/nouveau']").first.tap()
    link = publish(phone, need_values(NEEDS[FREEZER]))
    assert link.startswith(visitors.origin)
    shown = phone.locator(".first-proposals li strong")
    assert shown.first.inner_text() in right_titles(FREEZER)

    phone.locator("a[href$='/propositions']").first.tap()
    first = phone.locator(".proposal").first
    assert first.locator(".card__title").inner_text() in right_titles(FREEZER)
    # The two sentences that met are those of the two texts.
    asked, answered = (quote.inner_text() for quote in first.locator(".quote").all())
    assert asked in " ".join(NEEDS[FREEZER][name] for name in ("problem", "beneficiaries", "outcome"))
    assert answered.rstrip(".") in OFFERS["o-lim-froid"]["description"] + OFFERS["o-lim-froid"]["title"]
    expect(first.locator(".reasons--met li").first).not_to_be_empty()
    assert re.search(r"\d+\skm", first.locator(".reasons--met").inner_text())
    need = re.search(r"/besoins/\d+", phone.url)
    assert need is not None

    phone.goto(link)
    phone.locator("a[href$='/modifier']").tap()
    expect(field(phone, "problem")).to_have_value(NEEDS[FREEZER]["problem"])
    field(phone, "constraints").fill("Pas de wifi dans la réserve.")
    send(phone)
    phone.wait_for_url("**fait=edited*")

    stranger = visitors.desk()
    stranger.goto(need[0])
    expect(stranger.locator(".sheet__text")).to_contain_text("Pas de wifi dans la réserve.")
    assert stranger.locator("a[href*='/gerer/']").count() == 0
    assert ORGANISATION["organisation-contact_email"] not in stranger.content()
    for path in (link[:-3] + "xyz", f"{visitors.origin}/gerer/1/clore"):
        answer = stranger.goto(path)
        assert answer is not None
        assert answer.status == 404

    phone.goto(link)
    phone.locator("a[href$='/clore']").tap()
    phone.locator("input[name=reason]").first.check()
    phone.locator("main form button").tap()
    phone.wait_for_url("**fait=closed*")
    stranger.goto(need[0])
    expect(stranger.locator(".notice--closed")).to_be_visible()
    stranger.goto("/besoins")
    assert stranger.locator(f"a[href^='{need[0]}']").count() == 0


def test_the_same_without_javascript(visitors: Visitors) -> None:
    """Coach by its button, publication, proposals and the closing page: every step is a plain page."""
    page = visitors.phone(java_script_enabled=False)
    row = NEEDS[ROUNDS]
    page.goto("/besoins/nouveau")
    fill(page, {"problem": row["problem"]})
    page.locator("button[name=check]").click()
    expect(page.locator("#coach-body .coach-open a").first).to_be_visible()
    expect(page.locator("#coach-body input[name=themes]").first).to_be_visible()
    assert field(page, "problem").input_value().replace("\r\n", "\n") == row["problem"]

    link = publish(page, need_values(row))
    assert page.locator(".first-proposals li strong").first.inner_text() in right_titles(ROUNDS)
    page.locator("a[href$='/propositions']").first.click()
    assert page.locator(".proposal .card__title").first.inner_text() in right_titles(ROUNDS)

    page.goto(f"{link}/clore")
    page.locator("input[name=reason]").first.check()
    page.locator("main form button").click()
    assert "fait=closed" in page.url


def test_a_start_up_posts_an_offer_in_english_and_sees_the_needs(visitors: Visitors) -> None:
    """Booking apps find, first of all, the library of things that drowns in reservations."""
    page = visitors.desk(locale="en-GB")
    row = OFFERS[HELD_OUT_OFFER]
    page.goto("/en/")
    page.locator("main a[href='/en/offres/nouvelle']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    told = ("title", "description", "kind", "price", "audience", "delivery_modes", "range_scope")
    organisation = {
        "organisation-name": "Moselle Apps",
        "organisation-organisation_type": "company",
        "organisation-family": "company",
        "organisation-contact_email": "hello@moselle-apps.example",
    }
    open_all(page)
    for name in ("themes", "skills"):
        for code in row[name]:
            page.locator(f"fieldset#{name} input[value={code}]").check()
    publish(page, {**{name: row[name] for name in told}, "place": row["place"]["name"]}, organisation)
    page.locator("a[href$='/propositions']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    first = page.locator(".proposal").first
    assert first.locator(".card__title").inner_text() in {NEEDS[key]["title"] for key in needs_answered_by(row["key"])}
    expect(first.locator(".reasons--met li").first).not_to_be_empty()


def test_what_a_visitor_may_not_do_leaves_no_trace(desk: Page, site: RunningSite) -> None:
    """A form sent to another's management address with a made-up token changes nothing."""
    answer = desk.request.post("/gerer/need.1.0.forged/clore", form={"reason": "solved"})
    assert answer.status in {400, 404}
    desk.goto(f"/besoins/{site.ids['n-moselgarten-rota']}")
    expect(desk.locator(".notice--closed")).to_have_count(0)
