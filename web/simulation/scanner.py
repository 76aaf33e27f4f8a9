"""A mail scanner: it opens every link of a mail before its reader does, and presses nothing."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import func, select

from matcher.store import IntroductionEvent, Mail, MailPreference, Membership
from web.assets import Site
from web.simulation.site import ADDRESS
from web.wiring import db

_LINK: Final = re.compile(re.escape(ADDRESS) + r"(/[^\s\"'<>)]*)")


class Scanner:
    """Opens links of mails on ``site`` and notes what should not have happened."""

    def __init__(self, site: Site) -> None:
        self._client = site.test_client()
        self.opened = 0
        self.found: list[str] = []

    def __call__(self, mail: Mail) -> None:
        """Open every link of ``mail``; nothing may change, and no page may fail."""
        kind, number, paths = mail.kind.value, mail.id, sorted(set(_LINK.findall(f"{mail.text} {mail.html}")))
        before = self._state()
        for path in paths:
            with self._client.get(path.replace("&amp;", "&"), base_url=ADDRESS) as answer:
                if answer.status_code >= 400:
                    self.found.append(f"a link of mail {number} ({kind}) answers {answer.status_code}")
        self.opened += len(paths)
        if self._state() != before:
            self.found.append(f"opening the links of mail {number} ({kind}) changed something")

    def _state(self) -> tuple[object, ...]:
        """What a click could change: what was said of pairs, and who wants which mails."""
        session = db.session
        session.rollback()
        wishes = session.execute(
            select(func.count(), func.count(MailPreference.stopped_at), func.max(MailPreference.paused_until))
        ).one()
        said = session.scalar(select(func.count()).select_from(IntroductionEvent))
        receiving = session.scalar(select(func.count()).where(Membership.receives_mail))
        return (*wishes, said, receiving)
