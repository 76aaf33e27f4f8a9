"""What became of a challenge after its event, as organisers tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from matcher.hackathons.limits import CHALLENGE_TEXTS
from matcher.postings import fields
from matcher.postings.drafts import Draft, parse_draft
from matcher.vocabulary import ChallengeOutcome


class OutcomeDraft(Draft):
    """None: not known yet."""

    outcome: Annotated[ChallengeOutcome | None, fields.choice(ChallengeOutcome)] = None
    note: Annotated[str, fields.paragraphs(CHALLENGE_TEXTS["outcome_note"])] = ""


def parse_outcome(data: Mapping[str, object]) -> OutcomeDraft:
    """Read what a form tells. Raises DraftProblems."""
    return parse_draft(OutcomeDraft, data, date.min)  # no field of it is a day
