"""The losses say which texts should be near, and leave out what nobody called wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("datasets", reason="training needs requirements-training.txt")

from sentence_transformers import SentenceTransformer  # noqa: E402
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss  # noqa: E402

from embeddings.training.corpus import Corpus, Need, Offer  # noqa: E402
from embeddings.training.losses import Distillation, NeedRanking, PairRanking, embed, ranking, relevance  # noqa: E402

MODEL = Path(__file__).parents[3] / "embeddings" / "model"


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    """The shipped model, without dropout."""
    return SentenceTransformer(str(MODEL), local_files_only=True, device="cpu").float().eval()


def corpus() -> Corpus:
    """Two themes; in each a rota (the same kind) and something of its own."""
    offers = tuple(
        Offer(f"{theme}-{kind}", theme, kind, "startup", f"{kind} {theme} fr", f"{kind} {theme} en")
        for theme, kinds in (("food", ("rota", "stock")), ("sport", ("rota", "film")))
        for kind in kinds
    )
    need = Need("n1", "food", "parent", "Personne samedi", "Nobody on Saturday", ("food-rota",), ())
    other = Need("n2", "sport", "parent", "Nos matchs", "Our games", ("sport-film", "sport-rota"), ())
    return Corpus((need, other), offers, {"food": "train", "sport": "train"})


@pytest.mark.model
def test_vectors_do_not_depend_on_the_grouping(model: SentenceTransformer) -> None:
    """Short and long texts in any order: the vectors of the model itself, row by row."""
    texts = [f"{'une phrase plus longue ' * at}vélo {at}" for at in (9, 0, 4, 1, 7)] * 8
    with torch.no_grad():
        found = embed(model, model.preprocess(texts))
    expected = torch.tensor(model.encode(texts))
    assert torch.allclose(found, expected, atol=1e-5)


@pytest.mark.model
def test_without_exceptions_it_is_the_known_loss(model: SentenceTransformer) -> None:
    """Different answers, nothing left out: the value of sentence-transformers' own loss in both directions."""
    features = [
        model.preprocess(["où réparer un vélo", "faire un site", "compter les stocks"]),
        model.preprocess(["atelier de réparation", "création de pages web", "inventaire des denrées"]),
    ]
    with torch.no_grad():
        ours = PairRanking(model)(features, torch.tensor([0, 1, 2]))
        known = MultipleNegativesRankingLoss(
            model, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
        )(features, None)
    assert float(ours) == pytest.approx(float(known), rel=1e-4)


def test_equal_answers_are_not_wrong() -> None:
    """Two questions with one answer: the loss of either does not push it away."""
    scores = torch.zeros((2, 2), requires_grad=True)
    right = torch.tensor([[True, True], [True, True]])
    loss = ranking(scores, right, torch.zeros_like(right))
    loss.backward()
    assert loss.item() == 0.0
    assert not scores.grad.any()


def test_cells_that_are_left_out_get_no_gradient() -> None:
    """Only right and wrong cells move."""
    scores = torch.zeros((1, 3), requires_grad=True)
    ranking(scores, torch.tensor([[True, False, False]]), torch.tensor([[False, True, False]])).backward()
    assert scores.grad[0].sign().tolist() == [-1.0, 0.0, 1.0]


def test_the_same_kind_in_another_theme_is_left_out() -> None:
    """A rota for sport may serve a food bank; a film may not, and within the theme the label decides."""
    answers, left_out = relevance(corpus())
    assert answers.tolist() == [[True, False, False, False], [False, False, True, True]]
    assert left_out.tolist() == [[False, False, True, False], [True, False, False, False]]


@pytest.mark.model
def test_a_step_brings_need_and_answer_together(model: SentenceTransformer) -> None:
    """The gradient points where the need is nearer to its answer than to the other offers."""
    loss = NeedRanking(model, corpus())
    need = model.preprocess(["Personne samedi", "Nos matchs"])
    torch.manual_seed(1)
    before = loss([need], torch.tensor([0, 1]))
    before.backward()
    moved = [weight for weight in model.parameters() if weight.grad is not None]
    with torch.no_grad():
        torch._foreach_add_(moved, [weight.grad for weight in moved], alpha=-0.01)
        torch.manual_seed(1)
        after = loss([need], torch.tensor([0, 1]))
        torch._foreach_add_(moved, [weight.grad for weight in moved], alpha=0.01)
    model.zero_grad()
    assert after.item() < before.item()


@pytest.mark.model
def test_distillation_is_the_squared_distance(model: SentenceTransformer) -> None:
    """0 at the teacher's own vectors, 4 at their opposites."""
    features = model.preprocess(["un vélo", "une épicerie"])
    with torch.no_grad():
        own = embed(model, features)
        assert float(Distillation(model)([features], own)) == pytest.approx(0.0, abs=1e-6)
        assert float(Distillation(model)([features], -own)) == pytest.approx(4.0, rel=1e-4)
