"""What drafts refer to, looked up once: places, themes and skills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.postings.drafts import FieldProblem, NeedDraft, OfferDraft, OrganisationDraft, PlaceRef, ProblemCode
from matcher.postings.places import PlaceLookup, find_place
from matcher.postings.problems import quoted
from matcher.store import Place, Skill, Theme

Draft = NeedDraft | OfferDraft | OrganisationDraft


class References:
    """Look-ups of one use case. Each place, and each vocabulary as a whole, is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._places: dict[PlaceRef, PlaceLookup] = {}

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        """Every theme by its code."""
        return {theme.code: theme for theme in self._session.scalars(select(Theme))}

    @cached_property
    def skills(self) -> Mapping[str, Skill]:
        """Every skill by its code."""
        return {skill.code: skill for skill in self._session.scalars(select(Skill))}

    def place(self, ref: PlaceRef) -> PlaceLookup:
        """The place that ``ref`` tells: by row, then by INSEE code, then by name."""
        if ref not in self._places:
            self._places[ref] = self._find(ref)
        return self._places[ref]

    def _find(self, ref: PlaceRef) -> PlaceLookup:
        if ref.place_id is not None and (place := self._session.get(Place, ref.place_id)) is not None:
            return PlaceLookup(place)
        if ref.insee:
            place = self._session.scalar(select(Place).where(Place.insee_code == ref.insee))
            if place is not None:
                return PlaceLookup(place)
        return find_place(self._session, ref.name, country=ref.country) if ref.name else PlaceLookup(None)

    def problems(self, draft: Draft) -> list[FieldProblem]:
        """What ``draft`` refers to and the database does not have."""
        found = self.place_problems(draft.place)
        if isinstance(draft, OrganisationDraft):
            return found
        found += _unknown("themes", draft.themes, lambda: self.themes)
        if isinstance(draft, NeedDraft):
            found += _unknown("skills_must", draft.skills_must, lambda: self.skills)
            return found + _unknown("skills_nice", draft.skills_nice, lambda: self.skills)
        return found + _unknown("skills", draft.skills, lambda: self.skills)

    def place_problems(self, ref: PlaceRef) -> list[FieldProblem]:
        """Why no single place is meant by ``ref``; nothing when one is."""
        lookup = self.place(ref)
        if lookup.place is not None:
            return []
        exact = len(lookup.candidates) > 1 and len({place.name_folded for place in lookup.candidates}) == 1
        code = ProblemCode.AMBIGUOUS_PLACE if exact else ProblemCode.UNKNOWN_PLACE
        candidates = ", ".join(place.label for place in lookup.candidates)
        return [FieldProblem("place", code, {"value": quoted(str(ref)), "candidates": candidates})]

    def settled_place(self, ref: PlaceRef) -> Place:
        """The place of a draft that has no problems. Raises LookupError when there is none."""
        place = self.place(ref).place
        if place is None:
            raise LookupError(f"no single place for {ref!r}")
        return place

    def themes_of(self, codes: Iterable[str]) -> list[Theme]:
        """Rows of known theme codes, in the order in which they are stored."""
        return [self.themes[code] for code in sorted(codes)]

    def skills_of(self, codes: Iterable[str]) -> list[Skill]:
        """Rows of known skill codes, in the order in which they are stored."""
        return [self.skills[code] for code in sorted(codes)]


def _unknown(field: str, codes: Sequence[str], known: Callable[[], Mapping[str, object]]) -> list[FieldProblem]:
    """``known`` is asked only when there are codes: most authors choose none, and a vocabulary takes 10 ms to read."""
    missing = [code for code in codes if code not in known()]
    return [FieldProblem(field, ProblemCode.UNKNOWN_CHOICE, {"value": quoted(missing[0])})] if missing else []
