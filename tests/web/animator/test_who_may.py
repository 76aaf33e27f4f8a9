"""Who may open the animator's pages: the table of permissions, asked with every role."""

from __future__ import annotations

import pytest

from matcher.people import AccountRole
from tests.web.animator.working import case_opened, look_wanted, signed_in
from tests.web.territory import Territory
from web.assets import Site

FOR_ANIMATORS = [
    "/animation/relecture",
    "/animation/relecture/export.csv",
    "/animation/doublons",
    "/animation/doublons/export.json",
    "/animation/organisations",
    "/animation/organisations/export.xlsx",
    "/animation/parcours",
    "/animation/parcours/export.csv",
    "/animation/import",
    "/animation/journal",
    "/animation/journal/export.json",
]
FOR_SUPPORT = ["/animation", "/animation/panier", "/animation/panier/export.csv"]
POSTS_FOR_ANIMATORS = [
    "/animation/relecture/besoin/1",
    "/animation/doublons/1/2/reunir",
    "/animation/doublons/1/2/distinctes",
    "/animation/organisations/1/verifier",
    "/animation/import/x/confirmer",
    "/animation/import/x/colonnes",
    "/animation/import/x/abandonner",
]
POSTS_FOR_SUPPORT = [f"/animation/panier/1/{act}" for act in ("prendre", "laisser", "note", "clore", "proposer")]
POSTS_FOR_SUPPORT.append("/animation/panier/chercher")


@pytest.mark.parametrize("role", [AccountRole.ANIMATOR, AccountRole.ADMINISTRATOR])
@pytest.mark.parametrize("address", FOR_ANIMATORS + FOR_SUPPORT)
def test_animators_and_administrators_open_every_page(app: Site, role: AccountRole, address: str) -> None:
    """Every page and every file answers."""
    client, _ = signed_in(app, role)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", FOR_SUPPORT)
def test_support_bodies_see_the_basket(app: Site, address: str) -> None:
    """What waits and the basket are for support bodies too."""
    client, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", FOR_ANIMATORS)
def test_support_bodies_see_nothing_else(app: Site, address: str) -> None:
    """Looks, duplicates, figures, imports and the log are not theirs."""
    client, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("roles", [(), (AccountRole.ORGANISER,)])
@pytest.mark.parametrize("address", FOR_ANIMATORS + FOR_SUPPORT)
def test_other_accounts_are_refused(app: Site, roles: tuple[AccountRole, ...], address: str) -> None:
    """A member without a role, and an organiser, get 403."""
    client, _ = signed_in(app, *roles)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", FOR_ANIMATORS + FOR_SUPPORT)
def test_strangers_are_led_to_sign_in(app: Site, address: str) -> None:
    """Nobody who is not signed in sees anything."""
    answer = app.test_client().get(address)
    assert answer.status_code == 303
    assert "/connexion" in answer.location


@pytest.mark.parametrize("address", POSTS_FOR_ANIMATORS)
def test_no_act_of_animators_is_open_to_support_bodies(app: Site, address: str) -> None:
    """What changes something is refused before anything is looked at."""
    app.config["WTF_CSRF_ENABLED"] = False
    client, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    assert client.post(address).status_code == 403


@pytest.mark.parametrize("address", POSTS_FOR_ANIMATORS + POSTS_FOR_SUPPORT)
def test_no_act_is_open_to_accounts_without_a_role(app: Site, address: str) -> None:
    """What changes something is refused before anything is looked at."""
    app.config["WTF_CSRF_ENABLED"] = False
    client, _ = signed_in(app)
    assert client.post(address).status_code == 403


@pytest.mark.parametrize("address", POSTS_FOR_ANIMATORS + POSTS_FOR_SUPPORT)
def test_every_change_needs_its_token(app: Site, address: str) -> None:
    """A form that another site sends changes nothing."""
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    assert client.post(address).status_code == 400


@pytest.mark.parametrize("address", POSTS_FOR_ANIMATORS[1:] + POSTS_FOR_SUPPORT)
def test_nothing_changes_by_reading(app: Site, address: str) -> None:
    """Addresses of acts answer no GET."""
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    assert client.get(address).status_code in {404, 405}


def test_a_support_body_sees_no_contact_and_no_name_that_is_withheld(app: Site, territory: Territory) -> None:
    """An anonymous need in the basket stays anonymous, and no contact is shown."""
    number = case_opened(app, territory.needs["rounds"])
    client, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    for address in ("/animation/panier", f"/animation/panier/{number}", "/animation/panier/export.csv"):
        page = client.get(address).text
        assert "Fédération des Deux Vallées" not in page
        assert "confidentielle" not in page.lower()


def test_the_parts_shown_are_those_that_open(app: Site, territory: Territory) -> None:
    """A support body is offered no link that would be refused."""
    look_wanted(app, territory.needs["website"])
    page = signed_in(app, AccountRole.SUPPORT_BODY)[0].get("/animation").text
    assert "/animation/panier" in page
    assert "/animation/relecture" not in page
    assert "/animation/journal" not in page
