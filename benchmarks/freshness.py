"""How soon does every worker find what another process has just posted?

Four worker processes, each with a matcher of its own on one database, search again and again for the
words of a posting that does not exist yet. A fifth process commits it. Measured: from the end of its
commit to the end of the first search of each worker that found it, words and vectors apart. The index is
opened before the first posting, as a worker of the site does when it starts.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.queues import Queue
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.report import Figures, Target, percentiles
from benchmarks.server import open_database
from benchmarks.territory import Territory, encoder, territory
from embeddings.loading import BackgroundLoader
from matcher.ports import Vectors
from matcher.store import Offer
from matcher.store.encoding import encode_postings
from matcher.store.session import writing
from matcher.vocabulary import DeliveryMode, OfferKind, PostingKind, RangeScope
from web.config import Settings
from web.services import Services, build_services

QUESTION = "Delay until every one of 4 workers finds what another process has posted"
LIMIT_S = 1.0
WORKERS = 4

#: Seconds between two postings, and the longest wait for one of them to be found.
PAUSE_S = 0.2
PATIENCE_S = 30.0

#: What a worker says: (number of the posting, worker, how it was found, when it was found).
Found = tuple[int, int, str, float]


def title(number: int) -> str:
    """Words that no other posting holds."""
    return f"Zytroquine{number} xulophane{number}"


def run(small: bool, folder: Path) -> Figures:
    """Post one after the other and gather what the workers say."""
    postings = 3 if small else 50
    made = territory(small, folder)
    spawn = multiprocessing.get_context("spawn")
    found: Queue[Found] = spawn.Queue()
    ready = spawn.Barrier(WORKERS + 1)
    asked = encoder().encode_queries([title(number) for number in range(postings)])
    arguments = [(made.var, worker, asked, ready, found) for worker in range(WORKERS)]
    workers = [spawn.Process(target=search_until_found, args=argument, daemon=True) for argument in arguments]
    for worker in workers:
        worker.start()
    ready.wait(600)
    committed = [_post(made, number) for number in range(postings)]
    told = [found.get(timeout=PATIENCE_S) for _ in range(2 * WORKERS * postings)]
    for worker in workers:
        worker.join(PATIENCE_S)
    delays = {
        how: [max(0.0, at - committed[number][how]) for number, _, kind, at in told if kind == how]
        for how in ("words", "vectors")
    }
    measured = {f"{how}_s": percentiles(values) for how, values in delays.items()}
    targets = [
        Target(f"slowest worker, by {how}", found_s["max"], "s", most=LIMIT_S)
        for how, found_s in zip(delays, measured.values(), strict=True)
    ]
    return Figures(QUESTION, {"offers": made.offers, "postings": postings, "workers": WORKERS}, measured, targets)


def _post(made: Territory, number: int) -> dict[str, float]:
    """Commit a posting, then its vectors; when each was committed (``time.monotonic`` is one for all processes)."""
    with Session(made.engine) as session:
        with writing(session):
            row = Offer(
                title=title(number), description=f"{title(number)}.", organisation_id=1, kind=OfferKind.SERVICE,
                place_id=int(made.first_place), range_scope=RangeScope.ANYWHERE,
                delivery_modes=frozenset(DeliveryMode),
            )  # fmt: skip
            session.add(row)
        words = time.monotonic()
        encode_postings(session, PostingKind.OFFER, [row.id], encoder())
        vectors = time.monotonic()
    time.sleep(PAUSE_S)
    return {"words": words, "vectors": vectors}


def search_until_found(var: Path, worker: int, asked: Vectors, ready: object, found: Queue[Found]) -> None:
    """A worker's life: search for the next posting until it is found by its words and by its vector.

    ``asked`` : a vector for each posting, shape (postings, dim).
    """
    loader = BackgroundLoader(encoder())  # never loaded here: searches answer by words
    engine = open_database(var)
    services = build_services(engine, Settings(var_dir=var), loader)
    store = services.stores[PostingKind.OFFER]
    store.refresh()
    _search(services, engine, 0)
    ready.wait(600)  # type: ignore[attr-defined]
    for number, vector in enumerate(asked):
        while not (row_id := _search(services, engine, number)):
            time.sleep(0.002)
        found.put((number, worker, "words", time.monotonic()))
        while True:
            store.refresh()
            if row_id in store.search(vector[None, :], 5).ids[0]:
                break
            time.sleep(0.002)
        found.put((number, worker, "vectors", time.monotonic()))
    engine.dispose()


def _search(services: Services, engine: object, number: int) -> int | None:
    """Search as the search page does while the model is not loaded: id of the posting, if it is there."""
    with Session(engine) as session:  # type: ignore[arg-type]
        answer = services.matcher.search(session, title(number), "fr", [PostingKind.OFFER])[PostingKind.OFFER]
        rows = [match.posting for match in answer.items if match.posting.title == title(number)]
        return rows[0].id if rows else None
