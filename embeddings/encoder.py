"""Texts to unit vectors with a sentence-transformers model, loaded when it is first needed.

Importing this module costs nothing: torch and sentence_transformers (three seconds, 400 MB) are
imported by :meth:`Encoder.load`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings import model_files, processors
from embeddings.model_files import ModelUnavailable
from embeddings.windows import Window, windows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["Encoder", "ModelUnavailable"]

Vectors = NDArray[np.float32]

#: Texts given to the model at once. Chosen, not measured.
BATCH: Final = 32

#: Windows encoded before another thread gets its turn: a visitor's query waits for at most this
#: many of a backlog, a quarter of a second on two cores. Chosen.
TURN: Final = 2 * BATCH

#: A model reads a batch at the length of its longest window. One that is more than so many times shorter than the
#: first of its turn begins a turn of its own. Measured on 40 needs, each with its sentences, in processor time of one
#: thread: 66 ms a need in one batch, 49 ms so.
UNEVEN: Final = 2

#: Windows of fewer tokens count as this long: a turn of their own would cost more than their padding. Chosen.
SHORT: Final = 16

_HUB_NAME: Final = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_QUERY_PROMPTS: Final = ("query",)
_DOCUMENT_PROMPTS: Final = ("document", "passage", "corpus")


class Encoder:
    """One model. Thread-safe; nothing is read before it is asked for.

    Parameters
    ----------
    source
        Folder of a sentence-transformers model, or its name on a hub. A Path is always a folder.
    split_sentences
        Cuts a text that is longer than the model's window.
    threads
        Threads of one encoding, for the whole process; None leaves torch's own choice.
    bfloat16
        Multiply matrices in bfloat16 and add up in float32; None: where the processor does so by itself.
        The vectors are the same for every purpose (cosine with float32's above 0.9999). Measured on a Xeon with
        avx512_bf16, 200 needs, texts a second of processor time: 128 before and 222 after in batches of 32, 59 and
        69 one by one; nDCG@10 of plain_needs and beta_need_offer_fr moved by 0.001 at most.
    """

    def __init__(
        self,
        source: str | Path,
        split_sentences: Callable[[str], list[str]],
        threads: int | None = None,
        *,
        bfloat16: bool | None = None,
    ) -> None:
        self.source = str(source)
        self.is_local = isinstance(source, Path) or Path(source).is_dir() or not _HUB_NAME.fullmatch(source)
        self._split_sentences = split_sentences
        self._threads = threads
        self._bfloat16 = processors.has_bfloat16() if bfloat16 is None else bfloat16
        # Apart from each other: what asks for the model must not wait for what is being encoded.
        self._loading = threading.Lock()
        self._encoding = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._model_id: str | None = None
        self._dim: int | None = None

    @property
    def model_id(self) -> str:
        """Name that changes whenever the vectors would. Known without loading the model.

        For a folder: its name and the :func:`~embeddings.model_files.fingerprint` of its files, found at
        the first question and kept: files that are replaced under a running process count from its
        restart. For a hub's model: its name alone, since the hub is not asked.
        Raises ModelUnavailable when there is no model.
        """
        if self._model_id is None:
            folder = Path(self.source)
            self._model_id = (
                f"{folder.resolve().name}@{model_files.fingerprint(folder)}" if self.is_local else self.source
            )
        return self._model_id

    @property
    def dim(self) -> int:
        """Length of a vector. Read from the configuration of a folder; else the model is loaded."""
        if self._dim is None:
            declared = model_files.declared_dim(Path(self.source)) if self.is_local else None
            self._dim = declared or _dim_of(self.load())
        return self._dim

    @property
    def is_loaded(self) -> bool:
        """True once :meth:`load` has succeeded."""
        return self._model is not None

    def load(self) -> SentenceTransformer:
        """The model, read into memory the first time.

        Raises ModelUnavailable, in one sentence, when it is missing, damaged, or a hub cannot be reached.
        """
        if self._model is None:
            with self._loading:
                if self._model is None:
                    self._model = self._read()
        return self._model

    def _read(self) -> SentenceTransformer:
        if self.is_local:
            self._check_folder()
            # Read by the hub's client when it is imported. Without it a local folder still asks the
            # hub, and waits 77 s where there is no network.
            os.environ["HF_HUB_OFFLINE"] = "1"
        # Its threads would outlive a fork and print a warning there; tokens are 1 % of the work.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            model = self._imported_model()
        except Exception as error:  # a broken model breaks in any of a dozen libraries
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelUnavailable(f"The model {self.source} cannot be loaded: {reason}") from error
        if self._dim not in (None, _dim_of(model)):
            raise ModelUnavailable(
                f"The model {self.source} makes vectors of length {_dim_of(model)}, its configuration says {self._dim}."
            )
        return model

    def _check_folder(self) -> None:
        folder = Path(self.source)
        known = self.model_id
        model_files.verify(folder)
        if not known.endswith(model_files.fingerprint(folder)):
            raise ModelUnavailable(f"The model in {folder} was replaced while the service runs: restart it.")

    def _imported_model(self) -> SentenceTransformer:
        import torch  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

        disable_progress_bar()  # type: ignore[no-untyped-call]
        if self._threads:
            torch.set_num_threads(self._threads)
        try:
            model = SentenceTransformer(self.source, device="cpu", local_files_only=True)
        except Exception:
            if self.is_local:
                raise
            model = SentenceTransformer(self.source, device="cpu")  # not in the cache: ask the hub
        model = model.float().eval()
        if self._bfloat16:
            # Autocasting would turn these weights into bfloat16 again for every batch: a third of what a single
            # posting costs. The products are the same to the bit.
            for module in model.modules():
                if isinstance(module, torch.nn.Linear):
                    module.to(torch.bfloat16)
        return model

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what somebody asks for: float32 of shape (n, dim), C-contiguous, rows of norm 1.

        An empty list gives shape (0, dim) and loads nothing. An empty text, or one that the model's
        tokenizer sees nothing in, has the vector of the empty string: of norm 1, never NaN, and
        without meaning. Raises ModelUnavailable.
        """
        return self._encode(texts, _QUERY_PROMPTS, None)

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of what is searched, as :meth:`encode_queries` gives them.

        ``progress`` gets the number of texts done so far.
        """
        return self._encode(texts, _DOCUMENT_PROMPTS, progress)

    def _encode(
        self, texts: Sequence[str], prompts: tuple[str, ...], progress: Callable[[int], None] | None
    ) -> Vectors:
        """Encode windows in order of length, then join those of one text.

        A text of several windows is the mean of theirs, weighted by tokens: nothing is cut off.
        """
        if isinstance(texts, str):
            raise ValueError("expected a list of texts, got one text")
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        model = self.load()
        parts = self._windows(model, [_encodable(text) for text in texts], prompts)
        jobs = [(owner, window) for owner, own in enumerate(parts) for window in own]
        jobs.sort(key=lambda job: -job[1].tokens)
        waiting = np.array([len(own) for own in parts])
        sums = np.zeros((len(texts), self.dim), dtype=np.float64)
        encode = model.encode_query if prompts is _QUERY_PROMPTS else model.encode_document
        for turn in _turns(jobs):
            with self._encoding, self._arithmetic():
                vectors = encode(
                    [window.text for _, window in turn],
                    batch_size=BATCH,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
            for (owner, window), vector in zip(turn, vectors, strict=True):
                sums[owner] += max(window.tokens, 1) * vector.astype(np.float64)
                waiting[owner] -= 1
            if progress:
                progress(int(np.count_nonzero(waiting == 0)))
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        if not (norms > 0).all():  # also false for NaN
            raise ModelUnavailable(f"The model {self.source} gives vectors that are not numbers: it is damaged.")
        return np.ascontiguousarray(sums / norms, dtype=np.float32)

    def _arithmetic(self) -> AbstractContextManager[Any]:
        import torch  # noqa: PLC0415

        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16)

    def _windows(self, model: Any, texts: list[str], prompts: tuple[str, ...]) -> list[list[Window]]:
        """For each text the windows that the model reads whole."""

        def count_tokens(texts: list[str]) -> list[int]:
            return _token_counts(model.tokenizer, texts)

        limit = model.max_seq_length
        if limit is None or limit > 1_000_000:  # models without a window say None, infinity or 10^30
            return [[Window(text, len(text))] for text in texts]
        # The tokenizer is not thread-safe, and encoding uses it too.
        with self._encoding:
            prompt = next((model.prompts[name] for name in prompts if name in model.prompts), None)
            if prompt is None:
                prompt = model.prompts.get(model.default_prompt_name, "")
            special = model.tokenizer.num_special_tokens_to_add()
            room = max(1, int(limit) - special - count_tokens([prompt])[0])
            return [
                [Window(text, tokens)] if tokens <= room else windows(text, room, self._split_sentences, count_tokens)
                for text, tokens in zip(texts, count_tokens(texts), strict=True)
            ]


def _turns(jobs: Sequence[tuple[int, Window]]) -> Iterator[Sequence[tuple[int, Window]]]:
    """``jobs``, the longest first, cut into turns of at most :data:`TURN` windows of about one length."""
    start = 0
    for place, (_, window) in enumerate(jobs):
        longest = jobs[start][1].tokens
        if place - start == TURN or longest > UNEVEN * max(window.tokens, SHORT):
            yield jobs[start:place]
            start = place
    yield jobs[start:]


def _encodable(text: str) -> str:
    """``text`` without the halves of surrogate pairs that no tokenizer accepts."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _token_counts(tokenizer: Any, texts: list[str]) -> list[int]:
    if not texts:
        return []
    found = tokenizer(texts, add_special_tokens=False, truncation=False, padding=False, verbose=False)
    return [len(ids) for ids in found["input_ids"]]


def _dim_of(model: Any) -> int:
    dim = model.get_embedding_dimension()
    if dim is None:
        raise ModelUnavailable("The model does not tell the length of its vectors.")
    return int(dim)
