"""REST: the library's own answers, as JSON.

Nothing is decided here. Each answer is the `to_dict()` that the terminal prints too.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse  # noqa: TC002  (ninja reads the annotations)
from django.utils import timezone
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI, Query, Schema
from ninja.decorators import decorate_view

from filiform import __version__
from filiform.guidance import guide as guide_person
from filiform.guidance import screen as screen_person
from filiform.knowledge import library
from filiform.review import Synthesis, find, headline, published
from filiform.site.api import bodies, documents, faults, tables
from filiform.site.api.answers import Renderer, kept, not_stored

api = NinjaAPI(
    title="Filiform",
    version=__version__,
    description=documents.ABOUT,
    # Its page of documentation loads script from elsewhere; docs/rest.md and openapi.json do not.
    docs_url=None,
    renderer=Renderer(),
    urls_namespace="api",
)
faults.install(api)


class Asked(Schema):
    """The parameters of a question, as `filiform evidence` takes them."""

    therapy: str
    against: str | None = None
    outcome: str | None = None
    weeks: str | None = None
    region: str = "neck"
    measure: str | None = None
    condition: str | None = None


# A POST asks for no token against forgery (ninja's views are exempt from Django's check): nothing
# is stored and no cookie is read, so a forged request could change nothing and learn nothing.


@api.post("/screen", summary="How soon a doctor", openapi_extra=documents.POST_SCREEN)
def screen(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    """Say how soon a doctor must see a person first, why, and what was not asked."""
    not_stored(response)
    return screen_person(bodies.person(request), library()).to_dict()


@api.post("/guide", summary="The decision aid", openapi_extra=documents.POST_GUIDE)
def guide(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    """Make the decision aid: doctor first, then options with effects, harms, costs and the law."""
    not_stored(response)
    aid = guide_person(
        bodies.person(request),
        library=library(),
        review=published(),
        today=timezone.localdate(),
    )
    return aid.to_dict()


@api.get("/evidence", summary="What the trials say", openapi_extra=documents.GET_EVIDENCE)
@decorate_view(conditional_page)
def evidence(request: HttpRequest, response: HttpResponse, asked: Query[Asked]) -> object:
    """Return one synthesis where against, outcome and weeks are given, else a list of headlines."""
    faults.refuse_others(request.GET, Asked.model_fields)
    kept(response)
    found = find(
        published(),
        asked.therapy,
        against=asked.against,
        outcome=asked.outcome,
        window=asked.weeks,
        region=asked.region,
        measure=asked.measure,
        condition=asked.condition,
    )
    return found.to_dict() if isinstance(found, Synthesis) else [headline(each) for each in found]


@api.get("/findings", summary="The words for signs", openapi_extra=documents.GET_FINDINGS)
@decorate_view(conditional_page)
def findings(request: HttpRequest, response: HttpResponse) -> object:
    """List the ids that `findings` and `absent` of a person may hold."""
    faults.refuse_others(request.GET, ())
    kept(response)
    return tables.findings(library())


@api.get("/therapies", summary="The treatments", openapi_extra=documents.GET_THERAPIES)
@decorate_view(conditional_page)
def therapies(request: HttpRequest, response: HttpResponse) -> object:
    """List the treatments and what they may be compared with."""
    faults.refuse_others(request.GET, ())
    kept(response)
    return tables.therapies(library())


@api.get("/trials/{trial_id}", summary="One trial", openapi_extra=documents.GET_TRIAL)
@decorate_view(conditional_page)
def trial(request: HttpRequest, response: HttpResponse, trial_id: str) -> object:
    """Return everything that the tables hold of one trial, and where it is used."""
    faults.refuse_others(request.GET, ())
    kept(response)
    return tables.trial(published(), trial_id)
