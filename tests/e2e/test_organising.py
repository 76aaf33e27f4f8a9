"""An organiser's whole way through an event in a real browser, in a wide window and on a phone: from its creation
to the results, with the people who register, decline and mark beside it.

Nothing waits for a clock: each step waits for what the page shows. Teams are really computed, by the process that
the site starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from matcher.clock import today
from tests.e2e.forms import open_all
from tests.e2e.looking import DESK, PHONE, violations
from tests.e2e.territory import RunningSite
from tests.e2e.visitors import Visitors
from tests.web.signing_in import link_in, mails

EVENT = {
    "title": "Un week-end pour les tournées",
    "description": "Deux jours avec les associations d’ici, pour que plus personne n’attende une tournée annulée.",
    "organiser": "La Maison des essais",
    "contact_email": "essais@exemple.test",
    "place": "Nancy",
    "size_min": "3",
    "size_target": "4",
    "size_max": "5",
}
#: A spreadsheet of somebody's own: two people with nearly one name, and a wish that could mean either.
PEOPLE = """Prénom et nom;Courriel;Rôles;Avec qui souhaitez-vous être ?
Inès Fictive;ines@exemple.test;Technique;
Inès Fictivo;inesf@exemple.test;Technique;
Basile Inventé;basile@exemple.test;Graphisme;
Colombe Feinte;colombe@exemple.test;Animation;Inès Fictiv
Oscar Supposé;oscar@exemple.test;Terrain;
Rosalie Rêvée;rosalie@exemple.test;Technique, Graphisme;
"""
FROM_PHONE, WITHOUT_SCRIPTS = "Maëlle Imaginée", "Joris Songé"
IMPORTED = [line.partition(";")[0] for line in PEOPLE.splitlines()[1:]]
EVERYBODY = [FROM_PHONE, WITHOUT_SCRIPTS, *IMPORTED]
#: Looks into the outbox, a tenth of a second apart.
PATIENCE = 400
#: Starting Python and the solver on a busy machine takes most of it.
COMPUTED_MS = 90_000


@pytest.fixture(params=["wide window", "phone"])
def organiser(request: pytest.FixtureRequest, visitors: Visitors) -> Page:
    """Whoever organises."""
    return visitors.phone() if request.param == "phone" else visitors.desk()


@pytest.fixture
def scriptless(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A phone on which no script runs."""
    context = browser.new_context(
        base_url=site.origin, java_script_enabled=False, viewport=PHONE, locale="fr-FR", is_mobile=True, has_touch=True
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_from_the_first_word_to_the_results(
    organiser: Page, visitors: Visitors, scriptless: Page, site: RunningSite
) -> None:
    """Create, choose challenges, register, import, settle, form, change, publish, decline, repair, meet, mark, end."""
    home = create(organiser)
    faults = add_challenges(organiser, home)
    event = open_registration(organiser, home)

    somebody = visitors.phone()
    own = register(somebody, event, FROM_PHONE, site)
    scriptless_own = register(scriptless, event, WITHOUT_SCRIPTS, site)
    faults += import_people(organiser, home)
    settle(organiser, home)

    next_phase(organiser, home, "team_formation")
    faults += form(organiser, home)
    move_and_undo(organiser, home)
    publish(organiser, home)

    declined = decline(somebody, own)
    faults += looked_at(somebody)
    repair(organiser, home)
    publish(organiser, home)
    accept(somebody, own, declined)

    next_phase(organiser, home, "event")
    arrive(organiser, home)
    download(organiser, home)
    hand_in(scriptless, scriptless_own)

    next_phase(organiser, home, "judging")
    juror = visitors.phone()
    faults += mark(juror, invite(organiser, home))
    next_phase(organiser, home, "closed")
    faults += look_back(organiser, home, event)
    assert faults == []


def create(page: Page) -> str:
    """An event that nobody else sees; the address of its organisers' pages."""
    page.goto("/hackathons/nouveau")
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    starts = today() + timedelta(days=20)
    write(page, EVENT | {"starts_on": str(starts), "ends_on": str(starts + timedelta(days=1))})
    send(page)
    page.wait_for_url("**/organiser/**")
    home = page.locator("#link").input_value()
    assert page.goto(home) is not None
    expect(page.locator("#link")).to_have_count(0)
    page.goto(f"{home}/modifier")
    write(page, {"criteria": "Utile lundi matin\nBien expliqué"})
    send(page)
    return home


def add_challenges(page: Page, home: str) -> list[str]:
    """One from a need, with one press of a button; one written from nothing."""
    page.goto(f"{home}/defis")
    need = page.locator(".need-list__item").first
    title = need.locator("h3").inner_text()
    need.locator("button[name=need]").click()
    expect(page.locator(".challenge-list")).to_contain_text(title)
    page.goto(f"{home}/defis/nouveau")
    write(page, {"title": "Une tournée annulée se sait à temps", "statement": "Personne ne prévient les familles."})
    write(page, {"role_tech": "1", "role_design": "1", "max_teams": "1"})
    send(page)
    expect(page.locator(".challenge__actions")).to_have_count(2)
    return looked_at(page)


def open_registration(page: Page, home: str) -> str:
    """The address of the public page, which is there from now on."""
    next_phase(page, home, "registration")
    return page.locator("#public-address").input_value()


def register(page: Page, event: str, name: str, site: RunningSite) -> str:
    """Somebody forgets to agree, loses nothing, and gets a mail with the address of their own page."""
    address = f"{name.split(maxsplit=1)[0].lower()}@exemple.test".replace("ë", "e")
    page.goto(event)
    page.locator("a[href$='/inscription']").first.click()
    form = page.locator(".register-form")
    form.locator("#name").fill(name)
    form.locator("#email").fill(address)
    form.locator("#about").fill("Je fais des sites web et je dessine des affiches pour mon association.")
    form.locator("button[name=propose]").click()
    expect(page.locator("#roles input:checked").first).to_be_visible()
    form.locator("#choices-1").select_option(index=2)
    form.locator("#friends").fill("Basile Inventé")
    form.locator(".posting-send button").click()
    expect(page.locator(".error-summary a[href='#consent']")).to_be_visible()
    expect(form.locator("#name")).to_have_value(name)
    form.locator("#consent").check()
    known = len(mails(site.folder))  # of another event, with the same people
    form.locator(".posting-send button").click()
    page.wait_for_url("**/inscription/recue")
    expect(page.locator("h1")).to_be_visible()
    own = link_in(mail_to(address, page, site, known))
    page.goto(own)
    expect(page.locator(".participation h1")).to_be_visible()
    return own


def mail_to(address: str, page: Page, site: RunningSite, known: int) -> EmailMessage:
    """The newest mail to an address beyond the first ``known`` of the outbox; it leaves after the page was answered."""
    for _ in range(PATIENCE):
        found = [mail for mail in mails(site.folder)[known:] if address in str(mail["To"])]
        if found:
            return found[-1]
        page.wait_for_timeout(100)
    raise AssertionError("no mail came")


def import_people(page: Page, home: str) -> list[str]:
    """A file is read, shown, and written only then; sent again it changes nothing."""
    page.goto(f"{home}/inscriptions/import")
    send_file(page)
    expect(page.locator(".import-counts__added dd")).to_have_text(str(len(IMPORTED)))
    found = looked_at(page)
    page.locator("button[form=columns]").click()
    page.wait_for_url("**/resultat*")
    found += looked_at(page)
    page.goto(f"{home}/inscriptions/import")
    send_file(page)
    expect(page.locator(".import-counts__unchanged dd")).to_have_text(str(len(IMPORTED)))
    page.locator("form[action$='/abandonner'] button").click()
    page.goto(f"{home}/inscriptions")
    expect(page.locator(".people tbody tr")).to_have_count(len(EVERYBODY))
    return found


def send_file(page: Page) -> None:
    """The file, as a spreadsheet writes it."""
    page.set_input_files("#file", {"name": "gens.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp1252")})
    page.locator(".import-drop button").click()


