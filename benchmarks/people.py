"""How long do people wait for a login, a posting and an answer, fifty of them at a time, on one process?

The site runs as ``make serve`` starts it: one gunicorn process with eight threads and the encoder loaded, and the
process of the jobs beside it, on a generated territory in SQLite. Rates are limited as always: each visitor comes from
an address of their own, told by a reverse proxy. The fifty are met in two ways:

- with think time (``benchmarks.visitors``): people who read and type between two clicks. The targets are theirs.
- without: a closed loop of fifty machines, in which each request waits for those before it, so that a wait is about
  fifty times a share of a processor. It says how many requests a second the process can answer at most.

"argon2 aside": the server tells with each login how long argon2 took in it (``benchmarks.timed_site``), waits for a
processor included; that time is taken off the same login, and the p95 is that of what is left. Beside it stand the
p95 with it, and sign-ins by a mailed link, which look at no password.

The floor: the least site on the same libraries (``benchmarks.bare_site``, one row on one page), in the same server,
right after, with the same fifty visitors, thinking as long and as often. ``of_floor`` is p95 by p95.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select

from benchmarks.report import Figures, Target, percentiles
from benchmarks.server import get, jobs, served
from benchmarks.territory import Territory, encoder
from benchmarks.visitors import THINK_S, Link, Member, Visit, Visitor, by_step, throughput, visit
from matcher.accounts.membership import attach
from matcher.accounts.registering import create_account
from matcher.accounts.signing_in import account_at
from matcher.clock import today, utc_now
from matcher.notifications.following import DAYS, LOG
from matcher.simulation.texts import need_values
from matcher.store import Change, JobMark, Need, Offer, Organisation, Proposal
from matcher.store.session import writing
from matcher.vocabulary import Engine, Language, Level
from web import create_app
from web.accounts.links import sign_in_link
from web.accounts.passwords import hashed, matches
from web.assets import Site
from web.config import Settings
from web.jobs import anybody_runs_them
from web.wiring import db

QUESTION = "Waits for a login, a posting and an answer with 50 people on one process"
LIMIT_MS = 200.0
SEED = 20261123

#: Steps of the targets, and how they are called.
ASKED = {"login": "login, argon2 aside", "posting": "posting", "answer": "answer"}
#: Longest wait until the encoder and the jobs of the site are there, in seconds.
WARM_UP_S = 120.0
#: Parts of the questions of a need that a visitor types.
_TYPED = ("problem", "beneficiaries", "tried", "outcome", "constraints")


class Sizes(NamedTuple):
    """How much is measured; walks with think time, and without."""

    offers: int
    needs: int
    visitors: int
    calm_walks: int
    closed_walks: int
    think_s: float


LARGE = Sizes(offers=3000, needs=300, visitors=50, calm_walks=2, closed_walks=2, think_s=THINK_S)
SMALL = Sizes(offers=100, needs=4, visitors=3, calm_walks=1, closed_walks=1, think_s=0.2)


def run(small: bool, folder: Path) -> Figures:
    """Prepare members, let them walk with and without think time, then the same on the floor."""
    sizes = SMALL if small else LARGE
    var = folder / "people"
    var.mkdir()
    Territory(var, encoder(), sizes.offers, sizes.needs)
    app = create_app(Settings(var_dir=var, encoder_warmup=False, base_url="http://127.0.0.1"))
    with app.app_context():
        members = _members(sizes)
        alone = _argon2_alone(members[0].password)
    calm, closed = _on_the_site(app, var, members, sizes)
    floor_calm, floor_closed = _on_the_floor(var, members, sizes, sum(map(len, calm)) // len(members))
    steps = _told(by_step(calm), _waits(floor_calm)["p95"])
    measured = {
        "think_time_s": {"mean": sizes.think_s, "source": "TPC-W 1.8: negative exponential"},
        "argon2_alone_ms": alone,
        "with_think_time_ms": {"requests_per_s": _rate(calm), "steps": steps},
        "floor_with_think_time_ms": {"requests_per_s": _rate(floor_calm), "page": _waits(floor_calm)},
        "closed_loop_ms": {
            "requests_per_s": _rate(closed), "steps": _told(by_step(closed), _waits(floor_closed)["p95"]),
        },
        "floor_closed_loop_ms": {"requests_per_s": _rate(floor_closed), "page": _waits(floor_closed)},
    }  # fmt: skip
    targets = [
        Target(f"{name}, p95", steps[step]["without_argon2" if step == "login" else "wait"]["p95"], "ms", most=LIMIT_MS)
        for step, name in ASKED.items()
    ]
    return Figures(QUESTION, sizes._asdict(), measured, targets)


def _members(sizes: Sizes) -> list[Member]:
    """Accounts, each with an organisation, a need, and as many proposals for it as walks."""
    session, walks, random = db.session, sizes.calm_walks + sizes.closed_walks, Random(SEED)
    organisations = session.scalars(select(Organisation).order_by(Organisation.id).limit(sizes.visitors)).all()
    live = [row.id for row in session.scalars(select(Offer)) if row.is_live(today())]
    members = []
    for number, organisation in enumerate(organisations):
        email, password = f"visitor-{number}@example.org", f"a password of visitor {number}"
        account = create_account(
            session,
            email,
            password=hashed(password),
            name="",
            language=Language.FR,
            consent_version=None,
            now=utc_now(),
        )
        attach(session, account, organisation)
        others = select(Offer.id).where(Offer.id.in_(live), Offer.organisation_id != organisation.id)
        offer_ids = random.sample(session.scalars(others).all(), walks)
        need_id = _need(organisation, offer_ids)
        texts = [_text(random) for _ in range(walks)]
        members.append(Member(number, email, password, organisation.id, need_id, offer_ids, texts))
    _follow_from_here()
    return members


def _need(organisation: Organisation, offer_ids: Sequence[int]) -> int:
    """A need of ``organisation`` that was proposed these offers."""
    session = db.session
    with writing(session):
        need = Need(title="Un planning simple", problem="Nous oublions des tournées.",
                    organisation=organisation, place_id=organisation.place_id)  # fmt: skip
        session.add(need)
        session.flush()
        session.add_all(
            Proposal(need_id=need.id, offer_id=offer_id, position=place, score=0.5, level=Level.GOOD,
                     engine=Engine.HYBRID)
            for place, offer_id in enumerate(offer_ids, 1)
        )  # fmt: skip
        return need.id


def _text(random: Random) -> dict[str, str]:
    values = need_values(random)
    return {name: str(values[name]) for name in _TYPED if values.get(name)} | {"place": "Nancy"}


def _follow_from_here() -> None:
    """The jobs have matched what is there: what they do while we measure is what visitors bring about."""
    session = db.session
    with writing(session):
        head = session.scalar(select(func.max(Change.seq))) or 0
        session.add_all([JobMark(name=LOG, seq=head), JobMark(name=DAYS, seq=today().toordinal())])


def _argon2_alone(password: str) -> dict[str, float]:
    """Milliseconds for one password, with nobody else in the process."""
    kept, found = hashed(password), []
    for _ in range(20):
        start = time.perf_counter()
        assert matches(password, kept)
        found.append((time.perf_counter() - start) * 1000)
    return percentiles(found)


def _on_the_site(
    app: Site, var: Path, members: Sequence[Member], sizes: Sizes
) -> tuple[list[list[Visit]], list[list[Visit]]]:
    """Visits with and without think time."""
    settings = {
        "PASSERELLE_ENVIRONMENT": "production",
        "PASSERELLE_SECRET_KEY": Settings(var_dir=var).effective_secret_key(),
        "PASSERELLE_SECURE_COOKIES": "0",
        "PASSERELLE_BASE_URL": "http://127.0.0.1",
        "PASSERELLE_ENCODER_WARMUP": "1",
        "PASSERELLE_RATE_LIMITS_ENABLED": "1",
        "PASSERELLE_TRUSTED_PROXIES": "1",
        "PASSERELLE_HONEYPOT_SECONDS": "0",  # whoever thinks for less than three seconds is a visitor here
    }
    link = _links(app)
    with served(var, "benchmarks.timed_site:app", settings) as (address, _), jobs(var, settings):
        _wait_until_warm(app, address)
        calm = _walks(address, members, sizes.think_s, range(sizes.calm_walks), link)
        closed = _walks(address, members, 0, range(sizes.calm_walks, sizes.calm_walks + sizes.closed_walks), link)
    return calm, closed


def _on_the_floor(
    var: Path, members: Sequence[Member], sizes: Sizes, requests: int
) -> tuple[list[list[Visit]], list[list[Visit]]]:
    """The same number of requests of each visitor to the least site, with and without think time."""

    def look(visitor: Visitor) -> None:
        for _ in range(requests):
            visitor.get("page", "/")

    with served(var, "benchmarks.bare_site:app") as (address, _):
        get(address + "/")
        visitors = [[Visitor(address, each, think_s, SEED) for each in members] for think_s in (sizes.think_s, 0)]
        calm, closed = (visit(each, look) for each in visitors)
    return calm, closed


def _walks(
    address: str, members: Sequence[Member], think_s: float, numbers: Sequence[int], link: Link
) -> list[list[Visit]]:
    def walk(visitor: Visitor) -> None:
        for number in numbers:
            visitor.walk(number, link)

    return visit([Visitor(address, member, think_s, SEED) for member in members], walk)


def _wait_until_warm(app: Site, address: str) -> None:
    """Until the encoder is there and has encoded what waits, and the jobs have had a turn. Raises TimeoutError."""
    end = time.perf_counter() + WARM_UP_S
    while not (_is_warm(json.loads(get(address + "/api/status"))) and _jobs_run(app)):
        if time.perf_counter() > end:
            raise TimeoutError("the site does not get warm")
        time.sleep(0.5)


def _jobs_run(app: Site) -> bool:
    with app.app_context():
        return anybody_runs_them(db.session, utc_now())


def _is_warm(status: dict[str, Any]) -> bool:
    return status["model"]["state"] == "ready" and all(index["complete"] for index in status["indexes"])


def _links(app: Site) -> Link:
    """Sign-in links as mails have them: made from what the database says of the account now."""

    def link(email: str) -> str:

        with app.test_request_context():
            account = account_at(db.session, email)
            assert account is not None
            return "/" + sign_in_link(account, "").split("/", 3)[3]

    return link


def _told(steps: dict[str, list[Visit]], floor_p95: float) -> dict[str, dict[str, Any]]:
    """Waits of each step in milliseconds; argon2 apart where it worked."""
    found: dict[str, dict[str, Any]] = {}
    for step, visits in steps.items():
        waits = percentiles([one.seconds * 1000 for one in visits])
        found[step] = {"wait": waits}
        if any(one.argon2_s for one in visits):
            found[step]["argon2"] = percentiles([one.argon2_s * 1000 for one in visits])
            waits = percentiles([(one.seconds - one.argon2_s) * 1000 for one in visits])
            found[step]["without_argon2"] = waits
        found[step]["of_floor"] = round(waits["p95"] / floor_p95, 2)
    return found


def _waits(visits: Sequence[Sequence[Visit]]) -> dict[str, float]:
    return percentiles([one.seconds * 1000 for each in visits for one in each])


def _rate(visits: Sequence[Sequence[Visit]]) -> float:
    return round(throughput(visits), 1)
