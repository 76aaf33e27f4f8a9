"""What a copy of somebody's data holds, in numbers and a few lines to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext, ngettext

Data = Mapping[str, Any]


class Row(NamedTuple):
    """What is kept, what it is in this case, and who sees it."""

    what: str
    kept: str
    seen_by: str


def posting_rows(data: Data) -> list[Row]:
    """Lines for the holder of a posting's link; ``data`` is that of ``export_posting``."""
    posting, organisation = data["posting"], data["organisation"]
    return [
        Row(gettext("The posting"), str(posting["told"]["title"]), gettext("Everybody")),
        Row(gettext("Organisation"), str(organisation["name"]), _organisation_seen_by(posting)),
        _contact(organisation),
        *_pairs([posting]),
        _mails([mail for pair in posting["introductions"] for mail in pair["mails"]]),
    ]


def account_rows(data: Data) -> list[Row]:
    """Lines for the holder of an account; ``data`` is that of ``export_account``."""
    organisations: Sequence[Data] = data["organisations"]
    postings = [posting for each in organisations for posting in each["postings"]]
    account = data["account"]
    contacts = [_contact(each["organisation"]) for each in organisations]
    return [
        Row(gettext("E-mail address"), str(account["email"]), gettext("Colleagues of the same organisation")),
        Row(gettext("Name"), str(account["name"]), gettext("Colleagues, and the other side of an introduction")),
        Row(
            gettext("Organisations"),
            ", ".join(str(row["organisation"]) for row in data["memberships"]) or gettext("none"),
            gettext("Everybody, but for needs that you post anonymously"),
        ),
        *dict.fromkeys(contacts),
        Row(gettext("Needs and offers"), str(len(postings)), gettext("Everybody")),
        *_pairs(postings),
        _mails([*data["mails"], *(mail for each in organisations for mail in each["mails"])]),
        Row(gettext("Saved searches"), str(len(data["saved_searches"])), gettext("You alone")),
        Row(
            gettext("Registrations for hackathons with this address"),
            str(len(data["registrations"])),
            gettext("The organisers of the event"),
        ),
    ]


def _organisation_seen_by(posting: Data) -> str:
    return gettext("Nobody: this need is anonymous") if posting["told"].get("anonymous") else gettext("Everybody")


def _contact(organisation: Data) -> Row:
    told = ", ".join(text for text in (organisation["contact_name"], organisation["contact_email"]) if text)
    return Row(
        gettext("Contact of the organisation"),
        told or gettext("none"),
        gettext("The other side, once both said yes"),
    )


def _pairs(postings: Sequence[Data]) -> list[Row]:
    both = gettext("The two sides")
    pairs = [pair for posting in postings for pair in posting["introductions"]]
    messages = sum(len(pair["messages"]) for pair in pairs)
    proposals = sum(len(posting["proposals"]) for posting in postings)
    return [
        Row(gettext("Proposals"), str(proposals), both),
        Row(gettext("Answers and introductions"), str(len(pairs)), both),
        Row(gettext("Messages"), str(messages), both),
    ]


def _mails(mails: Sequence[Data]) -> Row:
    told = ngettext("%(num)s mail", "%(num)s mails", len(mails))
    return Row(gettext("Mails from the site"), told, gettext("Whom they were sent to"))
