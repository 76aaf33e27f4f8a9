"""Questions about a need: asked on the pair's page, answered once, read by everybody."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.browser import visit
from tests.web.introductions.sides import Sides, make_sides, press
from tests.web.territory import Territory
from web.assets import Site


@pytest.fixture
def sides(app: Site, territory: Territory) -> Sides:
    """The website that the grocery needs, and the studio that makes some."""
    return make_sides(app, territory)


QUESTION, ANSWER = "Combien de pages faut-il ?", "Trois pages suffisent."


def test_an_answer_is_for_everybody_and_names_nobody(client: FlaskClient, sides: Sides) -> None:
    """Nothing is public before the answer; then question and answer are, and who asked is not."""
    public = f"/en/besoins/{sides.ids.need}"
    press(client, sides.offer, "/question", question=QUESTION)
    assert QUESTION not in visit(client, public).text
    assert "1 question to answer" in visit(client, sides.need_inbox.removesuffix("/reponses")).text
    visit(client, f"{sides.need_inbox}/questions").forms[0].fill(answer=ANSWER).send(client)
    page = visit(client, public).text
    assert QUESTION in page
    assert ANSWER in page
    assert "Studio Passe-Muraille" not in page
    assert ANSWER in visit(client, sides.offer).text


def test_the_author_hides_a_question(client: FlaskClient, sides: Sides) -> None:
    """It leaves the public page with its answer, and comes back when it is shown again."""
    public, own = f"/en/besoins/{sides.ids.need}", f"{sides.need_inbox}/questions"
    press(client, sides.offer, "/question", question=QUESTION)
    visit(client, own).forms[0].fill(answer=ANSWER).send(client)
    visit(client, own).form("/masquer").send(client)
    assert QUESTION not in visit(client, public).text
    visit(client, own).form("/montrer").send(client)
    assert QUESTION in visit(client, public).text


def test_an_empty_answer_keeps_the_page(client: FlaskClient, sides: Sides) -> None:
    """422, and the summary leads to the right one of several."""
    press(client, sides.offer, "/question", question=QUESTION)
    press(client, sides.offer, "/question", question="Et pour quand le faut-il ?")
    forms = visit(client, f"{sides.need_inbox}/questions").forms
    form = [form for form in forms if form.all("answer")][1].fill(answer=" ")
    response = form.send(client)
    assert response.status_code == 422
    number = form.action.rsplit("/", 1)[1]
    assert f'href="#answer-{number}"' in response.text
    assert f'id="answer-{number}"' in response.text


def test_too_many_questions_wait(client: FlaskClient, sides: Sides) -> None:
    """One offer asks so many, then waits for answers."""
    for number in range(3):
        press(client, sides.offer, "/question", question=f"Question numéro {number} ?")
    page = press(client, sides.offer, "/question", question="Et encore une ?")
    assert page.status == 422
    assert "wait for an answer already" in page.text


def test_needs_alone_have_questions(client: FlaskClient, sides: Sides, app: Site, territory: Territory) -> None:
    """An offer has no such page, the need's side asks nothing, and questions about other needs are not there."""
    assert client.get(f"{sides.offer_inbox}/questions").status_code == 404
    assert not any(form.action.endswith("/question") for form in visit(client, sides.need).forms)
    press(client, sides.offer, "/question", question=QUESTION)
    form = visit(client, f"{sides.need_inbox}/questions").forms[0].fill(answer=ANSWER)
    foreign = make_sides(app, territory, "stock", "inventory")
    form.action = form.action.replace(sides.need_inbox, foreign.need_inbox)
    assert form.send(client).status_code == 404
