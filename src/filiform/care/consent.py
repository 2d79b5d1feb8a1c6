"""The text that a person reads before needles, exactly as it was read, and its signature (A17)."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._consent_data import consent_words, versions
from filiform.care._consent_risks import risk_lines
from filiform.care._names import alike, letters, signature_rules
from filiform.care._record import Record
from filiform.care.refusal import Problem
from filiform.errors import CareError, unknown
from filiform.guidance.texts import sources, texts_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care._consent_data import Addition, ConsentWords, ParagraphWords, TherapyWords
    from filiform.knowledge import Library

__all__ = [
    "Choice",
    "ConsentText",
    "Paragraph",
    "Signature",
    "check_signature",
    "consent_text",
    "consent_versions",
    "digest",
]


Point = tuple[float, float]
Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Paragraph(Record):
    """A heading and its lines, with the ids of the sources that they rest on."""

    id: str
    heading: str
    lines: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice(Record):
    """Something that is ticked; without the required ones no signature is complete."""

    id: str
    text: str
    required: bool


@dataclass(frozen=True, slots=True)
class ConsentText(Record):
    """A consent text for one therapy in one place.

    Attributes:
        body: the whole text as it is read and signed: Unicode NFC, lines ended by one newline.
        sha256: over the version, a newline, and the body, in UTF-8.
    """

    id: str
    therapy: str
    jurisdiction: str
    version: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    choices: tuple[Choice, ...]
    body: str
    sha256: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of all paragraphs, each once."""
        return tuple(dict.fromkeys(id_ for each in self.paragraphs for id_ in each.sources))


@dataclass(frozen=True, slots=True)
class Signature(Record):
    """What a person did under a consent text.

    Attributes:
        sha256: of the text that was shown.
        choices: each choice and whether it was ticked.
        typed_name: "" where the name was not typed.
        strokes: a drawn signature: lines of points, each x and y from 0 to 1.
    """

    sha256: str
    choices: Mapping[str, bool]
    typed_name: str = ""
    strokes: tuple[Stroke, ...] = ()

    @classmethod
    def from_mapping(cls, given: object, where: str = "signature") -> Signature:
        """Return a signature read from JSON.

        Raises:
            CareError: a field is unknown, missing or not admissible.
        """
        fields = read.Fields(given, tuple(cls.__dataclass_fields__), where)
        return cls(
            sha256=fields.take("sha256", read.text),
            choices=fields.take("choices", read.by_name(read.truth)),
            typed_name=fields.get("typed_name", read.any_text, ""),
            strokes=fields.get("strokes", read.several(read.several(_point)), ()),
        )

    @property
    def ink(self) -> float:
        """How long the drawn lines are together, in widths of the field."""
        return sum(math.dist(*ends) for stroke in self.strokes for ends in pairwise(stroke))


def _point(value: object, where: str) -> Point:
    xy = read.several(read.number(0, 1, "of the field"))(value, where)
    if len(xy) != _COORDINATES:
        raise CareError(f"{where} has {len(xy)} numbers, admissible are 2, x and y: draw it again")
    return xy[0], xy[1]


_COORDINATES = 2


def consent_versions() -> tuple[str, ...]:
    """Return the versions of the texts, the newest last."""
    return versions()


def consent_text(
    therapy: str, jurisdiction: str, *, library: Library, version: str | None = None
) -> ConsentText:
    """Return the consent text for a therapy in a place.

    How often harms come up is read from harms.csv through guidance. What the law of the place
    asks to be told is added where we have read it.

    Args:
        therapy: one of the options.
        jurisdiction: an id of jurisdictions.csv.
        library: the facts.
        version: None for the newest. A text that was signed is reprinted from the body that is
            kept with the signature, not from here.

    Raises:
        CareError: therapy, place or version is not known.

    >>> from filiform.knowledge import library
    >>> consent_text("acupuncture", "US-NY", library=library()).title
    'Consent to acupuncture'
    """
    known = versions()
    if version is not None and version not in known:
        raise CareError(unknown("version of the consent texts", version, known))
    words = consent_words(version or known[-1])
    if therapy not in words.therapies:
        raise CareError(unknown("therapy", therapy, words.therapies))
    if jurisdiction not in library.jurisdictions:
        places = library.jurisdictions
        raise CareError(
            unknown("jurisdiction", jurisdiction, places, listed_by="jurisdictions.csv")
        )
    own = words.therapies[therapy]
    added = [
        each
        for each in words.additions
        if each.jurisdiction == jurisdiction and therapy in each.therapies
    ]
    name = library.therapies[therapy].name
    paragraphs = (
        *(
            _paragraph(each, words, own, library)
            for each in words.paragraphs
            if each.id not in own.leave_out
        ),
        *(_of_place(each, library) for each in added),
    )
    ticked = (*words.choices, *own.choices, *(each.choice for each in added if each.choice))
    choices = tuple(
        Choice(each.id, each.text.format(therapy=name), each.required)
        for each in sorted(ticked, key=lambda each: not each.required)
    )
    title = words.title.format(therapy=name)
    body = _body(title, paragraphs, choices)
    return ConsentText(
        id=f"{therapy}-{jurisdiction}-{words.version}",
        therapy=therapy,
        jurisdiction=jurisdiction,
        version=words.version,
        title=title,
        paragraphs=paragraphs,
        choices=choices,
        body=body,
        sha256=digest(words.version, body),
    )


