"""The figures that matter most must not fall: plain needs and long needs through the site's own path.

Bounds are the measured figures (benchmarks/results/evaluation.json) less 0.02, room for another
processor's rounding; chance alone would give about 0.02 in all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from matcher.evaluation import datasets
from web import create_app
from web.cli.evaluate import PAIRS, RememberingEncoder, measure
from web.config import Environment, Settings
from web.wiring import services

#: Long needs asked: encoding all 280 would double the time of this file.
LONG_NEEDS = 100

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PAIRS.is_dir(), reason=f"the labelled pairs are not there: {PAIRS}"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """nDCG@10 of every method on the three sets of needs."""
    app = create_app(Settings(environment=Environment.TESTING, var_dir=tmp_path_factory.mktemp("var")))
    with app.app_context():
        encoder = services().loader.wait()
        assert encoder is not None, services().loader.failure
        remembering = RememberingEncoder(encoder)
        sets = [datasets.read_plain_needs(PAIRS, language) for language in ("fr", "en")]
        long_needs = datasets.read_need_offer(PAIRS)
        sets.append(replace(long_needs, queries=long_needs.queries[:LONG_NEEDS]))
        found = {golden.name: measure(golden, True, remembering) for golden in sets}
    return {
        name: {method: values["ndcg@10"]["mean"] for method, values in figure["methods"].items()}
        for name, figure in found.items()
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_on_plain_needs_words_never_harm(figures: dict[str, dict[str, float]], language: str) -> None:
    """Hybrid is not below vectors alone where words find nothing, and far above words."""
    figure = figures[f"plain_needs_{language}"]
    assert figure["hybrid"] >= figure["dense"]
    assert figure["hybrid"] >= figure["bm25"] + 0.2
    assert figure["hybrid"] >= {"fr": 0.53, "en": 0.62}[language]


def test_on_long_needs_vectors_never_harm(figures: dict[str, dict[str, float]]) -> None:
    """Hybrid is not below BM25 alone where words find nearly everything."""
    figure = figures["beta_need_offer_fr"]
    assert figure["hybrid"] >= figure["bm25"]
    assert figure["hybrid"] >= 0.85


def test_chance_finds_nothing(figures: dict[str, dict[str, float]]) -> None:
    """The measure itself: a random order scores about what one answer among 280 gives."""
    for figure in figures.values():
        assert figure["random"] < 0.06
