"""What a process does before its first answer, and what it leaves for later.

Nothing is timed here: ``benchmarks/cold_start.py`` does that. What is checked is what costs the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2.bccache import Bucket
from werkzeug.routing import BuildError, Map, Rule

from tests.web.conftest import Seed
from web import create_app
from web.assets import Site
from web.bytecode import KeptTemplates
from web.config import Settings
from web.services import Services
from web.wiring import EXTENSION, db, services

ROOT = Path(__file__).parents[2]

#: What the first page needs nothing of: encoder, index, solver, files to download, migrations, tables of languages,
#: numbers in arrays and all that computes with them, the other database, the drawing of the map.
LATER = (
    *("torch", "transformers", "sentence_transformers", "scipy", "sklearn", "pandas"),
    *("faiss", "ortools", "openpyxl", "alembic", "py3langid", "tablib", "datasets"),
    *("numpy", "sqlalchemy.dialects.postgresql", "embeddings.encoder", "embeddings.vector_store"),
    *("web.services", "matcher.pairs.cards", "matcher.pairs.service", "matcher.evaluation", "web.cli.evaluate"),
    *("matcher.teams.bounds", "matcher.teams.costs", "matcher.teams.cpsat", "matcher.teams.explanations"),
    *("matcher.hackathons.impossible", "matcher.store.word_search", "web.map.drawing"),
)

#: What a process has loaded once the application is made, and once it has answered; whether its collector works.
REPORT = f"""
import gc, json, sys
import wsgi
loaded = [name for name in {LATER!r} if name in sys.modules]
built = gc.get_freeze_count()
page = wsgi.app.test_client().get("/")
print(json.dumps({{
    "made": loaded,
    "answered": [name for name in {LATER!r} if name in sys.modules],
    "status": page.status_code,
    "whole": page.data.rstrip().endswith(b"</html>"),
    "collects": gc.isenabled(),
    "frozen": built,
}}))
"""


#: Endpoints with values: whole numbers, words, one of a few, several, unknown ones for the query, none.
ADDRESSES: tuple[tuple[str, dict[str, object]], ...] = (
    ("home.index", {}),
    ("needs.show", {"id": 12}),
    ("needs.show", {"id": 12, "page": 2, "q": "été & co"}),
    ("needs.export", {"fmt": "csv"}),
    ("teams.person", {"token": "a token/with a slash", "who": "7"}),
    ("static", {"filename": "css/site.css"}),
)


@pytest.fixture(scope="module")
def process(seed: Seed) -> dict[str, object]:
    """A new process that made the application and answered one page."""
    environment = {
        "PASSERELLE_DATABASE_URL": f"sqlite:///{seed.path}",
        "PASSERELLE_VAR_DIR": str(seed.path.parent),
        "PASSERELLE_ENVIRONMENT": "testing",  # with the keys of tests for private texts
        "PASSERELLE_ENCODER_WARMUP": "0",
    }
    done = subprocess.run(
        (sys.executable, "-c", REPORT), cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., Site]]:
    """Makes an application with the settings of the test, as each process of a server does."""
    made: list[Site] = []

    def start_one(**changed: object) -> Site:
        made.append(create_app(settings.model_copy(update=changed)))
        return made[-1]

    yield start_one
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join()
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_the_first_page_loads_nothing_heavy(process: dict[str, object]) -> None:
    """Neither making the application nor answering the home page imports what they need nothing of."""
    assert (process["status"], process["whole"]) == (200, True)
    assert process["made"] == []
    assert process["answered"] == []


def test_garbage_is_collected_once_the_application_is_made(process: dict[str, object]) -> None:
    """What was imported is set aside for good; what requests leave behind is not."""
    assert process["collects"] is True
    assert isinstance(process["frozen"], int)
    assert process["frozen"] > 10_000


def test_shapes_of_the_api_are_built_when_they_are_used(client: FlaskClient) -> None:
    """A model that is deferred answers, refuses and describes itself like any other, from the first request on."""
    from web.api.inputs import Body  # noqa: PLC0415
    from web.api.queries import Query  # noqa: PLC0415
    from web.api.shapes import Out  # noqa: PLC0415

    assert all(base.model_config["defer_build"] for base in (Body, Out, Query))
    assert client.get("/api/needs").status_code == 200
    refused = client.get("/api/needs?page=none")
    assert refused.status_code == 422
    assert [item["field"] for item in refused.get_json()["problems"]] == ["page"]


def test_how_addresses_are_built_is_learnt_when_one_is(
    start: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the rules that the framework adds by itself, before ours are of their own kind, are ready at the start."""
    compiled: list[str] = []
    by_werkzeug = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled.append(rule.rule)
        return by_werkzeug(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    app = start()
    assert len(compiled) <= 4
    compiled.clear()
    addresses = app.url_map.bind("localhost")
    assert addresses.build("needs.show", {"id": 12}) == addresses.build("needs.show", {"id": 12})
    assert compiled == ["/besoins/<titled:id>"]


def test_addresses_are_those_that_werkzeug_builds(app: Site) -> None:
    """A rule that learns late builds the same addresses, and refuses the same values."""
    rules = [Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods) for rule in app.url_map.iter_rules()]
    plain = Map(rules, converters=app.url_map.converters).bind("localhost")
    ours = app.url_map.bind("localhost")
    for endpoint, values in ADDRESSES:
        assert ours.build(endpoint, values) == plain.build(endpoint, values)
    with pytest.raises(BuildError):
        ours.build("needs.show", {})


