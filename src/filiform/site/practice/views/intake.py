"""The questions before a visit, by link: page by page, kept at once, sent at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.knowledge import library
from filiform.site.guide import form as guide_form
from filiform.site.guide.questions import questions
from filiform.site.headers import with_script
from filiform.site.practice import (
    intake,
    intake_drawing,
    keeping,
    outcome_taking,
    sending,
    told_worse,
)
from filiform.site.practice.forms.intake import ContactForm, DrawingForm, MoreForm
from filiform.site.practice.forms.outcomes import MeasuresForm
from filiform.site.practice.intake_links import by_link, over, use_up
from filiform.site.practice.models import Intake, Link
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.views import outcomes_link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse, QueryDict

    from filiform.site.guide.questions import Page
    from filiform.site.practice.intake import Step

form_page = require_http_methods(["GET", "HEAD", "POST"])
_SEE_OTHER = 303
_BAD_REQUEST = 400


@form_page
@by_link()
def start(request: HttpRequest, link: Link) -> HttpResponse:
    """Open a link: say what is asked and by whom, or ask how it is going."""
    if link.kind == LinkKind.OUTCOME:
        return outcomes_link.answer(request, link)
    begun = Intake.objects.filter(link=link).first()
    at = intake.step_of(begun.form.get("at", "")) if begun else None
    return _page(request, "start", link, begun=begun, at=at, count=len(intake.steps()))


@form_page
@by_link(LinkKind.INTAKE)
def step(request: HttpRequest, link: Link, step_id: str) -> HttpResponse:
    """Show one page, or keep its answers and go on."""
    found = intake.step_of(step_id)
    if found is None:
        return over(request)
    if found.question is not None:
        return _question(request, link, found, found.question)
    return _own(request, link, found)


def _question(request: HttpRequest, link: Link, step: Step, page: Page) -> HttpResponse:
    held = Intake.objects.filter(link=link).first()
    if request.method != "POST":
        return _show(request, link, step, guide_form.values(page, intake.record_of(held)))
    faults: Mapping[str, str] = {}

    def store(kept: Intake) -> bool:
        nonlocal faults
        record = intake.record_of(kept)
        if "skip" in request.POST:
            intake.put(kept, guide_form.skipped(page, record))
            return True
        sent = guide_form.read(page, request.POST, record, library())
        faults = sent.faults
        if not faults:
            intake.put(kept, sent.record)
        return not faults

    kept = _keep(link, step, store)
    if kept is None:
        return _show(request, link, step, guide_form.typed(page, request.POST), faults)
    if kept.urgency == "emergency":
        return _redirect("link-urgent", request)
    return _onward(request, step)


def _keep(link: Link, step: Step, store: Callable[[Intake], bool]) -> Intake | None:
    """Keep what a page changes in the intake, which the first page makes; None where faulty."""
    with keeping.acting(link) as act:
        kept = Intake.objects.select_for_update().filter(link=link).first()
        before = keeping.values(kept) if kept else None
        kept = kept or Intake(link=link, person=link.person)
        if not store(kept):
            return None
        kept.form = {**kept.form, "at": step.id}
        if before is None:
            act.create(kept)
        elif before != keeping.values(kept):
            act.change(kept, before=before)
    return kept


def _own(request: HttpRequest, link: Link, step: Step) -> HttpResponse:
    held = Intake.objects.filter(link=link).first()
    form = _FORMS[step.id](request.POST if request.method == "POST" else None, link, held)
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):

        def store(kept: Intake) -> bool:
            if "skip" not in request.POST:
                _STORES[step.id](kept, form)
            return True

        _keep(link, step, store)
        return _onward(request, step)
    status = _BAD_REQUEST if form.errors else 200
    more = {"form": form, "step": step, "number": intake.steps().index(step) + 1}
    more |= {"count": len(intake.steps()), "back": intake.next_to(step, -1)}
    if step.id == "drawing":
        more |= {
            "views": intake_drawing.chart(intake.drawing_of(held)),
            "groups": intake_drawing.places(),
        }
        return with_script(_page(request, "drawing", link, status, **more))
    return _page(request, step.id, link, status, **more)


def _drawing(data: QueryDict | None, _link: Link, held: Intake | None) -> Form:
    return DrawingForm(data, initial=intake_drawing.numbers(intake.drawing_of(held)))


def _measures(data: QueryDict | None, link: Link, held: Intake | None) -> Form:
    first = held.form.get("typed", {}) if held else {}
    return MeasuresForm(data, questionnaires=outcome_taking.loaded(link.practice_id), initial=first)


def _more(data: QueryDict | None, _link: Link, held: Intake | None) -> Form:
    names = ("medicines_text", "history_text")
    return MoreForm(data, initial={name: getattr(held, name) for name in names} if held else {})


def _contact(data: QueryDict | None, _link: Link, held: Intake | None) -> Form:
    kept = held.form.get("contact", {}) if held else {}
    words = {name: "yes" if value else "no" for name, value in kept.items()}
    return ContactForm(data, initial=words)


_FORMS = {"drawing": _drawing, "measures": _measures, "more": _more, "contact": _contact}


def _store_drawing(kept: Intake, form: Form) -> None:
    drawing = form.drawing()  # type: ignore[attr-defined]  # the form of this page
    kept.drawing = drawing.to_mapping()
    record = intake.record_of(kept).having("pain_regions", list(drawing.areas))
    intake.put(kept, record)


def _store_measures(kept: Intake, form: Form) -> None:
    given = form.given()  # type: ignore[attr-defined]  # the form of this page
    kept.measures = {each.instrument: each.to_json() for each in given}
    kept.form = {**kept.form, "typed": form.typed()}  # type: ignore[attr-defined]  # the same


def _store_more(kept: Intake, form: Form) -> None:
    kept.medicines_text = form.cleaned_data["medicines_text"]
    kept.history_text = form.cleaned_data["history_text"]


def _store_contact(kept: Intake, form: Form) -> None:
    answers = form.answers()  # type: ignore[attr-defined]  # the form of this page
    kept.form = {**kept.form, "contact": answers}


_STORES = {
    "drawing": _store_drawing,
    "measures": _store_measures,
    "more": _store_more,
    "contact": _store_contact,
}


@require_safe
@by_link(LinkKind.INTAKE)
def check(request: HttpRequest, link: Link) -> HttpResponse:
    """List the answers, each with a way to change it, before they are sent."""
    held = Intake.objects.filter(link=link).first()
    if held is None:
        return _redirect("link", request)
    return _page(
        request,
        "check",
        link,
        lines=intake.lines(held),
        screening=intake.screening_of(held),
        once=sending.token(),
    )


@require_safe
@by_link(LinkKind.INTAKE)
def urgent(request: HttpRequest, link: Link) -> HttpResponse:
    """Say at once that help is needed now, before anything else is asked."""
    held = Intake.objects.filter(link=link).first()
    screening = intake.screening_of(held)
    if not screening.alone:
        return _redirect("link", request)
    return _page(
        request,
        "urgent",
        link,
        screening=screening,
        told=questions().told,
        once=sending.token(),
        at=intake.step_of(held.form.get("at", "")) if held else None,
    )


@require_POST
@by_link(LinkKind.INTAKE, used=None)
def send(request: HttpRequest, link: Link) -> HttpResponse:
    """Hand the answers over to the practice; the link is used up with it."""
    if link.used_at is not None:  # the button was pressed twice
        return _redirect("link-done", request)
    if not Intake.objects.filter(link=link).exists():
        return _redirect("link", request)
    return sending.once(request, link, lambda act: _sent(act, link, request))


def _sent(act: keeping.Act, link: Link, request: HttpRequest) -> str:
    kept = Intake.objects.select_for_update().get(link=link)
    before = keeping.values(kept)
    kept.sent_at, kept.urgency = act.now, intake.screening_of(kept).urgency
    act.change(kept, before=before)
    told = kept.form.get("contact", {})
    if told:
        person = link.person
        before = keeping.values(person)
        for name, value in told.items():
            setattr(person, name, value)
        act.change(person, before=before)
    use_up(act, link)
    return _address("link-done", request)


@require_safe
@by_link(used=True)
def done(request: HttpRequest, link: Link) -> HttpResponse:
    """Thank, and say once more what must not wait."""
    held = Intake.objects.filter(link=link).first()
    found = intake.screening_of(held) if held else None
    return _page(request, "done", link, screening=found, worse=told_worse.told(link.urgency))


def _show(
    request: HttpRequest,
    link: Link,
    step: Step,
    values: Mapping[str, list[str]],
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    return _page(
        request,
        "question",
        link,
        _BAD_REQUEST if faults else 200,
        step=step,
        page=step.question,
        number=intake.steps().index(step) + 1,
        count=len(intake.steps()),
        back=intake.next_to(step, -1),
        questions=questions(),
        values=values,
        faults=faults or {},
        places={},
    )


def _page(
    request: HttpRequest, name: str, link: Link, status: int = 200, **more: object
) -> HttpResponse:
    context = {"link": link, "token": _token(request), **more}
    return render(request, f"practice/intake/{name}.html", context, status=status)


def _token(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs["token"]) if match else ""


def _onward(request: HttpRequest, step: Step) -> HttpResponse:
    """Lead to the page after, or back to the list of answers where one was changed."""
    after = None if "check" in request.GET else intake.next_to(step, 1)
    return _redirect("link-step", request, after.id) if after else _redirect("link-check", request)


def _redirect(name: str, request: HttpRequest, *args: str) -> HttpResponse:
    response = HttpResponseRedirect(_address(name, request, *args))
    response.status_code = _SEE_OTHER
    return response


def _address(name: str, request: HttpRequest, *args: str) -> str:
    return reverse(f"practice:{name}", args=[_token(request), *args])