def settle(page: Page, home: str) -> None:
    """Of two people with nearly one name, the organiser says which one is meant."""
    page.goto(f"{home}/inscriptions/souhaits")
    question = page.locator(".question")
    expect(question).to_have_count(1)
    expect(question).to_contain_text("Inès Fictivo")
    question.get_by_label("Inès Fictive").check()
    question.locator("button").click()
    expect(page.locator(".question")).to_have_count(0)


def form(page: Page, home: str) -> list[str]:
    """Teams are computed while the page shows how far they are; everybody has one."""
    page.goto(f"{home}/equipes")
    form = page.locator("form.compute")
    form.locator("select").select_option("20")
    form.locator("button").click()
    expect(page.locator(".run-state--on")).to_be_visible()
    found = looked_at(page)
    wait_for_teams(page)
    expect(page.locator(".team__people .member")).to_have_count(len(EVERYBODY))
    return found


def wait_for_teams(page: Page) -> None:
    """From the page of a computation to the board with what it found; the page follows by itself."""
    page.wait_for_url("**/calcul/*")
    done = page.locator(".actions a.button--main[href$='/equipes']")
    expect(done).to_be_visible(timeout=COMPUTED_MS)
    expect(page.locator("[data-rows] tr").first).to_contain_text("%")
    done.click()
    page.wait_for_url("**/equipes")


