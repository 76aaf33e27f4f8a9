"""Every address of the application, with numbers, tokens and formats that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from werkzeug.routing import Rule

from matcher.hackathons.plans import current, publish
from matcher.store import Juror, Submission, TeamRun, Wish
from matcher.vocabulary import HackathonPhase, RunKind, RunStatus, WishKind
from tests.team_events import make_team_event
from tests.web.encounters import MAIL, Encounter, make_encounter
from tests.web.territory import Territory
from web.assets import Site
from web.links import juror_token, organiser_token, participation_token
from web.wiring import db

#: A file that waits to be imported exists only between two requests: its pages have tests of their own.
NOT_TRIED = "key"
#: Blueprints whose addresses hold numbers and tokens of people, not of postings alone.
PEOPLE = {"accounts", "animator", "introductions", "notifications", "privacy"}


@dataclass(frozen=True)
class EventNumbers:
    """One event with published teams, by what its addresses are made of."""

    event: int
    challenge: int
    registration: int
    wish: int
    project: int
    run: int
    code: str
    organiser: str
    participant: str
    juror: str


def addresses(app: Site, territory: Territory, method: str) -> Iterator[str]:
    """Every address for a method. Makes an event and an encounter first."""
    with app.test_request_context("/"):
        event, needs = make_event_numbers(territory), territory.needs
        encounter = make_encounter(needs["website"], territory.offers["sites"], needs["stock"])
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or method not in (rule.methods or ()) or NOT_TRIED in rule.arguments:
                continue
            if any(area in rule.rule for area in ("/hackathons/<", "/organiser/", "/participation/", "/jury/")):
                values = _event_values(rule, event)
                yield app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            elif rule.endpoint.partition(".")[0] in PEOPLE or rule.rule.startswith("/gerer/"):
                for values in _people_values(rule, encounter):
                    yield app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            else:
                yield from _of_postings(app, territory, rule)


def make_event_numbers(territory: Territory) -> EventNumbers:
    """An event that is over, with everything that has an address of its own. Needs an application context."""
    made = make_team_event(db.session)
    hackathon, person = made.hackathon, made.people[0]
    challenge = hackathon.challenges[0]
    wish = Wish(registration_id=person.id, kind=WishKind.WITH, typed="Quelqu’un")
    project = Submission(
        hackathon_id=hackathon.id, challenge_id=challenge.id, team_number=1, title="Un projet",
        picture=b"RIFF", picture_type="image/webp",
    )  # fmt: skip
    run = TeamRun(
        hackathon_id=hackathon.id, kind=RunKind.FORM, status=RunStatus.STOPPED, problem="{}", time_limit_s=5, best=3
    )
    hackathon.criteria, challenge.need_id = ["Utile"], territory.needs["website"]
    juror = Juror(hackathon_id=hackathon.id, name="Marie Essai")
    db.session.add_all([wish, project, run, juror])
    db.session.commit()
    publish(db.session, hackathon.id, seen_revision=current(db.session, hackathon.id).revision)
    hackathon.phase = HackathonPhase.CLOSED
    db.session.commit()
    return EventNumbers(
        event=hackathon.id,
        challenge=challenge.id,
        registration=person.id,
        wish=wish.id,
        project=project.id,
        run=run.id,
        code=person.checkin_code,
        organiser=organiser_token(hackathon),
        participant=participation_token(person),
        juror=juror_token(juror),
    )


def _event_values(rule: Rule, event: EventNumbers) -> dict[str, object]:
    """What each argument of a rule stands for."""
    path = rule.rule
    if path.startswith("/api/"):
        number = event.event
    elif "/defis/" in path:
        number = event.challenge
    elif "/souhaits/" in path:
        number = event.wish
    else:
        number = 1 if "/versions/" in path else event.registration
    own_id = event.challenge if "/defis/" in path else event.project
    token = {"organiser": event.organiser, "participation": event.participant, "jury": event.juror}
    return {
        "token": token.get(path.split("/")[1]),
        "number": number,
        "id": event.event if path.startswith("/hackathons/") else own_id,
        "project": event.project,
        "challenge": event.challenge,
        "registration": event.registration,
        "wish": event.wish,
        "version": 1,
        "other": 1,
        "juror": 1,
        "run": event.run,
        "run_id": event.run,
        "who": str(event.registration),
        "code": event.code,
        "where": "monter",
        "what": "repas",
        "fmt": "csv",
    }


def _people_values(rule: Rule, made: Encounter) -> Iterator[dict[str, object]]:
    """What the arguments of a rule stand for, once for each token that opens it."""
    number: dict[str, object] = {
        "organisation_id": made.organisation,
        "message_id": made.call,
        "question_id": made.question,
        "search_id": made.own_search if rule.rule.startswith("/compte/") else made.side_search,
        "first": made.organisation,
        "second": made.other_organisation,
        "name": MAIL,
        **_numbers_by_path(rule.rule, made),
    }
    for values in _tokens_and_formats(rule, made):
        yield {**number, **values}


def _numbers_by_path(path: str, made: Encounter) -> dict[str, object]:
    """Arguments whose meaning the path tells."""
    ids = {"/invitations/": made.invitation, "/membres/": made.member, "/cles/": made.passkey}
    numbers = {"/panier/": made.case, "/relecture/": made.need, "/organisations/": made.organisation}
    return {
        name: value
        for name, known in (("id", ids), ("number", numbers))
        for part, value in known.items()
        if part in path
    }


def _tokens_and_formats(rule: Rule, made: Encounter) -> Sequence[dict[str, object]]:
    if "fmt" in rule.arguments:
        return [{"fmt": fmt} for fmt in ("csv", "json", "xlsx")]
    if "side" in rule.arguments:
        return [{"side": "besoin", "number": made.need}, {"side": "offre", "number": made.offer}]
    if "/reponses/questions" in rule.rule:  # for the author of a need
        return [{"token": token} for token, other in made.sides if other == made.offer]
    if rule.rule.startswith("/gerer/"):
        return [{"token": token, "other_id": other} for token, other in made.sides]
    tokens: tuple[str, ...] = ()
    if rule.rule.startswith("/reponse/"):
        tokens = made.answer_tokens
    elif rule.rule.startswith("/courriels/"):
        tokens = made.preference_tokens
    elif "token" in rule.arguments:
        tokens = (made.account_tokens[rule.endpoint],)
    return [{"token": token} for token in tokens] or [{}]


def _of_postings(app: Site, territory: Territory, rule: Rule) -> Iterator[str]:
    rows = {
        "organisations": territory.organisations.values(),
        "needs": territory.needs.values(),
        "offers": territory.offers.values(),
    }
    area = next((name for name in rows if name in rule.rule or rule.endpoint.startswith(name)), "needs")
    if rule.rule.startswith("/besoins"):
        area = "needs"
    choices: list[dict[str, object]] = [{}]
    for name in sorted(rule.arguments):
        values = {"fmt": ["csv", "json", "xlsx"]}.get(name, list(rows[area]))
        choices = [{**choice, name: value} for choice in choices for value in values]
    for choice in choices:
        yield app.url_for(rule.endpoint, **choice)
