"""``flask index``: stored vectors and the indexes made from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from embeddings.errors import StoreNotWritable
from embeddings.model_files import ModelUnavailable
from matcher.store.encoding import backlog, encode_postings, forget_other_models
from matcher.vocabulary import PostingKind
from web.wiring import db, services

group = AppGroup("index", help="Vectors of needs and offers, and the indexes made from them.")


@contextmanager
def _said_clearly() -> Iterator[None]:
    """A missing model or a folder that cannot be written ends the command with one sentence."""
    try:
        yield
    except (ModelUnavailable, StoreNotWritable) as error:
        raise click.ClickException(str(error)) from error


def progress_bar() -> Progress:
    """Progress on standard error, so that output can be piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


@group.command()
def build() -> None:
    """Encode what has no current vectors, then bring the indexes up to date. Quick when nothing changed."""
    with _said_clearly():
        _encode_backlog()
        for kind in PostingKind:
            services().stores[kind].refresh()
            count = services().stores[kind].status().count
            click.echo(f"{kind.value}: {count} vectors in the index")


def _encode_backlog() -> None:
    encoder = services().encoder
    waiting = {kind: backlog(db.session, kind, encoder.model_id) for kind in PostingKind}
    if not any(waiting.values()):
        return
    with progress_bar() as progress:
        for kind, ids in waiting.items():
            task = progress.add_task(f"Encoding {kind.value}s", total=len(ids))
            encode_postings(db.session, kind, ids, encoder, partial(progress.advance, task))


@group.command()
def rebuild() -> None:
    """Make both indexes anew from the stored vectors."""
    with _said_clearly(), progress_bar() as progress:
        for kind in PostingKind:
            store = services().stores[kind]
            task = progress.add_task(f"Indexing {kind.value}s", total=store.status().source_count)
            store.rebuild(partial(_at, progress, task))


def _at(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)


@group.command()
def status() -> None:
    """Say what is encoded, what waits and what each index holds."""
    with _said_clearly():
        model_id = services().encoder.model_id
        table = Table("side", "vectors", "waiting", "base", "delta", "removed", "change", "bytes", "state")
        for kind in PostingKind:
            state = services().stores[kind].status()
            waiting = len(backlog(db.session, kind, model_id))
            cells = (state.count, waiting, state.base_count, state.delta_count, state.tombstones, state.seq)
            table.add_row(kind.value, *map(str, cells), str(state.bytes_on_disk), state.state)
    console = Console()
    console.print(f"Model {model_id}")
    console.print(table)


@group.command()
def check() -> None:
    """Compare each index with the database; exit 1 and name the differences when they disagree."""
    with _said_clearly():
        differences = [f"{kind.value}: {line}" for kind in PostingKind for line in services().stores[kind].check()]
    for line in differences:
        click.echo(line)
    if differences:
        raise SystemExit(1)
    click.echo("Indexes and database agree")


@group.command("forget-models")
def forget_models() -> None:
    """Delete the vectors of every model but the one at hand."""
    with _said_clearly():
        deleted = forget_other_models(db.session, services().encoder.model_id)
    click.echo(f"{deleted} rows of other models deleted")