def move_and_undo(page: Page, home: str) -> None:
    """One person into the other team by the window that needs no mouse; and back."""
    page.goto(f"{home}/equipes")
    teams = page.locator("article.team")
    expect(teams).to_have_count(2)
    sizes = [teams.nth(at).locator(".member").count() for at in (0, 1)]
    larger, other = (teams.nth(at) for at in ((0, 1) if sizes[0] >= sizes[1] else (1, 0)))
    person = larger.locator(".member").first
    there, here = (f"#{team.get_attribute('id')}" for team in (other, larger))
    who, slot = person.get_attribute("id"), other.get_attribute("data-slot")
    person.locator("a[data-move]").click()
    page.locator("#move-to").select_option(slot)
    page.locator("#move-form .button--main").click()
    expect(page.locator(f"{there} #{who}")).to_be_visible()
    page.locator("form[action$='/annuler'] button").click()
    expect(page.locator(f"{here} #{who}")).to_be_visible()


def publish(page: Page, home: str) -> None:
    """What people see from now on; nobody is written to before the second button."""
    page.goto(f"{home}/equipes/publier")
    page.locator(".publication__what .button--main").click()
    expect(page.locator("form[action$='/publier']")).to_have_count(0)
    page.locator("form[action$='/ecrire'] button").click()
    expect(page.locator("form[action$='/ecrire']")).to_have_count(0)
    expect(page.locator("#mails progress")).to_be_visible()


def decline(page: Page, own: str) -> str:
    """The person sees who is with them and why they are there, and gives the place back; its challenge."""
    page.goto(own)
    expect(page.locator(".mates li")).not_to_have_count(0)
    expect(page.locator(".mine__why .reasons li")).not_to_have_count(0)
    challenge = page.locator("#mine-title").inner_text()
    page.locator("button[name=answer][value=declined]").click()
    expect(page.locator(".mine__answer .done")).to_be_visible()
    return challenge


def repair(page: Page, home: str) -> None:
    """Whoever declined is given another challenge, and at most two others move."""
    page.goto(f"{home}/equipes")
    tray = page.locator("#tray")
    expect(tray).to_contain_text(FROM_PHONE)
    tray.locator("form.compute button").click()
    wait_for_teams(page)
    expect(tray).to_have_count(0)
    expect(page.locator(".team__people .member")).to_have_count(len(EVERYBODY))


def accept(page: Page, own: str, before: str) -> None:
    """The new place is that of another challenge, and wants an answer of its own."""
    page.goto(own)
    expect(page.locator("#mine-title")).not_to_have_text(before)
    page.locator("button[name=answer][value=accepted]").click()
    expect(page.locator(".mine__answer .done")).to_be_visible()


