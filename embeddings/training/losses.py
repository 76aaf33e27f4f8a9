"""The losses of the recipe.

Those of sentence-transformers do the same sums; ours differ in three ways. Texts are run in groups of like
length, since a batch of a short and a long text is mostly padding. The offers of a theme are encoded
once for all needs of the batch, which makes a step four times cheaper than a row of texts for each need. And
answers that are *known* not to be wrong are left out of the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

from embeddings.training.corpus import LANGUAGES, Corpus

#: Texts that are run together on a processor: fewer leave cores idle, more pad more. 16 ran 1.2 to 2.4
#: times faster than 64 on two cores. A GPU takes more.
GROUP: Final = 16
GROUP_CUDA: Final = 128

#: Cosines are multiplied by this: the usual temperature of 0.05.
SCALE: Final = 20.0


def embed(model: SentenceTransformer, features: Mapping[str, Any]) -> Tensor:
    """Sentence vectors, shape (rows, dim), in the order of the rows; each group padded to its own longest."""
    lengths = features["attention_mask"].sum(dim=1)
    order = torch.argsort(lengths)
    parts = []
    for rows in torch.split(order, GROUP_CUDA if order.is_cuda else GROUP):
        longest = int(lengths[rows].max())
        own = {
            name: values[rows, :longest] if isinstance(values, Tensor) and values.dim() == 2 else values
            for name, values in features.items()
        }
        parts.append(model(own)["sentence_embedding"])
    vectors: Tensor = torch.cat(parts)[torch.argsort(order)]
    return vectors.float()


class Distillation(nn.Module):
    """Mean squared distance between the student's vectors and the teacher's, in [0, 4] for unit vectors."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: Iterable[dict[str, Any]], labels: Tensor) -> Tensor:
        """``labels`` holds the teacher's vectors, shape (rows, dim)."""
        vectors = embed(self.model, next(iter(features)))
        return (vectors - labels.float()).square().sum(dim=1).mean()

    def get_config_dict(self) -> dict[str, Any]:
        """What the trainer logs."""
        return {}


class PairRanking(nn.Module):
    """The right answer among the answers of the batch, and back. Two columns; the labels number the answers.

    Equal numbers are equal answers: neither is wrong for the other's question.
    """

    def __init__(self, model: SentenceTransformer, scale: float = SCALE) -> None:
        super().__init__()
        self.model = model
        self.scale = scale

    def forward(self, features: Iterable[dict[str, Any]], labels: Tensor) -> Tensor:
        """Loss of one batch, a scalar; ``labels`` has the shape (rows,)."""
        questions, answers = (embed(self.model, each) for each in features)
        right = labels[:, None] == labels[None, :]
        return ranking(self.scale * questions @ answers.T, right, torch.zeros_like(right))

    def get_config_dict(self) -> dict[str, Any]:
        """What the trainer logs."""
        return {"scale": self.scale}


class NeedRanking(nn.Module):
    """The offers that answer a need among all offers of the themes in the batch, and back.

    One column of needs; the labels are their places in the corpus. Each offer is read in one language, drawn
    for each batch, so that needs meet offers in their own language and in the other. Left out of the comparison:
    offers of other themes that are of the same kind as an answer (a rota for a theatre may well serve a
    food bank). Of the same theme, every offer that is not named as an answer counts as wrong.
    """

    def __init__(self, model: SentenceTransformer, corpus: Corpus, scale: float = SCALE) -> None:
        super().__init__()
        self.model = model
        self.scale = scale
        self._offers = corpus.offers
        self._answers, self._left_out = relevance(corpus)
        places = {theme: at for at, theme in enumerate(corpus.splits)}
        self._theme_of_need = torch.tensor([places[need.theme] for need in corpus.needs])
        self._theme_of_offer = torch.tensor([places[offer.theme] for offer in corpus.offers])

    def forward(self, features: Iterable[dict[str, Any]], labels: Tensor) -> Tensor:
        """Loss of one batch, a scalar; ``labels`` has the shape (rows,)."""
        needs = embed(self.model, next(iter(features)))
        asked = labels.flatten().cpu()
        offers = torch.isin(self._theme_of_offer, self._theme_of_need[asked]).nonzero().flatten()
        drawn = torch.randint(len(LANGUAGES), (len(offers),)).tolist()
        texts = [self._offers[at].text(LANGUAGES[told]) for at, told in zip(offers.tolist(), drawn, strict=True)]
        read = {
            name: values.to(needs.device) if isinstance(values, Tensor) else values
            for name, values in self.model.preprocess(texts).items()
        }
        scores = self.scale * needs @ embed(self.model, read).T
        cells = (asked[:, None], offers[None, :])
        return ranking(scores, self._answers[cells].to(needs.device), self._left_out[cells].to(needs.device))

    def get_config_dict(self) -> dict[str, Any]:
        """What the trainer logs."""
        return {"scale": self.scale}


def relevance(corpus: Corpus) -> tuple[Tensor, Tensor]:
    """Two tables of shape (needs, offers), bool: which offers answer a need, and which are not to be compared."""
    number = {offer.id: at for at, offer in enumerate(corpus.offers)}
    answers = torch.zeros((len(corpus.needs), len(corpus.offers)), dtype=torch.bool)
    for row, need in enumerate(corpus.needs):
        answers[row, [number[name] for name in need.answers]] = True
    kinds = sorted({offer.kind for offer in corpus.offers})
    of_kind = torch.tensor([[offer.kind == kind for offer in corpus.offers] for kind in kinds])
    same_kind = (answers.float() @ of_kind.float().T) @ of_kind.float() > 0
    same_theme = torch.tensor([[need.theme == offer.theme for offer in corpus.offers] for need in corpus.needs])
    return answers, same_kind & ~same_theme


def ranking(scores: Tensor, right: Tensor, left_out: Tensor) -> Tensor:
    """Cross-entropy of each right cell against the wrong ones of its row, and of its column; their mean.

    All of shape (questions, answers), ``right`` and ``left_out`` bool. Other right cells of a row are neither
    for nor against (InfoNCE with several positives). Rows and columns without a right cell do not count.

    >>> scores = torch.tensor([[9.0, 0.0], [0.0, 9.0]])
    >>> right = torch.eye(2, dtype=torch.bool)
    >>> none = torch.zeros_like(right)
    >>> float(ranking(scores, right, none)) < 0.001 < 8 < float(ranking(-scores, right, none))
    True
    """
    wrong = ~(right | left_out)
    return (_one_way(scores, right, wrong) + _one_way(scores.T, right.T, wrong.T)) / 2


def _one_way(scores: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
    # A large negative number instead of minus infinity: a row without any wrong cell keeps a gradient of 0, not NaN.
    against = torch.logsumexp(scores.masked_fill(~wrong, -1e4), dim=1, keepdim=True)
    losses = nn.functional.softplus(against - scores) * right
    count = right.sum(dim=1)
    asked = count > 0
    return (losses.sum(dim=1)[asked] / count[asked]).mean()
