"""The record of processing (GDPR, article 30) as data: what is done with personal data, why, and for how long.

The sentences that go with the codes are those of ``web.privacy.register_words``; page and ``docs/privacy.md`` are made
of both. Every table of the schema belongs to one processing or holds nothing about a person; a test looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matcher.privacy import retention


class Processing(StrEnum):
    """What personal data are used for."""

    POSTINGS = "postings"
    INTRODUCTIONS = "introductions"
    MAILS = "mails"
    ACCOUNTS = "accounts"
    OVERSIGHT = "oversight"
    HACKATHONS = "hackathons"
    STATISTICS = "statistics"
    LOGS = "logs"


class Basis(StrEnum):
    """What allows it (GDPR, article 6.1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. ``months`` is the longest keeping after the last activity, None where words tell it."""

    processing: Processing
    basis: Basis
    months: int | None
    tables: frozenset[str]


def _entry(processing: Processing, basis: Basis, months: int | None, tables: str = "") -> Entry:
    return Entry(processing, basis, months, frozenset(tables.split()))


REGISTER: Final = (
    _entry(
        Processing.POSTINGS,
        Basis.CONSENT,
        retention.POSTING_MONTHS,
        "organisation need offer need_skill need_theme offer_skill offer_theme embedding proposal",
    ),
    _entry(
        Processing.INTRODUCTIONS,
        Basis.CONTRACT,
        retention.THREAD_MONTHS,
        "introduction introduction_event thread_message posting_question",
    ),
    _entry(Processing.MAILS, Basis.CONTRACT, retention.MAIL_MONTHS, "mail mail_preference saved_search"),
    _entry(
        Processing.ACCOUNTS,
        Basis.CONTRACT,
        retention.ACCOUNT_MONTHS,
        "account account_role passkey membership invitation",
    ),
    _entry(Processing.OVERSIGHT, Basis.INTEREST, None, "review support_case audit_entry"),
    _entry(
        Processing.HACKATHONS,
        Basis.CONSENT,
        None,
        "hackathon half_day challenge challenge_role challenge_skill registration registration_skill "
        "registration_choice wish team_plan current_plan team_run team_place submission mark juror "
        "hackathon_organiser organiser_invitation",
    ),
    _entry(Processing.STATISTICS, Basis.INTEREST, None, "past_count"),
    _entry(Processing.LOGS, Basis.INTEREST, None),
)

#: Tables that hold nothing about anybody: vocabularies, places, numbers of rows, how far a job has come.
NOT_PERSONAL: Final = frozenset({"place", "skill", "theme", "change", "job_mark", "column_mapping"})
