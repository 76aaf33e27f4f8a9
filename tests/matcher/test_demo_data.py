"""The demonstration territory is complete, consistent, invented, and written without repetition."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from matcher.postings.drafts import parse_need, parse_offer, parse_organisation
from matcher.postings.limits import MAX_THEMES, NEED_TEXTS, OFFER_TEXTS, ORGANISATION_TEXTS, TextLimit
from matcher.vocabulary import (
    ANSWERS,
    BudgetBlankReason,
    CollaborationKind,
    ContactMode,
    DeliveryMode,
    Family,
    Language,
    NafVersion,
    NoIdentifierReason,
    OfferKind,
    OrganisationType,
    Phase,
    Price,
    RangeScope,
    SizeBand,
    SseSource,
)

MATCHER = Path(__file__).parents[2] / "matcher"
Row = dict[str, Any]


def names(text: str) -> set[str]:
    return set(text.split())


#: Communes of the Métropole du Grand Nancy (INSEE codes).
GRAND_NANCY = names(
    "54025 54165 54184 54197 54257 54265 54274 54300 54304 54328 "
    "54339 54357 54395 54439 54482 54495 54498 54526 54547 54578"
)
#: Enums of the fields that hold one value or a list of values.
ENUMS = {
    "family": Family,
    "families_wanted": Family,
    "families_excluded": Family,
    "organisation_type": OrganisationType,
    "client_types": OrganisationType,
    "size_band": SizeBand,
    "client_sizes": SizeBand,
    "no_identifier_reason": NoIdentifierReason,
    "sse_source": SseSource,
    "naf_version": NafVersion,
    "language": Language,
    "contact_modes": ContactMode,
    "kinds": CollaborationKind,
    "phase": Phase,
    "range_scope": RangeScope,
    "budget_blank_reason": BudgetBlankReason,
    "delivery_modes": DeliveryMode,
    "price": Price,
}
DATE_FIELDS = ("deadline", "starts_on", "expires_on", "available_from", "paused_until")
#: The kind of an offer is checked apart: needs have ``kinds``.
FIELDS = {
    "organisations": names(
        "key name brand family organisation_type legal_form siren siret rna no_identifier_reason is_sse sse_source "
        "is_esus naf_code naf_version place size_band labels networks website description language contact_name "
        "contact_email contact_modes"
    ),
    "needs": names(
        "key organisation language title problem beneficiaries tried existing_team outcome constraints kinds themes "
        "skills_must skills_nice partner_role phase place range_scope range_km remote_ok deadline starts_on "
        "duration_weeks effort_days_per_week budget_min budget_max budget_blank_reason budget_public "
        "families_wanted families_excluded contact_modes anonymous questions expires_on"
    ),
    "offers": names(
        "key organisation language title description audience kind themes skills place range_scope range_km "
        "delivery_modes price price_note project_min project_max client_types client_sizes families_excluded "
        "monthly_capacity available_from paused_until proof link expires_on"
    ),
}


def read(name: str) -> list[Row]:
    text = (MATCHER / "demo" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def codes(name: str) -> set[str]:
    with (MATCHER / "data" / name).open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


ORGANISATIONS = {row["key"]: row for row in read("organisations")}
NEEDS = {row["key"]: row for row in read("needs")}
OFFERS = {row["key"]: row for row in read("offers")}
ANSWERED = {row["need"]: row["offers"] for row in read("answers")}
NEAR_MISSES = {row["need"]: row["offers"] for row in read("near_misses")}
POOLS = [row["needs"] for row in read("pools")]
POSTINGS = [*NEEDS.values(), *OFFERS.values()]
EVERYTHING = [*ORGANISATIONS.values(), *POSTINGS]


def test_territory_is_as_large_as_promised() -> None:
    """64 organisations, 125 needs and 165 offers at least, with no key used twice."""
    for name, rows, fewest in (("organisations", ORGANISATIONS, 64), ("needs", NEEDS, 125), ("offers", OFFERS, 165)):
        assert len(read(name)) == len(rows) >= fewest


def test_every_family_is_present() -> None:
    """The six families of producers have five organisations or more; user sectors are the most numerous."""
    counts = Counter(row["family"] for row in ORGANISATIONS.values())
    assert set(counts) == {family.value for family in Family}
    assert min(counts.values()) >= 5
    assert counts.most_common(1)[0][0] == Family.USER_SECTOR


def test_every_commune_of_grand_nancy_and_three_countries_around_are_present() -> None:
    """The territory is Grand Nancy, then Lorraine, then the neighbours across the borders."""
    places = [row["place"] for row in ORGANISATIONS.values()]
    assert {place.get("insee") for place in places} >= GRAND_NANCY
    assert {place["country"] for place in places} == {"FR", "LU", "BE", "DE"}
    assert {place["insee"][:2] for place in places if "insee" in place} == {"54", "55", "57", "88"}


def test_about_one_text_in_nine_is_english() -> None:
    """The service is bilingual: enough English to be tried, not so much that the territory looks elsewhere."""
    share = sum(row["language"] == "en" for row in POSTINGS) / len(POSTINGS)
    assert 0.09 <= share <= 0.15


@pytest.mark.parametrize(("name", "rows"), [("organisations", ORGANISATIONS), ("needs", NEEDS), ("offers", OFFERS)])
def test_rows_have_only_known_fields(name: str, rows: dict[str, Row]) -> None:
    """A misspelt field would be lost in silence at loading."""
    unknown = {(key, field) for key, row in rows.items() for field in row.keys() - FIELDS[name]}
    assert unknown == set()


def test_every_reference_resolves() -> None:
    """Organisations, themes and skills that are named exist."""
    themes, skills = codes("themes.csv"), codes("skills.csv")
    assert {row["organisation"] for row in POSTINGS} <= ORGANISATIONS.keys()
    assert {theme for row in POSTINGS for theme in row["themes"]} <= themes
    used = {s for row in POSTINGS for field in ("skills", "skills_must", "skills_nice") for s in row.get(field, [])}
    assert used <= skills
    assert max(len(row["themes"]) for row in POSTINGS) <= MAX_THEMES


def test_every_organisation_posts_something() -> None:
    """An organisation with an empty page would teach a visitor nothing."""
    assert ORGANISATIONS.keys() - {row["organisation"] for row in POSTINGS} == set()


def test_every_enum_value_is_valid() -> None:
    """Values are those of the vocabulary, and a list never repeats one."""
    wrong = []
    for row in EVERYTHING:
        for field in row.keys() & ENUMS.keys():
            values = row[field] if isinstance(row[field], list) else [row[field]]
            allowed = {member.value for member in ENUMS[field]}
            if not set(values) <= allowed or len(values) != len(set(values)):
                wrong.append((row["key"], field, values))
    assert wrong == []
    assert {row["kind"] for row in OFFERS.values()} == {kind.value for kind in OfferKind}


@pytest.mark.parametrize(
    ("rows", "limits"),
    [(ORGANISATIONS, ORGANISATION_TEXTS), (NEEDS, NEED_TEXTS), (OFFERS, OFFER_TEXTS)],
    ids=["organisations", "needs", "offers"],
)
def test_lengths_are_respected(rows: dict[str, Row], limits: dict[str, TextLimit]) -> None:
    """Every text fits the bounds that forms apply to visitors."""
    wrong = [
        (key, field, len(row[field]))
        for key, row in rows.items()
        for field, limit in limits.items()
        if field in row and not limit.minimum <= len(row[field]) <= limit.maximum
    ]
    assert wrong == []
    assert max(len(row.get("questions", [])) for row in NEEDS.values()) <= 5


def test_french_places_have_an_insee_code_and_foreign_ones_none() -> None:
    """INSEE codes have five characters; they exist for France only."""
    for row in EVERYTHING:
        place = row["place"]
        if place["country"] == "FR":
            assert re.fullmatch(r"[0-9]{5}", place["insee"]), row["key"]
        else:
            assert "insee" not in place, row["key"]


def test_insee_codes_are_those_of_the_named_communes() -> None:
    """A code that belongs to another commune would move an organisation on the map."""
    with (MATCHER / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["name"], row["country"], row["insee_code"]) for row in csv.DictReader(file)}
    used = {(p["name"], p["country"], p.get("insee", "")) for p in (row["place"] for row in EVERYTHING)}
    assert used - known == set()


def test_ranges_in_kilometres_have_a_radius() -> None:
    """A radius goes with the scope ``km`` and with no other."""
    assert [row["key"] for row in POSTINGS if (row["range_scope"] == "km") != ("range_km" in row)] == []


def test_budgets_are_a_range_or_a_reason() -> None:
    """A need says how much, or why it does not say."""
    for row in NEEDS.values():
        if "budget_max" in row:
            assert row.get("budget_min", 0) <= row["budget_max"], row["key"]
            assert "budget_blank_reason" not in row, row["key"]
        else:
            assert "budget_blank_reason" in row, row["key"]
    for row in OFFERS.values():
        assert row.get("project_min", 0) <= row.get("project_max", 10**9), row["key"]
    assert {row.get("budget_blank_reason") for row in NEEDS.values()} >= {r.value for r in BudgetBlankReason}


def test_dates_are_days_from_the_loading() -> None:
    """Fixed dates would age: every date is "+N" or "-N" days from the day of loading, and a few are past."""
    dates = [row[field] for row in POSTINGS for field in DATE_FIELDS if field in row]
    assert [value for value in dates if not re.fullmatch(r"[+-][0-9]{1,3}", value)] == []
    assert 1 <= sum(row.get("expires_on", "+").startswith("-") for row in POSTINGS) <= 6


@pytest.mark.parametrize(
    ("rows", "parse"),
    [(ORGANISATIONS, parse_organisation), (NEEDS, parse_need), (OFFERS, parse_offer)],
    ids=["organisations", "needs", "offers"],
)
def test_every_row_passes_the_checks_of_the_forms(rows: dict[str, Row], parse: Callable[..., Any]) -> None:
    """Once its dates are counted from a day, a row is accepted as if somebody had typed it."""
    today = date(2026, 1, 15)
    for row in rows.values():
        days = {field: today + timedelta(int(row[field])) for field in DATE_FIELDS if field in row}
        parse({**row, **days}, today, kept=days.values())


def test_hard_limits_are_varied() -> None:
    """Matching shows its filters only where the territory uses them."""
    assert {row["range_scope"] for row in POSTINGS} == {scope.value for scope in RangeScope}
    assert {row.get("monthly_capacity") for row in OFFERS.values()} >= {0, 1, 2, 5, None}
    assert sum("paused_until" in row for row in OFFERS.values()) >= 3
    for field in ("client_types", "client_sizes", "families_excluded"):
        assert sum(field in row for row in OFFERS.values()) >= 2, field
    for field in ("families_wanted", "families_excluded", "anonymous", "questions"):
        assert sum(bool(row.get(field)) for row in NEEDS.values()) >= 3, field
    assert {row["remote_ok"] for row in NEEDS.values()} == {True, False}


def test_nobody_real_can_be_reached_or_identified() -> None:
    """Addresses live under example.org or example.com, and no register number is given."""
    text = json.dumps(EVERYTHING, ensure_ascii=False)
    mails = re.findall(r"[\w.+-]+@([\w.-]+)", text)
    sites = re.findall(r"https?://([\w.-]+)", text)
    assert mails
    assert {host for host in mails if host not in ("example.org", "example.com")} == set()
    assert {host for host in sites if not host.endswith((".example.org", ".example.com"))} == set()
    for row in ORGANISATIONS.values():
        assert not any(row.get(number) for number in ("siren", "siret", "rna")), row["key"]
        assert row["no_identifier_reason"], row["key"]
        assert row.get("contact_name", "le ").startswith(("le ", "la ", "l'")), row["key"]


def test_associations_of_moselle_are_of_local_law() -> None:
    """In Moselle an association is of local law (9260) and outside the RNA; elsewhere it is not."""
    for row in ORGANISATIONS.values():
        if row["organisation_type"] == "association" and row["place"]["country"] == "FR":
            local = row["place"]["insee"].startswith("57")
            assert (row["legal_form"] == "9260") == local, row["key"]
            assert (row["no_identifier_reason"] == "local_law") == local, row["key"]


def words(row: Row) -> frozenset[str]:
    fields = ("title", "problem", "beneficiaries", "tried", "outcome", "constraints", "description", "audience")
    return frozenset(re.findall(r"\w+", " ".join(row.get(field, "") for field in fields).lower()))


def test_no_two_texts_have_the_same_words() -> None:
    """Shared words over all words (Jaccard) stay under 0.6, except in the pairs declared as poolable."""
    declared = {frozenset(pair) for pair in POOLS}
    tokens = {row["key"]: words(row) for row in EVERYTHING}
    near = [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(tokens.items(), 2)
        if len(a & b) >= 0.6 * len(a | b) and frozenset((one, two)) not in declared
    ]
    assert near == []


def test_poolable_needs_come_from_different_organisations() -> None:
    """Two pairs of needs could be pooled: near in meaning, from two organisations each."""
    assert len(POOLS) == 2
    assert all(NEEDS[one]["organisation"] != NEEDS[two]["organisation"] for one, two in POOLS)


def test_answers_cover_every_need_and_name_known_offers() -> None:
    """Each need has its line: up to six offers, none for about ten needs that nobody can meet yet."""
    assert ANSWERED.keys() == NEEDS.keys()
    assert {offer for offers in ANSWERED.values() for offer in offers} <= OFFERS.keys()
    assert all(len(offers) == len(set(offers)) <= 6 for offers in ANSWERED.values())
    assert 8 <= sum(not offers for offers in ANSWERED.values()) <= 12


def obstacles(need: Row, offer: Row) -> set[str]:
    """Hard limits other than distance that keep an offer from a need."""
    client, producer = ORGANISATIONS[need["organisation"]], ORGANISATIONS[offer["organisation"]]
    wanted = {CollaborationKind(kind) for kind in need["kinds"]}
    found = {
        "kind": bool(wanted) and not ANSWERS[OfferKind(offer["kind"])] & wanted,
        "own": client is producer,
        "family": producer["family"] in need.get("families_excluded", [])
        or producer["family"] not in need.get("families_wanted", [producer["family"]])
        or client["family"] in offer.get("families_excluded", []),
        "client": client["organisation_type"] not in offer.get("client_types", [client["organisation_type"]])
        or client["size_band"] not in offer.get("client_sizes", [client["size_band"]]),
        "room": offer.get("monthly_capacity") == 0 or "paused_until" in offer,
        "live": any(row.get("expires_on", "+").startswith("-") for row in (need, offer)),
    }
    return {name for name, stands in found.items() if stands}


def test_no_answer_breaks_a_hard_limit() -> None:
    """An answer that the filters must hide would make the golden set impossible to reach."""
    broken = {
        (need, offer): found
        for need, offers in ANSWERED.items()
        for offer in offers
        if (found := obstacles(NEEDS[need], OFFERS[offer]))
    }
    assert broken == {}


def test_near_misses_are_not_answers() -> None:
    """A near miss fits in substance and is kept away by a limit: it is never listed as an answer."""
    assert NEAR_MISSES.keys() <= NEEDS.keys()
    for need, offers in NEAR_MISSES.items():
        assert set(offers) <= OFFERS.keys()
        assert not set(offers) & set(ANSWERED[need])
