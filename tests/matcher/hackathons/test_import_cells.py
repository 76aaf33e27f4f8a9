"""What cells mean: several answers, moments, levels, languages, half-days, titles of challenges."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.exchange.registrations.cells import (
    is_month_first,
    parse_moment,
    parse_rank,
    plain,
    split_items,
    split_names,
    yes_or_no,
)
from matcher.exchange.registrations.columns import words_of
from matcher.exchange.registrations.words import (
    HalfDay,
    challenge_meant,
    experience_of,
    half_days_of,
    languages_of,
    roles_of,
    skill_and_level,
    team_status_of,
)
from matcher.vocabulary import DayPart, Experience, TeamRole, TeamStatus

SATURDAY, SUNDAY = date(2027, 3, 6), date(2027, 3, 7)
HALF_DAYS = (
    HalfDay(0, SATURDAY, DayPart.MORNING),
    HalfDay(1, SATURDAY, DayPart.AFTERNOON),
    HalfDay(2, SUNDAY, DayPart.MORNING),
    HalfDay(3, SUNDAY, DayPart.AFTERNOON),
)


def test_a_comma_inside_an_option_does_not_cut_it() -> None:
    """Neither in parentheses, nor in an answer that is known, nor where semicolons part the answers."""
    known = {words_of("Prêter, réparer, partager")}
    assert split_items("Un four solaire, Prêter, réparer, partager", known) == [
        "Un four solaire",
        "Prêter, réparer, partager",
    ]
    assert split_items("Code (web, mobile), Design") == ["Code (web, mobile)", "Design"]
    assert split_items("Eau, air; Sol") == ["Eau, air", "Sol"]


def test_names_are_parted_by_whatever_people_type() -> None:
    """Commas, slashes, "et" and "and"; "none" is nobody."""
    assert split_names("Ada Exemple et Bo Modèle / Cy Essai") == ["Ada Exemple", "Bo Modèle", "Cy Essai"]
    assert split_names("Aucun") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("OUI", True), ("Yes", True), ("Oui, j'accepte", True), ("X", True), ("Non", False), ("none", False),
     ("peut-être", None), ("", None)],
)  # fmt: skip
def test_yes_and_no_in_both_languages(text: str, expected: bool | None) -> None:
    """Also with words behind; anything else is neither."""
    assert yes_or_no(text) is expected


def test_days_and_months_are_told_apart_by_their_column() -> None:
    """One date that can be read one way alone decides; else the maker of the file does."""
    assert is_month_first(["1/2/24", "11/29/24 22:28"], usual=False)
    assert not is_month_first(["1/2/24", "29/11/2024 22:28"], usual=True)
    assert is_month_first(["1/2/24"], usual=True)
    assert str(parse_moment("11/29/24 22:28", month_first=True)) == "2024-11-29 22:28:00"
    assert str(parse_moment("02/12/2026 08:00:00", month_first=False)) == "2026-12-02 08:00:00"
    assert str(parse_moment("3/4/2026 1:05 PM", month_first=True)) == "2026-03-04 13:05:00"
    assert str(parse_moment("2026-12-02 08:00:00", month_first=False)) == "2026-12-02 08:00:00"
    assert parse_moment("31/02/2026", month_first=False) is None
    assert parse_moment("bientôt", month_first=False) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Débutante", Experience.NONE), ("jamais participé", Experience.NONE), ("0", Experience.NONE),
     ("intermédiaire", Experience.SOME), ("1 ou 2 projets", Experience.SOME), ("Avancé", Experience.USED),
     ("used", Experience.USED), ("Expert", Experience.EXPERT), ("10 ans", Experience.EXPERT), ("bof", None)],
)  # fmt: skip
def test_experience_in_words_and_figures(text: str, expected: Experience | None) -> None:
    """Four steps; what cannot be placed is not."""
    assert experience_of(text) is expected


def test_roles_are_heard_in_job_titles() -> None:
    """What names no role comes back."""
    roles, rest = roles_of(["Développeuse full-stack", "Cheffe de projet", "Licorne"])
    assert roles == {TeamRole.TECH, TeamRole.FACILITATION}
    assert rest == ["Licorne"]


def test_a_level_may_follow_a_skill() -> None:
    """In words or figures; other remarks belong to the skill."""
    assert skill_and_level("Python : expert") == ("Python", 3)
    assert skill_and_level("Tableurs (débutant)") == ("Tableurs", 1)
    assert skill_and_level("web_development:2") == ("web_development", 2)
    assert skill_and_level("Vidéo (montage)") == ("Vidéo (montage)", None)


def test_languages_by_name_and_code() -> None:
    """A two-letter word in a sentence is no code."""
    assert languages_of(["Français", "DE", "un peu de russe"]) == (["fr", "de", "ru"], [])
    assert languages_of(["Klingon"]) == ([], ["Klingon"])


@pytest.mark.parametrize(
    ("items", "numbers"),
    [
        (["samedi matin", "dimanche après-midi"], {0, 3}),
        (["samedi"], {0, 1}),
        (["matin"], {0, 2}),
        (["samedi 6 mars", "matin"], {0}),
        (["Sunday 7 March", "afternoon", "Saturday"], {0, 1, 3}),
        (["07/03 matin"], {2}),
        (["2027-03-06"], {0, 1}),
        (["Tout le week-end"], {0, 1, 2, 3}),
        (["0", "3"], {0, 3}),
        (["Day 2"], {2, 3}),
    ],
)
def test_half_days_in_words_and_figures(items: list[str], numbers: set[int]) -> None:
    """A day is both halves, a half alone is that of every day; a comma may part the two."""
    assert half_days_of(items, HALF_DAYS) == (numbers, [])


def test_a_half_day_that_the_event_does_not_have_comes_back() -> None:
    """Nothing is guessed."""
    assert half_days_of(["lundi soir", "peut-être"], HALF_DAYS) == (frozenset(), ["lundi soir", "peut-être"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Working solo", TeamStatus.ALONE), ("Looking for teammates", TeamStatus.LOOKING),
     ("Already have a team", TeamStatus.TEAM), ("Seul·e", TeamStatus.ALONE), ("En équipe complète", TeamStatus.TEAM),
     ("?", None)],
)  # fmt: skip
def test_how_people_come(text: str, expected: TeamStatus | None) -> None:
    """The words of Devpost and of French forms."""
    assert team_status_of(text) is expected


def test_a_title_is_found_with_slips_and_numbers_around_it() -> None:
    """One challenge alone is near enough; between two near ones none is taken."""
    titles = {"1": "Un four solaire", "2": "Prêter, réparer, partager", "3": "Un frigo du quartier nord"}
    assert challenge_meant("four solair", titles) == "1"
    assert challenge_meant("Défi n° 2 : preter reparer partager", titles) == "2"
    assert challenge_meant("La machine à café", titles) is None
    alike = {"1": "Cuisine du quartier nord", "2": "Cuisine du quartier sud"}
    assert challenge_meant("cuisine du quartier", alike) is None
    assert challenge_meant("Cuisine du quartier sud", alike) == "2"


def test_ranks_and_guarded_cells() -> None:
    """Ordinals are ranks; the apostrophe of our own exports is taken off, others stay."""
    assert [parse_rank(text) for text in ("1er choix", "Choix 2", "troisième", "non")] == [1, 2, 3, None]
    assert (plain("'=1+1"), plain("l'été")) == ("=1+1", "l'été")
