"""A copy of everything for the person whom it is about, and nothing about anybody else."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.privacy.exporting import export_account, export_organisation, export_posting, export_registration
from matcher.store import Registration
from matcher.store.session import writing
from tests.hackathons import make_hackathon, make_registration
from tests.matcher.privacy.people import OTHER, OWN, account, introduced, mail


def text_of(data: dict[str, Any]) -> str:
    """The file as it is sent: plain JSON."""
    return json.dumps(data, ensure_ascii=False)


def test_a_posting_comes_with_its_pairs_thread_and_mails(session: Session) -> None:
    """What the side typed, what happened, what was sent to it; in JSON without further ado."""
    people = introduced(session)
    data = export_posting(session, people.need)
    assert (data["format"], data["version"]) == ("passerelle-posting", 1)
    assert data["organisation"]["contact_email"] == OWN
    posting = data["posting"]
    assert (posting["kind"], posting["told"]["title"]) == ("need", people.need.title)
    assert posting["proposals"][0]["other"] == {"kind": "offer", "id": people.offer.id}
    assert posting["review"]["remark"] == "own review"
    (pair,) = posting["introductions"]
    assert [event["kind"] for event in pair["events"]] == [
        "interested", "interested", "introduced", "outcome", "outcome",
    ]  # fmt: skip
    assert [(each["from"], each["text"]) for each in pair["messages"]] == [
        ("you", "own words"),
        ("the other side", "words of the other"),
    ]
    assert [(each["to"], each["text"]) for each in pair["mails"]] == [(OWN, "own text")]
    assert {"own detail", "own remark"} <= {event.get("text") for event in pair["events"]}


def test_what_the_other_side_told_for_itself_is_not_in_the_file(session: Session) -> None:
    """Its contact, its remark on the outcome, its answer to “without us?”, its mails."""
    people = introduced(session)
    for data in (export_posting(session, people.need), export_organisation(session, people.own)):
        text = text_of(data)
        for private in (OTHER, "Basile", "remark of the other", "other text"):
            assert private not in text
        pair = (data.get("posting") or data["postings"][0])["introductions"][0]
        assert all("counterfactual" not in event for event in pair["events"] if event["actor"] == "offer")
    theirs = text_of(export_posting(session, people.offer))
    assert not [private for private in (OWN, "Ottilie", "own remark", "own review", "own text") if private in theirs]


def test_an_account_has_everything_of_its_organisations(session: Session) -> None:
    """Memberships with their role, postings, mails to its address, consent with its version."""
    people = introduced(session)
    data = export_account(session, people.account)
    assert data["account"]["email"] == OWN
    assert data["account"]["consent"] == {"version": "2026-11", "given_at": people.account.consented_at.isoformat()}
    assert [(row["organisation"], row["role"]) for row in data["memberships"]] == [("À nous", "manager")]
    assert data["organisations"][0]["postings"][0]["told"]["title"] == people.need.title
    assert [row["to"] for row in data["mails"]] == [OWN]
    text = text_of(data)
    assert OTHER not in text
    for secret in ("session_name", "password", "authenticator"):
        assert secret not in text


def test_a_colleague_is_not_in_the_file(session: Session) -> None:
    """Accounts of the same organisation are somebody else."""
    people = introduced(session)
    account(session, people.own, "colleague@own.example")
    assert "colleague@own.example" not in text_of(export_account(session, people.account))
    assert "colleague@own.example" not in text_of(export_organisation(session, people.own))


def test_registrations_are_found_by_a_confirmed_address_alone(session: Session) -> None:
    """Somebody who typed another's address does not get what that person told for a hackathon."""
    people = introduced(session)
    event = make_hackathon(session)
    make_registration(session, event, "Ottilie", email=OWN, diet="sans noix", note="a note of the organisers")
    make_registration(session, event, "Basile", email=OTHER)
    data = export_account(session, people.account)
    assert [row["told"]["name"] for row in data["registrations"]] == ["Ottilie"]
    assert data["registrations"][0]["told"]["diet"] == "sans noix"
    assert "a note of the organisers" not in text_of(data)
    with writing(session):
        people.account.confirmed_at = None
    assert export_account(session, people.account)["registrations"] == []


def test_a_registration_by_itself(session: Session) -> None:
    """What was told, the consent, and the place in a team."""
    event = make_hackathon(session)
    make_registration(session, event, "Ottilie", email=OWN, consent_version="2026-11")
    data = export_registration(session, session.scalars(select(Registration)).one())
    assert data["format"] == "passerelle-registration"
    assert (data["told"]["email"], data["consent"]["version"], data["place"]) == (OWN, "2026-11", None)


def test_mails_to_the_address_that_name_no_organisation_are_found(session: Session) -> None:
    """By the blind index: such as a sign-in link."""
    people = introduced(session)
    with writing(session):
        session.add(mail(None, OWN.upper(), "sign-in"))
    assert len(export_account(session, people.account)["mails"]) == 2
