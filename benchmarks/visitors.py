"""People who use the site at the same time: each has an account, cookies and a connection of their own.

One walk: sign in with a password, look at pages, post a need, look at its proposals, say yes to one, sign out, come
back by a mailed link. Between two clicks people think.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.browser import Answer, Browser

#: TPC-W, the benchmark of a web shop (version 1.8): people think for 7 s on average, drawn from a negative
#: exponential distribution, and for ten times as long at most.
THINK_S = 7.0
MOST_THINKING = 10.0


class Visit(NamedTuple):
    """One request of a visitor: what it was, seconds, those of argon2 among them, and when it ended."""

    step: str
    seconds: float
    argon2_s: float
    ended: float


@dataclass(frozen=True, slots=True)
class Member:
    """Who a visitor is: an account, the organisation that it manages, a need of it, and offers proposed to that."""

    number: int
    email: str
    password: str = field(repr=False)
    organisation_id: int
    need_id: int
    offer_ids: Sequence[int]
    texts: Sequence[dict[str, str]]


#: Makes the path of a sign-in link for an address, as the mail would have it.
Link = Callable[[str], str]


class Visitor:
    """One of them. ``think_s`` is the mean of their thinking; 0 for a machine that clicks at once."""

    def __init__(self, address: str, member: Member, think_s: float, seed: int) -> None:
        self.browser = Browser(address, f"10.0.{member.number // 200}.{member.number % 200 + 1}")
        self.visits: list[Visit] = []
        self._member = member
        self._think_s = think_s
        self._random = Random(f"{seed}:{member.number}")

    def get(self, step: str, path: str, status: int = 200) -> Answer:
        """Think, then open a page."""
        self.think()
        return self._note(step, status, self.browser.get(path))

    def post(self, step: str, path: str, page: Answer, fields: dict[str, str], *, at_once: bool = False) -> Answer:
        """Think, then send a form of ``page``. Scripts of the page send theirs ``at_once``."""
        if not at_once:
            self.think()
        answer = self.browser.post(path, {**page.hidden, **fields})
        return self._note(step, 204 if at_once else 303, answer)

    def think(self) -> None:
        """Do nothing for a while."""
        if self._think_s:
            drawn = self._random.expovariate(1 / self._think_s)
            time.sleep(min(drawn, self._think_s * MOST_THINKING))

    def walk(self, number: int, link: Link) -> None:
        """The ``number``-th walk, from 0: it posts the text and answers the offer of that number."""
        member = self._member
        page = self.get("sign_in_page", "/connexion")
        self.post("login", "/connexion", page, {"email": member.email, "password": member.password})
        self.get("home", "/")
        self.get("list", "/besoins")
        self._post(member.texts[number])
        self._answer(member.offer_ids[number])
        page = self.get("account_page", "/compte")
        self.post("sign_out", "/compte/deconnexion", page, {})
        path = link(member.email)
        page = self.get("link_page", path)
        page = self.post("login_by_link", path, page, {})
        page = self.get("account_page", "/compte")
        self.post("sign_out", "/compte/deconnexion", page, {})

    def _post(self, text: dict[str, str]) -> None:
        form = self.get("posting_form", "/besoins/nouveau")
        values = {"organisation_id": str(self._member.organisation_id), "consent": "y", "remote_ok": "y", **text}
        own = self.post("posting", "/besoins/nouveau", form, values).location
        self.get("own_page", own)
        self.get("proposals", f"/besoins/{urlsplit(own).path.rpartition('-')[2]}/propositions")

    def _answer(self, offer_id: int) -> None:
        answers = f"/gerer/besoin-{self._member.need_id}/reponses"
        self.get("answers", answers)
        pair = self.get("pair_page", f"{answers}/{offer_id}")
        self.post("seen", f"{answers}/{offer_id}/vu", pair, {}, at_once=True)
        self.post("answer", f"{answers}/{offer_id}/oui", pair, {"mode": "mail"})
        self.get("pair_page", f"{answers}/{offer_id}")

    def _note(self, step: str, status: int, answer: Answer) -> Answer:
        if answer.status != status:
            raise RuntimeError(f"{step} of visitor {self._member.number} answers {answer.status} instead of {status}")
        self.visits.append(Visit(step, answer.seconds, answer.argon2_s, answer.ended))
        return answer


def visit(visitors: Sequence[Visitor], walk: Callable[[Visitor], None]) -> list[list[Visit]]:
    """Let everybody ``walk`` at the same time; the visits of each. Raises what the first of them met with."""
    with ThreadPoolExecutor(len(visitors)) as pool:
        for done in [pool.submit(walk, visitor) for visitor in visitors]:
            done.result()
    for visitor in visitors:
        visitor.browser.close()
    return [visitor.visits for visitor in visitors]


def throughput(visits: Sequence[Sequence[Visit]]) -> float:
    """Requests a second while everybody was there: from the first answer until the first visitor had finished."""
    begin = min(each[0].ended for each in visits)
    end = min(each[-1].ended for each in visits)
    return sum(begin <= one.ended <= end for one in _all(visits)) / (end - begin)


def by_step(visits: Sequence[Sequence[Visit]]) -> dict[str, list[Visit]]:
    """Visits of everybody by what they were, in the order of a walk."""
    found: dict[str, list[Visit]] = {}
    for one in _all(visits):
        found.setdefault(one.step, []).append(one)
    return found


def _all(visits: Sequence[Sequence[Visit]]) -> Iterator[Visit]:
    return (one for each in visits for one in each)
