"""The people of the practice: the list, a person's page, adding and changing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Max, Q
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.site.practice import intake_links, keeping, sending
from filiform.site.practice.access import allowed, own, staff
from filiform.site.practice.forms.people import PersonForm, SearchForm
from filiform.site.practice.models import Link, Person
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.paging import page_of
from filiform.site.practice.stale import stale_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
_MOST_FOUND = 50


@form_page
@staff("read_people", "read_people", people=True)
def people(request: StaffRequest) -> HttpResponse:
    """List the people a page at a time, or those whom a search finds."""
    everyone = Person.objects.filter(practice=request.member.practice_id)
    form = SearchForm(request.POST or None)
    words = form.cleaned_data["words"].split() if form.is_valid() else []
    found = list(_found(everyone, words)[: _MOST_FOUND + 1]) if words else None
    page = page_of(request, everyone.order_by("family_name", "given_name", "number"))
    return render(
        request,
        "practice/people/list.html",
        {
            "member": request.member,
            "form": form,
            "found": found[:_MOST_FOUND] if found is not None else None,
            "more": found is not None and len(found) > _MOST_FOUND,
            "page": page,
        },
    )


def _found(everyone: QuerySet[Person], words: list[str]) -> QuerySet[Person]:
    """Return the people in whom each word is in a name or is the number."""
    for word in words:
        either = Q(given_name__icontains=word) | Q(family_name__icontains=word)
        if word.isascii() and word.isdigit():
            either |= Q(number=int(word[:9]))
        everyone = everyone.filter(either)
    return everyone.order_by("family_name", "given_name", "number")


@require_safe
@staff("read_people")
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show a person: particulars, links, what they answered, their courses."""
    shown = own(Person, request.member, person_id, "practice")
    context = {
        "member": request.member,
        "person": shown,
        "links": intake_links.shown(shown.links.all()),
        "once": sending.token(),
        "days": intake_links.DAYS,
    }
    if allowed(request.member, "read_clinical"):
        context |= {
            "courses": shown.courses.select_related("practitioner").order_by("-started_on"),
            "intakes": shown.intakes.order_by("-created_at")[:10],
        }
    elif allowed(request.member, "read_money"):
        context |= {"priced": shown.courses.filter(ended_on=None).order_by("-started_on")}
    return render(request, "practice/people/person.html", context)


@form_page
@staff("write_people", "write_people")
def add(request: StaffRequest) -> HttpResponse:
    """Add a person."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return sending.once(request, request.member, lambda act: _added(act, form))
    return _form(request, form, None)


@form_page
@staff("write_people", "write_people")
def change(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Change a person's particulars."""
    shown = own(Person, request.member, person_id)
    before, version = keeping.values(shown), shown.version
    form = PersonForm(request.POST or None, initial=PersonForm.shown(before))
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            for name, value in form.given().items():
                setattr(shown, name, value)
            act.change(shown, before=before, version=sending.version(request))
            return reverse("practice:person", args=[shown.pk])

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=request.path)
    return _form(request, form, shown, version)


@require_POST
@staff("read_people", "write_people")
def send_link(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Make a link to the questions before a visit, and show it this once."""
    shown = own(Person, request.member, person_id, "practice")

    def keep(act: keeping.Act) -> str:
        token = intake_links.make(act, shown, LinkKind.INTAKE)
        tell_link(request, token, LinkKind.INTAKE, shown)
        return reverse("practice:person", args=[shown.pk])

    return sending.once(request, request.member, keep)


@require_POST
@staff("read_people", "write_people")
def take_back_link(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """Take a link back: whoever opens it finds nothing any more."""
    link = own(Link, request.member, link_id)

    def keep(act: keeping.Act) -> str:
        intake_links.take_back(act, link.pk)
        if link.course_id and "course" in request.POST:
            return reverse("practice:outcomes", args=[link.course_id])
        return reverse("practice:person", args=[link.person_id])

    return sending.once(request, request.member, keep)


def tell_link(request: StaffRequest, token: str, kind: str, person: Person) -> None:
    """Show a link once, and send it where there is mail."""
    link = intake_links.address(request, token)
    sent = bool(request.POST.get("mail")) and intake_links.mailed(link, kind, person)
    told = f"It was sent to {person.email}." if sent else f"Give it to {person}."
    messages.info(request, f"{told} The link is shown this once: {link}")


def _added(act: keeping.Act, form: PersonForm) -> str:
    known = Person.objects.filter(practice=act.practice).aggregate(last=Max("number"))
    new = Person(number=(known["last"] or 0) + 1, **form.given())
    act.create(new)
    return reverse("practice:person", args=[new.pk])


def _form(
    request: StaffRequest, form: PersonForm, shown: Person | None, version: int = 0
) -> HttpResponse:
    return render(
        request,
        "practice/people/form.html",
        {
            "member": request.member,
            "form": form,
            "person": shown,
            "version": version,
            "once": sending.token(),
        },
        status=400 if form.errors else 200,
    )
