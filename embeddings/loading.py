"""Load the encoder aside, so that no page waits for it."""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import TYPE_CHECKING

from embeddings.model_files import ModelUnavailable

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

_log = logging.getLogger(__name__)


class LoadState(StrEnum):
    """Where loading stands."""

    IDLE = "idle"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class BackgroundLoader:
    """Loads one encoder in a thread of its own. Thread-safe.

    ``state`` says where it stands; ``failure`` is the sentence that says why it failed, or None.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.state = LoadState.READY if encoder.is_loaded else LoadState.IDLE
        self.failure: str | None = None

    def start(self) -> None:
        """Begin to load unless that was begun before. Returns at once."""
        with self._lock:
            if self.state is LoadState.IDLE:
                self.state = LoadState.LOADING
                self._thread = threading.Thread(target=self._load, name="encoder", daemon=True)
                self._thread.start()

    def wait(self, timeout_s: float | None = None) -> Encoder | None:
        """Load now and wait; the encoder, or None when it failed or took longer."""
        self.start()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self.ready()

    def ready(self) -> Encoder | None:
        """The encoder once it is loaded, else None. Never waits."""
        return self.encoder if self.state is LoadState.READY else None

    def _load(self) -> None:
        try:
            self.encoder.load()
        except ModelUnavailable as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to, and nobody may wait for ever
            self._fail(f"The model cannot be loaded: {error}")
        else:
            self.state = LoadState.READY

    def _fail(self, sentence: str) -> None:
        _log.warning("%s", sentence)
        # In this order: who sees the state finds the sentence.
        self.failure = sentence
        self.state = LoadState.FAILED
