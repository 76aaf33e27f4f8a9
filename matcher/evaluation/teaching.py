"""The labelled sets that weights and cut-offs are fitted on, and how much each counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation import datasets
from matcher.evaluation.datasets import GoldenSet
from matcher.evaluation.labelled import LabelledSet, label, label_off_topic

#: Weight of each set in the fit, chosen: needs count fully, registers that only resemble them less. Pairs that
#: the encoder learnt from have no place here: their meaning would look more telling than it is.
IMPORTANCE: Final = {
    "beta_need_offer_fr": 1.0,
    "plain_needs_fr": 1.0,
    "plain_needs_en": 1.0,
    "corpus_fr_fr": 0.5,
    "corpus_en_fr": 0.5,
    "beta_need_offer_fr_labels": 0.2,
    "aides_territoires_titre_descriptif_fr": 0.5,
    "service_public_qr_fr": 0.1,
    "off_topic": 0.3,
}

#: Sets whose labels set the cut-offs of the named levels: real needs and what answers them.
SETS_CUTOFFS: Final = ("beta_need_offer_fr", "plain_needs_fr", "plain_needs_en")

#: Questions about anything, asked of the offers: they teach what "nothing here answers you" looks like.
OFF_TOPIC: Final = 150


def teaching_sets(
    folder: Path, corpus: Path, encode: Callable[[Sequence[str]], NDArray[np.float32]]
) -> tuple[list[LabelledSet], dict[str, Any]]:
    """Labelled sets with their evidence, and the provenance to store with the fitted weights.

    `folder` holds the labelled pairs, `corpus` the open corpus of needs and offers.

    Raises GoldenSetError when a file is absent. Cost: the encoding of about 15 000 sentences.
    """
    sets = [
        label(golden, encode, importance=IMPORTANCE[golden.name], sets_cutoffs=golden.name in SETS_CUTOFFS)
        for golden in _golden(folder, corpus)
    ]
    questions = datasets.read_pairs(folder, "piaf_question_paragraph_fr", most=400).queries[:OFF_TOPIC]
    offers = datasets.read_need_offer(folder).documents
    sets.append(label_off_topic("off_topic", questions, offers, encode, importance=IMPORTANCE["off_topic"]))
    files = ("plain_needs", "beta_need_offer_fr", "aides_territoires_titre_descriptif_fr", "service_public_qr_fr")
    paths = [datasets.file_of(folder, name) for name in files]
    provenance = {
        "importance": IMPORTANCE,
        "sets_cutoffs": list(SETS_CUTOFFS),
        "chosen_not_measured": ["must", "nice", "themes"],
        "data_sha256": {path.name: datasets.sha256_of(path) for path in paths},
    }
    return sets, provenance


def _golden(folder: Path, corpus: Path) -> list[GoldenSet]:
    return [
        datasets.read_need_offer(folder),
        datasets.read_plain_needs(folder, "fr"),
        datasets.read_plain_needs(folder, "en"),
        *(datasets.read_corpus_needs(corpus, ("dev", "test"), asked, "fr") for asked in ("fr", "en")),
        datasets.read_need_offer_labels(folder),
        datasets.read_pairs(folder, "aides_territoires_titre_descriptif_fr", most=273),
        datasets.read_pairs(folder, "service_public_qr_fr", most=300),
    ]
