"""Sentences about teams, in the reader's language: why they are so, what they lack, what a change would do.

:func:`sentence` is neutral, for organisers' pages; :func:`own_sentence` speaks to the person whom it is about. What
each reader may get is decided by :mod:`matcher.teams.explanations`, not here: no sentence of this module is about a
wish to avoid somebody. Rules and ways out have theirs in :mod:`web.teams.rule_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext, ngettext

from matcher.teams.messages import Key, Message, Verdict
from web.teams.naming import CHOICES, SKILL_LEVELS, Names, role_noun

Values = Mapping[str, Any]
Sentence = Callable[[Values, Names], str]


def sentence(message: Message, names: Names) -> str:
    """The message for somebody who looks at everybody, with what is known of whether it could be otherwise."""
    return _with_verdict(_SENTENCES[message.key](message.values, names), message.values)


def own_sentence(message: Message, names: Names) -> str:
    """The message for the person whom it is about."""
    spoken = _OWN.get(message.key, _SENTENCES[message.key])
    return _with_verdict(spoken(message.values, names), message.values)


def team_name(challenge: str, number: int, names: Names) -> str:
    """A team at the beginning of a sentence."""
    return gettext("Team %(number)s on “%(challenge)s”", number=number, challenge=names.challenge(challenge))


def verdict_sentence(verdict: Verdict) -> str:
    """Whether something that is missing could be there."""
    return _VERDICTS[verdict]()


def _with_verdict(said: str, values: Values) -> str:
    verdict = values.get("verdict")
    if verdict is None:
        return said
    unavoidable = int(values.get("unavoidable", 0))
    if verdict == Verdict.OPEN and unavoidable:
        more = ngettext(
            "One of those missing could not be avoided; counting does not settle the rest.",
            "%(num)s of those missing could not be avoided; counting does not settle the rest.",
            unavoidable,
        )
    else:
        more = verdict_sentence(Verdict(verdict))
    return f"{said} {more}"


_VERDICTS: Final[Mapping[Verdict, Callable[[], str]]] = {
    Verdict.UNAVOIDABLE: lambda: gettext("No other teams could avoid this."),
    Verdict.WITH_THESE_TEAMS: lambda: gettext("With as many teams on these challenges it cannot be avoided."),
    Verdict.OPEN: lambda: gettext("Counting does not settle whether it could be avoided."),
}


def _team(values: Values, names: Names) -> str:
    return team_name(values["challenge"], values["number"], names)


def _choice(values: Values) -> str:
    return str(CHOICES[values["rank"]])


def _challenge(values: Values, names: Names) -> str:
    return names.challenge(values["challenge"])


def _level(values: Values) -> str:
    return str(SKILL_LEVELS[values["level"]])


def _has_role(v: Values, _: Names) -> str:
    return ngettext(
        "One person for %(role)s", "%(num)s people for %(role)s", v["members"], role=role_noun(v["role"])
    )  # fmt: skip


def _lacks_role(v: Values, _: Names) -> str:
    if not v["members"]:
        return gettext("Nobody for %(role)s.", role=role_noun(v["role"]))
    return ngettext(
        "One person is missing for %(role)s.",
        "%(num)s people are missing for %(role)s.",
        v["missing"],
        role=role_noun(v["role"]),
    )


def _few_half_days(v: Values, _: Names) -> str:
    return ngettext(
        "The members have one half-day too few in common.",
        "The members have %(num)s half-days too few in common.",
        v["missing"],
    )


def _would_lack_role(v: Values, names: Names) -> str:
    return ngettext(
        "%(team)s would lack one person for %(role)s.",
        "%(team)s would lack %(num)s people for %(role)s.",
        v["missing"],
        team=_team(v, names),
        role=role_noun(v["role"]),
    )


def _would_have_few_half_days(v: Values, names: Names) -> str:
    return ngettext(
        "%(team)s would have one half-day too few in common.",
        "%(team)s would have %(num)s half-days too few in common.",
        v["missing"],
        team=_team(v, names),
    )


def _short(of_what: str, v: Values) -> str:
    """So many teams without it, wanted and available."""
    lacking = ngettext(
        "%(num)s team of %(all)s lacks %(what)s", "%(num)s teams of %(all)s lack %(what)s",
        v["teams"], all=v["of_teams"], what=of_what,
    )  # fmt: skip
    return gettext(
        "%(lacking)s: %(wanted)s wanted, %(available)s there.",
        lacking=lacking,
        wanted=v["wanted"],
        available=v["available"],
    )


def _costs(v: Values, names: Names) -> str:
    return ngettext(
        "“%(challenge)s”, %(choice)s: the best single change makes the whole one point worse.",
        "“%(challenge)s”, %(choice)s: the best single change makes the whole %(num)s points worse.",
        v["cost"],
        challenge=_challenge(v, names),
        choice=_choice(v),
    )


def _own_costs(v: Values, names: Names) -> str:
    return ngettext(
        "To give you “%(challenge)s”, your %(choice)s, the best single change makes the whole one point worse.",
        "To give you “%(challenge)s”, your %(choice)s, the best single change makes the whole %(num)s points worse.",
        v["cost"],
        challenge=_challenge(v, names),
        choice=_choice(v),
    )


_SENTENCES: Final[Mapping[Key, Sentence]] = {
    Key.HAS_ROLE: _has_role,
    Key.HAS_SKILL: lambda v, n: gettext(
        "Skill “%(skill)s”, level: %(level)s", skill=n.skill(v["skill"]), level=_level(v)
    ),
    Key.LACKS_ROLE: _lacks_role,
    Key.LACKS_SKILL: lambda v, n: gettext(
        "Nobody with the skill “%(skill)s” at this level: %(level)s.", skill=n.skill(v["skill"]), level=_level(v)
    ),
    Key.LACKS_SENIOR: lambda v, n: gettext("No experienced person."),
    Key.LACKS_OWNER: lambda v, n: gettext(
        "Nobody from %(organisation)s, whose need it is.", organisation=n.organisation(v["organisation"])
    ),
    Key.UNEVEN_EXPERIENCE: lambda v, n: ngettext(
        "Experience is one point off the average of the event.",
        "Experience is %(num)s points off the average of the event.",
        v["points"],
    ),
    Key.ALL_NEWCOMERS: lambda v, n: gettext("Everybody is at their first hackathon."),
    Key.LONE_NEWCOMER: lambda v, n: gettext("One newcomer among experienced people only."),
    Key.SAME_ORGANISATION: lambda v, n: ngettext(
        "%(num)s member comes from %(organisation)s.",
        "%(num)s members come from %(organisation)s.",
        v["members"],
        organisation=n.organisation(v["organisation"]),
    ),
    Key.FEW_HALF_DAYS: _few_half_days,
    Key.LONE_OF_GROUP: lambda v, n: ngettext(
        "One person is the only one of a group that they declared.",
        "%(num)s people are the only ones of a group that they declared.",
        v["groups"],
    ),
    Key.REPEATED_TEAMMATES: lambda v, n: ngettext(
        "Two members were teammates before.", "%(num)s pairs of members were teammates before.", v["pairs"]
    ),
    Key.OFF_SIZE: lambda v, n: ngettext(
        "%(num)s member, where %(target)s are aimed at.",
        "%(num)s members, where %(target)s are aimed at.",
        v["members"],
        target=v["target"],
    ),
    Key.NO_LANGUAGE: lambda v, n: gettext("No language is spoken by everybody."),
    Key.WOULD_LOSE_LAST_ROLE: lambda v, n: gettext(
        "%(team)s would lose its only person for %(role)s.", team=_team(v, n), role=role_noun(v["role"])
    ),
    Key.WOULD_LACK_ROLE: _would_lack_role,
    Key.WOULD_LACK_SKILL: lambda v, n: gettext(
        "%(team)s would have nobody with the skill “%(skill)s” at the level wanted.",
        team=_team(v, n),
        skill=n.skill(v["skill"]),
    ),
    Key.WOULD_LACK_SENIOR: lambda v, n: gettext("%(team)s would have no experienced person.", team=_team(v, n)),
    Key.WOULD_LACK_OWNER: lambda v, n: gettext(
        "%(team)s would have nobody from %(organisation)s, whose need it is.",
        team=_team(v, n),
        organisation=n.organisation(v["organisation"]),
    ),
    Key.WOULD_BE_UNEVEN: lambda v, n: ngettext(
        "The experience of the members would be one point off the average: %(team)s.",
        "The experience of the members would be %(num)s points off the average: %(team)s.",
        v["points"],
        team=_team(v, n),
    ),
    Key.WOULD_BE_ALL_NEWCOMERS: lambda v, n: gettext("%(team)s would have newcomers only.", team=_team(v, n)),
    Key.WOULD_HAVE_LONE_NEWCOMER: lambda v, n: gettext(
        "%(team)s would have one newcomer among experienced people only.", team=_team(v, n)
    ),
    Key.WOULD_HAVE_SAME_ORGANISATION: lambda v, n: ngettext(
        "%(team)s would have %(num)s member from %(organisation)s.",
        "%(team)s would have %(num)s members from %(organisation)s.",
        v["members"],
        team=_team(v, n),
        organisation=n.organisation(v["organisation"]),
    ),
    Key.WOULD_HAVE_FEW_HALF_DAYS: _would_have_few_half_days,
    Key.WOULD_HAVE_LONE_OF_GROUP: lambda v, n: ngettext(
        "%(team)s would have one person who is the only one of a group that they declared.",
        "%(team)s would have %(num)s people who are the only ones of a group that they declared.",
        v["groups"],
        team=_team(v, n),
    ),
    Key.WOULD_REPEAT_TEAMMATES: lambda v, n: ngettext(
        "%(team)s would bring together two people who were teammates before.",
        "%(team)s would bring together %(num)s pairs of people who were teammates before.",
        v["pairs"],
        team=_team(v, n),
    ),
    Key.WOULD_BE_OFF_SIZE: lambda v, n: ngettext(
        "%(team)s would have %(num)s member, where %(target)s are aimed at.",
        "%(team)s would have %(num)s members, where %(target)s are aimed at.",
        v["members"],
        team=_team(v, n),
        target=v["target"],
    ),
    Key.WOULD_HAVE_NO_LANGUAGE: lambda v, n: gettext("%(team)s would have no language in common.", team=_team(v, n)),
    Key.WOULD_COST_A_WISH: lambda v, n: gettext("Somebody would get a challenge that they like less."),
    Key.WOULD_PART_FRIENDS: lambda v, n: gettext("People who want to be together would be parted."),
    Key.WOULD_END_CHALLENGE: lambda v, n: gettext(
        "No team would be left on “%(challenge)s”.", challenge=_challenge(v, n)
    ),
    Key.WOULD_MOVE_PUBLISHED: lambda v, n: ngettext(
        "One person more would leave the team that was announced to them.",
        "%(num)s people more would leave the team that was announced to them.",
        v["people"],
    ),
    Key.CHANGE_COSTS: _costs,
    Key.CHANGE_IS_FREE: lambda v, n: gettext(
        "“%(challenge)s”, %(choice)s: a change makes nothing worse.", challenge=_challenge(v, n), choice=_choice(v)
    ),
    Key.NO_CHANGE: lambda v, n: gettext(
        "“%(challenge)s”, %(choice)s: no single change keeps all the rules without asking too much of others.",
        challenge=_challenge(v, n),
        choice=_choice(v),
    ),
    Key.CHANGE_IS_SWAP: lambda v, n: gettext(
        "The change: a swap with %(other)s. %(team)s.", other=n.person(v["other"]), team=_team(v, n)
    ),
    Key.CHANGE_IS_MOVE: lambda v, n: gettext("The change: a move. %(team)s.", team=_team(v, n)),
    Key.SHORT_OF_ROLE: lambda v, n: _short(gettext("somebody for %(role)s", role=role_noun(v["role"])), v),
    Key.SHORT_OF_SKILL: lambda v, n: _short(
        gettext("the skill “%(skill)s” (%(level)s)", skill=n.skill(v["skill"]), level=_level(v)), v
    ),
    Key.SHORT_OF_SENIORS: lambda v, n: _short(gettext("an experienced person"), v),
    Key.SHORT_OF_OWNER: lambda v, n: _short(gettext("somebody from the organisation whose need it is"), v),
    Key.GOT_RANK: lambda v, n: gettext(
        "Has the %(choice)s: “%(challenge)s”.", choice=_choice(v), challenge=_challenge(v, n)
    ),
    Key.GOT_UNRANKED: lambda v, n: gettext("“%(challenge)s” was not among the choices.", challenge=_challenge(v, n)),
    Key.RANKED_NOTHING: lambda v, n: gettext("Made no choice, and is on “%(challenge)s”.", challenge=_challenge(v, n)),
    Key.WITH_FRIEND: lambda v, n: gettext("Is with %(friend)s, as wished.", friend=n.person(v["friend"])),
    Key.WITHOUT_FRIEND: lambda v, n: gettext(
        "Is not with %(friend)s, though it was wished.", friend=n.person(v["friend"])
    ),
    Key.FILLS_ROLE: lambda v, n: gettext("Counts in the team for %(role)s.", role=role_noun(v["role"])),
    Key.FILLS_ROLE_ALONE: lambda v, n: gettext(
        "The team would be short of people for %(role)s otherwise.", role=role_noun(v["role"])
    ),
    Key.FILLS_SKILL_ALONE: lambda v, n: gettext(
        "Nobody else in the team has the skill “%(skill)s” at the level wanted.", skill=n.skill(v["skill"])
    ),
    Key.WITH_MATE: lambda v, n: gettext("Is with %(mate)s, of the same organisation.", mate=n.person(v["mate"])),
}

#: Where speaking to the person reads differently.
_OWN: Final[Mapping[Key, Sentence]] = {
    Key.GOT_RANK: lambda v, n: gettext(
        "You have your %(choice)s: “%(challenge)s”.", choice=_choice(v), challenge=_challenge(v, n)
    ),
    Key.GOT_UNRANKED: lambda v, n: gettext("“%(challenge)s” was not among your choices.", challenge=_challenge(v, n)),
    Key.RANKED_NOTHING: lambda v, n: gettext(
        "You made no choice among the challenges, and are on “%(challenge)s”.", challenge=_challenge(v, n)
    ),
    Key.WITH_FRIEND: lambda v, n: gettext("You are with %(friend)s, as you wished.", friend=n.person(v["friend"])),
    Key.WITHOUT_FRIEND: lambda v, n: gettext(
        "You are not with %(friend)s, though you wished it.", friend=n.person(v["friend"])
    ),
    Key.FILLS_ROLE: lambda v, n: gettext("The team can count on you for %(role)s.", role=role_noun(v["role"])),
    Key.FILLS_ROLE_ALONE: lambda v, n: gettext(
        "Without you, the team would be short of people for %(role)s.", role=role_noun(v["role"])
    ),
    Key.FILLS_SKILL_ALONE: lambda v, n: gettext(
        "You bring the skill “%(skill)s”, which nobody else in the team has at the level wanted.",
        skill=n.skill(v["skill"]),
    ),
    Key.WITH_MATE: lambda v, n: gettext(
        "%(mate)s, of your organisation, is in the team too.", mate=n.person(v["mate"])
    ),
    Key.CHANGE_COSTS: _own_costs,
    Key.CHANGE_IS_FREE: lambda v, n: gettext(
        "You could have “%(challenge)s”, your %(choice)s, without making anything worse: tell the organisers.",
        challenge=_challenge(v, n),
        choice=_choice(v),
    ),
    Key.NO_CHANGE: lambda v, n: gettext(
        "“%(challenge)s”, your %(choice)s: no single change keeps all the rules without asking too much of others.",
        challenge=_challenge(v, n),
        choice=_choice(v),
    ),
}  # fmt: skip
