"""Filling in the forms by the names of their fields, which no translation changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page

ORGANISATION = {
    "organisation-name": "Les Cabas Partagés",
    "organisation-organisation_type": "association",
    "organisation-family": "user_sector",
    "organisation-contact_email": "bonjour@cabas-partages.example",
}


def field(page: Page, name: str) -> Locator:
    """The box of a field, not the hidden ones or the twins that the coach shows."""
    return page.locator(f".posting-form #{name}:is(input, select, textarea)")


def fill(page: Page, values: Mapping[str, Any]) -> None:
    """Type texts, choose options, tick lists of choices."""
    for name, value in values.items():
        if isinstance(value, str):
            box = field(page, name)
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        else:
            for choice in value:
                page.locator(f".posting-form fieldset#{name} input[value={choice}]").check()


def need_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a volunteer would type for a need of the demonstration."""
    texts = {name: row[name] for name in ("problem", "beneficiaries", "tried", "outcome", "constraints") if name in row}
    return {**texts, "place": row["place"]["name"], "kinds": row["kinds"]}


def open_all(page: Page) -> None:
    """Unfold everything that is folded."""
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")


def send(page: Page) -> None:
    """Press the button that publishes or saves."""
    page.locator(".posting-send button.button--main").click()


def post(page: Page, values: Mapping[str, Any], organisation: Mapping[str, str] = ORGANISATION) -> None:
    """Fill in a form that is open and publish it; the author's page follows."""
    fill(page, {**values, **organisation})
    page.locator("#consent").check()
    send(page)
    page.wait_for_url("**/gerer/**")


def publish(page: Page, values: Mapping[str, Any], organisation: Mapping[str, str] = ORGANISATION) -> str:
    """Publish without an account, and give the management link that the author keeps."""
    post(page, values, organisation)
    return page.locator("#link").input_value()
