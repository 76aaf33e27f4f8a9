"""The whole recipe, small: from the teacher to a folder that the service loads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings import model_files
from embeddings.encoder import Encoder
from matcher.text import split_sentences

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not DATA.is_dir(), reason="the training data (../shared/data) are absent"),
]


def train(out: Path) -> str:
    """Run the command; what it said."""
    command = (sys.executable, "-m", "embeddings.training", "--small", "--out", str(out))
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after one run."""
    folder = tmp_path_factory.mktemp("training")
    train(folder)
    return folder


def losses(stage: Path) -> list[float]:
    """What the trainer logged, in order."""
    state = max(stage.glob("checkpoints/*/trainer_state.json"), key=lambda path: path.stat().st_mtime)
    return [float(row["loss"]) for row in json.loads(state.read_text("utf-8"))["log_history"] if "loss" in row]


@pytest.mark.timeout(600)
def test_one_command_makes_a_model(out: Path) -> None:
    """It is whole, loads, gives unit vectors, and is nearer to the teacher in French than the teacher is."""
    model = out / "model"
    model_files.verify(model)
    ours = Encoder(model, split_sentences, threads=2)
    rows = ours.encode_queries(["une épicerie solidaire", "a community shop", ""])
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    distilled = losses(out / "distillation")
    third = len(distilled) // 3  # single steps of so small a run go up and down
    assert np.mean(distilled[-third:]) < 0.95 * np.mean(distilled[:third])
    assert np.isfinite(losses(out / "contrast-1")).all()


@pytest.mark.timeout(600)
def test_an_interrupted_run_goes_on(out: Path) -> None:
    """Only what is missing is done again, from the last whole checkpoint: same vectors as without interruption."""
    before = Encoder(out / "model", split_sentences, threads=2).encode_queries(["le samedi il n'y a personne"])
    contrast = out / "contrast-1"
    shutil.rmtree(contrast / "final")
    shutil.rmtree(out / "model")
    (contrast / "checkpoints" / "checkpoint-9999").mkdir()  # begun when the process died
    said = train(out)
    assert "Vocabulary" not in said
    after = Encoder(out / "model", split_sentences, threads=2).encode_queries(["le samedi il n'y a personne"])
    assert float(before[0] @ after[0]) > 0.999
