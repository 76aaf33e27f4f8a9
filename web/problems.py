"""A sentence for everything that can be wrong with a field: what it is and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import format_date, format_decimal, gettext, ngettext

from matcher.postings.problems import FieldProblem, ProblemCode

Params = Mapping[str, Any]

#: Every parameter that a sentence may show.
_NAMES: Final = ("value", "minimum", "maximum", "candidates", "earliest", "latest", "line", "count")


def sentence(problem: FieldProblem) -> str:
    """What to tell the person who typed, in the language of the page."""
    return _SENTENCES[problem.code](_Readable(problem.params))


class _Readable(dict[str, Any]):
    """Parameters as people read them: numbers and dates of the page's language; a missing one is empty."""

    def __init__(self, params: Params) -> None:
        super().__init__(dict.fromkeys(_NAMES, ""))
        self.update({name: _readable(name, value) for name, value in params.items()})
        self.raw = params


def _readable(name: str, value: object) -> object:
    if isinstance(value, bool) or name in {"line", "count"}:
        return value
    if isinstance(value, int | float):
        return format_decimal(value)
    if name in {"earliest", "latest"}:
        return format_date(date.fromisoformat(str(value)), "long")
    return value


def _too_short(params: _Readable) -> str:
    missing = max(1, int(params.raw.get("minimum", 1)) - int(params.raw.get("length", 0)))
    return ngettext(
        "Write %(num)s more character: at least %(minimum)s are needed to be understood.",
        "Write %(num)s more characters: at least %(minimum)s are needed to be understood.",
        missing,
        minimum=params["minimum"],
    )


def _too_long(params: _Readable) -> str:
    excess = max(1, int(params.raw.get("length", 1)) - int(params.raw.get("maximum", 0)))
    return ngettext(
        "Take out %(num)s character: at most %(maximum)s fit.",
        "Take out %(num)s characters: at most %(maximum)s fit.",
        excess,
        maximum=params["maximum"],
    )


def _unknown_place(params: _Readable) -> str:
    if params["candidates"]:
        return gettext(
            "We do not know the place “%(value)s”. Did you mean: %(candidates)s? Choose one.",
            value=params["value"],
            candidates=params["candidates"],
        )
    return gettext(
        "We do not know the place “%(value)s”. Write the name of a town, with its département or country if needed: "
        "Nancy (54).",
        value=params["value"],
    )


