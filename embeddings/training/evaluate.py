"""Measure encoders on texts that none of them learnt from, beside word search.

``python -m embeddings.training.evaluate --model ours=embeddings/model --model teacher=teacher`` prints the
table and writes ``benchmarks/results/encoder.json``. Ties count against the model; intervals are
bootstrap over queries. Texts go through :class:`embeddings.encoder.Encoder`, as they do in the service.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

from embeddings.encoder import Encoder
from embeddings.training.corpus import CORPUS, LANGUAGES
from embeddings.training.held_out import ONE_IN_PAIRS, STS, is_held_out
from embeddings.training.sources import Parallel, held_out_translations, read_parallel
from embeddings.training.teacher import teacher_folder
from matcher.evaluation import datasets
from matcher.evaluation.bootstrap import mean_interval
from matcher.evaluation.datasets import GoldenSet
from matcher.evaluation.metrics import ndcg_at_k
from matcher.text import lexemes, split_sentences

Floats = NDArray[np.float64]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

ROOT: Final = Path(__file__).parents[2]
DATA: Final = ROOT.parent / "shared" / "data"
RESULT: Final = ROOT / "benchmarks" / "results" / "encoder.json"

#: Usual constants of BM25 (Robertson and Zaragoza, 2009).
K1: Final = 1.2
B: Final = 0.75

#: Sentences among which the right translation is looked for, and texts that speed is measured on.
AMONG: Final = 1000
TIMED: Final = 256

#: Sets whose pairs were partly learnt from: measured on the fifth that was not.
HELD_OUT_FIFTH: Final = {
    "piaf_question_paragraph_fr": ("query", "fr"),
    "esco_label_description": ("query_fr", "en"),
    "rome_appellation_metier_fr": ("query", "fr"),
}


def golden_sets(data: Path) -> list[GoldenSet]:
    """Every ranking that is measured: evaluation sets, and the corpus's test themes in each pair of languages."""
    pairs = data / "pairs_dev"
    sets = [datasets.read_plain_needs(pairs, language) for language in LANGUAGES]
    sets.append(datasets.read_need_offer(pairs))
    sets += [datasets.read_corpus_needs(CORPUS, ("test",), asked, told) for asked in LANGUAGES for told in LANGUAGES]
    sets.append(datasets.read_pairs(pairs, "service_public_qr_fr", most=535))
    sets.append(datasets.read_pairs(pairs, "aides_territoires_titre_descriptif_fr", most=273))
    sets += [_held_out(pairs, name, *how) for name, how in HELD_OUT_FIFTH.items()]
    return sets


def _held_out(pairs: Path, name: str, field: str, language: str, most: int = 500) -> GoldenSet:
    whole = datasets.read_pairs(pairs, name, most=100_000, query_field=field, document_language=language)
    kept = tuple(text for text in whole.documents if is_held_out(text.text, ONE_IN_PAIRS))
    keys = {text.key for text in kept}
    queries = tuple(text for text in whole.queries if keys.issuperset(whole.relevant[text.key]))[:most]
    return GoldenSet(name, queries, kept, {text.key: whole.relevant[text.key] for text in queries})


def ranking(golden: GoldenSet, scores: Floats) -> dict[str, Any]:
    """nDCG@10 with its interval."""
    interval = mean_interval(ndcg_at_k(scores, golden.grades(), 10))
    return {"ndcg@10": round(interval.mean, 3), "interval": [round(interval.low, 3), round(interval.high, 3)]}


def dense_scores(golden: GoldenSet, encode: Encode) -> Floats:
    """Cosines of whole texts, shape (queries, documents)."""
    asked = encode([text.text for text in golden.queries])
    return np.asarray(asked @ encode([text.text for text in golden.documents]).T, dtype=np.float64)


def bm25_scores(golden: GoldenSet) -> Floats:
    """BM25 over the stems that the service indexes, shape (queries, documents)."""
    counted = [Counter(lexemes(text.text, text.language)) for text in golden.documents]
    lengths = np.array([count.total() for count in counted], dtype=np.float64)
    relative = lengths / max(lengths.mean(), 1.0)
    scores = np.zeros((len(golden.queries), len(counted)))
    for row, query in enumerate(golden.queries):
        for stem in set(lexemes(query.text, query.language)):
            found = np.array([count[stem] for count in counted], dtype=np.float64)
            holders = np.count_nonzero(found)
            rarity = np.log1p((len(counted) - holders + 0.5) / (holders + 0.5))
            scores[row] += rarity * found * (K1 + 1) / (found + K1 * (1 - B + B * relative))
    return scores


