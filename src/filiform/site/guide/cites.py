"""What a page has cited and said: numbered sources beside a sentence, and the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.guidance.texts import Text
    from filiform.knowledge import Source

_SHORTEST_RANGE = 3


class Citations:
    """The sources of one page, numbered in the order in which the page first cites them."""

    def __init__(self, bibliography: Mapping[str, Source]) -> None:
        """Begin a page that has cited nothing yet."""
        self._bibliography = bibliography
        self._numbers: dict[str, int] = {}

    def __call__(self, ids: Iterable[str]) -> SafeString:
        """Return the links to sources by their ids, and number those that are new."""
        numbers = [
            self._numbers.setdefault(each, len(self._numbers) + 1) for each in dict.fromkeys(ids)
        ]
        if not numbers:
            return SafeString("")
        links = format_html_join(
            " ", '<a class="app-cite" href="#source-{}">{}</a>', _runs(sorted(numbers))
        )
        return format_html(
            ' <span class="app-cites"><span class="nhsuk-u-visually-hidden">Sources: </span>{}'
            "</span>",
            links,
        )

    @property
    def listed(self) -> list[tuple[int, Source]]:
        """The sources cited so far, by their numbers."""
        return [(number, self._bibliography[each]) for each, number in self._numbers.items()]


class Unsaid:
    """The sentences of one page: what holds for several therapies is said once."""

    def __init__(self) -> None:
        """Begin a page that has said nothing yet."""
        self._said: set[str] = set()

    def __call__(self, texts: Iterable[Text]) -> list[Text]:
        """Return the sentences that the page has not said yet, and count them as said."""
        fresh = [text for text in texts if text.id not in self._said]
        self._said.update(text.id for text in fresh)
        return fresh


def _runs(numbers: list[int]) -> list[tuple[int, str]]:
    """Return the first number of each run, and its words: three or more in a row are a range.

    >>> _runs([1, 2, 4, 5, 6, 9])
    [(1, '1'), (2, '2'), (4, '4–6'), (9, '9')]
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    found = []
    for run in runs:
        whole = len(run) >= _SHORTEST_RANGE
        found += [(run[0], f"{run[0]}–{run[-1]}")] if whole else [(n, str(n)) for n in run]
    return found
