"""The encoder with the model that ships with the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings import processors
from embeddings.encoder import Encoder, ModelUnavailable
from embeddings.loading import BackgroundLoader, LoadState
from embeddings.windows import windows

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "embeddings" / "model"


def by_full_stop(text: str) -> list[str]:
    """Sentences end at full stops: enough for what is written here."""
    return re.split(r"(?<=\.)\s+", text.strip())


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The shipped model, loaded once."""
    made = Encoder(MODEL, by_full_stop, threads=2)
    made.load()
    return made


@pytest.fixture(scope="module")
def exact() -> Encoder:
    """The shipped model as every processor computes it: in float32."""
    return Encoder(MODEL, by_full_stop, threads=2, bfloat16=False)


@pytest.mark.model
def test_rows_are_float32_unit_vectors(encoder: Encoder) -> None:
    """Empty, short, long and odd texts: all norms are 1, none is nan."""
    texts = ["", " ", "vélo", "🚲" * 50, "a\0b", "مرحبا", "Le samedi. " * 200]
    vectors = encoder.encode_documents(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.model
@pytest.mark.model
def test_bfloat16_gives_the_same_vectors_for_every_purpose(exact: Encoder) -> None:
    """Cosines with those of float32 stay above 0.9999, for short and long texts, alone and in batches."""
    texts = ["On cherche des bénévoles.", "Un site internet pour la ressourcerie " * 12, "tri", "Who can help us?"]
    fast = Encoder(MODEL, by_full_stop, threads=2, bfloat16=True)
    wanted = exact.encode_documents(texts)
    assert (np.sum(wanted * fast.encode_documents(texts), axis=1) > 0.9999).all()
    assert float(wanted[0] @ fast.encode_queries(texts[:1])[0]) > 0.9999
    assert exact.model_id == fast.model_id


@pytest.mark.parametrize(
    ("told", "has"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16", True),
        ("Features\t: fp asimd bf16", True),
        ("flags\t\t: fpu avx512f amx_tile", False),
        ("model name\t: avx512_bf16 in its name alone", False),
        ("", False),
    ],
)
def test_bfloat16_is_used_where_the_processor_has_it(tmp_path: Path, told: str, has: bool) -> None:
    """The list of the processor's instructions decides, not its name; no list means no."""
    (tmp_path / "cpuinfo").write_text(told)
    assert processors.has_bfloat16(tmp_path / "cpuinfo") is has
    assert not processors.has_bfloat16(tmp_path / "missing")


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    """The shape stays (0, dim), so that callers need no special case."""
    assert encoder.encode_queries([]).shape == (0, encoder.dim)


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_and_among_others(exact: Encoder) -> None:
    """Neither padding nor order changes a vector by more than rounding."""
    texts = ["vélo", "Nous cherchons un logiciel pour les plannings de nos bénévoles.", "court", "Un texte. " * 90]
    together = exact.encode_documents(texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(exact.encode_documents([text])[0], vector, atol=1e-5)


@pytest.mark.model
def test_a_plain_need_is_nearest_to_what_answers_it(encoder: Encoder) -> None:
    """No word in common, in either language; the other two offers are further away."""
    offers = encoder.encode_documents(
        [
            "Outil de planification et de mobilisation de bénévoles",
            "Capteurs connectés pour mesurer la qualité de l'eau",
            "Formation à la comptabilité",
        ]
    )
    needs = encoder.encode_queries(
        [
            "On n'a jamais assez de volontaires le samedi pour tenir la boutique",
            "We never have enough helpers on Saturdays to keep the shop open",
        ]
    )
    assert (needs @ offers.T).argmax(axis=1).tolist() == [0, 0]


@pytest.mark.model
def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    """3 000 words about beekeeping, then one sentence about tax: the vector moves towards tax."""
    bees = "Les abeilles butinent les fleurs du verger au printemps. " * 330
    tax = "Nous déclarons la TVA et les impôts de la société."
    with_end, without, about = encoder.encode_documents([bees + tax, bees, tax])
    assert float(with_end @ about) > float(without @ about) + 1e-3


@pytest.mark.model
def test_windows_hold_every_token_of_a_long_text(encoder: Encoder) -> None:
    """Neither sentences packed together nor one endless sentence loses a token, and no window is too long."""
    tokenizer = encoder.load().tokenizer
    room = int(encoder.load().max_seq_length) - 2

    def tokens(text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]

    endless = " ".join(f"mot{number}" for number in range(1500))
    for text in ("Une phrase courte ici. " * 400, endless, "x" * 5000):
        parts = windows(text, room, by_full_stop, lambda texts: [len(tokens(text)) for text in texts])
        assert all(part.tokens == len(tokens(part.text)) <= room for part in parts)
        assert "".join(part.text for part in parts).replace(" ", "") == text.replace(" ", "")
        if " " in text:
            assert [token for part in parts for token in tokens(part.text)] == tokens(text)


@pytest.mark.model
def test_progress_counts_whole_texts(encoder: Encoder) -> None:
    """The last report is the number of texts, however many windows they took."""
    reports: list[int] = []
    encoder.encode_documents(["Court.", "Un texte assez long. " * 300, "Moyen. " * 20], reports.append)
    assert reports[-1] == 3
    assert reports == sorted(reports)


@pytest.mark.model
def test_a_prompt_takes_room_from_the_window(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a long prompt before every text, a text of nearly a whole window is split, not cut."""
    text = "abeille " * 240
    end = "Nous déclarons la TVA et les impôts de la société."
    prompts = encoder.load().prompts
    monkeypatch.setitem(prompts, "document", "passage : " * 30)
    with_end, without = encoder.encode_documents([text + end, text])
    assert float(with_end @ without) < 0.999


@pytest.mark.model
def test_threads_share_one_model(encoder: Encoder) -> None:
    """Eight threads encode at once and get what one gets."""
    expected = encoder.encode_queries(["réparer un vélo"])[0]
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(encoder.encode_queries(["réparer un vélo"])[0])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for vector in found:
        np.testing.assert_allclose(vector, expected, atol=1e-6)


def test_importing_the_encoder_loads_no_torch() -> None:
    """Pages, tests and commands that encode nothing start fast and small."""
    code = (
        "import sys, embeddings.encoder, embeddings.loading; "
        "print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_model_is_named_by_its_bytes(tmp_path: Path) -> None:
    """A changed file is another model; the same bytes elsewhere under the same name are the same.

    A running encoder keeps its name, which its vectors carry, and refuses to load other bytes under it.
    """
    for place in ("a", "b"):
        folder = tmp_path / place / "model"
        (folder / "1_Pooling").mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "modules.json").write_text("[]")
        (folder / "model.safetensors").write_bytes(b"weights")
    first, second = (Encoder(tmp_path / place / "model", by_full_stop) for place in ("a", "b"))
    assert first.model_id == second.model_id
    (tmp_path / "b" / "model" / "model.safetensors").write_bytes(b"WEIGHTS")
    replaced = Encoder(tmp_path / "b" / "model", by_full_stop)
    assert replaced.model_id != first.model_id == second.model_id
    with pytest.raises(ModelUnavailable, match="was replaced while the service runs: restart it"):
        second.load()


def test_a_missing_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    """Neither a traceback nor a wait for a hub."""
    encoder = Encoder(tmp_path / "nothing", by_full_stop)
    with pytest.raises(ModelUnavailable, match=r"^There is no model folder .*nothing\.$"):
        encoder.load()
    with pytest.raises(ModelUnavailable, match=r"^There is no model folder .*nothing\.$"):
        _ = encoder.model_id
    (tmp_path / "nothing").mkdir()
    with pytest.raises(
        ModelUnavailable, match=r"^There is no sentence-transformers model in .*nothing: it has no modules"
    ):
        _ = encoder.model_id


def test_a_damaged_model_without_checksums_is_said_in_one_sentence(tmp_path: Path) -> None:
    """What the libraries say about it, on one line, with the folder's name."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / "SHA256SUMS").unlink()
    os.truncate(folder / "model.safetensors", 100_000)
    with pytest.raises(ModelUnavailable, match=r"^The model .*model cannot be loaded: [^\n]+$"):
        Encoder(folder, by_full_stop).load()


def test_a_hub_model_without_a_network_is_said_in_one_sentence() -> None:
    """In a process of its own, since the hub's client reads once whether it may use the network."""
    code = (
        "from embeddings.encoder import Encoder, ModelUnavailable\n"
        "try: Encoder('nobody/nothing', str.split).load()\n"
        "except ModelUnavailable as error: print(error)"
    )
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, env=environment
    )
    assert re.fullmatch(r"The model nobody/nothing cannot be loaded: [^\n]+\n", done.stdout)


@pytest.mark.parametrize(
    ("source", "is_local"),
    [
        ("sentence-transformers/all-MiniLM-L6-v2", False),
        ("../model", True),
        ("/srv/model", True),
        (Path("model"), True),
    ],
)
def test_a_folder_is_told_from_a_hub_name(source: str | Path, is_local: bool) -> None:
    """A folder that is missing must not become a question to a hub."""
    assert Encoder(source, by_full_stop).is_local is is_local


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    """The checksums that ship with the model tell which file is not what it was."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    content = bytearray((folder / name).read_bytes())
    content[1000] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=rf"is damaged: {name} is not the file that was shipped\.$"):
        Encoder(folder, by_full_stop).load()


def test_an_incomplete_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A copy that broke off."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match=r"is incomplete: tokenizer\.json is missing\.$"):
        Encoder(folder, by_full_stop).load()


@pytest.mark.model
def test_loading_aside_never_makes_the_caller_wait() -> None:
    """Not ready at first, ready later, with the same encoder."""
    encoder = Encoder(MODEL, by_full_stop)
    loader = BackgroundLoader(encoder)
    assert loader.ready() is None
    loader.start()
    loader.start()
    assert loader.wait(120) is encoder
    assert (loader.state, loader.failure) == (LoadState.READY, None)


def test_a_failed_load_is_kept_with_its_sentence(tmp_path: Path) -> None:
    """The page can say why only words are searched."""
    loader = BackgroundLoader(Encoder(tmp_path / "nothing", by_full_stop))
    assert loader.wait(60) is None
    assert loader.state is LoadState.FAILED
    assert loader.failure is not None
    assert "There is no model folder" in loader.failure
