"""A closed session is amended, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from filiform.site.practice import keeping, sending, stock
from filiform.site.practice import session_typed as typing_
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.session import ReasonForm, regions
from filiform.site.practice.models import Session
from filiform.site.practice.session_amend_check import Checked, check_amending
from filiform.site.practice.session_amending import Met, amend, as_amended, changes_of
from filiform.site.practice.session_asks import anchor
from filiform.site.practice.session_effective import effective
from filiform.site.practice.session_keeping import Sheet
from filiform.site.practice.session_page import checklist_of, counts_of, held_by_lot, names_of
from filiform.site.practice.session_sites import add_needles, known_sites
from filiform.site.practice.session_typed import Typed, group_of, typed_of_post
from filiform.site.practice.stale import stale_page
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    from filiform.site.practice.access import StaffRequest

_NOTHING = Checked((), (), Met())


@form_page
@staff("write_clinical", "write_clinical")
def amend_session(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Correct a closed session, with a reason."""
    found = own(Session, request.member, session_id, "course__person", "practice")
    if found.closed_at is None:
        return HttpResponseRedirect(reverse("practice:session", args=[found.pk]))
    amending = _Amending(request, found)
    return amending.sent() if request.method == "POST" else amending.page()


class _Amending:
    """One look at the form of a correction."""

    def __init__(self, request: StaffRequest, session: Session) -> None:
        """Bind what was sent, or open with the session as it is."""
        self.request, self.session = request, session
        self.now = as_amended(session)
        self.form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
        now = [UUID(row["lot"]) for row in self.now.rows]
        held = session.needles.values_list("lot_id", flat=True)
        self.lots = stock.choices(session.practice, session.on, also=[*held, *now])
        self._bind(self._sent() if request.method == "POST" else self.now)

    def _sent(self) -> Typed:
        """Return what was sent with what its form left as it is.

        A needle that is kept may be taken away and stays in the form; one that was only just
        added goes without a trace.
        """
        version = sending.version(self.request)
        sent, kept = typed_of_post(self.request.POST, version, removed=True), self.now.rows
        ours = [{**row, "remove": "", **new} for row, new in zip(kept, sent.rows, strict=False)]
        new = [row for row in sent.rows[len(kept) :] if not row.get("remove")]
        rows = (*ours, *kept[len(ours) :], *new)
        return Typed(rows, {**self.now.rest, **sent.rest}, "", version)

    def _bind(self, typed: Typed) -> None:
        self.sheet = Sheet.of(typed, self.lots)
        self.valid = self.sheet.is_valid()

    def sent(self) -> HttpResponse:
        """Keep the correction where it meets the rules; else show what stands against it."""
        if self.request.POST.get("do") == "add":
            return self._added()
        fault = self._fault()
        if fault or not self.valid or not self.form.is_valid():
            return self.page(400, fault)
        checked = check_amending(self.session, self.sheet, self.request.member, timezone.now())
        if checked.left:
            return self.page(400, "", checked)
        return self._keep(checked)

    def _fault(self) -> str:
        if not changes_of(self.now, self.sheet.typed):
            return "Nothing was changed: correct a field first."
        if len(self.sheet.rows) > typing_.MOST_NEEDLES:
            return f"A session holds at most {typing_.MOST_NEEDLES} needles: take some away."
        return ""

    def _added(self) -> HttpResponse:
        """Show the form with one more needle, of which nothing is kept yet."""
        held = held_by_lot(effective(self.session).needles)
        typed, fault = add_needles(
            self.sheet.typed, self.request.POST, self.lots, self.session.on, held
        )
        self.form = ReasonForm(initial={"reason": self.request.POST.get("reason", "")})
        self._bind(typed)
        return self.page(400 if fault else 200, fault)

    def _keep(self, checked: Checked) -> HttpResponse:
        request, session, typed = self.request, self.session, self.sheet.typed
        address, reason = reverse("practice:session", args=[session.pk]), self.form.cleaned_data

        def keep(act: keeping.Act) -> str:
            amend(act, session, request.member, typed, reason["reason"], met=checked.met)
            return address

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=address)
        except stock.StockError as error:
            return self.page(409, error.sentence, checked)

    def page(self, status: int = 200, fault: str = "", checked: Checked = _NOTHING) -> HttpResponse:
        """Return the form with everything that is asked."""
        typed = self.sheet.typed
        second = any(each.answered_by == "second_look" for each in checked.left)
        return render(
            self.request,
            "practice/session/amend.html",
            {
                "member": self.request.member,
                "session": self.session,
                "sheet": self.sheet,
                "typed": typed,
                "form": self.form,
                "fault": fault,
                "left": [(each.sentence, anchor(each)) for each in checked.left],
                "asks": _asks(checked),
                "names": names_of(typed),
                "kept": len(self.now.rows),
                "counts": counts_of(typed),
                "second": second or bool(typed.rest.get("second_reason")),
                "unticked": [
                    (item, text)
                    for items in checklist_of().values()
                    for item, text in items
                    if not self.now.rest.get(f"done-{item}")
                ],
                "known_sites": known_sites(),
                "regions": regions(),
                "once": sending.token(),
                "version": typed.version,
            },
            status=status,
        )


def _asks(checked: Checked) -> dict[str, str]:
    """Return what asks for a reason, once for both sides of a site."""
    found: dict[str, str] = {}
    for each in checked.asks:
        found.setdefault(group_of(each.key), each.sentence)
    return found
