"""What is asked, from a posting or from a sentence typed in the search box."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from matcher.pairs.candidates import Asked
from matcher.pairs.terms import Terms, terms_of
from matcher.ports import TextEncoder, Vectors
from matcher.store import Facet, Need, Offer
from matcher.store.encoding import load_vectors
from matcher.store.passages import MAX_SENTENCES, passages
from matcher.text import lexemes, split_sentences
from matcher.vocabulary import PostingKind

#: Characters of a typed text that are read. Chosen: the longest posting is about as long.
MAX_TEXT = 8_000


def ask_posting(session: Session, posting: Need | Offer, model_id: str | None, encoder: TextEncoder | None) -> Asked:
    """Ask with a posting: its stored vectors when current, else encoded now, else words alone.

    Stored vectors serve even while the model is still being loaded.
    """
    texts = passages(posting)
    whole = sentences = None
    if model_id is not None:
        kind = posting.posting_kind
        stored = load_vectors(session, kind, model_id, Facet.WHOLE, [posting.id])
        if posting.id in stored:
            whole = stored[posting.id][0]
            sentences = load_vectors(session, kind, model_id, Facet.SENTENCES, [posting.id]).get(posting.id)
        elif encoder is not None:
            whole, sentences = _encoded(encoder, texts.whole, texts.sentences)
    return Asked(
        looks_for=posting.posting_kind.other,
        sentences=texts.sentences,
        stems=tuple(lexemes(texts.whole, posting.language.value)),
        whole=whole,
        sentence_vectors=sentences,
        terms=terms_of(posting),
    )


def ask_text(
    text: str, language: str, looks_for: PostingKind, encoder: TextEncoder | None, draft: bool = False
) -> Asked:
    """Ask with a typed text. An empty one finds nothing; a ``draft`` is read as the posting it will be."""
    text = text[:MAX_TEXT]
    sentences = tuple(split_sentences(text))[:MAX_SENTENCES]
    whole = parts = None
    if encoder is not None and sentences:
        if len(sentences) > 1:
            whole, parts = _encoded(encoder, text, sentences)
        else:
            parts = encoder.encode_queries([text])
            whole = parts[0]
    return Asked(looks_for, sentences, tuple(lexemes(text, language)), whole, parts, Terms() if draft else None)


def _encoded(encoder: TextEncoder, whole: str, sentences: Sequence[str]) -> tuple[Vectors, Vectors]:
    """Vectors of a text (dim,) and of its sentences (s, dim).

    Apart, because a model reads a batch at the length of its longest text: together with the whole,
    every sentence would cost as much as the whole.
    """
    return encoder.encode_queries([whole])[0], encoder.encode_queries(sentences)
