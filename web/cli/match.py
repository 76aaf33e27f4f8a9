"""``flask match``: proposals with their reasons, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup
from flask_babel import gettext
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from matcher.pairs.cards import Match
from matcher.pairs.service import Proposals
from matcher.postings.queries import get_need, get_offer
from matcher.store import Need, Offer
from matcher.text import guess_language
from matcher.vocabulary import Engine, PostingKind
from web.labels import label
from web.reasons import near_miss_sentence, sentence
from web.wiring import db, services

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

group = AppGroup("match", help="Who could answer a need, an offer or a sentence, and why.")


@group.command()
@click.argument("number", type=int)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
def need(number: int, limit: int) -> None:
    """Offers for need NUMBER."""
    _match(get_need(db.session, number), number, limit)


@group.command()
@click.argument("number", type=int)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
def offer(number: int, limit: int) -> None:
    """Needs that offer NUMBER could answer."""
    _match(get_offer(db.session, number), number, limit)


@group.command()
@click.argument("sentence")
@click.option("--side", type=click.Choice([kind.value for kind in PostingKind]), default="offer", show_default=True)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
def text(sentence: str, side: str, limit: int) -> None:
    """Offers (or needs) that answer a SENTENCE in French or English."""
    load_encoder()
    kind = PostingKind(side)
    answers = services().matcher.search(db.session, sentence, guess_language(sentence), [kind], limit)
    print_proposals(f"“{sentence}”", answers[kind])


def load_encoder() -> Encoder | None:
    """Wait for the encoder; without one, words answer alone and the table says so."""
    return services().loader.wait()


def _match(posting: Need | Offer | None, number: int, limit: int) -> None:
    if posting is None:
        raise click.ClickException(f"There is no posting with number {number}.")
    load_encoder()
    print_proposals(posting.title, services().matcher.proposals(db.session, posting, limit))


def print_proposals(asked: str, proposals: Proposals) -> None:
    """Proposals as a table with reasons, then near misses."""
    table = Table(title=asked, title_justify="left", show_lines=True, expand=True)
    table.add_column(str(label(proposals.kind)), ratio=2)
    table.add_column(gettext("Level"), no_wrap=True)
    table.add_column(gettext("Why"), ratio=3)
    for match in proposals.items:
        table.add_row(_what(match), str(label(match.level)), _why(match))
    console = Console()
    console.print(table)
    if proposals.engine is Engine.LEXICAL:
        console.print(str(label(proposals.engine)))
    if not proposals.items:
        console.print(gettext("No posting reaches the level shown as a match."))
    for near in proposals.near_misses:
        titles = "\n".join(f"· {match.posting.title}" for match in near.matches)
        console.print(Panel(titles, title=near_miss_sentence(near), title_align="left"))


def _what(match: Match) -> Text:
    posting = match.posting
    name = "" if isinstance(posting, Need) and posting.anonymous else f"{posting.organisation.name}, "
    return Text.assemble((posting.title, "bold"), f"\n{name}{posting.place.label}\n#{posting.id}")


def _why(match: Match) -> Group:
    lines = []
    if match.sentence_pair:
        lines += [Text(f"« {match.sentence_pair.query} »"), Text(f"⌒ « {match.sentence_pair.own} »", "italic")]
    lines += [Text(f"+ {sentence(reason)}", "green") for reason in match.met]
    lines += [Text(f"- {sentence(reason)}", "yellow") for reason in match.unmet]
    return Group(*lines)
