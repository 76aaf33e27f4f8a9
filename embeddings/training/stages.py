"""The two stages of training, with the trainer of sentence-transformers.

1. :func:`distil`: the student's vectors of the French and of the English text move towards the teacher's
   vector of the English one (Reimers and Gurevych, *Making Monolingual Sentence Embeddings Multilingual
   using Knowledge Distillation*, 2020).
2. :func:`contrast`: a text is nearer to what answers it than to other answers (InfoNCE: van den Oord and
   others, 2018), in both languages and across them, while distillation goes on beside it so that general
   similarity is not forgotten.

Each stage reads a model folder and writes one; one that was interrupted goes on from its last checkpoint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from datasets import Dataset, DatasetDict
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.sampler import BatchSamplers, DefaultBatchSampler
from torch import nn
from torch.utils.data import RandomSampler
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from embeddings.training.corpus import LANGUAGES, Corpus
from embeddings.training.losses import Distillation, NeedRanking, PairRanking
from embeddings.training.sources import Pair, Parallel

#: Checkpoints of one stage: the last one is enough to go on from.
KEPT: Final = 1

#: Themes that meet in one batch of needs. Chosen: the offers of three themes are about as many texts as the needs.
PER_BATCH: Final = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """How one stage is run.

    ``share`` is the part of each capped source that distillation reads; ``stop_at`` ends a stage after that
    many steps of its schedule; ``tellings``: whether contrast also brings the two tellings of a need together.
    """

    epochs: float
    batch: int
    learning_rate: float
    share: float = 1.0
    seed: int = 1
    save_steps: int = 200
    stop_at: int | None = None
    tellings: bool = False


def distil(start: Path, teacher: Path, rows: Sequence[Parallel], folder: Path, settings: Settings) -> Path:
    """Teach the student in ``start`` with parallel texts; the folder of the result, in ``folder``."""
    if (done := folder / "final").is_dir():
        return done
    student = _student(start)
    datasets = DatasetDict({"parallel": distillation_rows(rows, teacher, folder)})
    return _train(student, datasets, {"parallel": Distillation(student)}, folder, settings)


def contrast(
    start: Path,
    teacher: Path,
    corpus: Corpus,
    answers: Mapping[str, Sequence[Pair]],
    rows: Sequence[Parallel],
    folder: Path,
    settings: Settings,
) -> Path:
    """Teach the student in ``start`` what answers what; the folder of the result, in ``folder``."""
    if (done := folder / "final").is_dir():
        return done
    student = _student(start)
    parts = {source: pair_rows(pairs) for source, pairs in answers.items() if pairs}
    losses: dict[str, nn.Module] = {name: PairRanking(student) for name in parts}
    parts["needs"], losses["needs"] = need_rows(corpus), NeedRanking(student, corpus)
    if settings.tellings:
        parts["tellings"], losses["tellings"] = telling_rows(corpus), PairRanking(student)
    if rows:
        parts["parallel"] = distillation_rows(rows, teacher, folder)
        losses["parallel"] = Distillation(student)
    return _train(student, DatasetDict(parts), losses, folder, settings, Batches([need.theme for need in corpus.needs]))


def need_rows(corpus: Corpus) -> Dataset:
    """Each need in each language, with its place in the corpus; theme after theme (:class:`ThemeBatches`)."""
    order = sorted(range(len(corpus.needs)), key=lambda at: corpus.needs[at].theme)
    rows = [(at, language) for at in order for language in LANGUAGES]
    return Dataset.from_dict(
        {"need": [corpus.needs[at].text(language) for at, language in rows], "label": [at for at, _ in rows]}
    )


def telling_rows(corpus: Corpus) -> Dataset:
    """Each need in French and as it is told in English, theme after theme: everyday French learns from English."""
    order = sorted(range(len(corpus.needs)), key=lambda at: corpus.needs[at].theme)
    return Dataset.from_dict(
        {
            "need": [corpus.needs[at].fr for at in order],
            "telling": [corpus.needs[at].en for at in order],
            "label": order,
        }
    )


def pair_rows(pairs: Sequence[Pair]) -> Dataset:
    """Question and answer; equal answers have one number."""
    numbers: dict[str, int] = {}
    return Dataset.from_dict(
        {
            "question": [pair.query for pair in pairs],
            "answer": [pair.answer for pair in pairs],
            "label": [numbers.setdefault(pair.answer, len(numbers)) for pair in pairs],
        }
    )


class ThemeBatches(DefaultBatchSampler):
    """Batches of needs of a few themes, drawn anew each epoch: the offers of a theme are encoded once for many needs.

    ``themes`` names the theme of each row.
    """

    def __init__(self, dataset: Dataset, themes: Sequence[str], **options: Any) -> None:
        super().__init__(dataset, **options)
        self._themes = np.array(themes)

    def __iter__(self) -> Iterator[list[int]]:
        """Rows of one batch after the other."""
        draw = np.random.default_rng(int(torch.randint(2**31, (1,), generator=self.generator)))
        together = max(1, self.batch_size // PER_BATCH)
        parts: list[NDArray[np.intp]] = []
        for theme in np.unique(self._themes):
            rows = draw.permutation(np.flatnonzero(self._themes == theme))
            parts += np.array_split(rows, max(1, len(rows) // together))
        drawn = np.concatenate([parts[at] for at in draw.permutation(len(parts))])
        for batch in np.split(drawn[: len(self) * self.batch_size], len(self)):
            yield batch.tolist()

    def __len__(self) -> int:
        """Batches of an epoch; the rows that fill none are left out, others each time."""
        return max(1, len(self._themes) // self.batch_size)


@dataclass(frozen=True, slots=True)
class Batches:
    """How the trainer draws batches: needs by theme, all other rows by chance. ``themes`` is that of each need."""

    themes: Sequence[str]

    def __call__(self, dataset: Dataset, generator: torch.Generator, **options: Any) -> DefaultBatchSampler:
        """The sampler of one part of the data."""
        if "need" in dataset.column_names:
            return ThemeBatches(dataset, [self.themes[at] for at in dataset["label"]], generator=generator, **options)
        return DefaultBatchSampler(RandomSampler(dataset, generator=generator), generator=generator, **options)


def distillation_rows(rows: Sequence[Parallel], teacher: Path, folder: Path) -> Dataset:
    """French and English texts with the teacher's vector of the English one.

    Cost: one encoding of the English, kept in ``folder`` so that a stage that goes on does not do it again.
    """
    vectors = _vectors(teacher, [row.en for row in rows], folder)
    return Dataset.from_dict(
        {
            "text": [text for row in rows for text in (row.fr, row.en)],
            "label": np.repeat(vectors, 2, axis=0).tolist(),
        }
    )


def _vectors(teacher: Path, texts: Sequence[str], folder: Path) -> NDArray[np.float32]:
    kept = folder / f"teacher-{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]}.npy"
    if not kept.is_file():
        model = SentenceTransformer(str(teacher), local_files_only=True)
        rows = model.encode(list(texts), batch_size=32, show_progress_bar=len(texts) > 1000, normalize_embeddings=True)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "teacher.part").open("wb") as file:
            np.save(file, np.asarray(rows, dtype=np.float32))
        (folder / "teacher.part").rename(kept)
    vectors: NDArray[np.float32] = np.load(kept)
    return vectors


def _student(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(folder), local_files_only=True).float()


def _train(
    student: SentenceTransformer,
    datasets: DatasetDict,
    losses: Mapping[str, nn.Module],
    folder: Path,
    settings: Settings,
    batch_sampler: Batches | None = None,
) -> Path:
    # Adam's moments of words that never occur fall below the smallest normal number after some 850 steps,
    # and arithmetic on those takes ten times as long.
    torch.set_flush_denormal(True)
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        learning_rate=settings.learning_rate,
        warmup_steps=0.1,
        lr_scheduler_type="linear",
        bf16=_computes_bfloat16(),
        use_cpu=not torch.cuda.is_available(),
        seed=settings.seed,
        save_strategy="steps",
        save_steps=settings.save_steps,
        save_total_limit=KEPT,
        logging_steps=max(1, settings.save_steps // 5),
        disable_tqdm=False,
        report_to="none",
        dataloader_drop_last=True,
        batch_sampler=batch_sampler or BatchSamplers.BATCH_SAMPLER,
    )
    trainer = SentenceTransformerTrainer(
        student, arguments, train_dataset=datasets, loss=dict(losses), callbacks=[StopAt(settings.stop_at)]
    )
    trainer.train(resume_from_checkpoint=_last_checkpoint(folder / "checkpoints"))
    # Under another name first: a folder "final" is whole.
    student.save(str(folder / "saving"), create_model_card=False)
    return (folder / "saving").rename(folder / "final")


class StopAt(TrainerCallback):
    """Ends a training after so many steps, or never: for a stage whose schedule is longer than what pays."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Asked after every step."""
        control.should_training_stop = control.should_training_stop or state.global_step == self._steps
        return control


def _last_checkpoint(folder: Path) -> str | None:
    """The last checkpoint that is whole: its state is what the trainer writes last."""
    whole = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _computes_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; without it, autocasting is slower than float32."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
