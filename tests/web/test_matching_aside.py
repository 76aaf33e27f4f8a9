"""Where somebody runs the jobs, they match what was just published: its author does not wait for it.

That the request matches where nobody runs them is tested in ``test_posting``.
"""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.store import Need, Proposal
from tests.web.posting_forms import need_form, newest
from web import jobs
from web.assets import Site
from web.wiring import db

#: The territory has an offer for it.
COURSE = "Nos bénévoles ne savent pas se servir du tableur de la caisse. Nous cherchons une formation au tableur."


def proposed(app: Site) -> int:
    """To how many offers the newest need was proposed."""
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Proposal.need_id == newest(Need).id)) or 0


def test_where_jobs_run_nobody_waits_for_matching(app: Site, client: FlaskClient) -> None:
    """The request stores; the page of the author finds what fits at once; the jobs record it."""
    jobs.run_due(app)
    answer = need_form(client, problem=COURSE, range_scope="region").send(client)
    assert answer.status_code == 303
    assert proposed(app) == 0
    page = client.get(answer.location)
    assert 'class="first-proposals"' in page.text
    jobs.run_due(app)
    assert proposed(app) > 0


def test_the_jobs_are_called_at_once(app: Site, client: FlaskClient) -> None:
    """Not in a minute: the queue holds their task when the answer is there."""
    jobs.run_due(app)
    need_form(client, problem=COURSE, range_scope="region").send(client)
    assert jobs.queue_of(app).pending_count() == 1