def arrive(page: Page, home: str) -> None:
    """By some letters of a name; who did not come is said in one go."""
    page.goto(f"{home}/jour")
    page.locator("#q").press_sequentially("song")
    row = page.locator(".desk-row")
    expect(row).to_have_count(1)
    row.locator("form button").click()
    expect(page.locator(".arrived-now")).to_contain_text(WITHOUT_SCRIPTS)
    page.goto(f"{home}/jour/absents")
    page.get_by_label("Oscar Supposé").check()
    page.locator("main form button.button--main").click()
    expect(page.locator(".done")).to_be_visible()


#: What the organisers fetch, and how each file begins.
FILES = {
    "/equipes/publier": {"tables.pdf": b"%PDF", "badges.pdf": b"%PDF", "export.xlsx": b"PK", "export.json": b"{"},
    "/inscriptions": {"export.csv": b"\xef\xbb\xbf", "export.xlsx": b"PK", "repas.csv": b"\xef\xbb\xbf"},
}


def download(page: Page, home: str) -> None:
    """Every file comes, and is what it says."""
    for where, files in FILES.items():
        page.goto(home + where)
        for name, start in files.items():
            with page.expect_download() as download:
                page.locator(f"main a[href$='/{name}']").click()
            assert download.value.path().read_bytes().startswith(start), name


def hand_in(page: Page, own: str) -> None:
    """A team hands in what it made, from a phone without scripts."""
    page.goto(own)
    page.locator("a[href$='/projet']").click()
    write(page, {"title": "Le téléphone arbre", "text": "Chacun prévient deux personnes.", "team_name": "Les Relais"})
    page.locator(".project-form button").click()
    expect(page.locator(".mine__project")).to_be_visible()


def invite(page: Page, home: str) -> str:
    """The link of a juror."""
    page.goto(f"{home}/resultats")
    page.locator("#jury form #name").fill("Jurée Essai")
    page.locator("#jury .short-form button").click()
    return page.locator("#juror-link").input_value()


def mark(page: Page, link: str) -> list[str]:
    """Each criterion from 0 to 5, by thumb."""
    page.goto(link)
    found = looked_at(page)
    for at, points in enumerate((4, 5)):
        page.locator(f"label:has(input[name=criterion-{at}][value='{points}'])").tap()
    page.locator(".grid-form button").tap()
    expect(page.locator(".grid-form .done")).to_be_visible()
    return found


def look_back(page: Page, home: str, event: str) -> list[str]:
    """What became of a challenge is told, and everybody reads the results."""
    page.goto(f"{home}/resultats")
    found = looked_at(page)
    outcome = page.locator(".outcome").last
    outcome.locator("select").select_option(index=1)
    outcome.locator("button").click()
    page.goto(f"{event}/resultats")
    expect(page.locator(".result-table__mean").last).to_have_text(re.compile("4[.,]5"))
    return found + looked_at(page)


def next_phase(page: Page, home: str, phase: str) -> None:
    """One phase on, by the main button of the organisers' home."""
    page.goto(home)
    page.locator(f"form[action$='/etape'] button.button--main[value={phase}]").click()
    expect(page.locator(f".phase--{phase}")).to_be_visible()


def write(page: Page, values: dict[str, Any]) -> None:
    """Type into the form of the page by the names of its fields."""
    for name, value in values.items():
        box(page, name).fill(value)


def box(page: Page, name: str) -> Locator:
    """The box of a field."""
    return page.locator(f"main form #{name}:is(input, textarea)")


def send(page: Page) -> None:
    """The button that saves."""
    page.locator(".posting-send .button--main").click()


def looked_at(page: Page) -> list[str]:
    """What axe says of a state that only a walk reaches, here and in the other width."""
    open_all(page)
    size = page.viewport_size
    found = violations(page)
    page.set_viewport_size(DESK if size == PHONE else PHONE)
    found += violations(page)
    assert size is not None
    page.set_viewport_size(size)
    return [f"{page.url.rpartition('/')[2][:30]}: {line}" for line in found]