def similarity(data: Path, encode: Encode) -> dict[str, float]:
    """Spearman correlation with people's judgement, STS-B dev, by language."""
    found = {}
    for name in STS:
        with (data / "pairs_dev" / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        first, second = (encode([row[at] for row in rows]) for at in (0, 1))
        cosines = np.einsum("ij,ij->i", first, second)
        found[name.removesuffix(".tsv")] = round(float(spearmanr(cosines, [float(row[2]) for row in rows])[0]), 4)
    return found


def translation(held_out: Mapping[str, Sequence[Parallel]], encode: Encode) -> dict[str, dict[str, float]]:
    """By source: right translation among :data:`AMONG` (mean of both directions), and confused triples.

    A triple is confused when an unrelated French text is nearer to a French one than its English translation.
    """
    found = {}
    for source, listed in held_out.items():
        rows = _distinct(listed)[:AMONG]
        english, french = encode([row.en for row in rows]), encode([row.fr for row in rows])
        cosines = english @ french.T
        right = np.diag(cosines).copy()
        # Strictly above every other one: a tie is a miss.
        np.fill_diagonal(cosines, -2.0)
        hits = [(right > cosines.max(axis=axis)).mean() for axis in (0, 1)]
        order = np.array(random.Random(0).sample(range(len(rows)), len(rows)))  # noqa: S311 - a reproducible draw
        other = np.where(order == np.arange(len(rows)), (order + 1) % len(rows), order)
        unrelated = np.einsum("ij,ij->i", french, french[other])
        found[source] = {
            "sentences": len(rows),
            "right_translation": round(float(np.mean(hits)), 4),
            "confused_triples": round(float((unrelated >= right).mean()), 4),
        }
    return found


def _distinct(rows: Sequence[Parallel]) -> list[Parallel]:
    """Rows whose English and French occur in no row before: a sentence with two translations would tie with itself."""
    kept, seen = [], set[str]()
    for row in rows:
        if row.en not in seen and row.fr not in seen:
            kept.append(row)
            seen.update((row.en, row.fr))
    return kept


def speed(folder: Path, texts: Sequence[str]) -> dict[str, float]:
    """Texts a second, one by one and in batches of 32, on one thread and on two."""
    import torch  # noqa: PLC0415 - the encoder loads it

    found = {}
    before = torch.get_num_threads()
    for threads in (1, 2):
        encoder = Encoder(folder, split_sentences, threads=threads)
        encoder.encode_queries(texts[:32])
        for name, size in (("one_by_one", 1), ("batches_of_32", 32)):
            start = time.perf_counter()
            for at in range(0, len(texts), size):
                encoder.encode_queries(texts[at : at + size])
            found[f"{name}_{threads}_threads"] = round(len(texts) / (time.perf_counter() - start), 1)
    torch.set_num_threads(before)
    return found


def measure(
    folder: Path, data: Path, sets: Sequence[GoldenSet], held_out: Mapping[str, Sequence[Parallel]]
) -> dict[str, Any]:
    """Every figure of one model. Cost: the encoding of about 12 000 texts."""
    encoder = Encoder(folder, split_sentences)
    known: dict[str, NDArray[np.float32]] = {}

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        known.update(zip(missing, encoder.encode_documents(missing), strict=True))
        return np.stack([known[text] for text in texts])

    needs = [text.text for text in sets[0].queries]
    return {
        "model": encoder.model_id,
        "bytes": (folder / "model.safetensors").stat().st_size,
        "ranking": {golden.name: ranking(golden, dense_scores(golden, encode)) for golden in sets},
        "sts": similarity(data, encode),
        "translation": translation(held_out, encode),
        "speed": speed(folder, (needs * (TIMED // len(needs) + 1))[:TIMED]),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure encoders on texts that none of them learnt from.")
    parser.add_argument(
        "--model", action="append", required=True, metavar="NAME=FOLDER", help='"teacher=teacher" is the teacher'
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the shared data folder")
    parser.add_argument("--output", type=Path, default=RESULT)
    options = parser.parse_args(arguments)
    sets = golden_sets(options.data)
    held_out = held_out_translations(read_parallel(options.data))
    models = {name: measure(folder, options.data, sets, held_out) for name, folder in _folders(options.model)}
    written = {
        "command": "python -m embeddings.training.evaluate",
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("torch", "sentence-transformers", "transformers")},
        "machine": f"{platform.processor() or platform.machine()}, python {platform.python_version()}",
        "queries": {golden.name: [len(golden.queries), len(golden.documents)] for golden in sets},
        "bm25": {golden.name: ranking(golden, bm25_scores(golden)) for golden in sets},
        "models": models,
    }
    options.output.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
    Console().print(table(written))


def _folders(named: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for each in named:
        name, _, folder = each.partition("=")
        yield name, teacher_folder() if folder == "teacher" else Path(folder)


def table(written: Mapping[str, Any]) -> Table:
    """The figures, a row each, a column for each model."""
    names = list(written["models"])
    shown = Table("figure", "BM25", *names)
    for golden, plain in written["bm25"].items():
        cells = [written["models"][name]["ranking"][golden]["ndcg@10"] for name in names]
        shown.add_row(f"{golden} nDCG@10", str(plain["ndcg@10"]), *map(str, cells))
    for part in ("sts", "speed"):
        for key in written["models"][names[0]][part]:
            shown.add_row(f"{part} {key}", "", *(str(written["models"][name][part][key]) for name in names))
    for source, figures in written["models"][names[0]]["translation"].items():
        for key in figures:
            cells = [written["models"][name]["translation"][source][key] for name in names]
            shown.add_row(f"{source} {key}", "", *map(str, cells))
    return shown


if __name__ == "__main__":
    main()
