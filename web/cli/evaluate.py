"""``flask evaluate``: how good matching is, measured on labelled pairs through the site's own path."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click
import numpy as np
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from matcher.clock import today
from matcher.evaluation import datasets, site, territory
from matcher.evaluation.datasets import GoldenSet
from matcher.evaluation.fit import fit
from matcher.evaluation.teaching import teaching_sets
from matcher.pairs.service import Matcher
from matcher.pairs.weights import Weights, shipped_weights
from matcher.ports import TextEncoder, Vectors
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import schema
from matcher.store.encoding import backlog, encode_postings
from matcher.store.session import open_engine, writing
from matcher.vocabulary import PostingKind
from web.cli.index import progress_bar
from web.config import ROOT
from web.services import Services, StoreSearch, build_services
from web.wiring import services


@click.group("evaluate", cls=AppGroup, invoke_without_command=True)
@click.pass_context
def group(context: click.Context) -> None:
    """Measure matching on labelled pairs ("run", also without a command), and fit its weights on them ("fit")."""
    if context.invoked_subcommand is None:
        context.invoke(run)


#: Labelled pairs, beside the project and not part of it (their README says what may be trained on).
PAIRS: Final = ROOT.parent / "shared" / "data" / "pairs_dev"
#: The open corpus of needs and offers; its dev and test themes teach the weights, the encoder learnt from the others.
CORPUS: Final = ROOT / "embeddings" / "training" / "corpus"
RESULT: Final = ROOT / "benchmarks" / "results" / "evaluation.json"
WEIGHTS: Final = ROOT / "matcher" / "pairs" / "weights.json"

FOLDER = click.option(
    "--data", default=PAIRS, type=click.Path(path_type=Path), show_default=False, help="folder of the labelled pairs"
)


class RememberingEncoder:
    """An encoder that encodes each text once: several sets share their documents."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    @property
    def model_id(self) -> str:
        """That of the encoder behind."""
        return self._encoder.model_id

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """As the encoder behind."""
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(missing, self._encoder.encode_documents(missing), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As the encoder behind."""
        return self._encoder.encode_queries(texts)


def golden_sets(folder: Path) -> list[tuple[GoldenSet, bool]]:
    """Sets that are reported, and whether their queries are posted as needs or typed in the search box."""
    return [
        (datasets.read_plain_needs(folder, "fr"), True),
        (datasets.read_plain_needs(folder, "en"), True),
        (datasets.read_need_offer(folder), True),
        (datasets.read_pairs(folder, "aides_territoires_titre_descriptif_fr", most=273), False),
        (datasets.read_pairs(folder, "service_public_qr_fr", most=150), False),
    ]


@group.command("run")
@FOLDER
@click.option("--output", default=RESULT, type=click.Path(path_type=Path), show_default=False)
def run(data: Path, output: Path) -> None:
    """Import each labelled set, index it, match it, print the figures and write them as JSON."""
    encoder = services().loader.wait()
    if encoder is None:
        raise click.ClickException(services().loader.failure or "The encoder cannot be loaded.")
    figures = {}
    remembering = RememberingEncoder(encoder)
    try:
        with progress_bar() as progress:
            sets = golden_sets(data)
            task = progress.add_task("Measuring", total=len(sets))
            for golden, as_needs in sets:
                figures[golden.name] = measure(golden, as_needs, remembering)
                progress.advance(task)
    except datasets.GoldenSetError as error:
        raise click.ClickException(str(error)) from error
    _print(figures)
    written = {
        "command": "flask --app wsgi evaluate",
        "date": today().isoformat(),
        "model": encoder.model_id,
        "versions": {name: version(name) for name in ("torch", "sentence-transformers", "faiss-cpu", "sqlalchemy")},
        "python": platform.python_version(),
        "note": (
            "Weights were fitted on these sets: four numbers, held-out figures in matcher/pairs/weights.json. "
            "One answer is labelled for each need, so figures are lower bounds. Ties count against us."
        ),
        "sets": figures,
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    click.echo(f"Written to {output}")


def measure(golden: GoldenSet, as_needs: bool, encoder: TextEncoder) -> dict[str, Any]:
    """Figures of one set, in a database and an index of its own."""
    with _empty_site() as (session, there):
        with writing(session):
            site.add_place(session)
        site.load(session, golden, as_needs, today())
        _encode_all(session, encoder)
        words = _matcher(there, shipped_weights(), words_alone=True)
        dense = StoreSearch(there.stores[PostingKind.OFFER])
        ranked = site.rank_all(session, golden, as_needs, there.matcher, words, dense, encoder.encode_queries)
        return site.report(golden, ranked)


def _encode_all(session: Session, encoder: TextEncoder) -> None:
    for kind in PostingKind:
        encode_postings(session, kind, backlog(session, kind, encoder.model_id), encoder)


def _matcher(there: Services, weights: Weights, words_alone: bool) -> Matcher:
    """A matcher on the same stores with other weights, or as when there is no encoder."""
    searches = {kind: StoreSearch(store) for kind, store in there.stores.items()}
    model_id = None if words_alone else services().encoder.model_id
    return Matcher(searches, lambda: None, lambda: model_id, weights, today)


@contextmanager
def _empty_site() -> Iterator[tuple[Session, Services]]:
    """A migrated database in a temporary folder, with services that use the encoder that is loaded."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/golden.db")
        schema.upgrade(engine)
        settings = current_app.config["SETTINGS"].model_copy(update={"var_dir": Path(folder)})
        with Session(engine) as session:
            yield session, build_services(engine, settings, services().loader)
        engine.dispose()