_SENTENCES: Final[Mapping[ProblemCode, Callable[[_Readable], str]]] = {
    ProblemCode.REQUIRED: lambda p: gettext("Fill in this field: it is needed."),
    ProblemCode.UNKNOWN_FIELD: lambda p: gettext("This field does not exist. Check its name or take it out."),
    ProblemCode.TOO_SHORT: _too_short,
    ProblemCode.TOO_LONG: _too_long,
    ProblemCode.BAD_TEXT: lambda p: gettext("Write this in words."),
    ProblemCode.NOT_A_NUMBER: lambda p: gettext("“%(value)s” is not a number. Write figures, such as 1500.", **p),
    ProblemCode.NOT_WHOLE: lambda p: gettext("“%(value)s” is not a whole number. Round it.", **p),
    ProblemCode.OUT_OF_RANGE: lambda p: gettext("Write a number from %(minimum)s to %(maximum)s.", **p),
    ProblemCode.BAD_DATE: lambda p: gettext("“%(value)s” is not a date. Write it as 31/12/2027.", **p),
    ProblemCode.DATE_IN_PAST: lambda p: gettext("This day has passed. Choose today or a later day."),
    ProblemCode.DATE_TOO_OLD: lambda p: gettext("This day is too long ago. Choose %(earliest)s or later.", **p),
    ProblemCode.DATE_TOO_FAR: lambda p: gettext("This day is too far off. Choose %(latest)s or earlier.", **p),
    ProblemCode.DATES_ORDER: lambda p: gettext("These two days are in the wrong order. Change one of them."),
    ProblemCode.BUDGET_ORDER: lambda p: gettext(
        "The smallest amount (%(minimum)s) is larger than the largest (%(maximum)s). Swap them.", **p
    ),
    ProblemCode.RANGE_NEEDS_KM: lambda p: gettext("Say how many kilometres, or choose another range."),
    ProblemCode.UNKNOWN_CHOICE: lambda p: gettext("“%(value)s” is not in the list. Choose one of its answers.", **p),
    ProblemCode.TOO_MANY: lambda p: gettext("Keep at most %(maximum)s.", **p),
    ProblemCode.BOTH_WAYS: lambda p: gettext("The same answer is wanted and excluded. Take one of the two out."),
    ProblemCode.UNKNOWN_PLACE: _unknown_place,
    ProblemCode.AMBIGUOUS_PLACE: lambda p: gettext(
        "Several places are called “%(value)s”: %(candidates)s. Choose one.", **p
    ),
    ProblemCode.BAD_SIREN: lambda p: gettext(
        "This SIREN number does not add up. It has 9 digits; check them, or leave it empty."
    ),
    ProblemCode.BAD_SIRET: lambda p: gettext(
        "This SIRET number does not add up. It has 14 digits; check them, or leave it empty."
    ),
    ProblemCode.SIRET_OF_OTHER: lambda p: gettext(
        "This SIRET does not begin with the SIREN given. Check both, or leave one empty."
    ),
    ProblemCode.BAD_RNA: lambda p: gettext(
        "This RNA number is not in the right form. It is a W and 9 digits (W543001234); check it, or leave it empty."
    ),
    ProblemCode.BAD_CODE: lambda p: gettext(
        "“%(value)s” is not a code that we know. Check it, or leave it empty.", **p
    ),
    ProblemCode.BAD_EMAIL: lambda p: gettext("Write an e-mail address in full, such as name@example.org."),
    ProblemCode.BAD_URL: lambda p: gettext("Write a web address in full, such as https://www.example.org."),
    ProblemCode.ALREADY_REGISTERED: lambda p: gettext(
        "Another organisation is registered with this number. Check it, or choose that organisation."
    ),
    ProblemCode.UNKNOWN_ORGANISATION: lambda p: gettext(
        "No organisation has the key “%(value)s”. Import the organisations first, or correct the key.", **p
    ),
    ProblemCode.TOO_MANY_CELLS: lambda p: gettext(
        "This row has %(count)s cells and the header %(maximum)s. Take out the cells too many, or a separator.", **p
    ),
    ProblemCode.REPEATED_KEY: lambda p: gettext(
        "The key “%(value)s” is already used on line %(line)s. Give each row its own.", **p
    ),
    ProblemCode.RANKED_TWICE: lambda p: gettext(
        "You chose “%(value)s” twice. Keep it at the rank that you mean, and choose another one or none.", **p
    ),
    ProblemCode.TOO_MANY_FRIENDS: lambda p: gettext(
        "A team cannot hold all of you: beside yourself, name at most %(maximum)s.", **p
    ),
    ProblemCode.FRIEND_AND_AVOIDED: lambda p: gettext(
        "You ask to be with “%(value)s”, and to be kept apart. Take the name out of one of the two.", **p
    ),
    ProblemCode.OWN_NAME: lambda p: gettext("“%(value)s” is your own name. Take it out.", **p),
    ProblemCode.EMAIL_TAKEN: lambda p: gettext(
        "Nothing was registered with this address. If a registration with it exists, its link was shown when it was "
        "made: open that link to change it, or ask the organisers for it. Otherwise, give another address."
    ),
    ProblemCode.NUMBERS_ORDER: lambda p: gettext(
        "The smaller number (%(minimum)s) is larger than the greater one (%(maximum)s). Change one of them.", **p
    ),
    ProblemCode.FILE_TOO_LARGE: lambda p: gettext(
        "This file is too large: at most %(maximum)s MB fit. Choose a smaller one.", **p
    ),
    ProblemCode.BAD_PICTURE: lambda p: gettext("This is no picture that we can read. Choose a PNG, JPEG or WebP file."),
}
