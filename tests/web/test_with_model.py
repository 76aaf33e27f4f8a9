"""The pages with the real encoder: meaning crosses words and languages, and no notice is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from matcher.store.encoding import backlog, encode_postings
from matcher.vocabulary import PostingKind
from tests.web.conftest import Seed
from tests.web.html import read
from web import create_app
from web.assets import Site
from web.config import ROOT, Settings
from web.wiring import db, services

MODEL = ROOT / "embeddings" / "model"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not (MODEL / "model.safetensors").exists(), reason="embeddings/model has no weights here"),
]


@pytest.fixture(scope="module")
def encoded(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One application with every posting encoded; loading the model is what takes time."""
    folder: Path = tmp_path_factory.mktemp("encoded")
    shutil.copy(seed.path, folder / "passerelle.db")
    settings = Settings(
        environment="testing",
        secret_key="tests only: a key of more than 32 characters",
        var_dir=folder,
        database_url="",
        model=str(MODEL),
        rate_limits_enabled=False,
    )
    site = create_app(settings)
    with site.app_context():
        encoder = services().encoder
        for kind in PostingKind:
            encode_postings(db.session, kind, backlog(db.session, kind, encoder.model_id), encoder)
        assert services().loader.wait(120) is not None
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(encoded: Site) -> FlaskClient:
    """A browser on that application."""
    return encoded.test_client()


def found(client: FlaskClient, address: str) -> list[str]:
    """Titles of the proposals of an address, best first."""
    return [item["title"] for item in json.loads(client.get(f"{address}?format=json").data)["items"]]


def test_the_obvious_offer_is_first(browser: FlaskClient, seed: Seed) -> None:
    """Rounds of home helpers: planning software; expiry dates: the stock tool; opening hours: simple sites."""
    expected = {
        "rounds": "Logiciel de planning pour équipes mobiles",
        "stock": "Outil libre de suivi de stock",
        "website": "Sites internet simples pour associations",
    }
    for need, title in expected.items():
        assert found(browser, f"/besoins/{seed.territory.needs[need]}/propositions")[0] == title, need


def test_a_course_beyond_the_range_is_a_near_miss_not_a_proposal(browser: FlaskClient, seed: Seed) -> None:
    """The need keeps to its département, the course is on site in the next one: the page says what to accept."""
    address = f"/besoins/{seed.territory.needs['volunteers']}/propositions"
    assert found(browser, address) == []
    page = read(browser.get(f"/en{address}").text)
    assert "Accept 100 km more: 1 more proposal" in page.text
    assert "Formation au tableur pour débutants" in page.text


def test_search_by_meaning_crosses_languages_and_needs_no_notice(browser: FlaskClient) -> None:
    """An English sentence without a word in common finds the French need."""
    page = read(browser.get("/en/recherche?q=we+waste+food+because+nobody+sees+the+expiry+dates").text)
    assert "Suivre le stock de l'épicerie" in page.text
    assert "words alone" not in page.text


def test_an_index_folder_that_is_gone_is_rebuilt(browser: FlaskClient, encoded: Site, seed: Seed) -> None:
    """The index is a cache: deleting it loses nothing."""
    address = f"/besoins/{seed.territory.needs['website']}/propositions"
    before = found(browser, address)
    shutil.rmtree(encoded.config["SETTINGS"].var_dir / "index", ignore_errors=True)
    assert found(browser, address) == before
    assert before[0] == "Sites internet simples pour associations"
