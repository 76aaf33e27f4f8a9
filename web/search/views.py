"""Search by a plain sentence, in either language, over both sides at once."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today
from matcher.postings.cleaning import clean_text
from matcher.text import guess_language
from matcher.vocabulary import PostingKind
from web.i18n import current_language
from web.presenters import answer_of
from web.search.suggestions import themes_near
from web.security import limited
from web.wiring import db, services

#: Characters of a search that are read; more is a posting, which has its own page.
MAX_QUERY: Final = 500
#: Answers of one side. Chosen: what two columns show without a second page.
SHOWN: Final = 10

bp = Blueprint("search", __name__)


@bp.get("/recherche")
@limited("search")
def index() -> ResponseReturnValue:
    """Needs and offers that answer a sentence."""
    text = clean_text(request.args.get("q", ""), lines=False)[:MAX_QUERY]
    asked = request.args.get("kind", "")
    kinds = [kind for kind in PostingKind if not asked or kind == asked] or list(PostingKind)
    if not text:
        return render_template("search/index.html", text="", answers={}, asked=asked, themes=[], language="")
    language = guess_language(text, default=current_language())
    found = services().matcher.search(db.session, text, language, kinds, limit=SHOWN)
    answers = {kind: answer_of(found[kind], today()) for kind in reversed(kinds)}
    return render_template(
        "search/index.html",
        text=text,
        asked=asked if len(kinds) == 1 else "",
        answers=answers,
        language=language,
        themes=[] if all(answer.matches for answer in answers.values()) else themes_near(text, language),
        by_words_only=any(answer.by_words_only for answer in answers.values()),
    )
