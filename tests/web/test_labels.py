"""Words for every value and every problem."""

from __future__ import annotations

import inspect
from enum import StrEnum

import pytest

from matcher import vocabulary
from matcher.postings.problems import FieldProblem, ProblemCode
from web.assets import Site
from web.labels import FAMILY_HINTS, LABELS, label
from web.problems import sentence

ENUMS = [
    member
    for _, member in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(member, StrEnum) and member is not StrEnum
]

#: Parameters of problems, as drafts give them.
PARAMS: dict[str, int | str] = {
    "value": "<b>x</b>",
    "minimum": 1000,
    "maximum": 40,
    "length": 12,
    "count": 7,
    "candidates": "Nancy (54), Nancy-sur-Cluses (74)",
    "earliest": "2020-01-31",
    "latest": "2028-01-31",
    "other": "2027-01-31",
    "line": 3,
}


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_every_value_of_every_closed_list_has_its_own_words(app: Site, enum: type[StrEnum]) -> None:
    """No value shows its code, and no two values of a list read the same."""
    with app.test_request_context("/en/"):
        words = [str(label(member)) for member in enum]
    assert all(words)
    assert len(set(words)) == len(words)
    assert set(LABELS[enum]) == set(enum)


def test_every_family_has_a_hint() -> None:
    """The home page presents each family in a sentence."""
    assert set(FAMILY_HINTS) == set(vocabulary.Family)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_has_a_sentence_with_and_without_parameters(app: Site, code: ProblemCode, language: str) -> None:
    """A sentence ends as sentences do and leaves no placeholder open, whatever the draft could tell."""
    with app.test_request_context(f"{language}/"):
        for params in (PARAMS, {}):
            told = sentence(FieldProblem("title", code, dict(params)))
            assert told.endswith((".", "?"))
            assert "%(" not in told


def test_a_text_too_short_is_told_how_much_is_missing(app: Site) -> None:
    """The number is what is left to write."""
    problem = FieldProblem("problem", ProblemCode.TOO_SHORT, {"minimum": 40, "length": 39})
    with app.test_request_context("/en/", environ_overrides={"passerelle.language": "en"}):
        assert sentence(problem) == "Write 1 more character: at least 40 are needed to be understood."
