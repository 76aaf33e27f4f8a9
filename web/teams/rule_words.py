"""Rules, contradictions and ways out in words, for organisers.

Rules about people who are to be kept apart have sentences that name nobody, whoever reads them: the page of the
wishes is the only one that shows these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext, ngettext

from matcher.teams.checker import Broken, Rule
from matcher.teams.contradictions import Conflict, Finding
from matcher.teams.ways_out import Relaxation, Way
from web.teams.naming import Names, language_names
from web.teams.words import team_name

if TYPE_CHECKING:  # it needs the solver, which pages without contradictions do not
    from matcher.teams.conflict_prices import PricedChange
    from matcher.teams.hard_rules import NamedRule

Params = Mapping[str, Any]
Sentence = Callable[[Params, Names], str]


def broken_sentence(broken: Broken, names: Names) -> str:
    """A rule that teams break."""
    return _BROKEN[broken.rule](broken.params, names)


def rule_sentence(rule: NamedRule, names: Names) -> str:
    """What a hard rule asks for."""
    return _ASKED[rule.rule](rule.params, names)


def finding_sentence(finding: Finding, names: Names) -> str:
    """What cannot hold together."""
    return _FINDINGS[finding.conflict](finding.params, names)


def way_sentence(relaxation: Relaxation, names: Names) -> str:
    """A way out, as something to do."""
    if relaxation.private and relaxation.way is not Way.SOFT_AVOID:
        return gettext("Take back a decision about people who are to be kept apart.")
    return _WAYS[relaxation.way](relaxation.params, names)


def price_sentence(price: int) -> str:
    """The price of a way out, in the points that the weights count."""
    return ngettext("costs one point", "costs %(num)s points", price)


def change_sentence(priced: PricedChange, names: Names) -> str:
    """One rule of a contradiction changed or given up, and what the best teams then cost."""
    softened = {**priced.rule.params, **priced.change} if priced.change else None
    asked = rule_sentence(priced.rule, names)
    if softened is None:
        done = gettext("Give up this rule: %(rule)s", rule=asked)
    else:
        done = gettext("Change this rule to: %(rule)s", rule=_ASKED[priced.rule.rule](softened, names))
    if priced.cost is None:
        return gettext("%(done)s This alone does not help.", done=done)
    return ngettext(
        "%(done)s The best teams found then cost one point.",
        "%(done)s The best teams found then cost %(num)s points.",
        priced.cost,
        done=done,
    )


def _person(p: Params, n: Names) -> str:
    return n.person(p["participant"])


def _people(p: Params, n: Names) -> str:
    return n.persons(p["participants"])


def _challenge(p: Params, n: Names) -> str:
    return n.challenge(p["challenge"])


def _team(p: Params, n: Names) -> str:
    return team_name(p["challenge"], p["number"], n)


def _fixed(p: Params, n: Names) -> str:
    if p["number"] is None:
        return gettext("%(name)s is fixed to “%(challenge)s”.", name=_person(p, n), challenge=_challenge(p, n))
    return gettext("%(name)s is fixed to a team. %(team)s.", name=_person(p, n), team=_team(p, n))


def _at_least_members(p: Params, _: Names) -> str:
    return ngettext("A team has at least one member.", "A team has at least %(num)s members.", p["least"])


def _at_most_members(p: Params, _: Names) -> str:
    return ngettext("A team has at most one member.", "A team has at most %(num)s members.", p["most"])


def _kept_apart(_p: Params, _n: Names) -> str:
    return gettext("Some people must be kept apart; the page of the wishes says who.")


def _must_not(p: Params, n: Names) -> str:
    return gettext("%(name)s must not work on “%(challenge)s”.", name=_person(p, n), challenge=_challenge(p, n))


def _one_team(p: Params, n: Names) -> str:
    return gettext("%(names)s come as one team.", names=_people(p, n))


_ASKED: Final[Mapping[Rule, Sentence]] = {
    Rule.TOO_SMALL: _at_least_members,
    Rule.TOO_LARGE: _at_most_members,
    Rule.AVOID: _kept_apart,
    Rule.LOCK: _fixed,
    Rule.NEVER: _must_not,
    Rule.ELIGIBLE: lambda p, n: gettext("Only some people may join “%(challenge)s”.", challenge=_challenge(p, n)),
    Rule.REQUIRED_LANGUAGE: lambda p, n: gettext(
        "Everybody on “%(challenge)s” speaks: %(languages)s.",
        challenge=_challenge(p, n),
        languages=language_names(p["languages"]),
    ),
    Rule.COMMON_LANGUAGE: lambda p, n: gettext("The members of a team have a language in common."),
    Rule.FEWER_TEAMS: lambda p, n: ngettext(
        "At least one team works on “%(challenge)s”.",
        "At least %(num)s teams work on “%(challenge)s”.",
        p["least"],
        challenge=_challenge(p, n),
    ),
    Rule.MORE_TEAMS: lambda p, n: ngettext(
        "At most one team works on “%(challenge)s”.",
        "At most %(num)s teams work on “%(challenge)s”.",
        p["most"],
        challenge=_challenge(p, n),
    ),
    Rule.BLOCK: _one_team,
    Rule.MOVES: lambda p, n: ngettext(
        "At most one person changes team.", "At most %(num)s people change team.", p["most"]
    ),
}

_BROKEN: Final[Mapping[Rule, Sentence]] = {
    Rule.PLACE: lambda p, n: gettext("%(name)s has no team.", name=_person(p, n)),
    Rule.SLOT: lambda p, n: gettext("This team cannot exist. %(team)s.", team=_team(p, n)),
    Rule.STRANGER: lambda p, n: gettext("%(name)s has a team but does not take part.", name=_person(p, n)),
    Rule.TOO_SMALL: lambda p, n: ngettext(
        "%(team)s has only one member; the least is %(least)s.",
        "%(team)s has only %(num)s members; the least is %(least)s.",
        p["size"],
        team=_team(p, n),
        least=p["least"],
    ),
    Rule.TOO_LARGE: lambda p, n: ngettext(
        "%(team)s has %(num)s member; the most is %(most)s.",
        "%(team)s has %(num)s members; the most is %(most)s.",
        p["size"],
        team=_team(p, n),
        most=p["most"],
    ),
    Rule.AVOID: lambda p, n: gettext("People who must be kept apart are together; the page of the wishes says who."),
    Rule.LOCK: lambda p, n: gettext("%(name)s is not in the team that was fixed.", name=_person(p, n)),
    Rule.NEVER: _must_not,
    Rule.ELIGIBLE: lambda p, n: gettext(
        "%(name)s may not join “%(challenge)s”.", name=_person(p, n), challenge=_challenge(p, n)
    ),
    Rule.REQUIRED_LANGUAGE: lambda p, n: gettext(
        "%(name)s does not speak %(languages)s, which “%(challenge)s” requires.",
        name=_person(p, n),
        challenge=_challenge(p, n),
        languages=language_names(p["languages"]),
    ),
    Rule.COMMON_LANGUAGE: lambda p, n: gettext("%(team)s has no language in common.", team=_team(p, n)),
    Rule.FEWER_TEAMS: lambda p, n: ngettext(
        "%(num)s team works on “%(challenge)s”; the least is %(least)s.",
        "%(num)s teams work on “%(challenge)s”; the least is %(least)s.",
        p["teams"],
        challenge=_challenge(p, n),
        least=p["least"],
    ),
    Rule.MORE_TEAMS: lambda p, n: ngettext(
        "%(num)s team works on “%(challenge)s”; the most is %(most)s.",
        "%(num)s teams work on “%(challenge)s”; the most is %(most)s.",
        p["teams"],
        challenge=_challenge(p, n),
        most=p["most"],
    ),
    Rule.BLOCK: lambda p, n: gettext("%(names)s come as one team but are apart.", names=_people(p, n)),
    Rule.MOVES: lambda p, n: ngettext(
        "One person changes team; the most is %(most)s.",
        "%(num)s people change team; the most is %(most)s.",
        p["moves"],
        most=p["most"],
    ),
}

_WAYS: Final[Mapping[Way, Sentence]] = {
    Way.SIZE_MIN: lambda p, n: ngettext("Allow teams of one.", "Allow teams of %(num)s.", p["size"]),
    Way.SIZE_MAX: lambda p, n: ngettext("Allow teams of up to one.", "Allow teams of up to %(num)s.", p["size"]),
    Way.MAX_TEAMS: lambda p, n: ngettext(
        "Allow one team on “%(challenge)s”.",
        "Allow up to %(num)s teams on “%(challenge)s”.",
        p["teams"],
        challenge=_challenge(p, n),
    ),
    Way.MIN_TEAMS: lambda p, n: ngettext(
        "Be content with %(num)s team on “%(challenge)s”.",
        "Be content with %(num)s teams on “%(challenge)s”.",
        p["teams"],
        challenge=_challenge(p, n),
    ),
    Way.DROP_LOCKS: lambda p, n: gettext("Let go of the fixed places of these people: %(names)s.", names=_people(p, n)),
    Way.WIDEN_LOCK: lambda p, n: gettext(
        "Let %(name)s be in any team on “%(challenge)s”.", name=_person(p, n), challenge=_challenge(p, n)
    ),
    Way.ADMIT: lambda p, n: gettext(
        "Let %(name)s join “%(challenge)s”.", name=_person(p, n), challenge=_challenge(p, n)
    ),
    Way.COMMON_LANGUAGE: lambda p, n: gettext("Accept teams without a common language where nothing else is possible."),
    Way.SOFT_AVOID: lambda p, n: gettext("Treat a wish to be kept apart as a wish, no longer as a rule."),
    Way.SPLIT_BLOCK: lambda p, n: gettext("Let these people be in different teams: %(names)s.", names=_people(p, n)),
    Way.MAX_MOVES: lambda p, n: ngettext(
        "Let one person change team.", "Let up to %(num)s people change team.", p["moves"]
    ),
}

_FINDINGS: Final[Mapping[Conflict, Sentence]] = {
    Conflict.NO_TEAMS: lambda p, n: gettext("No challenge may have a team."),
    Conflict.SIZES: lambda p, n: ngettext(
        "One person cannot be split into teams of %(least)s to %(most)s.",
        "%(num)s people cannot be split into teams of %(least)s to %(most)s.",
        p["people"],
        least=p["least"],
        most=p["most"],
    ),
    Conflict.FORCED_TEAMS: lambda p, n: ngettext(
        "The challenges ask for %(teams)s teams of at least %(least)s, and one person takes part.",
        "The challenges ask for %(teams)s teams of at least %(least)s, and %(num)s people take part.",
        p["people"],
        teams=p["teams"],
        least=p["least"],
    ),
    Conflict.TOO_FEW_FOR_CHALLENGE: lambda p, n: ngettext(
        "“%(challenge)s” asks for %(teams)s teams, and only one person may join it.",
        "“%(challenge)s” asks for %(teams)s teams, and only %(num)s people may join it.",
        p["people"],
        challenge=_challenge(p, n),
        teams=p["teams"],
    ),
    Conflict.NO_PLACE: lambda p, n: gettext(
        "%(name)s may not join any challenge that can have a team.", name=_person(p, n)
    ),
    Conflict.CROWDED: lambda p, n: ngettext(
        "One person may only join these challenges, where there is room for %(room)s: %(challenges)s.",
        "%(num)s people may only join these challenges, where there is room for %(room)s: %(challenges)s.",
        p["people"],
        room=p["room"],
        challenges=", ".join(n.challenge(each) for each in p["challenges"]),
    ),
    Conflict.LOCK_AGAINST_RULE: lambda p, n: gettext(
        "%(name)s is fixed to “%(challenge)s” but may not join it.", name=_person(p, n), challenge=_challenge(p, n)
    ),
    Conflict.LOCK_WITHOUT_TEAM: lambda p, n: gettext(
        "%(name)s is fixed to a team that cannot exist. %(team)s.", name=_person(p, n), team=_team(p, n)
    ),
    Conflict.LOCKS_OVERFILL: lambda p, n: ngettext(
        "One person is fixed to this team, and the most is %(most)s. %(team)s.",
        "%(num)s people are fixed to this team, and the most is %(most)s. %(team)s.",
        p["people"],
        most=p["most"],
        team=_team(p, n),
    ),
    Conflict.LOCKS_AVOID: lambda p, n: gettext(
        "People who must be kept apart are fixed to one team; the page of the wishes says who."
    ),
    Conflict.LOCKS_LANGUAGE: lambda p, n: gettext(
        "The people who are fixed to this team have no language in common. %(team)s.", team=_team(p, n)
    ),
    Conflict.BLOCK_TOO_LARGE: lambda p, n: gettext(
        "%(names)s come as one team, and the most is %(most)s people.", names=_people(p, n), most=p["most"]
    ),
    Conflict.BLOCK_LOCKS: lambda p, n: gettext(
        "%(names)s come as one team but are fixed to different ones.", names=_people(p, n)
    ),
    Conflict.BLOCK_PLACES: lambda p, n: gettext(
        "%(names)s come as one team, and there is no challenge that all of them may join.", names=_people(p, n)
    ),
    Conflict.BLOCK_LANGUAGE: lambda p, n: gettext(
        "%(names)s come as one team but have no language in common.", names=_people(p, n)
    ),
    Conflict.BLOCK_AVOID: lambda p, n: gettext(
        "People who must be kept apart come as one team; the page of the wishes says who."
    ),
    Conflict.LANGUAGE: lambda p, n: gettext(
        "Too few people speak a language of %(names)s for a team of %(least)s.", names=_people(p, n), least=p["least"]
    ),
    Conflict.MOVES: lambda p, n: ngettext(
        "At least one person must change team, and the most is %(most)s.",
        "At least %(num)s people must change team, and the most is %(most)s.",
        p["moves"],
        most=p["most"],
    ),
    Conflict.FRIENDS_APART: lambda p, n: gettext(
        "%(names)s want to be together, which other rules do not allow.", names=n.persons((p["first"], p["second"]))
    ),
    Conflict.FRIENDS_AVOID: lambda p, n: gettext(
        "A wish to be together stands against a wish to be kept apart; the page of the wishes says whose."
    ),
    Conflict.FRIENDS_TOO_MANY: lambda p, n: gettext(
        "%(names)s want to be together, and the most is %(most)s people.", names=_people(p, n), most=p["most"]
    ),
}
