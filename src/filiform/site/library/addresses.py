"""From an address to the question it asks."""

from __future__ import annotations

from django.urls import reverse

from filiform.errors import ReviewError, nearest
from filiform.review import MEASURES, WINDOWS, Question, published
from filiform.site.library.public import NotInLibraryError

_FEWEST, _MOST = 5, 7


def question_of(key: str, condition: str | None = None) -> Question:
    """Return the question of an address such as `acupuncture/sham/pain_intensity/short/MD/neck`.

    Args:
        key: The parts of the address; region and condition may be missing.
        condition: A kind of pain, asked beside the address; empty for none.

    Raises:
        NotInLibraryError: For another number of parts, or a word that is not known, with the
            question that was perhaps meant.
    """
    parts = key.split("/")
    if not _FEWEST <= len(parts) <= _MOST:
        raise NotInLibraryError(
            "an address of a question has 5 to 7 parts: therapy, comparator, outcome, time, "
            f"measure, region, kind of pain; this one has {len(parts)}",
            reverse("library:therapies"),
            "all therapies",
        )
    try:
        return _parsed(parts, condition)
    except ReviewError as fault:
        meant = _nearest(parts)
        if meant is None:
            raise NotInLibraryError(str(fault)) from None
        raise NotInLibraryError(
            str(fault), meant.path, published().synthesis(meant).title
        ) from None


def _parsed(parts: list[str], condition: str | None = None) -> Question:
    # A part that is missing at the end is the neck, and no kind of pain in particular.
    whole = [*parts, *("neck", "")[len(parts) - _FEWEST :]]
    return Question.parse(
        whole[0],
        whole[1],
        whole[2],
        whole[3],
        measure=whole[4],
        region=whole[5],
        condition=condition or whole[6] or None,
    )


def _nearest(parts: list[str]) -> Question | None:
    """Return the question that is nearest part by part, or None where a part is like nothing."""
    words = published().vocabulary
    admissible = (
        words.nodes,
        words.nodes | words.comparators,
        words.outcomes,
        WINDOWS,
        MEASURES,
        words.regions,
        words.conditions,
    )
    meant = []
    for part, known in zip(parts, admissible, strict=False):
        close = [nearest(word[:60], known) for word in part.split("+")]
        if None in close:
            return None
        meant.append("+".join(word for word in close if word))
    return _parsed(meant)
