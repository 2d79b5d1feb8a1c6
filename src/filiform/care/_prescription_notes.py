"""What stops a prescription, what holds for the whole session, and how the trials dosed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care import _rows as rows
from filiform.care._never import lifted_by
from filiform.care._prescription_rules import prescription_rules
from filiform.care._rules import care_rules
from filiform.care.prescribed import Dose, LeftOut, Reason
from filiform.guidance import words
from filiform.guidance.doses import doses_of
from filiform.guidance.suitability import suitability_of
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from filiform.care._no_response import Advice
    from filiform.care._picks import Picks
    from filiform.care._prescription_rules import TherapyRule
    from filiform.care.drawing import PainDrawing
    from filiform.guidance.cautions import Caution
    from filiform.guidance.person import Person
    from filiform.knowledge import Library
    from filiform.review import Review

RULES = "prescription.toml (expert rule of this project)"
_DOSED = ("sessions", "weeks", "minutes", "needles", "depth_mm")
_STOPPING = ("refer", "stop")


def stops_of(
    person: Person,
    therapy: str,
    cautions: Iterable[Caution],
    progress: Advice | None,
    *,
    library: Library,
    after_the_doctor: bool,
    approved: Collection[str] = (),
) -> tuple[LeftOut, ...]:
    """Return what speaks against the whole therapy: rows, a wish, the progress review.

    A row on which sources disagree falls where a doctor has `approved` it.
    """
    said_by = prescription_rules().words
    stops = [
        _stop(
            therapy,
            library,
            caution.sentence,
            row=row.id,
            because=caution.because,
            source=row.source,
        )
        for caution in cautions
        if caution.bars and not (caution.after_the_doctor and after_the_doctor)
        for row in caution.rows
        if row.kind == "absolute"
        and not (row.id in approved and lifted_by(row.id, library) == "doctor")
    ]
    if therapy in person.preferences.avoid:
        stops.append(_stop(therapy, library, said_by["avoided"]))
    if progress is not None and progress.advice in _STOPPING:
        stops.append(_stop(therapy, library, said_by[progress.advice]))
    return tuple(stops)


def _stop(
    therapy: str,
    library: Library,
    sentence: str,
    *,
    row: str | None = None,
    because: tuple[str, ...] = (),
    source: str = RULES,
) -> LeftOut:
    return LeftOut(
        kind="therapy",
        site=None,
        name=library.therapies[therapy].name,
        side=None,
        row=row,
        because=because,
        sentence=sentence,
        source=source,
        sources=sources(library, source),
        lifted_by=lifted_by(row, library),
    )


def tired_left_out(
    tired: Mapping[str, int], picks: Picks, kind: str, library: Library
) -> tuple[LeftOut, ...]:
    """Return the sites that give way because they had no response, and the next best."""
    rule = prescription_rules().no_response
    statement = rows.statement(library, rule.statement)
    table = library.points if kind == "points" else library.muscles
    best = ", ".join(dict.fromkeys(pick.site.replace("_", " ") for pick in picks.chosen))
    return tuple(
        LeftOut(
            kind="point" if kind == "points" else "muscle",
            site=site,
            name=site.replace("_", " "),
            side=None,
            row=statement.id,
            because=(),
            sentence=(
                f"Needled in {words.counted(sessions, 'session', 'sessions')} without a "
                f"response: the next best are proposed"
                + (f" ({best})." if best else ", but there is none.")
            ),
            source=statement.source,
            sources=sources(library, statement.source),
        )
        for site, sessions in tired.items()
        if site in table
    )


def dose_of(library: Library, therapy: str, rule: TherapyRule) -> Dose:
    """Return how the trials dosed a therapy; those of the borrowed form where it has none."""
    lines, from_therapy = doses_of(library, therapy), therapy
    if not lines and rule.borrow is not None:
        lines, from_therapy = doses_of(library, rule.borrow), rule.borrow
    told = {line.what for line in lines}
    return Dose(lines, from_therapy, tuple(what for what in _DOSED if what not in told))


def fit_note(
    review: Review, therapy: str, person: Person, present: Collection[str]
) -> tuple[Reason, ...]:
    """Return why the therapy may not fit this kind of pain; nothing where it does."""
    fit = suitability_of(review, therapy, person.condition, present)
    if fit.fits == "yes":
        return ()
    cells = [
        review.library.statements[id_].source
        for id_ in fit.statements
        if id_ in review.library.statements
    ]
    cited = sources(review.library, *cells)
    return (Reason(fit.why, "; ".join(cells), cited),)


def notes_of(
    library: Library,
    *,
    rule: TherapyRule,
    drawing: PainDrawing,
    cautions: Iterable[Caution],
    picks: Picks,
) -> tuple[Reason, ...]:
    """Return what holds for the whole session: care for the person first, then the drawing."""
    notes = [
        *(_caution(each) for each in cautions),
        *_on_drawing(drawing, picks, rule, library),
        *(_row(row, library) for row in prescription_rules().no_current.told if rule.electrical),
        Reason(prescription_rules().words["needles_not_told"], "arms.csv (needles)"),
    ]
    return tuple(notes)


def _caution(caution: Caution) -> Reason:
    ids = ", ".join(row.id for row in caution.rows)
    source = "; ".join(dict.fromkeys(row.source for row in caution.rows))
    return Reason(f"{caution.sentence} ({ids})", source, caution.sources)


def _row(id_: str, library: Library) -> Reason:
    row = rows.contraindication(library, id_)
    text = words.sentence(f"{row.condition}: {row.action}. ({row.id})")
    return Reason(text, row.source, sources(library, row.source))


def _on_drawing(
    drawing: PainDrawing, picks: Picks, rule: TherapyRule, library: Library
) -> Iterator[Reason]:
    said_by = prescription_rules().words
    if drawing.shows_no_pain:
        yield Reason(said_by["no_pain"], RULES)
    elif not drawing.marks:
        yield Reason(said_by["no_drawing"], RULES)
    if any(pick.side is None for pick in picks.chosen):
        yield Reason(said_by["side_not_told"], RULES)
        if rule.sites == "muscles":
            yield _row(care_rules().both_sides.contraindication, library)
    if picks.unexplained:
        names = words.joined([library.areas[area].name for area in picks.unexplained])
        yield Reason(f"{said_by['not_explained']}: {names}.", "muscles.csv (regions)")