def test_services_are_put_together_once(app: Site) -> None:
    """Threads that ask for them at the same time get the same."""
    assert EXTENSION not in app.extensions
    found: list[Services] = []
    together = threading.Barrier(4)

    def ask() -> None:
        with app.app_context():
            together.wait()
            found.append(services())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({id(one) for one in found}) == 1


def test_the_first_answer_does_not_wait_for_the_services(start: Callable[..., Site]) -> None:
    """They are put together when the answer has been sent."""
    app = start(encoder_warmup=True)
    page = app.test_client().get("/")
    assert page.status_code == 200
    assert EXTENSION not in app.extensions
    page.close()
    assert isinstance(app.extensions[EXTENSION], Services)


def test_templates_are_compiled_once_for_all_processes(settings: Settings, start: Callable[..., Site]) -> None:
    """A second application of the same folder reads what the first one compiled, and shows the same page."""
    first = start().test_client().get("/a-propos")
    folder = settings.var_dir / "cache" / "templates"
    kept = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert kept
    assert folder.stat().st_mode & 0o077 == 0
    second = start().test_client().get("/a-propos")
    assert second.status_code == first.status_code == 200
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == kept


@pytest.mark.parametrize("damage", [b"", b"\0" * 500, b"half"])
def test_a_damaged_compiled_template_is_compiled_again(
    settings: Settings, start: Callable[..., Site], damage: bytes
) -> None:
    """A file that a power cut left behind is no reason for a broken page."""
    assert start().test_client().get("/a-propos").status_code == 200
    files = list((settings.var_dir / "cache" / "templates").iterdir())
    whole = {path: path.read_bytes() for path in files}
    for path, content in whole.items():
        path.write_bytes(content[: len(content) // 2] if damage == b"half" else damage)
    assert start().test_client().get("/a-propos").status_code == 200
    assert {path: path.read_bytes() for path in files} == whole


def test_a_changed_template_is_not_read_from_the_cache(app: Site, tmp_path: Path) -> None:
    """What is kept belongs to one source text."""
    cache = KeptTemplates(tmp_path / "kept")
    environment = app.jinja_env
    old = cache.get_bucket(environment, "page.html", None, "old")
    assert old.code is None
    old.code = compile("1", "page.html", "eval")
    cache.set_bucket(old)
    assert cache.get_bucket(environment, "page.html", None, "old").code == old.code
    assert cache.get_bucket(environment, "page.html", None, "new").code is None


def test_pages_are_shown_where_nothing_can_be_kept(app: Site, tmp_path: Path) -> None:
    """A folder that cannot be made or written costs time, never an answer."""
    (tmp_path / "file").write_text("not a folder")
    cache = KeptTemplates(tmp_path / "file" / "templates")
    bucket: Bucket = cache.get_bucket(app.jinja_env, "page.html", None, "text")
    bucket.code = compile("1", "page.html", "eval")
    cache.set_bucket(bucket)
    assert cache.get_bucket(app.jinja_env, "page.html", None, "text").code is None