@group.command("fit")
@FOLDER
def fit_weights(data: Path) -> None:
    """Fit weights and cut-offs on the labelled pairs and store them with their held-out figures."""
    encoder = services().loader.wait()
    if encoder is None:
        raise click.ClickException(services().loader.failure or "The encoder cannot be loaded.")
    try:
        sets, provenance = teaching_sets(data, CORPUS, encoder.encode_documents)
    except datasets.GoldenSetError as error:
        raise click.ClickException(str(error)) from error
    weights = fit(sets, {"model": encoder.model_id, "date": today().isoformat(), **provenance})
    weights = _with_posted_levels(weights)
    WEIGHTS.write_text(weights.to_json(), "utf-8")
    table = Table("set", *("ours", "dense", "words"), title="nDCG@10 on held-out folds")
    for name, found in weights.provenance["held_out"]["ndcg@10"].items():
        table.add_row(name, *(f"{found[method]:.3f}" for method in ("ours", "dense", "words")))
    Console().print(table)
    click.echo(f"Written to {WEIGHTS}")


def _with_posted_levels(weights: Weights) -> Weights:
    """Levels of posted needs, from the answers known in the demonstration territory."""
    with _empty_site() as (session, there):
        seed_vocabularies(session)
        seed_places(session)
        load_demo(session, DEMO_FOLDER, today())
        _encode_all(session, services().encoder)
        hybrid, words = (_matcher(there, weights, alone) for alone in (False, True))
        judged, judged_words = (territory.judge(session, matcher, DEMO_FOLDER) for matcher in (hybrid, words))
    return territory.with_posted_levels(weights, judged, judged_words)


def _print(figures: dict[str, Any]) -> None:
    for name, found in figures.items():
        table = Table(title=f"{name}: {found['queries']} queries, {found['documents']} documents", title_justify="left")
        for column in ("method", "nDCG@10 [95 %]", "MRR", "recall@1", "recall@10", "recall@50"):
            table.add_column(column)
        for method, values in found["methods"].items():
            ndcg = values["ndcg@10"]
            interval = f"{ndcg['mean']:.3f} [{ndcg['low']:.3f}, {ndcg['high']:.3f}]"
            others = (f"{values[key]:.3f}" for key in ("mrr", "recall@1", "recall@10", "recall@50"))
            table.add_row(method, interval, *others)
        Console().print(table)
