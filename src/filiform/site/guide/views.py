"""The pages of the guide up to the result: the questions, the check, the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.errors import GuidanceError
from filiform.guidance import screen
from filiform.knowledge import library
from filiform.site.guide import answers, files, form
from filiform.site.guide.questions import questions
from filiform.site.guide.record import Record
from filiform.site.guide.summary import answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from filiform.site.guide.questions import Page

_SEE_OTHER = 303
_BAD_REQUEST = 400


def recorded(request: HttpRequest) -> Record:
    """Return the answers that the browser sent along.

    Answers of a release whose words this one no longer knows are as those that are too old: none.
    """
    record = Record.from_cookie(answers.read(request))
    try:
        record.person(library())
    except GuidanceError:
        return Record()
    return record


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what the guide does, before the first question."""
    return render(
        request,
        "guide/start.html",
        {
            "first": questions().pages[0],
            "count": len(questions().pages),
            "begun": not recorded(request).empty,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, page_id: str, *, change: bool = False) -> HttpResponse:
    """Show one question, or keep its answer and go on.

    Args:
        request: the request.
        page_id: which question.
        change: whether an answer is changed, which leads back to the list of answers.
    """
    page = questions().page(page_id)
    if page is None:
        raise Http404
    record = recorded(request)
    if request.method != "POST":
        return _show(request, page, form.values(page, record), change=change)
    if "skip" in request.POST:
        return _go_on(page, form.skipped(page, record), change=change)
    sent = form.read(page, request.POST, record, library())
    faults = sent.faults
    if not faults:
        try:
            return _go_on(page, sent.record, change=change)
        except answers.AnswersTooLargeError:
            faults = {page.fields[-1].name: questions().faults["too_long"]}
    return _show(request, page, form.typed(page, request.POST), faults=faults, change=change)


def _same_day(request: HttpRequest) -> bool:
    """Whether the answers so far mean a doctor today: the result is offered at once."""
    return screen(recorded(request).person(library()), library()).urgency == "same_day"


def _go_on(page: Page, record: Record, *, change: bool) -> HttpResponse:
    """Keep the answers and lead on: straight to the result when they mean an emergency."""
    after = questions().after(page)
    if screen(record.person(library()), library()).urgency == "emergency":
        response = redirect("guide:result")
    elif change or after is None:
        response = redirect("guide:check")
    else:
        response = redirect("guide:question", after.id)
    response.status_code = _SEE_OTHER
    answers.write(response, record.to_cookie())
    return response


def _show(
    request: HttpRequest,
    page: Page,
    values: Mapping[str, list[str]],
    *,
    change: bool,
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "questions": questions(),
        "values": values,
        "faults": faults or {},
        "change": change,
        "answered": any(value != [""] for value in values.values() if value),
        "same_day": _same_day(request),
        "places": _places() if any(field.kind == "place" for field in page.fields) else {},
    }
    status = _BAD_REQUEST if faults else None
    return render(request, "guide/question.html", context, status=status)


def _places() -> dict[str, list[tuple[str, str]]]:
    """Return the places that we know by their country, states of a country before countries."""
    groups: dict[str, list[tuple[str, str]]] = {}
    known = library().jurisdictions
    for place in sorted(known.values(), key=lambda each: each.name):
        group = known[place.country].name if place.id != place.country else "Countries"
        groups.setdefault(group, []).append((place.id, place.name))
    return dict(sorted(groups.items(), key=lambda each: (-len(each[1]), each[0])))


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """List the answers, each with a way to change it."""
    rows = answered(recorded(request), library())
    return render(request, "guide/check.html", {"rows": rows, "questions": questions()})


@require_safe
def save(request: HttpRequest) -> HttpResponse:
    """Hand over the answers as person.toml."""
    text = files.to_toml(recorded(request).person(library()))
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="person.toml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def open_file(request: HttpRequest) -> HttpResponse:
    """Read answers from a file that was saved before."""
    if request.method != "POST":
        return render(request, "guide/open.html", {"fault": ""})
    try:
        response = _opened(request)
    except GuidanceError as error:
        fault = str(error)
    except answers.AnswersTooLargeError:
        fault = questions().faults["file_too_long"]
    else:
        return response
    return render(request, "guide/open.html", {"fault": fault}, status=_BAD_REQUEST)


def _opened(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise GuidanceError(questions().faults["file_missing"])
    record = Record.of(files.to_person(file.name or "", file.read(), library()))
    response = redirect("guide:check")
    response.status_code = _SEE_OTHER
    answers.write(response, record.to_cookie())
    return response


@require_POST
def delete(_request: HttpRequest) -> HttpResponse:
    """Make the browser forget the answers."""
    response = redirect("guide:deleted")
    response.status_code = _SEE_OTHER
    answers.clear(response)
    return response


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that the answers are gone."""
    return render(request, "guide/deleted.html")
