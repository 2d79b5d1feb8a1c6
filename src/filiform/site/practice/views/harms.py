"""Harms: noted, graded, followed up; and the practice's rates beside the published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from filiform.care.course import HarmNoted
from filiform.care.refusal import Refusal
from filiform.care.safety import deadlines, delayed_advice, grade, related
from filiform.knowledge import library
from filiform.site.practice import harm_counts, keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.course_log import log
from filiform.site.practice.course_page import harm_name
from filiform.site.practice.forms.harms import FollowUpForm, HarmForm
from filiform.site.practice.models import Course, Harm
from filiform.site.practice.outcome_taking import today_of
from filiform.site.practice.paging import page_of
from filiform.site.practice.session_effective import effective
from filiform.site.practice.stale import stale_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.care.safety import DelayedAdvice
    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.models import Member, Session

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@staff("write_clinical", "write_clinical")
def add(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Note a harm; a serious one halts the course."""
    course = own(Course, request.member, course_id, "person", "practice")
    sessions = list(course.sessions.order_by("-number"))
    first: dict[str, object] = {"noticed_on": today_of(course)}
    first |= {"session": str(sessions[0].pk)} if sessions else {}
    form = HarmForm(request.POST or None, sessions=sessions, initial=first)
    if request.method == "POST" and form.is_valid():
        return sending.once(
            request, request.member, lambda act: _noted(act, course, form, request.member)
        )
    context = {
        "member": request.member,
        "course": course,
        "form": form,
        "advice": _advice(sessions[0]) if sessions else (),
        "once": sending.token(),
    }
    status = 400 if form.errors else 200
    return render(request, "practice/harms/add.html", context, status=status)


def _noted(act: keeping.Act, course: Course, form: HarmForm, member: Member) -> str:
    given = dict(form.cleaned_data)
    session = given.pop("session") or None
    word = form.graded().grade
    harm = Harm(course=course, by=member, grade=word, session_id=session, **given)
    act.create(harm)
    log(act, course, HarmNoted(act.now, act.by, str(harm.pk), harm.event, word))
    return reverse("practice:harm", args=[harm.pk])


def _advice(session: Session) -> tuple[DelayedAdvice, ...]:
    """Return what is told after needles near an organ, for the sites that our tables know."""
    known = {*library().points, *library().muscles}
    sites = dict.fromkeys(needle.site for needle in effective(session).needles)
    return delayed_advice([site for site in sites if site in known], library())


@form_page
@staff("read_clinical", "write_clinical")
def harm(request: StaffRequest, harm_id: UUID) -> HttpResponse:
    """Show a harm with its duties, and keep what became of it."""
    shown = own(Harm, request.member, harm_id, "course__person", "session", "by", "practice")
    before, version = keeping.values(shown), shown.version
    names = ("relatedness", "outcome", "follow_up_on", "resolved_on", "reported_to")
    form = FollowUpForm(request.POST or None, initial={name: before[name] for name in names})
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            for name, value in form.cleaned_data.items():
                setattr(shown, name, value)
            act.change(shown, before=before, version=sending.version(request))
            return reverse("practice:harm", args=[shown.pk])

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=request.path)
    return _shown(request, shown, form, version)


def _shown(request: StaffRequest, shown: Harm, form: FollowUpForm, version: int) -> HttpResponse:
    graded = grade(shown.event, shown.facts, library())
    known = shown.relatedness in dict(form.fields["relatedness"].choices)  # type: ignore[attr-defined]
    return render(
        request,
        "practice/harms/harm.html",
        {
            "member": request.member,
            "harm": shown,
            "name": harm_name(shown.event),
            "graded": None if isinstance(graded, Refusal) else graded,
            "related": related(shown.relatedness, library()) if known else None,
            "duties": deadlines(
                shown.practice.jurisdiction,
                shown.facts,
                library=library(),
                known_at=shown.created_at,
            ),
            "advice": _advice(shown.session) if shown.session else (),
            "form": form,
            "version": version,
            "once": sending.token(),
        },
        status=400 if form.errors else 200,
    )


@require_safe
@staff("read_clinical", people=True)
def harms(request: StaffRequest) -> HttpResponse:
    """List the harms, those that are not over first, and compare the practice's rates."""
    practice = request.member.practice_id
    needled = [row for row in library().therapies.values() if row.offered and row.kind == "needle"]
    asked = request.GET.get("therapy", "")
    therapy = next((row for row in needled if row.id == asked), needled[0])
    order = (F("resolved_on").desc(nulls_first=True), "-noticed_on", "-created_at")
    # The ids alone are sorted: whole rows of many years, joined, take four times as long.
    page = page_of(request, Harm.objects.filter(practice=practice).order_by(*order).only("pk"))
    rows = Harm.objects.select_related("course__person", "session").in_bulk(
        [row.pk for row in page]
    )
    return render(
        request,
        "practice/harms/list.html",
        {
            "member": request.member,
            "page": page,
            "rows": [(rows[each.pk], harm_name(rows[each.pk].event)) for each in page],
            "therapies": needled,
            "therapy": therapy,
            "safety": harm_counts.safety_of(practice, therapy.id),
        },
    )
