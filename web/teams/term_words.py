"""The parts of the cost in plain words: a short name for tables, and one sentence that says what is aimed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from matcher.teams.problem import Term

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


class TermWords(NamedTuple):
    """Name and aim of one part of the cost."""

    name: LazyString
    aim: LazyString


TERMS: Final[Mapping[Term, TermWords]] = {
    Term.PREFERENCE: TermWords(_l("Choices"), _l("People work on the challenges that they put first.")),
    Term.ROLES: TermWords(_l("Roles in the team"), _l("Each team has the roles that its challenge wants.")),
    Term.SKILLS: TermWords(_l("Skills in the team"), _l("Somebody in each team has each skill that is wanted.")),
    Term.SENIORS: TermWords(_l("Experienced people"), _l("Each team has at least one experienced person.")),
    Term.EXPERIENCE: TermWords(_l("Balance"), _l("Experience is spread evenly over the teams.")),
    Term.NEWCOMERS: TermWords(
        _l("Newcomers"), _l("No team of newcomers only, and nobody the only newcomer among experienced people.")
    ),
    Term.ORGANISATIONS: TermWords(_l("Mixed organisations"), _l("At most two people of one organisation in a team.")),
    Term.OWNER: TermWords(_l("Whose need it is"), _l("Somebody from the organisation with the need is in the team.")),
    Term.FRIENDS: TermWords(_l("Together"), _l("People who want to be together are in one team.")),
    Term.HALF_DAYS: TermWords(_l("Time in common"), _l("The members are there at the same half-days.")),
    Term.GROUPS: TermWords(_l("Nobody alone"), _l("Nobody is the only one in the team of a group that they declared.")),
    Term.HISTORY: TermWords(_l("New meetings"), _l("People meet others than their teammates of earlier events.")),
    Term.SIZE: TermWords(_l("Team size"), _l("Teams are as large as the event aims at.")),
    Term.STABILITY: TermWords(_l("Few moves"), _l("People stay in the team that was announced to them.")),
    Term.CHALLENGES: TermWords(_l("Challenges served"), _l("Each challenge has a team.")),
    Term.AVOID: TermWords(_l("Kept apart"), _l("Private wishes are respected; only organisers see this line.")),
    Term.LANGUAGE: TermWords(_l("Common language"), _l("Everybody in a team speaks one same language.")),
}