def digest(version: str, body: str) -> str:
    """Return the SHA-256 of a version and a body, as hexadecimal digits.

    >>> digest("2026-11-1", "text")[:8]
    '1cb8f8de'
    """
    return hashlib.sha256(f"{version}\n{body}".encode()).hexdigest()


def _body(title: str, paragraphs: tuple[Paragraph, ...], choices: tuple[Choice, ...]) -> str:
    parts = [title, *("\n".join((each.heading, *each.lines)) for each in paragraphs)]
    ticks = [f"[ ] {each.text}" + ("" if each.required else " (if you like)") for each in choices]
    parts.append("\n".join(ticks))
    return unicodedata.normalize("NFC", "\n\n".join(parts) + "\n")


def _paragraph(
    words: ParagraphWords, version: ConsentWords, own: TherapyWords, library: Library
) -> Paragraph:
    ids = (*words.statements, *(own.statements[words.id] if words.from_therapy else ()))
    told = texts_by_id(library, (id_ for id_ in ids if id_ not in own.leave_out_statements))
    nothing: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    risks, counted = risk_lines(version.risks, own.therapy, library) if words.risks else nothing
    rows = [
        *(library.contraindications[row].source for row in words.contraindications),
        *(library.warning_signs[row].source for row in words.warning_signs),
    ]
    cited = (*sources(library, *rows), *(id_ for text in told for id_ in text.sources))
    return Paragraph(
        id=words.id,
        heading=words.heading,
        lines=(
            *((words.text,) if words.text else ()),
            *risks,
            *(text.text for text in told),
        ),
        sources=tuple(dict.fromkeys((*cited, *counted))),
    )


def _of_place(addition: Addition, library: Library) -> Paragraph:
    return Paragraph(
        addition.id, addition.heading, (addition.text,), sources(library, addition.source)
    )


def check_signature(
    text: ConsentText, signature: Signature, *, person_name: str
) -> tuple[Problem, ...]:
    """Return what a signature lacks; none means that it is complete.

    A typed name that is unlike the person's is said and holds nobody up: a guardian may sign.

    Args:
        text: the text that was to be signed.
        signature: what was done.
        person_name: who is to be treated.

    Raises:
        CareError: a choice is not one of the text's.
    """
    known = {choice.id: choice for choice in text.choices}
    for given in signature.choices:
        if given not in known:
            raise CareError(unknown("choice", given, known))
    found = [
        Problem("not_ticked", f"Not ticked: {each.text}", f"not_ticked:{each.id}", each.id)
        for each in text.choices
        if each.required and not signature.choices.get(each.id, False)
    ]
    if signature.sha256 != text.sha256:
        said = "The text has changed since it was shown. Show it again, and sign anew."
        found.append(Problem("text_changed", said, "text_changed", "sha256"))
    return (*found, *_hand(signature, person_name))


def _hand(signature: Signature, person_name: str) -> tuple[Problem, ...]:
    """Return whether the name was typed or drawn, and whether it is like the person's."""
    typed, rules = signature.typed_name.strip(), signature_rules()
    named = letters(typed) >= rules.least_letters
    if not named and signature.ink < rules.least_ink:
        said = "It is not signed. Type the name, or draw it."
        return (Problem("not_signed", said, "not_signed", "typed_name"),)
    if typed and not alike(typed, person_name, rules.alike):
        said = f"The name {typed!r} is not like {person_name!r}. Note who signed, and why."
        return (Problem("name_differs", said, "name_differs", "typed_name", "nothing"),)
    return ()
