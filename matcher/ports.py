"""What the core asks of the outside: an encoder and a vector index, by shape alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
Ids: TypeAlias = "NDArray[np.int64]"


class TextEncoder(Protocol):
    """Texts to float32 rows of norm 1; ``n == 0`` gives shape (0, dim)."""

    @property
    def model_id(self) -> str:
        """Changes whenever the model's vectors do."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what somebody asks for, shape (n, dim)."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, shape (n, dim)."""


class VectorSearch(Protocol):
    """Exact nearest neighbours among the whole-text vectors of one side."""

    def search(self, query: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        """At most ``k`` allowed ids and their cosines, best first, for one query of shape (dim,).

        It answers from every change committed before the call.
        """


#: Gives the encoder when it is loaded, else None: the caller then answers by words alone.
EncoderWhenReady = Callable[[], TextEncoder | None]
