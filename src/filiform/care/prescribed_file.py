"""A prescription read back as it was kept: the plan holds what was proposed on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from filiform.care import _reading as read
from filiform.care.drawing import Mark, PainDrawing
from filiform.care.needles import Side
from filiform.care.prescribed import Dose, LeftOut, Prescription, ProposedSite, Reason
from filiform.care.refusal import LiftedBy
from filiform.guidance.doses import Dose as DoseLine

if TYPE_CHECKING:
    from filiform.care.prescribed import PrescribedKind

__all__ = ["prescription_from_mapping"]

LeftOutKind = Literal["point", "muscle", "current", "therapy"]

_SIDE: read.Reader[Side] = read.word("side", get_args(Side))
_KIND: read.Reader[PrescribedKind] = read.word("kind of site", ("point", "muscle"))
_LEFT_OUT: read.Reader[LeftOutKind] = read.word("kind of entry", get_args(LeftOutKind))
_LIFTED_BY: read.Reader[LiftedBy] = read.word("what lifts it", get_args(LiftedBy))
_MM = read.number(0, 150, "mm")
_INTENSITY = read.number(0, 10, "points")
_COUNTED = read.number(0, 1e6, "of its unit")
_WORDS = read.several(read.text)


def prescription_from_mapping(given: object, where: str = "prescription") -> Prescription:
    """Return a prescription from what its `to_dict` wrote.

    Args:
        given: the fields by name, as read from JSON.
        where: how messages name it.

    Raises:
        CareError: a field is unknown, missing or not admissible.
    """
    fields = read.Fields(given, tuple(Prescription.__dataclass_fields__), where)
    return Prescription(
        therapy=fields.take("therapy", read.text),
        drawing=fields.take("drawing", _drawing),
        sites=fields.take("sites", read.several(_site)),
        others=fields.take("others", read.several(_site)),
        left_out=fields.take("left_out", read.several(_left_out)),
        barred=fields.take("barred", read.several(_left_out)),
        dose=fields.take("dose", _dose),
        notes=fields.take("notes", read.several(_reason)),
        sources=fields.take("sources", _WORDS),
    )


def _drawing(given: object, where: str) -> PainDrawing:
    fields = read.Fields(given, tuple(PainDrawing.__dataclass_fields__), where)
    return PainDrawing(fields.take("marks", read.several(_mark)))


def _mark(given: object, where: str) -> Mark:
    fields = read.Fields(given, tuple(Mark.__dataclass_fields__), where)
    return Mark(
        area=fields.take("area", read.text),
        side=fields.maybe("side", _SIDE),
        intensity=fields.maybe("intensity", _INTENSITY),
    )


def _reason(given: object, where: str) -> Reason:
    fields = read.Fields(given, tuple(Reason.__dataclass_fields__), where)
    return Reason(
        text=fields.take("text", read.text),
        source=fields.take("source", read.any_text),
        sources=fields.take("sources", _WORDS),
    )


def _site(given: object, where: str) -> ProposedSite:
    fields = read.Fields(given, tuple(ProposedSite.__dataclass_fields__), where)
    return ProposedSite(
        kind=fields.take("kind", _KIND),
        site=fields.take("site", read.text),
        name=fields.take("name", read.text),
        side=fields.maybe("side", _SIDE),
        region=fields.take("region", read.text),
        location=fields.maybe("location", read.text),
        depth_mm_low=fields.maybe("depth_mm_low", _MM),
        depth_mm_high=fields.maybe("depth_mm_high", _MM),
        depth_text=fields.take("depth_text", read.text),
        angle=fields.maybe("angle", read.text),
        position=fields.maybe("position", read.text),
        needle_length_mm=fields.maybe("needle_length_mm", _MM),
        reasons=fields.take("reasons", read.several(_reason)),
        used_in_trials=fields.take("used_in_trials", read.whole),
        of_trials=fields.take("of_trials", read.whole),
        trials_of=fields.take("trials_of", read.text),
        trial_ids=fields.take("trial_ids", _WORDS),
        danger=fields.take("danger", read.any_text),
        avoid=fields.take("avoid", read.any_text),
        cautions=fields.take("cautions", read.several(_reason)),
        needs_confirmation=fields.take("needs_confirmation", read.truth),
        electrical=fields.take("electrical", read.truth),
    )


def _left_out(given: object, where: str) -> LeftOut:
    fields = read.Fields(given, tuple(LeftOut.__dataclass_fields__), where)
    return LeftOut(
        kind=fields.take("kind", _LEFT_OUT),
        site=fields.maybe("site", read.text),
        name=fields.take("name", read.text),
        side=fields.maybe("side", _SIDE),
        row=fields.maybe("row", read.text),
        because=fields.take("because", _WORDS),
        sentence=fields.take("sentence", read.text),
        source=fields.take("source", read.text),
        sources=fields.take("sources", _WORDS),
        lifted_by=fields.get("lifted_by", _LIFTED_BY, "reason"),
    )


def _dose(given: object, where: str) -> Dose:
    fields = read.Fields(given, tuple(Dose.__dataclass_fields__), where)
    return Dose(
        lines=fields.take("lines", read.several(_line)),
        from_therapy=fields.take("from_therapy", read.text),
        not_told=fields.take("not_told", _WORDS),
    )


def _line(given: object, where: str) -> DoseLine:
    fields = read.Fields(given, tuple(DoseLine.__dataclass_fields__), where)
    return DoseLine(
        what=fields.take("what", read.text),
        median=fields.take("median", _COUNTED),
        low=fields.take("low", _COUNTED),
        high=fields.take("high", _COUNTED),
        arms=fields.take("arms", read.whole),
        arms_silent=fields.take("arms_silent", read.whole),
        trials=fields.take("trials", _WORDS),
        text=fields.take("text", read.text),
        sources=fields.take("sources", _WORDS),
    )
