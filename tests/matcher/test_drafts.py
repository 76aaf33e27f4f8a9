"""The one validation of forms, imports and the API."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.postings.cleaning import clean_text, parse_date, parse_number, parse_yes_no, split_list
from matcher.postings.drafts import (
    DraftProblems,
    FieldProblem,
    NeedDraft,
    ProblemCode,
    parse_need,
    parse_offer,
    parse_organisation,
)
from matcher.vocabulary import (
    BudgetBlankReason,
    CollaborationKind,
    DeliveryMode,
    Family,
    Language,
    RangeScope,
    SizeBand,
)

TODAY = date(2027, 3, 1)
NEED = {
    "title": "Un site pour nos bénévoles",
    "problem": "Nos quarante bénévoles s'inscrivent sur une feuille que personne ne retrouve.",
    "place": "Nancy",
    "language": "fr",
}
OFFER = {
    "title": "Sites simples pour associations",
    "description": "Nous faisons des sites que des bénévoles savent tenir à jour eux-mêmes.",
    "place": "Metz",
    "kind": "service",
    "delivery_modes": "remote",
    "language": "fr",
}
ORGANISATION = {"name": "La Pédale", "family": "user_sector", "organisation_type": "association", "place": "Nancy"}


def need(**values: Any) -> NeedDraft:
    """A need with some fields changed."""
    return parse_need(NEED | values, TODAY)


def problems_of(**values: Any) -> dict[str, ProblemCode]:
    """Code of the problem of each field of a need."""
    with pytest.raises(DraftProblems) as raised:
        need(**values)
    return {problem.field: problem.code for problem in raised.value.problems}


def test_a_short_form_is_enough() -> None:
    """Title, problem and place make a need; the rest has sensible defaults."""
    draft = need()
    assert (draft.range_scope, draft.remote_ok, draft.kinds) == (RangeScope.DEPARTMENT, True, frozenset())


def test_every_problem_is_told_at_once() -> None:
    """A form with several faults comes back with all of them, not one after the other."""
    assert problems_of(title="", problem="court", budget_max="beaucoup", deadline="hier", place="") == {
        "title": ProblemCode.REQUIRED,
        "problem": ProblemCode.TOO_SHORT,
        "budget_max": ProblemCode.NOT_A_NUMBER,
        "deadline": ProblemCode.BAD_DATE,
        "place": ProblemCode.REQUIRED,
    }


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"title": "x" * 121}, "title", ProblemCode.TOO_LONG),
        ({"title": "!!!!!!"}, "title", ProblemCode.BAD_TEXT),
        ({"problem": 12}, "problem", ProblemCode.BAD_TEXT),
        ({"budget_min": "12,5"}, "budget_min", ProblemCode.NOT_WHOLE),
        ({"budget_max": "-1"}, "budget_max", ProblemCode.OUT_OF_RANGE),
        ({"budget_max": "99999999999999999999"}, "budget_max", ProblemCode.OUT_OF_RANGE),
        ({"budget_min": 900, "budget_max": 100}, "budget_max", ProblemCode.BUDGET_ORDER),
        ({"deadline": "2027-02-28"}, "deadline", ProblemCode.DATE_IN_PAST),
        ({"deadline": "9999-12-31"}, "deadline", ProblemCode.DATE_TOO_FAR),
        ({"deadline": "31/02/2028"}, "deadline", ProblemCode.BAD_DATE),
        ({"starts_on": "0001-01-01"}, "starts_on", ProblemCode.DATE_TOO_OLD),
        ({"starts_on": "2027-09-01", "deadline": "2027-06-01"}, "starts_on", ProblemCode.DATES_ORDER),
        ({"range_scope": "km"}, "range_km", ProblemCode.RANGE_NEEDS_KM),
        ({"range_scope": "km", "range_km": "5000"}, "range_km", ProblemCode.OUT_OF_RANGE),
        ({"range_scope": "galaxy"}, "range_scope", ProblemCode.UNKNOWN_CHOICE),
        ({"kinds": ["service", "magic"]}, "kinds", ProblemCode.UNKNOWN_CHOICE),
        ({"themes": "a|b|c|d|e|f"}, "themes", ProblemCode.TOO_MANY),
        ({"questions": ["Combien ?"] * 1 + [f"Et {n} ?" for n in range(5)]}, "questions", ProblemCode.TOO_MANY),
        ({"families_wanted": "company", "families_excluded": "company"}, "families_excluded", ProblemCode.BOTH_WAYS),
        ({"remote_ok": "peut-être"}, "remote_ok", ProblemCode.UNKNOWN_CHOICE),
        ({"colour": "blue"}, "colour", ProblemCode.UNKNOWN_FIELD),
        ({"place": {"nom": "Nancy"}}, "place", ProblemCode.UNKNOWN_PLACE),
    ],
)
def test_each_fault_has_its_own_problem(values: dict[str, Any], field: str, code: ProblemCode) -> None:
    """The code says what is wrong and the field says where; nothing else is blamed."""
    assert problems_of(**values) == {field: code}


def test_a_problem_carries_what_its_sentence_needs() -> None:
    """Limits and lengths come with the problem, so that the page can say how much is too much."""
    with pytest.raises(DraftProblems) as raised:
        need(title="x" * 130)
    assert raised.value.problems[0].params == {"maximum": 120, "length": 130}


def test_lengths_are_counted_after_cleaning() -> None:
    """Blanks at the ends, invisible signs and decomposed accents do not use up the limit."""
    padded = "  " + "e\N{COMBINING ACUTE ACCENT}" * 120 + "\N{ZERO WIDTH SPACE}" * 50
    assert need(title=padded).title == "é" * 120


def test_hostile_text_becomes_plain_text() -> None:
    """NUL, controls and direction overrides go; emoji, Arabic and HTML stay as typed."""
    typed = "Aide\x00 \u202eécrite\u202c 👩‍🌾 مرحبا <script>alert(1)</script>\r\n\r\n\r\n\r\nsuite\x07 et fin"
    assert need(problem=typed).problem == "Aide écrite 👩‍🌾 مرحبا <script>alert(1)</script>\n\nsuite et fin"


@settings(deadline=None)  # the first example pays for imports
@given(st.text(st.characters(codec=None)))
def test_cleaning_accepts_any_text_and_is_idempotent(text: str) -> None:
    """No text breaks it, a second pass changes nothing, and what is left can be stored anywhere."""
    for lines in (True, False):
        cleaned = clean_text(text, lines=lines)
        assert clean_text(cleaned, lines=lines) == cleaned == cleaned.strip()
        assert unicodedata.is_normalized("NFC", cleaned)
        assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in cleaned.replace("\n", ""))
        cleaned.encode()
        assert lines or "\n" not in cleaned


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.binary(max_size=5)
anything = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))


@settings(deadline=None)  # the first example pays for imports
@given(
    st.dictionaries(st.sampled_from([*NeedDraft.model_fields, "place_insee", "place_id", "x"]), anything, max_size=6)
)
def test_no_input_makes_the_validation_fail(data: dict[str, Any]) -> None:
    """Whatever comes, the answer is a draft or problems of known kinds, never another error."""
    found: list[FieldProblem] = []
    try:
        parse_need(NEED | data, TODAY)
    except DraftProblems as error:
        found = error.problems
    assert all(isinstance(problem.code, ProblemCode) for problem in found)
    assert all(isinstance(value, int | str) for problem in found for value in problem.params.values())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1500", 1500), ("1 500", 1500), ("1\u202f500,50 €", 1500.5), ("1,500", 1500), ("1.500", 1500),
        ("1,500.25", 1500.25), ("1.500,25", 1500.25), ("0,5", 0.5), ("0.500", 0.5), (".5", 0.5), ("2k", 2000),
        ("3 euros", 3), ("-4", -4), ("1,2,3", None), ("1.5.0", None), ("", None), ("nan", None), ("1e5", None),
        (float("nan"), None), (float("inf"), None), (True, None), ("９", 9), ("1 million", None),
    ],
)  # fmt: skip
def test_numbers_in_french_and_english(text: object, number: float | None) -> None:
    """A mark before three digits groups thousands, any other is the decimal mark; nonsense is None."""
    assert parse_number(text) == number


@settings(deadline=None)  # the first example pays for imports
@given(st.integers(0, 10_000_000))
def test_a_whole_number_survives_every_way_of_grouping(number: int) -> None:
    """Space, comma, full stop and apostrophe group thousands alike."""
    for mark in (" ", ",", ".", "\u202f", "'"):
        assert parse_number(f"{number:,}".replace(",", mark)) == number


@settings(deadline=None)  # the first example pays for imports
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_date_survives_every_way_of_writing(day: date) -> None:
    """ISO, with slashes, with dots, with a time: the day is the same."""
    iso = day.isoformat()
    written = [iso, f"{iso} 00:00:00", f"{day:%d/%m/}{day.year}", f"{day.day}.{day.month}.{day.year}"]
    assert {parse_date(text) for text in written} == {day}


def test_dates_come_day_first() -> None:
    """2/3/2027 is the second of March, in both languages."""
    assert parse_date("2/3/2027") == parse_date("2 mars 2027") == parse_date("March 2nd, 2027") == date(2027, 3, 2)


def test_yes_and_no_in_both_languages() -> None:
    """Ticked boxes, spreadsheets and people say yes differently."""
    assert {parse_yes_no(word) for word in ("on", "Oui", "YES", "1", "vrai", 1, True)} == {True}
    assert {parse_yes_no(word) for word in ("off", "non", "FALSE", "0", 0)} == {False}


def test_lists_come_as_lists_or_as_text() -> None:
    """A cell is cut at ; | and line ends, never at commas, which belong to sentences."""
    assert split_list("a; b|c\nd, e;;a") == ["a", "b", "c", "d, e"] == split_list(["a", "b", " c", "d, e", ""])


def test_codes_and_choices_are_also_cut_at_commas() -> None:
    """No code has a comma in it."""
    draft = need(themes="food_aid, mobility", kinds="service,training")
    assert draft.themes == ("food_aid", "mobility")
    assert draft.kinds == {CollaborationKind.SERVICE, CollaborationKind.TRAINING}


def test_a_place_may_come_in_three_ways() -> None:
    """As text, as a mapping, or flat with its codes as forms send it."""
    flat = need(place="Nancy", place_insee="54395", place_country="fr").place
    assert flat == need(place={"name": "Nancy", "insee": "54395", "country": "FR"}).place
    assert need(place_id="7", place="").place.place_id == 7


def test_a_kept_date_may_be_past() -> None:
    """Editing an old need does not blame the date that was right when it was written."""
    old = TODAY - timedelta(days=40)
    assert parse_need(NEED | {"deadline": old}, TODAY, kept=[old]).deadline == old


def test_a_reason_for_no_budget_goes_away_with_a_budget() -> None:
    """What contradicts itself is settled where the intention is clear."""
    assert need(budget_max=500, budget_blank_reason="no_budget").budget_blank_reason is None
    assert need(budget_blank_reason="no_budget").budget_blank_reason is BudgetBlankReason.NO_BUDGET


def test_kilometres_belong_to_the_scope_km_alone() -> None:
    """A radius left over from another choice is forgotten."""
    assert need(range_scope="region", range_km=30).range_km is None
    assert need(range_scope="km", range_km="30").range_km == 30


def test_a_skill_is_not_both_necessary_and_welcome() -> None:
    """The stronger wish wins."""
    assert need(skills_must="cms", skills_nice="cms, video").skills_nice == ("video",)


def test_a_missing_language_is_guessed() -> None:
    """Imports rarely say the language."""
    told = "Forty volunteers write on a sheet that nobody finds."
    english = {"title": "A website for our volunteers", "problem": told, "place": "Nancy"}
    assert parse_need(english, TODAY).language is Language.EN


def test_an_offer_says_how_it_is_delivered() -> None:
    """Delivery is asked for; nothing is assumed."""
    assert parse_offer(OFFER, TODAY).delivery_modes == {DeliveryMode.REMOTE}
    with pytest.raises(DraftProblems) as raised:
        parse_offer(OFFER | {"delivery_modes": []}, TODAY)
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [
        ("delivery_modes", ProblemCode.REQUIRED)
    ]


def test_an_organisation_needs_no_identifier() -> None:
    """Associations of local law and informal groups have none."""
    draft = parse_organisation(ORGANISATION | {"no_identifier_reason": "local_law"}, TODAY)
    assert (draft.siren, draft.siret, draft.rna) == (None, None, None)


def test_a_siret_tells_its_siren() -> None:
    """Both need not be typed, and the reason for having none goes."""
    draft = parse_organisation(ORGANISATION | {"siret": "732 829 320 00074", "no_identifier_reason": "foreign"}, TODAY)
    assert (draft.siren, draft.siret, draft.no_identifier_reason) == ("732829320", "73282932000074", None)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"siren": "732829321"}, ProblemCode.BAD_SIREN),
        ({"siret": "73282932000075"}, ProblemCode.BAD_SIRET),
        ({"siren": "245400676", "siret": "73282932000074"}, ProblemCode.SIRET_OF_OTHER),
        ({"rna": "W12"}, ProblemCode.BAD_RNA),
        ({"naf_code": "informatique"}, ProblemCode.BAD_CODE),
        ({"legal_form": "asso"}, ProblemCode.BAD_CODE),
        ({"website": "javascript:alert(1)"}, ProblemCode.BAD_URL),
        ({"website": "https://user:secret@example.org"}, ProblemCode.BAD_URL),
        ({"website": "notre site"}, ProblemCode.BAD_URL),
        ({"website": "http://[bad"}, ProblemCode.BAD_URL),
        ({"contact_email": "nobody@nowhere"}, ProblemCode.BAD_EMAIL),
        ({"contact_email": "a@b.fr, c@d.fr"}, ProblemCode.BAD_EMAIL),
        ({"labels": [str(n) for n in range(21)]}, ProblemCode.TOO_MANY),
    ],
)
def test_wrong_details_of_an_organisation(values: dict[str, Any], code: ProblemCode) -> None:
    """What is given must be right, though nothing has to be given."""
    with pytest.raises(DraftProblems) as raised:
        parse_organisation(ORGANISATION | values, TODAY)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_choices_are_read_whatever_their_case() -> None:
    """Hand-written tables have capitals."""
    draft = parse_organisation(ORGANISATION | {"family": " COMPANY ", "size_band": "1-9"}, TODAY)
    assert (draft.family, draft.size_band) == (Family.COMPANY, SizeBand.FROM_1_TO_9)


def test_an_address_gets_its_scheme() -> None:
    """People type www.example.org."""
    assert parse_organisation(ORGANISATION | {"website": "www.example.org"}, TODAY).website == "https://www.example.org"
