"""A generated territory of any size: organisations across France, offers with vectors, posted needs.

Offers are written with plain inserts, a hundred times faster than through the models; shares are chosen,
not measured. The same seed gives the same territory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.report import ROOT
from benchmarks.server import open_database
from benchmarks.texts import Sentence, TextSource, unit
from embeddings.encoder import Encoder
from matcher.clock import today, utc_now
from matcher.ports import TextEncoder
from matcher.postings.seed import seed_places, seed_vocabularies
from matcher.store import Change, Embedding, Facet, Need, NeedSkill, Offer, Organisation, Place, Proposal, Skill, Theme
from matcher.store.encoding import encode_postings
from matcher.store.passages import passages
from matcher.store.postings import offer_skill, offer_theme
from matcher.store.schema import upgrade
from matcher.store.session import writing
from matcher.store.words import table
from matcher.text import lexemes, split_sentences
from matcher.vocabulary import (
    DeliveryMode,
    Family,
    Level,
    OfferKind,
    OrganisationType,
    PostingKind,
    PostingStatus,
    RangeScope,
    SizeBand,
)
from matcher.vocabulary import (
    Engine as FoundBy,
)

SEED = 20261123

#: Offers of one organisation, and earlier proposals for each need, on average.
OFFERS_EACH = 8
PROPOSED_EACH = 50

#: Rows in one statement.
CHUNK = 2000

SCOPES = {RangeScope.DEPARTMENT: 35, RangeScope.REGION: 25, RangeScope.KM: 10, RangeScope.COUNTRY: 10,
          RangeScope.ANYWHERE: 20}  # fmt: skip
KINDS = {OfferKind.SERVICE: 45, OfferKind.SKILL_TIME: 15, OfferKind.TRAINING: 15, OfferKind.PRODUCT: 10,
         OfferKind.SPACE: 5, OfferKind.FUNDING: 5, OfferKind.RESEARCH: 3, OfferKind.EQUIPMENT: 2}  # fmt: skip
MODES = {"on_site,remote": 50, "on_site": 25, "remote": 25}


#: Offers and needs of the territory that benchmarks measure, and of the one that only shows that they run.
LARGE = (100_000, 200)
SMALL = (600, 4)


@cache
def encoder() -> Encoder:
    """The model of the project, on one thread."""
    return Encoder(ROOT / "embeddings" / "model", split_sentences, threads=1)


@cache
def territory(small: bool, folder: Path) -> Territory:
    """The territory of this run in a folder of its own in ``folder``; made by the first who asks."""
    offers, needs = SMALL if small else LARGE
    var = folder / f"territory-{offers}"
    var.mkdir()
    made = Territory(var, encoder(), offers, needs)
    made.check()
    return made


class Territory:
    """A database in ``var`` with ``offers`` offers and ``needs`` needs; ``need_ids`` in order."""

    def __init__(self, var: Path, encoder: TextEncoder, offers: int, needs: int) -> None:
        self.var = var
        self.offers = offers
        self.engine: Engine = open_database(var)
        self._rng = np.random.default_rng(SEED)
        self._today = today()
        self._encoder = encoder
        self._default = _defaults(Offer)
        self._source = TextSource(encoder, max(8, min(120, offers // 100)), self._rng)
        upgrade(self.engine)
        with Session(self.engine) as session:
            seed_vocabularies(session)
            seed_places(session)
            self._read_vocabularies(session)
            self._write_organisations(session, max(10, offers // OFFERS_EACH))
            for chunk in _chunks(self._offers(offers)):
                with writing(session):
                    _write_offers(session, chunk)
            self.need_ids = self._write_needs(session, needs)
            with writing(session):
                self._write_proposals(session, offers)
            session.execute(text("ANALYZE"))
            session.commit()

    def _read_vocabularies(self, session: Session) -> None:
        self._themes = {row.code: (row.id, lexemes(f"{row.label_fr} {row.label_en}", "fr"))
                        for row in session.scalars(select(Theme))}  # fmt: skip
        self._skills = [(row.id, lexemes(f"{row.label_fr} {row.label_en}", "fr"))
                        for row in session.scalars(select(Skill))]  # fmt: skip
        places = session.execute(select(Place.id, Place.population).where(Place.country == "FR")).all()
        self._places = np.array([row.id for row in places])
        people = np.array([max(row.population, 500) for row in places], dtype=np.float64)
        self._people = people / people.sum()
        self.first_place = int(self._places[0])

    def _write_organisations(self, session: Session, count: int) -> None:
        places = self._rng.choice(self._places, count, p=self._people)
        families, types, sizes = list(Family), list(OrganisationType), list(SizeBand)
        rows = [
            {
                "id": number, "name": f"Organisation {number}", "place_id": int(places[number - 1]),
                "family": self._one(families), "organisation_type": self._one(types), "size_band": self._one(sizes),
                **_defaults(Organisation),
            }
            for number in range(1, count + 1)
        ]  # fmt: skip
        with writing(session):
            session.execute(insert(Organisation), rows)
        self._homes = places

    def _offers(self, count: int) -> Iterator[dict[str, Any]]:
        """Rows of everything that belongs to one offer, by table."""
        for number in range(1, count + 1):
            owner = int(self._rng.integers(len(self._homes)))
            theme = self._one(self._source.themes)
            title, *rest = self._source.sentences(theme, int(self._rng.integers(4, 8)))
            skills = [self._skills[at] for at in self._rng.integers(len(self._skills), size=2)]
            yield self._offer(number, owner, theme, title, rest, dict(skills))

    def _offer(
        self, number: int, owner: int, theme: str, title: Sentence, rest: Sequence[Sentence], skills: dict[int, Any]
    ) -> dict[str, Any]:
        short = Sentence(title.text[:-1][:119].strip(), title.stems, title.vector)
        sentences = [short, *rest]
        description, audience = " ".join(sentence.text for sentence in rest[:-1]), rest[-1].text
        whole = "\n".join((short.text, description, audience))
        told = hashlib.sha256("\x1f".join((whole, *(sentence.text for sentence in sentences))).encode()).hexdigest()
        theme_id, labels = self._themes[theme]
        stems = [stem for part in (*(sentence.stems for sentence in sentences), labels, *skills.values())
                 for stem in part]  # fmt: skip
        row = {
            **self._default, **self._conditions(), "id": number, "organisation_id": owner + 1,
            "place_id": int(self._homes[owner]), "title": short.text, "description": description,
            "audience": audience, "text_hash": told, "lexeme_count": len(stems),
        }  # fmt: skip
        vectors = np.stack([sentence.vector for sentence in sentences])
        return {
            "offer": row,
            "theme": {"offer_id": number, "theme_id": theme_id},
            "skills": [{"offer_id": number, "skill_id": skill} for skill in skills],
            "words": {"id": number, "lexemes": " ".join(stems)},
            "vectors": [
                self._vectors(number, Facet.WHOLE, told, unit(vectors.mean(axis=0))[None, :]),
                self._vectors(number, Facet.SENTENCES, told, vectors),
            ],
        }

    def _conditions(self) -> dict[str, Any]:
        rng, day = self._rng, self._today
        scope = _drawn(rng, SCOPES)
        age = int(rng.integers(0, 365))
        modes = frozenset(DeliveryMode(mode) for mode in _drawn(rng, MODES).split(","))
        return {
            "kind": _drawn(rng, KINDS),
            "range_scope": scope,
            "range_km": int(rng.integers(5, 100)) if scope is RangeScope.KM else None,
            "delivery_modes": modes,
            "monthly_capacity": int(rng.integers(1, 7)),
            "expires_on": day + timedelta(days=int(rng.integers(-20, 345))),  # one in eighteen has expired
            "created_at": _noon(day - timedelta(days=age)),
            "families_excluded": frozenset({self._one(list(Family))} if rng.random() < 0.05 else ()),
        }

    def _vectors(self, number: int, facet: Facet, told: str, rows: np.ndarray[Any, Any]) -> dict[str, Any]:
        return {
            "kind": PostingKind.OFFER, "object_id": number, "facet": facet, "model_id": self._encoder.model_id,
            "text_hash": told, "count": rows.shape[0], "dim": rows.shape[1],
            "vectors": np.ascontiguousarray(rows, dtype="<f4").tobytes(), "encoded_at": utc_now(),
        }  # fmt: skip

    def _write_needs(self, session: Session, count: int) -> list[int]:
        """Needs through the models and the encoder, as the site writes them."""
        themes = {row.code: row for row in session.scalars(select(Theme))}
        skills = session.scalars(select(Skill)).all()
        rows = []
        with writing(session):
            for number in range(count):
                theme = self._one(self._source.themes)
                told = [sentence.text for sentence in self._source.sentences(theme, 6)]
                owner = int(self._rng.integers(len(self._homes)))
                rows.append(
                    Need(
                        title=told[0][:119], problem=" ".join(told[1:4]), beneficiaries=told[4], outcome=told[5],
                        organisation_id=owner + 1, place_id=int(self._homes[owner]), themes=[themes[theme]],
                        skills=[NeedSkill(skill=skills[int(self._rng.integers(len(skills)))])],
                        range_scope=_drawn(self._rng, SCOPES | {RangeScope.KM: 0}), remote_ok=number % 3 > 0,
                    )
                )  # fmt: skip
            session.add_all(rows)
            session.flush()
            ids = [row.id for row in rows]
        session.expunge_all()
        encode_postings(session, PostingKind.NEED, ids, self._encoder)
        return ids

    def _write_proposals(self, session: Session, offers: int) -> None:
        pairs = {
            (need, int(offer))
            for need in self.need_ids
            for offer in self._rng.integers(1, offers + 1, size=min(PROPOSED_EACH, offers))
        }
        rows = [
            {"need_id": need, "offer_id": offer, "position": 1, "score": 0.5, "level": Level.GOOD,
             "engine": FoundBy.HYBRID, "first_look": False, "shown_at": utc_now()}
            for need, offer in sorted(pairs)
        ]  # fmt: skip
        session.execute(insert(Proposal), rows)

    def _one(self, choices: Sequence[Any]) -> Any:
        return choices[int(self._rng.integers(len(choices)))]

    def check(self) -> None:
        """A few generated rows read as the models and the text functions would have made them."""
        with Session(self.engine) as session:
            for offer in session.scalars(select(Offer).limit(20)):
                assert passages(offer).text_hash == offer.text_hash, offer.title


def _defaults(model: type[Any]) -> dict[str, Any]:
    """Values that the models fill in by themselves, and None for the rest that may be missing."""
    row = model()
    return {column.key: getattr(row, column.key) for column in model.__mapper__.column_attrs
            if column.key != "id" and getattr(row, column.key) is not None} | (
        {"status": PostingStatus.OPEN} if model is Offer else {}
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=utc_now().tzinfo)


def _drawn(rng: np.random.Generator, shares: dict[Any, int]) -> Any:
    names = list(shares)
    weights = np.array(list(shares.values()), dtype=np.float64)
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _write_offers(session: Session, offers: list[dict[str, Any]]) -> None:
    session.execute(insert(Offer), [offer["offer"] for offer in offers])
    session.execute(insert(offer_theme), [offer["theme"] for offer in offers])
    session.execute(insert(offer_skill), [link for offer in offers for link in offer["skills"]])
    session.execute(insert(Embedding), [row for offer in offers for row in offer["vectors"]])
    words = text(f"INSERT INTO {table(PostingKind.OFFER)} (rowid, lexemes) VALUES (:id, :lexemes)")  # noqa: S608 - a name of ours
    session.execute(words, [offer["words"] for offer in offers])
    session.execute(
        insert(Change), [{"kind": "offer", "object_id": offer["offer"]["id"], "action": "saved"} for offer in offers]
    )
