"""Search and proposals: for a sentence, for a posting, for a draft that is never stored."""

from __future__ import annotations

from matcher.clock import today
from matcher.postings.drafts import DraftProblems, NeedDraft, parse_need
from matcher.postings.filling import fill_need
from matcher.postings.references import References
from matcher.store import Need, Offer, Organisation
from matcher.text import guess_language
from matcher.vocabulary import Language, PostingKind
from web.api.blueprint import bp
from web.api.inputs import AskerIn, ProposalQuestion
from web.api.matches import ProposalsOut, SearchOut, proposals_out
from web.api.problems import prefixed
from web.api.queries import SearchQuery
from web.api.words import N_
from web.security import limited
from web.wiring import db, services


@bp.get("/search")
@limited("search")
@bp.input(SearchQuery, location="query")
@bp.output(SearchOut)
@bp.doc(
    operation_id="search",
    tags=["Search"],
    summary=N_("Search needs and offers by a sentence"),
    description=N_("By meaning and by words, in French and English; each side on its own, best first."),
)
def search(query_data: SearchQuery) -> SearchOut:
    """Live postings that answer a sentence."""
    kinds = [query_data.kind] if query_data.kind else list(PostingKind)
    language = query_data.language or Language(guess_language(query_data.q))
    answers = services().matcher.search(db.session, query_data.q, language.value, kinds, query_data.limit)
    told = {kind: proposals_out(answer, today()) for kind, answer in answers.items()}
    return SearchOut(q=query_data.q, needs=told.get(PostingKind.NEED), offers=told.get(PostingKind.OFFER))


@bp.post("/proposals")
@limited("search")
@bp.input(ProposalQuestion)
@bp.output(ProposalsOut)
@bp.doc(
    operation_id="proposeOffers",
    tags=["Search"],
    summary=N_("Offers for a text or for the draft of a need"),
    description=N_(
        "Nothing is stored. A text is compared with every offer; the draft of a need also keeps its conditions: place "
        "and range, kinds, families, and gives near misses."
    ),
)
def propose(json_data: ProposalQuestion) -> ProposalsOut:
    """Offers that would answer, and why."""
    if json_data.need is None:
        language = guess_language(json_data.text)
        answers = services().matcher.search(db.session, json_data.text, language, [PostingKind.OFFER], json_data.limit)
        return proposals_out(answers[PostingKind.OFFER], today())
    with prefixed("need."):
        draft = parse_need(json_data.need.told(), today())
        need = _unstored(draft, json_data.asker)
    return answer_for(need, json_data.limit)


def answer_for(posting: Need | Offer, limit: int) -> ProposalsOut:
    """Proposals for one posting."""
    return proposals_out(services().matcher.proposals(db.session, posting, limit), today())


def _unstored(draft: NeedDraft, asker: AskerIn) -> Need:
    """The need that ``draft`` would become, known to no session. Raises DraftProblems."""
    references = References(db.session)
    if problems := references.problems(draft):
        raise DraftProblems(problems)
    need = Need(organisation=Organisation(name="", **asker.model_dump()))
    fill_need(need, draft, references)
    need.place_id = need.place.id
    return need
