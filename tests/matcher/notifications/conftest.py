"""The small world that the tests of mails share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.matcher.notifications.world import World, build


@pytest.fixture
def world(session: Session) -> World:
    """A need and an offer, nothing proposed yet."""
    return build(session)
