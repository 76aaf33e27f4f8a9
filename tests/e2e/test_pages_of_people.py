"""Pages of people and of their answers: axe finds nothing, and they fit into any window, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from matcher.people import AccountRole
from tests.e2e.looking import all_looks
from tests.e2e.territory import RunningSite
from tests.e2e.visitors import Visitors
from tests.web.encounters import Encounter, make_encounter
from tests.web.signing_in import make_account, signed_in

#: Pages of people, in both languages: before they sign in, and those that a link of a mail or of a posting opens.
PEOPLE_PAGES = [
    "/connexion",
    "/connexion/inscription",
    "/connexion/lien",
    "/connexion/mot-de-passe",
    "/chiffres",
    "/donnees-personnelles/registre",
    "need:",
    "need:/reponses",
    "need:/reponses/{offer}",
    "need:/reponses/questions",
    "need:/courriels",
    "need:/donnees",
    "need:/donnees/supprimer",
    "offer:",
    "offer:/reponses",
    "offer:/reponses/{need}",
    "link:/connexion/lien/{open_link}",
    "link:/connexion/confirmer/{confirm}",
    "link:/connexion/mot-de-passe/{reset}",
    "link:/connexion/adresse/{confirm_address}",
    "link:/reponse/{answer}",
    "link:/courriels/{preferences}",
    "link:/courriels/{preferences}/stop",
    "/reponse/perime",
    "/boite-d-envoi",
    "/boite-d-envoi/mail-1",
]
#: Pages behind the sign-in, for an administrator who acts for the need's side.
SIGNED_IN_PAGES = [
    "/compte",
    "/compte/details",
    "/compte/adresse",
    "/compte/mot-de-passe",
    "/compte/securite",
    "/compte/donnees",
    "/compte/donnees/supprimer",
    "/compte/recherches",
    "/compte/organisations/{organisation}",
    "/compte/organisations/{organisation}/quitter",
    "/compte/roles",
    "need:/compte",
    "/animation",
    "/animation/relecture",
    "/animation/relecture/besoin/{need}",
    "/animation/panier",
    "/animation/panier/{case}",
    "/animation/doublons",
    "/animation/doublons/{organisation}/{other_organisation}",
    "/animation/organisations",
    "/animation/parcours",
    "/animation/import",
    "/animation/journal",
]


@pytest.fixture(scope="module")
def encounter(site: RunningSite) -> Encounter:
    """Two sides of the sample that were introduced."""
    ids = [site.ids[key] for key in ("n-minett-figures", "o-mw-dash", "n-global-page")]

    def make() -> Encounter:
        with site.app.test_request_context():
            return make_encounter(*ids)

    return site.aside(make)


def people_address(encounter: Encounter, page: str) -> str:
    """The address of an entry of ``PEOPLE_PAGES``."""
    before, colon, rest = page.partition(":")
    whose, rest = (before, rest) if colon else ("", page)
    links = {endpoint.rpartition(".")[2]: token for endpoint, token in encounter.account_tokens.items()}
    links |= {"answer": encounter.answer_tokens[0], "preferences": encounter.preference_tokens[0]}
    tokens = {"need": encounter.sides[0][0], "offer": encounter.sides[2][0]}
    start = f"/gerer/{tokens[whose]}" if whose in tokens else ""
    return start + rest.format_map({**vars(encounter), **links})


@pytest.fixture(scope="module")
def insider(browser: Browser, site: RunningSite, encounter: Encounter) -> Iterator[Callable[[str], Page]]:
    """As ``reader``, signed in."""
    address = "administration@example.org"

    def enter() -> str:
        with site.app.app_context():
            make_account(site.app, address, AccountRole.ADMINISTRATOR, organisation=encounter.organisation)
        client = signed_in(site.app, address)
        cookie = client.get_cookie("passerelle")
        assert cookie is not None
        return cookie.value

    opened = Visitors(browser, site.origin)
    page = opened.desk()
    page.context.add_cookies([{"name": "passerelle", "value": site.aside(enter), "url": site.origin}])

    def read(path: str) -> Page:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert "/connexion" not in page.url
        return page

    yield read
    opened.leave()
    assert opened.faults == []


@pytest.mark.parametrize("page_name", PEOPLE_PAGES)
def test_nothing_is_wrong_with_pages_of_people(
    reader: Callable[[str], Page], encounter: Encounter, page_name: str
) -> None:
    """Axe finds nothing, and no window is too narrow, in both languages."""
    assert all_looks(reader, people_address(encounter, page_name)) == []


@pytest.mark.parametrize("page_name", SIGNED_IN_PAGES)
def test_nothing_is_wrong_with_pages_behind_the_sign_in(
    insider: Callable[[str], Page], encounter: Encounter, page_name: str
) -> None:
    """As for the pages before it."""
    assert all_looks(insider, people_address(encounter, page_name)) == []
