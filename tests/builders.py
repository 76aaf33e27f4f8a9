"""Small real rows for tests: every argument that a test does not care about has a sensible value."""

from __future__ import annotations

from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matcher.store import Need, NeedSkill, Offer, Organisation, Place, Skill, Theme
from matcher.store.encryption import use_keys
from matcher.store.schema import upgrade
from matcher.store.session import open_engine
from matcher.vocabulary import DeliveryMode, Family, OfferKind, OrganisationType, RangeScope, SkillImportance

_numbers = count(1)

#: What encrypts private fields in tests, as the settings of a test have it.
KEYS = ("a key for tests alone",)

#: Latitude, longitude, département, region, EPCI of a few real places (list of communes, Licence Ouverte).
PLACES = {
    "Nancy": (48.6889, 6.1709, "54", "44", "245400676"),
    "Vandœuvre-lès-Nancy": (48.6577, 6.1674, "54", "44", "245400676"),
    "Lunéville": (48.5968, 6.4901, "54", "44", None),
    "Metz": (49.1108, 6.1962, "57", "44", None),
    "Épinal": (48.1780, 6.4705, "88", "44", None),
    "Lyon": (45.7580, 4.8351, "69", "84", None),
}


def new_database(folder: Path) -> Engine:
    """A migrated SQLite database in ``folder``; private fields have a key that is worth nothing."""
    use_keys(KEYS)
    path = folder / "test.db"
    path.write_bytes(_migrated())
    return open_engine(f"sqlite:///{path}")


@cache
def _migrated() -> bytes:
    """The file of a migrated database, made once for each process: half a second that every test would spend."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.db"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()  # the last connection brings the write-ahead log into the file
        return path.read_bytes()


def place(session: Session, name: str = "Nancy") -> Place:
    """One of ``PLACES``, or Arlon in Belgium; the same row each time."""
    found = session.scalar(select(Place).where(Place.name == name))
    if found is None:
        if name == "Arlon":
            found = Place(name=name, name_folded="arlon", country="BE", latitude=49.6833, longitude=5.8167)
        else:
            latitude, longitude, department, region, epci = PLACES[name]
            found = Place(
                name=name, name_folded=name.lower(), country="FR", latitude=latitude, longitude=longitude,
                department=department, region=region, epci_siren=epci,
            )  # fmt: skip
        session.add(found)
    return found


def organisation(session: Session, at: str = "Nancy", **values: Any) -> Organisation:
    """An association of a user sector unless told otherwise."""
    values = {
        "name": f"Organisation {next(_numbers)}",
        "family": Family.USER_SECTOR,
        "organisation_type": OrganisationType.ASSOCIATION,
        "place": place(session, at),
    } | values
    row = Organisation(**values)
    session.add(row)
    return row


def need(session: Session, title: str = "Un site internet", at: str = "Nancy", **values: Any) -> Need:
    """A need that accepts remote work and reaches its département."""
    must, nice = values.pop("must", ()), values.pop("nice", ())
    links = [NeedSkill(skill=skill) for skill in must]
    links += [NeedSkill(skill=skill, importance=SkillImportance.NICE) for skill in nice]
    values = {
        "problem": f"{title}. Personne ne sait comment faire.",
        "organisation": values.pop("organisation", None) or organisation(session, at),
        "place": place(session, at),
        "skills": links,
    } | values
    row = Need(title=title, **values)
    session.add(row)
    return row


def offer(session: Session, title: str = "Création de sites", at: str = "Nancy", **values: Any) -> Offer:
    """A service of a company, on site and remote, anywhere, two requests a month."""
    values = {
        "description": f"{title} pour les petites structures.",
        "organisation": values.pop("organisation", None)
        or organisation(session, at, family=Family.COMPANY, organisation_type=OrganisationType.COMPANY),
        "place": place(session, at),
        "kind": OfferKind.SERVICE,
        "range_scope": RangeScope.ANYWHERE,
        "delivery_modes": frozenset(DeliveryMode),
    } | values
    row = Offer(title=title, **values)
    session.add(row)
    return row


def skill(session: Session, code: str) -> Skill:
    """A skill with plain labels."""
    row = Skill(code=code, group="test", label_fr=f"{code} fr", label_en=f"{code} en", words_fr=[], words_en=[])
    session.add(row)
    return row


def theme(session: Session, code: str) -> Theme:
    """A theme with plain labels."""
    row = Theme(
        code=code, group="test", label_fr=f"{code} fr", label_en=f"{code} en", words_fr=[], words_en=[],
        description_fr="", description_en="",
    )  # fmt: skip
    session.add(row)
    return row
