"""Every reason has a sentence."""

from __future__ import annotations

from matcher.pairs.reasons import ReasonCode
from web.reasons import _NEAR, _SENTENCES


def test_every_reason_has_a_sentence() -> None:
    """A new code without words would break a page."""
    assert set(_SENTENCES) == set(ReasonCode)


def test_every_relaxation_has_a_sentence() -> None:
    """What near_misses.relaxations can tell is told."""
    assert set(_NEAR) == {
        ReasonCode.TOO_FAR,
        ReasonCode.REMOTE,
        ReasonCode.OTHER_KIND,
        ReasonCode.EXCLUDED_FAMILY,
        ReasonCode.NO_ROOM,
    }
