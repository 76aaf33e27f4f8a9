"""``python -m embeddings.training``: the whole recipe, from the teacher to a folder that ships."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from embeddings.training.corpus import LANGUAGES, Corpus, read_corpus
from embeddings.training.export import export, mix
from embeddings.training.sources import Parallel, guard, mixed, read_answers, read_parallel
from embeddings.training.stages import Settings, contrast, distil
from embeddings.training.teacher import teacher_folder
from embeddings.training.vocabulary import extend, french_pieces, lexicon

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of contrast.

    ``answers``: pairs of each source beside the corpus. ``beside``: part of distillation's rows that goes on
    beside it. ``mixed``: how much of the model after the round is in the result, the rest being the model
    before it; what a narrow training forgets comes back by that.
    """

    contrast: Settings
    answers: int
    beside: float
    mixed: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """Sizes of one run: French pieces added, then distillation, then rounds of contrast."""

    pieces: int
    distillation: Settings
    rounds: tuple[Round, ...]


#: What each machine can do in reasonable time. The rates and sizes of the two large ones are those of
#: the table in the model card, which tells what else was tried.
RECIPES: Final = {
    "gpu": Recipe(
        pieces=14_000,
        distillation=Settings(epochs=6, batch=256, learning_rate=4e-4),
        rounds=(
            Round(Settings(epochs=4, batch=128, learning_rate=1e-4, tellings=True), 12_000, 0.2, 0.5),
            Round(Settings(epochs=4, batch=128, learning_rate=6e-5, tellings=True, seed=2), 12_000, 0.2, 0.5),
        ),
    ),
    "cpu": Recipe(
        pieces=14_000,
        distillation=Settings(epochs=2, batch=128, learning_rate=5e-4),
        rounds=(
            Round(Settings(epochs=9, batch=64, learning_rate=1.5e-4, stop_at=400), 200, 0.008, 0.5),
            Round(Settings(epochs=3, batch=64, learning_rate=6e-5, tellings=True, seed=2), 100, 0.01, 0.7),
        ),
    ),
    "small": Recipe(
        pieces=300,
        distillation=Settings(epochs=1, batch=16, learning_rate=4e-4, share=0.001, save_steps=10),
        rounds=(Round(Settings(epochs=1, batch=16, learning_rate=1e-4, save_steps=5, tellings=True), 16, 0.0001, 0.5),),
    ),
}


def run(name: str, data: Path, out: Path, start: Path | None = None) -> Path:
    """Run a recipe; the folder of the model that ships. What ``out`` holds already is not done again.

    ``start`` is a student to go on from: vocabulary and distillation are then its own.
    """
    recipe, teacher, say = RECIPES[name], teacher_folder(), Console().print
    out.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus().part("train")
    if name == "small":
        corpus = _first_theme(corpus)
    rows = read_parallel(data)
    held_out = guard(data, rows)
    settings = recipe.distillation
    parallel = mixed(rows, held_out, settings.share, settings.seed)
    say(f"{len(parallel):,} parallel texts, {len(corpus.needs):,} needs, {len(corpus.offers):,} offers")
    student = start
    if student is None:
        begun = _vocabulary(teacher, out, rows, parallel, corpus, recipe.pieces)
        student = distil(begun, teacher, parallel, out / "distillation", settings)
    for number, each in enumerate(recipe.rounds, 1):
        folder, seed = out / f"contrast-{number}", each.contrast.seed
        beside = mixed(rows, held_out, each.beside, seed + 1)
        answers = read_answers(data, held_out, each.answers, seed)
        taught = contrast(student, teacher, corpus, answers, beside, folder, each.contrast)
        student = mix(student, taught, each.mixed, folder / "mixed")
    card = (Path(__file__).parent / "model_card.md").read_text("utf-8")
    export(student, out / "model", card)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1), "utf-8")
    say(f"The model is in {out / 'model'}.")
    return out / "model"


def _first_theme(corpus: Corpus) -> Corpus:
    theme = next(iter(corpus.splits))
    return Corpus(
        tuple(need for need in corpus.needs if need.theme == theme),
        tuple(offer for offer in corpus.offers if offer.theme == theme),
        {theme: "train"},
    )


def _vocabulary(
    teacher: Path, out: Path, rows: Sequence[Parallel], parallel: Sequence[Parallel], corpus: Corpus, size: int
) -> Path:
    """The teacher with a vocabulary for both languages, in a folder of its own."""
    folder = out / "vocabulary"
    if (folder / "model.safetensors").is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    own = [row.text(language) for language in LANGUAGES for texts in (corpus.needs, corpus.offers) for row in texts]
    french = [row.fr for row in parallel] + own[: len(own) // 2]
    pieces = french_pieces(french, teacher, size)
    counts = extend(teacher, folder, pieces, lexicon(rows), [*french, *(row.en for row in parallel), *own])
    Console().print(f"Vocabulary: {counts}")
    return folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.training", description="Train the encoder.")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="cpu", help="sizes of the run")
    parser.add_argument(
        "--small", action="store_const", const="small", dest="recipe", help="show in a minute that it runs"
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="the shared data folder")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "var" / "training", help="checkpoints and result; run again to go on"
    )
    parser.add_argument("--start", type=Path, help="a student to go on from, instead of the teacher")
    options = parser.parse_args(arguments)
    run(options.recipe, options.data, options.out, options.start)


if __name__ == "__main__":
    main()
